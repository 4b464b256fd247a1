"""Items of a log reader -> records believed and visits told by them: what a file and a table have in common."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.core.log_places import Gap
from gateway.core.log_reader import Item
from gateway.core.log_records import Record
from gateway.core.log_visits import LogBook, LogVisit
from gateway.core.queue_log import Fault


@dataclass(slots=True)
class LogFeedStatus:
    """Plain counters. `faults` by reason; `gaps` counts intervals in which records may be missing, by cause."""

    records: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)


class Chapter(NamedTuple):
    """Records believed, the visits told by them, and those open behind the last."""

    records: list[Record]
    visits: list[LogVisit]
    open: tuple[LogVisit, ...]


class LogStory:
    """One reading of one log."""

    def __init__(self, book: LogBook) -> None:
        self.status = LogFeedStatus()
        self._book = book

    def tell(self, items: Iterable[Item], gaps: Iterable[Gap] = ()) -> Chapter:
        """What these items say."""
        for gap in gaps:
            self.status.gaps[gap.cause] += 1
        records = [record for item in items if (record := self._believe(item)) is not None]
        visits = [visit for record in records for visit in self._book.see(record)]
        return Chapter(records, visits, tuple(self._book.open.values()))

    def _believe(self, item: Item) -> Record | None:
        if isinstance(item.what, Fault):
            self.status.faults[item.what.reason] += 1
            return None
        self.status.records += 1
        return item.what
