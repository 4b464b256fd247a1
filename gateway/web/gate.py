"""What every request passes: measure and log, say no in a regular way, ask who it is and whether he may.

Law: who cannot be told from a stranger is one. What is not open to all needs a principal with the operation's right -
what does not exist needs a principal too, so that a stranger learns nothing.
"""

import asyncio
import time
from collections.abc import Iterable
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from gateway.core.access import Principal, may
from gateway.core.audit import NotAuditedError
from gateway.web.access import PRINCIPAL, Doorkeeper, find_principal
from gateway.web.operations import Operation
from gateway.web.problems import RefusalError, make_problem, translate
from gateway.web.refusals import Refusals
from gateway.web.sources import House

log = structlog.get_logger()
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ANSWER_SECONDS: Final = 10.0
NOTED: Final = frozenset({401, 403})
"""Refusals for the audit log."""
NOT_AUDITED: Final = "Not done, because the audit log cannot be used now"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Gate:
    """The middlewares, outermost first in `middlewares`."""

    def __init__(self, door: Doorkeeper, operations: Iterable[Operation], house: House) -> None:
        """`operations`: all that is served."""
        self._door, self._meters = door, house.meters
        self._refusals = Refusals(house.audit, house.clock)
        self._operations: dict[object, Operation] = {operation.respond: operation for operation in operations}
        self.middlewares = [self._measure(), self._translate(), self._let_in()]

    def _measure(self) -> Middleware:
        @web.middleware
        async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
            began = time.perf_counter()
            response = await handler(request)
            seconds = time.perf_counter() - began
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "unmatched"
            method = request.method if request.method in METHODS else "other"
            self._meters.request_took(method, route, response.status, seconds)
            log.debug(
                "http.answered", method=method, route=route, status=response.status, seconds=round(seconds, 6),
                peer=request.remote,
            )  # fmt: skip
            return response

        return measure

    def _translate(self) -> Middleware:
        @web.middleware
        async def translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await handler(request)
            except RefusalError as refusal:
                if refusal.status in NOTED:
                    self._refusals.see(request, _name_route(request), find_principal(request), refusal)
                return make_problem(refusal.status, refusal.detail, refusal.parameter)
            except NotAuditedError as error:
                log.warning("http.not_audited", route=_name_route(request), why=str(error))
                return make_problem(503, f"{NOT_AUDITED}: {error}.")
            except web.HTTPException as error:
                return translate(error)
            except TimeoutError:
                log.warning("http.late", route=_name_route(request), limit_seconds=ANSWER_SECONDS)
                return make_problem(503, "The answer took too long; try again.")
            except Exception:
                log.exception("http.failed", route=_name_route(request))
                return make_problem(500, "The gateway failed to answer; its log says why.")

        return translate_errors

    def _let_in(self) -> Middleware:
        @web.middleware
        async def let_in(request: web.Request, handler: Handler) -> web.StreamResponse:
            operation = self._operations.get(request.match_info.handler)
            found = await self._door.recognize(request)
            if isinstance(found, Principal):
                request[PRINCIPAL] = found
            self._judge(found, operation)
            if request.body_exists and (operation is None or operation.body is None):
                raise RefusalError(413, "This takes no body.")
            return await handler(request)

        return let_in

    def _judge(self, found: Principal | RefusalError, operation: Operation | None) -> None:
        """Raises RefusalError for whom this is not. Without an operation there is nothing, or not this method."""
        if operation is not None and self._door.opens(operation.right):
            return
        if isinstance(found, RefusalError):
            raise found
        verdict = may(found, operation.right) if operation is not None else None
        if verdict is not None and not verdict.is_allowed:
            raise RefusalError(403, f"Not allowed: {verdict.reason}.")


def _name_route(request: web.Request) -> str:
    """The template of the path: the path itself is what a stranger wrote."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unmatched"
