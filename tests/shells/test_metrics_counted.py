"""Counters and histograms. Law: moved once, by facts, under labels nobody outside can make."""

from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.core.facts import (
    CallArrived,
    DeviceUnknown,
    Fact,
    MarkerSeen,
    OfferEnded,
    SeatsExceeded,
    StateCorrected,
    Unexpected,
    VisitEnded,
    VisitSettled,
    WrapUpEnded,
)
from gateway.core.site import SECOND, Line, Promise, QueueRule, Site
from gateway.core.words import Direction, OfferOutcome, VisitOutcome
from tests.shells.house import SITE, T0, Feed, Hour


async def read(hour: Hour, name: str, **labels: str) -> dict[str, float]:
    """Samples of one family with these labels: name and other labels in order of their names -> value."""
    page = (await hour.metrics.page()).decode()
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name.startswith(f"hotline_{name}") and labels.items() <= sample.labels.items():
                rest = [value for key, value in sorted(sample.labels.items()) if key not in labels]
                found[" ".join([sample.name.removeprefix("hotline_"), *rest])] = sample.value
    return found


def told(*facts: Fact, feed: Feed | None = None) -> Hour:
    hour = Hour(feed or Feed())
    for fact in facts:
        hour.metrics.offer(fact)
    return hour


def settled(
    outcome: VisitOutcome = VisitOutcome.ANSWERED,
    wait_us: int | None = 15 * SECOND,
    queue: str = "hotline",
    line: str = "12345",
    kept: bool | None = None,
    visit: str = "v",
) -> VisitSettled:
    return VisitSettled(
        "main", T0, visit, "c", queue, line, outcome, None, None, None, None, None, wait_us, None, None, "us", kept
    )  # fmt: skip


async def test_answer_latency_counts_exactly_at_the_promise() -> None:
    waits = (15 * SECOND, 15 * SECOND + 1, 15 * SECOND - 1)
    hour = told(*(settled(wait_us=wait, kept=wait <= 15 * SECOND) for wait in waits))
    found = await read(hour, "answer_latency_seconds", queue="hotline", line="12345")
    assert found["answer_latency_seconds_bucket 15.0"] == 2
    assert found["answer_latency_seconds_count"] == 3
    assert await read(hour, "visits_within_promise_total", queue="hotline") == {"visits_within_promise_total 12345": 2}


async def test_every_promise_of_the_settings_is_a_bucket() -> None:
    found = await read(told(), "answer_latency_seconds_bucket", queue="hotline", line="12345")
    assert {"answer_latency_seconds_bucket 12.5", "answer_latency_seconds_bucket 20.0"} <= set(found)


async def test_visits_count_by_outcome_and_abandoned_ones_show_their_wait() -> None:
    hour = told(
        settled(VisitOutcome.ABANDONED, 30 * SECOND),
        settled(VisitOutcome.SHORT_ABANDONED, 2 * SECOND),
        settled(VisitOutcome.TIMEOUT, 60 * SECOND),
        settled(VisitOutcome.ABANDONED, None),
    )
    visits = await read(hour, "visits_total", queue="hotline", line="12345")
    assert {name: value for name, value in visits.items() if value} == {
        "visits_total abandoned": 2,
        "visits_total short_abandoned": 1,
        "visits_total timeout": 1,
    }
    waits = await read(hour, "abandon_wait_seconds", queue="hotline")
    assert (waits["abandon_wait_seconds_count"], waits["abandon_wait_seconds_sum"]) == (2, 32)
    latency = await read(hour, "answer_latency_seconds_count", queue="hotline", line="12345")
    assert latency == {"answer_latency_seconds_count": 0}


async def test_talk_hold_wrap_up_and_ring() -> None:
    hour = told(
        VisitEnded("main", T0, "v", "c", "hotline", "12345", "1001", "01", None, 90 * SECOND, 20 * SECOND),
        VisitEnded("main", T0, "w", "c", "hotline", "12345", "1001", "01", None, None, None),
        WrapUpEnded("main", T0 + 8 * SECOND, "1001", "hotline", "v", T0, "finished"),
        OfferEnded("main", T0, "o", "v", "hotline", "1001", "01", OfferOutcome.ANSWERED, 3 * SECOND),
        OfferEnded("main", T0, "p", "v", "hotline", "1002", "02", OfferOutcome.TAKEN_ELSEWHERE, None),
    )
    for name, total in (("talk", 90), ("hold", 20), ("wrap_up", 8), ("ring", 3)):
        found = await read(hour, f"{name}_seconds", queue="hotline")
        assert (found[f"{name}_seconds_count"], found[f"{name}_seconds_sum"]) == (1, total)
    offers = await read(hour, "offers_total", queue="hotline")
    assert {name for name, value in offers.items() if value} == {
        "offers_total answered",
        "offers_total taken_elsewhere",
    }


async def test_calls_count_by_line_and_direction_and_only_inbound_ones_date_the_line() -> None:
    hour = told(
        CallArrived("main", T0, "c1", "12345", "12345", Direction.INBOUND, "1"),
        CallArrived("main", T0 + SECOND, "c2", "12345", "12345", Direction.OUTBOUND, "1"),
        CallArrived("main", T0, "c3", "none", "8002", Direction.INTERNAL, "8001"),
        CallArrived("main", T0, "c4", "no such line", "19999", Direction.INBOUND, "1"),
    )
    assert {name: value for name, value in (await read(hour, "calls_total")).items() if value} == {
        "calls_total inbound 12345": 1,
        "calls_total outbound 12345": 1,
        "calls_total internal none": 1,
        "calls_total inbound unknown": 1,
    }
    dated = await read(hour, "line_last_call_timestamp_seconds", line="12345")
    assert dated == {"line_last_call_timestamp_seconds": T0 / SECOND}


