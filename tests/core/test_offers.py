"""How one ring ended, from DialEnd's DialStatus and the cause the phone gave (asterisk-facts 2.8)."""

import pytest

from gateway.core.events import AgentMissed
from gateway.core.facts import OfferEnded, OfferMade
from gateway.core.offers import judge_offer
from gateway.core.site import SECOND
from gateway.core.words import OfferOutcome
from tests.core.world import World


@pytest.mark.parametrize(
    ("status", "refusal", "picked_up", "outcome"),
    [
        ("ANSWER", 0, False, OfferOutcome.ANSWERED),
        ("ANSWER", 17, True, OfferOutcome.ANSWERED),
        ("NOANSWER", 0, False, OfferOutcome.NO_ANSWER),
        ("NOANSWER", 17, False, OfferOutcome.REJECTED),
        ("NOANSWER", 21, False, OfferOutcome.REJECTED),
        ("NOANSWER", 19, False, OfferOutcome.NO_ANSWER),
        ("BUSY", 0, False, OfferOutcome.REJECTED),
        ("CONGESTION", 0, True, OfferOutcome.REJECTED),
        ("CANCEL", 0, True, OfferOutcome.TAKEN_ELSEWHERE),
        ("CANCEL", 0, False, OfferOutcome.CANCELLED),
        ("CANCEL", 21, False, OfferOutcome.REJECTED),
        ("CHANUNAVAIL", 0, False, OfferOutcome.NO_ANSWER),
        ("", 0, False, OfferOutcome.NO_ANSWER),
    ],
)
def test_how_a_ring_ended(status: str, refusal: int, picked_up: bool, outcome: OfferOutcome) -> None:
    assert judge_offer(status, refusal, picked_up) is outcome


def outcomes(world: World) -> list[str]:
    return [fact.outcome.value for fact in world.of(OfferEnded)]


def test_ring_losers_are_taken_elsewhere_and_said_once() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02")
    call = world.wait_in()
    first, second = world.ring(call, "1001", "01"), world.ring(call, "1002", "02")
    world.wait(3)
    world.end_dial(call, first, "ANSWER")
    world.end_dial(call, second, "CANCEL")
    world.end_dial(call, second, "CANCEL")
    world.hang_up(second, cause=26)
    assert outcomes(world) == ["answered", "taken_elsewhere"]
    assert world.states("1002") == ["available", "ringing", "available"]
    assert not world.state.offers


def test_a_timed_out_ring_says_noanswer_then_cancel_and_counts_once() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.wait(15)
    world.end_dial(call, leg, "NOANSWER")
    world.end_dial(call, leg, "CANCEL")
    world.hang_up(leg)
    (ended,) = world.of(OfferEnded)
    assert ended.outcome is OfferOutcome.NO_ANSWER
    assert ended.ring_us is not None
    assert 15 * SECOND <= ended.ring_us < 15.1 * SECOND
    assert world.call(call).phase == "waiting"


def test_a_phone_that_refuses_says_so_by_the_cause_of_its_hangup_request() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.request(leg, cause=21)
    world.end_dial(call, leg, "NOANSWER")
    world.hang_up(leg, cause=21)
    assert outcomes(world) == ["rejected"]


def test_an_offer_whose_dial_end_is_lost_ends_with_ring_no_answer_or_hangup() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.wait_in()
    first = world.ring(call, "1001", "01")
    world.apply(AgentMissed(world.now, call, "hotline", "PJSIP/8001", first))
    world.apply(AgentMissed(world.now, call, "hotline", "PJSIP/8001", first))
    world.hang_up(first)
    second = world.ring(call, "1001", "01")
    world.hang_up(second)
    assert outcomes(world) == ["no_answer", "cancelled"]
    assert world.agent("1001").state == "available"


def test_a_late_or_second_agent_called_makes_no_second_offer() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.ring_leg(call, "1001", "PJSIP/8001", leg)
    world.end_dial(call, leg, "NOANSWER")
    world.ring_leg(call, "1001", "PJSIP/8001", leg)
    world.hang_up(leg)
    world.ring_leg(call, "1001", "PJSIP/8001", leg)
    assert len(world.of(OfferMade)) == 1
    assert world.agent("1001").state == "available"


def test_an_offer_without_a_known_caller_still_rings() -> None:
    world = World()
    world.sign_in("1001", "01")
    leg = world.channel("PJSIP/8001", linkedid="other.1")
    world.ring_leg("other.1", "1001", "PJSIP/8001", leg)
    assert world.agent("1001").state == "ringing"
    world.end_dial("other.1", leg, "ANSWER")
    world.hang_up(leg)
    (made,), (ended,) = world.of(OfferMade), world.of(OfferEnded)
    assert made.visit is None
    assert ended.outcome is OfferOutcome.ANSWERED
    assert world.agent("1001").state == "available"


def test_each_attempt_is_an_offer_of_its_own() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.wait_in()
    for _ in range(3):
        leg = world.ring(call, "1001", "01")
        world.wait(5)
        world.end_dial(call, leg, "NOANSWER")
        world.hang_up(leg)
    assert outcomes(world) == ["no_answer"] * 3
    assert len({fact.offer for fact in world.of(OfferMade)}) == 3
    assert world.states("1001")[1:] == ["ringing", "available"] * 3


def test_a_member_the_settings_do_not_know_is_an_agent_all_the_same() -> None:
    world = World()
    call = world.wait_in()
    leg = world.channel("PJSIP/9999", linkedid=call)
    world.ring_leg(call, "Guest", "PJSIP/9999", leg)
    assert world.of(OfferMade)[0].agent == "Guest"
    assert world.agent("Guest").offers
    assert world.agent("Guest").state == "offline", "he is a member of no queue that we know of"
