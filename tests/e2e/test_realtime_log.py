"""A real Asterisk writes its queue_log into PostgreSQL, and the gateway follows the table alone: killed with -9 and the
PBX's database stopped meanwhile. At the end each visit once, as it was placed; what was lost is a named gap.

The truth is farm, wire and the file that the PBX writes beside the table (tests/truth); the gateway is not told of it.
"""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url, select

from gateway.core.reconcile import VisitRow
from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.tables import gaps
from gateway.ledger.visits import load_visits
from lab import conversations as c
from lab import scenarios as s
from lab.hotline_mix import SHIFT, hotline_numbers
from lab.plain_mix import plain_numbers
from lab.plan import Lane, Phase, Plan
from lab.play import Player
from lab.realtime import RIGHTS, TABLE, Realtime
from lab.record import Recorder
from lab.site import Site
from tests.e2e.process import Process, now_us, wait_until
from tests.e2e.settings import free_port, write_settings
from tests.ledger.cluster import SPEED, Cluster, NoPostgresError, open_cluster
from tests.ledger.queue_desk import WITH_ID
from tests.truth.joined import TrueVisit, Truth, read_truth
from tests.truth.wire import read_wire

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]
KILL_AT, KILLED_S = 5.0, 2.5
STOP_AT, STOPPED_S = 12.0, 3.0
"""Seconds into the calls, and for how long."""
ABANDONS = {"abandoned", "short_abandoned", "redirected"}
NEAR_US = 100_000
"""Between the table's time and AMI's of the same moment; 12 ms at most where it was measured, on a machine at rest."""
VARIANTS = {"hotline22": ("22", WITH_ID), "plain16": ("16", "")}
"""Version of Asterisk, and whether the table has an id."""


@dataclass
class Run:
    """The calls as they were, and what the ledger has of them."""

    truth: Truth
    rows: list[VisitRow]
    gaps: list[Any]
    stopped: tuple[int, int]
    during: dict[str, Any]
    after: dict[str, Any]
    lines: int
    stored: int


@pytest.fixture(scope="module")
def runs(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[Run]"]]:
    """Both at the same time, each on a PBX and a database server of its own."""
    assert versions
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(play_run, name, tmp_path_factory.mktemp(name)) for name in VARIANTS}


@pytest.fixture(scope="module", params=list(VARIANTS))
def run(runs: dict[str, "Future[Run]"], request: pytest.FixtureRequest) -> Run:
    try:
        return runs[request.param].result()
    except NoPostgresError as error:
        pytest.skip(str(error))


def play_run(name: str, folder: Path) -> Run:
    version, identity = VARIANTS[name]
    plain = name.startswith("plain")
    with realtime(identity) as (cluster, url, log), Site(version, plain=plain, realtime=log) as site:
        port = free_port()
        settings = write_settings(folder, {"main": site.account("reader")}, port, write_keys(folder, url, log))
        with Process(settings, port) as process, Recorder(site.ami, folder / "wire.ami"):
            process.wait_live()
            stopped, during = play(site, process, cluster, make_small_plan(plain))
            time.sleep(3)
            after = read_readiness(process)
            wait_until("the log is in the ledger", lambda: is_well(read_readiness(process)), 20)
            time.sleep(1)
        truth = read_truth(site.placed, site.queue_log.read_text(encoding="utf-8"), read_wire(folder / "wire.ami"))
        rows, found = asyncio.run(load(folder, truth))
        lines = len(site.queue_log.read_text(encoding="utf-8").splitlines())
        stored = asyncio.run(count(cluster, url, log.table))
        return Run(truth, rows, found, stopped, during, after, lines, stored)


@contextmanager
def realtime(identity: str) -> Iterator[tuple[Cluster, URL, Realtime]]:
    """A server with the table, one who may write it and one who may only read it."""
    with open_cluster(SPEED, free_port()) as cluster:
        url = cluster.server.create()
        names = {"table": "queue_log", "writer": "asterisk", "reader": "reader"}
        cluster.server.execute(TABLE.format(table="queue_log", id=identity), url)
        for statement in RIGHTS:
            cluster.server.execute(statement.format(**names), url)
        if identity:
            cluster.server.execute("GRANT USAGE ON SEQUENCE queue_log_id_seq TO asterisk", url)
        assert cluster.port is not None
        yield cluster, url, Realtime("127.0.0.1", cluster.port, str(url.database), "asterisk", "asterisk")


def write_keys(folder: Path, url: URL, log: Realtime) -> str:
    word = folder / "word"
    word.write_text("reader")
    word.chmod(0o600)
    return (
        f'queue_log_url = "postgresql+asyncpg://reader@{log.host}:{log.port}/{url.database}"\n'
        f'queue_log_password_file = "{word}"\nqueue_log_time_zone = "UTC"\n'
    )


