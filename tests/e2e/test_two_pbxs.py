"""Asterisk 22 and 16 with the same queues, agents and Uniqueids in one gateway: nothing mixes."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.core.facts import AgentChanged, CallArrived, Fact, Unexpected, VisitJoined, VisitPickedUp, VisitSettled
from lab.farm import Call
from lab.scripts import answer, never
from lab.site import Site
from tests.e2e.compare import of
from tests.e2e.inside import Inside
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
TRACES = Path(__file__).parent.parent / "scenarios/traces"
ROUNDS = 4
QUEUES = 'queues = ["yi", "hotline", "enterprise", "overflow", "alone", "small", "local"]'
SIDES = ("left", "right")


@dataclass
class Twins:
    """Two PBXs at work: on `left` the agent answers, on `right` the caller gives up. Shown: in mid-call."""

    facts: list[Fact]
    shown: dict[str, list[dict[str, Any]]]
    metrics: dict[str, float]


@pytest.fixture(scope="module")
def twins(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    newest, oldest = versions
    with Site(newest, plain=True) as left, Site(oldest, plain=True) as right:
        accounts = {"left": left.account("reader"), "right": right.account("reader")}
        with Inside(write_settings(folder, accounts, free_port(), each=QUEUES)) as inside:
            for side in SIDES:
                inside.wait_live(side)
            left.farm.set_script("any", "8007", answer(0.3))
            right.farm.set_script("any", "8007", never())
            shown = [play_round(inside, left, right) for _ in range(ROUNDS)]
            http = inside.http
            yield Twins(inside.facts, shown[0], http.metrics())
            http.close()


def play_round(inside: Inside, left: Site, right: Site) -> dict[str, list[dict[str, Any]]]:
    """One call on each side; what HTTP shows while one talks and the other waits."""
    since = inside.mark()
    calls = place_both(left, right)
    inside.wait_fact(VisitPickedUp, lambda fact: fact.pbx == "left", 15, since)
    inside.wait_fact(VisitJoined, lambda fact: fact.pbx == "right", 15, since)
    http = inside.http
    shown = {path: http.items(f"/v1/{path}") for path in ("queues", "agents", "calls", "seats")}
    http.close()
    for call in calls:
        call.hang_up()
        call.wait_settled(15)
    inside.wait_fact(VisitSettled, lambda fact: fact.pbx == "left", 15, since)
    inside.wait_fact(VisitSettled, lambda fact: fact.pbx == "right", 15, since)
    return shown


def place_both(left: Site, right: Site) -> list[Call]:
    """One call on each in the same second: PBXs that carried the same calls before count their channels alike."""
    time.sleep(1.05 - time.time() % 1)
    calls: list[Call] = []

    def place(site: Site) -> None:
        calls.append(site.farm.place_call("12333"))

    threads = [threading.Thread(target=place, args=(site,)) for site in (left, right)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return calls


def test_the_uniqueids_were_the_same(twins: Twins) -> None:
    """Else the other tests here show nothing."""
    left, right = ({fact.call for fact in of(twins.facts, CallArrived) if fact.pbx == side} for side in SIDES)
    assert len(left & right) >= ROUNDS - 1


def test_each_call_counts_on_its_own_pbx(twins: Twins) -> None:
    outcomes = Counter((fact.pbx, fact.queue, fact.outcome.value) for fact in of(twins.facts, VisitSettled))
    assert outcomes == {("left", "left/yi", "answered"): ROUNDS, ("right", "right/yi", "short_abandoned"): ROUNDS}
    assert of(twins.facts, Unexpected) == []
    ids = [fact.visit for fact in of(twins.facts, VisitSettled)]
    assert len(set(ids)) == 2 * ROUNDS


def test_the_same_agent_number_is_another_person_on_each(twins: Twins) -> None:
    talked = {(fact.pbx, fact.agent) for fact in of(twins.facts, AgentChanged) if fact.state == "talking"}
    assert talked == {("left", "1007")}
    states = {(item["pbx"], item["state"]) for item in twins.shown["agents"] if item["number"] == "1007"}
    assert states == {("left", "talking"), ("right", "ringing")}


def test_live_answers_keep_them_apart(twins: Twins) -> None:
    queues = {(item["id"], item["waiting"]) for item in twins.shown["queues"] if item["name"] == "yi"}
    assert queues == {("left/yi", 0), ("right/yi", 1)}
    assert {(item["pbx"], item["phase"], item["queue"]) for item in twins.shown["calls"]} == {
        ("left", "talking", "left/yi"),
        ("right", "ringing", "right/yi"),
    }
    assert {(s["pbx"], s["state"]) for s in twins.shown["seats"] if s["id"] == "07"} == {
        ("left", "talking"),
        ("right", "ringing"),
    }


def test_metrics_keep_them_apart(twins: Twins) -> None:
    counts = {
        name: value for name, value in twins.metrics.items() if name.startswith("hotline_visits_total{") and value
    }
    assert sorted(counts.values()) == [ROUNDS, ROUNDS]
    assert any('queue="left/yi"' in name and 'outcome="answered"' in name for name in counts)
    assert any('queue="right/yi"' in name and 'outcome="short_abandoned"' in name for name in counts)
