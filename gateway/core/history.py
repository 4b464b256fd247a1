"""What is asked of the past and what comes back: periods, filters, pages, and where a row stands among the others.

Law: values and pure functions; how a database is asked is the ledger's business, how an answer is spelt the web's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from gateway.core.call_rows import CallRow
from gateway.core.gaps import GapRow
from gateway.core.reconcile import VisitRow
from gateway.core.words import VisitOutcome

T = TypeVar("T")
Scope = frozenset[str] | None
"""The queues one may see; None for all."""


class HistoryAwayError(Exception):
    """The past cannot be read now; the text says where, why and what to do."""


class Cursor(NamedTuple):
    """The last row of a page: its place in time, and its id where several stand at the same place."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page of rows that stand in [`since`, `until`), UTC µs. `match`: column -> values, any of which will do."""

    since: int | None = None
    until: int | None = None
    match: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scope: Scope = None
    after: Cursor | None = None
    limit: int = 100
    is_newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in order of time; `next` is None where nothing follows."""

    rows: tuple[T, ...]
    next: Cursor | None = None


class Stay(NamedTuple):
    """A visit as its call shows it."""

    id: str
    queue: str
    line: str | None
    agent: str | None
    joined_at: int | None
    left_at: int | None
    outcome: VisitOutcome | None


class PastCall(NamedTuple):
    """A call of the ledger and its visits in order of time. `sealed` and `key`: the citizen's number, unreadable here;
    None where the ledger has none. `subscriber`: what all calls of one number have in common."""

    row: CallRow
    is_confidential: bool
    sealed: bytes | None
    subscriber: bytes | None
    key: str | None
    erased_at: int | None
    stays: tuple[Stay, ...]


def place_visit(row: VisitRow) -> int:
    """When a visit is listed, µs: it joined then, or is known of no earlier moment."""
    seen = row.live.seen_at if row.live is not None else None
    return _first(row.joined_at, seen, row.picked_up_at, row.connected_at, row.left_at, row.ended_at)


def place_call(row: CallRow) -> int:
    """When a call is listed, µs: it arrived then, or is known of no earlier moment."""
    told = row.log.first_at if row.log is not None else None
    return _first(row.arrived_at, told, row.answered_at, row.ended_at)


def place_gap(row: GapRow) -> int:
    """When a gap is listed, µs."""
    return row.started_at


def _first(*times: int | None) -> int:
    return next((time for time in times if time is not None), 0)
