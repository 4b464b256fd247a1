"""What the web looks at, as small protocols; `app` passes the real parts.

Law: read only, and no knowledge of how the parts are made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.core.agents import Agent
from gateway.core.calls import Call
from gateway.core.queues import Queue
from gateway.core.seats import Seat
from gateway.core.site import Site
from gateway.web.tally import Tally


class Status(Protocol):
    """Of `core.feed.FeedStatus`. Times and durations in µs, None unknown."""

    @property
    def connected(self) -> bool: ...
    @property
    def live(self) -> bool: ...
    @property
    def since(self) -> int | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def version(self) -> str | None: ...
    @property
    def last_event_at(self) -> int | None: ...
    @property
    def lag_us(self) -> int | None: ...
    @property
    def clock_offset_us(self) -> int | None: ...
    @property
    def blind_us(self) -> int: ...
    @property
    def blind_since(self) -> int | None: ...
    @property
    def missing(self) -> tuple[tuple[str, str], ...]: ...


class State(Protocol):
    """Of `core.state.LiveState`."""

    @property
    def site(self) -> Site: ...
    @property
    def queues(self) -> Mapping[str, Queue]: ...
    @property
    def agents(self) -> Mapping[str, Agent]: ...
    @property
    def seats(self) -> Mapping[str, Seat]: ...
    @property
    def calls(self) -> Mapping[str, Call]: ...


class Feed(Protocol):
    """Of `core.feed.Feed`: one per PBX."""

    @property
    def pbx(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def status(self) -> Status: ...


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
