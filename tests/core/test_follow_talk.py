"""The talk: hold, hang-up by either side, and ends that AgentComplete tells late or wrongly."""

import pytest

from gateway.core import events as ev
from gateway.core.facts import VisitEnded
from gateway.core.site import SECOND
from tests.core.world import World


def talking() -> tuple[World, str, str]:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02", "overflow")
    call, leg = world.talk()
    world.forget()
    return world, call, leg


def the_end(world: World) -> VisitEnded:
    (ended,) = world.of(VisitEnded)
    return ended


@pytest.mark.parametrize("by", ["caller", "agent"])
def test_who_hangs_up_first_ended_it(by: str) -> None:
    world, call, leg = talking()
    world.wait(30)
    world.end_talk(call, leg, by=by)
    ended = the_end(world)
    assert (ended.ended_by, ended.hold_us) == (by, 0)
    assert ended.talk_us is not None
    assert 30 * SECOND <= ended.talk_us < 30.02 * SECOND
    assert world.states("1001") == ["available"]


def test_the_talk_ends_when_the_bridge_is_left_not_when_the_channel_dies() -> None:
    world, call, leg = talking()
    world.request(call)
    world.unbridge(call, leg, name=f"b{leg}")
    parted = world.state.channels[call].bridge_left_at
    world.wait(5)
    world.hang_up(leg, call)
    assert the_end(world).at == parted


def test_a_bridge_of_an_earlier_talk_is_no_end_of_this_one() -> None:
    world, call, leg = talking()
    world.end_talk("", leg, by="agent")
    world.unbridge(call, name=f"b{leg}")
    world.forget()
    world.wait(5)
    world.join(call, "overflow")
    second = world.ring(call, "1002", "02", "overflow")
    world.end_dial(call, second, "ANSWER")
    world.leave(call, "overflow")
    world.connect(call, "1002", "02", second, "overflow")
    world.hang_up(call)
    ended = the_end(world)
    assert ended.talk_us == 0


def test_a_soft_hangup_of_the_agents_leg_is_the_agents_end_whatever_the_log_says() -> None:
    world, call, leg = talking()
    world.soft(leg, 32)
    world.complete(call, "caller")
    world.unbridge(leg, call, name=f"b{leg}")
    world.hang_up(leg)
    assert the_end(world).ended_by == "agent"


def test_ami_hangup_of_the_agents_leg_is_nobodys_end() -> None:
    """No request at all; app_queue reports the caller (asterisk-facts 2.7)."""
    world, call, leg = talking()
    world.unbridge(leg, call, name=f"b{leg}")
    world.soft(call, 16)
    world.complete(call, "caller")
    world.hang_up(leg, call)
    assert the_end(world).ended_by is None
    assert world.states("1001") == ["available"]


def test_agent_complete_alone_is_believed_only_for_the_agent() -> None:
    """`caller` is what app_queue says of everything else, an AMI Hangup of the agent's leg among it."""
    for reason, ended_by in (("agent", "agent"), ("caller", None), ("transfer", None), ("nonsense", None)):
        world, call, leg = talking()
        world.complete(call, reason)
        world.hang_up(leg, call)
        assert the_end(world).ended_by == ended_by


def test_agent_complete_late_and_without_channels_changes_nothing() -> None:
    world, call, leg = talking()
    world.end_talk(call, leg, by="agent")
    before = len(world.facts)
    world.complete("", "caller")
    world.complete(call, "caller")
    assert len(world.facts) == before
    assert not world.surprises


def test_ami_redirect_of_the_caller_while_talking_frees_the_agent_at_once() -> None:
    world, call, leg = talking()
    world.wait(10)
    world.soft(call, 2)
    world.unbridge(call, leg, name=f"b{leg}")
    world.soft(leg, 16)
    world.hang_up(leg)
    assert world.states("1001") == ["available"]
    assert world.call(call).phase == "elsewhere"
    world.wait(60)
    world.request(call)
    world.complete("", "caller")
    world.hang_up(call)
    ended = the_end(world)
    assert ended.ended_by is None
    assert ended.talk_us is not None
    assert ended.talk_us < 11 * SECOND, "AgentComplete's TalkTime would be a minute longer"


def test_hold_by_the_agent_and_back() -> None:
    world, call, leg = talking()
    world.hold(leg)
    assert (world.agent("1001").state, world.call(call).phase) == ("held", "held")
    world.hold(leg)
    world.wait(10)
    world.unhold(leg)
    world.unhold(leg)
    assert world.states("1001") == ["held", "talking"]
    assert world.call(call).phase == "talking"
    world.end_talk(call, leg)
    hold = the_end(world).hold_us
    assert hold is not None
    assert 10 * SECOND <= hold < 10.01 * SECOND


def test_a_hold_open_at_the_hangup_counts_to_the_parting() -> None:
    world, call, leg = talking()
    world.hold(leg)
    world.wait(7)
    world.end_talk(call, leg)
    hold = the_end(world).hold_us
    assert hold is not None
    assert 7 * SECOND <= hold < 7.01 * SECOND
    assert world.states("1001") == ["held", "available"]


def test_hold_by_the_caller_and_music_while_waiting_are_no_hold() -> None:
    world, call, leg = talking()
    world.hold(call)
    assert world.agent("1001").state == "talking"
    waiting = world.wait_in()
    world.hold(waiting)
    world.unhold(waiting)
    assert world.call(waiting).phase == "waiting"
    assert leg in world.state.channels


def test_an_older_hold_than_the_last_one_changes_nothing() -> None:
    world, _, leg = talking()
    late = ev.HoldBegun(world.now, leg)
    world.hold(leg)
    world.unhold(leg)
    world.apply(late)
    assert world.agent("1001").state == "talking"
