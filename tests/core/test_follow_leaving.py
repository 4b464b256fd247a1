"""Why a caller left: every ending of asterisk-facts 2.4, by name, event by event."""

import pytest

from gateway.core import events as ev
from gateway.core.facts import VisitSettled
from gateway.core.visits import NO_STATUS
from gateway.core.words import VisitOutcome
from tests.core.world import PLACE, World

ELSEWHERE = ("ivr", "s", "1")


def ready() -> World:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02")
    return world


def test_hangup_while_waiting_and_while_ringing() -> None:
    for rings in (False, True):
        world = ready()
        call = world.wait_in()
        leg = world.ring(call, "1001", "01") if rings else ""
        world.wait(6)
        world.request(call)
        if rings:
            world.end_dial(call, leg, "CANCEL")
        world.abandon(call)
        world.hang_up(call)
        (settled,) = world.of(VisitSettled)
        assert settled.outcome is VisitOutcome.ABANDONED
        assert (settled.agent, settled.within_promise, settled.at) == (None, None, settled.left_at)


def test_short_abandoned() -> None:
    world = ready()
    call = world.wait_in()
    world.wait(2)
    world.request(call)
    world.abandon(call)
    assert world.outcome == "short_abandoned"


@pytest.mark.parametrize("visible", [True, False])
def test_ami_hangup_of_a_waiting_caller_is_an_abandon_by_the_place_where_he_died(visible: bool) -> None:
    world = ready()
    world.state.status_visible = visible
    call = world.wait_in()
    world.wait(6)
    world.abandon(call)
    world.soft(call, 16)
    world.hang_up(call, place=PLACE)
    assert world.outcome == "abandoned"


@pytest.mark.parametrize(
    ("visible", "place", "outcome"),
    [
        (True, ELSEWHERE, "redirected"),
        (True, (*PLACE[:2], "4"), "redirected"),
        (True, ("in", "h", "1"), "unknown"),
        (False, ELSEWHERE, "unknown"),
    ],
)
def test_where_a_caller_died_after_his_abandon(visible: bool, place: tuple[str, str, str], outcome: str) -> None:
    world = ready()
    world.state.status_visible = visible
    call = world.wait_in()
    world.abandon(call)
    world.hang_up(call, place=place)
    assert world.outcome == outcome


def test_a_soft_hangup_of_a_waiting_caller_is_an_abandon() -> None:
    world = ready()
    call = world.wait_in()
    world.wait(6)
    world.soft(call, 32)
    world.abandon(call)
    assert world.outcome == "abandoned"


def test_timeout_empty_and_withdraw_are_told_by_queue_status() -> None:
    for value, outcome in (("TIMEOUT", "timeout"), ("LEAVEEMPTY", "left_empty"), ("WITHDRAW", "withdrawn")):
        world = ready()
        call = world.wait_in()
        world.wait(6)
        world.abandon(call)
        world.status(call, value)
        assert world.outcome == outcome
        assert world.call(call).phase == "elsewhere"


def test_a_sticky_queue_status_of_an_earlier_queue_does_not_explain_this_visit() -> None:
    world = ready()
    call = world.wait_in()
    world.abandon(call)
    world.status(call, "TIMEOUT")
    world.join(call, "yi")
    world.status(call, "TIMEOUT")
    world.leave(call, "yi")
    world.wait(1.1)
    assert [fact.outcome.value for fact in world.of(VisitSettled)] == ["timeout", "key"]


def test_a_key_leaves_without_abandon() -> None:
    world = ready()
    call = world.wait_in()
    world.leave(call)
    assert not world.of(VisitSettled)
    world.wait(1.1)
    assert world.outcome == "key"


def test_a_key_and_then_a_hangup_is_still_a_key() -> None:
    world = ready()
    call = world.wait_in()
    world.leave(call)
    world.request(call)
    world.hang_up(call)
    assert world.outcome == "key"


def test_a_waiting_caller_redirected_by_ami() -> None:
    world = ready()
    call = world.wait_in()
    world.abandon(call, place=ELSEWHERE)
    assert world.outcome == "redirected", "22 shows the new place in the Abandon"


def test_a_redirect_on_16_is_told_by_the_life_after_it() -> None:
    for ends in (False, True):
        world = ready()
        world.state.status_visible = True
        call = world.wait_in()
        world.abandon(call)
        if ends:
            world.request(call)
            world.hang_up(call)
        world.wait(1.1)
        assert world.outcome == "redirected"


def test_where_queue_status_is_not_visible_the_reason_is_named() -> None:
    world = ready()
    call = world.wait_in()
    world.abandon(call)
    world.wait(1.1)
    (settled,) = world.of(VisitSettled)
    assert (settled.outcome, settled.reason) == (VisitOutcome.UNKNOWN, NO_STATUS)
    assert "dialplan" in world.state.hints


def test_syscompat_abandons_twice() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.apply(ev.CallerAbandoned(world.now, call, "hotline"))
    world.abandon(call)
    world.hang_up(leg)
    world.wait(1.1)
    assert world.outcome == "incompatible"
    assert world.agent("1001").state == "available"


def test_an_abandon_delivered_twice_is_one() -> None:
    world = ready()
    call = world.wait_in()
    world.wait(6)
    world.request(call)
    abandon = ev.CallerAbandoned(world.now, call, "hotline")
    world.apply(abandon)
    world.apply(abandon)
    world.leave(call)
    assert world.outcome == "abandoned"


def test_a_channel_that_just_ends_after_its_abandon_is_unknown_with_a_reason() -> None:
    world = ready()
    world.state.status_visible = True
    call = world.wait_in()
    world.abandon(call)
    world.hang_up(call)
    assert world.of(VisitSettled)[0].reason is not None
    assert world.outcome == "unknown"
