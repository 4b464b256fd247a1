"""The same records in a file and in a table: one row each, whichever is read first, and the table's times stay."""

import random
from typing import Any

import pytest

from gateway.core import log_records as rec
from gateway.core.log_visits import LogBook
from gateway.core.offer_book import OfferBook
from gateway.core.offer_rows import OfferRow, read_offer
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from gateway.core.site import SECOND, QueueRule, Site
from gateway.core.words import EndedBy, OfferOutcome, VisitOutcome

SITE = Site(queues=(QueueRule("hotline"),))
AT = 1_795_480_279 * SECOND


def make_records(calls: int, rng: random.Random) -> list[Any]:
    """Calls that visit, wait, ring out, come back at once; times as a table has them."""
    found: list[Any] = []
    for number in range(calls):
        at, callid = AT + number * 11 * SECOND + rng.randrange(SECOND), f"{AT // SECOND}.{number}"
        for turn in range(rng.randrange(1, 3)):
            head = (callid, "hotline")
            found.append(rec.Entered(at, *head, "NONE", "", "139", 1, None))
            found.append(rec.Rung(at + 2 * SECOND + 9, *head, "1001", OfferOutcome.NO_ANSWER, 2000 + turn))
            at += rng.randrange(3 * SECOND, 6 * SECOND)
            if rng.random() < 0.5:
                found.append(rec.Left(at, *head, "NONE", VisitOutcome.ABANDONED, 1, 1, 4, ""))
            else:
                found.append(rec.Connected(at, *head, "1001", 4, f"{AT // SECOND}.9{number}{turn}", 1))
                at += 2 * SECOND + 7
                found.append(rec.TalkEnded(at, *head, "1001", EndedBy.CALLER, "", 4, 2, 1))
            at += rng.randrange(1, SECOND)
    return sorted(found, key=lambda record: record.at)


def write_to_file(records: list[Any], rng: random.Random) -> list[Any]:
    """As the file has them: later by what the database took, the second cut off."""
    return [record._replace(at=(record.at + rng.randrange(SECOND // 5)) // SECOND * SECOND) for record in records]


class Store:
    """Visits and offers between readings."""

    def __init__(self) -> None:
        self.visits: dict[str, VisitRow] = {}
        self.offers: dict[str, OfferRow] = {}

    def read(self, records: list[Any], *, is_exact: bool) -> None:
        book, log = RowBook("main", SITE, self.visits.values(), Places()), LogBook(is_exact=is_exact)
        offers = OfferBook("main", SITE, self.offers.values())
        for record in records:
            for visit in log.see(record):
                book.see_log(visit)
            if (offer := read_offer(record)) is not None:
                offers.see_log(offer)
        self.visits = {key: row for key, row in (self.visits | book.changed).items() if key not in book.dropped}
        self.offers = {key: row for key, row in (self.offers | offers.changed).items() if key not in offers.dropped}

    def said(self) -> tuple[list[str], list[str]]:
        """The rows without what depends on who came first: id and revision."""
        visits = [row._replace(id="", revision=0) for row in self.visits.values()]
        return sorted(map(repr, visits)), sorted(repr(row._replace(revision=0)) for row in self.offers.values())


@pytest.mark.parametrize("seed", range(30))
def test_read_twice_is_read_once(seed: int) -> None:
    rng = random.Random(seed)
    table = make_records(8, rng)
    file = write_to_file(table, rng)
    alone = Store()
    alone.read(table, is_exact=True)
    for order in ((table, file), (file, table), (table, file, table), (file, table, file)):
        both = Store()
        for records in order:
            both.read(records, is_exact=records is table)
        assert both.said() == alone.said()
