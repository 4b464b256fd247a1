"""The live answers over real HTTP. Law: what is shown equals what events built, unknown is null with its reason."""

import aiohttp
import pytest

from gateway.core import events as ev
from gateway.core.facts import BlindTime
from gateway.core.site import SECOND
from tests.shells.house import (
    CALLER,
    T0,
    Feed,
    Hour,
    Status,
    answer,
    arrive,
    busy_hour,
    get,
    items,
    join,
    ring,
    serving,
    sign_in,
)


async def test_envelope_says_as_of_when_and_how_well_each_pbx_is_seen() -> None:
    feed = busy_hour()
    feed.status.blind_us = 5 * SECOND
    feed.status.missing = (("read=dialplan", "a key exit reads as unknown"),)
    _, body = await get(Hour(feed), "/v1/queues")
    assert body["as_of"] == "2026-09-21T14:13:20.000000Z"
    assert body["counts_since"] == "2026-09-21T13:13:20.000000Z"
    assert body["feeds"] == [
        {
            "pbx": "main",
            "connected": True,
            "live": True,
            "since": "2026-09-21T14:12:20.000000Z",
            "reason": None,
            "version": "22.5.2",
            "clock_offset_seconds": 0.0,
            "lag_seconds": 0.0015,
            "last_event_at": "2026-09-21T14:13:20.000000Z",
            "blind_since": None,
            "blind_seconds": 5.0,
            "blind_seconds_today": 0.0,
            "missing": [{"what": "read=dialplan", "makes_wrong": "a key exit reads as unknown"}],
        }
    ]


async def test_a_queue_shows_who_waits_who_serves_and_the_promise() -> None:
    enterprise, hotline = await items(Hour(busy_hour()), "/v1/queues")
    assert enterprise["id"] == "Enterprise"
    assert enterprise["promise"] == {"within_seconds": 12.5, "target": 0.9, "strict": True, "definition": "SL-B"}
    assert (enterprise["waiting"], enterprise["longest_wait_seconds"], enterprise["reasons"]) == (1, 3.0, {})
    assert [(one["call"], one["line"], one["waiting_seconds"]) for one in enterprise["callers"]] == [
        ("c2", "12315", 3.0)
    ]
    assert {state for state, count in hotline["agents"].items() if count} == {"talking", "paused"}
    assert len(hotline["agents"]) == 9
    assert (hotline["longest_wait_seconds"], hotline["reasons"]) == (None, {"longest_wait_seconds": "nobody waits"})
    assert hotline["visits"]["answered"] == 1
    assert [(one["agent"], one["paused"], one["pause_reason"]) for one in hotline["members"]] == [
        ("1001", False, None),
        ("1002", True, "1"),
    ]


async def test_who_is_picked_up_waits_no_more_but_is_still_shown_until_connected() -> None:
    feed = Feed()
    feed.apply(sign_in("hotline", 1, "1001"), arrive("c1"), join("c1"), *ring("c1", 1, "1001"))
    ringing = (await items(Hour(feed), "/v1/queues/hotline".replace("/hotline", "?queue=hotline")))[0]
    assert ringing["callers"][0]["ringing"] == ["1001"]
    feed.apply(ev.DialEnded(T0 + 2 * SECOND, "c1", "c1.1", "ANSWER"))
    hour = Hour(feed)
    hour.now = T0 + 5 * SECOND
    picked_up = (await items(hour, "/v1/queues?queue=hotline"))[0]
    assert picked_up["waiting"] == 0
    assert picked_up["callers"][0]["picked_up_at"] == "2026-09-21T14:13:22.000000Z"
    assert picked_up["callers"][0]["waiting_seconds"] == 2.0


async def test_an_agent_shows_state_since_and_what_he_does() -> None:
    talking, paused, away = await items(Hour(busy_hour()), "/v1/agents")
    assert (talking["state"], talking["in_state_seconds"], talking["since_exact"]) == ("talking", 4.0, True)
    assert (talking["seat"], talking["queue"], talking["line"], talking["call"]) == ("01", "hotline", "12345", "c1")
    assert sorted(talking["queues"]) == ["Enterprise", "hotline"]
    assert (paused["state"], paused["detail"], paused["since"]) == ("paused", "1", "2026-09-21T14:12:50.000000Z")
    assert (away["state"], away["since"], away["in_state_seconds"]) == ("offline", None, None)
    assert set(away["reasons"]) == {"since", "in_state_seconds"}


async def test_agents_are_totalled_once_however_many_queues_and_pbxs_know_them() -> None:
    other = Feed("second")
    other.apply(sign_in("hotline", 3, "1003"))
    hour = Hour(busy_hour(), other)
    _, body = await get(hour, "/v1/agents?state=talking&pbx=main")
    assert {state: count for state, count in body["totals"].items() if count} == {
        "talking": 1,
        "paused": 1,
        "available": 1,
    }
    assert [one["number"] for one in body["items"]] == ["1001"]
    _, body = await get(hour, "/v1/seats")
    assert {state: count for state, count in body["totals"].items() if count} == {
        "talking": 1,
        "paused": 1,
        "available": 1,
    }


async def test_durations_run_on_the_clock_of_the_pbx() -> None:
    feed = busy_hour()
    feed.status.clock_offset_us = 2 * SECOND
    assert (await items(Hour(feed), "/v1/agents"))[0]["in_state_seconds"] == 6.0
    feed.status.clock_offset_us = -60 * SECOND
    assert (await items(Hour(feed), "/v1/agents"))[0]["in_state_seconds"] == 0.0


