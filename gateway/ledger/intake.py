"""What queue_log tells -> rows: batches of visits reconciled over what is stored, in one transaction with the position.

Law: the position is committed with the rows it covers, so that a crash repeats a batch and never loses one. Shared by
`hotline import`, which has no position, and by the service, which follows the log.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.core.contacts import Contacts, Told
from gateway.core.live_visits import LiveVisit
from gateway.core.log_records import Record
from gateway.core.log_visits import LogVisit
from gateway.core.row_book import Places, RowBook
from gateway.core.site import Site
from gateway.ledger.contacts import write_contacts
from gateway.ledger.sealing import Sealer
from gateway.ledger.visits import drop_visits, load_visits, lock_pbx, save_visits


@dataclass(slots=True)
class Tally:
    """What became of the visits told: rows that were new, changed, or said the same already."""

    told: int = 0
    new: int = 0
    changed: int = 0
    dropped: int = 0

    @property
    def same(self) -> int:
        return self.told - self.new - self.changed


class Done(NamedTuple):
    """What one batch wrote: visits that were new, changed, or another one's; and rows beside visits."""

    new: int
    changed: int
    dropped: int
    beside: int

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.beside


@dataclass(slots=True)
class Intake:
    """One reading of one PBX's log into the ledger. Not for two tasks at once."""

    engine: AsyncEngine
    pbx: str
    site: Site
    gateway: str
    sealer: Sealer | None = None
    tally: Tally = field(default_factory=Tally)
    _places: Places = field(default_factory=Places)

    async def take(self, records: Iterable[Record], visits: Iterable[LogVisit], now: int) -> None:
        """Reconcile and write; raises what the driver raises, and then nothing of it is written."""
        latest = {visit.seq: visit for visit in visits}
        contacts = Contacts(self.pbx, self.gateway, keeps_callers=self.sealer is not None)
        for record in records:
            contacts.see_record(record, self.site)
        async with self.engine.begin() as connection:
            done = await write_batch(
                connection, self.pbx, self.site, self.gateway, now, self._places, (), latest.values(), contacts.take(),
                self.sealer,
            )  # fmt: skip
        self.tally.told += len(latest)
        self.tally.new += done.new
        self.tally.changed += done.changed
        self.tally.dropped += done.dropped


async def write_batch(
    connection: AsyncConnection, pbx: str, site: Site, gateway: str, now: int, places: Places,
    live: Collection[LiveVisit], log: Collection[LogVisit], told: Told, sealer: Sealer | None,
) -> Done:  # fmt: skip
    """Reconcile visits over what is stored and write them, and what stands beside them; `now` in UTC µs."""
    await lock_pbx(connection, pbx)
    stored = await load_visits(connection, pbx, _callids(live) | _callids(log))
    book = RowBook(pbx, site, stored, places)
    for seen in live:
        book.see_live(seen)
    for said in log:
        book.see_log(said)
    await save_visits(connection, book.changed.values(), gateway, now)
    await drop_visits(connection, book.dropped)
    beside = await write_contacts(connection, pbx, site, told, gateway, now, sealer)
    known = {row.id for row in stored}
    new = sum(identity not in known for identity in book.changed)
    return Done(new, len(book.changed) - new, len(book.dropped), beside.new + beside.changed)


def _callids(visits: Collection[LiveVisit] | Collection[LogVisit]) -> set[str]:
    return {callid for visit in visits for callid in (visit.callid, visit.entered_as) if callid is not None}
