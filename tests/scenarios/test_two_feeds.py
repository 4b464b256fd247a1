"""The same bytes to two feeds at the same time: each says what it says alone, under its own name and ids."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.core.facts import CallArrived, Fact, VisitJoined, VisitSettled
from gateway.core.feed import Feed
from gateway.core.site import Site
from tests.truth.wire import read_record

TRACES = Path(__file__).parent / "traces"
IDS = ("visit", "offer")


def feed_alone(pbx: str, trace: Path) -> list[Fact]:
    feed = start(pbx)
    for wall, data in read_record(trace):
        give(feed, wall, data)
    return feed.facts


def start(pbx: str) -> Feed:
    feed = Feed(pbx, Site(), foreign_lists=True)
    feed.connected(0, 0, "0")
    return feed


def give(feed: Feed, wall: int, data: bytes) -> None:
    feed.tick(wall, wall)
    feed.received(data, wall, wall)


def renamed(facts: list[Fact]) -> Iterator[Fact]:
    """The facts as another PBX would say them: its name, and no ids."""
    for fact in facts:
        ids: dict[str, Any] = {name: "" for name in IDS if getattr(fact, name, None) is not None}
        yield fact._replace(pbx="", **ids)


@pytest.mark.parametrize("run", ["plain22-everyday.all", "plain22-across.mask", "plain16-everyday.mask"])
def test_two_feeds_of_the_same_bytes_do_not_mix(run: str) -> None:
    trace = TRACES / f"{run}.ami"
    left, right = start("left"), start("right")
    for wall, data in read_record(trace):
        give(left, wall, data)
        give(right, wall, data)
    assert left.facts == feed_alone("left", trace)
    assert right.facts == feed_alone("right", trace)
    assert list(renamed(left.facts)) == list(renamed(right.facts))


def test_ids_of_the_same_call_differ_by_pbx() -> None:
    trace = TRACES / "plain22-everyday.all.ami"
    left, right = feed_alone("left", trace), feed_alone("right", trace)
    for kind in (VisitJoined, VisitSettled):
        ids = [{fact.visit for fact in facts if isinstance(fact, kind)} for facts in (left, right)]
        assert ids[0]
        assert not ids[0] & ids[1]
    assert {f.call for f in left if isinstance(f, CallArrived)} == {f.call for f in right if isinstance(f, CallArrived)}
