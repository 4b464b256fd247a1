"""The JSON of callers who were not reached (漏接; law 11: with `shapes.py`, and nowhere else)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from gateway.core.unreached import CallbackState, Result
from gateway.web.past_shapes import Past
from gateway.web.shapes import Reasons, Time

Who = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000, pattern=r"^[^\x00]*$")]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to call back."""

    at: Time | None
    by: Annotated[str | None, Field(description="null: the PBX saw the call, nobody noted it.")]
    outcome: Result
    note: str | None


@dataclass(frozen=True, slots=True)
class Unreached:
    """One caller who was not answered, once for all his calls until somebody talked with him."""

    id: Annotated[str, Field(description="Of his first lost call; that of a later one finds him too.")]
    state: CallbackState
    caller: Annotated[str | None, Field(description="Masked.")]
    confidential: bool
    opened_at: Annotated[Time | None, Field(description="His first lost call.")]
    last_at: Annotated[Time | None, Field(description="His last lost call.")]
    age_seconds: Annotated[float, Field(description="Since the first lost call, until it was closed.")]
    due_at: Time | None
    overdue: bool
    lost_calls: int
    calls: Annotated[list[str], Field(description="Uniqueids of the lost calls.")]
    pbxs: list[str]
    queues: Annotated[list[str], Field(description="Queues he waited in.")]
    lines: Annotated[list[str], Field(description="Lines he called.")]
    asked_back: Annotated[bool, Field(description="He asked to be called back.")]
    certain: Annotated[bool, Field(description="false: nobody saw how his calls ended; he may have been answered.")]
    attempts: int
    first_attempt_at: Time | None
    last_attempt_at: Time | None
    last_outcome: Result | None
    claimed_by: str | None
    claimed_until: Time | None
    closed_at: Time | None
    closing_call: Annotated[str | None, Field(description="Id of the call's row that closed it; null: an attempt did.")]
    calling_now: Annotated[bool, Field(description="He is on the line now: whoever calls him back finds him busy.")]
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class UnreachedWhole(Unreached):
    """The same with every attempt."""

    tried: list[Attempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedPage(Past[Unreached]):
    """One page of them, in order of their first lost calls."""

    nameless_calls: Annotated[
        int, Field(description="Unanswered calls of the period whose number is unknown; they are in no list.")
    ]
    reasons: Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRate:
    """How many of those who had to be called back were, in time."""

    as_of: Time
    period: dict[str, Time | None]
    definition: str
    about: str
    due_seconds: float
    rate: float | None
    numerator: Annotated[int | None, Field(description="Called back and reached before they were due.")]
    denominator: Annotated[int | None, Field(description="Unreached, without those of the next two.")]
    called_again: Annotated[int | None, Field(description="Called again themselves and were answered.")]
    undecided: Annotated[int | None, Field(description="Open and not due yet.")]
    late: Annotated[int | None, Field(description="Reached after they were due.")]
    given_up: Annotated[int | None, Field(description="A wrong number, or did not want to be called.")]
    overdue: Annotated[int | None, Field(description="Open and due.")]
    nameless_calls: int
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class ClaimBody:
    """Who takes a caller to call him back."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    by: Annotated[Who | None, Field(description="An agent; without it the token's own name.")] = None
    until: Annotated[str | None, Field(max_length=40, description="RFC 3339; without it as the settings say.")] = None


@dataclass(frozen=True, slots=True)
class AttemptBody:
    """How an attempt to call back went."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    outcome: Result
    by: Annotated[Who | None, Field(description="An agent; without it the token's own name.")] = None
    note: Words | None = None
