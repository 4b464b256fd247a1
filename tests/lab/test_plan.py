"""The mix is data: the same for the same seed, and it names every kind of call."""

import pytest

from lab import play
from lab.deeds import CALL_DEEDS, FLOOR_DEEDS
from lab.mix import STANDARD_SIZE, make_plan
from lab.phones import PHONE_DEEDS
from lab.plan import ENDINGS, OUTCOMES, Plan, Step, Visit

VARIANTS = ("plain", "hotline")


def steps_of(plan: Plan) -> list[Step]:
    groups = [group for phase in plan.phases for lane in phase.lanes for group in lane.groups]
    around = [step for group in groups for step in (*group.before, *group.afterwards)]
    return around + [step for call in plan.calls() for step in call.steps]


@pytest.mark.parametrize("variant", VARIANTS)
def test_same_seed_same_plan(variant: str) -> None:
    assert make_plan(variant, 7, 70) == make_plan(variant, 7, 70)


@pytest.mark.parametrize("variant", VARIANTS)
def test_another_seed_another_plan(variant: str) -> None:
    assert make_plan(variant, 7, 70) != make_plan(variant, 8, 70)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("size", [STANDARD_SIZE, 75, 120])
def test_size_is_the_number_of_calls(variant: str, size: int) -> None:
    calls = make_plan(variant, 1, size).calls()
    assert len(calls) == size
    assert [call.seq for call in calls] == list(range(1, size + 1))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_outcome_and_ending_is_planned(variant: str) -> None:
    visits = [visit for call in make_plan(variant).calls() for visit in call.visits]
    assert {visit.outcome for visit in visits} == OUTCOMES - {"cut"}, "no mix kills its PBX; chaos does"
    assert {visit.ended_by for visit in visits if visit.outcome == "answered"} >= ENDINGS


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_call_is_planned(variant: str) -> None:
    planned = {call.scenario for call in make_plan(variant, size=0).calls()}
    assert planned >= {
        *("abandoned", "short_abandoned", "timeout", "leave_empty", "key_exit", "refused_full", "refused_join_empty"),
        *("answered_caller_ends", "answered_agent_ends", "agent_never_answers", "agent_busy", "agent_declines", "hold"),
        *("blind_transfer_refer", "blind_transfer_code", "attended_transfer", "attended_by_phone"),
        *("attended_transfer_into_queue", "attended_transfer_while_waiting"),
        *("redirected_waiting", "withdrawn", "survey", "two_queues_in_a_row", "same_queue_twice", "internal"),
        *("outbound", "direct", "refused_unplugged", "reload_in_mid_call", "reset_in_mid_call"),
    }


def test_agents_come_go_and_pause_with_reasons() -> None:
    """By feature code at the seats of our own dialplans; by AMI, as a supervisor would, on the plain variant."""
    planned = {call.scenario for call in make_plan("hotline", size=0).calls()}
    assert planned >= {"sign_in", "sign_out", "pause", "pause_other_reason", "unpause", "wrap_up_finished"}
    done = [(step.do, step.what) for step in steps_of(make_plan("plain", size=0))]
    assert len({what for do, what in done if do == "pause"}) >= 3
    assert {"add", "remove", "unpause"} <= {do for do, _ in done}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_step_can_be_done(variant: str) -> None:
    known = {*CALL_DEEDS, *FLOOR_DEEDS, *PHONE_DEEDS}
    triggers = {"joined", "left", *play.FARM_TRIGGERS}
    for step in steps_of(make_plan(variant)):
        assert step.do in known
        assert step.after.partition(":")[0] in triggers


def test_an_outcome_outside_the_dictionary_is_refused() -> None:
    with pytest.raises(ValueError, match="no such outcome"):
        Visit("hotline", "lost")
