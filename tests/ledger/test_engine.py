"""Opening a database: where it is, and what holds on every connection."""

import asyncio
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.ledger.address import Address, find_address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.migrate import upgrade
from gateway.ledger.tables import users
from gateway.settings import Settings
from gateway.settings.shape import Database, State
from tests.ledger.cluster import Server
from tests.ledger.conftest import Make, sqlite
from tests.ledger.writing import USERS, opened, write

# --- where it is ------------------------------------------------------------------------------------------------------


def test_default_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    address = find_address(Settings(state=State(folder=str(tmp_path))))
    assert address.file == tmp_path / "ledger.sqlite"
    assert address.name == str(address.file)


def test_password_comes_from_its_file_and_is_never_shown() -> None:
    keys = Database.model_validate(
        {"url": "postgresql+asyncpg://me@db/hotline?ssl=require", "password": "hush-hush", "pool_size": 3}
    )
    address = find_address(Settings(database=keys))
    assert (address.url.password, address.pool_size, address.file) == ("hush-hush", 3, None)
    assert address.name == "postgresql://me@db/hotline"
    assert "hush" not in repr(address)


# --- what holds on every connection -----------------------------------------------------------------------------------


async def test_sqlite_keeps_what_it_committed(tmp_path: Path) -> None:
    async with opened(sqlite(tmp_path / "a.sqlite")) as engine, reading(engine) as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == value
        assert (await connection.execute(text("PRAGMA busy_timeout"))).scalar() == 30_000


async def test_sqlite_files_are_the_owner_s_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        address = sqlite(tmp_path / "new" / "a.sqlite")
        await upgrade(address)
        async with opened(address) as engine, engine.begin() as connection:
            await connection.execute(insert(users), USERS[:1])
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    finally:
        os.umask(old)
    assert modes == {"a.sqlite": 0o600, "a.sqlite-wal": 0o600, "a.sqlite-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_an_open_file_is_closed_to_others_but_not_opened_to_us(tmp_path: Path) -> None:
    for before, after in ((0o644, 0o600), (0o666, 0o600), (0o444, 0o400), (0o400, 0o400)):
        file = tmp_path / f"{before:o}"
        file.touch(mode=before)
        file.chmod(before)
        open_engine(sqlite(file))
        assert stat.S_IMODE(file.stat().st_mode) == after


@pytest.mark.postgres
async def test_postgres_knows_who_asks_and_when_to_stop(server: Server) -> None:
    async with opened(Address(server.url, statement_seconds=7)) as engine, reading(engine) as connection:
        for setting, value in (
            ("application_name", "hotline-gateway"),
            ("statement_timeout", "7s"),
            ("timezone", "UTC"),
        ):
            assert (await connection.execute(text(f"SHOW {setting}"))).scalar() == value


@pytest.mark.postgres
async def test_without_prepared_statements_limits_hold_within_a_transaction(server: Server) -> None:
    address = Address(server.url, statement_seconds=7, prepared_statements=False)
    async with opened(address) as engine, engine.begin() as connection:
        assert (await connection.execute(text("SHOW statement_timeout"))).scalar() == "7s"
        for number in range(5):
            await connection.execute(text(f"SELECT {number}"))
        kept = (await connection.execute(text("SELECT statement FROM pg_prepared_statements"))).scalars().all()
        assert not [statement for statement in kept if "pg_prepared_statements" not in statement]


async def test_a_failed_transaction_leaves_nothing_not_even_a_table(make_empty: Make) -> None:
    address = make_empty()
    async with opened(address) as engine:
        with pytest.raises(RuntimeError, match="on purpose"):
            await half_do(engine)
        async with reading(engine) as connection:
            assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []


async def half_do(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE half (done INTEGER)"))
        raise RuntimeError("on purpose")


async def test_what_a_reader_writes_is_lost(database: Address) -> None:
    async with opened(database) as engine:
        async with reading(engine) as connection:
            await connection.execute(insert(users), USERS)
        async with reading(engine) as connection:
            assert not (await connection.execute(select(users.c.id))).all()


async def test_readers_see_one_moment_and_stop_no_writer(database: Address) -> None:
    async with opened(database) as engine, reading(engine) as reader:
        assert not (await reader.execute(select(users.c.id))).all()
        await asyncio.wait_for(write(database), 5)
        async with reading(engine) as later:
            assert len((await later.execute(select(users.c.id))).all()) == 1


async def test_writers_wait_for_each_other(database: Address) -> None:
    """Each reads and then writes: without the lock at the beginning SQLite refuses all but one."""
    async with opened(database) as engine:

        async def add(index: int) -> None:
            async with engine.begin() as connection:
                await connection.execute(select(users.c.id))
                await connection.execute(insert(users), USERS[index : index + 1])

        await asyncio.gather(*(add(index) for index in range(len(USERS))))
        async with reading(engine) as connection:
            assert len((await connection.execute(select(users.c.id))).all()) == len(USERS)
