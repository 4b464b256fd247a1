"""Agents: one state at a time, by a table of precedence over what is known of the person.

The evidence is gathered by `state.py`; the judgement is here and is pure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gateway.core.queues import UNREACHABLE, Member
from gateway.core.words import AgentState

if TYPE_CHECKING:
    from gateway.core.calls import Channel
    from gateway.core.offers import Offer
    from gateway.core.visits import Visit


class WrapUp(NamedTuple):
    """After-call work in progress; `until` is when app_queue's bar ends (None: until the agent says so)."""

    start: int
    until: int | None
    queue: str
    visit: str | None
    said: bool = False
    """The agent said he is done, and so did we; app_queue's bar keeps him away until it ends all the same."""


@dataclass(slots=True)
class Agent:
    """A person by agent number. `exact` is False while `since` is only an upper bound from a snapshot."""

    number: str
    name: str
    state: AgentState = AgentState.OFFLINE
    detail: str | None = None
    since: int | None = None
    exact: bool = True
    seat: str | None = None
    device: str | None = None
    queues: dict[str, Member] = field(default_factory=dict)
    offers: dict[str, "Offer"] = field(default_factory=dict)
    visit: "Visit | None" = None
    others: dict[str, "Channel"] = field(default_factory=dict)
    """Channels of his device that belong to no queue call, by Uniqueid."""
    wrap_up: WrapUp | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is known of him but his name."""
        return not self.queues and not self.offers and self.visit is None


def _is_paused(agent: Agent) -> bool:
    for member in agent.queues.values():  # noqa: SIM110 - asked several times a call, and `all` costs three times this
        if not member.paused:
            return False
    return True


def _is_unreachable(agent: Agent) -> bool:
    for member in agent.queues.values():  # noqa: SIM110 - as above
        if member.status not in UNREACHABLE:
            return False
    return True


PRECEDENCE: tuple[tuple[AgentState, str, Callable[[Agent], bool]], ...] = (
    (AgentState.HELD, "his queue caller is on hold", lambda a: a.visit is not None and a.visit.hold_since is not None),
    (AgentState.TALKING, "he talks with a queue caller", lambda a: a.visit is not None),
    (AgentState.OFFLINE, "he is a member of no queue", lambda a: not a.queues),
    (AgentState.RINGING, "his phone rings for a queue", lambda a: bool(a.offers)),
    (AgentState.OTHER_CALL, "his device has a call of no queue", lambda a: bool(a.others)),
    (AgentState.UNREACHABLE, "his device is not registered or unknown", _is_unreachable),
    (AgentState.PAUSED, "he is paused in every queue he serves", _is_paused),
    (AgentState.WRAP_UP, "after-call work is not over", lambda a: a.wrap_up is not None),
    (AgentState.AVAILABLE, "nothing of the above", lambda _: True),
)
"""First row that holds wins. A call outranks sign-out (a removed member finishes his call: app_queue leaves it alone)
and pause; a break pressed after a call outranks wrap-up, so that the break is not counted as after-call work."""


def judge_agent(agent: Agent, wrap_up_reasons: frozenset[str]) -> tuple[AgentState, str | None]:
    """The one state an agent is in, and its detail: pause reason, or direction of the other call."""
    for state, _, holds in PRECEDENCE:
        if holds(agent):
            detailed = _DETAILED.get(state)
            return detailed(agent, wrap_up_reasons) if detailed is not None else (state, None)
    raise AssertionError("the last row of PRECEDENCE always holds")


def _name_pause(agent: Agent, wrap_up_reasons: frozenset[str]) -> tuple[AgentState, str | None]:
    reason = next((member.reason for member in agent.queues.values() if member.reason), None)
    return (AgentState.WRAP_UP, None) if reason in wrap_up_reasons else (AgentState.PAUSED, reason)


def _name_other_call(agent: Agent, _: frozenset[str]) -> tuple[AgentState, str | None]:
    return AgentState.OTHER_CALL, next(reversed(agent.others.values())).direction_for_owner


_DETAILED = {AgentState.PAUSED: _name_pause, AgentState.OTHER_CALL: _name_other_call}
"""States that have a detail, and how it is found."""
