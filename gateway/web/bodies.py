"""The JSON that comes with a POST.

Law: bounded, JSON and nothing else, and as the operation describes it; what is wrong with it is said by field, never
echoed.
"""

from typing import TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from gateway.web.problems import RefusalError

Body = TypeVar("Body")
MEDIUM = "application/json"


async def read_body(request: web.Request, kind: TypeAdapter[Body]) -> Body:
    """The body as `kind` describes it. Raises RefusalError: 400 naming the field, 415 for what is no JSON; a body
    that is too large ends in 413."""
    # A page of another site can make a browser send a form or a text here, but not JSON.
    if request.content_type != MEDIUM:
        raise RefusalError(415, f"Send JSON, and say so: Content-Type: {MEDIUM}.")
    text = await request.read()
    try:
        return kind.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or None
        raise RefusalError(400, f"The body is not as described: {first['msg']}.", field) from None
