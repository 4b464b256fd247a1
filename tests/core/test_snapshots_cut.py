"""Back after a cut: what happened while nobody looked is known again, and nothing is guessed."""

import pytest

from gateway.core.facts import OfferEnded, VisitEnded, VisitSettled
from tests.core.hall import Hall
from tests.core.pbx import Channel, Member


def test_callers_who_left_joined_and_were_answered_meanwhile(hall: Hall) -> None:
    hall.link.up()
    gone, _ = hall.hear_caller()
    stays, _ = hall.hear_caller()
    answered, _ = hall.hear_caller()
    leg = hall.hear_ring(answered, hall.first)
    hall.link.cut()
    hall.pbx.end(gone)
    hall.pbx.answer(answered, leg)
    came, _ = hall.caller()
    hall.link.wait(20)
    hall.link.up()
    by_call = {fact.call: fact for fact in hall.link.of(VisitSettled)}
    assert by_call[gone.uniqueid].outcome == "unknown"
    assert by_call[gone.uniqueid].reason is not None
    assert (by_call[answered.uniqueid].outcome, by_call[answered.uniqueid].wait_us) == ("answered", None)
    waiting = {visit.call.id: visit.precision for visit in hall.link.feed.state.queue_of("hotline").waiting.values()}
    assert waiting == {stays.uniqueid: "us", came.uniqueid: "s"}
    assert hall.link.states()["1001"] == "talking"
    (ring,) = hall.link.of(OfferEnded)
    assert (ring.outcome, ring.ring_us) == ("answered", None)
    assert gone.uniqueid not in hall.link.feed.state.calls
    assert not hall.link.corrections, "what happened while nobody looked corrects nothing"
    assert not hall.link.surprises


