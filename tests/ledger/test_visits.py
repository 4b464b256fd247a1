"""Recorded runs of real PBXs into both databases: each visit once, whatever comes first, twice or in pieces."""

from collections.abc import Iterable

import pytest

from gateway.core.facts import Fact
from gateway.core.live_visits import LiveBook
from gateway.core.log_reader import LogReader
from gateway.core.log_visits import LogBook
from gateway.core.queue_log import Fault
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.visits import drop_visits, load_visits, lock_pbx, save_visits
from tests.scenarios.feeds import SITE
from tests.scenarios.shelf import Shelf, log_of
from tests.scenarios.test_traces import played

RUNS = ["hotline22-across.all", "plain22-consult-across.all", "plain22-odd.all", "plain16-everyday.all"]


class Base:
    """The same as `Shelf`, in a database."""

    def __init__(self, address: Address) -> None:
        self.engine = open_engine(address)

    async def see_facts(self, facts: Iterable[Fact]) -> None:
        live = LiveBook()
        told = [visit for fact in facts for visit in live.see(fact)]
        for start in range(0, len(told), 25):
            some = told[start : start + 25]
            ids = {callid for visit in some for callid in (visit.callid, visit.entered_as) if callid is not None}
            async with self.engine.begin() as connection:
                await lock_pbx(connection, "pbx1")
                book = RowBook("pbx1", SITE, await load_visits(connection, "pbx1", ids), Places())
                for visit in some:
                    book.see_live(visit)
                await save_visits(connection, book.changed.values(), "here", 1)
                await drop_visits(connection, book.dropped)

    async def see_log(self, data: bytes) -> int:
        """How many rows were written."""
        reader, log, places, written = LogReader(), LogBook(), Places(), 0
        records = [item.what for item in reader.feed(data) + reader.begin(0) if not isinstance(item.what, Fault)]
        told = [visit for record in records for visit in log.see(record)]
        for start in range(0, len(told), 25):
            some = told[start : start + 25]
            ids = {callid for visit in some for callid in (visit.callid, visit.entered_as) if callid is not None}
            async with self.engine.begin() as connection:
                await lock_pbx(connection, "pbx1")
                book = RowBook("pbx1", SITE, await load_visits(connection, "pbx1", ids), places)
                for visit in some:
                    book.see_log(visit)
                written += len(book.changed)
                await save_visits(connection, book.changed.values(), "here", 2)
                await drop_visits(connection, book.dropped)
        return written

    async def rows(self) -> dict[str, VisitRow]:
        facts = {call for name in RUNS for call in _calls(name)}
        async with reading(self.engine) as connection:
            return {row.id: row for row in await load_visits(connection, "pbx1", facts)}


def _calls(name: str) -> set[str]:
    shelf = Shelf()
    shelf.see_facts(played(name).facts)
    shelf.see_log(log_of(name))
    return {row.callid for row in shelf.rows.values()}


@pytest.mark.parametrize("name", RUNS)
async def test_the_database_says_what_memory_says(database: Address, name: str) -> None:
    base, shelf = Base(database), Shelf()
    await base.see_facts(played(name).facts)
    shelf.see_facts(played(name).facts)
    assert await base.see_log(log_of(name)) > 0
    shelf.see_log(log_of(name))
    found = await base.rows()
    assert found == shelf.rows
    assert {row.source for row in found.values() if row.pbx_queue != "unknown"} <= {"both", "live"}
    assert await base.see_log(log_of(name)) == 0, "the same log again writes nothing"
    assert await base.see_log(log_of(name)[len(log_of(name)) // 3 :]) == 0, "nor does a piece of it"
    assert await base.rows() == found
    await base.engine.dispose()


async def test_the_log_first_and_the_feed_later(database: Address) -> None:
    base, shelf = Base(database), Shelf()
    name = "plain22-odd.all"
    await base.see_log(log_of(name))
    shelf.see_log(log_of(name))
    await base.see_facts(played(name).facts)
    shelf.see_facts(played(name).facts)
    assert await base.rows() == shelf.rows
    await base.engine.dispose()
