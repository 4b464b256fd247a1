"""Refusals, as RFC 9457 problems.

Law: whatever goes wrong, the client gets `application/problem+json` that says what to do, and never a traceback, a
version or an echo longer than it sent.
"""

from http import HTTPStatus

import orjson
from aiohttp import hdrs, web

CONTENT_TYPE = "application/problem+json"
ECHO_MAX = 80


class RefusalError(Exception):
    """A request that is not answered. `parameter` is the name of the one at fault, if one is."""

    def __init__(self, status: int, detail: str, parameter: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter = status, detail, parameter


def make_problem(status: int, detail: str, parameter: str | None = None) -> web.Response:
    """The response for a refusal."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body["detail"] = detail
    if parameter is not None:
        body["parameter"] = parameter[:ECHO_MAX]
    response = web.Response(status=status, body=orjson.dumps(body), content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="hotline"'
    return response


def translate(error: web.HTTPException) -> web.Response:
    """A refusal of aiohttp itself as a problem."""
    details = {
        404: "There is nothing here; /openapi.json names what there is.",
        405: "This cannot be done here; the header Allow names what can.",
        413: "The request is too large.",
    }
    response = make_problem(error.status, details.get(error.status, error.reason))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response
