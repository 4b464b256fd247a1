"""Migrations: forward in one transaction, one at a time, and every standing told apart."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from gateway.ledger import migrate
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.migrate import Schema, Standing, find_trouble, look, prepare, upgrade
from gateway.ledger.troubles import LedgerError, Reason
from tests.ledger.catalogue import describe
from tests.ledger.conftest import Make
from tests.ledger.writing import opened

ALL = ("0001", "0002", "0003", "0004")
REPOSITORY = Path(__file__).parents[2]


async def standing(address: Address) -> Schema:
    async with opened(address) as engine:
        return await look(engine, address)


async def say(address: Address, statement: str) -> None:
    async with opened(address) as engine, engine.begin() as connection:
        await connection.execute(text(statement))


# --- where a database stands ------------------------------------------------------------------------------------------


async def test_empty_then_current(make_empty: Make) -> None:
    address = make_empty()
    assert await standing(address) == Schema(Standing.EMPTY, None, ALL[-1], ALL)
    assert (await upgrade(address)).pending == ALL
    assert await standing(address) == Schema(Standing.CURRENT, ALL[-1], ALL[-1], ())
    assert (await upgrade(address)).pending == ()


async def test_start_upgrades_sqlite_and_leaves_postgres(kind: str, make_empty: Make) -> None:
    address = make_empty()
    if kind == "sqlite":
        await prepare(address)
        assert await find_trouble(address) is None
        return
    with pytest.raises(LedgerError) as caught:
        await prepare(address)
    assert (caught.value.trouble.reason, caught.value.trouble.exit_code) == (Reason.MIGRATIONS_PENDING, os.EX_TEMPFAIL)
    assert "migrations pending" in str(caught.value)
    assert "hotline db upgrade" in str(caught.value)
    trouble = await find_trouble(address)
    assert trouble is not None
    assert "migrations pending" in str(trouble)
    await upgrade(address)
    await prepare(address)
    assert await find_trouble(address) is None


async def test_tables_of_somebody_else_are_not_touched(make_empty: Make) -> None:
    address = make_empty()
    await say(address, "CREATE TABLE calls (mine TEXT)")
    with pytest.raises(LedgerError) as caught:
        await upgrade(address)
    assert caught.value.trouble.reason is Reason.FOREIGN_SCHEMA
    assert (await standing(address)).standing is Standing.FOREIGN
    async with opened(address) as engine, reading(engine) as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["calls"]


async def test_other_tables_beside_ours_do_no_harm(make_empty: Make) -> None:
    address = make_empty()
    await say(address, "CREATE TABLE of_the_ticket_system (mine TEXT)")
    await upgrade(address)
    assert (await standing(address)).standing is Standing.CURRENT


# --- a history that grows ---------------------------------------------------------------------------------------------

GROWN = '''"""Grown by the tests."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.alter_column("display_name", new_column_name="called")
        users.add_column(sa.Column("shoe_size", sa.Integer(), nullable=False, server_default="42"))
        users.create_check_constraint("ck_users_shoe_size", "shoe_size > 0")
