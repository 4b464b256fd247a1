"""A rotation that loses records, all the way: what a real Asterisk confirmed and wrote nowhere falls into a row of
`gaps`, in both databases, whether the gateway followed the log meanwhile or was dead.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import RowMapping, select

from gateway.ledger.engine import open_engine, reading
from gateway.ledger.tables import gaps
from lab.site import Site
from tests.e2e.chaos_run import KINDS, Beside, stand_beside
from tests.e2e.process import wait_until
from tests.e2e.rotating import GRAIN_US, Attempt, Writer, numbers_in_files, rotate_itself, set_up

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]
BATCH = 60
LOSES = "exec_after_rotate = sleep 1"


@pytest.fixture(scope="module", params=["22", "16"])
def site(request: pytest.FixtureRequest, versions: tuple[str, ...]) -> Iterator[Site]:
    assert request.param in versions
    with Site(request.param, plain=True) as found:
        set_up(found, "sequential", LOSES)
        yield found


@pytest.fixture(scope="module")
def writer(site: Site) -> Writer:
    return Writer(site)


@pytest.fixture(scope="module")
def beside(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Beside]]:
    """A gateway with each database."""
    with ExitStack() as parts:
        folder = tmp_path_factory.mktemp("gaps")
        yield [parts.enter_context(stand_beside(kind, site, folder / kind)) for kind in KINDS]


def lose(writer: Writer) -> list[Attempt]:
    """Records written through a rotation that takes its time; those that are in no file."""
    first = len(writer.attempts)
    with writer.writing():
        writer.wait_more(BATCH)
        rotate_itself(writer.site)
        writer.wait_more(BATCH)
    written = set(numbers_in_files(writer.site))
    lost = [attempt for number, attempt in enumerate(writer.attempts) if number >= first and number not in written]
    assert lost
    return lost


async def load_gaps(beside: Beside) -> list[RowMapping]:
    engine = open_engine(beside.store.address)
    try:
        async with reading(engine) as connection:
            rows = await connection.execute(select(gaps).where(gaps.c.of == "log").order_by(gaps.c.started_at))
            return list(rows.mappings())
    finally:
        await engine.dispose()


def wait_gap(beside: Beside, lost: list[Attempt]) -> list[RowMapping]:
    """Until every lost record lies in a row."""
    found: list[RowMapping] = []

    def look() -> bool:
        found[:] = asyncio.run(load_gaps(beside))
        return all(any(holds(row, attempt) for row in found) for attempt in lost)

    wait_until(f"{beside.kind}: a row for each of {len(lost)} lost records", look, 20, 0.2)
    return found


def holds(row: RowMapping, attempt: Attempt) -> bool:
    return bool(row["started_at"] - GRAIN_US <= attempt.confirmed and attempt.sent <= row["ended_at"] + GRAIN_US)


def test_followed(writer: Writer, beside: list[Beside]) -> None:
    for one in beside:
        one.process.wait_live()
    lost = lose(writer)
    for one in beside:
        (row,) = wait_gap(one, lost)
        assert (row["pbx"], row["cause"], row["detail"]) == ("main", "closed", "queue_log")
        assert 900_000 < row["ended_at"] - row["started_at"] < 5_000_000
        assert [event["cause"] for event in one.process.events() if event["event"] == "queue_log.gap"] == ["closed"]


def test_dead_meanwhile(writer: Writer, beside: list[Beside]) -> None:
    """It comes back and finds the file it was in under another name."""
    before = {one.kind: len(asyncio.run(load_gaps(one))) for one in beside}
    for one in beside:
        one.process.kill()
    lost = lose(writer)
    for one in beside:
        one.process.start()
    for one in beside:
        rows = wait_gap(one, lost)
        assert len(rows) == before[one.kind] + 1
        assert rows[-1]["cause"] == "closed"
