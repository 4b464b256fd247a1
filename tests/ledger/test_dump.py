"""Databases of every schema there ever was, with rows: loaded, upgraded, and nothing is lost (`dump.py` made them)."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.ledger import migrate
from gateway.ledger.address import Address
from gateway.ledger.engine import reading
from gateway.ledger.migrate import Standing, look, upgrade
from tests.ledger.catalogue import describe
from tests.ledger.cluster import Server
from tests.ledger.conftest import Make
from tests.ledger.dump import SCHEMAS
from tests.ledger.rows import all_tables, make_rows
from tests.ledger.writing import opened

REVISIONS = sorted({path.stem.split("-r")[1] for path in SCHEMAS.glob("*.sql")})
NAMES = {"sqlite": "sqlite", "postgres": "postgresql"}


@pytest.fixture(params=REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def script(kind: str, revision: str) -> str:
    return (SCHEMAS / f"{NAMES[kind]}-r{revision}.sql").read_text("utf-8")


@pytest.fixture
def loaded(make_empty: Make, script: str, request: pytest.FixtureRequest) -> Address:
    """A database as it was at that revision."""
    address = make_empty()
    if address.file is None:
        server: Server = request.getfixturevalue("server")
        server.execute(script, address.url)
    else:
        load_file(address.file, script)
    return address


def load_file(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def test_the_first_schema_is_kept() -> None:
    assert set(REVISIONS) <= set(migrate._revisions())
    for name in NAMES.values():
        assert (SCHEMAS / f"{name}-r0004.sql").exists()


async def test_old_databases_become_present_ones(loaded: Address, revision: str, database: Address) -> None:
    async with opened(loaded) as engine:
        found = await look(engine, loaded)
    assert (found.found, found.standing in {Standing.PENDING, Standing.CURRENT}) == (revision, True)
    await upgrade(loaded)
    assert await describe(loaded) == await describe(database)


async def test_old_rows_are_still_there(loaded: Address, script: str, kind: str) -> None:
    await upgrade(loaded)
    quoted = '"{}"' if kind == "sqlite" else "public.{}"
    async with opened(loaded) as engine, reading(engine) as connection:
        for table in all_tables():
            rows = (await connection.execute(select(table))).all()
            assert len(rows) == script.count(f"INSERT INTO {quoted.format(table.name)} VALUES"), table.name


async def test_present_rows_are_what_was_written(loaded: Address, revision: str) -> None:
    if revision != migrate._revisions()[-1]:
        return
    async with opened(loaded) as engine, reading(engine) as connection:
        for table in all_tables():
            keys = table.primary_key.columns
            found = (await connection.execute(select(table).order_by(*keys))).mappings()
            wanted = {tuple(row[key.name] for key in keys): row for row in make_rows(table)}
            assert {tuple(row[key.name] for key in keys): dict(row) for row in found} == wanted, table.name
