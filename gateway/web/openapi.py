"""The OpenAPI 3.1 description, made from the table of operations and the shapes.

Law: generated, never written by hand, so it cannot differ from what is served.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from gateway import __version__
from gateway.web.envelopes import Problem
from gateway.web.filters import LIMIT_MAX
from gateway.web.operations import LIVEZ, NAME, Operation
from gateway.web.problems import CONTENT_TYPE

REFERENCE: Final = "#/components/schemas/{model}"
SCHEME: Final = "bearer_token"
ABOUT: Final = (
    "What a telephone hotline on Asterisk does now. Times are RFC 3339 in UTC, durations are seconds as numbers, null "
    "means unknown and `reasons` says why. Numbers of callers are masked. Errors are RFC 9457 problems; a parameter "
    "that does not exist is an error."
)


def describe(operations: Iterable[Operation], asks_token: bool) -> bytes:
    """The document as JSON. `asks_token`: whether this gateway is reached from other machines (design section 6)."""
    operations = list(operations)
    adapters = {operation.id: TypeAdapter(operation.answer) for operation in operations if operation.answer}
    adapters["problem"] = TypeAdapter(Problem)
    inputs = [(name, "serialization", adapter) for name, adapter in adapters.items()]
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE)  # type: ignore[arg-type]
    answers = {name: schema for (name, _), schema in schemas.items()}
    components: dict[str, Any] = {"schemas": shared["$defs"]}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Hotline Gateway", "version": __version__, "description": ABOUT},
        "paths": {one.path: {"get": _describe_one(one, answers, asks_token)} for one in operations},
        "components": components,
    }
    if asks_token:
        components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
        document["security"] = [{SCHEME: []}]
    return orjson.dumps(document)


def _describe_one(operation: Operation, answers: dict[str, Any], asks_token: bool) -> dict[str, Any]:
    schema = answers.get(operation.id, {"type": "string"})
    content = {operation.medium: {"schema": schema}}
    responses: dict[str, Any] = {"200": {"description": operation.summary, "content": content}}
    responses |= {str(code): {"description": text, "content": content} for code, text in operation.also.items()}
    refusals = [*operation.refusals, *([401] if asks_token and operation.path != LIVEZ else [])]
    responses |= {str(code): _describe_problem(code, answers["problem"]) for code in sorted(refusals)}
    responses["default"] = {"description": "Anything else.", "content": {CONTENT_TYPE: {"schema": answers["problem"]}}}
    described = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": _describe_parameters(operation),
        "responses": responses,
    }
    return described | ({"security": []} if operation.path == LIVEZ else {})


def _describe_problem(code: int, schema: Any) -> dict[str, Any]:
    return {"description": HTTPStatus(code).phrase, "content": {CONTENT_TYPE: {"schema": schema}}}


def _describe_parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if f"{{{NAME}}}" in operation.path:
        found.append({"name": NAME, "in": "path", "required": True, "schema": {"type": "string"}})
    for name, allowed in operation.filters.items():
        value = {"type": "string", "enum": list(allowed)} if allowed else {"type": "string"}
        text = "Only items with this value; repeat it for any of several."
        found.append(_describe_parameter(name, text, {"type": "array", "items": value}))
    if operation.is_paged:
        limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}
        found.append(_describe_parameter("limit", "At most so many items; without it, all.", limit))
        found.append(_describe_parameter("after", "`next` of the page before.", {"type": "string"}))
    return found


def _describe_parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "required": False, "schema": schema}
