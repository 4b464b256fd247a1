"""What scenarios are made of: the numbers to dial in a variant, calls, steps, phone scripts.

Law: a scenario names numbers and seats through `Numbers`, so that the same scenario runs on our dialplans and on a
plain queues.conf.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

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


def slowly(seat: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Before and after a group: the phone of `seat` takes its time, so that a transfer comes first for certain."""
    return (deed("phone", f"{seat}={answer(4)}"),), (deed("phone", f"{seat}={answer(1)}"),)
