"""The JSON of the past: visits, calls, gaps, and what stands around them (law 11: with `shapes.py`, and nowhere else).

Law: as there. Columns of tables (CSV) are these fields in this order, so a new one goes to the end.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import ConfigDict, Field, StringConstraints

from gateway.core.words import Direction, EndedBy, VisitOutcome
from gateway.web.shapes import Reasons, Time

Item = TypeVar("Item")
Source = Annotated[str, Field(description="live: the feed saw it; log: queue_log alone; both.")]
Precision = Annotated[str, Field(description="us, or s: known to the whole second, which may be one off.")]
Revision = Annotated[int, Field(description="How often what had been settled was changed by what was learned later.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past(Generic[Item]):
    """One page of the past, in order of time."""

    as_of: Annotated[Time, Field(description="When it was asked, on the gateway's clock.")]
    period: Annotated[dict[str, Time | None], Field(description="`from` is in it, `to` is not; null: without end.")]
    items: list[Item]
    next: Annotated[str | None, Field(description="Give it as `after` for the next page; null: this is the last.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePast(Generic[Item]):
    """A single item of the past."""

    as_of: Time
    item: Item


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a call in a queue."""

    id: str
    pbx: str
    call: Annotated[str, Field(description="Uniqueid of the caller's channel.")]
    queue: str
    line: str | None
    joined_at: Time | None
    picked_up_at: Time | None
    connected_at: Time | None
    left_at: Annotated[Time | None, Field(description="Without having been answered.")]
    ended_at: Annotated[Time | None, Field(description="The talk's end.")]
    outcome: Annotated[VisitOutcome | None, Field(description="null: it lasts, or nobody saw how it ended.")]
    reason: Annotated[str | None, Field(description="Why the outcome is unknown, or what refused him.")]
    ended_by: EndedBy | None
    agent: str | None
    seat: str | None
    position: int | None
    wait_seconds: float | None
    ring_seconds: float | None
    hold_seconds: float | None
    talk_seconds: float | None
    wrap_up_seconds: float | None
    promise_seconds: float | None
    definition: str | None
    within_promise: Annotated[bool | None, Field(description="Answered in time; null: not answered, or not known.")]
    precision: Precision
    source: Source
    revision: Revision
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Call:
    """One contact as the ledger has it."""

    id: Annotated[str, Field(description="Uniqueid of the caller's channel; unique within the PBX.")]
    pbx: str
    direction: Annotated[Direction | None, Field(description="null: the log alone knows it, and does not say.")]
    line: str | None
    did: Annotated[str | None, Field(description="The number of the site that was dialled.")]
    caller: Annotated[str | None, Field(description="Who called in, or was called from here; masked.")]
    confidential: Annotated[bool, Field(description="保密: its number is in no list.")]
    arrived_at: Time | None
    answered_at: Annotated[Time | None, Field(description="Somebody talked with the caller; outbound: he picked up.")]
    ended_at: Time | None
    duration_seconds: float | None
    cause: Annotated[int | None, Field(description="Q.850.")]
    is_test: Annotated[bool, Field(description="A test call (拨测).")]
    asked_back: Annotated[bool, Field(description="He asked to be called back.")]
    visits: Annotated[list[str], Field(description="Ids of its visits, in order of time.")]
    queues: list[str]
    outcomes: Annotated[list[str], Field(description="Of the visits, in the same order.")]
    precision: Precision
    source: Source
    revision: Revision
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class SecrecyBody:
    """Whether a call's number is to be in no list."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    confidential: bool
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that one gateway did not see, or that records of the log may be missing of."""

    id: str
    gateway: str
    pbx: str | None
    of: str
    cause: str
    started_at: Time | None
    ended_at: Time | None
    seconds: float | None
    lasts: Annotated[bool, Field(description="It goes on now.")]
    repair: str | None
    repaired_at: Time | None
    detail: str | None
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Finding:
    """Why one field is what it is."""

    field: str
    value: Any
    taken_from: Annotated[str | None, Field(description="feed, log, or settings; null: from neither.")]
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A visit, what each witness said of it, and which word counted why."""

    visit: Visit
    feed: Annotated[dict[str, Any] | None, Field(description="What the live feed said; times as RFC 3339.")]
    log: Annotated[dict[str, Any] | None, Field(description="What queue_log said; times as RFC 3339.")]
    findings: list[Finding]
