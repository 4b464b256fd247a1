"""The past as tables (CSV): all of the period, the same values as in JSON, nothing that a spreadsheet would run."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert, text, update

from gateway.ledger.engine import open_engine
from gateway.ledger.tables import visits
from gateway.web.past_shapes import Call, Gap, Visit
from gateway.web.sheets import columns_of, spell_cell
from gateway.web.unreached_shapes import Unreached
from tests.shells.archive import Archive, asking, read_sheet, town_of
from tests.shells.house import serving

A = "13900000001"


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
        *("last_attempt_at", "last_outcome", "claimed_by", "claimed_until", "closed_at", "closing_call", "calling_now"),
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
    await multiply(archive, 6_000)
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


async def test_a_head_request_has_no_body(tmp_path: Path) -> None:
    async with (
        town_of(tmp_path) as (_, client, _placed),
        client._session.head(client.url + "/v1/visits?format=csv") as response,
    ):
        assert (response.status, await response.read()) == (200, b"")


async def test_a_stop_does_not_wait_for_who_reads_slowly(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.town.lose(A)
    await archive.write()
    await multiply(archive, 12_000, reason="x" * 2_000)
    async with aiohttp.ClientSession() as session:
        async with serving(archive) as server:
            response = await session.get(server.url + "/v1/visits?format=csv")
            await response.content.readexactly(1_000)
            began = time.monotonic()
        took = time.monotonic() - began
        with pytest.raises(aiohttp.ClientError):
            await response.read()
    await archive.ledger.close()
    assert took < 6, "the server ended, though a table was half sent; the client learns that it is not whole"


async def multiply(archive: Archive, times: int, **changes: object) -> None:
    """The first visit again and again, a microsecond apart."""
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        row = dict((await connection.execute(visits.select())).mappings().one())
        for start in range(0, times, 1_000):
            numbers, at = range(start + 1, start + 1_001), row["listed_at"]
            copies = [row | changes | {"id": f"{number:05d}", "listed_at": at + number} for number in numbers]
            await connection.execute(insert(visits), copies)
    await engine.dispose()
