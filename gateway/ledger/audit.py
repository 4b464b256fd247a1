"""The audit log in the ledger: rows appended to this gateway's chain, read for people and for the verifier.

Law: a row is written in the transaction of the deed it tells of, or in one of its own before the deed is answered.
Who appends has taken the lock of the chain, so that two at once - the service and a command - make two rows, one after
the other. Rows are never changed; the database refuses it too (`tables/guards.py`).
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.audit import HEAD_OF_NOTHING, Asked, AuditRow, Deed, make_row
from gateway.ledger.tables import audit_log

_LOCK = 0x61756474
"""First half of the advisory lock's key: `audt`; the second is the chain."""
_COLUMNS = [audit_log.c[name] for name in AuditRow._fields]
READ = 1_000
"""Rows read at a time."""


async def append(connection: AsyncConnection, gateway: str, deed: Deed, now: int) -> AuditRow:
    """The next row of this gateway's chain. Raises what the driver raises."""
    await _lock_chain(connection, gateway)
    row = make_row(gateway, await load_head(connection, gateway), now, deed)
    await connection.execute(insert(audit_log), row._asdict())
    return row


async def _lock_chain(connection: AsyncConnection, gateway: str) -> None:
    """Be the only one who appends until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        keys = {"space": _LOCK, "chain": crc32(gateway.encode()) - 2**31}
        await connection.execute(text("SELECT pg_advisory_xact_lock(:space, :chain)"), keys)


async def load_head(connection: AsyncConnection, gateway: str) -> tuple[int, bytes]:
    """Number and hash of the last row."""
    wanted = select(audit_log.c.number, audit_log.c.hash).where(audit_log.c.gateway == gateway)
    row = (await connection.execute(wanted.order_by(audit_log.c.number.desc()).limit(1))).first()
    return HEAD_OF_NOTHING if row is None else (row[0], row[1])


async def load_chains(connection: AsyncConnection) -> list[str]:
    """The gateways that have one."""
    return list((await connection.execute(select(audit_log.c.gateway).distinct().order_by("gateway"))).scalars())


async def walk_chain(connection: AsyncConnection, gateway: str) -> AsyncIterator[AuditRow]:
    """All rows in order of number, read piece by piece."""
    last = None
    while True:
        wanted = select(*_COLUMNS).where(audit_log.c.gateway == gateway)
        if last is not None:
            wanted = wanted.where(audit_log.c.number > last)
        rows = (await connection.execute(wanted.order_by(audit_log.c.number).limit(READ))).all()
        for row in rows:
            yield AuditRow(*row)
        if len(rows) < READ:
            return
        last = rows[-1].number


async def load_page(connection: AsyncConnection, asked: Asked, limit: int) -> list[AuditRow]:
    """The newest rows that are wanted, of all chains."""
    table = audit_log.c
    wanted = select(*_COLUMNS).where(*_find_conditions(asked))
    order = table.at.desc(), table.gateway.desc(), table.number.desc()
    rows = await connection.execute(wanted.order_by(*order).limit(limit))
    return [AuditRow(*row) for row in rows]


def _find_conditions(asked: Asked) -> Iterable[ColumnElement[bool]]:
    table = audit_log.c
    if asked.since is not None:
        yield table.at >= asked.since
    if asked.until is not None:
        yield table.at < asked.until
    for column, values in ((table.actor, asked.actors), (table.action, asked.actions), (table.object, asked.objects)):
        if values:
            yield column.in_(sorted(values))
    if asked.before is not None:
        at, gateway, number = asked.before
        later: Any = (table.gateway < gateway) | ((table.gateway == gateway) & (table.number < number))
        yield (table.at < at) | ((table.at == at) & later)
