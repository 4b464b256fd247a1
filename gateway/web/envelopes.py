"""The JSON around things: envelopes of the live answers, health, problems (law 11: with `shapes.py`, and nowhere else).

Law: an answer that shows something live says as of when, and which PBXs it could see.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from gateway.web.shapes import AuditEntry, Feed, Missing, Time

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Around every live answer."""

    as_of: Annotated[Time, Field(description="The moment this shows, on the gateway's clock.")]
    blind_seconds_today: Annotated[float, Field(description="Time not seen today; the sum over all PBXs.")]
    counts_since: Annotated[Time, Field(description="Start of every count: the site's midnight, or later.")]
    feeds: list[Feed]


@dataclass(frozen=True, slots=True, kw_only=True)
class One(Envelope, Generic[Item]):
    """A single item."""

    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Envelope, Generic[Item]):
    """Items in order of their names."""

    items: list[Item]
    next: Annotated[str | None, Field(description="Give it as `after` for the next page; null: this is the last.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totalled(Many[Item], Generic[Item]):
    """Items, and how many are in which state: each person and position that the token may see once, unfiltered."""

    totals: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trail:
    """Rows of the audit log, newest first."""

    as_of: Time
    items: list[AuditEntry]
    next: Annotated[str | None, Field(description="Give it as `after` for the next page; null: this is the last.")]


@dataclass(frozen=True, slots=True)
class Health:
    """One thing the gateway stands on."""

    name: str
    status: Annotated[str, Field(json_schema_extra={"enum": ["ok", "degraded", "down"]})]
    since: Time | None
    why: str | None
    missing: list[Missing]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`unavailable` when no PBX is live, so that nothing shown would be true; `degraded` when something is amiss."""

    status: Annotated[str, Field(json_schema_extra={"enum": ["ready", "degraded", "unavailable"]})]
    as_of: Time
    dependencies: list[Health]


@dataclass(frozen=True, slots=True)
class Liveness:
    """That this was answered is the proof."""

    status: Annotated[str, Field(json_schema_extra={"enum": ["alive"]})]
    as_of: Time


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    parameter: Annotated[str | None, Field(description="The query parameter at fault.")] = None
