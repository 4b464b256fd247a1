"""Wrap-up: it ends without an event, by its bar, or is cut by what comes before."""

import pytest

from gateway.core.facts import AgentChanged, WrapUpEnded
from gateway.core.site import SECOND, QueueRule, Site
from tests.core.world import SITE, T0, World

BARRED = Site(seats=SITE.seats, queues=(QueueRule("hotline", wrap_up_us=20 * SECOND), QueueRule("yi")))


def wrap_ups(world: World) -> list[tuple[str, float]]:
    """How each wrap-up ended and how long it was, seconds."""
    return [(fact.ended_by, (fact.at - fact.start) / SECOND) for fact in world.of(WrapUpEnded)]


def after_a_talk(site: Site = BARRED, **member: int) -> World:
    world = World(site)
    world.sign_in("1001", "01", **member)
    call, leg = world.talk()
    world.end_talk(call, leg)
    return world


def test_the_queues_wrapuptime_ends_without_an_event_on_a_full_second() -> None:
    world = after_a_talk()
    assert world.agent("1001").state == "wrap_up"
    world.wait(19)
    assert world.agent("1001").state == "wrap_up"
    world.wait(1)
    ((ended_by, seconds),) = wrap_ups(world)
    assert ended_by == "timer"
    assert 19 < seconds <= 20
    assert world.of(WrapUpEnded)[0].at % SECOND == 0
    assert world.of(AgentChanged)[-1].at == world.of(WrapUpEnded)[0].at
    assert world.agent("1001").state == "available"


def test_the_members_own_wrapuptime_goes_before_the_queues() -> None:
    world = after_a_talk(wrap_up=5)
    world.wait(5)
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["timer"]


def test_no_wrapuptime_is_no_wrap_up() -> None:
    world = after_a_talk(SITE)
    world.wait(60)
    assert not world.of(WrapUpEnded)
    assert world.agent("1001").state == "available"


