"""The past as tables (CSV): all of the period, the same values as in JSON, nothing that a spreadsheet would run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from gateway.ledger.engine import open_engine
from gateway.ledger.tables import visits
from gateway.web.past_shapes import Call, Gap, Visit
from gateway.web.sheets import columns_of, spell_cell
from gateway.web.unreached_shapes import Unreached
from tests.shells.archive import Archive, asking, read_sheet, town_of

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
