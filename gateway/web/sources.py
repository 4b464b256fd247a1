"""What the web looks at besides the core's feeds (`views.py`), as small protocols; `app` passes the real parts.

Law: read only, and no knowledge of how the parts are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Final, Protocol

from gateway.core.audit import Asked, AuditRow, Deed, NotAuditedError
from gateway.core.callbacks import Found, Held, Seek
from gateway.core.gaps import GapRow
from gateway.core.history import Page, PastCall, Scope, Wanted
from gateway.core.period_figures import Count
from gateway.core.reconcile import VisitRow
from gateway.core.unreached import Result, Unreached
from gateway.views import Feed
from gateway.web.tally import Tally


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something besides the feeds that the gateway stands on. `since` µs; `why` is empty when nothing is wrong."""

    name: str
    works: bool
    since: int | None
    why: str = ""


class Meters(Protocol):
    """Of `metrics.Metrics`."""

    @property
    def content_type(self) -> str: ...
    async def page(self) -> bytes: ...
    def request_took(self, method: str, route: str, status: int, seconds: float) -> None: ...


class Audit(Protocol):
    """Of `ledger.audit_book.AuditBook`."""

    async def write(self, deed: Deed) -> None:
        """One row, on the disk when this returns. Raises NotAuditedError, and the deed must not be done."""
        ...

    async def read(self, asked: Asked, limit: int) -> Sequence[AuditRow]:
        """The newest rows that are wanted. Raises NotAuditedError when the ledger is away."""
        ...

    def note(self, deed: Deed) -> None:
        """What happens whether it is written or not."""
        ...


NO_AUDIT: Final = "this gateway keeps no audit log"


class NoAudit:
    """Where there is no ledger: what must be audited is not done."""

    async def write(self, deed: Deed) -> None:  # noqa: ARG002
        raise NotAuditedError(NO_AUDIT)

    async def read(self, asked: Asked, limit: int) -> Sequence[AuditRow]:  # noqa: ARG002
        raise NotAuditedError(NO_AUDIT)

    def note(self, deed: Deed) -> None:
        """Goes nowhere."""


class History(Protocol):
    """Of `ledger.history.History`. All but `open_number` raise HistoryAwayError while the ledger cannot be read."""

    @property
    def tells_callers_apart(self) -> bool: ...
    async def visits(self, wanted: Wanted) -> Page[VisitRow]: ...
    async def visit(self, identity: str, scope: Scope = None) -> VisitRow | None: ...
    async def calls(self, wanted: Wanted) -> Page[PastCall]: ...
    async def call(self, callid: str, scope: Scope = None) -> list[PastCall]: ...
    async def gaps(self, wanted: Wanted) -> Page[GapRow]: ...
    async def mark(self, call: str, *, is_confidential: bool) -> None: ...
    def open_number(self, call: str, sealed: bytes | None, key: str | None) -> tuple[str | None, str | None]: ...


class Callbacks(Protocol):
    """Of `ledger.unreached.UnreachedBook`. All raise HistoryAwayError while the ledger cannot be read."""

    async def batch(self, seek: Seek, now: int) -> Found: ...
    async def find(self, call: str, now: int) -> Unreached | None: ...
    async def claim(self, call: str, by: str, until: int, now: int) -> Unreached | Held | None: ...
    async def attempt(
        self, call: str, by: str, result: Result, note: str | None, now: int
    ) -> Unreached | Held | None: ...
    async def count_nameless(self, since: int, until: int) -> int: ...


class Figures(Protocol):
    """Of `ledger.figures.FigureBook`. Raises HistoryAwayError while the ledger cannot be read."""

    async def count(self, wanted: Wanted) -> Sequence[Count]: ...


@dataclass(frozen=True, slots=True)
class Past:
    """The ledger, as far as HTTP asks it. `gateway`: the name under which this one writes; durations µs."""

    history: History
    callbacks: Callbacks
    figures: Figures
    gateway: str
    due_us: int
    claim_us: int
    look_back_us: int


@dataclass(frozen=True, slots=True)
class House:
    """All that HTTP shows. `feeds` and `dependencies` are asked at every request; `clock` is the wall clock in µs.
    Days begin at midnight of `zone`; without `past` there is no ledger."""

    feeds: Callable[[], Sequence[Feed]]
    dependencies: Callable[[], Sequence[Dependency]]
    tally: Tally
    meters: Meters
    clock: Callable[[], int]
    audit: Audit = field(default_factory=NoAudit)
    zone: tzinfo = UTC
    past: Past | None = None
    followed: Callable[[], frozenset[str]] = frozenset
    """PBXs whose queue_log is read up to now."""
