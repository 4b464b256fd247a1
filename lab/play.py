"""Play a plan on a site: groups in lanes, lanes side by side, phase after phase.

Law: a step happens when its trigger is seen, never because enough time must have passed; a trigger that does not come
is an error of the run and is said, it is not papered over.
"""

import threading
import time
from collections.abc import Callable

from lab.deeds import CALL_DEEDS, FLOOR_DEEDS, Floor
from lab.farm import Call
from lab.phones import PHONE_DEEDS
from lab.plan import Group, Lane, Phase, Plan, PlannedCall, Step
from lab.site import Site
from lab.watch import Watch

TRIGGER_SECONDS = 40.0


class PlanFailedError(RuntimeError):
    """Some calls did not go as planned; the text lists them."""


def be_quiet(_: str) -> None:
    """Say nothing."""


class Player:
    """Runs plans on one site."""

    def __init__(self, site: Site, say: Callable[[str], None] = be_quiet) -> None:
        self.farm = site.farm
        self.pbx = site.login()
        self.watch = Watch(self.pbx)
        self.floor = Floor(site, self.pbx, self.watch, dict(site.agents))
        self.say = say
        self.faults: list[str] = []

    def close(self) -> None:
        self.pbx.close()

    def play(self, plan: Plan) -> None:
        """The whole plan. Raises PlanFailedError at the end when any call did not go as planned."""
        for phase in plan.phases:
            self.say(f"phase {phase.name}: {', '.join(lane.name for lane in phase.lanes)}")
            self.play_phase(phase)
        if self.faults:
            raise PlanFailedError("; ".join(self.faults))

    def play_phase(self, phase: Phase) -> None:
        threads = [threading.Thread(target=self._lane, args=(lane,), name=lane.name) for lane in phase.lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _lane(self, lane: Lane) -> None:
        for group in lane.groups:
            try:
                self.play_group(group)
            except Exception as error:  # noqa: BLE001 - one lane's fault must not hide the others' results
                names = ",".join(call.scenario for call in group.calls)
                self.faults.append(f"{lane.name}/{names}: {type(error).__name__}: {error}")
                self.say(f"FAULT {self.faults[-1]}")

    def play_group(self, group: Group) -> None:
        """One group from its preparations to the last phone back on the hook."""
        for step in group.before:
            self.do(step, None)
        calls: list[Call] = []
        threads = []
        faults: list[BaseException] = []
        for planned in group.calls:
            if planned.follows:
                self.await_trigger(planned.follows, calls[-1])
            calls.append(self.place(planned))
            arguments = (planned, calls[-1], faults)
            threads.append(threading.Thread(target=self._steps, args=arguments, name=planned.scenario))
            threads[-1].start()
        for thread in threads:
            thread.join()
        for step in group.afterwards:
            self.do(step, None)
        if faults:
            raise faults[0]

    def place(self, planned: PlannedCall) -> Call:
        self.say(f"call {planned.seq:3} {planned.scenario}: {planned.source} dials {planned.dialled}")
        return self.farm.place_call(
            planned.dialled, dict(planned.seats), scenario=planned.scenario, source=planned.source
        )

    def _steps(self, planned: PlannedCall, call: Call, faults: list[BaseException]) -> None:
        try:
            for step in planned.steps:
                self.await_trigger(step.after, call)
                self.do(step, call)
            call.wait_settled(TRIGGER_SECONDS)
        except Exception as error:  # noqa: BLE001 - kept and raised by play_group in the lane's thread
            faults.append(error)
            call.hang_up()
        finally:
            self.record(planned, call)

    def record(self, planned: PlannedCall, call: Call) -> None:
        """Complete the expectation by what the farm saw (which phone picked up), and write the line."""
        picked_up = call.picked_up()
        visits = []
        for visit in planned.visits:
            leg = picked_up[visit.pickup - 1] if visit.pickup and len(picked_up) >= visit.pickup else None
            visits.append(
                {
                    "queue": visit.queue,
                    "outcome": visit.outcome,
                    "ended_by": visit.ended_by,
                    "joined_as": visit.joined_as,
                    "agent": self.floor.agents.get(int(leg.phone)) if leg else None,
                    "seat": leg.phone if leg else None,
                    "picked_up_at": leg.up_at if leg else None,
                }
            )
        call.placed.expect = {"direction": planned.direction, "survey": planned.survey, "visits": visits}
        call.placed.pbx_uniqueid = self.watch.caller(call.placed.caller).uniqueid
        self.farm.write(call.placed)

    # -- triggers and deeds

    def await_trigger(self, trigger: str, call: Call) -> None:
        """Wait for `name` or `name:count`. Raises NotSeenError."""
        name, _, text = trigger.partition(":")
        count = int(text or 1)
        what = f"{trigger} of {call.placed.caller} ({call.placed.scenario})"
        if name in ("joined", "left"):
            seen = lambda: getattr(self.watch.caller(call.placed.caller), name) >= count  # noqa: E731
            self.pbx.wait_until(what, seen, TRIGGER_SECONDS)
        else:
            self.farm.wait(what, FARM_TRIGGERS[name](call, count), TRIGGER_SECONDS)

    def do(self, step: Step, call: Call | None) -> None:
        """Carry out one step; steps before and after a group have no call."""
        time.sleep(step.wait)
        if step.do in FLOOR_DEEDS:
            FLOOR_DEEDS[step.do](self.floor, step.what)
        elif call is None:
            raise ValueError(f"{step.do} needs a call")
        elif step.do in PHONE_DEEDS:
            PHONE_DEEDS[step.do](call, step.what)
        else:
            CALL_DEEDS[step.do](self.floor, step.what, call)


FARM_TRIGGERS: dict[str, Callable[[Call, int], Callable[[], bool]]] = {
    "placed": lambda call, _: lambda: True,
    "up": lambda call, _: lambda: call.own.up_at is not None,
    "ringing": lambda call, n: lambda: len(call.placed.legs) >= n,
    # here the number is a seat: its phone rings for this call
    "ringing_phone": lambda call, n: lambda: any(leg.phone == str(n) for leg in call.placed.legs),
    "missed": lambda call, n: lambda: sum(1 for x in call.placed.legs if x.ended_at and not x.up_at) >= n,
    "picked_up": lambda call, n: lambda: len(call.picked_up()) >= n,
    "ended": lambda call, _: lambda: call.own.ended_at is not None,
}
