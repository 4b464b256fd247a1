"""Our dialplan's markers, and callers a queue did not let in: counted once, by marker, by VarSet or by both."""

import pytest

from gateway.core.facts import MarkerSeen, VisitJoined, VisitSettled
from gateway.core.words import VisitOutcome
from tests.core.world import World


def refusals(world: World) -> list[tuple[str, str | None]]:
    return [(fact.queue, fact.reason) for fact in world.of(VisitSettled) if fact.outcome is VisitOutcome.REFUSED]


@pytest.mark.parametrize("status", ["FULL", "JOINEMPTY", "JOINUNAVAIL"])
@pytest.mark.parametrize("told_by", ["marker", "varset", "both"])
def test_a_refused_caller_is_counted_once(status: str, told_by: str) -> None:
    world = World()
    call = world.arrive()
    if told_by != "varset":
        world.mark(call, "join", Queue="hotline")
    began = world.now
    world.wait(0.2)
    if told_by != "marker":
        world.status(call, status)
    if told_by != "varset":
        world.mark(call, "exit", Queue="hotline", Status=status)
    queue = "unknown" if told_by == "varset" else "hotline"
    assert refusals(world) == [(queue, status.lower())]
    (settled,) = world.of(VisitSettled)
    assert (settled.line, settled.agent, settled.within_promise) == ("12345", None, None)
    if told_by != "varset":
        assert settled.joined_at == began - 1_000
    assert not world.of(VisitJoined)
    assert not world.state.joining


@pytest.mark.parametrize("told_by", ["marker", "varset", "both"])
def test_two_refusals_one_after_the_other_are_two(told_by: str) -> None:
    world = World()
    call = world.arrive()
    for queue in ("hotline", "overflow"):
        if told_by != "varset":
            world.mark(call, "join", Queue=queue)
        if told_by != "marker":
            world.status(call, "FULL")
        if told_by != "varset":
            world.mark(call, "exit", Queue=queue, Status="FULL")
    assert len(refusals(world)) == 2
    if told_by != "varset":
        assert [queue for queue, _ in refusals(world)] == ["hotline", "overflow"]
    assert len({fact.visit for fact in world.of(VisitSettled)}) == 2


def test_an_exit_marker_without_a_join_marker_names_its_queue() -> None:
    world = World()
    call = world.arrive()
    world.mark(call, "exit", Queue="hotline", Status="FULL")
    assert refusals(world) == [("hotline", "full")]


def test_a_join_that_succeeded_lends_its_name_to_no_later_refusal() -> None:
    world = World()
    call = world.arrive()
    world.mark(call, "join", Queue="hotline")
    world.join(call)
    world.abandon(call)
    world.status(call, "TIMEOUT")
    world.status(call, "FULL")
    assert refusals(world) == [("unknown", "full")]


def test_the_exit_marker_tells_why_without_varset() -> None:
    for value, outcome in (("TIMEOUT", "timeout"), ("", "key"), ("WITHDRAW", "withdrawn")):
        world = World()
        call = world.arrive()
        world.mark(call, "join", Queue="HOTLINE")
        world.join(call)
        (world.abandon if value else world.leave)(call)
        world.mark(call, "exit", Queue="HOTLINE", Status=value)
        assert world.outcome == outcome
        assert not world.state.status_visible, "a marked call says nothing of the calls of another dialplan"


def test_an_exit_marker_of_another_queue_explains_nothing() -> None:
    world = World()
    call = world.arrive()
    world.join(call)
    world.abandon(call)
    world.mark(call, "exit", Queue="yi", Status="TIMEOUT")
    assert not world.of(VisitSettled)


def test_a_marked_call_that_is_moved_is_redirected_and_an_unmarked_one_is_unknown() -> None:
    world = World()
    marked, plain = world.arrive(), world.arrive()
    world.mark(marked, "join", Queue="hotline")
    for call in (marked, plain):
        world.join(call)
        world.abandon(call)
    world.wait(1.1)
    assert [fact.outcome.value for fact in world.of(VisitSettled)] == ["redirected", "unknown"]


def test_every_marker_is_a_fact_with_its_own_fields() -> None:
    world = World()
    call = world.arrive()
    world.mark(call, "survey", Score="5", Agent="1001")
    world.mark("", "test", Line="12345", Step="1")
    seen = world.of(MarkerSeen)
    assert [(fact.marker, fact.call, fact.line) for fact in seen] == [
        ("survey", call, "12345"),
        ("test", None, "12345"),
    ]
    assert seen[0].data == (("Score", "5"), ("Agent", "1001"))


def test_an_unknown_marker_is_a_surprise() -> None:
    world = World()
    world.mark("1.1", "nonsense")
    assert world.surprises == ["unknown_marker"]


def test_the_arrival_marker_names_the_line_of_a_call_that_came_without_one() -> None:
    world = World()
    call = world.arrive("s")
    world.mark(call, "arrival", Line="12320")
    assert world.call(call).line == "12320"
    world.mark(call, "arrival", Line="12345")
    assert world.call(call).line == "12320", "the first one counts"
    named = world.arrive("12345")
    world.mark(named, "arrival", Line="12320")
    assert world.call(named).line == "12345"
