"""What a scrape costs at 200 queues and 1,000 agents. Law: the loop that reads the PBX is not kept waiting for it.

Prints the figures; the limits are wide, because the machine of a test run may be slow or busy.
"""

import asyncio
import time
from statistics import median

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gateway.core.facts import VisitEnded
from gateway.core.site import SECOND, AgentRule, Line, QueueRule, SeatRule, Site
from gateway.core.words import VisitOutcome
from tests.shells.house import T0, Feed, Hour, arrive, join, serving
from tests.shells.house import sign_in as see_member
from tests.shells.test_metrics_counted import settled

QUEUES, AGENTS, SERVED = 200, 1_000, 5
LONGEST_STALL_SECONDS = 0.1
"""A reader of AMI that stalls this long is dropped by Asterisk's default `writetimeout` once buffers are full."""


def big_site() -> Feed:
    """Each agent serves 5 queues, each queue has a line, 400 callers wait, every counter has moved."""
    site = Site(
        lines=tuple(Line(f"L{number}", f"line {number}", queue=f"q{number}") for number in range(QUEUES)),
        queues=tuple(QueueRule(f"q{number}") for number in range(QUEUES)),
        seats=tuple(SeatRule(f"s{number}", f"PJSIP/800{number}") for number in range(AGENTS)),
        agents=tuple(AgentRule(f"a{number}") for number in range(AGENTS)),
    )
    feed = Feed(site=site)
    for agent in range(AGENTS):
        for turn in range(SERVED):
            feed.apply(see_member(f"q{(agent + turn * 37) % QUEUES}", agent, f"a{agent}"))
    for call in range(2 * QUEUES):
        number = call % QUEUES
        feed.apply(arrive(f"c{call}", did=f"L{number}"), join(f"c{call}", f"q{number}", at=T0 - call * 1_000))
    return feed


def big_hour() -> Hour:
    hour = Hour(big_site(), keep_seconds=0.0)
    for number in range(QUEUES):
        queue, line = f"q{number}", f"L{number}"
        for outcome in VisitOutcome:
            hour.metrics.offer(settled(outcome, number * 100_000, queue, line, kept=True))
        hour.metrics.offer(VisitEnded("main", T0, "v", "c", queue, line, "a1", None, None, 60 * SECOND, 5 * SECOND))
    return hour


async def watch_stalls(stop: asyncio.Event) -> float:
    """The longest the loop kept a 1 ms sleeper waiting, in seconds."""
    longest = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - began - 0.001)
    return longest


async def scrape(hour: Hour) -> tuple[float, float, bytes]:
    """Seconds of one page, longest stall of the loop meanwhile, the page."""
    stop = asyncio.Event()
    watcher = asyncio.create_task(watch_stalls(stop))
    await asyncio.sleep(0.02)
    began = time.perf_counter()
    page = await hour.metrics.page()
    took = time.perf_counter() - began
    stop.set()
    return took, await watcher, page


async def test_a_scrape_of_a_big_site_leaves_the_loop_free(capsys: pytest.CaptureFixture[str]) -> None:
    hour = big_hour()
    rounds = [await scrape(hour) for _ in range(5)]
    page = rounds[-1][2]
    took, stall = (median(values) for values in list(zip(*rounds, strict=True))[:2])
    library = time_library(hour)
    samples = sum(1 for line in page.splitlines() if not line.startswith(b"#"))
    with capsys.disabled():
        print(
            f"\n/metrics at {QUEUES} queues, {AGENTS} agents: {samples} samples, {len(page) / 1000:.0f} kB, first page "
            f"{1000 * rounds[0][0]:.1f} ms, then {1000 * took:.1f} ms, longest stall {1000 * stall:.1f} ms (first "
            f"{1000 * rounds[0][1]:.1f}); generate_latest without the gauges {1000 * library:.1f} ms"
        )
    assert samples > 15_000
    assert stall < LONGEST_STALL_SECONDS
    assert took < library


def time_library(hour: Hour) -> float:
    """Seconds that prometheus-client takes for the same counters and histograms."""
    registry = CollectorRegistry()
    for family in hour.metrics.families:
        registry.register(family.metric)
    began = time.perf_counter()
    generate_latest(registry)
    return time.perf_counter() - began


async def test_the_biggest_live_answer_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    hour = big_hour()
    async with serving(hour) as server, aiohttp.ClientSession() as client:
        for path in ("/v1/agents", "/v1/queues", "/v1/lines", "/v1/calls"):
            took, body = [], b""
            for _ in range(5):
                began = time.perf_counter()
                async with client.get(server.url + path) as response:
                    body = await response.read()
                took.append(time.perf_counter() - began)
            with capsys.disabled():
                print(f"\n{path}: {len(body) / 1000:.0f} kB in {1000 * sorted(took)[2]:.1f} ms", end="")
            assert sorted(took)[2] < LONGEST_STALL_SECONDS
