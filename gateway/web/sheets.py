"""Tables as CSV (RFC 4180), for the spreadsheet on somebody's desk.

Law: bounded: rows come a page at a time and are sent before the next is asked for. UTF-8 with a byte order mark, which
Excel needs; a text that a spreadsheet would take for a formula - callers write some of them - gets an apostrophe first.
Columns are the fields of the shape, in its order, and only ever grow at the end.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Iterable
from dataclasses import fields
from io import StringIO
from typing import Any, Final

import structlog
from aiohttp import hdrs, web

from gateway.core.history import HistoryAwayError

log = structlog.get_logger()
MEDIUM: Final = "text/csv"
FORMATS: Final = ("json", "csv")
BOM: Final = "\ufeff"
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
BEING_SENT: Final = web.AppKey("being_sent", set[asyncio.Transport | None])
"""The connections on which tables are under way."""
NOT_SHOWN: Final = frozenset({"reasons"})
"""Why a field is null is for programs; in a table it is empty."""


async def break_off(app: web.Application) -> None:
    """When the server stops: who reads a table slowly must not hold it up. He learns that it is not whole."""
    wires = app[BEING_SENT]
    for wire in tuple(wires):
        if wire is not None:
            wire.abort()


def wants_csv(request: web.Request, asked: str | None) -> bool:
    """`format` decides; without it the client's first choice among its `Accept` headers."""
    if asked is not None:
        return asked == "csv"
    first = request.headers.get(hdrs.ACCEPT, "").partition(",")[0].partition(";")[0]
    return first.strip().lower() == MEDIUM


def columns_of(shape: Any) -> list[str]:
    """The columns of a shape's table."""
    return [item.name for item in fields(shape) if item.name not in NOT_SHOWN]


def send_sheet(request: web.Request, name: str, shape: Any, pages: AsyncIterator[Iterable[object]]) -> web.Response:
    """The table as a file `name`.csv; `pages` are asked for one by one while it is sent."""
    response = web.Response(body=_write(request, name, columns_of(shape), pages))
    response.content_type, response.charset = MEDIUM, "utf-8"
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}.csv"'
    return response


async def _write(
    request: web.Request, name: str, columns: list[str], pages: AsyncIterator[Iterable[object]]
) -> AsyncIterator[bytes]:
    wire = request.transport
    request.app[BEING_SENT].add(wire)
    try:
        yield (BOM + spell_rows([columns])).encode()
        async for page in pages:
            yield spell_rows([spell_cell(getattr(item, column)) for column in columns] for item in page).encode()
    except HistoryAwayError as error:
        # Half of it is sent: to break off is the only way to say that it is not whole.
        log.warning("http.sheet_broken_off", sheet=name, why=str(error))
        raise
    finally:
        request.app[BEING_SENT].discard(wire)


def spell_rows(rows: Iterable[list[str]]) -> str:
    """Lines that end in CR LF, quoted where they must be."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def spell_cell(value: object) -> str:
    """One cell: null is empty, several texts stand beside each other."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(RISKY) else text