'''


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the migrations that a test may lengthen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "migrations"
        shutil.copytree(REPOSITORY / "migrations", folder)
        monkeypatch.setattr(migrate, "find_migrations", lambda: folder)
        migrate._revisions.cache_clear()
        yield folder
    migrate._revisions.cache_clear()


def grow(history: Path, last_words: str = "") -> None:
    (history / "versions" / "r0005_grown.py").write_text(GROWN + last_words)


PEOPLE = (
    "INSERT INTO users (id, name, role, display_name, created_at) VALUES ('u', 'ayi', 'viewer', '阿依', 1)",
    """INSERT INTO tokens (id, name, hash, kind, role, "user", created_at)
       VALUES ('t', 'n', 'h', 'api', 'viewer', 'u', 1)""",
)


async def test_pending_migrations_keep_the_rows(database: Address, history: Path) -> None:
    """In SQLite a batch rebuilds `users`: with foreign keys on, the tokens that refer to it would go too."""
    for statement in PEOPLE:
        await say(database, statement.replace("'h'", "CAST('h' AS BLOB)" if database.file else "'h'"))
    grow(history)
    assert await standing(database) == Schema(Standing.PENDING, "0004", "0005", ("0005",))
    await upgrade(database)
    async with opened(database) as engine, reading(engine) as connection:
        users = (await connection.execute(text("SELECT id, called, shoe_size FROM users"))).all()
        tokens = (await connection.execute(text("SELECT id FROM tokens"))).all()
    assert (users, tokens) == ([("u", "阿依", 42)], [("t",)])


async def test_a_migration_that_fails_leaves_the_database_as_it_was(database: Address, history: Path) -> None:
    before = await describe(database)
    grow(history, "    raise RuntimeError('on purpose')\n")
    with pytest.raises(RuntimeError, match="on purpose"):
        await upgrade(database)
    assert await describe(database) == before
    assert (await standing(database)).found == "0004"


async def test_a_migration_that_breaks_references_is_taken_back(database: Address, history: Path) -> None:
    for statement in PEOPLE:
        await say(database, statement.replace("'h'", "CAST('h' AS BLOB)" if database.file else "'h'"))
    grow(history, '    op.execute("UPDATE tokens SET \\"user\\" = \'nobody\'")\n')
    with pytest.raises(Exception, match=r"references|foreign key"):
        await upgrade(database)
    assert (await standing(database)).found == "0004"


def test_history_is_one_line_forward() -> None:
    assert migrate._revisions() == ALL
    for file in (REPOSITORY / "migrations" / "versions").glob("*.py"):
        source = file.read_text()
        assert "def downgrade" not in source
        assert "import gateway" not in source, "a migration does not change when the gateway does"
        assert "from gateway" not in source


# --- two at once ------------------------------------------------------------------------------------------------------


async def test_of_two_upgrades_at_once_one_waits(make_empty: Make) -> None:
    address = make_empty()
    both = await asyncio.gather(upgrade(address), upgrade(address))
    assert sorted(schema.pending for schema in both) == [(), ALL]
    assert (await standing(address)).standing is Standing.CURRENT


async def test_an_upgrade_waits_for_the_lock(kind: str, make_empty: Make) -> None:
    address = make_empty()
    lock = "SELECT 1" if kind == "sqlite" else f"SELECT pg_advisory_xact_lock({migrate.LOCK})"
    async with opened(address) as engine:
        async with engine.begin() as connection:
            await connection.execute(text(lock))
            waiting = asyncio.create_task(upgrade(address))
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            assert not done
        assert (await waiting).pending == ALL


# --- the command ------------------------------------------------------------------------------------------------------


def hotline(address: Address, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    config = folder / "gateway.toml"
    config.write_text(
        f'[pbx.main]\nsecret = "x"\n[state]\nfolder = "{folder}"\n[database]\n'
        f'url = "{address.url._replace(password=None).render_as_string()}"\n'
        + (f'password = "{address.url.password}"\n' if address.url.password else "")
    )
    command = [sys.executable, "-m", "gateway", "db", *arguments, "--config", str(config)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd=REPOSITORY, env=clean)


def test_command_upgrades_and_tells(kind: str, make_empty: Make, tmp_path: Path) -> None:
    address = make_empty()
    told = hotline(address, tmp_path, "current")
    assert told.returncode == 0, told.stderr
    assert "schema none, known here 0004: migrations pending: 0001, 0002, 0003, 0004" in told.stdout
    assert kind != "sqlite" or not (address.file and address.file.exists()), "looking makes nothing"
    done = hotline(address, tmp_path, "upgrade", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"database": address.name, "from": None, "to": "0004", "applied": list(ALL)}
    assert hotline(address, tmp_path, "upgrade").stdout == f"{address.name}: schema 0004, nothing to apply\n"
    assert json.loads(hotline(address, tmp_path, "current", "--json").stdout) == {
        "database": address.name, "standing": "current", "found": "0004", "known": "0004", "pending": [],
    }  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgres"])
def test_command_names_what_is_wrong(make_empty: Make, tmp_path: Path) -> None:
    address = make_empty()
    wrong = Address(address.url.set(password="guessed"))
    refused = hotline(wrong, tmp_path, "upgrade")
    assert (refused.returncode, refused.stdout) == (os.EX_NOPERM, "")
    assert "refuses the user or its password" in refused.stderr
    assert "guessed" not in refused.stderr
    assert "Traceback" not in refused.stderr
    missing = hotline(Address(address.url.set(database="nowhere")), tmp_path, "current", "--json")
    assert (missing.returncode, json.loads(missing.stdout)["reason"]) == (os.EX_CONFIG, "no_database")
    away = hotline(Address(address.url.set(query={"host": str(tmp_path)})), tmp_path, "current")
    assert away.returncode == os.EX_UNAVAILABLE
    assert "no database server answers there" in away.stderr


async def test_open_engine_makes_the_file_once(make_empty: Make, kind: str) -> None:
    address = make_empty()
    for _ in range(2):
        await open_engine(address).dispose()
    assert kind != "sqlite" or (address.file is not None and address.file.stat().st_size == 0)
