"""What queue_log tells -> rows: batches of visits reconciled over what is stored, in one transaction with the position.

Law: the position is committed with the rows it covers, so that a crash repeats a batch and never loses one. Shared by
`hotline import`, which has no position, and by the service, which follows the log.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.core.contacts import Told
from gateway.core.first_rows import Pieces
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from gateway.core.site import Site
from gateway.ledger.bulk import write_rows
from gateway.ledger.contacts import write_contacts
from gateway.ledger.first import CALLS, OFFERS, VISITS, Batch, Spelled
from gateway.ledger.sealing import Sealer
from gateway.ledger.stored import find_stored
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
    """What one batch wrote: visits that were new, changed, or another one's; rows beside visits; and visits whose
    outcome only the log told."""

    new: int
    changed: int
    dropped: int
    beside: int
    recovered: int = 0

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

    def begin(self) -> None:
        """Another reading: what it tells may be what was told before."""
        self._places = Places()

    async def take(self, batch: Batch, now: int) -> None:
        """Write it: as it is where nothing of its calls is stored, else reconciled. Raises what the driver raises, and
        then nothing of it is written."""
        async with self.engine.begin() as connection:
            await lock_pbx(connection, self.pbx)
            stored = await find_stored(connection, self.pbx, batch.callids, batch.spelled.offered)
            new = await self._write_first(connection, batch.spelled.without(stored) if stored else batch.spelled)
            todo = [batch.known, *([batch.fresh().split(stored)[0]] if stored else [])]
            done = [await self._reconcile(connection, pieces, now) for pieces in todo]
        self.tally.told += len(batch.spelled.places) + len({visit.seq for visit in batch.known.visits})
        self.tally.new += new + sum(some.new for some in done)
        self.tally.changed += sum(some.changed for some in done)
        self.tally.dropped += sum(some.dropped for some in done)

    async def _write_first(self, connection: AsyncConnection, spelled: Spelled) -> int:
        """How many visits were new."""
        await write_rows(connection, VISITS, spelled.visits)
        await write_rows(connection, CALLS, spelled.calls)
        await write_rows(connection, OFFERS, spelled.offers)
        for seq, place in spelled.places:
            self._places.take(seq, place)
        return len(spelled.visits)

    async def _reconcile(self, connection: AsyncConnection, pieces: Pieces, now: int) -> Done:
        return await write_batch(
            connection, self.pbx, self.site, self.gateway, now, self._places, (), pieces.visits, pieces.told,
            self.sealer,
        )  # fmt: skip


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
    known = {row.id: row for row in stored}
    new = sum(identity not in known for identity in book.changed)
    recovered = sum(_is_recovered(known.get(row.id), row) for row in book.changed.values())
    return Done(new, len(book.changed) - new, len(book.dropped), beside.new + beside.changed, recovered)


def _is_recovered(old: VisitRow | None, new: VisitRow) -> bool:
    """Whether the log alone now says how it ended."""
    return new.source == "log" and new.outcome is not None and (old is None or old.outcome is None)


def _callids(visits: Collection[LiveVisit] | Collection[LogVisit]) -> set[str]:
    return {callid for visit in visits for callid in (visit.callid, visit.entered_as) if callid is not None}
