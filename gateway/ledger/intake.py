"""What queue_log tells -> rows: batches of visits reconciled over what is stored, in one transaction with the position.

Law: the position is committed with the rows it covers, so that a crash repeats a batch and never loses one. Shared by
`hotline import`, which has no position, and by the service, which follows the log.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.contacts import Contacts
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
            await lock_pbx(connection, self.pbx)
            stored = await load_visits(connection, self.pbx, _callids(latest.values()))
            book = RowBook(self.pbx, self.site, stored, self._places)
            for visit in latest.values():
                book.see_log(visit)
            await save_visits(connection, book.changed.values(), self.gateway, now)
            await drop_visits(connection, book.dropped)
            await write_contacts(connection, self.pbx, self.site, contacts.take(), self.gateway, now, self.sealer)
        known = {row.id for row in stored}
        self.tally.told += len(latest)
        self.tally.new += sum(identity not in known for identity in book.changed)
        self.tally.changed += sum(identity in known for identity in book.changed)
        self.tally.dropped += len(book.dropped)


def _callids(visits: Collection[LogVisit]) -> set[str]:
    return {callid for visit in visits for callid in (visit.callid, visit.entered_as) if callid is not None}
