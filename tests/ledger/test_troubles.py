"""What the real errors of both databases become: reason, remedy, exit code, and never the password."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading, told
from gateway.ledger.migrate import look, prepare, upgrade
from gateway.ledger.tables import users
from gateway.ledger.troubles import LedgerError, Reason, explain
from tests.ledger.cluster import PASSWORD, Server
from tests.ledger.conftest import sqlite
from tests.ledger.writing import USERS, opened, refused, write

# --- SQLite's troubles ------------------------------------------------------------------------------------------------


@pytest.fixture
def nobody_s(template_file: Path) -> Iterator[Path]:
    """A folder with a ledger of root's, while we are somebody who may only look (where root is who runs the tests)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "ledger.sqlite"
        file.write_bytes(template_file.read_bytes())
        file.chmod(0o444)
        folder.chmod(0o555)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65_534)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)


async def test_read_only_file(nobody_s: Path) -> None:
    error = await refused(sqlite(nobody_s / "ledger.sqlite"))
    assert error.trouble.reason in {Reason.READ_ONLY, Reason.NO_FILE}
    assert error.trouble.exit_code == os.EX_NOPERM
    assert str(error).startswith(f"{nobody_s}/ledger.sqlite: ")
    assert "let the gateway's user" in str(error)


async def test_folder_that_may_not_be_written(nobody_s: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        open_engine(sqlite(nobody_s / "new.sqlite"))
    assert (caught.value.trouble.reason, caught.value.trouble.exit_code) == (Reason.NO_FILE, os.EX_NOPERM)


async def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    assert (await refused(sqlite(tmp_path))).trouble.reason is Reason.NO_FILE


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(b"1790000000|main|NONE|QUEUESTART|\n" * 1000)
    error = await refused(sqlite(file))
    assert error.trouble.reason is Reason.CORRUPT
    assert "restore a backup" in str(error)
    assert file.read_bytes().startswith(b"1790000000|"), "what stood there is still there"


async def test_a_damaged_file(database: Address, kind: str) -> None:
    if database.file is None:
        return
    assert kind == "sqlite"
    await write(database)
    content = database.file.read_bytes()
    database.file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    assert (await refused(database)).trouble.reason is Reason.CORRUPT


async def test_a_file_cut_short(template_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    shutil.copyfile(template_file, file)
    os.truncate(file, 20_000)
    assert (await refused(sqlite(file))).trouble.reason is Reason.CORRUPT


async def test_another_program_holds_the_lock(database: Address) -> None:
    impatient = replace(database, statement_seconds=0.2)
    async with opened(database) as engine, engine.begin() as connection:
        await connection.execute(text(lock_users(database)))
        error = await refused(impatient)
    assert (error.trouble.reason, error.trouble.exit_code) in {
        (Reason.BUSY, os.EX_TEMPFAIL),
        (Reason.TOO_SLOW, os.EX_TEMPFAIL),
    }
    await write(database)


def lock_users(address: Address) -> str:
    return "SELECT 1" if address.file else "LOCK TABLE users IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk of our own: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def write_much(address: Address) -> None:
    async with opened(address) as engine, engine.begin() as connection:
        await connection.execute(insert(users), [row | {"name": "n" * 50_000 + row["name"]} for row in USERS[1:]])


async def test_full_disk_loses_nothing(small_disk: Path) -> None:
    address = sqlite(small_disk / "ledger.sqlite")
    await upgrade(address)
    await write(address)
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space left"):
        ballast.write_bytes(b"\0" * 2_000_000)
    for room in (0, 65_536):  # none to open it, some to open but not to write
        os.truncate(ballast, ballast.stat().st_size - room)
        with pytest.raises(LedgerError) as caught, told(address):
            await write_much(address)
        assert (caught.value.trouble.reason, caught.value.trouble.exit_code) == (Reason.DISK_FULL, os.EX_TEMPFAIL)
    ballast.unlink()
    async with opened(address) as engine, reading(engine) as connection:
        assert [row.id for row in await connection.execute(select(users.c.id))] == [USERS[0]["id"]]


# --- PostgreSQL's troubles --------------------------------------------------------------------------------------------


async def test_server_that_refuses() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = await refused(Address(make_url(f"postgresql+asyncpg://me:{PASSWORD}@127.0.0.1:{port}/hotline")))
    assert (error.trouble.reason, error.trouble.exit_code) == (Reason.UNREACHABLE, os.EX_UNAVAILABLE)
    assert f"postgresql://me@127.0.0.1:{port}/hotline: no database server answers there" in str(error)
    assert PASSWORD not in str(error)


async def test_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = make_url(f"postgresql+asyncpg://me@127.0.0.1:{silent.getsockname()[1]}/hotline")
        assert (await refused(Address(url, connect_seconds=0.2))).trouble.reason is Reason.UNREACHABLE


async def test_socket_that_is_not_there(tmp_path: Path) -> None:
    url = make_url(f"postgresql+asyncpg://me@/hotline?host={tmp_path}")
    assert (await refused(Address(url))).trouble.reason is Reason.UNREACHABLE


@pytest.mark.postgres
async def test_wrong_password(server: Server) -> None:
    error = await refused(Address(server.url.set(password="guessed")))
    assert (error.trouble.reason, error.trouble.exit_code) == (Reason.NO_ENTRY, os.EX_NOPERM)
    assert "database.password_file" in str(error)
    assert "guessed" not in str(error)


@pytest.mark.postgres
async def test_missing_database(server: Server) -> None:
    error = await refused(Address(server.url.set(database="nowhere")))
    assert (error.trouble.reason, error.trouble.exit_code) == (Reason.NO_DATABASE, os.EX_CONFIG)
    assert "createdb" in str(error)


class Account:
    """A user of the server with few rights, on a database of his own."""

    def __init__(self, server: Server, template: str, options: str = "") -> None:
        self.server = server
        self.owner = Address(server.create(template))
        self.name = f"clerk_{self.owner.url.database}"
        server.execute(f"CREATE ROLE {self.name} LOGIN PASSWORD '{PASSWORD}' {options}")
        self.address = Address(self.owner.url.set(username=self.name, password=PASSWORD))

    def drop(self) -> None:
        self.server.drop(self.owner.url)
        self.server.execute(f"DROP ROLE {self.name}")


@pytest.fixture
def clerk(server: Server, template_name: str) -> Iterator[Account]:
    account = Account(server, template_name)
    yield account
    account.drop()


@pytest.mark.postgres
async def test_missing_rights(clerk: Account) -> None:
    error = await refused(clerk.address)
    assert (error.trouble.reason, error.trouble.exit_code) == (Reason.NO_RIGHTS, os.EX_NOPERM)


@pytest.mark.postgres
async def test_upgrade_without_rights(server: Server) -> None:
    account = Account(server, "template0")
    server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", account.owner.url)
    with pytest.raises(LedgerError) as caught:
        await upgrade(account.address)
    account.drop()
    assert caught.value.trouble.reason is Reason.NO_RIGHTS


@pytest.mark.postgres
async def test_standby_takes_no_writes(clerk: Account) -> None:
    clerk.server.execute(f"ALTER DATABASE {clerk.owner.url.database} SET default_transaction_read_only = on")
    error = await refused(clerk.owner)
    assert (error.trouble.reason, error.trouble.exit_code) == (Reason.READ_ONLY, os.EX_NOPERM)
    assert "name the server that takes writes" in str(error)


@pytest.mark.postgres
async def test_no_connection_left(clerk: Account) -> None:
    clerk.server.execute(f"ALTER ROLE {clerk.name} CONNECTION LIMIT 0")
    assert (await refused(clerk.address)).trouble.reason is Reason.TOO_MANY


@pytest.mark.postgres
async def test_statement_that_takes_too_long(server: Server) -> None:
    address = Address(server.url, statement_seconds=0.1)
    with pytest.raises(LedgerError) as caught, told(address):
        async with opened(address) as engine, reading(engine) as connection:
            await connection.execute(text("SELECT pg_sleep(10)"))
    assert caught.value.trouble.reason is Reason.TOO_SLOW


@pytest.mark.postgres
async def test_connection_cut_under_a_statement(server: Server) -> None:
    address = Address(server.url)
    async with opened(address) as engine:
        with pytest.raises(LedgerError) as caught, told(address):
            await lose_connection(engine, server)
        assert caught.value.trouble.reason in {Reason.UNREACHABLE, Reason.STARTING}
        async with reading(engine) as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar() == 1


async def lose_connection(engine: AsyncEngine, server: Server) -> None:
    async with engine.begin() as connection:
        own = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await server.say(f"SELECT pg_terminate_backend({own}, 5000)")
        await connection.execute(text("SELECT 1"))


# --- of both ----------------------------------------------------------------------------------------------------------


async def test_newer_schema(database: Address) -> None:
    async with opened(database) as engine, engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (prepare, upgrade):
        with pytest.raises(LedgerError) as caught:
            await step(database)
        assert (caught.value.trouble.reason, caught.value.trouble.exit_code) == (Reason.NEWER_SCHEMA, os.EX_CONFIG)
        assert "schema 9999, known here 0004" in str(caught.value)
    async with opened(database) as engine:
        assert (await look(engine, database)).found == "9999"


def test_a_pooler_s_refusal_is_not_silence() -> None:
    """Seen from pgbouncer 1.18 with `prepared_statements = true`; the suite has no pgbouncer."""
    trouble = explain(asyncpg.ProtocolViolationError("unsupported startup parameter: statement_timeout"))
    assert trouble is not None
    assert (trouble.reason, trouble.exit_code) == (Reason.POOLER, os.EX_CONFIG)


def test_mistakes_of_ours_are_no_troubles() -> None:
    assert explain(ValueError("x")) is None
    with pytest.raises(ValueError, match="mine"), told(Address(make_url("sqlite+aiosqlite:///x"))):
        raise ValueError("mine")
