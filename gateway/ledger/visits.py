"""Visits in the ledger: rows of calls read, changed rows written. What a row says is `core/reconcile.py`'s business.

Law: no decision here. Read, change and write stand in one transaction, and who writes has taken the lock of its PBX
(`lock_pbx`): two writers of the same call would each make a row of it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zlib import crc32

from sqlalchemy import delete, false, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.history import place_visit
from gateway.core.ids import derive_id
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.reconcile import VisitRow
from gateway.core.site import SECOND
from gateway.core.words import EndedBy, VisitOutcome
from gateway.ledger.rows import make_upsert, read_evidence, read_words, spell_evidence
from gateway.ledger.tables import visits

CALLS_MAX = 500
"""Callids asked for in one statement, each twice: SQLite takes 32,766 values in one, PostgreSQL 65,535."""
LOOK_BACK_US = 86_400 * SECOND
"""A visit whose record has not come within a day of reading is flagged already."""
_NAMES = VisitRow._fields
WORDS = {"outcome": VisitOutcome, "ended_by": EndedBy}
_LOCK = 0x686F746C
"""First half of the advisory lock's key: `hotl`; the second is the PBX."""


async def lock_pbx(connection: AsyncConnection, pbx: str) -> None:
    """Be the only writer of this PBX's calls until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        keys = {"space": _LOCK, "pbx": crc32(pbx.encode()) - 2**31}
        await connection.execute(text("SELECT pg_advisory_xact_lock(:space, :pbx)"), keys)


async def load_visits(connection: AsyncConnection, pbx: str, callids: Collection[str]) -> list[VisitRow]:
    """All rows of these calls, by the callid they have or entered with."""
    asked = sorted(callids)
    found: dict[str, VisitRow] = {}
    for start in range(0, len(asked), CALLS_MAX):
        some = asked[start : start + CALLS_MAX]
        wanted = select(*[visits.c[name] for name in _NAMES]).where(
            visits.c.pbx == pbx, or_(visits.c.callid.in_(some), visits.c.entered_as.in_(some))
        )
        found |= {row["id"]: read_visit(dict(row)) for row in (await connection.execute(wanted)).mappings()}
    return list(found.values())


async def save_visits(connection: AsyncConnection, rows: Iterable[VisitRow], gateway: str, now: int) -> None:
    """Write rows, new or changed; twice is as good as once."""
    values = [spell_visit(row) | {"gateway": gateway, "written_at": now} for row in rows]
    if values:
        await connection.execute(make_upsert(visits, tuple(values[0]), connection.dialect.name), values)


async def flag_unlogged(connection: AsyncConnection, pbx: str, passed: int) -> None:
    """Flag visits that the feed alone tells of though queue_log is read beyond their end: `passed`, UTC µs.

    Asterisk loses records at times (asterisk-facts 3.1), and has none of a refusal.
    """
    ended = func.coalesce(visits.c.ended_at, visits.c.left_at)
    lacking = (
        visits.c.pbx == pbx, visits.c.listed_at >= passed - LOOK_BACK_US, visits.c.listed_at < passed,
        visits.c.source == "live", visits.c.outcome.is_not(None), visits.c.outcome != VisitOutcome.REFUSED.value,
        ended < passed, visits.c.log_lacks_it == false(),
    )  # fmt: skip
    await connection.execute(update(visits).where(*lacking).values(log_lacks_it=True))


async def drop_visits(connection: AsyncConnection, ids: Collection[str]) -> None:
    """Delete rows that turned out to be another one's."""
    if ids:
        await connection.execute(delete(visits).where(visits.c.id.in_(ids)))


def spell_visit(row: VisitRow) -> dict[str, Any]:
    """Its columns, but by whom and when they were written."""
    said: dict[str, Any] = dict(zip(row._fields, row, strict=True))
    said["live"], said["log"] = spell_evidence(row.live), spell_evidence(row.log)
    said["call"] = derive_id(row.pbx, "call", row.callid)
    said["entered_as"] = (row.live.entered_as if row.live else None) or (row.log.entered_as if row.log else None)
    said["log_lacks_it"] = False
    said["listed_at"] = place_visit(row)
    return said


def read_visit(row: Mapping[str, Any]) -> VisitRow:
    """A visit as the columns of `VisitRow` have it."""
    said = read_words(dict(row), WORDS)
    said["live"] = read_evidence(LiveVisit, said["live"], WORDS)
    said["log"] = read_evidence(LogVisit, said["log"], WORDS)
    return VisitRow(**said)
