"""Pieces of calls and rings unite in any order, the log mends what a feed lost; bounds, gaps, surveys, putting back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import call_rows, offer_rows
from gateway.core import facts as ft
from gateway.core import log_records as rec
from gateway.core.agent_spells import SpellBook, unite_spells
from gateway.core.call_rows import LiveCall, LogCall, combine_call, unite_calls
from gateway.core.contacts import Contacts
from gateway.core.gaps import GapRow, read_blind_time, read_log_gap, unite_gaps
from gateway.core.ids import derive_id
from gateway.core.log_places import Gap, GapCause
from gateway.core.offer_rows import LiveOffer
from gateway.core.site import SECOND, Line, Site
from gateway.core.surveys import SurveyReader, read_survey, unite_surveys
from gateway.core.words import AgentState, Direction, OfferOutcome, VisitOutcome

T0 = 1_790_000_000 * SECOND
CALL = "1790000000.7"
SITE = Site(lines=(Line("12345", "12345"),))
TIMES = st.sampled_from([T0, T0 + 1, T0 + 5 * SECOND])
LINES = st.sampled_from(["unknown", "12345"])
WAYS = st.sampled_from(list(Direction))

ARRIVED = st.builds(LiveCall, st.just(CALL), LINES, st.sampled_from([None, "12345"]), WAYS, TIMES)
ENDED = st.builds(
    LiveCall, st.just(CALL), ended_line=LINES, ended_direction=WAYS, ended_at=TIMES,
    cause=st.sampled_from([None, 16]), duration_us=st.sampled_from([None, 3]),
)  # fmt: skip
ANSWERED = st.builds(LiveCall, st.just(CALL), answered_at=TIMES, is_test=st.booleans())
LIVE = st.one_of(ARRIVED, ENDED, ANSWERED)
MAYBE = st.one_of(st.none(), TIMES)
LOG = st.builds(
    LogCall, st.just(CALL), TIMES, st.one_of(st.none(), LINES), st.sampled_from([None, "12345"]), MAYBE, MAYBE, MAYBE,
    st.sampled_from([None, 16, 17]), st.booleans(),
)  # fmt: skip
MADE = st.builds(LiveOffer, st.just("o"), st.just("q"), st.just("1001"), st.sampled_from([None, CALL]), made_at=TIMES)
RANG = st.builds(
    LiveOffer, st.just("o"), st.just("q"), st.just("1001"), seat=st.sampled_from([None, "01"]), ended_at=TIMES,
    outcome=st.sampled_from([OfferOutcome.UNKNOWN, OfferOutcome.ANSWERED]), ring_us=st.just(3),
).map(lambda offer: offer._replace(ring_us=None) if offer.outcome is OfferOutcome.UNKNOWN else offer)  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "unite"),
    [
        (LIVE, call_rows.unite_live),
        (LOG, call_rows.unite_log),
        (st.one_of(MADE, RANG), offer_rows.unite_live),
    ],
    ids=["live calls", "log calls", "live offers"],
)
def test_pieces_unite_in_any_order_and_as_often_as_they_come(pieces, unite) -> None:  # type: ignore[no-untyped-def]
    @given(pieces, pieces, pieces)
    def holds(one, other, third) -> None:  # type: ignore[no-untyped-def]
        assert unite(one, one) == one
        assert unite(one, other) == unite(other, one)
        assert unite(unite(one, other), third) == unite(one, unite(other, third))

    holds()


# -- calls -------------------------------------------------------------------------------------------------------------


def marked(marker: str, at: int, **data: str) -> rec.Marked:
    return rec.Marked(at, CALL, "NONE", "NONE", marker, tuple(data.items()), at // SECOND * SECOND)


def test_an_end_nobody_saw_is_mended_by_our_marker() -> None:
    lost = LiveCall(CALL, "12345", "12345", Direction.INBOUND, T0 + 1, "12345", Direction.INBOUND, T0 + 90 * SECOND)
    row = combine_call("pbx1", lost, None, SITE)
    assert (row.ended_at, row.precision) == (T0 + 90 * SECOND, "s")
    for record in (marked("arrival", T0 + 2, Line="12345", Ddi="12345"), marked("hangup", T0 + 777, Cause="16")):
        piece = call_rows.read_record(record)
        assert piece is not None
        row = unite_calls(row, combine_call("pbx1", None, piece, SITE), SITE)
    assert (row.arrived_at, row.ended_at, row.cause) == (T0 + 2, T0 + 777, 16)
    assert (row.precision, row.source) == ("us", "both")
    assert row.revision == 2, "its arrival and its end were something else before"


def test_an_end_that_one_gateway_saw_is_better_than_one_that_the_other_missed() -> None:
    seen = LiveCall(
        CALL, ended_line="12345", ended_direction=Direction.INBOUND, ended_at=T0 + 9, cause=16, duration_us=9
    )
    missed = seen._replace(ended_at=T0 + 5, cause=None, duration_us=5)
    assert call_rows.unite_live(seen, missed) == call_rows.unite_live(missed, seen) == seen


def test_only_confirmed_is_no_revision() -> None:
    seen = LiveCall(CALL, "12345", "12345", Direction.INBOUND, T0, "12345", Direction.INBOUND, T0 + 9, 16, 9)
    row = combine_call("pbx1", seen, None, SITE)
    assert (row.arrived_at, row.ended_at, row.precision) == (T0, T0 + 9, "us")
    told = LogCall(CALL, T0, "12345", "12345", T0 + 3, T0 + SECOND, T0 + 11, 16)
    both = unite_calls(row, combine_call("pbx1", None, told, SITE), SITE)
    assert both[3:12] == row._replace(answered_at=T0 + SECOND)[3:12], "the feed's own times stay"
    assert (both.revision, both.source) == (0, "both")


@pytest.mark.parametrize(
    ("callid", "arrived_at"),
    [
        (CALL, T0),
        (f"vienna-{CALL}", T0),
        ("1790000001.7", None),
        ("1780000000.7", None),
        ("chosen-by-ari", None),
        ("1790000000.7.7", None),
    ],
)
def test_the_second_in_a_uniqueid_is_believed_if_it_can_be_so(callid: str, arrived_at: int | None) -> None:
    entered = rec.Entered(T0, callid, "hotline", "NONE", "", "13900000001", 1, None)
    piece = call_rows.read_record(entered)
    assert piece is not None
    row = combine_call("pbx1", None, piece, SITE)
    assert (row.arrived_at, row.precision, row.direction) == (arrived_at, "s", None)
    assert "13900000001" not in repr(row)


def test_a_test_call_is_one_and_a_hostile_cause_is_none() -> None:
    assert call_rows.read_fact(ft.MarkerSeen("pbx1", T0, "test", CALL, "test", ())) == LiveCall(CALL, is_test=True)
    for cause in ("", "16x", "-1", "٣", "9" * 40):
        piece = call_rows.read_record(marked("hangup", T0, Cause=cause))
        assert piece is not None
        assert piece.cause is None
    assert call_rows.read_record(marked("sign_in", T0, Agent="1001")) is None


def test_an_unknown_line_of_the_feed_gives_way_to_a_known_one() -> None:
    seen = LiveCall(CALL, "unknown", None, Direction.INBOUND, T0)
    assert combine_call("pbx1", seen, LogCall(CALL, T0, "12345"), SITE).line == "12345"
    assert combine_call("pbx1", seen, LogCall(CALL, T0, "999"), SITE).line == "unknown"
    assert combine_call("pbx1", None, LogCall(CALL, T0), SITE).line is None


# -- spells ------------------------------------------------------------------------------------------------------------


def change(at: int, state: AgentState, previous: AgentState, since: int | None) -> ft.AgentChanged:
    return ft.AgentChanged("pbx1", at, "1001", state, None, "01", previous, None, since)


def test_what_only_a_list_showed_is_a_bound() -> None:
    offline, free, paused = AgentState.OFFLINE, AgentState.AVAILABLE, AgentState.PAUSED
    book = SpellBook()
    said = book.see(change(T0, free, offline, None))
    book.see(ft.FeedUp("pbx1", T0, None, None))
    said += book.see(change(T0 + 1, paused, free, T0))
    book.see(ft.StateCorrected("pbx1", T0 + 2, "pause", "hotline 1001", "", ""))
    said += book.see(change(T0 + 2, free, paused, T0 + 1))
    book.see(ft.FeedDown("pbx1", T0 + 3, "cut"))
    said += book.see(change(T0 + 4, paused, free, T0 + 2))
    begun = [(row.start_is_bound, row.precision) for row in said if row.ended_at is None]
    assert begun == [(True, "s"), (False, "us"), (True, "s"), (True, "s")]
    ended = [(row.start_is_bound, row.ended_at) for row in said if row.ended_at is not None]
    assert ended == [(True, T0 + 1), (False, T0 + 2), (True, T0 + 4)]


def test_a_new_book_ends_the_spell_of_the_last_one() -> None:
    """The process ended in between and the live state came back from the journal: bound and seat are not lost."""
    begun = SpellBook().see(change(T0, AgentState.AVAILABLE, AgentState.OFFLINE, None))[0]
    ended = SpellBook().see(change(T0 + 5, AgentState.PAUSED, AgentState.AVAILABLE, T0))[0]
    assert ended.id == begun.id
    for row in (unite_spells(begun, ended), unite_spells(ended, begun)):
        assert (row.seat, row.ended_at, row.start_is_bound, row.precision) == ("01", T0 + 5, True, "s")


def test_a_call_that_cuts_after_call_work_gives_its_visit_to_the_spell() -> None:
    """The state changes a moment before it is said whose the call is."""
    book = SpellBook()
    book.see(change(T0, AgentState.TALKING, AgentState.WRAP_UP, None))
    named = book.see(ft.VisitPickedUp("pbx1", T0, "v2", CALL, "hotline", "12345", "1001", "01", 5))
    assert [(row.visit, row.queue) for row in named] == [("v2", "hotline")]
    held = book.see(change(T0 + 5, AgentState.HELD, AgentState.TALKING, T0))
    assert {row.visit for row in held} == {"v2"}
    book.see(change(T0 + 6, AgentState.AVAILABLE, AgentState.HELD, T0 + 5))
    wrap_up = book.see(change(T0 + 9, AgentState.WRAP_UP, AgentState.AVAILABLE, T0 + 6))[-1]
    assert wrap_up.visit is None, "after-call work pressed later is of no call that is known"


def test_after_call_work_of_a_talk_found_in_a_list_has_its_visit() -> None:
    book = SpellBook()
    book.see(change(T0, AgentState.TALKING, AgentState.OFFLINE, None))
    book.see(ft.VisitEnded("pbx1", T0 + 5, "v1", CALL, "hotline", "12345", "1001", "01", None, None, None))
    assert book.see(change(T0 + 5, AgentState.WRAP_UP, AgentState.TALKING, T0))[-1].visit == "v1"


# -- gaps and surveys --------------------------------------------------------------------------------------------------


def test_gaps_have_an_id_of_their_own_gateway() -> None:
    blind = ft.BlindTime("pbx1", T0 + 9, T0, "connection lost", "snapshot")
    row = read_blind_time(blind, "here")
    assert row == GapRow(
        derive_id("here", "pbx1", "gap", "feed", T0), "here", "pbx1", "feed", "connection lost", T0, T0 + 9, "snapshot",
        T0 + 9, None,
    )  # fmt: skip
    other = read_blind_time(blind, "there")
    assert other is not None
    assert other.id != row.id
    assert read_blind_time(ft.FeedUp("pbx1", T0, None, None), "here") is None


@pytest.mark.parametrize(
    ("since", "until", "started_at"), [(T0, T0 + 5, T0), (None, T0 + 5, T0 + 5), (None, None, T0 + 100)]
)
def test_a_gap_of_the_log_begins_when_it_can_be_said(since: int | None, until: int | None, started_at: int) -> None:
    gap = Gap(GapCause.UNREADABLE, since, until, "queue_log.3.gz")
    row = read_log_gap(gap, "pbx1", "here", T0 + 100)
    assert (row.of, row.cause, row.started_at, row.ended_at, row.repair) == (
        "log",
        "unreadable",
        started_at,
        until,
        None,
    )
    again = read_log_gap(gap, "pbx1", "here", T0 + 999)
    assert unite_gaps(row, again) == unite_gaps(again, row) == row


@pytest.mark.parametrize(
    ("score", "known"),
    [("1", 1), ("5", 5), ("", None), ("0", None), ("6", None), ("55", None), ("٣", None), ("-1", None)],
)
def test_only_one_to_five_is_a_score(score: str, known: int | None) -> None:
    record = rec.Marked(T0, CALL, "Hotline", "1002", "survey", (("Line", "12345"), ("Score", score)), T0)
    row = read_survey("pbx1", record, SITE)
    assert row is not None
    assert (row.score, row.outcome, row.agent) == (known, "rated" if known else None, None)


def test_the_feeds_word_on_a_survey_stands() -> None:
    """Our dialplan's line is the one it answered on; the feed's, the one the settings know."""
    data = (("At", "1790000000.000000"), ("Line", "19002"), ("Score", "4"), ("Agent", "1002"), ("Queue", "hotline"))
    live = SurveyReader().see(ft.MarkerSeen("pbx1", T0 + 7, "survey", CALL, "12345", data), SITE)
    log = read_survey("pbx1", rec.Marked(T0, CALL, "hotline", "1002", "survey", data[1:3], T0), SITE)
    assert live is not None
    assert log is not None
    assert (live.id, live.ended_at, log.line) == (log.id, T0, "unknown")
    both = unite_surveys(log, live)
    assert both == unite_surveys(live, log) == live._replace(source="both")
    assert unite_surveys(both, log) == unite_surveys(both, live) == both


# -- waiting to be written ---------------------------------------------------------------------------------------------


def test_only_the_citizens_number_is_kept_and_never_in_clear() -> None:
    """Who called in, who was called from here, who asked to be called back; an agent's own extension is nobody's."""
    contacts = Contacts("pbx1", "here", keeps_callers=True)
    for call, direction, did, caller in (
        ("in", Direction.INBOUND, "12345", "13900000001"),
        ("out", Direction.OUTBOUND, "913812345678", "8001"),
        ("inside", Direction.INTERNAL, "8002", "8001"),
        ("withheld", Direction.INBOUND, "12345", "anonymous"),
    ):
        contacts.see_fact(ft.CallArrived("pbx1", T0, call, "12345", did, direction, caller), SITE)
    contacts.see_fact(ft.MarkerSeen("pbx1", T0, "callback", "withheld", "12345", (("Number", "08783126666"),)), SITE)
    told = contacts.take()
    assert told.callers == {"in": "13900000001", "out": "13812345678", "withheld": "08783126666"}
    assert told.live_calls["withheld"].asked_back
    assert not [number for number in told.callers.values() if number in repr(told)]
    assert told.live_calls["out"].did is None, "whom an agent dialled is personal as well"


def test_the_log_too_tells_who_asked_to_be_called_back_and_not_his_number() -> None:
    piece = call_rows.read_record(marked("callback", T0, Line="12345"))
    assert piece is not None
    assert combine_call("pbx1", None, piece, SITE).asked_back
    assert call_rows.read_caller(marked("callback", T0, Line="12345"), SITE.numbering) is None


def test_what_could_not_be_written_is_put_back_before_what_came_since() -> None:
    contacts = Contacts("pbx1", "here", keeps_callers=True)
    arrived = ft.CallArrived("pbx1", T0, CALL, "12345", "12345", Direction.INBOUND, "13900000001")
    contacts.see_fact(arrived, SITE)
    contacts.see_gap(Gap(GapCause.CLOSED, T0, T0 + 1, "queue_log"), T0 + 2)
    taken = contacts.take()
    assert len(contacts.told) == 0
    contacts.see_fact(ft.CallEnded("pbx1", T0 + 9, CALL, "12345", Direction.INBOUND, 16, 9), SITE)
    settled = ft.VisitSettled(
        "pbx1", T0 + 5, "v", CALL, "hotline", "12345", VisitOutcome.ANSWERED, None, T0 + 1, T0 + 5, T0 + 5, None, 4,
        "1001", "01", "us", True,
    )  # fmt: skip
    contacts.see_fact(settled, SITE)
    contacts.put_back(taken)
    told = contacts.take()
    live = told.live_calls[CALL]
    assert (live.arrived_at, live.answered_at, live.ended_at, live.duration_us) == (T0, T0 + 5, T0 + 9, 9)
    assert len(told.gaps) == 1
    assert told.callers == {CALL: "13900000001"}
    assert "13900000001" not in repr(told)
    keyless = Contacts("pbx1", "here")
    keyless.see_fact(arrived, SITE)
    assert not keyless.told.callers, "what will not be sealed is not kept"
