"""The tables: what the design promises, the same in both databases, and equal to all migrations applied."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, String, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.words import VisitOutcome
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.tables import METADATA, calls, offers, users, visits
from tests.ledger.catalogue import describe
from tests.ledger.conftest import Make
from tests.ledger.rows import all_tables, make_rows

PROMISED = """calls visits offers agent_spells surveys gaps rollups escalations escalation_steps deliveries silences
    exclusions tickets callbacks scorecards audit_log tokens users lease log_positions checkpoints"""


def test_tables_are_those_of_the_design() -> None:
    assert set(METADATA.tables) == set(PROMISED.split())


def test_no_text_has_a_length() -> None:
    """VARCHAR(n) would cut, refuse or ignore, by database."""
    columns = [column for table in all_tables() for column in table.columns]
    assert not [column for column in columns if isinstance(column.type, String) and column.type.length]


async def test_migrations_make_the_tables(database: Address, make_empty: Make) -> None:
    made = make_empty()
    engine = open_engine(made)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()
    expected, found = await describe(made), await describe(database)
    assert len(found) > 200 if made.file is None else len(found) > 80
    assert found == expected


async def test_alembic_finds_nothing_to_do(database: Address) -> None:
    engine = open_engine(database)
    async with reading(engine) as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()


def compare(connection: Connection) -> Any:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)


async def test_alembic_finds_what_was_changed(database: Address) -> None:
    """The comparison above is not blind."""
    engine = open_engine(database)
    async with engine.begin() as connection:
        await connection.execute(text("DROP INDEX ix_visits_queue_listed_at_id"))
        await connection.execute(text("ALTER TABLE calls DROP COLUMN cause"))
        await connection.execute(text("ALTER TABLE calls ADD COLUMN cause TEXT"))
    async with reading(engine) as connection:
        found = str(await connection.run_sync(compare))
    await engine.dispose()
    assert "ix_visits_queue_listed_at_id" in found
    assert "modify_type" in found


# --- what goes in comes out ------------------------------------------------------------------------------------------


@pytest.fixture
async def engine(database: Address) -> Any:
    found = open_engine(database)
    yield found
    await found.dispose()


async def test_every_row_comes_back_as_it_went_in(engine: AsyncEngine) -> None:
    for table in all_tables():
        rows = list(make_rows(table))
        async with engine.begin() as connection:
            await connection.execute(insert(table), rows)
        async with reading(engine) as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key.columns))
            keys = [column.name for column in table.primary_key.columns]
            stored = [dict(row) for row in found.mappings()]
        # Sorted by Python as by both databases: texts by their bytes.
        assert stored == sorted(rows, key=lambda row: [spell(row[key]) for key in keys]), table.name
        assert {type(value) for row in stored for value in row.values()} <= {
            str, int, float, bool, bytes, dict, type(None),
        }  # fmt: skip


def spell(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


VISIT = next(make_rows(visits))
CALL = next(make_rows(calls))


async def test_what_postgres_cannot_keep_is_replaced_in_both(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(calls), CALL | {"did": "a\0b\ud800c", "linkedid": "\udfff"})
    async with reading(engine) as connection:
        row = (await connection.execute(select(calls.c.did, calls.c.linkedid))).one()
    assert tuple(row) == ("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "bored"},
        {"ended_by": "nobody"},
        {"precision": "ms"},
        {"precision": None},
        {"source": "guess"},
        {"joined_at": "yesterday"},
        {"joined_at": 2**63},
        {"wait_us": b"12"},
        {"log_lacks_it": 2},
        {"queue": None},
        {"reason": 7},
    ],
    ids=str,
)
async def test_both_refuse_the_same(engine: AsyncEngine, wrong: dict[str, Any]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(visits), VISIT)
    with pytest.raises((DBAPIError, StatementError, OverflowError)):
        async with engine.begin() as connection:
            await connection.execute(insert(visits), VISIT | {"id": "another"} | wrong)
    async with reading(engine) as connection:
        assert len((await connection.execute(select(visits.c.id))).all()) == 1


async def test_every_word_has_its_place(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for outcome in VisitOutcome:
            await connection.execute(insert(visits), VISIT | {"id": f"visit {outcome}", "outcome": outcome})
    async with reading(engine) as connection:
        found = (await connection.execute(select(visits.c.outcome))).scalars().all()
    assert sorted(found) == sorted(VisitOutcome)


async def test_one_row_for_one_call(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(calls), CALL)
    with pytest.raises(DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(insert(calls), CALL | {"id": "another"})


async def test_indexes_serve_the_questions_of_history(engine: AsyncEngine) -> None:
    async with reading(engine) as connection:
        found = await connection.run_sync(
            lambda sync: [tuple(index["column_names"]) for index in inspect(sync).get_indexes("visits")]
        )
    for asked in ("queue", "line", "agent", "outcome"):
        assert (asked, "listed_at", "id") in found
    assert {("callid",), ("listed_at", "id"), ("pbx", "callid", "pbx_queue")} <= set(found)


def test_a_visit_may_come_before_its_call() -> None:
    """Rows arrive in any order, in other batches, from two gateways: no reference ties them."""
    assert not visits.foreign_keys | offers.foreign_keys | calls.foreign_keys
    assert not users.foreign_keys
