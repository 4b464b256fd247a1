"""`/v1/visits`, past `/v1/calls`, `/v1/gaps` and their tables: what the town did is what HTTP says, page by page."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert, text, update

from gateway.core.access import Principal, Role, make_scope
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.ledger.engine import open_engine
from gateway.ledger.tables import calls, gaps, visits
from gateway.web.access import Access
from gateway.web.past_shapes import Call, Gap, Visit
from gateway.web.sheets import columns_of, spell_cell
from gateway.web.unreached_shapes import Unreached
from tests.shells.archive import Archive, Client, asking
from tests.shells.test_web_scope import Book

A, B, C = "13900000001", "13900000002", "08783126666"


@asynccontextmanager
async def town_of(folder: Path) -> AsyncIterator[tuple[Archive, Client, list[str]]]:
    """Four calls: A gives up in yi, B is served, C is called from here, A is served."""
    archive = Archive(folder)
    town = archive.town
    placed = [town.lose(A, "yi"), town.serve(B), town.call_out(C), town.serve(A)]
    await archive.write()
    async with asking(archive) as client:
        yield archive, client, placed


# -- visits ------------------------------------------------------------------------------------------------------------


async def test_visits_are_what_happened(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        lost, served, again = await client.items("/v1/visits")
        assert [visit["call"] for visit in (lost, served, again)] == [placed[0], placed[1], placed[3]]
        assert (lost["outcome"], lost["queue"], lost["line"], lost["agent"]) == ("abandoned", "yi", "12345", None)
        assert lost["wait_seconds"] == pytest.approx(20, abs=0.01)
        assert (served["outcome"], served["agent"], served["within_promise"]) == ("answered", "1001", True)
        assert served["joined_at"].endswith("Z")
        assert served["talk_seconds"] == pytest.approx(30, abs=0.01)
        assert (served["precision"], served["source"], served["revision"]) == ("us", "live", 0)
        assert lost["within_promise"] is None
        assert "not answered" in lost["reasons"]["within_promise"]
        status, body = await client.ask(f"/v1/visits/{served['id']}")
        assert (status, body["item"]) == (200, served)
        assert (await client.ask("/v1/visits/none"))[0] == 404


async def test_pages_of_visits_have_each_once(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        for order, wanted in (("oldest", [0, 1, 3]), ("newest", [3, 1, 0])):
            seen, path = [], f"/v1/visits?limit=1&order={order}"
            while path:
                _, body = await client.ask(path)
                seen += [visit["call"] for visit in body["items"]]
                path = f"/v1/visits?limit=1&order={order}&after={quote(body['next'])}" if body["next"] else ""
            assert seen == [placed[index] for index in wanted]


async def test_visits_are_narrowed_by_each_filter_and_by_time(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):

        async def found(query: str) -> list[int]:
            return [placed.index(visit["call"]) for visit in await client.items(f"/v1/visits?{query}")]

        assert await found("queue=yi") == await found("outcome=abandoned") == [0]
        assert await found("agent=1001&pbx=pbx1&line=12345") == await found("outcome=answered&outcome=cut") == [1, 3]
        assert await found("source=log") == await found("precision=s") == await found("queue=yi&agent=1001") == []
        at = (await client.items("/v1/visits"))[1]["joined_at"]
        assert await found(f"from={at}") == [1, 3]
        assert await found(f"to={at}") == [0]
        local = at.replace("Z", "+00:00")
        assert await found(f"from={quote(local)}") == [1, 3]
        _, body = await client.ask(f"/v1/visits?from={at}")
        assert body["period"] == {"from": at, "to": None}


async def test_a_date_alone_is_the_sites_day_and_ends_with_it(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        _, body = await client.ask("/v1/visits?from=2027-01-15&to=2027-01-15")
        assert body["period"] == {"from": "2027-01-14T16:00:00.000000Z", "to": "2027-01-15T16:00:00.000000Z"}
        assert len(body["items"]) == 3


WRONG = (
    ("/v1/visits?quee=yi", "quee", "did you mean queue"),
    ("/v1/visits?outcome=lost", "outcome", "One of"),
    ("/v1/visits?from=yesterday", "from", "RFC 3339"),
    ("/v1/visits?from=2026-11-24T08:00:00", "from", "offset"),
    ("/v1/visits?from=2026-11-24T08:00:00+08:00", "from", "%2B"),
    ("/v1/visits?from=2026-02-30", "from", "No such time"),
    ("/v1/visits?from=2026-11-24T24:00:00Z", "from", "No such time"),
    ("/v1/visits?to=9999-12-31", "to", "No such time"),
    ("/v1/visits?from=2026-11-25&to=2026-11-23", "from", "not before"),
    ("/v1/visits?from=2026-11-25&from=2026-11-26", "from", "once"),
    ("/v1/visits?after=here", "after", "next"),
    ("/v1/visits?format=xls", "format", "One of"),
    ("/v1/visits?limit=0", "limit", "whole number"),
    ("/v1/gaps?queue=yi", "queue", "known here"),
    ("/v1/calls?from=2026-11-25&state=waiting", "state", "no such parameter"),
    ("/v1/unreached?state=lost", "state", "One of"),
    ("/v1/unreached/rate?limit=3", "limit", "known here"),
)


async def test_what_is_asked_wrongly_is_refused_by_name(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.write()
    async with asking(archive) as client:
        for path, parameter, says in WRONG:
            status, body = await client.ask(path)
            assert (status, body["parameter"]) == (400, parameter), path
            assert says in body["detail"], path


async def test_explain_names_both_witnesses_and_whose_word_counted(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        _, served, _ = await client.items("/v1/visits")
        status, body = await client.ask(f"/v1/visits/{served['id']}/explain")
        assert status == 200
        said = body["item"]
        assert (said["visit"], said["log"]) == (served, None)
        assert said["feed"]["outcome"] == "answered"
        assert said["feed"]["joined_at"] == served["joined_at"]
        findings = {found["field"]: found for found in said["findings"]}
        assert findings["outcome"]["taken_from"] == "feed"
        assert findings["wait_seconds"]["value"] == served["wait_seconds"]
        assert "keeps the promise of 15 s" in findings["within_promise"]["why"]
        assert (await client.ask("/v1/visits/none/explain"))[0] == 404


# -- calls -------------------------------------------------------------------------------------------------------------


async def test_calls_are_live_until_a_period_is_asked_for(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        live = await client.items("/v1/calls")
        assert {call["id"] for call in live} == {"c1", "c2", "c3"}
        assert "phase" in live[0]
        past = await client.items("/v1/calls?from=2027-01-01")
        assert [call["id"] for call in past] == placed
        lost, served, out, _ = past
        assert (lost["direction"], lost["line"], lost["caller"], lost["queues"]) == (
            "inbound", "12345", "139****0001", ["yi"],
        )  # fmt: skip
        assert lost["answered_at"] is None
        assert (served["outcomes"], len(served["visits"])) == (["answered"], 1)
        assert (out["direction"], out["caller"], out["visits"], out["did"]) == (
            "outbound",
            "0878****6666"[:3] + "****6666",
            [],
            None,
        )
        assert out["answered_at"] is not None
        assert [call["id"] for call in await client.items("/v1/calls?from=2027-01-01&direction=outbound")] == [
            placed[2]
        ]
        assert [call["id"] for call in await client.items("/v1/calls?from=2027-01-01&queue=yi")] == [placed[0]]


async def test_a_call_has_one_address_through_its_life(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, placed):
        status, body = await client.ask("/v1/calls/c1")
        assert (status, "phase" in body["item"]) == (200, True)
        status, body = await client.ask(f"/v1/calls/{placed[0]}")
        assert (status, body["item"]["id"], body["item"]["ended_at"] is None) == (200, placed[0], False)
        assert (await client.ask("/v1/calls/nobody"))[0] == 404
        assert (await client.ask(f"/v1/calls/{placed[0]}?pbx=elsewhere"))[0] == 404
        await copy_to_pbx(archive, placed[0], "pbx2")
        status, body = await client.ask(f"/v1/calls/{placed[0]}")
        assert (status, body["parameter"]) == (409, "pbx")
        assert (await client.ask(f"/v1/calls/{placed[0]}?pbx=pbx2"))[1]["item"]["pbx"] == "pbx2"


async def copy_to_pbx(archive: Archive, call: str, pbx: str) -> None:
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        row = (await connection.execute(calls.select().where(calls.c.callid == call))).mappings().one()
        await connection.execute(insert(calls), [dict(row) | {"id": "copy", "pbx": pbx}])
    await engine.dispose()


async def test_the_number_of_a_confidential_call_is_in_no_list(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, placed):
        engine = open_engine(archive.address)
        async with engine.begin() as connection:
            await connection.execute(update(calls).where(calls.c.callid == placed[1]).values(confidential=True))
        await engine.dispose()
        _, hidden, *_ = await client.items("/v1/calls?from=2027-01-01")
        assert (hidden["caller"], hidden["confidential"]) == (None, True)
        assert "保密" in hidden["reasons"]["caller"]
        _, sheet = await client.text("/v1/calls?format=csv")
        rows = {row["id"]: row["caller"] for row in read_sheet(sheet)}
        assert rows[placed[1]] == ""
        assert rows[placed[0]] == "139****0001"


# -- gaps --------------------------------------------------------------------------------------------------------------


async def test_gaps_are_those_stored_and_the_outage_that_lasts(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.write()
    rows = [
        {"id": name, "gateway": "here", "pbx": "main", "of": of, "cause": cause, "started_at": archive.now - start,
         "ended_at": None if end is None else archive.now - end, "written_at": 1}
        for name, of, cause, start, end in (
            ("a", "feed", "cut", 90 * SECOND, 80 * SECOND), ("b", "log", "closed", 70 * SECOND, None),
        )
    ]  # fmt: skip
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        await connection.execute(insert(gaps), rows)
    await engine.dispose()
    archive.feeds[0].status.blind_since = archive.now - 5 * SECOND
    archive.feeds[0].status.reason = "connection refused"
    async with asking(archive) as client:
        over, unknown, now = await client.items("/v1/gaps")
        assert (over["seconds"], over["lasts"], over["reasons"]) == (10.0, False, {})
        assert (unknown["ended_at"], unknown["lasts"]) == (None, False)
        assert "nobody knows" in unknown["reasons"]["ended_at"]
        assert (now["cause"], now["lasts"], now["ended_at"]) == ("connection refused", True, None)
        assert now["id"] == derive_id("here", "main", "gap", "feed", archive.now - 5 * SECOND)
        assert [gap["id"] for gap in await client.items("/v1/gaps?of=log")] == ["b"]
        _, first = await client.ask("/v1/gaps?limit=1")
        assert [gap["id"] for gap in first["items"]] == ["a"], "what lasts stands on the last page"
        rest = await client.items(f"/v1/gaps?limit=5&after={first['next']}")
        assert [gap["lasts"] for gap in rest] == [False, True]


# -- tables ------------------------------------------------------------------------------------------------------------


def read_sheet(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    assert body.count(b"\n") == body.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


async def test_a_table_has_all_of_the_period_and_the_same_values(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        response, body = await client.text("/v1/visits", {"Accept": "text/csv"})
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="visits.csv"'
        rows = read_sheet(body)
        assert list(rows[0]) == VISIT_COLUMNS
        shown = await client.items("/v1/visits")
        for row, item in zip(rows, shown, strict=True):
            assert row == {name: spell_cell(item[name]) for name in VISIT_COLUMNS}
        assert [row["id"] for row in read_sheet((await client.text("/v1/calls?format=csv"))[1])] == placed
        assert len(read_sheet((await client.text("/v1/visits?format=csv&limit=2"))[1])) == 2
        assert read_sheet((await client.text("/v1/gaps?format=csv"))[1]) == []
        assert read_sheet((await client.text("/v1/unreached?format=csv&state=called_again"))[1])[0]["lost_calls"] == "1"


VISIT_COLUMNS = [
    *(
        "id",
        "pbx",
        "call",
        "queue",
        "line",
        "joined_at",
        "picked_up_at",
        "connected_at",
        "left_at",
        "ended_at",
        "outcome",
    ),
    *(
        "reason",
        "ended_by",
        "agent",
        "seat",
        "position",
        "wait_seconds",
        "ring_seconds",
        "hold_seconds",
        "talk_seconds",
    ),
    *("wrap_up_seconds", "promise_seconds", "definition", "within_promise", "precision", "source", "revision"),
]
"""A promise to whoever reads them by number: new ones only at the end."""
OTHERS = {
    Call: [
        *("id", "pbx", "direction", "line", "did", "caller", "confidential", "arrived_at", "answered_at", "ended_at"),
        *("duration_seconds", "cause", "is_test", "asked_back", "visits", "queues", "outcomes", "precision", "source"),
        "revision",
    ],
    Gap: [
        *("id", "gateway", "pbx", "of", "cause", "started_at", "ended_at", "seconds", "lasts", "repair", "repaired_at"),
        "detail",
    ],
    Unreached: [
        *("id", "state", "caller", "confidential", "opened_at", "last_at", "age_seconds", "due_at", "overdue"),
        *("lost_calls", "calls", "pbxs", "queues", "lines", "asked_back", "certain", "attempts", "first_attempt_at"),
        *("last_attempt_at", "last_outcome", "claimed_by", "claimed_until", "closed_at", "closing_call"),
    ],
}


def test_columns_stand_as_they_were_promised() -> None:
    assert columns_of(Visit) == VISIT_COLUMNS
    assert {shape: columns_of(shape) for shape in OTHERS} == OTHERS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert spell_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "true"), (-1.5, "-1.5"), (3, "3"), (["a", "b"], "a b"), ("热线", "热线")]
)
def test_other_values_are_spelt_plainly(value: Any, cell: str) -> None:
    assert spell_cell(value) == cell


async def test_hostile_texts_of_callers_stay_one_cell(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, _placed):
        hostile = '=HYPERLINK("http://x","a")\r\nb,"c'
        engine = open_engine(archive.address)
        async with engine.begin() as connection:
            await connection.execute(update(visits).values(reason=hostile))
        await engine.dispose()
        rows = read_sheet((await client.text("/v1/visits?format=csv"))[1].replace(b"\r\nb", b" b"))
        assert {row["reason"] for row in rows} == {"'" + hostile.replace("\r\nb", " b")}


async def test_a_long_table_goes_out_page_by_page_and_live_answers_come_meanwhile(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.town.lose(A)
    await archive.write()
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        row = dict((await connection.execute(visits.select())).mappings().one())
        for start in range(0, 6_000, 1_000):
            copies = [
                row | {"id": f"{start + n:05d}", "listed_at": row["listed_at"] + start + n} for n in range(1, 1_001)
            ]
            await connection.execute(insert(visits), copies)
    await engine.dispose()
    async with asking(archive) as client, client._session.get(client.url + "/v1/visits?format=csv") as response:
        body = await response.content.readexactly(2_000)
        assert (await client.ask("/livez"))[0] == 200, "a client that reads slowly holds up nobody"
        writer = open_engine(replace(archive.address, statement_seconds=0.5))
        async with writer.begin() as connection:
            await connection.execute(text("UPDATE visits SET revision = revision + 1 WHERE id = '00001'"))
        await writer.dispose()
        body += await response.content.read()
    rows = read_sheet(body)
    assert len(rows) == len({row["id"] for row in rows}) == 6_001


# -- who may, and away -------------------------------------------------------------------------------------------------


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
