"""Transfers: blind and attended, by agent and caller, to a person and into a queue."""

from gateway.core import events as ev
from gateway.core.facts import AgentChanged, VisitEnded, VisitSettled
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


def test_blind_transfer_by_the_agent() -> None:
    world, call, leg = talking()
    world.unhold(leg)
    world.apply(ev.BlindTransferred(world.now, leg, "Success"))
    world.request(leg)
    world.complete(call, "transfer")
    world.unbridge(leg, call, name=f"b{leg}")
    world.hang_up(leg)
    ended = the_end(world)
    assert (ended.ended_by, ended.hold_us) == ("blind_transfer", 0)
    assert world.states("1001") == ["available"], "the stray Unhold is none"
    assert world.call(call).phase == "elsewhere"


def test_a_transfer_that_fails_ends_nothing() -> None:
    world, call, leg = talking()
    world.apply(ev.BlindTransferred(world.now, leg, "Failed"))
    world.apply(ev.AttendedTransferred(world.now, leg, leg, call, "Fail", "Fail"))
    world.apply(ev.BlindTransferred(world.now, "never.seen", "Success"))
    world.end_talk(call, leg, by="caller")
    assert the_end(world).ended_by == "caller"


def test_blind_transfer_by_the_caller_leaves_the_agent_on_another_call() -> None:
    world, call, leg = talking()
    world.apply(ev.BlindTransferred(world.now, call, "Success"))
    world.unbridge(call, name=f"b{leg}")
    world.hang_up(call)
    assert the_end(world).ended_by == "blind_transfer"
    (changed,) = world.of(AgentChanged)
    assert (changed.state, changed.detail) == ("other_call", "in")
    world.hang_up(leg)
    assert world.agent("1001").state == "available"


def test_attended_transfer_to_another_person() -> None:
    world, call, leg = talking()
    world.hold(leg)
    consult = world.channel("PJSIP/8001", exten="8002")
    other = world.channel("PJSIP/8009", linkedid=consult)
    world.dial(consult, other)
    world.wait(5)
    world.apply(ev.AttendedTransferred(world.now, leg, consult, call, "Bridge", "Success"))
    world.request(leg)
    world.unbridge(leg, name=f"b{leg}")
    world.hang_up(leg, consult)
    ended = the_end(world)
    assert ended.ended_by == "attended_transfer"
    assert ended.hold_us is not None
    assert ended.hold_us >= 5 * SECOND
    assert world.states("1001") == ["held", "other_call", "available"]


def consult_into(world: World, queue: str) -> str:
    consult = world.channel("PJSIP/8001", exten="12399")
    world.join(consult, queue)
    return consult


def test_attended_transfer_into_a_queue_while_it_still_waits() -> None:
    """Join under the consult channel's Uniqueid, Connect under the caller's (ISS 759)."""
    world, call, leg = talking()
    world.hold(leg)
    consult = consult_into(world, "overflow")
    second = world.ring(consult, "1002", "02", "overflow")
    world.apply(ev.AttendedTransferred(world.now, leg, consult, call, "App", "Success"))
    world.hang_up(leg, consult)
    assert world.call(call).phase == "waiting"
    assert not world.of(VisitSettled)
    world.wait(3)
    world.end_dial(call, second, "ANSWER")
    world.leave(call, "overflow")
    world.connect(call, "1002", "02", second, "overflow")
    (settled,) = world.of(VisitSettled)
    assert (settled.call, settled.line, settled.outcome, settled.agent) == (call, "12345", "answered", "1002")
    world.end_talk(call, second)
    assert [(fact.agent, fact.ended_by) for fact in world.of(VisitEnded)] == [
        ("1001", "attended_transfer"), ("1002", "caller"),
    ]  # fmt: skip
    assert not world.state.visits
    assert not world.surprises


def test_a_masquerade_nobody_announced_is_found_by_the_leg() -> None:
    world, call, leg = talking()
    consult = consult_into(world, "overflow")
    second = world.ring(consult, "1002", "02", "overflow")
    world.end_dial(consult, second, "ANSWER")
    world.connect(call, "1002", "02", second, "overflow")
    assert world.of(VisitSettled)[0].call == call
    world.hang_up(leg, consult)
    assert world.agent("1002").state == "talking"


def test_attended_transfer_into_a_queue_after_its_agent_answered() -> None:
    world, call, leg = talking()
    world.hold(leg)
    consult = consult_into(world, "overflow")
    second = world.ring(consult, "1002", "02", "overflow")
    world.answer(consult, "1002", "02", second, "overflow")
    world.apply(ev.AttendedTransferred(world.now, leg, consult, call, "Bridge", "Success"))
    world.request(leg)
    world.request(consult)
    world.hang_up(leg, consult)
    assert world.agent("1001").state == "available"
    assert world.agent("1002").state == "talking", "he talks with the caller now"
    assert (world.call(call).phase, world.call(call).agent) == ("talking", "1002")
    world.wait(20)
    world.end_talk(call, second)
    first, last = world.of(VisitEnded)
    assert (first.agent, last.agent, last.call) == ("1001", "1002", call)
    assert last.talk_us is not None
    assert last.talk_us > 20 * SECOND


def test_an_attended_transfer_of_unknown_parties_is_only_an_end() -> None:
    world, call, leg = talking()
    world.apply(ev.AttendedTransferred(world.now, leg, "never.seen", "", "Threeway", "Success"))
    world.hang_up(leg)
    assert the_end(world).ended_by == "attended_transfer"
    assert world.call(call).phase == "elsewhere"


def test_a_caller_who_was_answered_twice_has_two_ends() -> None:
    world, call, leg = talking()
    world.apply(ev.BlindTransferred(world.now, leg, "Success"))
    world.hang_up(leg)
    world.join(call, "overflow")
    second = world.ring(call, "1002", "02", "overflow")
    world.answer(call, "1002", "02", second, "overflow")
    world.end_talk(call, second, by="agent")
    assert [(fact.queue, fact.ended_by) for fact in world.of(VisitEnded)] == [
        ("hotline", "blind_transfer"), ("overflow", "agent"),
    ]  # fmt: skip
