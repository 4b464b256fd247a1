"""What has been kept as long as it may be goes: callers' numbers from their calls, later the facts themselves.

Law: rows are looked for without a lock and removed in small transactions with a pause after each, so that the writer
never waits for long. A number that went leaves the time when it did, and does not come back by replay or import. The
audit log is not touched: it stays as long as the ledger.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Column, ColumnElement, Table, delete, or_, select, tuple_, update

from gateway.core.audit import Deed, NotAuditedError
from gateway.core.retention import Due, Limits, find_due
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.ledger import Ledger
from gateway.ledger.tables import agent_spells, callbacks, calls, gaps, offers, surveys, visits
from gateway.ledger.troubles import LedgerError

log = structlog.get_logger()

PAGE = 2_000
"""Rows looked at in one question."""
BATCH = 200
"""Rows changed in one transaction."""
PAUSE_S = 0.02
DAY_S = 86_400.0
AGAIN_S = 60.0
FACTS: tuple[tuple[Table, Column[Any]], ...] = (
    (visits, visits.c.listed_at), (offers, offers.c.made_at), (surveys, surveys.c.ended_at),
    (agent_spells, agent_spells.c.started_at), (gaps, gaps.c.started_at), (callbacks, callbacks.c.opened_at),
    (calls, calls.c.listed_at),
)  # fmt: skip
"""Tables and the time that places their rows, calls last: what refers to them goes before. An offer without a time is
found by no report; it goes with its visit's call."""
NUMBERED = or_(calls.c.caller_sealed.is_not(None), calls.c.caller_hash.is_not(None))


class Removed(NamedTuple):
    """How many numbers went, and how many rows of each table."""

    numbers: int
    facts: dict[str, int]

    @property
    def is_nothing(self) -> bool:
        return not self.numbers and not any(self.facts.values())


async def remove_due(ledger: Ledger, due: Due, now: int) -> Removed:
    """Remove what is due; again removes nothing. Raises LedgerError."""
    erase = update(calls).values(caller_sealed=None, caller_hash=None, caller_key=None, caller_erased_at=now)
    numbers = 0
    async for ids in _find(ledger, calls, calls.c.listed_at, due.numbers_before, NUMBERED):
        async with ledger.writing() as connection:
            numbers += (await connection.execute(erase.where(calls.c.id.in_(ids), NUMBERED))).rowcount
    facts = {}
    for table, placed_at in FACTS:
        facts[table.name] = 0
        async for ids in _find(ledger, table, placed_at, due.facts_before):
            async with ledger.writing() as connection:
                done = await connection.execute(delete(table).where(table.c.id.in_(ids), placed_at < due.facts_before))
            facts[table.name] += done.rowcount
    return Removed(numbers, facts)


async def _find(
    ledger: Ledger, table: Table, placed_at: Column[Any], before: int, wanted: ColumnElement[bool] | None = None
) -> AsyncIterator[list[str]]:
    """Ids of rows placed before a time, some at once, oldest first."""
    last: tuple[int, str] | None = None
    while True:
        asked = select(placed_at, table.c.id, *([wanted] if wanted is not None else []))
        asked = asked.where(placed_at < before).order_by(placed_at, table.c.id).limit(PAGE)
        if last is not None:
            asked = asked.where(tuple_(placed_at, table.c.id) > tuple_(*last))
        async with ledger.reading() as connection:
            page = (await connection.execute(asked)).all()
        ids = [row[1] for row in page if all(row[2:])]
        for start in range(0, len(ids), BATCH):
            yield ids[start : start + BATCH]
            await asyncio.sleep(PAUSE_S)
        if len(page) < PAGE:
            return
        last = page[-1][0], page[-1][1]


@dataclass(slots=True)
class Retention:
    """Once a day, and by `hotline db retain`; what went is recorded in the audit log."""

    ledger: Ledger
    audit: AuditBook
    limits: Callable[[], Limits]
    wall: Callable[[], int]

    async def run(self) -> None:
        """Until cancelled: at the start, then daily."""
        while True:
            try:
                await self.enforce("gateway")
            except (LedgerError, NotAuditedError) as error:
                log.warning("retention.waits", why=str(error))
                await asyncio.sleep(AGAIN_S)
            else:
                await asyncio.sleep(DAY_S)

    async def enforce(self, actor: str) -> tuple[Due, Removed]:
        """Remove what is due and record it. Raises LedgerError; NotAuditedError when it went and is only noted."""
        now = self.wall()
        due = find_due(self.limits(), now)
        removed = await remove_due(self.ledger, due, now)
        if not removed.is_nothing:
            details = tuple(f"{name}={count}" for name, count in removed.facts.items() if count)
            terms = f"numbers before {due.numbers_before} us, facts before {due.facts_before} us"
            deed = Deed(actor, "retention.removed", reason=terms, details=(f"numbers={removed.numbers}", *details))
            try:
                await self.audit.write(deed)
            except NotAuditedError:
                self.audit.note(deed)  # it went; the row comes when the ledger is back
                raise
            log.info("retention.removed", numbers=removed.numbers, **removed.facts)
        return due, removed
