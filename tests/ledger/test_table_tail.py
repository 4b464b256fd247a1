"""A realtime queue_log followed: each row once, whatever comes late, goes away or is begun anew."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import URL, text

from gateway.core.log_places import GapCause
from gateway.core.log_table import TableState
from gateway.ledger import table_tail
from gateway.ledger.table_tail import TableTail
from tests.ledger.cluster import Server
from tests.ledger.queue_desk import START, Desk, make_desk

pytestmark = pytest.mark.postgres
NOON = 12 * 3600.0


@pytest.fixture
def url(server: Server) -> Iterator[URL]:
    made = server.create()
    yield made
    server.drop(made)


@pytest.fixture(params=["id", "time"])
def by(request: pytest.FixtureRequest) -> str:
    """What orders the rows."""
    return str(request.param)


@pytest.fixture
async def desk(url: URL, by: str) -> Desk:
    return await make_desk(url, by)


@pytest.fixture
async def tail(desk: Desk) -> AsyncIterator[TableTail]:
    desk.clock.at = NOON
    tail = desk.open()
    yield tail
    await tail.close()


# --- each row once ----------------------------------------------------------------------------------------------------


async def test_all_there_is_then_what_comes(desk: Desk, tail: TableTail) -> None:
    for second in range(3):
        await desk.log(second, f"OLD{second}")
    assert [row.verb for row in await desk.read(tail)] == ["OLD0", "OLD1", "OLD2"]
    assert tail.status.state is TableState.FOLLOWING
    await desk.log(NOON, "NEW")
    assert [row.verb for row in await desk.read(tail)] == ["NEW"]
    assert await desk.read(tail, 25) == []


async def test_history_of_many_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_tail, "PAGE", 7)
    async with desk.writing() as connection:
        for number in range(100):
            await desk.put(connection, number // 5, f"V{number % 5}")
    desk.clock.at = NOON
    assert len(await desk.look()) == 100
    assert desk.verbs == [f"V{number % 5}" for number in range(100)]
    assert await desk.look(12) == []


async def test_restart_reads_on_and_nothing_twice(desk: Desk) -> None:
    desk.clock.at = 50
    for second in range(5):
        await desk.log(40 + second, "A")
    await desk.look()
    await desk.log(51, "B")
    desk.clock.at = 60
    assert [row.verb for row in await desk.look()] == ["B"]
    desk.clock.at = NOON
    await desk.log(NOON - 1, "C")
    assert [row.verb for row in await desk.look(12)] == ["C"]


async def test_rows_alike_are_as_many_as_there_are(desk: Desk, tail: TableTail) -> None:
    for _ in range(2):
        await desk.log(NOON, "ALIKE")
    assert len(await desk.read(tail)) == 2
    await desk.log(NOON, "ALIKE")
    assert len(await desk.read(tail, 2)) == 1
    await tail.close()
    assert await desk.look(2) == []


async def test_transaction_that_ends_after_later_ones(desk: Desk, tail: TableTail) -> None:
    """Its id and its time are earlier than those read meanwhile; a restart in between changes nothing."""
    await desk.read(tail)
    async with desk.writing() as late:
        await desk.put(late, NOON + 1, "LATE")
        await desk.log(NOON + 2, "SOON")
        desk.clock.at = NOON + 3
        assert [row.verb for row in await desk.read(tail)] == ["SOON"]
        desk.clock.at = NOON + 100
        await desk.log(NOON + 100, "LATER")
        assert [row.verb for row in await desk.read(tail)] == ["LATER"]
        await tail.close()
    assert [row.verb for row in await desk.look(12)] == ["LATE"]
    assert await desk.look(12) == []


async def test_late_row_is_met_while_running(desk: Desk, tail: TableTail) -> None:
    await desk.read(tail)
    await desk.log(NOON + 20, "SOON")
    desk.clock.at = NOON + 21
    await desk.read(tail)
    await desk.log(NOON - 60, "LATE")
    desk.clock.at = NOON + 40
    assert [row.verb for row in await desk.read(tail, 11)] == ["LATE"]


async def test_housekeeping_deletes_what_was_read(desk: Desk, tail: TableTail) -> None:
    for second in range(10):
        await desk.log(NOON - 10 + second, "A")
    await desk.read(tail)
    await desk.execute("DELETE FROM queue_log WHERE time < '2026-11-24 11:59:55'")
    await desk.log(NOON, "B")
    assert [row.verb for row in await desk.read(tail, 11)] == ["B"]
    await desk.execute("DELETE FROM queue_log")
    assert await desk.read(tail, 11) == []
    await tail.close()
    await desk.log(NOON + 1, "C")
    assert [row.verb for row in await desk.look(11)] == ["C"]
    assert desk.gaps == []


# --- what is missing --------------------------------------------------------------------------------------------------


async def test_id_that_never_came_is_a_gap(url: URL) -> None:
    desk = await make_desk(url)
    desk.clock.at = NOON
    for second in range(5):
        await desk.log(NOON - 5 + second, "A")
    tail = desk.open()
    await desk.read(tail)
    await desk.execute("SELECT nextval('queue_log_id_seq'), nextval('queue_log_id_seq')")
    desk.clock.at = NOON + 10
    await desk.log(NOON + 10, "B")
    await desk.read(tail)
    assert desk.gaps == []
    desk.clock.at = NOON + 400
    await desk.read(tail, 11)
    await tail.close()
    (gap,) = desk.gaps
    assert (gap.cause, gap.name) == (GapCause.SKIPPED, "queue_log id 6 to 7")
    assert ((gap.since or 0) // 10**6 - START, (gap.until or 0) // 10**6 - START) == (NOON - 1, NOON + 10)
    await desk.look(3)
    assert len(desk.gaps) == 1


async def test_ids_of_a_table_that_others_write_to_are_no_gaps(url: URL) -> None:
    desk = await make_desk(url)
    await desk.execute("ALTER SEQUENCE queue_log_id_seq INCREMENT BY 3")
    desk.clock.at = NOON
    for second in range(5):
        await desk.log(second, "A")
    await desk.look(3)
    assert (len(desk.rows), desk.gaps) == (5, [])


@pytest.mark.parametrize("emptied", ["TRUNCATE queue_log RESTART IDENTITY", "DROP TABLE queue_log"])
async def test_ids_begin_anew(url: URL, emptied: str) -> None:
    desk = await make_desk(url)
    desk.clock.at = NOON
    for second in range(5):
        await desk.log(NOON + second, "A")
    desk.clock.at = NOON + 5
    await desk.look()
    await desk.execute(emptied)
    if emptied.startswith("DROP"):
        await make_desk(url)
    desk.clock.at = NOON + 50
    await desk.log(NOON + 49, "B")
    assert [row.verb for row in await desk.look(2)] == ["B"]
    assert [gap.cause for gap in desk.gaps] == [GapCause.POSITION_LOST]


async def test_id_added_later_reads_nothing_twice(url: URL) -> None:
    desk = await make_desk(url, "time")
    desk.clock.at = NOON
    for second in range(5):
        await desk.log(second, "A")
    await desk.look()
    await desk.execute("ALTER TABLE queue_log ADD COLUMN id bigserial PRIMARY KEY")
    await desk.log(NOON + 1, "B")
    assert [row.verb for row in await desk.look(2)] == ["B"]
    assert desk.cursor is not None
    assert desk.cursor.by == "id"


# --- clocks and zones -------------------------------------------------------------------------------------------------


async def test_clock_set_back_an_hour(desk: Desk, tail: TableTail) -> None:
    """The PBX's clock was an hour early and is put right: its rows go back behind those that were read."""
    await desk.log(NOON + 3600, "EARLY")
    await desk.read(tail)
    desk.clock.at = NOON + 2
    await desk.log(NOON + 1, "RIGHT")
    assert [row.verb for row in await desk.read(tail, 11)] == ["RIGHT"]
    await tail.close()
    assert await desk.look(11) == []


