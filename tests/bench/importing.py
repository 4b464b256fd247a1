"""`hotline import` against a bare executemany of the same visits' rows, with the same upsert, batch for batch, in one
run on one machine. Import also reads, checks, reconciles, and writes calls and offers; the bare one has its rows ready.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.commands.importing import fill
from gateway.commands.reading import Told, Work, read_batches, read_files
from gateway.core.first_rows import FirstRows, make_first_rows
from gateway.ledger.address import Address
from gateway.ledger.contacts import CALLS, OFFERS, spell_row
from gateway.ledger.engine import reading
from gateway.ledger.intake import Intake
from gateway.ledger.rows import make_upsert
from gateway.ledger.tables import calls, offers, visits
from gateway.ledger.visits import spell_visit
from tests.bench.history import SITE, write_history
from tests.ledger.writing import opened

PBX = "pbx1"
WRITTEN = {"gateway": "bench", "written_at": 1}
Rows = list[tuple[Table, list[dict[str, Any]]]]


class Speed(NamedTuple):
    """Seconds for so many visits: the import as a whole, visits' rows alone by executemany, and all rows so."""

    visits: int
    whole: float
    bare: float
    bare_all: float

    @property
    def ratio(self) -> float:
        """The import's visits per second, to those of a bare executemany of visits alone."""
        return self.bare / self.whole

    @property
    def ratio_of_rows(self) -> float:
        """The same, to an executemany of all the rows that the import writes."""
        return self.bare_all / self.whole

    def __str__(self) -> str:
        return f"{self.ratio:.2f} ({self.visits / self.whole:,.0f} against {self.visits / self.bare:,.0f} visits/s)"


async def measure_import(bare_address: Address, address: Address, folder: Path, number: int) -> Speed:
    """Into two databases with the schema and nothing else."""
    log = folder / "queue_log"
    write_history(log, number)
    work = Work(PBX, SITE, "bench", None, [log])
    async with opened(bare_address) as engine:
        bare = bare_all = 0.0
        for said in read_batches(work):
            seconds = [await write_bare(engine, table, rows) for table, rows in spell_batch(said)]
            bare, bare_all = bare + seconds[0], bare_all + sum(seconds)
        assert await count_visits(engine) == number
    async with opened(address) as engine:
        intake, began = Intake(engine, PBX, SITE, "bench"), time.perf_counter()
        await fill(intake, read_files(work), address)
        whole = time.perf_counter() - began
        assert intake.tally.new == await count_visits(engine) == number
    log.unlink()
    return Speed(number, whole, bare, bare_all)


def spell_batch(said: Told) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """The rows of a batch as SQLAlchemy takes them, visits first."""
    first, again = (make_first_rows(PBX, SITE, pieces) for pieces in (said.batch.fresh(), said.batch.known))
    yield visits, [spell_visit(row) | WRITTEN for row in merge(first, again, "visits")]
    yield calls, [spell_row(CALLS, row) | WRITTEN for row in merge(first, again, "calls")]
    yield offers, [spell_row(OFFERS, row) | WRITTEN for row in merge(first, again, "offers")]


def merge(first: FirstRows, again: FirstRows, name: str) -> list[Any]:
    return [*getattr(first, name), *getattr(again, name)]


async def write_bare(engine: AsyncEngine, table: Table, rows: list[dict[str, Any]]) -> float:
    """One transaction; seconds."""
    if not rows:
        return 0.0
    statement = make_upsert(table, tuple(rows[0]), engine.dialect.name)
    began = time.perf_counter()
    async with engine.begin() as connection:
        await connection.execute(statement, rows)
    return time.perf_counter() - began


async def count_visits(engine: AsyncEngine) -> int:
    async with reading(engine) as connection:
        return int((await connection.execute(select(func.count()).select_from(visits))).scalar_one())
