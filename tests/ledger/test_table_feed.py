"""Rows of a table into the ledger: what a real PBX wrote, in portions, with crashes before anything was written; and
the same records from the file before or after. The visits are those of one undisturbed reading."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import URL

from gateway.asterisk.log_feed import LogFeed, Piece
from gateway.core.log_window import Cursor
from gateway.core.reconcile import VisitRow
from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.migrate import upgrade
from gateway.ledger.pending import LogTold
from gateway.ledger.positions import TABLE, Bookmark
from gateway.ledger.table_feed import TableFeed
from gateway.ledger.visits import load_visits
from gateway.ledger.writer import Writer
from tests.ledger.cluster import Server
from tests.ledger.conftest import Make
from tests.ledger.queue_desk import Desk, make_desk
from tests.scenarios.feeds import SITE, TRACES

pytestmark = pytest.mark.postgres
LOG = TRACES / "hotline22-across.queue_log"
MICROSECONDS = 123_456
PBX = "pbx1"
WANTED: list[VisitRow] = []


@pytest.fixture
def url(server: Server) -> Iterator[URL]:
    made = server.create()
    yield made
    server.drop(made)


def read_lines() -> list[list[str]]:
    return [line.split("|", 5) for line in LOG.read_text(encoding="utf-8").splitlines()]


async def fill(desk: Desk, lines: list[list[str]]) -> None:
    """These records, as Asterisk stores them."""
    async with desk.writing() as connection:
        for epoch, callid, queue, agent, verb, data in lines:
            written = datetime.fromtimestamp(int(epoch), UTC).replace(microsecond=MICROSECONDS)
            parts = (data.split("|", 4) + [""] * 5)[:5]
            values = [f"{written:%Y-%m-%d %H:%M:%S.%f}", callid, queue, agent, verb, *parts]
            await connection.execute(
                "INSERT INTO queue_log (time, callid, queuename, agent, event, data1, data2, data3, data4, data5)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", *values,
            )  # fmt: skip


@asynccontextmanager
async def writing(address: Address, *, crashes: bool = False) -> AsyncIterator[Writer]:
    writer = Writer(address, "here", lambda _: SITE, lambda: 0)
    await writer.open()
    task = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    yield writer
    engine = writer._engine
    if crashes:
        writer._engine = None
    task.cancel()
    await asyncio.wait([task])
    if engine is not None:
        await engine.dispose()


async def until(test: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not test():  # noqa: ASYNC110 - looks at plain counters that wake nobody
            await asyncio.sleep(0.01)


async def follow(address: Address, desk: Desk, *, crashes: bool = False) -> int:
    """One start of the gateway until it has read the table; how many rows it took."""
    async with writing(address, crashes=crashes) as writer:
        cursor, opened = await writer.find_bookmark(PBX, TABLE) or (None, ())
        assert cursor is None or isinstance(cursor, Cursor)
        feed = TableFeed(desk.address, cursor, opened, partial(writer.put_log, PBX))
        task = asyncio.create_task(feed.run(0.02))

        def is_read() -> bool:
            return feed.table.state == "following" and feed.status.records == feed.table.rows

        await until(lambda: is_read() and (crashes or not writer.backlog))
        task.cancel()
        await asyncio.wait([task])
        return feed.table.rows


async def follow_file(address: Address) -> None:
    async with writing(address) as writer:

        async def put(piece: Piece) -> None:
            mark = Bookmark(piece.place, piece.open) if piece.place is not None else None
            await writer.put_log(PBX, LogTold(piece.records, piece.visits, mark, piece.gaps))

        feed = LogFeed(LOG, None, (), put)
        task = asyncio.create_task(feed.run(0.02))
        await until(lambda: feed.status.records == len(read_lines()) and not writer.backlog)
        task.cancel()
        await asyncio.wait([task])


async def tell(address: Address) -> list[VisitRow]:
    """The visits without what depends on who came first: id and revision."""
    engine = open_engine(address)
    async with reading(engine) as connection:
        found = await load_visits(connection, PBX, {line[1] for line in read_lines()})
    await engine.dispose()
    return sorted((row._replace(id="", revision=0) for row in found), key=repr)


@pytest.fixture
async def wanted(make_empty: Make, url: URL) -> list[VisitRow]:
    """One reading of all there is; made once, for it is the same on both."""
    if WANTED:
        return WANTED
    address = make_empty()
    await upgrade(address)
    desk = await make_desk(url, table="queue_log")
    await fill(desk, read_lines())
    assert await follow(address, desk) == len(read_lines())
    rows = await tell(address)
    await desk.execute("DROP TABLE queue_log")
    assert len(rows) > 10
    entries = [row.log.entered_at for row in rows if row.log is not None and row.log.entered_at is not None]
    assert {entry % SECOND for entry in entries} == {MICROSECONDS}
    WANTED.extend(rows)
    return WANTED


@pytest.mark.parametrize("by", ["id", "time"])
async def test_in_portions_with_crashes(database: Address, url: URL, wanted: list[VisitRow], by: str) -> None:
    desk, lines = await make_desk(url, by), read_lines()
    cuts = [0, 7, len(lines) // 3, len(lines) // 2, len(lines)]
    for start, end in pairwise(cuts):
        await fill(desk, lines[start:end])
        assert await follow(database, desk, crashes=True) == end - start
        assert await follow(database, desk) == end - start
    assert await follow(database, desk) == 0
    assert await tell(database) == wanted


@pytest.mark.parametrize("file_first", [True, False])
async def test_file_and_table_are_one(database: Address, url: URL, wanted: list[VisitRow], file_first: bool) -> None:
    """A site that went over from the file to the table, or imports the file's history after it."""
    desk = await make_desk(url)
    await fill(desk, read_lines())
    if file_first:
        await follow_file(database)
    await follow(database, desk)
    if not file_first:
        await follow_file(database)
    assert await tell(database) == wanted