BERLIN = {"zone": "Europe/Berlin"}
AUTUMN = -30 * 86_400 + 1 * 3600.0
"""2026-10-25 01:00 UTC: in Berlin three o'clock becomes two."""


async def test_end_of_summer_time(url: URL, by: str) -> None:
    desk = await make_desk(url, by, **BERLIN)
    for at in (-1800.0, -60.0):
        await desk.log(AUTUMN + at, "SUMMER", f"{START + AUTUMN + at:.0f}.1")
    desk.clock.at = AUTUMN - 30
    tail = desk.open()
    await desk.read(tail)
    for at in (60.0, 1800.0):
        desk.clock.at = AUTUMN + at + 1
        await desk.log(AUTUMN + at, "WINTER", f"{START + AUTUMN + at:.0f}.1")
        assert [row.verb for row in await desk.read(tail, 11)] == ["WINTER"]
    await tail.close()
    assert await desk.look(2) == []
    assert desk.gaps == []
    spans = [[time // 10**6 - START - AUTUMN for time in row.times] for row in desk.rows]
    assert spans == [[-1800, 1800], [-60, 3540], [-3540, 60], [-1800, 1800]]


async def test_summer_time_ends_while_nobody_looks(url: URL, by: str) -> None:
    """Without ids the second two o'clock cannot be told from the first: that is said."""
    desk = await make_desk(url, by, **BERLIN)
    await desk.log(AUTUMN - 7000, "OLD")
    await desk.log(AUTUMN - 600, "SUMMER")
    desk.clock.at = AUTUMN - 599
    await desk.look()
    await desk.log(AUTUMN + 600, "WINTER")
    desk.clock.at = AUTUMN + 7200
    await desk.look(2)
    if by == "id":
        assert (desk.verbs, desk.gaps) == (["OLD", "SUMMER", "WINTER"], [])
    else:
        assert [gap.cause for gap in desk.gaps] == [GapCause.CLOCK]


async def test_wrong_zone_takes_nothing(desk: Desk) -> None:
    desk.clock.at = NOON
    desk.zone = "Asia/Shanghai"
    await desk.log(NOON, "ENTERQUEUE", f"{START + NOON:.0f}.1", "", "123", "1", zone="UTC")
    tail = desk.open()
    assert await desk.read(tail, 2) == []
    assert (tail.status.state, tail.status.error) == (TableState.ZONE, "rows are -8.00 h from their calls")
    await tail.close()
    desk.zone = "UTC"
    assert [row.verb for row in await desk.look()] == ["ENTERQUEUE"]


# --- what may be of other types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "text", "char(26)"])
async def test_types_of_time(url: URL, by: str, kind: str) -> None:
    desk = await make_desk(url, by)
    await desk.execute(f"ALTER TABLE queue_log ALTER time TYPE {kind} USING time::{kind}")
    desk.clock.at = NOON
    insert = "INSERT INTO queue_log (time, event, data) VALUES ('2026-11-24 11:59:59.123456', 'V{}', 'a|b^3Bc^5E')"
    await desk.execute(insert.format(1))
    await desk.execute("INSERT INTO queue_log (event) VALUES ('TIMELESS')")
    tail = desk.open()
    await desk.read(tail)
    await desk.execute(insert.format(2))
    await desk.read(tail, 11)
    await tail.close()
    assert await desk.look() == []
    assert [row.verb for row in desk.rows if row.times] == ["V1", "V2"]
    row = desk.rows[0]
    assert (row.times, row.data) == ((round((START + NOON - 1) * 10**6) + 123_456,), ("a|b;c^",))
    assert len(desk.rows) == (3 if by == "id" else 2)


async def test_nothing_can_be_written_over_its_connection(tail: TableTail) -> None:
    async with tail._engine.connect() as connection:
        for name, value in (("transaction_read_only", "on"), ("statement_timeout", "1s")):
            assert await connection.scalar(text(f"SHOW {name}")) == value
