"""What both mixes hold: the same lanes with our own dialplans and on the plain variant."""

from lab import conversations as c
from lab import scenarios as s
from lab.numbers import Numbers, call, one
from lab.plan import Group, Step, Visit
from lab.scripts import answer, busy, decline, never


def single(n: Numbers) -> tuple[Group, ...]:
    """One agent: what happens to callers he does not get to, and when his phone is not answered."""
    return (
        s.gives_up(n, n.single, 6.5, "abandoned"),
        s.gives_up(n, n.single, 1.5, "short_abandoned"),
        s.timeout(n),
        s.misses_then_answers(n, "never_answers", never()),
        s.misses_then_answers(n, "busy", busy()),
        s.misses_then_answers(n, "declines", decline()),
    )


def alone(n: Numbers) -> tuple[Group, ...]:
    """One agent who goes away, and a queue with room for one."""
    return s.leave_empty(n), s.paused_join_empty(n), s.full(n), c.answered(n, n.alone, 0.5, 1.0)


def disturbed(n: Numbers, ends: str, ended_by: str) -> tuple[Group, ...]:
    """Reload and reset in mid-call: they change every agent, so nothing else runs. `ends`: how the second call ends."""
    number, queue = n.second
    seats = (("any", answer(0.5)),)
    reload_steps = [Step("picked_up", 0.7, "cli", "queue reload all"), Step("placed", 0.7, "hang_up")]
    reset_steps = [Step("picked_up", 0.7, "reset", queue), Step("placed", 0.7, ends)]
    return (
        one(call(n, "reload_in_mid_call", number, seats, reload_steps, Visit(queue, "answered", "caller", 1))),
        one(call(n, "reset_in_mid_call", number, seats, reset_steps, Visit(queue, "answered", ended_by, 1))),
    )
