"""How fast rows go in, for people to look at: `python -m tests.ledger.speed [ROWS]`. No gate; the writer will have one.

Upserts on the primary key, as the writer's will be, in batches of 500, one transaction each: first all rows new, then
all of them again, changed.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.ids import derive_id
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.migrate import upgrade
from gateway.ledger.tables import visits
from tests.ledger.cluster import open_server
from tests.ledger.conftest import sqlite as at_file
from tests.ledger.rows import T0, make_rows

BATCH = 500


def main() -> None:
    """Both databases."""
    rows = list(make_visits(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        report("SQLite", at_file(Path(name) / "ledger.sqlite"), rows)
    with open_server(quick=False) as server:
        report("PostgreSQL", Address(server.create()), rows)


def report(name: str, address: Address, rows: list[dict[str, Any]]) -> None:
    new, again = asyncio.run(measure(address, rows))
    print(f"{name}: {len(rows)} visits: {len(rows) / new:,.0f} new rows/s, {len(rows) / again:,.0f} changed rows/s")


def make_visits(number: int) -> Iterator[dict[str, Any]]:
    """Ids are spread as hashes are, times grow."""
    (row,) = make_rows(visits, 1)
    for index in range(number):
        at = T0 + index * 1_000_000
        yield row | {"id": derive_id("visit", index), "callid": f"179{index}.1", "joined_at": at, "left_at": at + 9}


async def measure(address: Address, rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Seconds for all rows, new and again."""
    await upgrade(address)
    engine = open_engine(address)
    try:
        return await write(engine, rows), await write(engine, [row | {"revision": 1} for row in rows])
    finally:
        await engine.dispose()


async def write(engine: AsyncEngine, rows: list[dict[str, Any]]) -> float:
    dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(visits)
    changed = {column.name: statement.excluded[column.name] for column in visits.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
    start = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        async with engine.begin() as connection:
            await connection.execute(statement, rows[first : first + BATCH])
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
