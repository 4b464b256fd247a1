"""Record the traces under tests/scenarios/traces from a real run, one set per phase of a mix.

Law: a trace is never edited; to change one, record it again.
"""

import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lab.hostile import place_hostile
from lab.numbers import NOBODY
from lab.plan import Plan
from lab.play import PlanFailedError, Player
from lab.record import Recorder
from lab.site import Site

MASK = "system,call,agent,user"
TRACES = Path(__file__).parent.parent / "tests/scenarios/traces"


def record_phases(site: Site, label: str, plan: Plan, say: Callable[[str], None]) -> None:
    """Play each phase of the plan, each into a set of its own named after `label` and the phase."""
    player = Player(site, say)
    for phase in plan.phases:
        with recorded(site, f"{label}-{phase.name.replace(' ', '-')}"):
            player.play_phase(phase)
    player.close()
    if player.faults:
        raise PlanFailedError("; ".join(player.faults))


def record_hostile(site: Site, label: str) -> None:
    """The hostile callers, beside one honest caller."""
    with recorded(site, f"{label}-hostile"):
        call = site.farm.place_call("12345", dict(NOBODY), scenario="honest")
        place_hostile(site.place)
        call.hang_up()
        call.wait_settled()
        site.farm.write(call.placed)


@contextmanager
def recorded(site: Site, name: str) -> Iterator[None]:
    """Feeds, queue_log and the farm's record of what happens inside, as one set."""
    base = TRACES / name
    start = site.queue_log.stat().st_size if site.queue_log.exists() else 0
    site.placed.unlink(missing_ok=True)
    with Recorder(site.ami, Path(f"{base}.all.ami")), Recorder(site.ami, Path(f"{base}.mask.ami"), MASK):
        yield
        time.sleep(1)  # late AgentComplete and log lines belong to the trace
    Path(f"{base}.queue_log").write_bytes(site.queue_log.read_bytes()[start:])
    shutil.copy(site.placed, f"{base}.placed.jsonl")


def choose(plan: Plan, phases: Collection[str], lanes: Collection[str]) -> Plan:
    """Only the named phases and lanes; an empty choice is all."""
    chosen = [
        replace(phase, lanes=tuple(lane for lane in phase.lanes if not lanes or lane.name in lanes))
        for phase in plan.phases
        if not phases or phase.name in phases
    ]
    return replace(plan, phases=tuple(chosen))
