"""The scenarios: each a function that returns calls with their steps and the outcome that must come about.

Law: a scenario names numbers and seats through `Numbers`, so that the same scenario runs on our dialplans and on a
plain queues.conf.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lab.plan import Group, PlannedCall, Step, Visit
from lab.scripts import answer, never

NOBODY = (("any", never()),)


@dataclass
class Numbers:
    """What to dial for which situation in a variant, and how queues go on there."""

    main: tuple[str, str]  # (number, queue): several agents
    second: tuple[str, str]  # several agents, one rung at a time
    single: tuple[str, str]  # one agent
    last: tuple[str, str]  # one agent, second tier
    alone: tuple[str, str]  # one agent, callers are turned away and out when he is paused
    small: tuple[str, str]  # room for one caller
    short: tuple[str, str]  # 4 s in a queue, then the call ends
    again: tuple[str, str]  # 4 s in a queue, and once more
    onward: tuple[str, str, str]  # 4 s in a queue, then another
    survey: tuple[str, str]
    single_seat: int = 8007
    last_seat: int = 8008
    alone_seat: int = 8009
    exit_key: str = "1"
    moved_to: str = "moved,s"
    named_seats: bool = True  # ringall: one named phone picks up; else any phone rung does
    next_queue: str | None = None  # where a caller goes on when a queue did not serve him; None: the call ends
    _seq: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def next(self) -> int:
        return next(self._seq)

    def picks_up(self, seat: int, after: float, held: bool = False) -> tuple[tuple[str, str], ...]:
        """Phone scripts with which the call is picked up `after` s, by `seat` where the variant can say so."""
        script = answer(after, held=held)
        return ((str(seat), script), *NOBODY) if self.named_seats else (("any", script),)

    def goes_on(self, joins: int) -> tuple[list[Step], list[Visit]]:
        """What follows a queue that did not serve the caller, after `joins` joins: he gives up in the next queue."""
        if self.next_queue is None:
            return [Step("ended", 0, "wait")], []
        return [Step(f"joined:{joins + 1}", 0.5, "hang_up")], [Visit(self.next_queue, "short_abandoned")]


def call(
    n: Numbers, scenario: str, dialled: str, seats: tuple[tuple[str, str], ...], steps: list[Step], *visits: Visit
) -> PlannedCall:
    """A call from the trunk with its steps and visits."""
    return PlannedCall(n.next(), scenario, dialled, seats, tuple(steps), visits)


def one(planned: PlannedCall, before: tuple[Step, ...] = (), afterwards: tuple[Step, ...] = ()) -> Group:
    """A group of one call."""
    return Group((planned,), before, afterwards)


def deed(do: str, what: str = "", wait: float = 0) -> Step:
    """A step without trigger."""
    return Step("placed", wait, do, what)


def anybody(after: float) -> tuple[tuple[str, str], ...]:
    """Every phone picks up, one a little later than the other: with ringall two at once would be a race."""
    return tuple((str(seat), answer(round(after + 0.15 * i, 2))) for i, seat in enumerate(range(8001, 8010)))


def answered(n: Numbers, to: tuple[str, str], after: float, talk: float, ended_by: str = "caller") -> Group:
    """A phone picks up `after` s; caller or agent hangs up after `talk` s."""
    steps = [
        Step("picked_up", talk, "hang_up" if ended_by == "caller" else "agent_hang_up"),
        Step("placed", 0.5, "hang_up"),
    ]
    planned = call(n, f"answered_{ended_by}_ends", to[0], anybody(after), steps, Visit(to[1], "answered", ended_by, 1))
    return one(planned)


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
    """Time out in one queue, answered in the next."""
    number, first, then = n.onward
    steps = [Step("left", 0, "set_script", f"any={answer(0.5)}"), Step("picked_up", 1, "hang_up")]
    visits = (Visit(first, "timeout"), Visit(then, "answered", "caller", 1))
    return one(call(n, "two_queues_in_a_row", number, NOBODY, steps, *visits))


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


def hold(n: Numbers, seat: int) -> Group:
    """The agent puts the caller on hold twice."""
    number, queue = n.main
    steps = [
        Step("picked_up", 0.6, "hold"),
        Step("placed", 1.2, "unhold"),
        Step("placed", 0.5, "hold"),
        Step("placed", 0.8, "unhold"),
        Step("placed", 0.5, "agent_hang_up"),
        Step("placed", 0.5, "hang_up"),
    ]
    return one(call(n, "hold", number, n.picks_up(seat, 0.5, held=True), steps, Visit(queue, "answered", "agent", 1)))


def blind_refer(n: Numbers, seat: int, target: int) -> Group:
    """The phone's transfer key (REFER) to another seat, which picks up."""
    number, queue = n.main
    seats = ((str(target), answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [Step("picked_up", 0.8, "refer", str(target)), Step("picked_up:2", 0.8, "hang_up")]
    return one(call(n, "blind_transfer_refer", number, seats, steps, Visit(queue, "answered", "blind_transfer", 1)))


def blind_code(n: Numbers, seat: int, target: int, code: str) -> Group:
    """Blind transfer by feature code."""
    number, queue = n.main
    seats = ((str(target), answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 0.8, "agent_press", str(target)),
        Step("picked_up:2", 0.8, "hang_up"),
    ]
    return one(call(n, "blind_transfer_code", number, seats, steps, Visit(queue, "answered", "blind_transfer", 1)))


def attended(n: Numbers, seat: int, target: str, code: str, then: Visit | None = None) -> Group:
    """The agent consults `target` (a seat, or a queue's number), then hangs up: the caller is with the other one."""
    number, queue = n.main
    seats = ((target, answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 1.0, "agent_press", target),
        Step("picked_up:2", 1.5, "first_agent_hang_up"),
        Step("placed", 1.5, "hang_up"),
    ]
    name = "attended_transfer_into_queue" if then else "attended_transfer"
    visits = [Visit(queue, "answered", "attended_transfer", 1), *([then] if then else [])]
    return one(call(n, name, number, seats, steps, *visits))


def attended_by_phone(n: Numbers, to: tuple[str, str], target: str, then: Visit | None = None) -> Group:
    """The agent consults on his phone's second line and joins the calls by REFER with Replaces.

    `then`: the visit when `target` leads into a queue, where nobody has answered yet at the transfer.
    """
    number, queue = to
    steps = [
        Step("picked_up", 0.8, "consult", target),
        Step("placed", 1.0, "connect"),
        Step("picked_up:2", 1.5, "hang_up"),
    ]
    first = Visit(queue, "answered", "attended_transfer", 1)
    if then is None:
        return one(call(n, "attended_by_phone", number, anybody(0.4), steps, first))
    planned = call(n, "attended_by_phone_into_queue", number, anybody(0.4), steps, first, then)
    return one(planned, *slowly(n.last_seat))


def slowly(seat: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Before and after a group: the phone of `seat` takes its time, so that a transfer comes first for certain."""
    return (deed("phone", f"{seat}={answer(4)}"),), (deed("phone", f"{seat}={answer(1)}"),)


def attended_while_waiting(n: Numbers, seat: int, target: str, code: str) -> Group:
    """The agent asks for another queue and hangs up before anybody answers there: the caller waits on in his place."""
    number, queue = n.main
    then = n.last[1]
    seats = n.picks_up(seat, 0.5)
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 1.0, "agent_press", target),
        Step("ringing_phone:" + str(n.last_seat), 0.7, "first_agent_hang_up"),
        Step("picked_up:2", 1.5, "hang_up"),
    ]
    visits = (
        Visit(queue, "answered", "attended_transfer", 1),
        Visit(then, "answered", "caller", 2, "consult"),
    )
    planned = call(n, "attended_transfer_while_waiting", number, seats, steps, *visits)
    return one(planned, *slowly(n.last_seat))


def survey(n: Numbers, seat: int, score: str) -> Group:
    """The agent hangs up first, the caller gives a score."""
    number, queue = n.survey
    steps = [Step("picked_up", 1, "agent_hang_up"), Step("placed", 1.5, "press", score), Step("ended", 0, "wait")]
    seats = n.picks_up(seat, 0.5)
    planned = call(n, "survey", number, seats, steps, Visit(queue, "answered", "agent", 1))
    return one(replace(planned, survey=score))


def feature(n: Numbers, scenario: str, seat: int, code: str, afterwards: tuple[Step, ...] = ()) -> Group:
    """A seat's phone dials a feature code; the PBX answers, confirms and hangs up."""
    steps = (Step("ended", 0, "wait"),)
    return one(PlannedCall(n.next(), scenario, code, (), steps, (), str(seat), "feature"), (), afterwards)


def sign_in(n: Numbers, seat: int, agent: int) -> Group:
    """The agent sits down at the seat."""
    return feature(n, "sign_in", seat, f"*41{agent}", (deed("agent_at", f"{seat} {agent}"),))


def agent_dump(n: Numbers, to: tuple[str, str]) -> Group:
    """The agent hangs up while he hears the announcement: the caller waits on and is answered by the next ring."""
    steps = [
        Step("picked_up:1", 0.8, "agent_hang_up"),
        Step("picked_up:2", 1.0, "script_ends"),
        Step("placed", 0, "hang_up"),
    ]
    return one(call(n, "agent_dump", to[0], anybody(0.5), steps, Visit(to[1], "abandoned")))


def internal(n: Numbers, seat: int, target: int) -> Group:
    """Seat calls seat."""
    seats = ((str(target), answer(0.5)),)
    steps = (Step("picked_up", 1, "hang_up"),)
    return one(PlannedCall(n.next(), "internal", str(target), seats, steps, (), str(seat), "internal"))


def outbound(n: Numbers, seat: int, prefix: str) -> Group:
    """Seat calls a citizen over the trunk."""
    number = "13812345678"
    steps = (Step("picked_up", 1.2, "hang_up"),)
    seats = ((number, answer(0.7)), ("any", answer(0.7)))
    return one(PlannedCall(n.next(), "outbound", prefix + number, seats, steps, (), str(seat), "outbound"))


def direct(n: Numbers, seat: int) -> Group:
    """A caller dials the number of a seat, no queue."""
    steps = (Step("picked_up", 1, "agent_hang_up"),)
    return one(PlannedCall(n.next(), "direct", str(seat), ((str(seat), answer(0.6)),), steps))
