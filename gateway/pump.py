"""The pump: inputs -> journal -> core -> facts -> outlets, and the timer for the core's next deadline.

Law 6: `step` is one plain call, no `await` between bytes and facts; an outlet takes a fact into its own bounded queue
or at once, and never makes the core wait. Law 7: an exception of the core or of an outlet is counted and logged, the
feed is closed so that it resyncs, the service goes on. The pump decides nothing about calls.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import Site
from gateway.durations import Durations
from gateway.inputs import QUIET, FeedMaker, Input, Kind, Outputs, Setting, apply, drain

log = structlog.get_logger()

HEARTBEAT_US = 500_000
SHORTEST_US = 1_000
LOG_EVERY = 1_000
DOWN = "gateway_down"


class Recorder(Protocol):
    """Where inputs are written before they are applied (`gateway.journal.Journal`)."""

    @property
    def position(self) -> str: ...
    def append(self, item: Input) -> None: ...


class Outlet(Protocol):
    """Who hears of facts. `offer` returns at once and sheds what it cannot hold."""

    def offer(self, fact: Fact) -> None: ...


class Link(Protocol):
    """The way back to one PBX (`gateway.asterisk.Connection`)."""

    def obey(self, requests: Sequence[Request], replies: Sequence[bytes], close: str | None) -> None: ...


class Clock:
    """The two clocks, microseconds: UTC and monotonic."""

    def wall(self) -> int:
        return time.time_ns() // 1000

    def mono(self) -> int:
        return time.monotonic_ns() // 1000


class Backlog:
    """An outlet with a bounded queue: the oldest facts are shed and counted, `ready` wakes the reader."""

    def __init__(self, limit: int) -> None:
        self.ready = asyncio.Event()
        self.shed = 0
        self._facts: deque[Fact] = deque(maxlen=limit)

    def offer(self, fact: Fact) -> None:
        """Take a fact; a full queue gives up its oldest."""
        if len(self._facts) == self._facts.maxlen:
            self.shed += 1
        self._facts.append(fact)
        self.ready.set()

    def take(self) -> list[Fact]:
        """All facts held, oldest first; none are held afterwards."""
        taken = list(self._facts)
        self._facts.clear()
        self.ready.clear()
        return taken


@dataclass(slots=True)
class PumpStatus:
    """Plain counters of the pump, for the metrics."""

    inputs: int = 0
    facts: int = 0
    faults: int = 0
    outlet_faults: int = 0
    last_fault: str | None = None
    loop_lag_us: int = 0
    apply: Durations = field(default_factory=Durations)
    loop_lag: Durations = field(default_factory=Durations)


class Door:
    """The sink of one PBX's connection: what happens on the wire becomes inputs, stamped on arrival."""

    def __init__(self, pump: "Pump", pbx: str) -> None:
        self._pump = pump
        self._pbx = pbx

    def connected(self, nonce: str) -> None:
        self._pump.put(Kind.CONNECTED, self._pbx, nonce.encode("ascii"))

    def logged_in(self) -> None:
        self._pump.put(Kind.LOGGED_IN, self._pbx)

    def received(self, data: bytes) -> None:
        self._pump.put(Kind.RECEIVED, self._pbx, data)

    def cut(self, reason: str) -> None:
        self._pump.put(Kind.CUT, self._pbx, reason.encode())


