"""What feed and log of one PBX told and is not in the ledger yet, taken batch by batch and forgotten when it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.core.contacts import Contacts, Told
from gateway.core.live_visits import LiveBook, LiveVisit
from gateway.core.log_places import Gap
from gateway.core.log_records import Record
from gateway.core.log_visits import LogVisit
from gateway.core.row_book import Places
from gateway.ledger.positions import Bookmark

BATCH = 1_000
"""Visits in one transaction."""


class LogTold(NamedTuple):
    """What a piece of the log said: its records, their visits, how far it goes, where records may be missing."""

    records: Sequence[Record]
    visits: Sequence[LogVisit]
    bookmark: Bookmark | None
    gaps: Sequence[Gap] = ()


@dataclass(slots=True)
class Pending:
    """What one PBX has to be written: the last word on each visit, and what stands beside visits."""

    contacts: Contacts
    book: LiveBook = field(default_factory=LiveBook)
    places: Places = field(default_factory=Places)
    live: dict[str, LiveVisit] = field(default_factory=dict)
    log: dict[int, LogVisit] = field(default_factory=dict)
    bookmark: Bookmark | None = None
    records: int = 0
    log_at: int = 0
    """Time of the last record told, UTC µs."""

    def take(self) -> "Batch":
        """The next batch; visits in it stay here until they are written, the rest is put back when it is not."""
        live, told = dict(list(self.live.items())[:BATCH]), dict(self.log)
        return Batch(live, told, self.bookmark, self.records, self.contacts.take(), self.log_at)

    def forget(self, done: "Batch") -> None:
        """The batch is written; what changed meanwhile stays."""
        for identity, visit in done.live.items():
            if self.live.get(identity) is visit:
                del self.live[identity]
        for seq, said in done.log.items():
            if self.log.get(seq) is said:
                del self.log[seq]
        if self.bookmark is done.bookmark:
            self.bookmark = None
        self.records -= done.records


class Batch(NamedTuple):
    """One transaction's worth."""

    live: dict[str, LiveVisit]
    log: dict[int, LogVisit]
    bookmark: Bookmark | None
    records: int
    told: Told
    log_at: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.live and not self.log and self.bookmark is None and not len(self.told)
