"""Visits that the feed saw and queue_log has passed without a word are flagged, and no others."""

import asyncio
import time

from sqlalchemy import select, true

from gateway.core.facts import VisitJoined, VisitSettled
from gateway.core.ids import derive_id
from gateway.core.live_visits import LiveVisit
from gateway.core.log_places import Position
from gateway.core.log_records import Entered
from gateway.core.reconcile import VisitRow, combine
from gateway.core.site import SECOND
from gateway.core.words import VisitOutcome
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.migrate import upgrade
from gateway.ledger.pending import LogTold
from gateway.ledger.positions import Bookmark
from gateway.ledger.tables import visits
from gateway.ledger.visits import flag_unlogged, save_visits
from gateway.ledger.writer import Writer
from tests.scenarios.feeds import SITE

T0 = 1_795_400_000 * SECOND
PASSED = T0 + 600 * SECOND


def make_row(name: str, joined: int, left: int | None, outcome: VisitOutcome | None) -> VisitRow:
    identity = derive_id("main", name)
    live = LiveVisit(
        identity, name, "hotline", "12345", joined_at=joined, left_at=left, outcome=outcome, is_over=left is not None
    )
    return combine(identity, "main", "hotline", live, None, SITE)


async def find_flagged(address: Address) -> set[str]:
    engine = open_engine(address)
    async with engine.connect() as connection:
        found = await connection.execute(select(visits.c.callid).where(visits.c.log_lacks_it == true()))
        names = {name for (name,) in found}
    await engine.dispose()
    return names


async def test_only_what_the_log_has_passed_and_might_have_told_is_flagged(database: Address) -> None:
    await upgrade(database)
    gone = VisitOutcome.ABANDONED
    rows = [
        make_row("lost", T0, T0 + 20 * SECOND, gone),
        make_row("young", PASSED - 5 * SECOND, PASSED + SECOND, gone),
        make_row("open", T0, None, None),
        make_row("refused", T0, T0, VisitOutcome.REFUSED),
        make_row("old", T0 - 90_000 * SECOND, T0 - 89_000 * SECOND, gone),
    ]
    engine = open_engine(database)
    async with engine.begin() as connection:
        await save_visits(connection, rows, "here", T0)
        await flag_unlogged(connection, "other", PASSED)
        await flag_unlogged(connection, "main", PASSED)
    await engine.dispose()
    assert await find_flagged(database) == {"lost"}
    engine = open_engine(database)
    async with engine.begin() as connection:  # the log tells of it after all
        await save_visits(connection, rows[:1], "here", T0)
    await engine.dispose()
    assert await find_flagged(database) == set()


async def test_the_writer_flags_when_it_has_written_what_the_log_told(database: Address) -> None:
    await upgrade(database)
    writer = Writer(database, "here", lambda _: SITE, lambda: time.time_ns() // 1000)
    await writer.open()
    task = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    for fact in tell_of_one():
        writer.offer(fact)
    mark = Bookmark(Position(1, 2, 3, 0, "", T0), ())
    later = Entered(T0 + 62 * SECOND, "other", "hotline", "", "", None, 1, None)
    await writer.put_log("main", LogTold([later], [], mark))
    task.cancel()  # at its end it writes what there is
    await asyncio.wait([task])
    assert await find_flagged(database) == {"seen"}


def tell_of_one() -> tuple[VisitJoined, VisitSettled]:
    who = "main", T0, derive_id("main", "seen"), "seen", "hotline", "12345"
    joined = VisitJoined(*who, 1, T0, "us")
    gone = VisitOutcome.ABANDONED
    return joined, VisitSettled(*who, gone, None, T0, None, None, T0 + SECOND, SECOND, None, None, "us", None)
