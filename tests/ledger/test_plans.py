"""How both databases would answer the questions of history among many rows: along an index, wherever the page is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.callbacks import Seek
from gateway.core.history import Cursor, Wanted
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.history import _page
from gateway.ledger.tables import calls, visits
from gateway.ledger.unreached import make_search
from tests.ledger.town import PBX, T0, looking

DUE = 24 * 3600 * SECOND


MANY = 20_000


@pytest.fixture
async def crowd(database: Address) -> Address:
    """A ledger with many calls, their figures told to the planner."""
    engine = open_engine(database)
    async with engine.begin() as connection:
        for start in range(0, MANY, 1_000):
            await connection.execute(insert(calls), list(make_calls(start, 1_000)))
            await connection.execute(insert(visits), list(make_visits(start, 1_000)))
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
    return database


def make_calls(start: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(start, start + count):
        at = T0 + number * SECOND
        yield {
            "id": derive_id(PBX, "call", str(number)), "pbx": PBX, "callid": str(number), "direction": "inbound",
            "line": f"{number % 33}", "caller_hash": (number % 9_000).to_bytes(32, "big"), "confidential": False,
            "is_test": False, "asked_back": False, "listed_at": at, "arrived_at": at, "ended_at": at + SECOND,
            "answered_at": None if number % 20 == 0 else at, "precision": "us", "source": "live", "revision": 0,
            "gateway": "here", "written_at": at,
        }  # fmt: skip


def make_visits(start: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(start, start + count):
        at = T0 + number * SECOND
        yield {
            "id": derive_id(PBX, "visit", str(number)), "call": derive_id(PBX, "call", str(number)), "pbx": PBX,
            "callid": str(number), "pbx_queue": "q", "queue": f"q{number % 20}", "line": f"{number % 33}",
            "agent": f"{1001 + number % 18}", "listed_at": at, "joined_at": at, "left_at": at + SECOND,
            "outcome": "abandoned" if number % 20 == 0 else "answered", "log_lacks_it": False, "precision": "us",
            "source": "live", "revision": 0, "gateway": "here", "written_at": at,
        }  # fmt: skip


async def explain(connection: AsyncConnection, asked: object) -> str:
    """How the database would answer."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = str(asked.compile(connection.sync_engine, compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
    found = await connection.exec_driver_sql(f"{'EXPLAIN QUERY PLAN' if is_sqlite else 'EXPLAIN'} {statement}")
    return "\n".join(str(tuple(row)) for row in found)


async def test_questions_use_an_index_also_far_into_the_pages(crowd: Address) -> None:
    middle = T0 + MANY // 2 * SECOND
    after = Cursor(middle, "8")
    ways = {
        "all": Wanted(after=after),
        "newest": Wanted(after=after, is_newest_first=True),
        "queue": Wanted(after=after, match={"queue": frozenset({"q3"})}),
        "line": Wanted(since=middle, match={"line": frozenset({"7"})}),
        "agent": Wanted(since=middle, match={"agent": frozenset({"1005"})}),
        "outcome": Wanted(after=after, match={"outcome": frozenset({"abandoned"})}),
    }
    async with looking(crowd) as reader, reader.look() as connection:
        for name, wanted in ways.items():
            plan = await explain(connection, _page(select(visits.c.id), visits, visits.c.listed_at, wanted))
            column = name if name in {"queue", "line", "agent", "outcome"} else "listed_at"
            assert f"ix_visits_{column}" in plan, (name, plan)
            assert "SCAN visits\n" not in f"{plan}\n", plan
            assert "Seq Scan" not in plan, plan
            assert "Sort" not in plan or "B-TREE" in plan, plan
        for only_open in (False, True):
            plan = await explain(connection, make_search(Seek(T0, T0 + 2**40, DUE, only_open, after)))
            assert "ix_calls_unanswered" in plan, plan
            assert only_open is ("ix_calls_caller_hash_answered_at" in plan), plan