async def test_a_line_shows_settings_live_calls_and_counts() -> None:
    consumer, mayor, unknown = await items(Hour(busy_hour()), "/v1/lines")
    assert (mayor["did"], mayor["name"], mayor["department"]) == ("12345", "市长热线", "市政府办公室")
    assert (mayor["calls_live"], mayor["talking"], mayor["waiting"], mayor["calls"]) == (1, 1, 0, 1)
    assert (mayor["queues"], mayor["promise"], mayor["visits"]["answered"]) == (["hotline"], None, 1)
    assert (consumer["waiting"], consumer["promise"]["within_seconds"]) == (1, 20.0)
    assert consumer["last_call_at"] == "2026-09-21T14:13:15.000000Z"
    assert (unknown["did"], unknown["calls"], unknown["calls_live"]) == ("unknown", 1, 1)


async def test_items_of_a_pbx_that_is_cut_are_shown_as_last_seen() -> None:
    feed = busy_hour()
    feed.status.live = False
    hour = Hour(feed, Feed("second"))
    for name in ("queues", "agents", "seats", "calls"):
        assert {(one["pbx"], one["live"]) for one in await items(hour, f"/v1/{name}")} <= {
            ("main", False),
            ("second", True),
        }
    assert {one["live"] for one in await items(hour, "/v1/lines")} == {False}


async def test_a_line_without_a_call_says_why_it_has_no_last_one() -> None:
    line = (await items(Hour(Feed()), "/v1/lines?line=12345"))[0]
    assert (line["last_call_at"], line["reasons"]) == (None, {"last_call_at": "no call was seen yet"})


async def test_a_caller_is_masked_everywhere() -> None:
    hour = Hour(busy_hour())
    calls = await items(hour, "/v1/calls")
    assert [call["caller"] for call in calls] == ["138****5678", "028****1234", "+86139****5678"]
    async with serving(hour) as server, aiohttp.ClientSession() as client:
        for operation in server.operations:
            async with client.get(server.url + operation.path) as response:
                assert CALLER not in await response.text()


@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        ("", None),
        ("110", "110"),
        ("8001", "8001"),
        ("123456", "1****6"),
        ("2561234", "2****4"),
        ("85551234", "8****4"),
        ("085512345", "0****2345"),
        ("13812345678", "138****5678"),
        ("anonymous", "****"),
        ('"x" <13812345678>', "****"),
        ("１３８１２３４５６７８", "****"),
        ("13812345678\n", "****"),
    ],
)
async def test_masking_shows_no_number_whole_and_no_name(caller: str, shown: str | None) -> None:
    feed = Feed()
    feed.apply(arrive("c1", caller=caller))
    assert (await items(Hour(feed), "/v1/calls"))[0]["caller"] == shown


async def test_the_number_a_seat_dials_is_masked_too() -> None:
    feed = Feed()
    feed.apply(
        sign_in("hotline", 1, "1001"),
        ev.ChannelCreated(T0, "o1", "PJSIP/8001-1", "o1", "agents", CALLER, "8001"),
        ev.ChannelCreated(T0, "o1.t", "PJSIP/trunk-2", "o1", "from-trunk", "", ""),
        ev.DialBegun(T0, "o1", "o1.t", "PJSIP/trunk-2"),
    )
    call = next(call for call in await items(Hour(feed), "/v1/calls") if call["id"] == "o1")
    assert (call["did"], call["caller"]) == ("138****5678", "8001")


async def test_a_number_of_the_site_that_the_settings_forgot_is_shown() -> None:
    feed = Feed()
    feed.apply(arrive("c1", did="08345551234"))
    call = (await items(Hour(feed), "/v1/calls"))[0]
    assert (call["line"], call["did"]) == ("unknown", "08345551234")


async def test_a_call_seen_too_late_says_why_its_age_is_null() -> None:
    feed = busy_hour()
    feed.state.calls["c1"].arrived_at = None
    call = (await items(Hour(feed), "/v1/calls?agent=1001"))[0]
    assert (call["age_seconds"], call["arrived_at"]) == (None, None)
    assert set(call["reasons"]) == {"age_seconds", "arrived_at"}


async def test_a_time_no_calendar_has_is_null_not_an_error() -> None:
    feed = busy_hour()
    feed.status.last_event_at = 10**30
    _, body = await get(Hour(feed), "/v1/queues")
    assert body["feeds"][0]["last_event_at"] is None


async def test_blind_time_of_today_is_cut_at_midnight_of_the_site() -> None:
    midnight = T0 - (22 * 3600 + 13 * 60 + 20) * SECOND
    hour = Hour(Feed(status=Status(live=False, connected=False, blind_since=T0 - 30 * SECOND, reason="refused")))
    hour.tally.offer(BlindTime("main", midnight + 10 * SECOND, midnight - 5 * SECOND, "refused", "none"))
    hour.tally.offer(BlindTime("main", midnight + 600 * SECOND, midnight + 500 * SECOND, "closed", "none"))
    _, body = await get(hour, "/v1/queues")
    assert body["blind_seconds_today"] == 10.0 + 100.0 + 30.0
    assert body["feeds"][0]["blind_seconds"] == 30.0
    hour.now = T0 + 2 * 3600 * SECOND
    _, body = await get(hour, "/v1/queues")
    assert body["blind_seconds_today"] == 13 * 60 + 20, "yesterday's part is not today's"


async def test_what_was_answered_is_counted_per_line_and_queue() -> None:
    feed = Feed()
    feed.apply(sign_in("hotline", 1, "1001"))
    for call in ("a", "b"):
        feed.apply(arrive(call), join(call), *ring(call, 1, "1001"), *answer(call, 1, "1001"))
    hour = Hour(feed)
    assert (await items(hour, "/v1/lines?line=12345"))[0]["visits"]["answered"] == 2
    assert (await items(hour, "/v1/queues?queue=hotline"))[0]["visits"]["answered"] == 2
