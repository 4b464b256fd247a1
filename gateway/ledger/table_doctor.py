"""One look at a realtime queue_log table for `hotline doctor`: what cannot be read, and what is not as it should be."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.log_rows import find_shift
from gateway.core.log_table import ID, RECOVERED, REMEDY, Layout, TableFinding, TableSeen, examine_table
from gateway.ledger.queue_table import Found, TableAddress, find_last, find_table, open_table, read_rows
from gateway.ledger.table_troubles import judge_error, judge_found

NEWEST = 500
NEWEST_US = 86_400_000_000
LOOK_S = 15.0
_RIGHTS = text(
    "SELECT bool_or(has_table_privilege(to_regclass(:name)::oid, what))"
    " FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS what"
)
_KEYED = text(
    "SELECT count(*) > 0 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
    " WHERE i.indrelid = to_regclass(:name) AND a.attname = :by AND i.indisvalid"
)


async def examine(address: TableAddress) -> list[TableFinding]:
    """All findings. Never raises but for cancellation."""
    engine = open_table(address)
    try:
        async with asyncio.timeout(LOOK_S), engine.connect() as connection:
            found, layout = judge_found(await find_table(connection, address), address)
            return examine_table(await _look(connection, address, found, layout))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is found
        said = judge_error(error)
        return [TableFinding(f"table_{said.state}", "wrong", f"queue_log: {said.why}", RECOVERED, REMEDY[said.state])]
    finally:
        await engine.dispose()


async def _look(connection: AsyncConnection, address: TableAddress, found: Found, layout: Layout) -> TableSeen:
    name = {"name": found.name}
    last = await find_last(connection, found, layout)
    start = None if last is None else last - (NEWEST if layout.by == ID else NEWEST_US)
    rows = await read_rows(connection, found, layout, address.zone, start, None, NEWEST + 1)
    return TableSeen(
        layout,
        bool(await connection.scalar(_KEYED, name | {"by": layout.by})),
        bool(await connection.scalar(_RIGHTS, name)),
        find_shift(rows),
        has_summer_time(address.zone, datetime.now(UTC).year),
    )


def has_summer_time(zone: tzinfo, year: int) -> bool:
    """Whether the zone's clocks are turned in this year."""
    days = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(365))
    return len({day.astimezone(zone).utcoffset() for day in days}) > 1
