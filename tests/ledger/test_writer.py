"""The writer: facts and log of a real PBX's run, with the ledger away in the middle; what waits is written when it is
back, live facts are taken meanwhile without delay, and the log waits on the disk."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.asterisk.log_feed import LogFeed, Piece
from gateway.core.facts import AgentChanged, CallArrived, OfferMade
from gateway.core.log_places import Position
from gateway.core.log_window import Cursor
from gateway.core.reconcile import VisitRow
from gateway.core.words import Direction
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.intake import Done, write_batch
from gateway.ledger.pending import LogTold
from gateway.ledger.positions import Bookmark
from gateway.ledger.tables import agent_spells, calls, gaps, offers, surveys
from gateway.ledger.visits import load_visits
from gateway.ledger.writer import STOP_S, Writer
from tests.scenarios.feeds import SITE, TRACES
from tests.scenarios.shelf import Shelf, log_of
from tests.scenarios.test_traces import played

NAME = "hotline22-across.all"
LOG = TRACES / "hotline22-across.queue_log"


@pytest.fixture
def hasty(database: Address) -> Address:
    """The same database for one who does not wait long for a lock."""
    return replace(database, statement_seconds=0.3, connect_seconds=1.0)


@asynccontextmanager
async def writing(address: Address) -> AsyncIterator[Writer]:
    writer = Writer(address, "here", lambda _: SITE, lambda: time.time_ns() // 1000)
    await writer.open()
    task = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    try:
        yield writer
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def away(address: Address) -> AsyncIterator[None]:
    """Nobody can write: a lock held by somebody (SQLite), or a server that takes no connection (PostgreSQL)."""
    if address.file is not None:
        holder = sqlite3.connect(address.file)
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.rollback()
        holder.close()
        return
    url = address.url
    server = await asyncpg.connect(
        host=url.query.get("host") or url.host, port=url.port, user=url.username, password=url.password,
        database="postgres",
    )  # fmt: skip
    await server.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')
    await server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database)
    yield
    await server.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true')
    await server.close()


async def until(test: Callable[[], Any], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not test():  # noqa: ASYNC110 - looks at plain counters that wake nobody
            await asyncio.sleep(0.02)


async def rows_of(address: Address, ids: set[str]) -> dict[str, VisitRow]:
    engine = open_engine(address)
    async with reading(engine) as connection:
        found = await load_visits(connection, "pbx1", ids)
    await engine.dispose()
    return {row.id: row for row in found}


def expected() -> Shelf:
    shelf = Shelf()
    shelf.see_facts(played(NAME).facts)
    shelf.see_log(log_of(NAME))
    return shelf


def said(rows: dict[str, VisitRow]) -> list[VisitRow]:
    shelf = Shelf()
    shelf.rows = rows
    return shelf.said()


async def test_away_in_the_middle_and_back_nothing_is_lost(hasty: Address) -> None:
    wanted, facts = expected(), played(NAME).facts
    async with writing(hasty) as writer:
        for fact in facts[: len(facts) // 3]:
            writer.offer(fact)
        await until(lambda: writer.backlog == 0)
        async with away(hasty):
            began = time.perf_counter()
            for fact in facts[len(facts) // 3 :]:
                writer.offer(fact)
            taken = time.perf_counter() - began
            await until(lambda: writer.status.error is not None)
            assert writer.backlog > 0
            assert writer.status.since is not None
        await until(lambda: writer.status.error is None)
        feed = LogFeed(LOG, None, (), partial(put, writer))
        task = asyncio.create_task(feed.run(0.05))
        await until(lambda: feed.status.records > 0 and writer.backlog == 0 and feed.tail.unread_bytes == 0)
        await asyncio.sleep(0.6)  # the last line is given up as alone after a quiet poll, then written
        await until(lambda: writer.backlog == 0)
        task.cancel()
        await asyncio.wait([task])
    print(f"\n{len(facts)} facts; those while it was away took {taken / len(facts) * 1e6:.1f} us each")
    ids = {row.callid for row in wanted.rows.values()}
    assert said(await rows_of(hasty, ids)) == wanted.said()
    counts = await count_rows(hasty)
    assert counts["offers"] == len({fact.offer for fact in facts if isinstance(fact, OfferMade)})
    assert counts["calls"] >= len({fact.call for fact in facts if isinstance(fact, CallArrived)}) > 0
    assert counts["agent_spells"] >= len([fact for fact in facts if isinstance(fact, AgentChanged)]) / 2 > 0


async def count_rows(address: Address) -> dict[str, int]:
    """Rows by table, of those that stand beside visits."""
    engine = open_engine(address)
    async with reading(engine) as connection:
        found = {
            table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (offers, calls, agent_spells, surveys, gaps)
        }
    await engine.dispose()
    return found


async def put(writer: Writer, piece: Piece) -> None:
    mark = Bookmark(piece.place, piece.open) if piece.place is not None else None
    await writer.put_log("pbx1", LogTold(piece.records, piece.visits, mark, piece.gaps))


async def read_log(address: Address) -> tuple[Bookmark | None, int]:
    """One start: where it goes on, and how many records it reads there."""
    async with writing(address) as writer:
        mark = await writer.find_bookmark("pbx1")
        position, opened = mark if mark is not None else (None, ())
        assert not isinstance(position, Cursor)
        feed = LogFeed(LOG, position, opened, partial(put, writer))
        task = asyncio.create_task(feed.run(0.05))
        await asyncio.sleep(0.8)  # a second start has nothing to wait for: that it reads nothing is what is shown
        task.cancel()
        await asyncio.wait([task])
        await until(lambda: writer.backlog == 0)
        return mark, feed.status.records


async def test_the_log_goes_on_where_it_was_written_to(hasty: Address) -> None:
    """A second start reads nothing again; the bookmark is that of the file's end, with what is open there."""
    assert (await read_log(hasty))[0] is None
    mark, read = await read_log(hasty)
    assert mark is not None
    assert read <= 1
    assert isinstance(mark.position, Position)
    assert mark.position.offset >= LOG.stat().st_size - 200


async def test_what_waits_at_the_end_is_written_before_the_stop(database: Address) -> None:
    async with writing(database) as writer:
        for fact in played(NAME).facts:
            writer.offer(fact)
    assert writer.backlog == 0
    ids = {row.callid for row in expected().rows.values()}
    assert len(await rows_of(database, ids)) == len({row.id for row in expected().rows.values() if row.live})


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(0.3)",
}


async def test_a_stop_in_the_middle_of_a_write_loses_nothing_and_leaves_no_lock(
    database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop comes while the driver is busy with a statement of a transaction that has written already."""
    is_busy = asyncio.Event()

    async def write_slowly(connection: AsyncConnection, *arguments: Any) -> Done:
        done = await write_batch(connection, *arguments)
        asyncio.get_running_loop().call_later(0.05, is_busy.set)
        await connection.exec_driver_sql(SLOW[connection.dialect.name])
        return done

    monkeypatch.setattr("gateway.ledger.writer.write_batch", write_slowly)
    async with writing(database) as writer:
        writer.offer(CallArrived("pbx1", 1_790_000_000_000_000, "stop", "12345", "12345", Direction.INBOUND, ""))
        await is_busy.wait()
        began = time.perf_counter()
    assert time.perf_counter() - began < STOP_S
    engine = open_engine(database)
    async with reading(engine) as connection:
        assert (await connection.execute(select(func.count()).select_from(calls))).scalar_one() == 1
    await engine.dispose()