async def test_what_the_settings_name_exists_before_its_first_count() -> None:
    hour = Hour(Feed())
    visits = await read(hour, "visits_total", queue="hotline", line="12345")
    assert set(visits) == {f"visits_total {outcome.value}" for outcome in VisitOutcome}
    assert set(visits.values()) == {0}
    assert len(await read(hour, "offers_total", queue="Enterprise")) == len(OfferOutcome)


async def test_queue_labels_are_site_wide_ids() -> None:
    site = Site(queues=SITE.queues, lines=SITE.lines, queue_ids=(("hotline", "main/hotline"),))
    hour = told(settled(queue="hotline"), settled(queue="main/hotline"), feed=Feed(site=site))
    found = await read(hour, "visits_total", outcome="answered", line="12345")
    assert found == {"visits_total main/hotline": 2}


def survey(score: str, queue: str = "hotline") -> MarkerSeen:
    return MarkerSeen("main", T0, "survey", "c", "12345", (("Score", score), ("Queue", queue)))


async def test_survey_scores_are_one_to_five_or_none() -> None:
    scores = ("5", "5", "1", "", "9", "0", "５", "1\n", "DROP TABLE")
    found = await read(told(*(survey(score) for score in scores)), "survey_total", queue="hotline")
    assert found == {"survey_total 5": 2, "survey_total 1": 1, "survey_total none": 6}


async def test_truth_meter_counts_by_kind() -> None:
    hour = told(
        Unexpected("main", T0, "damaged_message", "hostile"),
        Unexpected("main", T0, "damaged_message", "other"),
        StateCorrected("main", T0, "agent_state", "1001", "talking", "available"),
    )
    assert await read(hour, "unexpected_total", pbx="main") == {"unexpected_total damaged_message": 2}
    assert await read(hour, "state_corrections_total", pbx="main") == {"state_corrections_total agent_state": 1}


async def test_odd_sign_ins_are_figures() -> None:
    hour = told(DeviceUnknown("main", T0, "PJSIP/9", "1001"), SeatsExceeded("main", T0, 10, 9))
    assert await read(hour, "odd_sign_ins_total", pbx="main") == {
        "odd_sign_ins_total unknown_device": 1,
        "odd_sign_ins_total more_than_seats": 1,
    }


def hostile() -> Iterable[Fact]:
    """What a caller, a wrong database row and a defect of the core could at worst make."""
    for number in range(5_000):
        text = f'x{number}"}} 1\nevil{{a="'
        yield CallArrived("main", T0, text, text, text, Direction.INBOUND, text)
        yield settled(queue=text, line=text)
        yield survey(text, f"y{number}")
        yield Unexpected("main", T0, text, text)
        yield StateCorrected("main", T0, text, text, text, text)


async def test_hostile_texts_make_a_bounded_number_of_series_and_forge_none() -> None:
    feed = Feed()
    feed.events.update({f"Evil{number}": 1 for number in range(5_000)})
    feed.events.update({"Newchannel": 3})
    hour = told(*hostile(), feed=feed)
    assert await read(hour, "events_total", pbx="main") == {"events_total Newchannel": 3, "events_total other": 5_000}
    page = (await hour.metrics.page()).decode()
    families = list(text_string_to_metric_families(page))
    assert all(family.name.startswith("hotline_") for family in families)
    assert set((await read(hour, "calls_total", direction="inbound")).keys()) == {
        "calls_total 12315",
        "calls_total 12345",
        "calls_total unknown",
    }
    assert len(await read(hour, "unexpected_total")) <= 101
    assert len(await read(hour, "survey_total")) == 1
    assert len(await read(hour, "visits_within_promise_total")) <= 1_001 + 2


@pytest.mark.parametrize("seconds", [10, 17.25])
async def test_reloaded_promises_get_their_bucket_and_other_counts_go_on(seconds: float) -> None:
    feed = Feed()
    hour = told(settled(kept=True), feed=feed)
    promise = Promise(round(seconds * SECOND))
    feed.state.configure(
        Site(lines=(*SITE.lines, Line("12319", "城管", queue="new")), queues=(*SITE.queues, QueueRule("new", promise)))
    )
    hour.metrics.configured()
    buckets = await read(hour, "answer_latency_seconds_bucket", queue="hotline", line="12345")
    assert f"answer_latency_seconds_bucket {seconds:.6g}".replace(" 10", " 10.0") in buckets
    assert (await read(hour, "visits_total", queue="hotline", outcome="answered"))["visits_total 12345"] == 1
    kept = await read(hour, "answer_latency_seconds_count", queue="hotline", line="12345")
    assert kept == {"answer_latency_seconds_count": 1.0 if seconds == 10 else 0.0}
    hour.metrics.offer(CallArrived("main", T0, "c", "12319", "12319", Direction.INBOUND, "1"))
    assert (await read(hour, "calls_total", line="12319"))["calls_total inbound"] == 1
