"""Ten thousand calls through the model: nothing is kept of them, and the same inputs give equal facts."""

from gateway.core.facts import Fact, VisitSettled
from gateway.core.site import SECOND, QueueRule, Site
from tests.core.world import SITE, World

CALLS = 10_000
BUSY = Site(seats=SITE.seats, queues=(QueueRule("hotline", wrap_up_us=2 * SECOND), QueueRule("yi")))
KEPT = {"queues", "agents", "seats", "agent_by_device", "unknown_devices"}
BOUNDED = {"tombs", "timers"}


def go_through(world: World, number: int) -> None:
    """One call of one of six kinds."""
    call = world.wait_in("hotline" if number % 2 else "yi")
    queue = world.call(call).queue or ""
    leg = world.ring(call, "1001", "01", queue)
    kind = number % 6
    if kind < 3:
        world.answer(call, "1001", "01", leg, queue)
        world.hold(leg)
        world.end_talk(call, leg, by="agent" if kind else "caller")
        return
    world.end_dial(call, leg, "NOANSWER")
    world.hang_up(leg)
    world.abandon(call, queue)
    if kind == 3:
        world.status(call, "TIMEOUT")
    world.mark(call, "join", Queue="yi")
    world.status(call, "FULL")
    world.request(call)
    world.hang_up(call)


def run(calls: int) -> tuple[World, list[int]]:
    """A world after so many calls, and how many tombstones and timers it had on the way."""
    world, sizes = World(BUSY), []
    world.sign_in("1001", "01", "hotline", "yi")
    for number in range(calls):
        go_through(world, number)
        world.wait(1)
        sizes.append(len(world.state.tombs) + len(world.state.timers))
    return world, sizes


def test_after_ten_thousand_calls_nothing_is_left_of_them() -> None:
    world, sizes = run(CALLS)
    assert max(sizes[CALLS // 2 :]) <= max(sizes[:200]) * 1.1, "tombstones and timers do not grow"
    world.wait(120)
    kept = {
        key: len(value)
        for key, value in vars(world.state).items()
        if isinstance(value, dict | list | set) and value and key not in KEPT
    }
    assert kept == {}
    assert set(vars(world.state)) >= BOUNDED
    agent = world.agent("1001")
    assert (agent.offers, agent.others, agent.visit, agent.wrap_up) == ({}, {}, None, None)
    assert all(not queue.waiting for queue in world.state.queues.values())
    answered = [fact for fact in world.of(VisitSettled) if (fact.agent, fact.outcome) == ("1001", "answered")]
    assert len(answered) == sum(1 for number in range(CALLS) if number % 6 < 3)
    assert not world.surprises


def test_the_same_inputs_give_equal_facts() -> None:
    first: list[Fact] = run(300)[0].facts
    assert first == run(300)[0].facts
    assert len(first) > 3000


def test_a_flood_of_dead_things_is_bounded() -> None:
    world = World()
    for number in range(100_050):
        world.state.bury(("flood", number), world.now)
    assert len(world.state.tombs) == 100_000
    world.wait(61)
    assert not world.state.tombs
