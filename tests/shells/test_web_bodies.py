"""What comes with a POST. Law: bounded, JSON as described, refused by field; an operation without a right is none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import ConfigDict, Field, TypeAdapter

from gateway.core.access import Right, Role
from gateway.web import server
from gateway.web.access import Access, principal_of
from gateway.web.bodies import read_body
from gateway.web.operations import Method, Operation
from gateway.web.table import make_table
from tests.shells.house import OPEN, Hour, busy_hour, serving

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Claim:
    __pydantic_config__ = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=100)]
    times: int = 0


async def claim(request: web.Request) -> web.Response:
    said = await read_body(request, TypeAdapter(Claim))
    who = principal_of(request)
    return web.json_response([request.match_info["name"], said.reason, said.times, who.name])


CLAIM = Operation(
    "/v1/things/{name}/claim",
    "claim_thing",
    Right.UNREACHED,
    "Claim.",
    claim,
    list[Any],
    method=Method.POST,
    body=Claim,
)


@pytest.fixture(autouse=True)
def with_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "make_table", lambda *arguments: (*make_table(*arguments), CLAIM))


async def post(
    body: object, headers: Mapping[str, str] = JSON, access: Access = OPEN, path: str = "/v1/things/a%2Fb/claim"
) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        serving(Hour(busy_hour()), access=access) as served,
        aiohttp.ClientSession(headers=headers) as client,
        client.post(served.url + path, data=data) as response,
    ):
        return response.status, json.loads(await response.text())


async def test_a_body_as_described_is_taken() -> None:
    assert await post({"reason": "回拨"}) == (200, ["a/b", "回拨", 0, "loopback"])


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "reason"),
        ({"reason": ""}, 400, "reason"),
        ({"reason": "x", "secret-name": 1}, 400, "secret-name"),
        ({"reason": "x", "times": "many"}, 400, "times"),
        ([], 400, None),
        (b"", 400, None),
        (b"\xff\xfe", 400, None),
        (b'{"reason": "' + b"[" * 3_000, 400, None),
        ({"reason": "x" * 5_000}, 413, None),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_any_other_is_refused_by_field(body: object, status: int, field: str | None) -> None:
    got, problem = await post(body)
    assert (got, problem.get("parameter")) == (status, field)
    assert "xxxx" not in str(problem)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
async def test_what_a_page_of_another_site_could_send_is_no_json(kind: str) -> None:
    assert (await post({"reason": "x"}, {"Content-Type": kind}))[0] == 415


@pytest.mark.parametrize(
    ("access", "status"), [(Access(), 401), (Access(loopback_role=Role.VIEWER), 403), (Access("t"), 401), (OPEN, 200)]
)
async def test_who_may_not_is_refused_before_the_body_is_read(access: Access, status: int) -> None:
    assert (await post({"reason": "x"}, access=access))[0] == status
    if status != 200:
        assert (await post(b"x" * 100_000, access=access))[0] == status


async def test_method_and_body_are_described() -> None:
    async with (
        serving(Hour(busy_hour())) as served,
        aiohttp.ClientSession() as client,
        client.get(served.url + "/openapi.json") as response,
    ):
        document = json.loads(await response.text())
    one = document["paths"][CLAIM.path]
    assert list(one) == ["post"]
    schema = one["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Claim"}
    assert document["components"]["schemas"]["Claim"]["required"] == ["reason"]
    pytest.importorskip("openapi_spec_validator").validate(document)


def test_an_operation_without_a_right_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Operation("/v1/x", "x", summary="X.", respond=claim)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="names no right"):
        Operation("/v1/x", "x", None, "X.", claim)  # type: ignore[arg-type]
