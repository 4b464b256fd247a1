"""What real PostgreSQL answers when the PBX's table cannot be read: a state with a remedy, a gap, and back again."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import URL

from gateway.core.log_places import GapCause
from gateway.core.log_table import REMEDY, WORKS, TableState
from gateway.ledger import table_tail
from gateway.ledger.table_tail import TableTail
from lab.relay import Relay
from tests.e2e.settings import free_port
from tests.ledger.cluster import SPEED, Cluster, NoPostgresError, open_cluster
from tests.ledger.queue_desk import Desk, make_desk

pytestmark = pytest.mark.postgres
NOON = 12 * 3600.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of the test's own, to be stopped."""
    try:
        with open_cluster(SPEED, free_port()) as own:
            yield own
    except NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture
async def desk(url: URL) -> Desk:
    desk = await make_desk(url)
    desk.clock.at = NOON
    await desk.log(NOON - 1, "A")
    return desk


def as_reader(desk: Desk, **more: Any) -> Desk:
    """The same table for one who was given nothing."""
    return replace(desk, url=desk.url.set(username=f"reader_{desk.url.database}", password="reads").set(**more))


async def refuse(desk: Desk, state: TableState, *words: str) -> TableTail:
    """A tail that is refused with this state, and says these words."""
    tail = desk.open()
    assert await desk.read(tail, 2) == []
    said = f"{tail.status.error}: {REMEDY[state]}"
    assert (tail.status.state, [word for word in words if word not in said]) == (state, [])
    assert "reads" not in said
    assert tail.status.since == desk.clock()
    return tail


async def take_back(desk: Desk, tail: TableTail) -> None:
    """Then it can read after all, without a restart, and nothing is missing."""
    assert [row.verb for row in await desk.read(tail)] == ["A"]
    assert (tail.status.state, tail.status.error) == (TableState.FOLLOWING, None)
    await tail.close()


def test_every_state_that_does_not_work_has_a_remedy() -> None:
    assert REMEDY.keys() == set(TableState) - WORKS - {TableState.STOPPED}


async def test_missing_and_made(desk: Desk) -> None:
    await desk.execute("ALTER TABLE queue_log RENAME TO other")
    tail = await refuse(desk, TableState.MISSING, "queue_log_table", "create it")
    await desk.execute("ALTER TABLE other RENAME TO queue_log")
    await take_back(desk, tail)


@pytest.mark.parametrize(
    ("change", "back", "words"),
    [
        ("RENAME queuename TO queue", "RENAME queue TO queuename", "missing: queuename"),
        ("ALTER data2 TYPE int USING 0", "ALTER data2 TYPE varchar USING ''", "not text: data2"),
        ("RENAME time TO at", "RENAME at TO time", "missing: time"),
    ],
)
async def test_columns_renamed(desk: Desk, change: str, back: str, words: str) -> None:
    await desk.execute(f"ALTER TABLE queue_log {change}")
    tail = await refuse(desk, TableState.COLUMNS, words, "docs/operations.md")
    await desk.execute(f"ALTER TABLE queue_log {back}")
    await take_back(desk, tail)


async def test_columns_renamed_while_it_is_followed(desk: Desk) -> None:
    tail = desk.open()
    await desk.read(tail)
    await desk.execute("ALTER TABLE queue_log RENAME event TO verb")
    assert await desk.read(tail, 2) == []
    assert (tail.status.state, str(tail.status.error)[:14]) == (TableState.COLUMNS, "missing: event")
    await desk.execute("ALTER TABLE queue_log RENAME verb TO event")
    await desk.log(NOON, "B")
    assert [row.verb for row in await desk.read(tail)] == ["B"]
    await tail.close()


async def test_not_allowed_and_granted(desk: Desk) -> None:
    reader = as_reader(desk)
    tail = await refuse(reader, TableState.DENIED, "GRANT SELECT")
    await desk.execute(f"GRANT SELECT ON queue_log TO {reader.url.username}")
    await take_back(reader, tail)
    await desk.execute(f"REVOKE ALL ON queue_log FROM {reader.url.username}")


async def test_wrong_password_and_wrong_database(desk: Desk) -> None:
    for more in ({"password": "is wrong"}, {"database": "nowhere"}):
        tail = await refuse(as_reader(desk, **more), TableState.REFUSED, "queue_log_password_file")
        await tail.close()


async def test_nobody_answers(desk: Desk) -> None:
    there = desk.url.set(host="127.0.0.1", port=free_port(), query={})
    tail = await refuse(replace(desk, url=there), TableState.UNREACHABLE, "no database server answers")
    await tail.close()


async def test_connection_that_is_silent(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes back and nothing says so: a look has an end of its own, and the next one is on a new connection."""
    monkeypatch.setattr(table_tail, "TURN_S", 1.0)
    with Relay("127.0.0.1", cluster.port or 0) as relay:
        desk = await make_desk(cluster.server.create())
        desk.clock.at = NOON
        there = desk.url.set(host=relay.host, port=relay.port, query={})
        tail = replace(desk, url=there, rows=desk.rows, gaps=desk.gaps).open()
        await desk.log(NOON - 1, "A")
        await desk.read(tail)
        relay.darken()
        async with asyncio.timeout(10):
            assert await desk.read(tail) == []
        assert tail.status.state is TableState.UNREACHABLE
        relay.cut()
        relay.light()
        await desk.log(NOON, "B")
        assert [row.verb for row in await desk.read(tail, 2)] == ["B"]
        relay.darken()
        async with asyncio.timeout(5):
            await tail.close()
    assert [gap.cause for gap in desk.gaps] == [GapCause.AWAY]


async def test_table_locked_too_long(desk: Desk) -> None:
    tail = desk.open()
    await desk.read(tail)
    async with desk.writing() as connection:
        await connection.execute("LOCK TABLE queue_log IN ACCESS EXCLUSIVE MODE")
        assert await desk.read(tail, 1) == []
        assert tail.status.state is TableState.SLOW
    await desk.log(NOON, "B")
    assert [row.verb for row in await desk.read(tail)] == ["B"]
    await tail.close()
    assert desk.gaps == []


async def test_server_away_is_a_gap_whoever_was_looking(cluster: Cluster) -> None:
    """Stopped while it is followed; then while no gateway runs."""
    desk = await make_desk(cluster.server.create())
    desk.clock.at = NOON
    await desk.log(NOON - 1, "A")
    tail = desk.open()
    await desk.read(tail)
    cluster.stop()
    desk.clock.at = NOON + 60
    assert await desk.read(tail) == []
    assert tail.status.state is TableState.UNREACHABLE
    cluster.start()
    desk.clock.at = NOON + 120
    await desk.log(NOON + 119, "B")
    assert [row.verb for row in await desk.read(tail)] == ["B"]
    await tail.close()
    assert await desk.look() == []
    cluster.stop()
    cluster.start()
    desk.clock.at = NOON + 600
    await desk.look()
    assert [(gap.cause, gap.name) for gap in desk.gaps] == [(GapCause.AWAY, "queue_log")] * 2
    assert [seconds(gap.since) for gap in desk.gaps] == [NOON, NOON + 120]
    assert NOON + 100 < seconds(desk.gaps[0].until) <= NOON + 120
    assert NOON + 580 < seconds(desk.gaps[1].until) <= NOON + 600


def seconds(at: int | None) -> float:
    assert at is not None
    return at / 10**6 - 1_795_478_400
