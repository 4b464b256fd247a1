"""Every path there is, as a table: the routes of the server and the OpenAPI description are both made from it.

Law: what is not in the table is not served, and what is served is described.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import orjson
from aiohttp import web

from gateway.core.access import Right
from gateway.web.access import Doorkeeper, find_principal, principal_of
from gateway.web.callers import IN_FULL_MAX, account, read_reason
from gateway.web.envelopes import Liveness, Many, One, Readiness, Totalled
from gateway.web.filters import read_query
from gateway.web.health import conceal, judge_readiness, show_liveness
from gateway.web.resources import RESOURCES, Resource
from gateway.web.sources import House

Respond = Callable[[web.Request], Awaitable[web.Response]]
NAME: Final = "name"


class Method(StrEnum):
    """GET changes nothing (and answers HEAD); POST does something."""

    GET = "GET"
    POST = "POST"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `right`: what who asks must have. `answer`: the type of its JSON, None for another
    medium. `filters`: parameter -> allowed values. `body`: the type of a POST's JSON, which `read_body` reads."""

    path: str
    id: str
    right: Right
    summary: str
    respond: Respond
    answer: Any = None
    medium: str = "application/json"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_paged: bool = False
    refusals: tuple[int, ...] = (400,)
    also: Mapping[int, str] = field(default_factory=dict)
    """Further statuses with the same JSON as 200, and what they mean."""
    method: Method = Method.GET
    body: Any = None
    has_callers: bool = False
    """It shows numbers in full to whom they are due (`web/callers.py`)."""
    once: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Parameters that are given once."""
    has_sheet: bool = False
    """It is also had as CSV."""

    def __post_init__(self) -> None:
        """Raises TypeError without a right: what nobody thought of must not be open."""
        if not isinstance(self.right, Right):
            raise TypeError(f"{self.method} {self.path} names no right")


def make_operations(house: House, door: Doorkeeper, describe: Callable[[], bytes]) -> tuple[Operation, ...]:
    """The table. `describe` gives the OpenAPI document, which is made from this table."""
    return (*_make_probes(house, door, describe), *(made for row in RESOURCES for made in _make_pair(house, row)))


def _make_probes(house: House, door: Doorkeeper, describe: Callable[[], bytes]) -> tuple[Operation, ...]:
    async def livez(request: web.Request) -> web.Response:
        _refuse_query(request)
        return send(show_liveness(house))

    async def readyz(request: web.Request) -> web.Response:
        _refuse_query(request)
        status, answer = judge_readiness(house)
        is_stranger = not door.is_local and find_principal(request) is None
        return send(conceal(answer) if is_stranger else answer, status)

    async def metrics(request: web.Request) -> web.Response:
        _refuse_query(request)
        page = await house.meters.page()
        return web.Response(body=page, headers={"Content-Type": house.meters.content_type})

    async def openapi(request: web.Request) -> web.Response:
        _refuse_query(request)
        return web.Response(body=describe(), content_type="application/json")

    why_not = {503: "No PBX is live: nothing shown would be true."}
    return (
        Operation("/livez", "livez", Right.HEALTH, "Whether the process lives.", livez, Liveness),
        Operation(
            "/readyz", "readyz", Right.HEALTH, "Whether what is shown is true, and why not.", readyz, Readiness,
            also=why_not,
        ),
        Operation(
            "/metrics", "metrics", Right.METRICS, "Metrics for Prometheus, at most 1 s old.", metrics,
            medium="text/plain",
        ),
        Operation("/openapi.json", "openapi", Right.LIVE, "This description.", openapi, dict[str, Any]),
    )  # fmt: skip


def _make_pair(house: House, row: Resource[Any]) -> tuple[Operation, Operation]:
    filters = {name: one.allowed for name, one in row.filters.items()}
    only_pbx = {"pbx": filters["pbx"]}

    async def show(request: web.Request) -> web.Response:
        query = read_query(request.query, filters, is_paged=True)
        reason = read_reason(request) if row.reveal else None
        if reason is None:
            return send(row.show(house, principal_of(request), query))
        some = replace(query, limit=min(query.limit or IN_FULL_MAX, IN_FULL_MAX))
        answer = row.show(house, principal_of(request), some)
        answer = replace(answer, items=row.show_in_full(house, answer.items))
        await account(house, request, reason, row.path, [row.name(item) for item in answer.items])
        return send(answer)

    async def show_one(request: web.Request) -> web.Response:
        query = read_query(request.query, only_pbx, is_paged=False)
        reason = read_reason(request) if row.reveal else None
        answer = row.show_one(house, principal_of(request), request.match_info[NAME], query)
        if reason is not None:
            (item,) = row.show_in_full(house, [answer.item])
            answer = replace(answer, item=item)
            await account(house, request, reason, row.path, [row.name(item)])
        return send(answer)

    path, item = f"/v1/{row.path}", row.item
    many = Totalled[item] if row.totals else Many[item]  # type: ignore[valid-type]
    return (
        Operation(
            path, f"list_{row.path}", Right.LIVE, row.summary, show, many, filters=filters, is_paged=True,
            has_callers=row.reveal is not None,
        ),
        Operation(
            f"{path}/{{{NAME}}}", f"get_{row.noun}", Right.LIVE, f"One {row.noun}.", show_one,
            One[item],  # type: ignore[valid-type]
            filters=only_pbx, refusals=(400, 404, 409), has_callers=row.reveal is not None,
        ),
    )  # fmt: skip


def _refuse_query(request: web.Request) -> None:
    read_query(request.query, {}, is_paged=False)


def send(answer: object, status: int = 200) -> web.Response:
    """As JSON."""
    return web.Response(status=status, body=orjson.dumps(answer), content_type="application/json")
