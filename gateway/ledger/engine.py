"""How a database is opened: what must hold on every connection, for both kinds.

Law: `engine.begin()` writes, `reading(engine)` reads; no statement of the ledger's own here. Whatever a driver raises
goes through `told(address)`, so that callers see a `LedgerError` with reason and remedy, never a driver's exception.
"""

import asyncio
import errno
import os
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiosqlite
from sqlalchemy import Connection, NullPool, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.ledger.address import Address
from gateway.ledger.troubles import LedgerError, explain

OWNER_ONLY = stat.S_IRWXU
READS = "hotline_reads"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")
"""A commit is on the disk when it returns, and readers do not stop the writer."""


def open_engine(address: Address, *, foreign_keys: bool = True) -> AsyncEngine:
    """An engine; nothing is connected yet, but a missing SQLite file is made, mode 0600. Raises LedgerError.

    `foreign_keys` is off only for migrations of SQLite, which rebuild tables.
    """
    if address.file is None:
        return _open_postgres(address)
    with told(address):
        _guard_file(address.file)
        return _open_sqlite(address, foreign_keys=foreign_keys)


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that sees one moment and locks nobody out; what it writes is lost."""
    async with engine.connect() as connection:
        await connection.execution_options(**{READS: True})
        yield connection


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Whatever the database's driver or the system raises inside comes out as LedgerError."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:
        trouble = explain(error)
        if trouble is None:
            raise
        raise LedgerError(trouble, address.name) from error


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _guard_file(file: Path) -> None:
    """Make the file for its owner alone; SQLite gives its -wal and -shm the same mode."""
    file.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & ~OWNER_ONLY:
            with suppress(OSError):  # somebody else's file, or a disk without modes: not ours to close
                file.chmod(mode & OWNER_ONLY)


def _open_sqlite(address: Address, *, foreign_keys: bool) -> AsyncEngine:
    options = {"timeout": address.statement_seconds, "async_creator_fn": _connect_sqlite}
    engine = create_async_engine(address.url, pool_size=address.pool_size, max_overflow=0, connect_args=options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        try:
            _refuse_read_only(address)
            _prepare_sqlite(connection, (*PRAGMAS, f"foreign_keys={'ON' if foreign_keys else 'OFF'}"))
        except BaseException:
            connection.close()  # the pool forgets a connection that this refuses, and its thread would stay
            raise

    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _refuse_read_only(address: Address) -> None:
    """One connection that was opened read-only makes all later ones of the process so, as long as it is kept: they
    share what SQLite knows of the -shm. So there is none, and the ledger is away until it can be written."""
    if address.file is not None and not os.access(address.file, os.W_OK, effective_ids=True):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(address.file))


async def _connect_sqlite(*place: Any, **options: Any) -> aiosqlite.Connection:
    connection = aiosqlite.connect(*place, **options)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: an end that is not orderly must not hang
    try:
        return await connection
    except BaseException:
        # aiosqlite 0.22 (core.py, _connect) ends its thread without waiting: it would speak to a loop that is closed.
        await asyncio.to_thread(connection._thread.join)  # noqa: SLF001
        raise


def _prepare_sqlite(connection: Any, pragmas: Iterable[str]) -> None:
    # The driver's own BEGIN comes late, and not at all before DDL: half a migration could stay. Ours comes always.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer locks at once: one that reads first and then writes may be refused at once (SQLITE_BUSY_SNAPSHOT)."""
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _open_postgres(address: Address) -> AsyncEngine:
    options: dict[str, Any] = {"timeout": address.connect_seconds}
    if address.prepared_statements:
        options["server_settings"] = _server_settings(address)
        return create_async_engine(
            address.url, pool_size=address.pool_size, max_overflow=0, pool_pre_ping=True, connect_args=options
        )
    return _open_pooled(address, options)


def _server_settings(address: Address) -> dict[str, str]:
    return {
        "application_name": "hotline-gateway",
        "timezone": "UTC",
        "statement_timeout": _milliseconds(address),
        "lock_timeout": _milliseconds(address),
    }


def _open_pooled(address: Address, options: dict[str, Any]) -> AsyncEngine:
    """Behind pgbouncer in transaction mode each transaction may meet another server: no statement is prepared for
    later, names never meet again, start-up parameters are not passed on, and the pool is pgbouncer's."""
    options |= {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": lambda: f"hotline_{uuid4()}",
        "server_settings": {"application_name": "hotline-gateway"},
    }
    engine = create_async_engine(address.url, poolclass=NullPool, connect_args=options)

    @event.listens_for(engine.sync_engine, "begin")
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_milliseconds(address)}")

    return engine


def _milliseconds(address: Address) -> str:
    return str(round(address.statement_seconds * 1000))
