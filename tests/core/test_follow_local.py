"""Local members: the phone stands behind a pair of halves, with and without optimisation (asterisk-facts 2.7)."""

import pytest

from gateway.core import events as ev
from gateway.core.facts import OfferEnded, VisitEnded
from tests.core.world import World

INTERFACE = "Local/8001@dial/n"


def ring_local(world: World) -> tuple[str, str, str, str]:
    """A caller rings a Local member: caller, first half, second half, phone."""
    world.member("1001", "01", interface=INTERFACE)
    call = world.wait_in()
    one = world.channel("Local/8001@dial", linkedid=call, tail=";1")
    world.count -= 1
    two = world.channel("Local/8001@dial", linkedid=call, tail=";2", uniqueid=f"{one}-2")
    world.ring_leg(call, "1001", INTERFACE, one)
    phone = world.channel("PJSIP/8001", linkedid=call, uniqueid=f"{one}-phone")
    world.dial(two, phone)
    return call, one, two, phone


def answer_local(world: World) -> tuple[str, str, str, str]:
    call, one, two, phone = ring_local(world)
    world.end_dial(two, phone, "ANSWER")
    world.end_dial(call, one, "ANSWER")
    world.leave(call)
    world.apply(ev.AgentConnected(world.now, call, "hotline", INTERFACE, "1001", one, ""))
    world.bridge(call, one, name="b1")
    world.bridge(two, phone, name="b2")
    return call, one, two, phone


def test_the_phone_behind_a_local_member_rings_for_the_queue() -> None:
    world = World()
    ring_local(world)
    assert world.states("1001") == ["available", "ringing"]
    assert not world.surprises


def test_the_phone_behind_a_local_member_refuses() -> None:
    world = World()
    call, one, two, phone = ring_local(world)
    world.request(phone, cause=21)
    world.end_dial(two, phone, "NOANSWER")
    world.hang_up(phone, cause=21)
    assert world.agent("1001").state == "ringing"
    world.end_dial(call, one, "CANCEL")
    world.hang_up(one, two)
    assert [fact.outcome.value for fact in world.of(OfferEnded)] == ["rejected"]
    assert world.agent("1001").state == "available"
    assert not world.state.channels.keys() - {call}


@pytest.mark.parametrize("by", ["caller", "agent"])
def test_not_optimised_the_phone_is_the_agent(by: str) -> None:
    world = World()
    call, one, two, phone = answer_local(world)
    world.hold(phone)
    assert world.agent("1001").state == "held"
    world.unhold(phone)
    world.request(call if by == "caller" else phone)
    world.unbridge(phone, name="b2")
    world.hang_up(phone, two, one, call)
    (ended,) = world.of(VisitEnded)
    assert ended.ended_by == by
    assert world.agent("1001").state == "available"
    assert not world.state.channels
    assert not world.state.local_halves


def test_optimised_away_the_talk_goes_on_over_the_phone() -> None:
    world = World()
    call, one, two, phone = answer_local(world)
    world.unbridge(one, name="b1")
    world.bridge(phone, name="b1")
    world.hang_up(one, two)
    assert world.agent("1001").state == "talking"
    assert not world.of(VisitEnded)
    world.request(phone)
    world.hang_up(phone, call)
    (ended,) = world.of(VisitEnded)
    assert ended.ended_by == "agent"


def test_the_phone_goes_first_and_the_halves_hang_up_later() -> None:
    world = World()
    call, one, two, phone = answer_local(world)
    world.request(phone)
    world.hang_up(phone)
    for half in (one, two):
        world.request(half)
        world.hold(half)
    world.hang_up(one, two)
    assert len(world.of(VisitEnded)) == 1
    assert world.call(call).phase == "elsewhere"


def test_the_connect_alone_knows_the_phone_behind() -> None:
    world = World()
    call, one, _, phone = ring_local(world)
    world.leave(call)
    world.apply(ev.AgentConnected(world.now, call, "hotline", INTERFACE, "1001", one, ""))
    world.hold(phone)
    assert world.agent("1001").state == "held"


def test_a_local_channel_that_rings_for_nobodys_queue() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.arrive()
    world.channel("Local/8001@dial", linkedid=call, tail=";1")
    world.count -= 1
    two = world.channel("Local/8001@dial", linkedid=call, tail=";2", uniqueid="two")
    phone = world.channel("PJSIP/8001", linkedid=call)
    world.dial(two, phone)
    assert world.states("1001") == ["available", "other_call"]


def test_an_originated_local_pair_is_an_internal_call() -> None:
    world = World()
    one = world.channel("Local/9@ring", tail=";1")
    world.count -= 1
    two = world.channel("Local/9@ring", linkedid=one, tail=";2", uniqueid="two")
    assert world.call(one).direction == "internal"
    assert two not in world.state.calls
