"""What the web looks at besides the core's feeds (`views.py`), as small protocols; `app` passes the real parts.

Law: read only, and no knowledge of how the parts are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gateway.core.audit import Asked, AuditRow, Deed, NotAuditedError
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


@dataclass(frozen=True, slots=True)
class House:
    """All that HTTP shows. `feeds` and `dependencies` are asked at every request; `clock` is the wall clock in µs."""

    feeds: Callable[[], Sequence[Feed]]
    dependencies: Callable[[], Sequence[Dependency]]
    tally: Tally
    meters: Meters
    clock: Callable[[], int]
    audit: Audit = field(default_factory=NoAudit)
