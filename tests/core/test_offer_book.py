"""Rings of feed and log: which are one, what the log mends of those the feed lost, and which stay apart."""

import pytest

from gateway.core import log_records as rec
from gateway.core import offer_rows
from gateway.core.ids import derive_id
from gateway.core.offer_book import OfferBook
from gateway.core.offer_rows import LiveOffer, LogOffer, make_offer_id
from gateway.core.site import SECOND, Site
from gateway.core.words import OfferOutcome

T0 = 1_790_000_000 * SECOND
CALL = "1790000000.7"
SITE = Site()


def seen_ring(end: int, outcome: OfferOutcome = OfferOutcome.NO_ANSWER, dest: str = "1790000000.8") -> LiveOffer:
    identity = derive_id("pbx1", "offer", dest)
    return LiveOffer(identity, "hotline", "1001", CALL, "v", "01", end - SECOND, end, outcome, SECOND)


def told_ring(at: int, ring_ms: int = 1000) -> LogOffer:
    return LogOffer(CALL, "hotline", "1001", OfferOutcome.NO_ANSWER, at, ring_ms)


@pytest.mark.parametrize("is_log_first", [False, True])
def test_two_rings_of_one_agent_a_second_apart_stay_two(is_log_first: bool) -> None:
    """A phone that refuses is rung again at once: each record finds its own ring."""
    live = [seen_ring(T0 + 1_950_000, dest="a"), seen_ring(T0 + 2_960_000, dest="b")]
    log = [told_ring(T0 + SECOND), told_ring(T0 + 2 * SECOND, 999)]
    book = OfferBook("pbx1", SITE, [])
    for step in (log, live) if is_log_first else (live, log):
        for piece in step:
            book.see_live(piece) if isinstance(piece, LiveOffer) else book.see_log(piece)
    rows = sorted(book.changed.values(), key=lambda row: row.ended_at or 0)
    assert [(row.id, row.log) for row in rows] == [(ring.id, told) for ring, told in zip(live, log, strict=True)]
    assert {row.source for row in rows} == {"both"}
    assert {row.precision for row in rows} == {"us"}


def test_a_ring_whose_end_was_missed_is_mended_by_the_log() -> None:
    lost = seen_ring(T0 + 60 * SECOND, OfferOutcome.UNKNOWN)._replace(ring_us=None, made_at=T0)
    book = OfferBook("pbx1", SITE, [])
    assert (book.see_live(lost).ring_us, book.see_live(lost).precision) == (None, "s")
    row = book.see_log(told_ring(T0 + 5 * SECOND, 5004))
    assert (row.outcome, row.ended_at, row.ring_us) == (OfferOutcome.NO_ANSWER, T0 + 5 * SECOND, 5_004_000)
    assert (row.made_at, row.precision, row.source, row.revision) == (T0, "s", "both", 1)
    later = book.see_log(told_ring(T0 + 11 * SECOND, 5003))
    assert later.id != row.id, "the next ring of the blind time is another one"
    assert book.see_log(told_ring(T0 + 5 * SECOND, 5004)) == row, "read again"


@pytest.mark.parametrize("at", [T0 - SECOND, T0 + 61 * SECOND])
def test_a_ring_before_or_after_the_blind_one_is_another(at: int) -> None:
    lost = seen_ring(T0 + 60 * SECOND, OfferOutcome.UNKNOWN)._replace(ring_us=None, made_at=T0)
    book = OfferBook("pbx1", SITE, [])
    assert book.see_live(lost).id != book.see_log(told_ring(at)).id


def test_a_connect_is_the_ring_of_its_channel_whatever_the_call_is_named_by_now() -> None:
    book = OfferBook("pbx1", SITE, [])
    lost = seen_ring(T0 + 60 * SECOND, OfferOutcome.UNKNOWN)._replace(ring_us=None)
    book.see_live(lost)
    connected = rec.Connected(T0 + 3 * SECOND, "1790000000.99", "Hotline", "1001", 4, "1790000000.8", 2)
    told = offer_rows.read_offer(connected)
    assert told is not None
    row = book.see_log(told)
    assert (row.id, row.outcome, row.callid) == (lost.id, OfferOutcome.ANSWERED, CALL)
    assert (row.ended_at, row.ring_us, row.dumped) == (T0 + 3 * SECOND, 2 * SECOND, False)


def test_a_dump_is_the_last_ring_that_was_answered() -> None:
    first, then = seen_ring(T0 + 500_000, OfferOutcome.ANSWERED, "a"), seen_ring(T0 + 9 * SECOND, dest="b")
    dumped = offer_rows.read_offer(rec.Dumped(T0 + 3 * SECOND, CALL, "hotline", "1001"))
    assert dumped is not None
    book = OfferBook("pbx1", SITE, [])
    alone = book.see_log(dumped)
    assert (alone.outcome, alone.dumped, alone.ended_at, alone.made_at) == (OfferOutcome.ANSWERED, True, None, None)
    book.see_live(then)
    row = book.see_live(first)
    assert (row.id, row.dumped, row.source) == (first.id, True, "both")
    assert book.dropped == {alone.id}
    assert set(book.changed) == {first.id, then.id}


def test_another_agents_and_another_queues_rings_are_not_mixed() -> None:
    book = OfferBook("pbx1", SITE, [])
    book.see_live(seen_ring(T0 + 1_500_000))
    ids = {book.see_log(told_ring(T0 + SECOND)._replace(agent="1002")).id}
    ids.add(book.see_log(told_ring(T0 + SECOND)._replace(queue="other")).id)
    ids.add(book.see_log(told_ring(T0 + 4 * SECOND)).id)
    assert len(ids | {seen_ring(0).id}) == 4
    assert make_offer_id("pbx1", told_ring(T0)) != make_offer_id("pbx2", told_ring(T0))
