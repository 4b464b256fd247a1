"""The description. Law: it names every route and nothing else, is valid OpenAPI 3.1, and real answers fit it."""

from typing import Any

import aiohttp
import pytest

from gateway.web.access import Access
from tests.shells.house import OPEN, Hour, busy_hour, serving

TOKEN = "correct horse battery staple"


async def read(hour: Hour, path: str, token: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        serving(hour, access=Access(token) if token else OPEN) as server,
        aiohttp.ClientSession(headers=headers) as client,
        client.get(server.url + path) as response,
    ):
        return await response.json(content_type=None)


async def test_every_route_is_described_and_nothing_else() -> None:
    hour = Hour(busy_hour())
    async with serving(hour) as server:
        routes = {resource.canonical for resource in server.app.router.resources()}
    document = await read(hour, "/openapi.json")
    assert set(document["paths"]) == routes
    assert {"/v1/queues", "/v1/agents/{name}", "/v1/seats", "/v1/lines", "/v1/calls", "/livez"} <= routes


@pytest.mark.parametrize("token", [None, TOKEN])
async def test_the_document_is_valid(token: str | None) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    document = await read(Hour(busy_hour()), "/openapi.json", token)
    validator.validate(document)
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    assert paths["/livez"]["get"]["security"] == []
    assert paths["/v1/calls"]["get"]["security"] == [{"bearer_token": []}, *([] if token else [{}])]
    assert {"401", "403"} <= paths["/v1/calls"]["get"]["responses"].keys()
    assert "`live`" in paths["/v1/calls"]["get"]["description"]


@pytest.mark.parametrize(
    "path",
    [
        *("/livez", "/readyz", "/v1/queues", "/v1/agents", "/v1/seats", "/v1/lines", "/v1/calls", "/v1/agents/1001"),
        *("/v1/queues/hotline", "/v1/seats/01", "/v1/lines/12345", "/v1/calls/c1", "/v1/queues?no=1", "/nothing"),
    ],
)
async def test_real_answers_fit_the_description(path: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    hour = Hour(busy_hour())
    document = await read(hour, "/openapi.json")
    answer = await read(hour, path)
    route, _, query = path.partition("?")
    if route.count("/") == 3:
        route = route.rsplit("/", 1)[0] + "/{name}"
    responses = document["paths"].get(route, document["paths"]["/livez"])["get"]["responses"]
    is_problem = query or route not in document["paths"]
    content = responses["default" if is_problem else "200"]["content"]
    schema = next(iter(content.values()))["schema"]
    # A schema without `additionalProperties` allows any: closing all of them makes this test able to see a stray field.
    components = {
        name: one | ({"additionalProperties": False} if "properties" in one else {})
        for name, one in document["components"]["schemas"].items()
    }
    jsonschema.validate(answer, schema | {"components": {"schemas": components}})
