"""Rows from feed and log over what is stored: two alike of one second, corrected joins, takers, who wins."""

from typing import Any

import pytest

from gateway.core import log_records as rec
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import CUT, NO_END, LogBook, LogVisit
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Places, RowBook
from gateway.core.site import SECOND, Promise, QueueRule, Site
from gateway.core.waits import Wait, judge_promise
from gateway.core.words import EndedBy, VisitOutcome

SITE = Site(queues=(QueueRule("hotline"),), queue_ids=(("hotline", "main"),))
MIDNIGHT = 1_795_478_400 * SECOND
CALL = "1795478390.1"


class Store:
    """Rows by id between readings."""

    def __init__(self) -> None:
        self.rows: dict[str, VisitRow] = {}

    def read_log(self, *records: rec.Record) -> list[VisitRow]:
        book, log = RowBook("pbx1", SITE, self.rows.values(), Places()), LogBook()
        for record in records:
            for visit in log.see(record):
                book.see_log(visit)
        return self._keep(book)

    def see_live(self, *visits: LiveVisit) -> list[VisitRow]:
        book = RowBook("pbx1", SITE, self.rows.values(), Places())
        for visit in visits:
            book.see_live(visit)
        return self._keep(book)

    def _keep(self, book: RowBook) -> list[VisitRow]:
        self.rows.update(book.changed)
        for identity in book.dropped:
            self.rows.pop(identity, None)
        return sorted(self.rows.values(), key=lambda row: (row.joined_at or 0, row.id))


