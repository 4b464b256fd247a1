"""What every request passes: measure and log, say no in a regular way, ask for the token.

Law: who cannot be told from a stranger is one. Where other machines can reach the gateway there is a token; where there
is one everything but the liveness probe needs it - also what does not exist, so that a stranger learns nothing.
"""

import asyncio
import hmac
import time
from typing import Final

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from gateway.settings.shape import Http
from gateway.web.operations import LIVEZ
from gateway.web.problems import RefusalError, make_problem, translate
from gateway.web.sources import Meters

log = structlog.get_logger()
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ANSWER_SECONDS: Final = 10.0
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Gate:
    """The middlewares, outermost first in `middlewares`."""

    def __init__(self, host: str, token: str | None, meters: Meters) -> None:
        """`host`: where the server listens. Raises ValueError when that needs a token and there is none."""
        if not token and not Http(host=host).is_open:
            raise ValueError(f"{host} is reached from other machines: a token is needed")
        self._meters, self._token = meters, (token or "").encode()
        self.asks_token = bool(token)
        self.middlewares = [self._measure(), self._translate(), self._ask_token()]

    def admits(self, request: web.Request) -> bool:
        """Whether this request may be answered. The comparison takes the same time for every wrong token."""
        if not self.asks_token or request.path == LIVEZ:
            return True
        scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        is_right = hmac.compare_digest(given.strip().encode(errors="surrogateescape"), self._token)
        return is_right and scheme.lower() == "bearer"

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
                return make_problem(refusal.status, refusal.detail, refusal.parameter)
            except web.HTTPException as error:
                return translate(error)
            except TimeoutError:
                log.warning("http.late", route=_name_route(request), limit_seconds=ANSWER_SECONDS)
                return make_problem(503, "The answer took too long; try again.")
            except Exception:
                log.exception("http.failed", route=_name_route(request))
                return make_problem(500, "The gateway failed to answer; its log says why.")

        return translate_errors

    def _ask_token(self) -> Middleware:
        @web.middleware
        async def ask_token(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self.admits(request):
                response = make_problem(401, "Send the token of the gateway's settings: Authorization: Bearer TOKEN.")
                response.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="hotline"'
                return response
            if request.body_exists:
                raise RefusalError(413, "Nothing here takes a body.")
            return await handler(request)

        return ask_token


def _name_route(request: web.Request) -> str:
    """The template of the path: the path itself is what a stranger wrote."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unmatched"
