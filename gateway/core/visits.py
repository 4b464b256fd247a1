"""A visit: one stay of a call in one queue. Its phases are a table; its outcome is a pure judgement over evidence.

Nothing here reads the wire or makes facts; `state.py` gathers the evidence and speaks.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from gateway.core.words import EndedBy, VisitOutcome

if TYPE_CHECKING:
    from gateway.core.calls import Call
    from gateway.core.offers import Offer
    from gateway.core.queues import Queue


class VisitPhase(StrEnum):
    """Where a visit stands. LEFT: out of the queue, outcome not yet clear."""

    WAITING = "waiting"
    PICKED_UP = "picked_up"
    LEFT = "left"
    TALKING = "talking"
    ENDED = "ended"


class VisitInput(StrEnum):
    """What happens to a visit."""

    PICK_UP = "pick_up"
    DUMP = "dump"
    LEAVE = "leave"
    CONNECT = "connect"
    PART = "part"
    SETTLE = "settle"


TRANSITIONS: dict[VisitPhase, dict[VisitInput, VisitPhase]] = {
    VisitPhase.WAITING: {
        VisitInput.PICK_UP: VisitPhase.PICKED_UP,
        VisitInput.LEAVE: VisitPhase.LEFT,
        VisitInput.CONNECT: VisitPhase.TALKING,
        VisitInput.SETTLE: VisitPhase.ENDED,
    },
    VisitPhase.PICKED_UP: {
        VisitInput.DUMP: VisitPhase.WAITING,
        VisitInput.LEAVE: VisitPhase.LEFT,
        VisitInput.CONNECT: VisitPhase.TALKING,
        VisitInput.SETTLE: VisitPhase.ENDED,
    },
    VisitPhase.LEFT: {
        VisitInput.CONNECT: VisitPhase.TALKING,
        VisitInput.DUMP: VisitPhase.WAITING,
        VisitInput.SETTLE: VisitPhase.ENDED,
    },
    VisitPhase.TALKING: {VisitInput.PART: VisitPhase.ENDED},
    VisitPhase.ENDED: {},
}
"""{phase: {input: next phase}}; a missing input is an `Unexpected`, never an exception."""

OUTCOME_BY_STATUS: dict[str, VisitOutcome] = {
    "TIMEOUT": VisitOutcome.TIMEOUT,
    "LEAVEEMPTY": VisitOutcome.LEFT_EMPTY,
    "LEAVEUNAVAIL": VisitOutcome.LEFT_EMPTY,
    "WITHDRAW": VisitOutcome.WITHDRAWN,
}
"""QUEUESTATUS (app_queue.c set_queue_result) of a caller who was in the queue. FULL and JOINEMPTY never were."""

REFUSALS = frozenset({"FULL", "JOINEMPTY", "JOINUNAVAIL"})


Place = tuple[str, str, str]
"""Context, extension and priority in the dialplan."""
NOWHERE: Place = ("", "", "")


@dataclass(slots=True)
class Visit:
    """One stay of `call` in `queue`. Times are UTC µs; None is unknown."""

    id: str
    call: "Call"
    queue: "Queue"
    line: str
    joined_at: int | None
    position: int | None = None
    precision: str = "us"
    phase: VisitPhase = VisitPhase.WAITING
    offers: dict[str, "Offer"] = field(default_factory=dict)
    picked_up_at: int | None = None
    connected_at: int | None = None
    left_at: int | None = None
    agent: str | None = None
    seat: str | None = None
    legs: list[str] = field(default_factory=list)
    """Channels of the agent's side, outermost first: the dialled leg, then the phone behind a Local channel."""
    hold_since: int | None = None
    hold_us: int = 0
    hold_seen: bool = True
    """False when the feed was cut during the talk: holds may have begun or ended unseen."""
    parted_at: int | None = None
    ended_by: EndedBy | None = None
    completion: str | None = None
    abandoned_at: int | None = None
    abandons: int = 0
    place: Place = NOWHERE
    moved: bool = False
    """Somebody moved the waiting caller to another place of the dialplan (AMI Redirect)."""
    caller_hung_up: bool = False
    lived_on: bool = False
    """He was seen beyond Queue(), so something else than his hanging up had ended his waiting."""
    gone: bool = False
    status: str | None = None
    generation: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.phase in (VisitPhase.WAITING, VisitPhase.PICKED_UP)


class Evidence(NamedTuple):
    """What is known of a visit that left its queue without a connected agent."""

    abandons: int
    moved: bool
    caller_hung_up: bool
    lived_on: bool
    channel_gone: bool
    status: str | None
    status_visible: bool
    picked_up: bool
    waited_enough: bool
    wait_us: int | None
    short_abandon_us: int


class Verdict(NamedTuple):
    """An outcome, and for an unknown one the reason."""

    outcome: VisitOutcome
    reason: str | None = None


NO_STATUS = "QUEUESTATUS is not visible: grant the reader read=dialplan or use our dialplan's exit marker"
NO_HANGUP = "the caller's channel ended, and nothing told whether he hung up or was moved"
NO_CONNECT = "an agent picked up and the caller left the queue, but no AgentConnect followed"


def judge(seen: Evidence) -> Verdict | None:
    """The outcome of a visit that left unanswered (asterisk-facts 2.4), or None while more evidence may come."""
    if seen.status in OUTCOME_BY_STATUS:
        return Verdict(OUTCOME_BY_STATUS[seen.status])
    if seen.abandons > 1:
        return Verdict(VisitOutcome.INCOMPATIBLE) if _is_final(seen) else None
    if seen.moved:
        return Verdict(VisitOutcome.REDIRECTED)
    if seen.abandons == 1:
        return _judge_abandon(seen)
    if seen.picked_up:
        return Verdict(VisitOutcome.UNKNOWN, NO_CONNECT) if seen.channel_gone else None
    return Verdict(VisitOutcome.KEY) if _is_final(seen) or seen.status == "" else None


def _judge_abandon(seen: Evidence) -> Verdict | None:
    if seen.caller_hung_up:
        return Verdict(_grade_abandon(seen))
    if not _is_final(seen):
        return None
    if not seen.status_visible:
        return Verdict(VisitOutcome.UNKNOWN, NO_STATUS)
    if seen.channel_gone and not seen.lived_on:
        return Verdict(VisitOutcome.UNKNOWN, NO_HANGUP)
    return Verdict(VisitOutcome.REDIRECTED)


def _grade_abandon(seen: Evidence) -> VisitOutcome:
    short = seen.wait_us is not None and seen.wait_us < seen.short_abandon_us
    return VisitOutcome.SHORT_ABANDONED if short else VisitOutcome.ABANDONED


def _is_final(seen: Evidence) -> bool:
    return seen.channel_gone or seen.waited_enough
