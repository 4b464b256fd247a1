"""The ledger beside a real PBX, the gateway killed with -9 meanwhile: at the end each visit once, as it was placed.

Short form: one seed, two kills, SQLite and PostgreSQL; the truth is farm, queue_log and wire (tests/truth).
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from gateway.core.reconcile import VisitRow
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.migrate import upgrade
from gateway.ledger.visits import load_visits
from lab.mix import make_plan
from lab.play import Player
from lab.record import Recorder
from lab.site import Site
from tests.e2e.process import Process, wait_until
from tests.e2e.settings import free_port, write_settings
from tests.ledger.cluster import Server, open_server_or_skip
from tests.truth.joined import Truth, read_truth
from tests.truth.wire import read_wire

pytestmark = pytest.mark.asterisk
KILLS = (9.0, 21.0)
"""Seconds into the mix."""
AWAY_SECONDS = 2.0
ABANDONS = {"abandoned", "short_abandoned", "redirected"}


@dataclass
class Run:
    """A mix as it was and what the ledger has of it."""

    truth: Truth
    rows: list[VisitRow]
    kills: int
    readiness: dict[str, object]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_server_or_skip() as found:
        yield found


@pytest.fixture(scope="module")
def runs(
    versions: tuple[str, ...], server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "Future[Run]"]]:
    """Both at the same time, each on a PBX of its own: the plain mix with SQLite, ours with PostgreSQL."""
    with ThreadPoolExecutor() as pool:
        yield {
            kind: pool.submit(play_run, kind, versions[0], tmp_path_factory.mktemp(f"ledger-{kind}"), server)
            for kind in ("sqlite", "postgres")
        }


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def run(runs: dict[str, "Future[Run]"], request: pytest.FixtureRequest) -> Run:
    return runs[request.param].result()


def play_run(kind: str, version: str, folder: Path, server: Server) -> Run:
    plain = kind == "sqlite"
    with Site(version, plain=plain) as site:
        address, section = make_database(kind, folder, server)
        port = free_port()
        settings = write_settings(folder, {"main": site.account("reader")}, port, f'queue_log = "{site.queue_log}"')
        settings.write_text(settings.read_text() + section)
        with Process(settings, port) as process, Recorder(site.ami, folder / "wire.ami"):
            process.wait_live()
            kills = play(site, process, "plain" if plain else "hotline")
            wait_written(process)
            http = process.http
            ready = http.get("/readyz")
            http.close()
        messages = read_wire(folder / "wire.ami")
        truth = read_truth(site.placed, site.queue_log.read_text(encoding="utf-8"), messages)
        return Run(truth, asyncio.run(load_rows(address, truth)), kills, ready)


def make_database(kind: str, folder: Path, server: Server) -> tuple[Address, str]:
    """The database and what the settings say of it: nothing of the default one."""
    if kind == "sqlite":
        return Address(make_url(f"sqlite+aiosqlite:///{folder / 'state' / 'ledger.sqlite'}")), ""
    address = Address(server.create())
    asyncio.run(upgrade(address))
    return address, write_section(folder, address)


def write_section(folder: Path, address: Address) -> str:
    word = folder / "word"
    word.write_text(str(address.url.password or "x"))
    word.chmod(0o600)
    url = address.url._replace(password=None).render_as_string(hide_password=False)
    return f'\n[database]\nurl = "{url}"\n' + (f'password_file = "{word}"\n' if address.url.password else "")


def play(site: Site, process: Process, variant: str) -> int:
    """The mix, with the gateway killed and started again meanwhile; how often."""
    player, kills = Player(site), 0
    playing = threading.Thread(target=lambda: player.play(make_plan(variant, 1)))
    began = time.monotonic()
    playing.start()
    for at in KILLS:
        time.sleep(max(0.0, at - (time.monotonic() - began)))
        if playing.is_alive():
            process.kill()
            kills += 1
            time.sleep(AWAY_SECONDS)
            process.start()
    playing.join()
    player.close()
    return kills


def wait_written(process: Process) -> None:
    """Wrap-ups are over, the log is read to its end, and all of it is in the rows."""
    time.sleep(4)
    http = process.http
    wait_until("the ledger has it all", lambda: is_well(http.get("/readyz")), 20)
    http.close()
    time.sleep(1)


def is_well(ready: dict[str, object]) -> bool:
    found = {item["name"]: item["status"] for item in ready["dependencies"]}  # type: ignore[attr-defined]
    return found.get("ledger") == "ok" and found.get("queue_log:main") == "ok"


async def load_rows(address: Address, truth: Truth) -> list[VisitRow]:
    calls = {visit.call for visit in truth.visits} | {visit.wire.call for visit in truth.visits if visit.wire}
    engine = open_engine(address)
    async with reading(engine) as connection:
        rows = await load_visits(connection, "main", calls)
    await engine.dispose()
    return rows


def test_missing_none_and_doubled_none(run: Run) -> None:
    """Call for call; an ABANDON of the log that the gateway did not see may be any of the three it stands for."""
    assert run.truth.disagreements() == []
    placed = Counter(
        (visit.wire.connected_as or visit.wire.call, visit.expected.queue.lower(), group(visit.expected.outcome))
        for visit in run.truth.visits
        if visit.wire is not None
    )
    found = Counter(
        (row.callid, row.pbx_queue, group(str(row.outcome))) for row in run.rows if str(row.outcome) != "refused"
    )
    print(f"\n{placed.total()} visits placed, {found.total()} rows, {run.kills} kills; "
          f"missing {(placed - found).total()}, doubled or wrong {(found - placed).total()}; "
          f"{Counter(row.source for row in run.rows)}, {Counter(row.precision for row in run.rows)}")  # fmt: skip
    assert run.kills == len(KILLS)
    wrong = {key[0] for key in (placed - found) + (found - placed)}
    evidence = [(row.id, row.live, row.log) for row in run.rows if row.callid in wrong]
    assert (placed - found, found - placed) == (Counter(), Counter()), "\n".join(map(str, evidence))


def group(outcome: str) -> str:
    return "abandon" if outcome in ABANDONS else outcome


def test_every_visit_seen_whole_has_exact_times(run: Run) -> None:
    """Live and log agree on one row, with the wait off the wire to the millisecond."""
    waits = {(v.wire.connected_as or v.wire.call, v.expected.queue.lower(), v.wire.joined_at): v.wire.wait_us
             for v in run.truth.visits if v.wire is not None}  # fmt: skip
    whole = [row for row in run.rows if row.live is not None and row.live.outcome is not None and row.log is not None]
    exact = [
        row for row in whole if row.live is not None and row.live.precision == "us" and row.live.wait_us is not None
    ]
    assert len(exact) > len(run.rows) / 2
    for row in exact:
        assert row.precision == "us"
        wait = waits.get((row.callid, row.pbx_queue, row.joined_at or 0))
        if row.outcome is not None and wait is not None and row.wait_us is not None:
            assert abs(row.wait_us - wait) <= 1_000


def test_readyz_names_the_ledger_and_the_log(run: Run) -> None:
    assert is_well(run.readiness)
