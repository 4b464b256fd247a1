"""Who sees what of the past, what is said while the ledger is away or has no key; answers fit their description."""

from pathlib import Path

import pytest

from gateway.core.access import Principal, Role, make_scope
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.web.access import Access
from tests.shells.archive import Archive, asking, read_sheet
from tests.shells.test_web_scope import Book

A, B, C = "13900000001", "13900000002", "08783126666"


async def test_a_scope_sees_its_queues_alone_and_a_viewer_nothing_of_the_past(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    town = archive.town
    lost = town.lose(A, "yi")
    town.serve(B, "hotline")
    town.call_out(C)
    await archive.write()
    for queues, role, wanted in ((["yi"], Role.SUPERVISOR, [lost]), (None, Role.VIEWER, None)):
        book = Book(t0ken=Principal("x", role, make_scope(queues)))
        async with asking(archive, Access(tokens=book), {"Authorization": "Bearer t0ken"}) as client:
            for path in ("/v1/visits", "/v1/calls?from=2027-01-01", "/v1/unreached"):
                status, body = await client.ask(path)
                if wanted is None:
                    assert (status, "Not allowed" in body["detail"]) == (403, True), path
                else:
                    found = [item.get("call") or item.get("calls", [item["id"]])[0] for item in body["items"]]
                    assert found == wanted, path
            assert (await client.ask("/v1/gaps"))[0] == 200
            response, sheet = await client.text("/v1/visits?format=csv")
            assert response.status == (403 if wanted is None else 200)
            assert [row["call"] for row in read_sheet(sheet)] == wanted if wanted else b"," in sheet
    async with asking(archive, Access(token="x")) as client:
        assert (await client.ask("/v1/visits"))[0] == 401


AWAY = (
    *("/v1/visits", "/v1/visits?format=csv", "/v1/visits/x/explain", "/v1/calls?from=2027-01-01", "/v1/gaps"),
    *("/v1/unreached", "/v1/unreached/rate", "/v1/unreached/x", "/v1/calls/1790000000.7"),
)


async def test_a_ledger_that_is_away_is_said_and_live_paths_go_on(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    async with asking(archive) as client:
        for path in AWAY:
            status, body = await client.ask(path)
            assert (status, body["status"]) == (503, 503), path
            assert "restore a backup" in body["detail"], path
        assert (await client.post("/v1/unreached/x/claim", {}))[0] == 503
        assert (await client.ask("/v1/calls"))[0] == 200
        assert (await client.ask("/v1/queues"))[0] == 200
        assert (await client.ask("/v1/calls/c1"))[0] == 200


async def test_without_a_key_numbers_are_null_with_the_reason(tmp_path: Path) -> None:
    archive = Archive(tmp_path, sealer=None)
    archive.town.lose(A)
    await archive.write()
    async with asking(archive) as client:
        (call,) = await client.items("/v1/calls?from=2027-01-01")
        assert call["caller"] is None
        assert "key file" in call["reasons"]["caller"]
        _, body = await client.ask("/v1/unreached")
        assert (body["items"], body["nameless_calls"]) == ([], 1)
        assert "cannot be told apart" in body["reasons"]["items"]
        _, rate = await client.ask("/v1/unreached/rate")
        assert (rate["rate"], rate["numerator"], rate["denominator"]) == (None, None, None)
        assert "cannot be told apart" in rate["reasons"]["rate"]


async def test_real_answers_fit_the_description(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    archive = Archive(tmp_path)
    lost = archive.town.lose(A, "yi")
    archive.town.serve(B)
    await archive.write()
    archive.feeds[0].status.blind_since = archive.now - 5 * SECOND
    async with asking(archive) as client:
        _, document = await client.ask("/openapi.json")
        visit = (await client.items("/v1/visits"))[0]["id"]
        unreached = derive_id("pbx1", "call", lost)
        await client.post(f"/v1/unreached/{unreached}/attempts", {"outcome": "busy"})
        # A schema without `additionalProperties` allows any: closing all makes this test able to see a stray field.
        components = {
            name: one | ({"additionalProperties": False} if "properties" in one else {})
            for name, one in document["components"]["schemas"].items()
        }
        for route, path in (
            ("/v1/visits", "/v1/visits"),
            ("/v1/visits/{name}", f"/v1/visits/{visit}"),
            ("/v1/visits/{name}/explain", f"/v1/visits/{visit}/explain"),
            ("/v1/calls", "/v1/calls?from=2027-01-01"),
            ("/v1/calls", "/v1/calls"),
            ("/v1/calls/{name}", f"/v1/calls/{lost}"),
            ("/v1/gaps", "/v1/gaps"),
            ("/v1/unreached", "/v1/unreached"),
            ("/v1/unreached/rate", "/v1/unreached/rate"),
            ("/v1/unreached/{name}", f"/v1/unreached/{unreached}"),
        ):
            status, answer = await client.ask(path)
            assert status == 200, answer
            described = document["paths"][route]["get"]
            schema = described["responses"]["200"]["content"]["application/json"]["schema"]
            jsonschema.validate(answer, schema | {"components": {"schemas": components}})
        listed = {parameter["name"] for parameter in document["paths"]["/v1/visits"]["get"]["parameters"]}
    assert {"from", "to", "queue", "line", "agent", "outcome", "after", "limit", "order", "format"} <= listed
