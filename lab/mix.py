"""The standard mix: every kind of call the hotline knows, from a seed.

Law: deterministic by (variant, seed, size); one call of each kind always, the rest are everyday calls drawn by
the seed. Takes 60 to 90 s.
"""

import random

from lab import conversations as c
from lab import scenarios as s
from lab.hotline_mix import hotline_numbers, hotline_phases
from lab.numbers import Numbers
from lab.plain_mix import plain_numbers, plain_phases
from lab.plan import Group, Lane, Phase, Plan

STANDARD_SIZE = 60
# the second lane has few calls of its own: most everyday calls go there, so that the lanes end together
LANES = ("second", "second", "single", "second", "main")


def make_plan(variant: str, seed: int = 1, size: int = STANDARD_SIZE) -> Plan:
    """The plan of `variant` ("plain" or "hotline"): at least one call of each kind, everyday calls up to `size`."""
    n = plain_numbers() if variant == "plain" else hotline_numbers()
    phases = plain_phases(n) if variant == "plain" else hotline_phases(n)
    planned = len(Plan(seed, variant, phases).calls())
    return Plan(seed, variant, fill(n, phases, random.Random(seed), size - planned))


def fill(n: Numbers, phases: tuple[Phase, ...], rng: random.Random, extras: int) -> tuple[Phase, ...]:
    """Put `extras` everyday calls into the lanes of phase "everyday" that take them."""
    groups = {lane.name: list(lane.groups) for phase in phases for lane in phase.lanes if phase.name == "everyday"}
    for i in range(extras):
        lane = LANES[i % len(LANES)]
        groups[lane].insert(rng.randrange(len(groups[lane]) + 1), everyday(n, rng, lane))
    lanes = tuple(Lane(name, tuple(found)) for name, found in groups.items())
    return tuple(Phase(phase.name, lanes) if phase.name == "everyday" else phase for phase in phases)


def everyday(n: Numbers, rng: random.Random, lane: str) -> Group:
    """One ordinary call for a lane."""
    to = {"main": n.main, "second": n.second, "single": n.single}[lane]
    if lane == "single" and rng.random() < 0.4:
        return s.gives_up(n, to, round(rng.uniform(0.6, 2.5), 1), "short_abandoned")
    ended_by = rng.choice(("caller", "agent"))
    return c.answered(n, to, round(rng.uniform(0.3, 1.5), 1), round(rng.uniform(0.5, 2.0), 1), ended_by)
