"""What the web looks at besides the core's feeds (`views.py`), as small protocols; `app` passes the real parts.

Law: read only, and no knowledge of how the parts are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class House:
    """All that HTTP shows. `feeds` and `dependencies` are asked at every request; `clock` is the wall clock in µs."""

    feeds: Callable[[], Sequence[Feed]]
    dependencies: Callable[[], Sequence[Dependency]]
    tally: Tally
    meters: Meters
    clock: Callable[[], int]
