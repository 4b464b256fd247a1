"""What the gauges need to see: the core's feeds and a few plain readings, as small protocols.

Law: read only. `app` passes the real parts; nothing here knows how they are made.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.core.agents import Agent
from gateway.core.queues import Queue
from gateway.core.seats import Seat
from gateway.core.site import Site


class Status(Protocol):
    """Of `core.feed.FeedStatus`. Times µs UTC, None unknown."""

    @property
    def connected(self) -> bool: ...
    @property
    def live(self) -> bool: ...
    @property
    def lag_us(self) -> int | None: ...
    @property
    def clock_offset_us(self) -> int | None: ...
    @property
    def last_event_at(self) -> int | None: ...
    @property
    def blind_us(self) -> int: ...
    @property
    def blind_since(self) -> int | None: ...


class State(Protocol):
    """Of `core.state.LiveState`: queues by lower-case name, agents by number, seats by id."""

    @property
    def site(self) -> Site: ...
    @property
    def queues(self) -> Mapping[str, Queue]: ...
    @property
    def agents(self) -> Mapping[str, Agent]: ...
    @property
    def seats(self) -> Mapping[str, Seat]: ...


class Feed(Protocol):
    """Of `core.feed.Feed`."""

    @property
    def pbx(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def status(self) -> Status: ...
    @property
    def events(self) -> Mapping[str, int]: ...


class Durations(Protocol):
    """Of `pump.Durations`: counts per bucket, not cumulative, the last one for everything longer; microseconds."""

    @property
    def bounds(self) -> Sequence[int]: ...
    @property
    def counts(self) -> Sequence[int]: ...
    @property
    def total_us(self) -> int: ...
