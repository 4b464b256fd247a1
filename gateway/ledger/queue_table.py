"""The SQL of a realtime queue_log table in PostgreSQL: how it is found, looked at and read. It belongs to the PBX.

Law: only reads, in transactions that are declared so, over one connection, each statement within its time. What a row
says, and which rows are new, is the core's business.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, DateTime, Text, bindparam, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeEngine

from gateway.core.log_rows import TableRow, unescape
from gateway.core.log_table import Layout, choose_data, find_layout
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.settings import Settings

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what Asterisk writes names no zone either
MICROSECOND = timedelta(microseconds=1)
MINUTE_US = 60_000_000
DENSE = 0.9
AT_ONCE = 500
"""Rows that are read on the loop; more of them take long enough to be felt."""
STATEMENT_S = 10.0
_FIND = text(
    "SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind IN ('r', 'p') AS has_ctid,"
    " pg_postmaster_start_time() AS started, now() - pg_postmaster_start_time() AS up"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(:name)"
)
_COLUMNS = text(
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
    " WHERE attrelid = :oid AND attnum > 0 AND NOT attisdropped"
)
_HEAD = "callid, queuename, agent, event"


@dataclass(frozen=True, slots=True)
class TableAddress:
    """Where the table is; `name` may have its schema before it, `zone` is the one Asterisk writes times in."""

    database: Address
    name: str
    zone: tzinfo

    @property
    def label(self) -> str:
        """For people: no password in it."""
        return f"{self.database.name} {self.name}"


class Found(NamedTuple):
    """The table as it is: its quoted name, its layout or what is wrong with it; when its server was started, µs of the
    server's clock, and for how long it is up, µs."""

    name: str
    layout: Layout | str
    has_ctid: bool
    server: int
    up_us: int


def find_table_address(settings: Settings, pbx: str) -> TableAddress | None:
    """Where this PBX's table is by the settings; None when it has none."""
    keys = settings.pbx[pbx]
    if keys.queue_log_url is None:
        return None
    url = make_url(keys.queue_log_url)
    if keys.queue_log_password is not None:
        url = url.set(password=keys.queue_log_password.get_secret_value())
    database = Address(url, 1, settings.database.connect_seconds, STATEMENT_S)
    return TableAddress(database, keys.queue_log_table, ZoneInfo(keys.queue_log_time_zone or settings.site.time_zone))


