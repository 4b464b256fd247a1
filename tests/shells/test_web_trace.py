"""Recorded calls of a real Asterisk, byte by byte through the core, looked at over HTTP while they happen.

Law: what HTTP and the metrics say in the end is what the farm placed, and nobody's number was shown on the way.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.core.access import Role
from gateway.core.feed import Feed
from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site
from gateway.core.words import AgentState
from gateway.inputs import Input, Setting, apply
from gateway.metrics import Metrics
from gateway.traces import read_trace
from gateway.web.access import Access
from gateway.web.server import Server
from gateway.web.sources import House
from gateway.web.tally import Tally

TRACES = Path(__file__).parents[1] / "scenarios" / "traces"
SITE = Site(
    lines=(Line("12345", "hotline", queue="hotline"),),
    queues=tuple(QueueRule(name) for name in ("hotline", "enterprise", "yi", "overflow")),
    seats=tuple(SeatRule(f"0{number}", f"PJSIP/800{number}") for number in range(1, 10)),
    agents=tuple(AgentRule(str(number)) for number in range(1001, 1019)),
)
LOOKS = 25


class Replay:
    """A gateway without its wire: inputs come from a recording, time is the recording's."""

    def __init__(self, name: str) -> None:
        self.inputs = list(read_trace(TRACES / f"{name}.all.ami", "main", Setting(SITE).spell()))
        placed = (TRACES / f"{name}.placed.jsonl").read_text().splitlines()
        self.placed: list[dict[str, Any]] = [json.loads(line) for line in placed]
        self.feed = Feed("main", SITE, None, foreign_lists=True)
        self.now = self.inputs[0].wall
        self.tally = Tally(self.now, ZoneInfo("Asia/Shanghai"))
        self.metrics = Metrics(lambda: [self.feed], lambda: self.now, {}, {}, keep_seconds=0)
        house = House(lambda: [self.feed], list, self.tally, self.metrics, lambda: self.now)
        self.server = Server(house, "127.0.0.1", 0, Access(loopback_role=Role.VIEWER))

    def step(self, item: Input) -> None:
        self.now = item.wall
        outputs = apply(self.feed, item)
        assert outputs.fault is None
        for fact in outputs.facts:
            self.tally.offer(fact)
            self.metrics.offer(fact)


async def look(client: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """Every live answer at one moment, and the page of metrics."""
    seen: dict[str, Any] = {}
    for name in ("queues", "agents", "seats", "lines", "calls"):
        async with client.get(f"{url}/v1/{name}") as response:
            assert response.status == 200
            seen[name] = await response.json()
    async with client.get(f"{url}/metrics") as response:
        seen["metrics"] = await response.text()
    return seen


def read_gauge(page: str, name: str, label: str) -> Counter[str]:
    """Sum of a family's samples by one label."""
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name == name:
                found[sample.labels[label]] += int(sample.value)
    return found


@pytest.mark.parametrize("name", ["plain22-everyday", "plain16-everyday"])
async def test_a_recorded_day_over_http(name: str) -> None:
    replay = Replay(name)
    await replay.server.start()
    looks: list[dict[str, Any]] = []
    every = len(replay.inputs) // LOOKS
    try:
        async with aiohttp.ClientSession() as client:
            for number, item in enumerate(replay.inputs):
                replay.step(item)
                if number % every == every - 1 or number == len(replay.inputs) - 1:
                    looks.append(await look(client, replay.server.url))
    finally:
        await replay.server.stop()
    for seen in looks:
        check_agreement(seen)
    check_outcomes(replay, looks[-1])
    check_privacy(replay, looks)
    assert any(seen["calls"]["items"] for seen in looks)
    assert any(queue["waiting"] for seen in looks for queue in seen["queues"]["items"])


def check_agreement(seen: dict[str, Any]) -> None:
    """The parts of one moment agree with each other and with the metrics."""
    agents = {one["number"]: one["state"] for one in seen["agents"]["items"]}
    assert Counter(agents.values()) == Counter(seen["agents"]["totals"])
    assert Counter(agents.values()) == read_gauge(seen["metrics"], "hotline_agents_distinct", "state")
    assert sum(seen["seats"]["totals"].values()) == 9
    for seat in seen["seats"]["items"]:
        if seat["agent"]:
            assert seat["state"] == agents[seat["agent"]]
    assert Counter(seen["seats"]["totals"]) == read_gauge(seen["metrics"], "hotline_seats", "state")
    waiting = {queue["id"]: queue["waiting"] for queue in seen["queues"]["items"]}
    assert Counter(waiting) == read_gauge(seen["metrics"], "hotline_queue_waiting", "queue")
    calls = {call["id"]: call for call in seen["calls"]["items"]}
    talking = [one for one in seen["agents"]["items"] if one["state"] in {AgentState.TALKING, AgentState.HELD}]
    assert all(calls[one["call"]]["agent"] == one["number"] for one in talking if one["call"] in calls)


def check_outcomes(replay: Replay, last: dict[str, Any]) -> None:
    """Counts in the end against what the farm placed."""
    placed = Counter(visit["outcome"] for call in replay.placed for visit in call["expect"]["visits"])
    assert placed["answered"] >= 10
    assert read_gauge(last["metrics"], "hotline_visits_total", "outcome") == placed
    assert count_visits(last["lines"]) == placed
    # A refused caller never was in the queue; without our dialplan's markers the PBX does not say which one it was.
    del placed["refused"]
    assert count_visits(last["queues"]) == placed
    answered = read_gauge(last["metrics"], "hotline_answer_latency_seconds_count", "queue").total()
    assert answered == placed["answered"]
    assert read_gauge(last["metrics"], "hotline_unexpected_total", "kind").total() == 0
    assert last["calls"]["items"] == []


def count_visits(answer: dict[str, Any]) -> Counter[str]:
    """Visits by outcome over all items."""
    counted: Counter[str] = Counter()
    for item in answer["items"]:
        counted.update(item["visits"])
    return counted


def check_privacy(replay: Replay, looks: list[dict[str, Any]]) -> None:
    """No number of a caller in any answer."""
    numbers = {call["caller"] for call in replay.placed if len(call["caller"]) > 5}
    assert numbers
    shown = json.dumps(looks)
    assert not [number for number in numbers if number in shown]
