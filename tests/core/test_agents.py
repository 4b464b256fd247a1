"""One state at a time: the table of precedence, row against row, and what stands beside the state."""

from itertools import combinations

import pytest

from gateway.core.agents import PRECEDENCE, Agent, WrapUp, judge_agent
from gateway.core.calls import Call, Channel
from gateway.core.offers import Offer
from gateway.core.queues import Member, Queue
from gateway.core.site import QueueRule
from gateway.core.visits import Visit
from gateway.core.words import AgentState, Direction
from tests.core.world import T0

REASONS = frozenset({"wrap-up"})


def member(queue: str = "hotline", *, paused: bool = False, reason: str = "", status: int = 1) -> Member:
    return Member(queue, "PJSIP/8001", "PJSIP/8001", "1001", "dynamic", 0, paused, reason, status, None, 0, T0)


def serve(agent: Agent) -> None:
    agent.queues.setdefault("hotline", member())


def talk(agent: Agent) -> None:
    call = Call("1.1", "12345", "12345", Direction.INBOUND, "", T0)
    agent.visit = Visit("v", call, Queue("hotline", "hotline", QueueRule("hotline")), "12345", T0)


def hold(agent: Agent) -> None:
    talk(agent)
    assert agent.visit is not None
    agent.visit.hold_since = T0


def ring(agent: Agent) -> None:
    serve(agent)
    agent.offers["1.2"] = Offer("o", "1.2", "1001", "01", "hotline", None, T0)


def phone(agent: Agent) -> None:
    serve(agent)
    agent.others["1.3"] = Channel("1.3", "PJSIP/8001-1", "PJSIP/8001", T0, direction_for_owner="in")


def unplug(agent: Agent) -> None:
    serve(agent)
    agent.queues["hotline"].status = 5


def pause(agent: Agent) -> None:
    serve(agent)
    agent.queues["hotline"].paused, agent.queues["hotline"].reason = True, "meal"


def wrap_up(agent: Agent) -> None:
    serve(agent)
    agent.wrap_up = WrapUp(T0, None, "hotline", None)


EVIDENCE = {
    AgentState.HELD: hold,
    AgentState.TALKING: talk,
    AgentState.OFFLINE: lambda agent: agent.queues.clear(),
    AgentState.RINGING: ring,
    AgentState.OTHER_CALL: phone,
    AgentState.UNREACHABLE: unplug,
    AgentState.PAUSED: pause,
    AgentState.WRAP_UP: wrap_up,
    AgentState.AVAILABLE: serve,
}
ORDER = [state for state, _, _ in PRECEDENCE]


def test_the_table_has_every_state_once() -> None:
    assert sorted(ORDER) == sorted(AgentState)
    assert all(why for _, why, _ in PRECEDENCE)


@pytest.mark.parametrize("state", AgentState)
def test_each_evidence_alone_gives_its_state(state: AgentState) -> None:
    agent = Agent("1001", "")
    EVIDENCE[state](agent)
    assert judge_agent(agent, REASONS)[0] is state


@pytest.mark.parametrize(("stronger", "weaker"), list(combinations(ORDER, 2)))
def test_the_row_further_up_wins(stronger: AgentState, weaker: AgentState) -> None:
    agent = Agent("1001", "")
    EVIDENCE[weaker](agent)
    EVIDENCE[stronger](agent)
    assert judge_agent(agent, REASONS)[0] is stronger


def test_paused_shows_its_reason_and_other_call_its_direction() -> None:
    agent = Agent("1001", "")
    pause(agent)
    assert judge_agent(agent, REASONS) == (AgentState.PAUSED, "meal")
    phone(agent)
    assert judge_agent(agent, REASONS) == (AgentState.OTHER_CALL, "in")


def test_paused_without_a_reason_has_none() -> None:
    agent = Agent("1001", "", queues={"hotline": member(paused=True)})
    assert judge_agent(agent, REASONS) == (AgentState.PAUSED, None)


def test_a_pause_for_wrap_up_is_wrap_up() -> None:
    agent = Agent("1001", "", queues={"hotline": member(paused=True, reason="wrap-up")})
    assert judge_agent(agent, REASONS) == (AgentState.WRAP_UP, None)
    assert judge_agent(agent, frozenset()) == (AgentState.PAUSED, "wrap-up")


def test_paused_or_unreachable_in_one_queue_of_two_is_still_available() -> None:
    queues = {"hotline": member(paused=True, reason="meal"), "yi": member("yi")}
    assert judge_agent(Agent("1001", "", queues=queues), REASONS) == (AgentState.AVAILABLE, None)
    queues = {"hotline": member(status=5), "yi": member("yi")}
    assert judge_agent(Agent("1001", "", queues=queues), REASONS) == (AgentState.AVAILABLE, None)


def test_the_latest_of_two_other_calls_gives_the_direction() -> None:
    agent = Agent("1001", "")
    phone(agent)
    agent.others["1.4"] = Channel("1.4", "PJSIP/8001-2", "PJSIP/8001", T0, direction_for_owner="out")
    assert judge_agent(agent, REASONS) == (AgentState.OTHER_CALL, "out")