def entered(at: int, call: str = CALL) -> rec.Entered:
    return rec.Entered(at // SECOND * SECOND, call, "Hotline", "NONE", "", "13900000001", 1, None)


def connected(at: int, hold: int, agent: str = "1001", call: str = CALL) -> rec.Connected:
    return rec.Connected(at // SECOND * SECOND, call, "hotline", agent, hold, "1795478391.2", 1)


def ended(at: int, talk: int, agent: str = "1001", call: str = CALL) -> rec.TalkEnded:
    return rec.TalkEnded(at // SECOND * SECOND, call, "hotline", agent, EndedBy.CALLER, "", 3, talk, 1)


def left(at: int, wait: int, outcome: VisitOutcome = VisitOutcome.ABANDONED, call: str = CALL) -> rec.Left:
    return rec.Left(at // SECOND * SECOND, call, "hotline", "NONE", outcome, 1, 1, wait, "")


def live(at: int, wait: int, outcome: VisitOutcome = VisitOutcome.ABANDONED, **more: Any) -> LiveVisit:
    gone: dict[str, Any] = {"left_at": at + wait} if outcome is not VisitOutcome.ANSWERED else {}
    identity = f"live-{at}"
    return LiveVisit(
        identity, CALL, "main", "12345", joined_at=at, wait_us=wait, outcome=outcome, is_over=True, **gone, **more
    )


def test_two_visits_of_one_call_in_the_same_second_are_two() -> None:
    """The first times out after a tenth, the second is abandoned: each gets its own words, also read twice."""
    store, at = Store(), MIDNIGHT
    store.see_live(live(at + 100_000, 200_000, VisitOutcome.TIMEOUT), live(at + 500_000, 300_000))
    records = (entered(at), left(at, 0, VisitOutcome.TIMEOUT), entered(at), left(at, 0))
    rows = store.read_log(*records)
    assert [(row.joined_at, row.outcome, row.source) for row in rows] == [
        (at + 100_000, VisitOutcome.TIMEOUT, "both"), (at + 500_000, VisitOutcome.SHORT_ABANDONED, "both"),
    ]  # fmt: skip
    assert store.read_log(*records) == rows
    assert store.read_log(*records[2:]) == rows, "a file that starts between the two"


def test_two_alike_of_one_second_are_two_by_the_log_alone() -> None:
    store, at = Store(), MIDNIGHT
    records = (entered(at), left(at, 0), entered(at), left(at, 0))
    rows = store.read_log(*records)
    assert len(rows) == 2
    assert store.read_log(*records) == rows
    assert store.read_log(*records[2:]) == rows


def test_join_corrected_across_midnight_and_month_end_stays_one_row() -> None:
    """The log's second is of the new month, the feed's exact time of the old: one row, with the exact one."""
    store = Store()
    (logged,) = store.read_log(entered(MIDNIGHT), left(MIDNIGHT + 7 * SECOND, 7))
    assert logged.joined_at == MIDNIGHT
    (row,) = store.see_live(live(MIDNIGHT - 3_000, 7_100_000))
    assert (row.id, row.joined_at, row.wait_us, row.precision) == (logged.id, MIDNIGHT - 3_000, 7_100_000, "us")
    assert row.revision == 1
    (same,) = store.read_log(entered(MIDNIGHT), left(MIDNIGHT + 7 * SECOND, 7))
    assert same == row


def test_queue_name_case_of_entry_and_connect() -> None:
    (row,) = Store().read_log(entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3), ended(MIDNIGHT + 9 * SECOND, 6))
    assert (row.pbx_queue, row.queue, row.outcome) == ("hotline", "main", VisitOutcome.ANSWERED)
    assert (row.wait_us, row.talk_us, row.within_promise) == (3 * SECOND, 6 * SECOND, True)


def test_agentdump_takes_the_answer_back() -> None:
    rows = Store().read_log(
        entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3),
        rec.Dumped(MIDNIGHT + 4 * SECOND, CALL, "hotline", "1001"), left(MIDNIGHT + 9 * SECOND, 9),
    )  # fmt: skip
    assert [(row.outcome, row.agent, row.connected_at) for row in rows] == [(VisitOutcome.ABANDONED, None, None)]


def test_who_was_open_when_the_pbx_booted_is_cut() -> None:
    other = "1795478391.7"
    rows = Store().read_log(
        entered(MIDNIGHT), entered(MIDNIGHT, other), connected(MIDNIGHT + 3 * SECOND, 3, call=other),
        rec.QueuesStarted(MIDNIGHT + 60 * SECOND, "NONE", "NONE", "NONE"),
    )  # fmt: skip
    assert {(row.callid, row.outcome, row.reason) for row in rows} == {
        (CALL, VisitOutcome.CUT, CUT), (other, VisitOutcome.ANSWERED, CUT),
    }  # fmt: skip


def test_an_entry_without_an_end_is_unknown_not_guessed() -> None:
    rows = Store().read_log(entered(MIDNIGHT), entered(MIDNIGHT + 60 * SECOND))
    assert [(row.outcome, row.reason) for row in rows] == [(VisitOutcome.UNKNOWN, NO_END), (None, None)]


@pytest.mark.parametrize(
    ("seen", "told", "wanted"),
    [
        (VisitOutcome.REDIRECTED, VisitOutcome.ABANDONED, VisitOutcome.REDIRECTED),
        (VisitOutcome.UNKNOWN, VisitOutcome.TIMEOUT, VisitOutcome.TIMEOUT),
        (VisitOutcome.KEY, VisitOutcome.TIMEOUT, VisitOutcome.TIMEOUT),
        (VisitOutcome.ABANDONED, VisitOutcome.TIMEOUT, VisitOutcome.TIMEOUT),
        (VisitOutcome.CUT, VisitOutcome.ABANDONED, VisitOutcome.ABANDONED),
    ],
)
def test_the_log_has_the_last_word_but_for_the_abandons(
    seen: VisitOutcome, told: VisitOutcome, wanted: VisitOutcome
) -> None:
    for order in ((0, 1), (1, 0)):
        store = Store()
        for step in order:
            if step == 0:
                store.see_live(live(MIDNIGHT + 10, 20 * SECOND, seen))
            else:
                store.read_log(entered(MIDNIGHT), left(MIDNIGHT + 20 * SECOND, 20, told))
        (row,) = store.rows.values()
        assert row.outcome is wanted
        assert row.source == "both"


def test_wait_in_whole_seconds_judges_only_what_it_can() -> None:
    promise = Promise()
    assert judge_promise(promise, Wait(14 * SECOND, "s")) is True
    assert judge_promise(promise, Wait(15 * SECOND, "s")) is None
    assert judge_promise(promise, Wait(16 * SECOND, "s")) is False
    assert judge_promise(promise, Wait(15 * SECOND, "us")) is True
    assert judge_promise(promise, Wait(None, "us")) is None


def test_our_markers_make_an_outage_exact() -> None:
    """Join and exit markers: the wait of an unanswered visit to the microsecond, without the feed."""
    at = MIDNIGHT + 400_123
    mark = rec.Marked(at, CALL, "hotline", "NONE", "join", (("Line", "12345"),), at // SECOND * SECOND)
    out = at + 20_250_000
    bye = rec.Marked(
        out, CALL, "hotline", "NONE", "exit", (("Line", "12345"), ("Status", "TIMEOUT")), out // SECOND * SECOND
    )
    (row,) = Store().read_log(mark, entered(at), left(out, 20, VisitOutcome.TIMEOUT), bye)
    assert (row.joined_at, row.wait_us, row.precision, row.line) == (at, 20_250_000, "us", "12345")


def test_a_refusal_is_known_by_its_marker() -> None:
    at = MIDNIGHT + 5
    mark = rec.Marked(at, CALL, "hotline", "NONE", "join", (("Line", "12345"),), MIDNIGHT)
    out = rec.Marked(at + 900, CALL, "hotline", "NONE", "exit", (("Line", "12345"), ("Status", "FULL")), MIDNIGHT)
    store = Store()
    store.see_live(live(at, 900, VisitOutcome.REFUSED))
    (row,) = store.read_log(mark, out)
    assert (row.outcome, row.source, row.wait_us) == (VisitOutcome.REFUSED, "both", 900)


def test_open_visits_outlive_a_restart_of_the_book() -> None:
    """What the book has open goes into the checkpoint; a book made of it goes on with the same visit."""
    first = LogBook()
    first.see(entered(MIDNIGHT))
    second = LogBook(tuple(first.open.values()), began_at=first.began_at)
    (visit,) = second.see(left(MIDNIGHT + 3 * SECOND, 3))
    assert visit.entered_at == MIDNIGHT
    assert isinstance(visit, LogVisit)
    assert visit.is_over


def test_a_visit_goes_on_through_a_restart_of_the_gateway() -> None:
    """The gateway dies while he waits, finds him again to the second and sees the answer: one row, exact."""
    store, at = Store(), MIDNIGHT + 123_456
    store.see_live(LiveVisit("first", CALL, "main", "12345", joined_at=at, position=1))
    found = LiveVisit("second", CALL, "main", "12345", joined_at=MIDNIGHT - SECOND, position=1, precision="s")
    (row,) = store.see_live(found)
    assert (row.id, row.joined_at, row.precision) == ("first", at, "us")
    answered = found._replace(
        picked_up_at=at + 9_000_000, connected_at=at + 9_100_000, agent="1001", outcome=VisitOutcome.ANSWERED,
        wait_us=10_123_456,
    )  # fmt: skip
    (row,) = store.see_live(found, answered)
    assert (row.joined_at, row.wait_us, row.precision, row.within_promise) == (at, 9_000_000, "us", True)
    (row,) = store.see_live(found, answered._replace(ended_at=at + 20_000_000, talk_us=10_900_000, is_over=True))
    assert (row.id, row.wait_us, row.talk_us) == ("first", 9_000_000, 10_900_000)


def test_who_talks_when_the_gateway_comes_back_is_the_one_who_was_answered() -> None:
    store, at = Store(), MIDNIGHT + 5
    before = LiveVisit(
        "first", CALL, "main", "12345", joined_at=at, picked_up_at=at + 3_000_000, connected_at=at + 3_100_000,
        agent="1001", outcome=VisitOutcome.ANSWERED, wait_us=3_000_000, within_promise=True,
    )  # fmt: skip
    store.see_live(before)
    found = LiveVisit("second", CALL, "main", "12345", agent="1001", outcome=VisitOutcome.ANSWERED, precision="s")
    (row,) = store.see_live(found, found._replace(talk_us=None, is_over=True, ended_by=EndedBy.CALLER))
    assert (row.id, row.wait_us, row.precision, row.ended_by) == ("first", 3_000_000, "us", EndedBy.CALLER)


def test_a_second_visit_after_a_restart_is_no_first() -> None:
    store, at = Store(), MIDNIGHT + 5
    store.see_live(live(at, 4_000_000, VisitOutcome.TIMEOUT))
    rows = store.see_live(LiveVisit("later", CALL, "main", "12345", joined_at=at + SECOND, precision="s"))
    assert [row.id for row in rows] == [f"live-{at}", "later"]


def test_a_talk_that_began_while_nobody_looked_is_the_logs() -> None:
    """The feed found it going on and has no time of it but that; the log has it whole."""
    found = LiveVisit(
        "found", CALL, "main", "12345", agent="1001", outcome=VisitOutcome.ANSWERED, precision="s",
        seen_at=MIDNIGHT + 5 * SECOND,
    )  # fmt: skip
    records = (entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3), ended(MIDNIGHT + 9 * SECOND, 6))
    for order in ((0, 1), (1, 0)):
        store = Store()
        for step in order:
            if step == 0:
                store.see_live(found)
            else:
                store.read_log(*records)
        (row,) = store.rows.values()
        assert (row.source, row.wait_us, row.precision, row.talk_us) == ("both", 3 * SECOND, "s", 6 * SECOND)
    other = Store()
    other.see_live(found._replace(seen_at=MIDNIGHT + 60 * SECOND))
    assert len(other.read_log(*records)) == 2, "a later talk of the same call with the same agent"


def test_who_waited_when_the_gateway_died_and_talks_when_it_comes_back() -> None:
    """Answered in between: one row, its exact join and the log's wait; a talk after that visit's end is another one."""
    store, at = Store(), MIDNIGHT + 400_000
    store.see_live(LiveVisit("first", CALL, "main", "12345", joined_at=at, position=1, seen_at=at))
    found = LiveVisit(
        "second", CALL, "main", "12345", agent="1001", outcome=VisitOutcome.ANSWERED, precision="s",
        seen_at=MIDNIGHT + 5 * SECOND,
    )  # fmt: skip
    records = (entered(MIDNIGHT), connected(MIDNIGHT + 3 * SECOND, 3), ended(MIDNIGHT + 9 * SECOND, 6))
    store.see_live(found)
    (row,) = store.read_log(*records)
    assert (row.id, row.joined_at, row.wait_us, row.agent) == ("first", at, 3 * SECOND, "1001")
    other = Store()
    other.see_live(LiveVisit("first", CALL, "main", "12345", joined_at=at, position=1, seen_at=at))
    other.read_log(*records)
    assert len(other.see_live(found)) == 1
    assert len(other.see_live(found._replace(id="third", seen_at=MIDNIGHT + 60 * SECOND))) == 2
