"""Filters, pages and names in the path. Law: what is asked for wrongly is refused by name, never half answered."""

import pytest

from gateway.core.site import Site
from tests.shells.house import SITE, Feed, Hour, arrive, busy_hour, get, items, join


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1/calls?queue=hotline", ["c1"]),
        ("/v1/calls?state=waiting", ["c2"]),
        ("/v1/calls?state=waiting&state=talking", ["c1", "c2"]),
        ("/v1/calls?line=unknown", ["c3"]),
        ("/v1/calls?line=12345&state=waiting", []),
        ("/v1/calls?pbx=elsewhere", []),
        ("/v1/calls?direction=inbound&agent=1001", ["c1"]),
    ],
)
async def test_filters_narrow_and_repeats_widen(path: str, found: list[str]) -> None:
    assert [call["id"] for call in await items(Hour(busy_hour()), path)] == found


async def test_pages_cover_everything_once() -> None:
    hour = Hour(busy_hour(), Feed("second"))
    seen: list[tuple[str, str]] = []
    path = "/v1/agents?limit=2"
    while path:
        _, body = await get(hour, path)
        seen += [(one["number"], one["pbx"]) for one in body["items"]]
        path = f"/v1/agents?limit=2&after={body['next']}" if body["next"] else ""
    assert seen == [(number, pbx) for number in ("1001", "1002", "1003") for pbx in ("main", "second")]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/queues?quee=hotline", "quee"),
        ("/v1/agents?state=asleep", "state"),
        ("/v1/agents?queue=", "queue"),
        ("/v1/agents?limit=0", "limit"),
        ("/v1/agents?limit=+5", "limit"),
        ("/v1/agents?limit=5&limit=6", "limit"),
        ("/v1/agents?limit=%D9%A3", "limit"),
        (f"/v1/agents?after={'x' * 300}", "after"),
        ("/v1/queues/hotline?limit=1", "limit"),
        ("/livez?verbose=1", "verbose"),
        ("/metrics?name[]=up", "name[]"),
    ],
)
async def test_a_wrong_parameter_is_refused_by_name(path: str, parameter: str) -> None:
    status, body = await get(Hour(busy_hour()), path)
    assert (status, body["status"], body["parameter"]) == (400, 400, parameter)


@pytest.mark.parametrize(
    ("path", "key", "name"),
    [
        ("/v1/queues/hotline", "id", "hotline"),
        ("/v1/agents/1002", "number", "1002"),
        ("/v1/seats/01", "id", "01"),
        ("/v1/lines/unknown", "did", "unknown"),
        ("/v1/calls/c2", "id", "c2"),
    ],
)
async def test_every_item_has_a_path_of_its_own(path: str, key: str, name: str) -> None:
    hour = Hour(busy_hour())
    status, body = await get(hour, path)
    assert (status, body["item"][key]) == (200, name)
    status, body = await get(hour, path + "x")
    assert (status, body["title"]) == (404, "Not Found")


async def test_queue_ids_with_a_slash_have_a_path_and_do_not_mix() -> None:
    ids = ("main/hotline", "second/hotline")
    feeds = [Feed(one.split("/")[0], Site(queues=SITE.queues, queue_ids=(("hotline", one),))) for one in ids]
    for feed, calls in zip(feeds, (("a",), ("a", "b")), strict=True):
        for call in calls:
            feed.apply(arrive(call), join(call))
    hour = Hour(*feeds)
    for path, waiting in (("main/hotline", 1), ("second%2Fhotline", 2)):
        status, body = await get(hour, f"/v1/queues/{path}")
        assert (status, body["item"]["waiting"]) == (200, waiting)


async def test_a_name_on_two_pbxs_asks_for_the_pbx() -> None:
    hour = Hour(busy_hour(), Feed("second"))
    status, body = await get(hour, "/v1/agents/1001")
    assert (status, body["parameter"]) == (409, "pbx")
    status, body = await get(hour, "/v1/agents/1001?pbx=second")
    assert (status, body["item"]["state"]) == (200, "offline")