def test_last_call_later_than_the_hangup_moves_the_bar() -> None:
    world = after_a_talk()
    world.member("1001", "01", last_call=world.now // SECOND + 2)
    world.wait(20.5)
    assert world.agent("1001").state == "wrap_up"
    world.wait(2)
    assert world.agent("1001").state == "available"
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["timer"], "the first timer was no longer meant"


def test_last_call_here_before_the_hangup_is_taken_into_account() -> None:
    world = World(BARRED)
    world.sign_in("1001", "01")
    call, leg = world.talk()
    world.member("1001", "01", status=2, last_call=world.now // SECOND + 1)
    world.end_talk(call, leg)
    wrap_up = world.agent("1001").wrap_up
    assert wrap_up is not None
    assert wrap_up.until == (T0 // SECOND + 3 + 20) * SECOND


def test_an_old_last_call_and_one_of_another_queue_are_not_this_wrap_up() -> None:
    world = after_a_talk()
    wrap_up = world.agent("1001").wrap_up
    world.member("1001", "01", last_call=T0 // SECOND - 500)
    world.member("1001", "01", "yi", last_call=T0 // SECOND + 9)
    world.member("1001", "01", "yi", last_call=T0 // SECOND + 99)
    assert world.agent("1001").wrap_up == wrap_up


def test_a_break_cuts_the_wrap_up() -> None:
    world = after_a_talk()
    world.wait(3)
    world.member("1001", "01", paused=True, reason="break")
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["pause"]
    assert world.agent("1001").state == "paused"
    world.wait(60)
    assert len(wrap_ups(world)) == 1


def test_an_own_call_cuts_the_wrap_up_a_feature_code_does_not() -> None:
    world = after_a_talk()
    code = world.channel("PJSIP/8001", exten="*44")
    world.hang_up(code)
    assert world.states("1001")[-3:] == ["wrap_up", "other_call", "wrap_up"]
    own = world.channel("PJSIP/8001", exten="9123")
    out = world.channel("PJSIP/trunk", linkedid=own)
    world.dial(own, out)
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["call"]
    world.hang_up(out, own)
    assert world.agent("1001").state == "available"


def test_a_direct_call_in_cuts_the_wrap_up() -> None:
    world = after_a_talk()
    call = world.arrive()
    leg = world.channel("PJSIP/8001", linkedid=call)
    world.dial(call, leg)
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["call"]


def test_an_answer_for_another_queue_cuts_the_wrap_up() -> None:
    world = after_a_talk()
    world.sign_in("1001", "01", "yi")
    call = world.wait_in("yi")
    leg = world.ring(call, "1001", "01", "yi")
    assert not wrap_ups(world), "a ring of the other queue alone does not"
    world.answer(call, "1001", "01", leg, "yi")
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["call"]
    assert world.agent("1001").wrap_up is None


def test_wrap_up_as_a_reason_of_pause_ends_with_the_unpause() -> None:
    world = World()
    world.sign_in("1001", "01", "hotline", "overflow")
    world.sign_in("1001", "01", "hotline", "overflow", paused=True, reason="wrap-up")
    assert world.states("1001") == ["available", "wrap_up"]
    world.wait(7)
    world.sign_in("1001", "01", "hotline", "overflow")
    ((ended_by, seconds),) = wrap_ups(world)
    assert (ended_by, round(seconds)) == ("finished", 7)
    assert world.agent("1001").state == "available"


def test_wrap_up_as_a_reason_of_pause_finished_by_feature_code() -> None:
    world = World()
    world.sign_in("1001", "01", paused=True, reason="wrap-up")
    world.member("1001", "01")
    world.member("1001", "01", paused=True, reason="wrap-up")
    phone = world.channel("PJSIP/8001", exten="*45")
    world.mark(phone, "wrapup_finish", Agent="1001", Seat="01")
    world.member("1001", "01")
    world.hang_up(phone)
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["finished"]
    assert world.agent("1001").state == "available"


def test_wrap_up_pressed_while_talking_begins_with_the_parting() -> None:
    world = World()
    world.sign_in("1001", "01")
    call, leg = world.talk()
    world.member("1001", "01", paused=True, reason="wrap-up")
    world.wait(30)
    world.end_talk(call, leg)
    parted = world.agent("1001").wrap_up
    assert parted is not None
    assert parted.start > T0 + 30 * SECOND
    assert parted.visit is not None
    world.wait(4)
    world.member("1001", "01")
    ((ended_by, seconds),) = wrap_ups(world)
    assert (ended_by, round(seconds)) == ("finished", 4)


def test_a_bar_finished_by_the_agent_is_said_but_asterisk_keeps_him_away() -> None:
    world = after_a_talk()
    world.wait(4)
    for _ in range(2):
        world.mark("seat.1", "wrapup_finish", Agent="1001")
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["finished"]
    assert world.agent("1001").state == "wrap_up"
    world.wait(20)
    assert world.agent("1001").state == "available"
    assert len(wrap_ups(world)) == 1
    world.mark("seat.1", "wrapup_finish", Agent="1001")
    world.mark("seat.1", "wrapup_finish", Agent="nobody")


def test_signing_out_ends_the_wrap_up() -> None:
    world = after_a_talk()
    world.sign_out("1001", "01")
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["left"]


def test_what_comes_after_the_bar_did_not_end_it() -> None:
    world = after_a_talk()
    world.now += 25 * SECOND
    world.member("1001", "01", paused=True, reason="break")
    ((ended_by, seconds),) = wrap_ups(world)
    assert ended_by == "timer"
    assert seconds <= 20


def test_a_reload_in_mid_call_gives_no_endless_and_no_wrong_wrap_up() -> None:
    """LastCall never rises (asterisk-facts 2.9), so app_queue rings him at once: then he does not wrap up."""
    world = after_a_talk()
    world.member("1001", "01", last_call=0)
    world.wait(2)
    call = world.wait_in()
    world.ring(call, "1001", "01")
    assert [ended_by for ended_by, _ in wrap_ups(world)] == ["call"]
    assert world.agent("1001").state == "ringing"
    silent = after_a_talk()
    silent.wait(20)
    assert silent.agent("1001").state == "available"


def test_a_reset_in_mid_call_zeroes_last_call_and_changes_nothing_else() -> None:
    world = World(BARRED)
    world.sign_in("1001", "01", last_call=T0 // SECOND - 100)
    call, leg = world.talk()
    world.member("1001", "01", status=2, last_call=0)
    world.end_talk(call, leg)
    world.member("1001", "01", last_call=0)
    world.wait(20)
    assert world.states("1001")[-3:] == ["talking", "wrap_up", "available"]


@pytest.mark.parametrize("count", [1, 5])
def test_every_talk_has_its_own_wrap_up(count: int) -> None:
    world = World(BARRED)
    world.sign_in("1001", "01")
    for _ in range(count):
        call, leg = world.talk()
        world.end_talk(call, leg)
        world.wait(21)
    assert len(wrap_ups(world)) == count
    assert len({fact.visit for fact in world.of(WrapUpEnded)}) == count
    assert not world.state.timers or world.state.timers[0][0] > world.now
