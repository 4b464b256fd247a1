"""The schema of a ledger: where it stands, and how it is brought to the present.

Law: forward only, all pending migrations in one transaction, so that a database is at one revision or at another.
SQLite is upgraded when the gateway starts; PostgreSQL by `hotline db upgrade`, because several gateways may use it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading, told
from gateway.ledger.tables import METADATA
from gateway.ledger.troubles import TROUBLES, LedgerError, Reason

LOCK = 0x486F746C696E65
"""Key of PostgreSQL's advisory lock for upgrades: "Hotline"."""

UPGRADE_SECONDS = 600.0
"""How long a second upgrade waits for the first."""


class Standing(StrEnum):
    """How a database's schema compares with the one this gateway knows."""

    EMPTY = "empty"
    PENDING = "pending"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "foreign"


class Schema(NamedTuple):
    """The revision found (None: no gateway has been here), the newest known here, and those between, oldest first."""

    standing: Standing
    found: str | None
    known: str
    pending: tuple[str, ...]

    @classmethod
    def of_nothing(cls) -> "Schema":
        """Of a database that holds nothing, or is not there yet."""
        known = _revisions()
        return cls(Standing.EMPTY, None, known[-1], known)


REASONS = {
    Standing.EMPTY: Reason.MIGRATIONS_PENDING,
    Standing.PENDING: Reason.MIGRATIONS_PENDING,
    Standing.NEWER: Reason.NEWER_SCHEMA,
    Standing.FOREIGN: Reason.FOREIGN_SCHEMA,
}


async def look(engine: AsyncEngine, address: Address) -> Schema:
    """Where the database's schema stands. Raises LedgerError."""
    with told(address):
        async with reading(engine) as connection:
            return await connection.run_sync(_look)


def check(schema: Schema, address: Address) -> None:
    """Raise LedgerError unless the schema is the one this gateway works with."""
    if schema.standing in REASONS:
        raise LedgerError(TROUBLES[REASONS[schema.standing]], _locate(schema, address))


async def upgrade(address: Address) -> Schema:
    """Apply what is pending; the schema as it stood before. A second upgrade waits. Raises LedgerError."""
    async with _upgrading(address) as connection:
        before = await connection.run_sync(_look)
        if before.standing in {Standing.NEWER, Standing.FOREIGN}:
            check(before, address)
        if before.pending:
            await connection.run_sync(_apply)
        elif address.file is not None:
            # SQLite lets a writer begin on a read-only disk; it is told at its first write, which may be hours away.
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return before


async def prepare(address: Address) -> None:
    """At the gateway's start: upgrade SQLite, leave PostgreSQL as it is. Raises LedgerError when it is unfit."""
    if address.file is not None:
        await upgrade(address)
    trouble = await find_trouble(address)
    if trouble is not None:
        raise trouble


async def find_trouble(address: Address) -> LedgerError | None:
    """What keeps the gateway from using the ledger, as a value for readyz (migrations pending, ...); None: nothing."""
    try:
        engine = open_engine(address)
        try:
            check(await look(engine, address), address)
        finally:
            await engine.dispose()
    except LedgerError as error:
        return error
    return None


# --- how --------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _upgrading(address: Address) -> AsyncIterator[AsyncConnection]:
    """A transaction that no other upgrade shares; of SQLite without foreign keys, for batches rebuild tables."""
    engine = open_engine(address.patient(UPGRADE_SECONDS), foreign_keys=False)
    try:
        with told(address):
            async with engine.begin() as connection:
                if address.file is None:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                yield connection
                if address.file is not None:
                    await _check_references(connection)
    finally:
        await engine.dispose()


async def _check_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"a migration broke references of {sorted({row[0] for row in broken})}; nothing was changed")


def _look(connection: Connection) -> Schema:
    found = MigrationContext.configure(connection).get_current_revision()
    known = _revisions()
    if found is None:
        strangers = METADATA.tables.keys() & set(inspect(connection).get_table_names())
        return Schema(Standing.FOREIGN, None, known[-1], ()) if strangers else Schema.of_nothing()
    if found not in known:
        return Schema(Standing.NEWER, found, known[-1], ())
    pending = known[known.index(found) + 1 :]
    return Schema(Standing.PENDING if pending else Standing.CURRENT, found, known[-1], pending)


def _apply(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def _revisions() -> tuple[str, ...]:
    """All revisions known here, oldest first; alembic refuses branches."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in found)[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(find_migrations()).replace("%", "%%"))
    return config


def find_migrations() -> Path:
    """The folder of migrations: in the wheel beside the code, in a checkout at its root."""
    room = Path(__file__).parents[1]
    shipped = room / "share" / "migrations"
    return shipped if shipped.is_dir() else room.parent / "migrations"


def _locate(schema: Schema, address: Address) -> str:
    return f"{address.name} (schema {schema.found or 'none'}, known here {schema.known})"
