"""A run of chaos as data: which calls, which faults, and when. The same for the same seed, whatever database stands by.

Law: pure. Calls are those of the mix, whose outcomes are certain; faults have offsets in seconds from the first call.
The PBX dies between the two halves of the calls, under callers of its own (`doomed`), so that no planned outcome hangs
on it.
"""

import random
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from lab.hotline_mix import hotline_numbers
from lab.mix import make_plan
from lab.numbers import NOBODY, Numbers, anybody, call
from lab.plain_mix import plain_numbers
from lab.plan import Group, Lane, Phase, Plan, PlannedCall, Visit


class Kind(StrEnum):
    """What is done to the gateway or around it."""

    KILL = "kill"
    """kill -9, and a new start after `seconds`."""
    DATABASE = "database"
    """PostgreSQL is stopped and started again, SQLite's file is held by another program."""
    CUT = "cut"
    """The AMI connection is closed."""
    DARK = "dark"
    """Nothing passes between gateway and PBX, and nobody says so."""
    ROTATE = "rotate"


class Fault(NamedTuple):
    """One fault; `seconds` is how long it lasts."""

    at: float
    kind: Kind
    seconds: float


class Size(NamedTuple):
    """How much of everything. `seconds`: over how long the faults are spread; `calls`: of each half, at least."""

    seconds: float
    kills: int
    databases: int
    cuts: int
    darks: int
    rotations: int
    calls: int
    again: bool
    """Whether the everyday calls come once more after the PBX has died."""


SHORT = Size(55, 2, 1, 1, 0, 1, 45, again=False)
LONG = Size(140, 20, 2, 1, 1, 2, 75, again=True)
WAYS = ("sequential", "rotate", "timestamp", "debian", "debian-create")
"""How the log is rotated, by seed (tests/e2e/rotating.py)."""
EARLIEST = 4.0


class Chaos(NamedTuple):
    """One run."""

    seed: int
    variant: str
    before: Plan
    doomed: tuple[PlannedCall, ...]
    after: Plan
    faults: tuple[Fault, ...]
    way: str


def make_chaos(seed: int, size: Size) -> Chaos:
    """The run of a seed: odd ones on our dialplan, even ones on a plain queues.conf without any marker."""
    variant = "hotline" if seed % 2 else "plain"
    rng = random.Random(seed)
    standard, further = (make_plan(variant, number, size.calls) for number in (seed, seed + 1_000))
    before = [phase for phase in standard.phases if phase.name in {"sign in", "everyday"}]
    after = [phase for phase in standard.phases if phase.name not in {"everyday", "sign out"}]
    if size.again:
        place = 1 if after[0].name == "sign in" else 0
        after[place:place] = [phase for phase in further.phases if phase.name == "everyday"]
    numbers = hotline_numbers() if variant == "hotline" else plain_numbers()
    return Chaos(
        seed, variant, Plan(seed, variant, shuffle(before, rng)), make_doomed(numbers),
        Plan(seed, variant, shuffle(after, rng)), tuple(sorted(draw_faults(size, rng))),
        WAYS[seed % len(WAYS)],
    )  # fmt: skip


def shuffle(phases: Sequence[Phase], rng: random.Random) -> tuple[Phase, ...]:
    """Everyday calls of a lane in another order; the other phases need theirs."""
    return tuple(
        Phase(
            phase.name, tuple(Lane(name, tuple(rng.sample(groups, len(groups)))) for name, groups in list_lanes(phase))
        )
        if phase.name == "everyday"
        else phase
        for phase in phases
    )


def list_lanes(phase: Phase) -> Iterator[tuple[str, tuple[Group, ...]]]:
    return ((lane.name, lane.groups) for lane in phase.lanes)


def make_doomed(n: Numbers) -> tuple[PlannedCall, ...]:
    """Who talks and who waits when the PBX dies."""
    return (
        call(n, "talks_when_the_pbx_dies", n.main[0], anybody(0.3), [], Visit(n.main[1], "answered", None, 1)),
        call(n, "waits_when_the_pbx_dies", n.single[0], NOBODY, [], Visit(n.single[1], "cut")),
        call(n, "rings_when_the_pbx_dies", n.second[0], NOBODY, [], Visit(n.second[1], "cut")),
    )


def draw_faults(size: Size, rng: random.Random) -> Iterator[Fault]:
    """Anywhere in the run. Long outages of one thing do not overlap each other, everything else may, and one kill falls
    into a time without a database: what waits to be written then is in the journal alone."""
    outages = list(draw_outages(size, rng))
    yield from outages
    away = next(fault for fault in outages if fault.kind is Kind.DATABASE)
    yield Fault(round(rng.uniform(away.at + 1, away.at + away.seconds), 2), Kind.KILL, draw_pause(rng))
    for kind, count in ((Kind.KILL, size.kills - 1), (Kind.CUT, size.cuts), (Kind.ROTATE, size.rotations)):
        for _ in range(count):
            yield Fault(round(rng.uniform(EARLIEST, size.seconds), 2), kind, draw_pause(rng))


def draw_pause(rng: random.Random) -> float:
    """How long a gateway stays dead."""
    return round(rng.uniform(0.2, 3.0), 2)


def draw_outages(size: Size, rng: random.Random) -> Iterator[Fault]:
    """One after the other, each in its share of the run."""
    kinds = [Kind.DATABASE] * size.databases + [Kind.DARK] * size.darks
    share = (size.seconds - EARLIEST) / len(kinds)
    for number, kind in enumerate(rng.sample(kinds, len(kinds))):
        lasts = round(rng.uniform(0.2, 0.4) * min(share, 25), 2)
        begin = EARLIEST + number * share
        yield Fault(round(rng.uniform(begin, begin + share - lasts), 2), kind, lasts)