class Pump:
    """Owns the feeds. Runs in one event loop; `start` needs it running."""

    def __init__(self, recorder: Recorder, make_feed: FeedMaker, clock: Clock | None = None) -> None:
        self.status = PumpStatus()
        self.feeds: dict[str, Feed] = {}
        self._links: dict[str, Link] = {}
        self._outlets: list[Outlet] = []
        self._recorder = recorder
        self._make_feed = make_feed
        self._clock = clock or Clock()
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0

    def attach(self, outlet: Outlet) -> None:
        """From now on `outlet` is offered every fact."""
        self._outlets.append(outlet)

    def detach(self, outlet: Outlet) -> None:
        """`outlet` hears no more."""
        self._outlets.remove(outlet)

    def start(self, pbx: str, site: Site, blind_since: int | None = None) -> Door:
        """A fresh feed for a PBX, and the door its connection speaks through."""
        setting = Setting(site, blind_since)
        self._recorder.append(Input(Kind.STARTED, pbx, self._clock.wall(), self._clock.mono(), setting.spell()))
        feed = self.feeds[pbx] = self._make_feed(pbx, site, blind_since)
        self._hand_over(pbx, drain(feed))
        self._arm()
        return Door(self, pbx)

    def resume(self, pbx: str, site: Site) -> Door:
        """Go on with the feed that a restart brought back: its connection is gone since the gateway was."""
        feed = self.feeds[pbx]
        setting = Setting(site, feed.status.last_arrival)
        self._recorder.append(Input(Kind.RESUMED, pbx, self._clock.wall(), self._clock.mono(), setting.spell()))
        self.configure(pbx, site)
        self.put(Kind.CUT, pbx, DOWN.encode())
        self._arm()
        return Door(self, pbx)

    def link(self, pbx: str, link: Link) -> None:
        """Where the core's requests for this PBX go."""
        self._links[pbx] = link

    def configure(self, pbx: str, site: Site) -> None:
        """Settings were reloaded."""
        self.put(Kind.CONFIGURED, pbx, Setting(site).spell())

    def put(self, kind: Kind, pbx: str, data: bytes = b"") -> None:
        """Stamp an input with both clocks and step."""
        self.step(Input(kind, pbx, self._clock.wall(), self._clock.mono(), data))

    def step(self, item: Input) -> None:
        """One input, all the way: journal, core, requests to the PBX, facts to the outlets, next deadline."""
        self.status.inputs += 1
        self._recorder.append(item)
        began = time.perf_counter_ns()
        feed = self.feeds[item.pbx]
        outputs = apply(feed, item)
        if outputs.fault is not None:
            self._admit(item, outputs.fault)
        if outputs is not QUIET:
            self._hand_over(item.pbx, outputs)
        self.status.apply.observe((time.perf_counter_ns() - began) // 1000)
        deadline = feed.deadline
        if deadline is not None and deadline < self._armed_for:
            self._arm()

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._armed_for = 0

    def _hand_over(self, pbx: str, outputs: Outputs) -> None:
        for fact in outputs.facts:
            self._offer(fact)
        close = "fault" if outputs.fault is not None else outputs.close
        if (outputs.requests or outputs.replies or close) and (link := self._links.get(pbx)) is not None:
            link.obey(outputs.requests, outputs.replies, close)

    def _offer(self, fact: Fact) -> None:
        self.status.facts += 1
        for outlet in self._outlets:
            try:
                outlet.offer(fact)
            except Exception:
                self.status.outlet_faults += 1
                # A broken outlet breaks on every fact: the counter shows how often, the log needs one to tell why.
                if self.status.outlet_faults % LOG_EVERY == 1:
                    log.exception("pump.outlet_fault", outlet=type(outlet).__name__, fact=type(fact).__name__)

    def _admit(self, item: Input, fault: Exception) -> None:
        self.status.faults += 1
        self.status.last_fault = f"{type(fault).__name__} at {self._recorder.position}"
        log.error(
            "core.fault", pbx=item.pbx, input=item.kind.name, journal=self._recorder.position,
            size=len(item.data), exc_info=fault,
        )  # fmt: skip

    def _arm(self) -> None:
        """Set the timer for the earliest deadline of all feeds, or the next heartbeat."""
        if self._timer is not None:
            self._timer.cancel()
        # Deadlines are wall time and the wall clock can be set: look at it again every heartbeat, and never spin.
        now = self._clock.wall()
        deadlines = [deadline for feed in self.feeds.values() if (deadline := feed.deadline) is not None]
        # The deadline itself, not the moment of firing: one that is past must not set the timer anew at every input.
        self._armed_for = min([now + HEARTBEAT_US, *deadlines])
        wait = max(SHORTEST_US, self._armed_for - now)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(loop.time() + wait / 1_000_000, self._fire)

    def _fire(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            lag = max(0, int((asyncio.get_running_loop().time() - timer.when()) * 1_000_000))
            self.status.loop_lag_us = lag
            self.status.loop_lag.observe(lag)
        now = self._clock.wall()
        for pbx, feed in list(self.feeds.items()):
            if feed.deadline is not None and feed.deadline <= now:
                self.put(Kind.TICK, pbx)
        self._arm()
