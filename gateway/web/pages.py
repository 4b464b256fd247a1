"""How every list of the past is asked for: period, page, filters, JSON or CSV; what it says while the ledger is away.

Law: a page is one short look at the ledger. A table (CSV) is many of them, one after the other, the next only when the
one before is sent; the first is asked for before anything is, so that a refusal is still one.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from aiohttp import web

from gateway.core.access import Principal
from gateway.core.history import Cursor, HistoryAwayError, Page, Wanted
from gateway.web import past_shapes
from gateway.web.access import make_deed
from gateway.web.callers import HEADER, read_reason
from gateway.web.filters import Query, read_query
from gateway.web.periods import FROM, TO, read_period
from gateway.web.problems import RefusalError
from gateway.web.sheets import FORMATS, send_sheet, wants_csv
from gateway.web.sources import House, Past
from gateway.web.spelling import spell_time

T = TypeVar("T")
LIMIT: Final = 100
"""Items of a page where the client names no other number."""
SHEET_PAGE: Final = 100
"""Rows of a table made in one go, which live facts wait for (docs/performance.md)."""
ORDERS: Final = ("oldest", "newest")
PERIOD: Final[Mapping[str, tuple[str, ...]]] = {FROM: (), TO: ()}
ONCE: Final[Mapping[str, tuple[str, ...]]] = {**PERIOD, "order": ORDERS, "format": FORMATS}
EXPORTED: Final = "history.exported"
NO_LEDGER: Final = "This gateway keeps no ledger."
_CURSOR: Final = re.compile(r"(-?\d{1,18})\.(.{1,100})", re.ASCII)
Ask = Callable[[House, Principal, Wanted], Awaitable[Page[T]]]


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One list of the past. `shape` of its items, `filters` with the values each may have."""

    name: str
    shape: Any
    ask: Ask[T]
    filters: Mapping[str, tuple[str, ...]]
    once: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: ONCE)

    async def respond(self, house: House, who: Principal, request: web.Request) -> "past_shapes.Past[T] | web.Response":
        """One page, or all of the period as a table. Raises RefusalError."""
        refuse_reason(request)
        query = read_query(request.query, self.filters, is_paged=True, once=self.once)
        wanted = read_wanted(query, house, who)
        if wants_csv(request, query.once.get("format")):
            house.audit.note(make_deed(request, EXPORTED, self.name, details=spell_asked(request)))
            return await self.send_sheet_of(request, house, who, wanted, query.limit)
        with telling():
            page = await self.ask(house, who, wanted)
        period = {FROM: spell_time(wanted.since), TO: spell_time(wanted.until)}
        after = spell_cursor(page.next)
        return past_shapes.Past(as_of=spell_now(house), period=period, items=list(page.rows), next=after)

    async def send_sheet_of(
        self, request: web.Request, house: House, who: Principal, wanted: Wanted, most: int | None
    ) -> web.Response:
        """All of the period, or the first `most` rows of it. Raises RefusalError."""
        first = replace(wanted, limit=min(SHEET_PAGE, most or SHEET_PAGE))
        with telling():
            page = await self.ask(house, who, first)

        async def go_on() -> AsyncIterator[tuple[T, ...]]:
            nonlocal page
            sent = 0
            while True:
                yield page.rows
                sent += len(page.rows)
                left = SHEET_PAGE if most is None else min(SHEET_PAGE, most - sent)
                if page.next is None or left <= 0:
                    return
                page = await self.ask(house, who, replace(wanted, after=page.next, limit=left))

        return send_sheet(request, self.name, self.shape, go_on())


def refuse_reason(request: web.Request) -> None:
    """Raises RefusalError (400) where a list is asked for numbers in full."""
    if read_reason(request) is not None:
        raise RefusalError(400, "Numbers of the past are shown in full one at a time: ask for the one.", HEADER)


def spell_asked(request: web.Request) -> tuple[str, ...]:
    """The parameters of a query, for the audit log."""
    return tuple(f"{name}={value}" for name, value in request.query.items())


def read_wanted(query: Query, house: House, who: Principal) -> Wanted:
    """What a query asks for, and who may see. Raises RefusalError (400)."""
    period = read_period(query.once, house.zone)
    return Wanted(
        period.since, period.until, query.wanted, who.queues, read_cursor(query.after), query.limit or LIMIT,
        query.once.get("order") == "newest",
    )  # fmt: skip


def read_cursor(text: str | None) -> Cursor | None:
    """The place that `next` of a page names. Raises RefusalError (400)."""
    if text is None:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise RefusalError(400, "Give `next` of the page before, as it was.", "after")
    return Cursor(int(found[1]), found[2])


def spell_cursor(cursor: Cursor | None) -> str | None:
    """The reverse of `read_cursor`."""
    return None if cursor is None else f"{cursor.at}.{cursor.id}"


def spell_now(house: House) -> str:
    """When this is answered."""
    return spell_time(house.clock()) or ""


def past_of(house: House) -> Past:
    """The ledger. Raises RefusalError (503) where there is none."""
    if house.past is None:
        raise RefusalError(503, NO_LEDGER)
    return house.past


@contextmanager
def telling() -> Iterator[None]:
    """A ledger that is away is a 503 that says what to do."""
    try:
        yield
    except HistoryAwayError as error:
        raise RefusalError(503, f"The past cannot be read now: {error}. What is live is not affected.") from None
