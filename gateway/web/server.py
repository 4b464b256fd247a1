"""The HTTP server: builds the routes from the table of operations, listens, stops.

Law: bounded in everything a stranger can make large - request line, headers, idle time, body, which is read only where
one is asked for - and says nothing of what it is made of.
"""

import asyncio
import logging
from typing import Any, Final

import structlog
from aiohttp import hdrs, web

from gateway.web.access import Access, Doorkeeper
from gateway.web.gate import HEADERS, Gate
from gateway.web.openapi import describe
from gateway.web.operations import NAME, Method, Operation
from gateway.web.sheets import BEING_SENT, break_off
from gateway.web.sources import House
from gateway.web.table import make_table

log = structlog.get_logger()
LINE_MAX: Final = 4_096
IDLE_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0
LINGER_SECONDS: Final = 1.0

WIRE_LOG = logging.getLogger("gateway.web.wire")
"""aiohttp logs here what it cannot parse, as errors with traceback: any port scanner could fill the disk with them."""
WIRE_LOG.setLevel(logging.CRITICAL)


class Server:
    """Listens from `start` to `stop`."""

    def __init__(self, house: House, host: str, port: int, access: Access, idle_seconds: float = IDLE_SECONDS) -> None:
        """Raises ValueError when `access` does not fit `host` (`Doorkeeper`). `port` 0 takes a free one.
        `idle_seconds`: how long a connection may say nothing, also in the middle of a request's head."""
        self._host, self._port = host, port
        self._door = Doorkeeper(host, access)
        self.operations = make_table(house, self._door, lambda: self._description)
        self._description = describe(self.operations, self._door)
        self._runner = web.AppRunner(
            _make_app(self.operations, Gate(self._door, self.operations, house)),
            handle_signals=False, access_log=None, logger=WIRE_LOG, shutdown_timeout=STOP_SECONDS,
            keepalive_timeout=idle_seconds, lingering_time=LINGER_SECONDS, max_line_size=LINE_MAX,
            max_field_size=LINE_MAX,
        )  # fmt: skip

    @property
    def app(self) -> web.Application:
        """The application, for tests that look at its routes."""
        return self._runner.app

    @property
    def url(self) -> str:
        """Where it answers; the port is the real one when the settings said 0. Only between `start` and `stop`."""
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Listens. Raises OSError when the address cannot be had."""
        await self._runner.setup()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner made no server")
        server.request_factory = _make_request
        await web.TCPSite(self._runner, self._host, self._port).start()
        neighbour = self._door.neighbour
        log.info("http.listening", url=self.url, loopback_role=neighbour.role if neighbour else None)

    async def stop(self) -> None:
        """Lets requests finish, for up to 5 s."""
        await self._runner.cleanup()


class Request(web.Request):
    """A request whose every response is dressed alike, also where aiohttp answers before any of our code runs."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        await super()._prepare_hook(response)
        response.headers.update(HEADERS)
        response.headers.popall(hdrs.SERVER, None)


def _make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: "asyncio.Task[None]") -> Request:
    return Request(message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=LINE_MAX)


def _make_app(operations: tuple[Operation, ...], gate: Gate) -> web.Application:
    app = web.Application(middlewares=gate.middlewares)
    app[BEING_SENT] = set()
    app.on_shutdown.append(break_off)
    for operation in operations:
        # An id may hold a slash: `pbx/queue` where two PBXs have a queue of the same name.
        path = operation.path.replace(f"{{{NAME}}}", f"{{{NAME}:.+}}")
        if operation.method is Method.GET:
            app.router.add_get(path, operation.respond)
        else:
            app.router.add_route(operation.method, path, operation.respond)
    return app
