"""A ledger in memory: rows by id, told by a run's facts and by its queue_log, as the writer will do it with SQL."""

from collections.abc import Iterable

from gateway.core.facts import Fact
from gateway.core.live_visits import LiveBook
from gateway.core.log_reader import LogReader
from gateway.core.log_visits import LogBook
from gateway.core.queue_log import Fault
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from tests.scenarios.feeds import SITE, TRACES


def log_of(name: str) -> bytes:
    return (TRACES / f"{name.rpartition('.')[0]}.queue_log").read_bytes()


class Shelf:
    """Rows, and how often one was written."""

    def __init__(self) -> None:
        self.rows: dict[str, VisitRow] = {}
        self.written = 0

    def _book(self, places: Places) -> RowBook:
        return RowBook("pbx1", SITE, self.rows.values(), places)

    def _store(self, book: RowBook) -> None:
        self.rows.update(book.changed)
        for identity in book.dropped:
            self.rows.pop(identity, None)
        self.written += len(book.changed)

    def see_facts(self, facts: Iterable[Fact], batch: int = 50) -> None:
        """The facts of a run, in batches."""
        book, places, live = self._book(Places()), Places(), LiveBook()
        for number, fact in enumerate(facts):
            if number % batch == 0:
                self._store(book)
                book = self._book(places)
            for visit in live.see(fact):
                book.see_live(visit)
        self._store(book)

    def see_log(self, data: bytes, batch: int = 20) -> None:
        """One reading of a log, in batches."""
        reader, log, places = LogReader(), LogBook(), Places()
        items = reader.feed(data) + reader.begin(0)
        for start in range(0, len(items), batch):
            book = self._book(places)
            for item in items[start : start + batch]:
                if not isinstance(item.what, Fault):
                    for visit in log.see(item.what):
                        book.see_log(visit)
            self._store(book)

    def said(self) -> list[VisitRow]:
        """The rows without what depends on who came first: id and revision."""
        plain = [
            row._replace(id="", revision=0, live=row.live._replace(id="") if row.live else None)
            for row in self.rows.values()
        ]
        return sorted(plain, key=repr)
