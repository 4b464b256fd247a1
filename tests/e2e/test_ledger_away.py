"""The ledger is away while callers come and go, then it is back: the live view is as quick as ever meanwhile, and in
the end the rows are the truth. Both databases at once beside one PBX.

Short form: a round of calls; `--long`: ten minutes. Latencies are from the PBX's own time of a caller's joining until
HTTP shows him, polling included, and are printed for both times.
"""

import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.hotline_mix import hotline_numbers
from lab.mix import everyday, make_plan
from lab.plan import Lane, Phase, Plan
from lab.play import Player
from lab.site import Site
from tests.e2e.chaos import Chaos
from tests.e2e.chaos_run import KINDS, LATE_SECONDS, Beside, Outcome, Stage, read_outcome, stand_beside, wait_settled
from tests.e2e.chaos_tally import explain, find_windows, is_complete, make_tally
from tests.e2e.figures import describe, percentile
from tests.e2e.process import Poller, now_us, wait_until
from tests.ledger.cluster import NoPostgresError, find_programs
from tests.truth.joined import Truth

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]
SHORT_SECONDS, LONG_SECONDS = 10.0, 600.0
THERE_SECONDS = 120.0
"""At most, with a ledger: the measure to compare with."""
ROUND = 3
"""Calls of a lane in one round: some 13 s."""
LANES = ("main", "second", "single")
SLOWER_US = 30_000
"""What the machine may add to a median without anybody being at fault: three polls."""
SEED = 7
Times = tuple[int, int]


@dataclass
class Side:
    """One gateway's run: what HTTP showed, what readyz said at the end of the outage, and what its ledger has."""

    shown: dict[str, int]
    ledger: dict[str, Any]
    back_seconds: float
    outcome: Outcome


@dataclass
class Away:
    """The run as it was; times in µs."""

    truth: Truth
    there: Times
    away: Times
    sides: dict[str, Side]


@pytest.fixture(scope="module", params=[SHORT_SECONDS, pytest.param(LONG_SECONDS, marks=pytest.mark.long)])
def away(request: pytest.FixtureRequest, versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Away:
    try:
        find_programs()
    except NoPostgresError as error:
        pytest.skip(str(error))
    return play_away(versions[0], tmp_path_factory.mktemp("away"), request.param)


def play_away(version: str, folder: Path, seconds: float) -> Away:
    with ExitStack() as parts:
        site = parts.enter_context(Site(version))
        nothing = Plan(SEED, "hotline", ())
        stage = Stage(Chaos(SEED, "hotline", nothing, (), nothing, (), ""), site, folder)
        for kind in KINDS:
            stage.beside.append(parts.enter_context(stand_beside(kind, site, folder / kind)))
            stage.beside[-1].process.wait_live()
        pollers = [
            parts.enter_context(Poller(beside.process.port, "/v1/queues", 0.01, list_callers))
            for beside in stage.beside
        ]
        with stage.recorded(), stage.player() as player:
            player.play(Plan(SEED, "hotline", make_plan("hotline", SEED).phases[:1]))
            rounds = random.Random(SEED)
            there = play_for(player, rounds, min(seconds / 2, THERE_SECONDS))
            stage.take_databases()
            gone = play_for(player, rounds, seconds)
            said = [ask_ledger(beside) for beside in stage.beside]
            stage.give_databases()
            back = [wait_back(beside) for beside in stage.beside]
            time.sleep(LATE_SECONDS)
        truth = stage.read_truth()
        sides = {}
        for beside, poller, ledger, took in zip(stage.beside, pollers, said, back, strict=True):
            wait_settled(beside, truth, is_complete)
            sides[beside.kind] = Side(find_shown(poller), ledger, took, read_outcome(beside, truth))
        return Away(truth, there, gone, sides)


def play_for(player: Player, rounds: random.Random, seconds: float) -> Times:
    """Rounds of everyday calls in three lanes until the time is over; when the first was placed, and the last ended."""
    numbers, began = hotline_numbers(), now_us()
    while now_us() - began < seconds * 1_000_000:
        lanes = (Lane(name, tuple(everyday(numbers, rounds, name) for _ in range(ROUND))) for name in LANES)
        player.play(Plan(SEED, "hotline", (Phase("round", tuple(lanes)),)))
    return began, now_us()


def ask_ledger(beside: Beside) -> dict[str, Any]:
    http = beside.process.http
    (found,) = [item for item in http.get("/readyz")["dependencies"] if item["name"] == "ledger"]
    http.close()
    return dict(found)


def wait_back(beside: Beside) -> float:
    """Seconds until all that waited is written."""
    began = time.monotonic()
    wait_until("the ledger is written to", lambda: ask_ledger(beside)["status"] == "ok", 30)
    return time.monotonic() - began


def list_callers(body: Any) -> list[str]:
    """Who waits, by HTTP."""
    return sorted(caller["call"] for queue in body["items"] for caller in queue["callers"])


def find_shown(poller: Poller) -> dict[str, int]:
    """When each caller was first shown, µs."""
    assert poller.fault is None
    first: dict[str, int] = {}
    for sample in poller.samples:
        for call in list_callers(sample.body):
            first.setdefault(call, sample.at)
    return first


def find_latencies(away: Away, side: Side, times: Times) -> list[int]:
    """Joined -> shown, of those who joined between two times. Who was gone before a poll came is nobody's measure."""
    stays = [visit.wire for visit in away.truth.visits if visit.wire and times[0] <= visit.wire.joined_at <= times[1]]
    return [side.shown[stay.call] - stay.joined_at for stay in stays if stay.call in side.shown]


@pytest.mark.parametrize("kind", KINDS)
def test_the_live_view_is_as_quick(away: Away, kind: str) -> None:
    side = away.sides[kind]
    there, gone = (find_latencies(away, side, times) for times in (away.there, away.away))
    print(f"\nledger ({kind}) away for {(away.away[1] - away.away[0]) / 1_000_000:.0f} s, joined -> shown by HTTP")
    print(describe("with the ledger", there))
    print(describe("without it", gone))
    assert min(len(there), len(gone)) >= ROUND * len(LANES) * 2 // 3
    assert percentile(gone, 0.5) <= percentile(there, 0.5) + SLOWER_US
    assert percentile(gone, 0.99) <= 2 * percentile(there, 0.99) + 10 * SLOWER_US


@pytest.mark.parametrize("kind", KINDS)
def test_equal_to_truth_when_it_is_back(away: Away, kind: str) -> None:
    side = away.sides[kind]
    tally = make_tally(away.truth, side.outcome.rows, find_windows(side.outcome.events, []))
    print(f"\nledger ({kind}) back: {tally}; all written within {side.back_seconds:.1f} s")
    assert away.truth.disagreements() == []
    assert not tally.missing, explain(tally, side.outcome.rows)
    assert not tally.doubled, explain(tally, side.outcome.rows)
    assert not tally.inexact, explain(tally, side.outcome.rows)


@pytest.mark.parametrize("kind", KINDS)
def test_readyz_said_so(away: Away, kind: str) -> None:
    """Since when, why, and how much waits."""
    ledger = away.sides[kind].ledger
    assert ledger["status"] != "ok"
    assert "wait to be written" in ledger["why"]
    assert ledger["since"] is not None
