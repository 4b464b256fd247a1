"""A small site with real live state, for the tests of the web and the metrics. Law: state is made by events alone."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from gateway.core import events as ev
from gateway.core.access import Role
from gateway.core.site import SECOND, AgentRule, Line, Promise, QueueRule, SeatRule, Site
from gateway.core.state import LiveState
from gateway.durations import Durations
from gateway.metrics import Metrics
from gateway.web.access import Access
from gateway.web.server import Server
from gateway.web.sources import Dependency, House
from gateway.web.tally import Tally

T0 = 1_790_000_000 * SECOND
"""2026-09-21T14:13:20Z, which is 22:13:20 in Shanghai."""
CALLER = "13812345678"
OPEN = Access(loopback_role=Role.SUPERVISOR)
"""Who asks from this machine needs no token."""

SITE = Site(
    lines=(
        Line("12345", "市长热线", "市政府办公室", "merged", "hotline"),
        Line("12315", "消费者投诉", "市场监管局", "merged", "Enterprise", Promise(20 * SECOND)),
    ),
    queues=(
        QueueRule("hotline", Promise(15 * SECOND)),
        QueueRule("Enterprise", Promise(12_500_000, 0.9, strict=True, definition="SL-B")),
    ),
    seats=(SeatRule("01", "PJSIP/8001", "一号"), SeatRule("02", "PJSIP/8002"), SeatRule("03", "PJSIP/8003")),
    agents=(AgentRule("1001", "阿依"), AgentRule("1002"), AgentRule("1003")),
)


@dataclass
class Status:
    """The fields of a feed's status that outlets read."""

    connected: bool = True
    live: bool = True
    since: int | None = T0 - 60 * SECOND
    reason: str | None = None
    version: str | None = "22.5.2"
    last_event_at: int | None = T0
    lag_us: int | None = 1_500
    clock_offset_us: int | None = 0
    blind_us: int = 0
    blind_since: int | None = None
    missing: tuple[tuple[str, str], ...] = ()


@dataclass
class Feed:
    """Live state of one PBX beside a status that a test sets."""

    pbx: str = "main"
    site: Site = SITE
    status: Status = field(default_factory=Status)
    events: Counter[str] = field(default_factory=Counter)
    state: LiveState = field(init=False)

    def __post_init__(self) -> None:
        self.state = LiveState(self.pbx, self.site)

    def apply(self, *events: ev.Event) -> None:
        for event in events:
            self.state.apply(event)


def sign_in(queue: str, seat: int, agent: str, at: int = T0, reason: str = "", status: int = 1) -> ev.MemberSeen:
    """The member event of an agent at a seat; with a reason he is paused."""
    device = f"PJSIP/800{seat}"
    return ev.MemberSeen(
        at, queue, device, agent, device, "dynamic", 0, 0, status, bool(reason), reason, wrap_up=0, listed=False
    )  # fmt: skip


def arrive(call: str, did: str = "12345", caller: str = CALLER, at: int = T0) -> ev.ChannelCreated:
    return ev.ChannelCreated(at, call, f"PJSIP/trunk-{call}", call, "from-trunk", did, caller)


def join(call: str, queue: str = "hotline", at: int = T0) -> ev.CallerJoined:
    return ev.CallerJoined(at, call, f"PJSIP/trunk-{call}", queue, 1)


def ring(call: str, seat: int, agent: str, queue: str = "hotline", at: int = T0) -> tuple[ev.Event, ...]:
    """The agent's phone starts to ring."""
    device, leg = f"PJSIP/800{seat}", f"{call}.{seat}"
    channel = f"{device}-{leg}"
    return (
        ev.ChannelCreated(at, leg, channel, call, "agents", "", ""),
        ev.AgentCalled(at, call, queue, device, agent, leg, channel),
        ev.DialBegun(at, call, leg, channel),
    )


def answer(call: str, seat: int, agent: str, queue: str = "hotline", at: int = T0) -> tuple[ev.Event, ...]:
    """The agent picks up and is connected."""
    device, leg = f"PJSIP/800{seat}", f"{call}.{seat}"
    return (
        ev.DialEnded(at, call, leg, "ANSWER"),
        ev.CallerLeft(at, call, queue),
        ev.AgentConnected(at, call, queue, device, agent, leg, f"{device}-{leg}"),
    )


def busy_hour() -> Feed:
    """1001 talks since 4 s after a wait of 6 s, 1002 is on a break, 1003 is away; 12315 waits for 3 s."""
    feed = Feed()
    feed.apply(
        sign_in("hotline", 1, "1001", T0 - 60 * SECOND),
        sign_in("enterprise", 1, "1001", T0 - 60 * SECOND),
        sign_in("hotline", 2, "1002", T0 - 50 * SECOND),
        sign_in("hotline", 2, "1002", T0 - 30 * SECOND, reason="1"),
        arrive("c1", at=T0 - 11 * SECOND),
        join("c1", at=T0 - 10 * SECOND),
        *ring("c1", 1, "1001", at=T0 - 9 * SECOND),
        *answer("c1", 1, "1001", at=T0 - 4 * SECOND),
        arrive("c2", "12315", "02885551234", at=T0 - 5 * SECOND),
        join("c2", "Enterprise", at=T0 - 3 * SECOND),
        arrive("c3", "19999", "+8613912345678", at=T0 - SECOND),
    )
    return feed


class Hour:
    """Everything around some feeds: clock, tally, metrics. `now` may be moved."""

    def __init__(self, *feeds: Feed, keep_seconds: float = 0.0) -> None:
        self.now = T0
        self.feeds = list(feeds)
        self.dependencies: list[Dependency] = [Dependency("journal", True, T0)]
        self.durations = Durations()
        self.readings: dict[str, Callable[[], float | None]] = {
            "loop_lag_seconds": lambda: 0.002,
            "journal_bytes": lambda: 4096.0,
        }
        self.tally = Tally(T0 - 3600 * SECOND, ZoneInfo("Asia/Shanghai"))
        self.metrics = Metrics(
            lambda: self.feeds, lambda: self.now, self.readings,
            {"apply_seconds": self.durations, "ledger_flush_seconds": Durations()}, keep_seconds,
        )  # fmt: skip
        self.spread()

    def spread(self) -> None:
        """Gives the outlets the facts the feeds hold."""
        for feed in self.feeds:
            for fact in feed.state.facts:
                self.tally.offer(fact)
                self.metrics.offer(fact)
            feed.state.facts.clear()

    @property
    def house(self) -> House:
        return House(lambda: self.feeds, lambda: self.dependencies, self.tally, self.metrics, lambda: self.now)


@asynccontextmanager
async def serving(
    hour: Hour, host: str = "127.0.0.1", access: Access = OPEN, idle_seconds: float = 30.0
) -> AsyncIterator[Server]:
    """A real server on a free port."""
    server = Server(hour.house, host, 0, access, idle_seconds)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def get(hour: Hour, path: str) -> tuple[int, Any]:
    """Status and JSON of one GET."""
    async with serving(hour) as server, aiohttp.ClientSession() as client, client.get(server.url + path) as response:
        return response.status, await response.json(content_type=None)


async def items(hour: Hour, path: str) -> list[Any]:
    """The items of a list."""
    status, body = await get(hour, path)
    assert status == 200, body
    return list(body["items"])
