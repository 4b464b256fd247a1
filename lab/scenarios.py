"""Scenarios of waiting: how callers leave a queue, and agents who do not pick up.

Law: each function returns calls with their steps and the outcome that must come about.
"""

from dataclasses import replace

from lab.numbers import NOBODY, Numbers, anybody, call, deed, one
from lab.plan import Group, PlannedCall, Step, Visit
from lab.scripts import answer, never


def gives_up(n: Numbers, to: tuple[str, str], wait: float, outcome: str) -> Group:
    """The caller hangs up `wait` s after joining; phones ring in vain."""
    return one(call(n, outcome, to[0], NOBODY, [Step("joined", wait, "hang_up")], Visit(to[1], outcome)))


def timeout(n: Numbers) -> Group:
    """The caller waits as long as he may, then the queue lets him go."""
    number, queue = n.short
    steps, visits = n.goes_on(1)
    planned = call(n, "timeout", number, NOBODY, [Step("left", 0, "wait"), *steps], Visit(queue, "timeout"), *visits)
    return one(planned)


def same_queue_twice(n: Numbers) -> Group:
    """Time out; where callers go on to a next queue time out there, too; then the first queue again."""
    number, queue = n.again
    rounds = [queue] if n.next_queue is None else [queue, n.next_queue]
    steps = [
        Step(f"left:{len(rounds)}", 0, "set_script", f"any={answer(0.3)}"),
        Step(f"joined:{len(rounds) + 1}", 0, "wait"),
        Step("picked_up", 1, "hang_up"),
    ]
    visits = (*(Visit(name, "timeout") for name in rounds), Visit(queue, "answered", "caller", 1))
    return one(call(n, "same_queue_twice", number, NOBODY, steps, *visits))


def two_queues(n: Numbers) -> Group:
    """Time out in one queue, whose only phone nobody picks up; answered in the next, which rings 1 ms later."""
    number, first, then = n.onward
    seats = ((str(n.single_seat), never()), ("any", answer(0.5)))
    visits = (Visit(first, "timeout"), Visit(then, "answered", "caller", 1))
    return one(call(n, "two_queues_in_a_row", number, seats, [Step("picked_up", 1, "hang_up")], *visits))


def misses_then_answers(n: Numbers, kind: str, script: str) -> Group:
    """The single agent's phone misses one ring (never, busy or decline), then picks up the next."""
    number, queue = n.single
    steps = [Step("missed", 0, "set_script", f"any={answer(0.5)}"), Step("picked_up", 1, "hang_up")]
    return one(call(n, f"agent_{kind}", number, (("any", script),), steps, Visit(queue, "answered", "caller", 1)))


def leave_empty(n: Numbers) -> Group:
    """The only agent goes on a break while the caller waits."""
    number, queue = n.alone
    steps, visits = n.goes_on(1)
    steps = [Step("ringing", 0.5, "pause", f"{n.alone_seat} meal"), Step("left", 0, "wait"), *steps]
    planned = call(n, "leave_empty", number, NOBODY, steps, Visit(queue, "left_empty"), *visits)
    return one(planned, afterwards=(deed("unpause", str(n.alone_seat)),))


def join_empty(n: Numbers, why: str = "join_empty") -> PlannedCall:
    """Refused because nobody is there; the group around it makes it so."""
    number, queue = n.alone
    steps, visits = n.goes_on(0)
    return call(n, f"refused_{why}", number, NOBODY, steps, Visit(queue, "refused"), *visits)


def paused_join_empty(n: Numbers) -> Group:
    """The only agent is away when the caller comes."""
    seat = str(n.alone_seat)
    return one(join_empty(n), (deed("pause", f"{seat} training"),), (deed("unpause", seat),))


def unplugged_join_empty(n: Numbers) -> Group:
    """The only agent's phone is unplugged when the caller comes."""
    seat = str(n.alone_seat)
    return one(join_empty(n, "unplugged"), (deed("unplug", seat),), (deed("plug_in", seat),))


def full(n: Numbers) -> Group:
    """One waits in a queue with room for one; the next is refused."""
    number, queue = n.small
    steps, visits = n.goes_on(0)
    waits = call(n, "waits_in_full", number, NOBODY, [Step("joined", 3, "hang_up")], Visit(queue, "short_abandoned"))
    refused = call(n, "refused_full", number, NOBODY, steps, Visit(queue, "refused"), *visits)
    return Group((waits, replace(refused, follows="joined")))


def key_exit(n: Numbers) -> Group:
    """The caller presses the key that leads out of the queue."""
    number, queue = n.single
    steps = [Step("joined", 1, "press", n.exit_key), Step("left", 0, "wait"), Step("left", 0.5, "hang_up")]
    return one(call(n, "key_exit", number, NOBODY, steps, Visit(queue, "key")))


def withdrawn(n: Numbers) -> Group:
    """A supervisor withdraws the waiting caller."""
    number, queue = n.single
    steps, visits = n.goes_on(1)
    if not visits:
        steps = [Step("left", 0.5, "hang_up")]
    steps = [Step("joined", 1, "withdraw", queue), Step("left", 0, "wait"), *steps]
    return one(call(n, "withdrawn", number, NOBODY, steps, Visit(queue, "withdrawn"), *visits))


def redirected(n: Numbers) -> Group:
    """A supervisor redirects the waiting caller."""
    number, queue = n.single
    steps = [Step("joined", 1.5, "redirect", n.moved_to), Step("left", 0, "wait"), Step("left", 0.5, "hang_up")]
    return one(call(n, "redirected_waiting", number, NOBODY, steps, Visit(queue, "redirected")))


def agent_dump(n: Numbers, to: tuple[str, str]) -> Group:
    """The agent hangs up while he hears the announcement: the caller waits on and is answered by the next ring."""
    steps = [Step("picked_up:1", 0.7, "agent_hang_up"), Step("picked_up:2", 5, "hang_up")]
    return one(call(n, "agent_dump", to[0], anybody(0.5), steps, Visit(to[1], "answered", "caller", 2)))


def gives_up_in_announcement(n: Numbers, to: tuple[str, str]) -> Group:
    """The caller hangs up while the agent, who has picked up, hears the announcement: nobody spoke with him."""
    steps = [Step("picked_up", 0.7, "hang_up")]
    return one(call(n, "abandoned_in_announcement", to[0], anybody(0.5), steps, Visit(to[1], "short_abandoned")))
