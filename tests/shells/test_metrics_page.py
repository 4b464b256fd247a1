"""The page `/metrics`. Law: gauges are live state at the moment of asking, and the text is what Prometheus accepts."""

import asyncio
import shutil
import subprocess

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from gateway.core.site import SECOND
from gateway.core.words import AgentState, SeatState
from gateway.metrics import Metrics
from tests.shells.house import T0, Feed, Hour, Status, arrive, busy_hour, join, sign_in
from tests.shells.test_metrics_counted import hostile, read, settled

CONTRACT = """
agents agents_distinct answer_latency_seconds abandon_wait_seconds apply_seconds blind_seconds calls
clock_offset_seconds events feed_connected feed_lag_seconds feed_last_event_timestamp_seconds feed_live hold_seconds
http_request_duration_seconds journal_bytes ledger_backlog ledger_flush_seconds ledger_rows
line_last_call_timestamp_seconds loop_lag_seconds odd_sign_ins offers
promise_seconds promise_target_ratio queue_log_quarantined
queue_longest_wait_seconds queue_waiting recovered_visits ring_seconds seats
state_corrections survey talk_seconds unexpected visits visits_within_promise wrap_up_seconds
""".split()  # noqa: SIM905 - a list of names reads best as a text
"""Families of this page; a name that goes away breaks somebody's alert."""


async def test_the_page_has_every_promised_family_and_no_other() -> None:
    page = (await Hour(busy_hour()).metrics.page()).decode()
    families = {family.name for family in text_string_to_metric_families(page)}
    assert families == {f"hotline_{name}" for name in CONTRACT}
    assert "_created" not in page


async def test_promtool_finds_nothing_to_say() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool (Debian package prometheus) is not installed")
    hour = Hour(busy_hour())
    for fact in hostile():
        hour.metrics.offer(fact)
    page = await hour.metrics.page()
    found = await asyncio.to_thread(
        subprocess.run, [promtool, "check", "metrics"], input=page, capture_output=True, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")


async def test_queue_gauges_show_the_moment() -> None:
    hour = Hour(busy_hour())
    assert await read(hour, "queue_waiting") == {"queue_waiting hotline": 0, "queue_waiting Enterprise": 1}
    hour.now = T0 + 2 * SECOND
    assert await read(hour, "queue_longest_wait_seconds") == {
        "queue_longest_wait_seconds hotline": 0,
        "queue_longest_wait_seconds Enterprise": 5,
    }
    assert await read(hour, "promise_seconds", queue="Enterprise") == {"promise_seconds": 12.5}
    assert await read(hour, "promise_target_ratio", queue="Enterprise") == {"promise_target_ratio": 0.9}


async def test_a_wait_that_is_unknown_has_no_sample() -> None:
    feed = Feed()
    feed.apply(arrive("a"), join("a"), arrive("b"), join("b", at=T0 - SECOND))
    next(iter(feed.state.queues["hotline"].waiting.values())).joined_at = None
    hour = Hour(feed)
    assert await read(hour, "queue_waiting", queue="hotline") == {"queue_waiting": 2}
    assert await read(hour, "queue_longest_wait_seconds", queue="hotline") == {}


async def test_agents_show_all_nine_states_of_every_queue() -> None:
    hour = Hour(busy_hour())
    hotline = await read(hour, "agents", queue="hotline")
    assert set(hotline) == {f"agents {state.value}" for state in AgentState}
    assert {name for name, value in hotline.items() if value} == {"agents talking", "agents paused"}
    assert (await read(hour, "agents", queue="Enterprise"))["agents talking"] == 1
    distinct = await read(hour, "agents_distinct")
    assert (sum(distinct.values()), distinct["agents_distinct offline"]) == (3, 1)


async def test_seats_count_once_over_two_pbxs() -> None:
    other = Feed("second")
    other.apply(sign_in("hotline", 3, "1003"))
    seats = await read(Hour(busy_hour(), other), "seats")
    assert set(seats) == {f"seats {state.value}" for state in SeatState}
    assert {name: value for name, value in seats.items() if value} == {
        "seats talking": 1,
        "seats paused": 1,
        "seats available": 1,
    }


async def test_two_pbxs_do_not_mix() -> None:
    down = Feed("second", status=Status(connected=False, live=False, lag_us=None, clock_offset_us=None))
    hour = Hour(busy_hour(), down)
    assert await read(hour, "feed_connected") == {"feed_connected main": 1, "feed_connected second": 0}
    assert await read(hour, "feed_live") == {"feed_live main": 1, "feed_live second": 0}
    assert await read(hour, "feed_lag_seconds") == {"feed_lag_seconds main": 0.0015}


async def test_blind_time_runs_while_it_lasts_and_never_falls() -> None:
    feed = Feed(status=Status(live=False, blind_us=5 * SECOND, blind_since=T0 - 10 * SECOND))
    hour = Hour(feed)
    assert await read(hour, "blind_seconds_total") == {"blind_seconds_total main": 15}
    hour.now = T0 - 8 * SECOND
    assert await read(hour, "blind_seconds_total") == {"blind_seconds_total main": 15}, "the wall clock was set back"


async def test_what_shells_measure_is_shown_in_base_units() -> None:
    hour = Hour(Feed())
    for duration in (50, 51, 2_000_000):
        hour.durations.observe(duration)
    apply = await read(hour, "apply_seconds")
    assert (apply["apply_seconds_bucket 5e-05"], apply["apply_seconds_bucket 0.0001"]) == (1, 2)
    assert (apply["apply_seconds_count"], apply["apply_seconds_sum"]) == (3, 2.000101)
    assert await read(hour, "loop_lag_seconds") == {"loop_lag_seconds": 0.002}
    hour.readings["journal_bytes"] = lambda: None
    late = Metrics(list, lambda: T0, hour.readings, {})
    assert b"\nhotline_journal_bytes " not in await late.page()


def test_a_reading_with_no_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="journal_bites"):
        Metrics(list, lambda: T0, {"journal_bites": lambda: 1.0}, {})


def samples_of(page: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(page)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


async def test_our_text_says_what_the_library_would() -> None:
    hour = Hour(busy_hour())
    for fact in hostile():
        hour.metrics.offer(fact)
    hour.metrics.request_took("GET", "/v1/queues", 200, 0.003)
    await hour.metrics.page()
    hour.metrics.offer(settled(wait_us=7 * SECOND))
    ours = samples_of((await hour.metrics.page()).decode())
    registry = CollectorRegistry()
    for family in hour.metrics.families:
        registry.register(family.metric)
    theirs = samples_of(generate_latest(registry).decode())
    assert len(theirs) > 1_000
    assert theirs.items() <= ours.items()


async def test_scrapers_within_a_second_share_a_page() -> None:
    hour = Hour(busy_hour(), keep_seconds=1.0)
    first, second = await asyncio.gather(hour.metrics.page(), hour.metrics.page())
    assert first is second
    hour.metrics.offer(settled())
    assert await hour.metrics.page() is first
    fresh = Hour(busy_hour(), keep_seconds=0.0)
    assert await fresh.metrics.page() is not await fresh.metrics.page()
