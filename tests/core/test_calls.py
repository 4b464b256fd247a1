"""Calls and channels: direction, line, phases; the calls of agents that belong to no queue."""

import pytest

from gateway.core import events as ev
from gateway.core.calls import find_device
from gateway.core.facts import AgentChanged, CallAnswered, CallArrived, CallEnded
from gateway.core.site import SECOND
from tests.core.world import T0, World


@pytest.mark.parametrize(
    ("channel", "device"),
    [
        ("PJSIP/8001-0000002a", "PJSIP/8001"),
        ("PJSIP/trunk-a-00000001", "PJSIP/trunk-a"),
        ("Local/8006@dial-0000001a;1", "Local/8006@dial"),
        ("Local/8006@dial-0000001a;2", "Local/8006@dial"),
        ("Message/ast_msg_queue", "Message/ast_msg_queue"),
        ("odd", "odd"),
        ("", ""),
    ],
)
def test_the_device_of_a_channel_name(channel: str, device: str) -> None:
    assert find_device(channel) == device


def details(world: World, agent: str = "1001") -> list[tuple[str, str | None]]:
    return [(fact.state.value, fact.detail) for fact in world.of(AgentChanged) if fact.agent == agent]


def test_an_inbound_call_that_never_reaches_a_queue() -> None:
    world = World()
    call = world.arrive("12345")
    world.wait(3)
    world.request(call)
    world.hang_up(call, cause=17)
    (arrived,), (ended,) = world.of(CallArrived), world.of(CallEnded)
    assert (arrived.direction, arrived.line, arrived.caller, arrived.at) == ("inbound", "12345", "13900000001", T0)
    assert ended.cause == 17
    assert ended.duration_us is not None
    assert 3 * SECOND <= ended.duration_us < 3.01 * SECOND
    assert not world.state.calls


def test_an_outbound_call_of_an_agent() -> None:
    world = World()
    world.sign_in("1001", "01")
    own = world.channel("PJSIP/8001", exten="913800000000")
    assert not world.of(CallArrived), "its direction is not known before it dials"
    leg = world.channel("PJSIP/trunk", linkedid=own)
    world.dial(own, leg)
    (arrived,) = world.of(CallArrived)
    assert (arrived.direction, arrived.line) == ("outbound", "none")
    world.end_dial(own, leg, "ANSWER")
    assert world.call(own).phase == "talking"
    (answered,) = world.of(CallAnswered)
    assert (answered.call, answered.direction) == (own, "outbound")
    world.hang_up(leg, own)
    assert details(world) == [
        ("available", None), ("other_call", "internal"), ("other_call", "out"), ("available", None),
    ]  # fmt: skip
    assert world.of(CallEnded)[0].direction == "outbound"


def test_an_internal_call_between_two_agents() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02")
    own = world.channel("PJSIP/8001", exten="8002")
    leg = world.channel("PJSIP/8002", linkedid=own)
    world.dial(own, leg)
    world.end_dial(own, leg, "ANSWER")
    world.end_dial(own, leg, "ANSWER")
    world.hang_up(leg, own)
    assert world.of(CallArrived)[0].direction == "internal"
    for agent in ("1001", "1002"):
        assert details(world, agent) == [("available", None), ("other_call", "internal"), ("available", None)]


def test_a_direct_call_in_to_an_agent() -> None:
    world = World()
    world.sign_in("1001", "01")
    call = world.arrive("12345")
    leg = world.channel("PJSIP/8001", linkedid=call)
    world.dial(call, leg)
    assert details(world)[-1] == ("other_call", "in"), "a direct ring is no queue's ring"
    world.end_dial(call, leg, "NOANSWER")
    assert world.call(call).phase == "arrived"
    world.hang_up(leg)
    assert details(world)[-1] == ("available", None)


def test_an_originated_leg_has_no_dialler() -> None:
    world = World()
    world.sign_in("1001", "01")
    leg = world.channel("PJSIP/8001", linkedid="elsewhere.1")
    world.dial("", leg)
    world.dial("", "never.seen")
    world.end_dial("", "never.seen", "ANSWER")
    assert details(world)[-1] == ("other_call", "in")
    world.hang_up(leg)
    assert not world.of(CallArrived)


def test_a_feature_code_is_an_internal_call_that_rings_nobody() -> None:
    world = World()
    world.sign_in("1001", "01")
    own = world.channel("PJSIP/8001", exten="*432")
    world.hang_up(own)
    (arrived,), (ended,) = world.of(CallArrived), world.of(CallEnded)
    assert (arrived.direction, ended.direction) == ("internal", "internal")


def test_a_call_from_an_empty_seat_is_nobodys_other_call() -> None:
    world = World()
    own = world.channel("PJSIP/8003", exten="*411003")
    world.hang_up(own)
    assert not world.of(AgentChanged)
    assert world.of(CallEnded)[0].direction == "internal"


def test_a_call_dialled_through_a_local_channel_stays_internal() -> None:
    world = World()
    world.sign_in("1001", "01")
    own = world.channel("PJSIP/8001", exten="123")
    one = world.channel("Local/123@out", linkedid=own, tail=";1")
    world.dial(own, one)
    assert world.of(CallArrived)[0].direction == "internal"


def test_systemname_and_made_up_uniqueids_are_only_names() -> None:
    world = World()
    world.sign_in("1001", "01")
    for uniqueid in ("pbx1-1795457724.94", "farm-12-23;2", "чат-🙂", "x" * 149):
        call = world.arrive("12345", uniqueid=uniqueid)
        world.join(call)
        leg = world.ring(call, "1001", "01")
        world.answer(call, "1001", "01", leg)
        world.end_talk(call, leg)
    assert [fact.call for fact in world.of(CallEnded)] == ["pbx1-1795457724.94", "farm-12-23;2", "чат-🙂", "x" * 149]
    assert not world.state.channels
    assert not world.surprises


def test_late_and_repeated_channel_events_bring_nothing_back() -> None:
    world = World()
    born = ev.ChannelCreated(world.now, "1.1", "PJSIP/trunk-1", "1.1", "from", "12345", "")
    world.apply(born)
    world.apply(born)
    world.hang_up("1.1")
    world.apply(born)
    world.hang_up("1.1")
    for late in (world.request, world.soft, world.hold, world.unhold):
        late("1.1")
    world.bridge("1.1")
    world.unbridge("1.1")
    world.join("1.1")
    assert len(world.of(CallArrived)) == len(world.of(CallEnded)) == 1
    assert not world.state.channels
    assert not world.surprises


def test_an_id_chosen_by_an_originate_may_be_used_again_at_once() -> None:
    world = World()
    for _ in range(2):
        world.arrive("12345", uniqueid="chosen")
        world.hang_up("chosen")
    assert len(world.of(CallEnded)) == 2


def test_older_bridge_events_change_nothing() -> None:
    world = World()
    call = world.arrive()
    entered = ev.BridgeEntered(world.now, call, "b1")
    world.unbridge(call, name="b0")
    world.bridge(call, name="b2")
    world.apply(entered)
    world.apply(ev.BridgeLeft(entered.at, call, "b1"))
    assert world.state.channels[call].bridge == "b2"
