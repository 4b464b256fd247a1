"""The table of a visit and the judgement of how it left: every row of asterisk-facts 2.4, and what is missing from the
tables."""

import pytest

from gateway.core import calls, visits
from gateway.core.facts import Unexpected
from gateway.core.site import SECOND, Promise
from gateway.core.visits import (
    NO_CONNECT,
    NO_HANGUP,
    NO_STATUS,
    Evidence,
    Verdict,
    VisitInput,
    VisitPhase,
    judge,
)
from gateway.core.words import VisitOutcome
from tests.core.world import World

NOTHING = Evidence(
    abandons=0, moved=False, caller_hung_up=False, lived_on=False, channel_gone=False, status=None,
    status_visible=True, picked_up=False, waited_enough=False, wait_us=9 * SECOND, short_abandon_us=5 * SECOND,
)  # fmt: skip
GONE = NOTHING._replace(abandons=1, channel_gone=True)
LATER = NOTHING._replace(abandons=1, waited_enough=True)


def know(outcome: VisitOutcome, reason: str | None = None) -> Verdict:
    return Verdict(outcome, reason)


ROWS = {
    "hangup while waiting": (NOTHING._replace(abandons=1, caller_hung_up=True), know(VisitOutcome.ABANDONED)),
    "hangup in under the threshold": (
        NOTHING._replace(abandons=1, caller_hung_up=True, wait_us=5 * SECOND - 1),
        know(VisitOutcome.SHORT_ABANDONED),
    ),
    "hangup at the threshold": (
        NOTHING._replace(abandons=1, caller_hung_up=True, wait_us=5 * SECOND),
        know(VisitOutcome.ABANDONED),
    ),
    "hangup after an unknown wait": (
        NOTHING._replace(abandons=1, caller_hung_up=True, wait_us=None),
        know(VisitOutcome.ABANDONED),
    ),
    "timeout": (NOTHING._replace(abandons=1, status="TIMEOUT"), know(VisitOutcome.TIMEOUT)),
    "leavewhenempty": (NOTHING._replace(abandons=1, status="LEAVEEMPTY"), know(VisitOutcome.LEFT_EMPTY)),
    "leavewhenempty, all unavailable": (
        NOTHING._replace(abandons=1, status="LEAVEUNAVAIL"),
        know(VisitOutcome.LEFT_EMPTY),
    ),
    "withdrawn": (NOTHING._replace(abandons=1, status="WITHDRAW"), know(VisitOutcome.WITHDRAWN)),
    "withdrawn, then he hung up": (
        NOTHING._replace(abandons=1, status="WITHDRAW", channel_gone=True),
        know(VisitOutcome.WITHDRAWN),
    ),
    "why is not known yet": (NOTHING._replace(abandons=1), None),
    "key, not sure yet": (NOTHING, None),
    "key, the marker says so": (NOTHING._replace(status=""), know(VisitOutcome.KEY)),
    "key, nothing else came": (NOTHING._replace(waited_enough=True), know(VisitOutcome.KEY)),
    "key, then he hung up": (NOTHING._replace(channel_gone=True), know(VisitOutcome.KEY)),
    "redirected, seen by the place": (NOTHING._replace(abandons=1, moved=True), know(VisitOutcome.REDIRECTED)),
    "redirected, the channel lives on": (LATER, know(VisitOutcome.REDIRECTED)),
    "redirected, hung up soon after": (GONE._replace(lived_on=True), know(VisitOutcome.REDIRECTED)),
    "ended by nobody": (GONE, know(VisitOutcome.UNKNOWN, NO_HANGUP)),
    "no QUEUESTATUS to be seen": (LATER._replace(status_visible=False), know(VisitOutcome.UNKNOWN, NO_STATUS)),
    "incompatible, not sure yet": (NOTHING._replace(abandons=2), None),
    "incompatible": (LATER._replace(abandons=2), know(VisitOutcome.INCOMPATIBLE)),
    "incompatible, then he hung up": (
        GONE._replace(abandons=2, caller_hung_up=True),
        know(VisitOutcome.INCOMPATIBLE),
    ),
    "picked up, no AgentConnect yet": (NOTHING._replace(picked_up=True, waited_enough=True), None),
    "picked up, AgentConnect never came": (
        NOTHING._replace(picked_up=True, channel_gone=True),
        know(VisitOutcome.UNKNOWN, NO_CONNECT),
    ),
    "an unknown QUEUESTATUS explains nothing": (NOTHING._replace(abandons=1, status="CONTINUE"), None),
}


@pytest.mark.parametrize(("seen", "verdict"), ROWS.values(), ids=ROWS)
def test_how_a_visit_left_is_judged(seen: Evidence, verdict: Verdict | None) -> None:
    assert judge(seen) == verdict


def test_every_phase_is_in_the_tables() -> None:
    assert set(visits.TRANSITIONS) == set(VisitPhase)
    assert set(calls.TRANSITIONS) == set(calls.CallPhase)
    reached = {after for row in visits.TRANSITIONS.values() for after in row.values()}
    assert reached == set(VisitPhase), "every phase can be reached"
    assert {after for row in calls.TRANSITIONS.values() for after in row.values()} >= set(calls.CallPhase) - {
        calls.CallPhase.ARRIVED
    }


STEPS = [(phase, happened) for phase in VisitPhase for happened in VisitInput]


@pytest.mark.parametrize(("phase", "happened"), STEPS)
def test_a_step_follows_the_table_and_what_is_not_in_it_is_unexpected_and_changes_nothing(
    phase: VisitPhase, happened: VisitInput
) -> None:
    world = World()
    call = world.wait_in()
    (visit,) = world.state.visits.values()
    visit.phase = phase
    wanted = visits.TRANSITIONS[phase].get(happened)
    assert world.state.advance(visit, happened, world.now) is (wanted is not None)
    assert visit.phase is (wanted or phase)
    said = [fact for fact in world.state.facts if isinstance(fact, Unexpected)]
    assert [fact.kind for fact in said] == ([] if wanted else ["visit_transition"])
    assert world.call(call).visit is visit


@pytest.mark.parametrize("phase", calls.CallPhase)
@pytest.mark.parametrize("happened", calls.CallInput)
def test_a_call_moves_by_its_table_or_stays(phase: calls.CallPhase, happened: calls.CallInput) -> None:
    world = World()
    call = world.call(world.arrive())
    call.phase = phase
    call.move(happened)
    assert call.phase is calls.TRANSITIONS[phase].get(happened, phase)


@pytest.mark.parametrize(
    ("promise", "latency", "kept"),
    [
        (Promise(), 15 * SECOND, True),
        (Promise(), 15 * SECOND + 1, False),
        (Promise(strict=True), 15 * SECOND, False),
        (Promise(strict=True), 15 * SECOND - 1, True),
        (Promise(within_us=0), 0, True),
    ],
)
def test_fifteen_seconds_include_the_fifteenth(promise: Promise, latency: int, kept: bool) -> None:
    assert promise.is_kept(latency) is kept
