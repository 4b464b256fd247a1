"""The OpenAPI 3.1 description, made from the table of operations and the shapes.

Law: generated, never written by hand, so it cannot differ from what is served.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from gateway import __version__
from gateway.core.access import may
from gateway.web.access import Doorkeeper
from gateway.web.bodies import MEDIUM
from gateway.web.callers import ABOUT as WHY
from gateway.web.callers import HEADER
from gateway.web.envelopes import Problem
from gateway.web.filters import LIMIT_MAX
from gateway.web.operations import NAME, Operation
from gateway.web.periods import HOW
from gateway.web.problems import CONTENT_TYPE
from gateway.web.sheets import MEDIUM as SHEET

REFERENCE: Final = "#/components/schemas/{model}"
SCHEME: Final = "bearer_token"
PROBLEM: Final = "problem"
ONCE: Final = {
    "from": f"The first moment of the period. {HOW}",
    "to": f"The first moment after it; a date is the whole day. {HOW}",
    "order": "Of time; without it, the oldest first.",
    "format": "csv: a table, as is `Accept: text/csv`.",
}
ABOUT: Final = (
    "What a telephone hotline on Asterisk does now. Times are RFC 3339 in UTC, durations are seconds as numbers, null "
    "means unknown and `reasons` says why. Numbers of callers are masked unless `X-Reason` says why not. A token "
    "says who asks; what his role and his queues do not give him is refused, or not there. Errors are RFC 9457 "
    "problems; a parameter that does not exist is an error."
)


def describe(operations: Iterable[Operation], door: Doorkeeper) -> bytes:
    """The document as JSON; `door` says what needs a token at this server."""
    operations = list(operations)
    schemas, shared = _make_schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _describe_one(one, schemas, door)
    components = {"schemas": shared, "securitySchemes": {SCHEME: {"type": "http", "scheme": "bearer"}}}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Hotline Gateway", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": components,
    }
    return orjson.dumps(document)


Schemas = dict[tuple[str, str], Any]
"""By operation and mode: the answer as it is sent (serialization), the body as it is taken (validation)."""
SENT: Final = "serialization"
TAKEN: Final = "validation"


def _make_schemas(operations: list[Operation]) -> tuple[Schemas, Any]:
    inputs = [(one.id, SENT, TypeAdapter(one.answer)) for one in operations if one.answer]
    inputs += [(one.id, TAKEN, TypeAdapter(one.body)) for one in operations if one.body]
    inputs.append((PROBLEM, SENT, TypeAdapter(Problem)))
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE)  # type: ignore[arg-type]
    return {(str(name), mode): schema for (name, mode), schema in schemas.items()}, shared["$defs"]


def _describe_one(operation: Operation, schemas: Schemas, door: Doorkeeper) -> dict[str, Any]:
    schema = schemas.get((operation.id, SENT), {"type": "string"})
    content = {operation.medium: {"schema": schema}}
    if operation.has_sheet:
        content[SHEET] = {"schema": {"type": "string"}}
    responses: dict[str, Any] = {"200": {"description": operation.summary, "content": content}}
    responses |= {str(code): {"description": text, "content": content} for code, text in operation.also.items()}
    problem = schemas[PROBLEM, SENT]
    refusals = {*operation.refusals, *(() if door.opens(operation.right) else (401, 403, 503))} - operation.also.keys()
    responses |= {str(code): _describe_problem(code, problem) for code in sorted(refusals)}
    responses["default"] = {"description": "Anything else.", "content": {CONTENT_TYPE: {"schema": problem}}}
    described = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Needs the right `{operation.right}`.",
        "parameters": _describe_parameters(operation),
        "responses": responses,
        "security": _describe_security(operation, door),
    }
    if operation.body:
        content = {MEDIUM: {"schema": schemas[operation.id, TAKEN]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _describe_security(operation: Operation, door: Doorkeeper) -> list[dict[str, list[str]]]:
    """Nothing, or a token; `{}` beside it where this machine itself may ask without."""
    if door.opens(operation.right):
        return []
    is_free = door.neighbour is not None and may(door.neighbour, operation.right).is_allowed
    return [{SCHEME: []}, *([{}] if is_free else [])]


def _describe_problem(code: int, schema: Any) -> dict[str, Any]:
    return {"description": HTTPStatus(code).phrase, "content": {CONTENT_TYPE: {"schema": schema}}}


def _describe_parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if f"{{{NAME}}}" in operation.path:
        found.append({"name": NAME, "in": "path", "required": True, "schema": {"type": "string"}})
    if operation.has_callers:
        schema = {"type": "string"}
        found.append({"name": HEADER, "in": "header", "description": WHY, "required": False, "schema": schema})
    for name, allowed in operation.filters.items():
        value = {"type": "string", "enum": list(allowed)} if allowed else {"type": "string"}
        text = "Only items with this value; repeat it for any of several."
        found.append(_describe_parameter(name, text, {"type": "array", "items": value}))
    for name, allowed in operation.once.items():
        value = {"type": "string", "enum": list(allowed)} if allowed else {"type": "string"}
        found.append(_describe_parameter(name, ONCE.get(name, "Once."), value))
    if operation.is_paged:
        limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}
        most = "At most so many items; without it, 100 of the past, all of what is live, and all in a table (CSV)."
        found.append(_describe_parameter("limit", most, limit))
        found.append(_describe_parameter("after", "`next` of the page before.", {"type": "string"}))
    return found


def _describe_parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "required": False, "schema": schema}