def test_an_announcement_before_the_cut_became_a_talk(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    leg = hall.hear_ring(caller, hall.first)
    hall.link.hear(hall.pbx.dial_ended(caller, leg, "ANSWER"))
    hall.link.cut()
    hall.pbx.answer(caller, leg)
    hall.link.wait(5)
    hall.link.up()
    (settled,) = hall.link.of(VisitSettled)
    assert settled.outcome == "answered"
    assert settled.wait_us is not None, "the pick-up was seen"
    assert hall.link.states()["1001"] == "talking"


def test_talks_that_ended_and_rings_that_stopped_meanwhile(hall: Hall) -> None:
    hall.link.up()
    talks, _ = hall.hear_caller()
    leg = hall.hear_ring(talks, hall.first)
    hall.hear_answer(talks, leg, hall.first)
    rings, _ = hall.hear_caller()
    ring = hall.hear_ring(rings, hall.second)
    hall.link.cut()
    hall.pbx.end(talks, leg, ring)
    hall.link.wait(30)
    hall.link.up()
    (ended,) = hall.link.of(VisitEnded)
    assert (ended.ended_by, ended.talk_us) == (None, None)
    assert hall.link.of(OfferEnded)[-1].outcome == "unknown"
    assert hall.link.states() == {"1001": "available", "1002": "available"}
    assert list(hall.link.feed.state.calls) == [rings.uniqueid]


def test_a_talk_that_went_back_into_its_queue_meanwhile(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    leg = hall.hear_ring(caller, hall.first)
    hall.hear_answer(caller, leg, hall.first)
    hall.link.cut()
    hall.pbx.end(leg)
    hall.pbx.wait(caller)
    caller.bridge = ""
    hall.link.wait(10)
    hall.link.up()
    assert len(hall.link.of(VisitEnded)) == 1
    assert hall.link.feed.state.calls[caller.uniqueid].phase == "waiting"
    assert hall.link.states()["1001"] == "available"


def test_members_added_removed_paused_and_replaced_meanwhile(hall: Hall) -> None:
    hall.pbx.members.append(Member("hotline", "PJSIP/8003", "1003"))
    hall.link.up()
    hall.link.cut()
    hall.first.paused = "meal"
    hall.second.name = "1004"
    hall.pbx.members[2] = Member("yi", "PJSIP/8003", "1005", status=5)
    hall.link.wait(30)
    hall.link.up()
    assert hall.link.states() == {"1001": "paused", "1004": "available", "1005": "unreachable"}
    assert hall.link.feed.state.seats["02"].agent == "1004"
    assert not hall.link.corrections


def test_an_abandon_whose_reason_the_cut_took_is_unknown(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    hall.link.hear(hall.pbx.abandoned(caller), hall.pbx.left(caller))
    hall.link.cut()
    (settled,) = hall.link.of(VisitSettled)
    assert (settled.outcome, settled.reason) == ("unknown", "the feed was cut before it told why he left")


def test_without_permission_for_channels_queues_are_still_true(hall: Hall) -> None:
    hall.pbx.refused = {"CoreShowChannels"}
    hall.link.up()
    gone, _ = hall.hear_caller()
    hall.link.cut()
    hall.pbx.end(gone)
    hall.pbx.members.remove(hall.second)
    hall.link.wait(5)
    hall.link.up()
    assert hall.link.outcomes == ["unknown"]
    assert hall.link.states() == {"1001": "available"}


def test_with_queues_refused_members_and_visits_stay(hall: Hall) -> None:
    hall.link.up()
    hall.hear_caller()
    hall.pbx.refused = {"QueueStatus"}
    hall.link.cut()
    hall.link.up()
    assert hall.link.states() == {"1001": "available", "1002": "available"}
    assert len(hall.link.feed.state.visits) == 1


def hear_hold(hall: Hall, leg: Channel, name: str = "Hold") -> None:
    hall.link.hear(hall.pbx.event(name, "call", hall.pbx.of(leg)))


@pytest.mark.parametrize(("before", "status", "after"), [(True, 2, "talking"), (True, 8, "held"), (False, 8, "held")])
def test_holds_that_began_or_ended_meanwhile_are_told_by_the_phone(
    hall: Hall, before: bool, status: int, after: str
) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    leg = hall.hear_ring(caller, hall.first)
    hall.hear_answer(caller, leg, hall.first)
    if before:
        hear_hold(hall, leg)
    hall.link.cut()
    hall.first.status = status
    hall.link.wait(30)
    hall.link.up()
    assert hall.link.states()["1001"] == after
    hear_hold(hall, leg, "Unhold")
    assert hall.link.states()["1001"] == "talking"
    hall.pbx.end(leg)
    hall.link.hear(hall.pbx.hung_up(leg))
    (ended,) = hall.link.of(VisitEnded)
    assert ended.talk_us is not None
    assert ended.hold_us is None, "what part of it was hold, nobody saw"


def test_a_hold_for_a_consultation_outlives_a_cut(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    leg = hall.hear_ring(caller, hall.first)
    hall.hear_answer(caller, leg, hall.first)
    hear_hold(hall, leg)
    consult = hall.pbx.begin("PJSIP/8001", exten="8002", application="Dial")
    hall.link.hear(hall.pbx.created(consult))
    hall.link.cut()
    hall.first.status = 2
    hall.link.up()
    assert hall.link.states()["1001"] == "held", "one of his two channels is in use, the caller still waits"


def test_how_long_he_waited_is_not_known_when_nobody_saw_him_leave(hall: Hall) -> None:
    """The moment at which the next snapshot misses him is no end of a wait."""
    hall.link.up()
    gone, _ = hall.hear_caller()
    hall.link.cut()
    hall.pbx.end(gone)
    hall.link.wait(30)
    hall.link.up()
    (settled,) = hall.link.of(VisitSettled)
    assert (settled.outcome, settled.joined_at is not None) == ("unknown", True)
    assert (settled.left_at, settled.wait_us, settled.within_promise) == (None, None, None)


def test_a_talk_listed_before_a_second_cut_and_over_after_it_is_none(hall: Hall) -> None:
    """Cut between the list of channels and the end of that snapshot (chaos, seeds 1 and 2): what it had listed is no
    talk of the next one, which does not list it."""
    hall.link.up()
    hall.link.cut()
    caller, leg = hall.talking()
    hall.link.connect_until("DeviceStateList")
    assert caller.uniqueid in hall.link.feed.state.channels
    hall.link.cut()
    hall.pbx.end(caller, leg)
    hall.first.status = 1
    hall.link.wait(20)
    hall.link.up()
    assert hall.link.of(VisitSettled) == []
    assert hall.link.feed.state.calls == {}
    assert hall.link.states() == {"1001": "available", "1002": "available"}
