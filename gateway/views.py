"""What outlets may see of the core, as small protocols; `app` passes the real feeds.

Law: read only. Web, metrics and announcer look at the same things by the same names and know nothing of how they are
made or changed.
"""

from collections.abc import Mapping
from typing import Protocol

from gateway.core.agents import Agent
from gateway.core.calls import Call
from gateway.core.queues import Queue
from gateway.core.seats import Seat
from gateway.core.site import Site


class Status(Protocol):
    """Of `core.status.FeedStatus`. Times in µs UTC and durations in µs, None unknown."""

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
    """Of `core.state.LiveState`: queues by lower-case name, agents by number, seats and calls by id."""

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
    """Of `core.feed.Feed`: one per PBX. `events`: messages seen by AMI event name."""

    @property
    def pbx(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def status(self) -> Status: ...
    @property
    def events(self) -> Mapping[str, int]: ...