def open_table(address: TableAddress) -> AsyncEngine:
    """One connection at most, and nothing can be written over it; nothing is connected yet."""
    return open_engine(address.database).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def find_table(connection: AsyncConnection, address: TableAddress) -> Found | None:
    """The table, or None when there is none of this name for this user."""
    row = (await connection.execute(_FIND, {"name": address.name})).first()
    if row is None:
        return None
    columns = {str(name): str(kind) for name, kind in await connection.execute(_COLUMNS, {"oid": row.oid})}
    return Found(row.name, find_layout(columns), row.has_ctid, read_utc(row.started), row.up // MICROSECOND)


async def read_rows(
    connection: AsyncConnection, found: Found, layout: Layout, zone: tzinfo, start: int | None, end: int | None,
    limit: int,
) -> list[TableRow]:  # fmt: skip
    """At most `limit` rows with keys from `start` on, and below `end`, in order. Raises what the driver raises."""
    bounds = [f'"{layout.by}" {sign} :{name}' for sign, name, key in ((">=", "start", start), ("<", "end", end))
              if key is not None]  # fmt: skip
    if layout.by == "time":
        # Texts that are no time in this millennium sort behind all that are, and would be read for ever.
        bounds.append('"time" IS NOT NULL' if layout.stamp else "\"time\" < '3'")
    order = ", ctid" if layout.by == "time" and found.has_ctid else ""
    statement = (
        f'SELECT {"id" if layout.by == "id" else "NULL"}, "time", {_HEAD}, {", ".join(layout.data)} FROM {found.name}'  # noqa: S608 - names are the server's own, quoted by it
        f'{" WHERE " + " AND ".join(bounds) if bounds else ""} ORDER BY "{layout.by}"{order} LIMIT :limit'
    )
    keys = {name: key for name, key in (("start", start), ("end", end)) if key is not None}
    kind = _find_kind(layout)
    asked = text(statement).bindparams(*(bindparam(name, spell_key(layout, key), kind) for name, key in keys.items()))
    found_rows = (await connection.execute(asked, {"limit": limit})).all()
    if len(found_rows) <= AT_ONCE:
        return make_rows(found_rows, layout, zone)
    return await asyncio.to_thread(make_rows, found_rows, layout, zone)


async def count_rows(connection: AsyncConnection, found: Found, layout: Layout, start: int, end: int) -> int:
    """How many rows have keys from `start` on and below `end`."""
    kind = _find_kind(layout)
    bounds = [bindparam(name, spell_key(layout, key), kind) for name, key in (("start", start), ("end", end))]
    by = f'"{layout.by}"'
    asked = text(f"SELECT count(*) FROM {found.name} WHERE {by} >= :start AND {by} < :end").bindparams(*bounds)  # noqa: S608 - as above
    return int(await connection.scalar(asked) or 0)


def _find_kind(layout: Layout) -> TypeEngine[Any]:
    """The type of keys as the database has it: another one, and it would not use its index."""
    if layout.by == "id":
        return BigInteger()
    return DateTime(timezone=layout.zoned) if layout.stamp else Text()


async def find_dense(connection: AsyncConnection, found: Found) -> bool:
    """Whether ids follow each other, as far as the newest rows show: then one that is not there is missing."""
    newest = f"SELECT id FROM {found.name} ORDER BY id DESC LIMIT 1000"  # noqa: S608 - as above
    asked = text(f"SELECT count(*), max(id) - min(id) + 1 FROM ({newest}) newest")  # noqa: S608
    count, span = (await connection.execute(asked)).one()
    return span is None or count >= DENSE * span


async def find_last(connection: AsyncConnection, found: Found, layout: Layout) -> int | None:
    """The greatest id; None for an empty table."""
    value = await connection.scalar(text(f'SELECT max("{layout.by}") FROM {found.name}'))  # noqa: S608 - as above
    return value if value is None or layout.by == "id" else read_time(value, UTC)[0]


# --- one row ----------------------------------------------------------------------------------------------------------


def make_rows(found: Sequence[Any], layout: Layout, zone: tzinfo) -> list[TableRow]:
    """Rows as the core takes them; one whose time is none stands where it was found."""
    rows: list[TableRow] = []
    for number, value, *rest in found:
        naive, times = read_time(value, zone)
        texts = [unescape(part or "") for part in rest]
        last = rows[-1].key if rows else 0
        key = number if layout.by == "id" else last if naive is None else naive
        callid, queue, agent, verb = texts[:4]
        rows.append(
            TableRow(key, times, number, str(value), callid, queue, agent, verb, choose_data(texts[4:], layout.data))
        )
    return rows


def read_time(value: Any, zone: tzinfo) -> tuple[int | None, tuple[int, ...]]:
    """A time as written, as if it were UTC, and the UTC times it can mean in `zone`, in µs."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return read_utc(at), (read_utc(at),)
        naive = (at - EPOCH) // MICROSECOND
        return naive, tuple(naive - offset for offset in find_offsets(zone, naive // MINUTE_US))
    except (ValueError, TypeError, OverflowError):
        return None, ()


@lru_cache(8_192)
def find_offsets(zone: tzinfo, minute: int) -> tuple[int, ...]:
    """What the zone is ahead of UTC in this minute of its clocks, µs: once, or twice where they are set back."""
    at = EPOCH + minute * MINUTE_US * MICROSECOND
    offsets = {at.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1)}
    return tuple(offset // MICROSECOND for offset in sorted(offsets, reverse=True))


def read_utc(at: datetime) -> int:
    """UTC µs of a time with a zone."""
    return (at.astimezone(UTC).replace(tzinfo=None) - EPOCH) // MICROSECOND


def spell_key(layout: Layout, key: int) -> Any:
    """A key as the database compares it."""
    if layout.by == "id":
        return key
    at = EPOCH + key * MICROSECOND
    if layout.stamp:
        return at.replace(tzinfo=UTC) if layout.zoned else at
    return at.isoformat(" ", "microseconds")


def write_locally(at: int, layout: Layout, zone: tzinfo) -> int:
    """What Asterisk would write at `at` (UTC µs), as a key of this table."""
    if layout.zoned:
        return at
    there = (datetime.fromtimestamp(0, UTC) + at * MICROSECOND).astimezone(zone)
    return (there.replace(tzinfo=None) - EPOCH) // MICROSECOND
