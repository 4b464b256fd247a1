"""Members and pauses: what every real change says, once."""

from gateway.core.events import MemberRemoved
from gateway.core.facts import AgentChanged, MemberChanged, WrapUpEnded
from gateway.core.site import SECOND, QueueRule, Site
from tests.core.world import SITE, World

BARRED = Site(seats=SITE.seats, queues=(QueueRule("hotline", wrap_up_us=20 * SECOND), QueueRule("yi")))


def test_an_agent_of_three_queues_says_one_change_per_real_change() -> None:
    world = World()
    queues = ("hotline", "yi", "overflow")
    world.sign_in("1001", "01", *queues)
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.sign_in("1001", "01", *queues, status=6)
    world.answer(call, "1001", "01", leg)
    world.sign_in("1001", "01", *queues, status=2)
    world.end_talk(call, leg)
    world.sign_in("1001", "01", *queues, status=1)
    world.sign_in("1001", "01", *queues, paused=True, reason="meal")
    world.sign_in("1001", "01", *queues, paused=False, reason="meal")
    assert world.states("1001") == ["available", "ringing", "talking", "available", "paused", "available"]
    assert set(world.agent("1001").queues) == set(queues)
    changes = [(fact.queue, fact.change, fact.reason) for fact in world.of(MemberChanged)]
    assert changes.count(("yi", "paused", "meal")) == 1
    assert changes.count(("yi", "unpaused", None)) == 1
    assert [fact.queue for fact in world.of(MemberChanged) if fact.change == "joined"] == list(queues)


def test_the_reason_of_a_pause_changes() -> None:
    world = World()
    world.sign_in("1001", "01")
    for reason in ("break", "meeting", "meeting"):
        world.member("1001", "01", paused=True, reason=reason)
    assert [(fact.state.value, fact.detail) for fact in world.of(AgentChanged)][1:] == [
        ("paused", "break"), ("paused", "meeting"),
    ]  # fmt: skip
    assert world.of(AgentChanged)[-1].previous_detail == "break"


def test_a_pause_without_a_change_is_none() -> None:
    world = World()
    world.sign_in("1001", "01", paused=True, reason="break")
    before = len(world.facts)
    world.member("1001", "01", paused=True, reason="break")
    assert len(world.facts) == before


def test_penalty_membership_and_late_events() -> None:
    world = World()
    world.sign_in("1001", "01")
    old = world.now
    world.member("1001", "01", penalty=5, membership="realtime")
    assert world.of(MemberChanged)[-1].reason == "5"
    world.member("1001", "01", at=old - 1, penalty=1)
    member = world.agent("1001").queues["hotline"]
    assert (member.penalty, member.membership) == (5, "realtime")


def test_a_late_event_does_not_bring_a_removed_member_back_but_a_new_one_does() -> None:
    world = World()
    world.sign_in("1001", "01")
    late = world.now
    world.now += 1_000
    world.sign_out("1001", "01")
    world.sign_out("1001", "01")
    world.member("1001", "01", at=late)
    assert world.agent("1001").state == "offline"
    world.member("1001", "01")
    assert world.agent("1001").state == "available"
    world.member("1001", "01")
    world.sign_out("9999", "09")


def test_a_removal_older_than_the_member_is_none() -> None:
    world = World()
    old = world.now
    world.now += 1_000
    world.sign_in("1001", "01")
    world.apply(MemberRemoved(old, "hotline", "PJSIP/8001", "1001"))
    assert world.agent("1001").state == "available"


def test_a_member_without_a_name_is_known_by_his_interface() -> None:
    world = World()
    world.member("", "01")
    assert world.agent("PJSIP/8001").state == "available"


def test_interfaces_are_one_in_any_case() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.member("1001", "01", interface="pjsip/8001", status=5)
    assert world.states("1001") == ["available", "unreachable"]
    assert len(world.state.queues["hotline"].members) == 1


def test_another_name_at_the_same_interface_is_another_person() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.member("1002", "01")
    assert (world.agent("1001").state, world.agent("1002").state) == ("offline", "available")
    assert world.state.seats["01"].agent == "1002"


def test_signing_out_in_mid_call_keeps_him_talking_and_gives_no_wrap_up() -> None:
    world = World(BARRED)
    world.sign_in("1001", "01")
    call, leg = world.talk()
    world.sign_out("1001", "01")
    assert world.agent("1001").state == "talking"
    world.end_talk(call, leg)
    assert world.agent("1001").state == "offline"
    world.wait(60)
    assert not world.of(WrapUpEnded)


def test_signing_out_on_another_call_and_in_again() -> None:
    world = World()
    world.sign_in("1001", "01")
    own = world.channel("PJSIP/8001", exten="9")
    world.sign_out("1001", "01")
    assert world.agent("1001").state == "offline"
    world.sign_in("1001", "01")
    assert world.agent("1001").state == "other_call"
    world.hang_up(own)
    assert world.agent("1001").state == "available"