def make_small_plan(plain: bool) -> Plan:
    """Some 20 s of ordinary calls in three lanes; the agents sign in first where they must."""
    n = plain_numbers() if plain else hotline_numbers()
    ends = ("caller", "agent")
    lanes = (
        Lane("main", tuple(c.answered(n, n.main, 0.5, 1.0, ends[turn % 2]) for turn in range(7))),
        Lane("second", tuple(c.answered(n, n.second, 0.8, 0.7, ends[turn % 2]) for turn in range(7))),
        Lane("single", tuple(s.gives_up(n, n.single, wait, kind) for wait, kind in
                             ((1.5, "short_abandoned"), (2.0, "short_abandoned"), (5.6, "abandoned"),
                              (1.0, "short_abandoned"), (2.0, "short_abandoned"), (5.6, "abandoned")))),
    )  # fmt: skip
    sign_in = tuple(Lane(str(seat), (c.sign_in(n, seat, agent),)) for seat, agent in SHIFT.items())
    phases = (Phase("everyday", lanes),) if plain else (Phase("sign in", sign_in), Phase("everyday", lanes))
    return Plan(1, "plain" if plain else "hotline", phases)


def play(site: Site, process: Process, cluster: Cluster, plan: Plan) -> tuple[tuple[int, int], dict[str, Any]]:
    """The calls, the gateway killed and its PBX's database stopped meanwhile; when it was, and what readyz said."""
    player = Player(site)
    playing = threading.Thread(target=lambda: player.play(plan))
    began = time.monotonic()
    playing.start()
    wait_for(began + KILL_AT)
    process.kill()
    time.sleep(KILLED_S)
    process.start()
    wait_for(began + STOP_AT)
    stopped_at = now_us()
    cluster.stop()
    time.sleep(STOPPED_S)
    during = read_readiness(process)
    cluster.start()
    started_at = now_us()
    playing.join()
    player.close()
    return (stopped_at, started_at), during


def wait_for(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def read_readiness(process: Process) -> dict[str, Any]:
    """What readyz says of each part, by name, whether live state can be served already or not."""
    http = process.http
    try:
        return {item["name"]: item for item in json.loads(http.ask("/readyz")[1])["dependencies"]}
    finally:
        http.close()


def is_well(ready: dict[str, Any]) -> bool:
    return all(name in ready and ready[name]["status"] == "ok" for name in ("ledger", "queue_log:main"))


async def load(folder: Path, truth: Truth) -> tuple[list[VisitRow], list[Any]]:
    calls = {visit.call for visit in truth.visits} | {visit.wire.call for visit in truth.visits if visit.wire}
    engine = open_engine(Address(make_url(f"sqlite+aiosqlite:///{folder / 'state' / 'ledger.sqlite'}")))
    async with reading(engine) as connection:
        rows = await load_visits(connection, "main", calls)
        found = list((await connection.execute(select(gaps).where(gaps.c.of == "log"))).mappings())
    await engine.dispose()
    return rows, found


async def count(cluster: Cluster, url: URL, table: str) -> int:
    text = await cluster.server.say(f"CREATE TEMP TABLE counted AS SELECT * FROM {table}", url)  # noqa: S608
    return int(text.split()[1])


# --- what must be so --------------------------------------------------------------------------------------------------


def test_missing_none_and_doubled_none(run: Run) -> None:
    """Call for call; an ABANDON of the log that the gateway did not see may be any of the three it stands for."""
    assert run.truth.disagreements() == []
    placed = Counter((*find_key(visit), group(visit.expected.outcome)) for visit in run.truth.visits if visit.wire)
    found = Counter((row.callid, row.pbx_queue, group(str(row.outcome))) for row in run.rows)
    print(f"\n{placed.total()} visits placed, {found.total()} rows; {run.lines} records in the file, {run.stored} "
          f"in the table; missing {(placed - found).total()}, doubled or wrong {(found - placed).total()}; "
          f"{Counter(row.source for row in run.rows)}, {Counter(row.precision for row in run.rows)}")  # fmt: skip
    wrong = {key[0] for key in (placed - found) + (found - placed)}
    evidence = [(row.id, row.live, row.log) for row in run.rows if row.callid in wrong]
    assert (placed - found, found - placed) == (Counter(), Counter()), "\n".join(map(str, evidence))
    assert 0 < run.stored < run.lines


def find_key(visit: TrueVisit) -> tuple[str, str]:
    assert visit.wire is not None
    return visit.wire.connected_as or visit.wire.call, visit.expected.queue.lower()


def group(outcome: str) -> str:
    return "abandon" if outcome in ABANDONS else outcome


def test_what_the_table_alone_tells_is_exact(run: Run) -> None:
    """Its microseconds are those of the event: the same wait as on the wire, though nobody watched the wire."""
    waits = {find_key(visit): visit.wire for visit in run.truth.visits if visit.wire is not None}
    alone = [row for row in run.rows if row.source == "log"]
    assert alone
    for row in alone:
        wire = waits[row.callid, row.pbx_queue]
        assert row.joined_at is not None
        assert row.wait_us is not None
        assert wire.wait_us is not None
        assert abs(row.joined_at - wire.joined_at) <= NEAR_US
        assert abs(row.wait_us - wire.wait_us) <= NEAR_US
        assert row.precision == ("s" if str(row.outcome) == "answered" else "us")


def test_database_away_is_said_and_a_gap(run: Run) -> None:
    assert run.during["queue_log:main"]["status"] == "degraded"
    assert "no database server answers" in run.during["queue_log:main"]["why"]
    assert run.during["ledger"]["status"] == "ok"
    away = [gap for gap in run.gaps if gap["cause"] == "away"]
    assert len(away) == 1
    assert away[0]["started_at"] - SECOND <= run.stopped[0]
    assert away[0]["ended_at"] >= run.stopped[1] - SECOND
    assert is_well(run.after)
