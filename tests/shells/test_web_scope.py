"""A token that is limited to some queues. Law: what is in no queue of its scope is not listed, counted or found."""

from typing import Any

import aiohttp
import pytest

from gateway.core.access import Principal, Role, TokenKind, make_scope
from gateway.core.site import Site
from gateway.web.access import Access
from tests.shells.house import SITE, Feed, Hour, answer, arrive, busy_hour, join, ring, serving, sign_in

NAMES = {"queues": "id", "agents": "number", "seats": "id", "lines": "did", "calls": "id"}


class Book:
    """Tokens known by their text."""

    trouble: str | None = None

    def __init__(self, **known: Principal) -> None:
        self.known = known

    async def find(self, token: str) -> Principal | None:
        return self.known.get(token)


def limited(*queues: str, role: Role = Role.SUPERVISOR, kind: TokenKind = TokenKind.API) -> Principal:
    return Principal("x", role, make_scope(list(queues)), "id", kind)


async def ask(hour: Hour, principal: Principal, *paths: str, host: str = "127.0.0.1") -> list[tuple[int, Any]]:
    book, found = Book(t0ken=principal), []
    headers = {"Authorization": "Bearer t0ken"}
    async with (
        serving(hour, host, Access(tokens=book)) as server,
        aiohttp.ClientSession(headers=headers) as client,
    ):
        for path in paths:
            async with client.get(server.url + path) as response:
                is_json = response.content_type.endswith("json")
                found.append(
                    (response.status, await (response.json(content_type=None) if is_json else response.text()))
                )
    return found


async def names(hour: Hour, principal: Principal) -> dict[str, list[str]]:
    """What is listed of each kind."""
    answers = await ask(hour, principal, *(f"/v1/{kind}" for kind in NAMES))
    return {
        kind: [item[NAMES[kind]] for item in body["items"]]
        for kind, (_, body) in zip(NAMES, answers, strict=True)
    }  # fmt: skip


async def test_only_what_is_in_the_scope_is_listed() -> None:
    hour = Hour(busy_hour())
    assert await names(hour, limited("enterprise")) == {
        "queues": ["Enterprise"],
        "agents": ["1001"],
        "seats": ["01", "03"],
        "lines": ["12315"],
        "calls": ["c2"],
    }
    assert await names(hour, limited("hotline")) == {
        "queues": ["hotline"],
        "agents": ["1001", "1002"],
        "seats": ["01", "02", "03"],
        "lines": ["12345"],
        "calls": ["c1"],
    }
    nothing = await names(hour, limited())
    assert nothing == {"queues": [], "agents": [], "seats": ["03"], "lines": [], "calls": []}
    everything = await names(hour, Principal("x", Role.VIEWER))
    assert everything["calls"] == ["c1", "c2", "c3"]
    assert everything["lines"][-1] == "unknown"


async def test_totals_are_over_what_is_seen() -> None:
    answers = await ask(Hour(busy_hour()), limited("enterprise"), "/v1/agents", "/v1/seats")
    agents, seats = ({state: count for state, count in body["totals"].items() if count} for _, body in answers)
    assert agents == {"talking": 1}
    assert seats == {"talking": 1, "empty": 1}


async def test_an_agent_is_seen_without_what_he_does_for_others() -> None:
    (_, body), *_ = await ask(Hour(busy_hour()), limited("enterprise"), "/v1/agents/1001")
    agent = body["item"]
    assert (agent["state"], agent["queues"], agent["in_state_seconds"]) == ("talking", ["Enterprise"], 4.0)
    for name in ("queue", "line", "visit", "call", "calls_answered"):
        assert (agent[name], "token" in agent["reasons"][name]) == (None, True)
    (_, body), *_ = await ask(Hour(busy_hour()), limited("hotline"), "/v1/agents/1001")
    assert (body["item"]["call"], body["item"]["calls_answered"]) == ("c1", None)


@pytest.mark.parametrize(
    "path",
    ["/v1/queues/hotline", "/v1/agents/1002", "/v1/seats/02", "/v1/lines/12345", "/v1/lines/unknown", "/v1/calls/c1"],
)
async def test_what_is_outside_is_not_found_by_its_name_or_a_filter(path: str) -> None:
    (found, _), (unknown, _) = await ask(Hour(busy_hour()), limited("enterprise"), f"/v1/{path}", f"/v1/{path}x")
    assert (found, unknown) == (404, 404)


async def test_a_call_that_went_on_to_another_queue_is_seen_by_both() -> None:
    """On the line of one queue, waiting in another: both have to do with it."""
    feed = Feed()
    feed.apply(sign_in("enterprise", 1, "1001"), arrive("c1"), join("c1", "Enterprise"))
    for queue in ("hotline", "enterprise"):
        assert (await names(Hour(feed), limited(queue)))["calls"] == ["c1"]
    assert (await names(Hour(feed), limited("yi")))["calls"] == []


async def test_a_line_counts_only_the_pbxs_whose_queue_is_seen() -> None:
    feeds = []
    for pbx, calls in (("main", 1), ("second", 2)):
        site = Site(SITE.lines, SITE.queues, queue_ids=(("hotline", f"{pbx}/hotline"),))
        feed = Feed(pbx, site)
        for number in range(calls):
            name = f"{pbx}{number}"
            feed.apply(sign_in("hotline", 1, "1001"), arrive(name), join(name))
            feed.apply(*ring(name, 1, "1001"), *answer(name, 1, "1001"))
        feeds.append(feed)
    hour = Hour(*feeds)
    for queues, shown in ((("second/hotline",), 2), (("main/hotline", "second/hotline"), 3)):
        (_, body), *_ = await ask(hour, limited(*queues), "/v1/lines/12345")
        line = body["item"]
        assert (line["calls"], line["calls_live"], line["visits"]["answered"]) == (shown, shown, shown)
        assert line["queues"] == list(queues)


@pytest.mark.parametrize(
    ("principal", "path", "status"),
    [
        (limited("hotline"), "/v1/queues", 200),
        (limited("hotline"), "/metrics", 403),
        (limited("hotline", kind=TokenKind.KIOSK), "/v1/agents", 200),
        (Principal("x", Role.ADMIN, kind=TokenKind.KIOSK), "/metrics", 403),
        (Principal("x", Role.VIEWER), "/metrics", 200),
        (Principal("x", Role.VIEWER), "/nothing", 404),
    ],
)
async def test_a_right_that_is_missing_is_403_with_its_reason(principal: Principal, path: str, status: int) -> None:
    ((got, body),) = await ask(Hour(busy_hour()), principal, path, host="0.0.0.0")
    assert got == status
    assert status != 403 or "`metrics`" in body["detail"]
