"""`/v1/audit`: who did what, newest first, for those who check it.

Law: only reads. What a row says is what was hashed; whether the chain holds is asked of `hotline audit verify`, which
also knows the heads that are kept outside the database.
"""

import re
from datetime import tzinfo
from typing import Final

import orjson
from aiohttp import web

from gateway.core.access import Right
from gateway.core.audit import Asked, AuditRow, read_details
from gateway.web.envelopes import Trail
from gateway.web.filters import LIMIT_MAX, Query, read_query
from gateway.web.operations import Operation
from gateway.web.pages import PERIOD
from gateway.web.periods import read_period
from gateway.web.problems import RefusalError
from gateway.web.shapes import AuditEntry
from gateway.web.sources import House
from gateway.web.spelling import spell_time

FILTERS: Final[dict[str, tuple[str, ...]]] = {"actor": (), "action": (), "object": ()}
PAGE: Final = 100
_CURSOR: Final = re.compile(r"(\d{1,18})\.(\d{1,18})\.(.{1,100})", re.ASCII)


def make_audit(house: House) -> tuple[Operation, ...]:
    """The operation."""

    async def show(request: web.Request) -> web.Response:
        query = read_query(request.query, FILTERS, is_paged=True, once=PERIOD)
        limit = min(query.limit or PAGE, LIMIT_MAX)
        rows = await house.audit.read(_read_asked(query, house.zone), limit + 1)
        following = _spell_cursor(rows[limit - 1]) if len(rows) > limit else None
        answer = Trail(spell_time(house.clock()) or "", [_show(row) for row in rows[:limit]], following)
        return web.Response(body=orjson.dumps(answer), content_type="application/json")

    about = "The audit log of all gateways, newest first: a chain for each, numbered without a hole."
    return (
        Operation(
            "/v1/audit", "list_audit", Right.AUDIT, about, show, Trail, filters=FILTERS, is_paged=True,
            once=PERIOD, refusals=(400, 503),
        ),
    )  # fmt: skip


def _read_asked(query: Query, zone: tzinfo) -> Asked:
    period = read_period(query.once, zone)
    wanted = {name: query.wanted.get(name, frozenset()) for name in FILTERS}
    before = None
    if query.after is not None:
        found = _CURSOR.fullmatch(query.after)
        if found is None:
            raise RefusalError(400, "Give `next` of the page before, as it was.", "after")
        before = int(found[1]), found[3], int(found[2])
    return Asked(period.since, period.until, wanted["actor"], wanted["action"], wanted["object"], before)


def _spell_cursor(row: AuditRow) -> str:
    return f"{row.at}.{row.number}.{row.gateway}"


def _show(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        row.gateway, row.number, spell_time(row.at), row.actor, row.role, row.address, row.action, row.object,
        row.result, row.reason, list(read_details(row.body)), row.previous_hash.hex(), row.hash.hex(),
    )  # fmt: skip
