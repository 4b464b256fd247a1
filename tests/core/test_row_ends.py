"""Rows of talks that feed and log end at different times."""

import pytest

from gateway.core import log_records as rec
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogBook
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from gateway.core.site import SECOND
from gateway.core.words import EndedBy, VisitOutcome
from tests.core.test_row_book import CALL, MIDNIGHT, SITE, Store, connected, ended, entered, live


def read_talk(at: int, feed_ends: int, log_ends: int, log_first: bool) -> list[VisitRow]:
    """A talk that feed and log end at different times, µs after it began."""
    store = Store()
    seen = live(
        at, 506_000, VisitOutcome.ANSWERED, agent="1001", connected_at=at + 507_000, ended_by=EndedBy.CALLER,
        ended_at=at + 507_000 + feed_ends, talk_us=feed_ends,
    )  # fmt: skip
    end = ended(at + 507_000 + log_ends, log_ends // SECOND)._replace(ended_by=EndedBy.BLIND_TRANSFER)
    if not log_first:
        store.see_live(seen)
    rows = store.read_log(entered(at), connected(at + 507_000, 0), end)
    return store.see_live(seen) if log_first else rows


@pytest.mark.parametrize("log_first", [True, False])
def test_a_talk_whose_end_the_feed_missed_is_one_visit(log_first: bool) -> None:
    """Dead while the agent handed the caller on, and so believed that they talked until the caller was gone (seen in
    chaos, seed 1): the log has the end."""
    at = MIDNIGHT + 22_000
    (row,) = read_talk(at, 7 * SECOND, 4 * SECOND, log_first)
    assert (row.source, row.wait_us, row.precision) == ("both", 506_000, "us")
    assert (row.ended_at, row.ended_by, row.talk_us) == (MIDNIGHT + 4 * SECOND, EndedBy.BLIND_TRANSFER, 4 * SECOND)


@pytest.mark.parametrize("log_first", [True, False])
def test_a_talk_that_the_log_ends_late_is_one_visit(log_first: bool) -> None:
    """Who is taken out of a talk leaves the log open for as long as he stays (asterisk-facts 2.7): the feed's end."""
    (row,) = read_talk(MIDNIGHT, 4_200_000, 90 * SECOND, log_first)
    assert (row.source, row.ended_at, row.talk_us) == ("both", MIDNIGHT + 4_707_000, 4_200_000)


def test_a_talk_found_before_a_second_restart_is_the_logs_when_it_ends() -> None:
    """Dead when it began, dead when it ended (seen in chaos, seed 1): the log is read on from its middle, and its end
    shows that the talk the feed had found in between is the same."""
    store, log = Store(), LogBook()
    book = RowBook("pbx1", SITE, (), Places())
    for record in (entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3)):
        for visit in log.see(record):
            book.see_log(visit)
    store.rows = dict(book.changed)
    found = LiveVisit(
        "found", CALL, "main", "12345", agent="1001", outcome=VisitOutcome.ANSWERED, precision="s",
        seen_at=MIDNIGHT + 5 * SECOND,
    )  # fmt: skip
    assert len(store.see_live(found)) == 2
    again, further = RowBook("pbx1", SITE, store.rows.values(), Places()), LogBook(tuple(log.open.values()))
    for visit in further.see(ended(MIDNIGHT + 9 * SECOND, 6)):
        again.see_log(visit)
    (row,) = again.changed.values()
    assert (row.id, row.source, row.wait_us, row.talk_us) == ("found", "both", 3 * SECOND, 6 * SECOND)
    assert again.dropped == store.rows.keys() - {"found"}


def test_a_talk_found_before_the_pbx_died_is_the_logs_that_has_no_end() -> None:
    """Seen in chaos, seed 1: answered while the gateway was dead, found going on, and then the PBX died under it."""
    store = Store()
    store.see_live(
        LiveVisit(
            "found", CALL, "main", "12345", agent="1001", outcome=VisitOutcome.ANSWERED, precision="s",
            seen_at=MIDNIGHT + 5 * SECOND,
        )
    )  # fmt: skip
    boots = rec.QueuesStarted(MIDNIGHT + 20 * SECOND, "NONE", "NONE", "NONE")
    (row,) = store.read_log(entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3), boots)
    assert (row.id, row.source, row.outcome, row.wait_us) == ("found", "both", VisitOutcome.ANSWERED, 3 * SECOND)


def test_the_connection_alone_and_the_end_alone_are_one_visit() -> None:
    """Of two pieces of a log neither has the entry: both waits lead to it (seen with random cuts)."""
    store = Store()
    store.read_log(connected(MIDNIGHT + 2 * SECOND, 2))
    (row,) = store.read_log(ended(MIDNIGHT + 5 * SECOND, 3)._replace(hold_s=2))
    assert (row.outcome, row.connected_at, row.ended_at) == ("answered", MIDNIGHT + 2 * SECOND, MIDNIGHT + 5 * SECOND)
    (row,) = store.read_log(entered(MIDNIGHT), connected(MIDNIGHT + 2 * SECOND, 2), ended(MIDNIGHT + 5 * SECOND, 3))
    assert row.joined_at == MIDNIGHT
