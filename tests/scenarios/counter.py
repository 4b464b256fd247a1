"""Calls, offers, spells, surveys and gaps in memory, told by a run's facts and log, as `ledger/contacts.py` does it."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from gateway.core.agent_spells import unite_spells
from gateway.core.call_rows import CallRow, combine_call, unite_calls
from gateway.core.contacts import Contacts, Told
from gateway.core.facts import Fact
from gateway.core.gaps import unite_gaps
from gateway.core.log_reader import LogReader
from gateway.core.log_records import Record
from gateway.core.offer_book import OfferBook
from gateway.core.offer_rows import OfferRow
from gateway.core.queue_log import Fault
from gateway.core.surveys import unite_surveys
from tests.scenarios.feeds import SITE
from tests.scenarios.shelf import log_of

PBX = "pbx1"


def records_of(data: bytes) -> list[Record]:
    reader = LogReader()
    return [item.what for item in reader.feed(data) + reader.begin(0) if not isinstance(item.what, Fault)]


def log_records(name: str) -> list[Record]:
    return records_of(log_of(name))


def told_by(facts: Iterable[Fact] = (), records: Iterable[Record] = (), contacts: Contacts | None = None) -> Told:
    """What is to be written after these."""
    contacts = contacts or Contacts(PBX, "here")
    for fact in facts:
        contacts.see_fact(fact, SITE)
    for record in records:
        contacts.see_record(record, SITE)
    return contacts.take()


class Counter:
    """Rows by id, kind by kind, and how often one was written."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRow] = {}
        self.offers: dict[str, OfferRow] = {}
        self.others: dict[str, Any] = {}
        self.written = 0

    def take(self, told: Told) -> None:
        """Unite what was told with what is here."""
        calls = [combine_call(PBX, live, None, SITE) for live in told.live_calls.values()]
        calls += [combine_call(PBX, None, log, SITE) for log in told.log_calls.values()]
        self._merge(self.calls, calls, partial(unite_calls, site=SITE))
        self._take_offers(told)
        self._merge(self.others, told.spells.values(), unite_spells)
        self._merge(self.others, told.surveys.values(), unite_surveys)
        self._merge(self.others, told.gaps.values(), unite_gaps)

    def _merge(self, rows: dict[str, Any], told: Iterable[Any], unite: Callable[[Any, Any], Any]) -> None:
        for row in told:
            known = rows.get(row.id)
            new = row if known is None else unite(known, row)
            self.written += new != known
            rows[row.id] = new

    def _take_offers(self, told: Told) -> None:
        book = OfferBook(PBX, SITE, self.offers.values())
        for live in told.live_offers.values():
            book.see_live(live)
        for log in told.log_offers.values():
            book.see_log(log)
        self.offers.update(book.changed)
        for identity in book.dropped:
            self.offers.pop(identity, None)
        self.written += len(book.changed)

    def said(self) -> list[Any]:
        """The rows but for how often they were corrected, which depends on who came first."""
        rows = [*self.calls.values(), *self.offers.values(), *self.others.values()]
        return sorted((row._replace(revision=0) if hasattr(row, "revision") else row for row in rows), key=repr)
