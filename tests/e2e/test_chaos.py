"""Chaos beside a real PBX, with both databases at once: at the end each visit once, as it was placed, and exact where
the gateway saw it.

Short form: two kills, one seed. `--long`: ten seeds, twenty kills each;
CHAOS_SEEDS=3,4 names some of them.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.e2e.chaos import LONG, SHORT, Size, make_chaos
from tests.e2e.chaos_run import KINDS, Run, play_chaos
from tests.e2e.chaos_tally import Tally, explain, find_windows, is_complete, make_tally
from tests.ledger.cluster import NoPostgresError, find_programs

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]
SHORT_SEEDS = (1,)
LONG_SEEDS = tuple(int(word) for word in os.environ.get("CHAOS_SEEDS", "1,2,3,4,5,6,7,8,9,10").split(","))
Key = tuple[int, Size]


@pytest.fixture(scope="module")
def play(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Key, "Future[Run]"]]:
    """Runs by seed and size, each played once, when it is first asked for; the short ones all at the same time."""
    try:
        find_programs()
    except NoPostgresError as error:
        pytest.skip(str(error))
    with ThreadPoolExecutor(len(SHORT_SEEDS)) as pool:
        yield Played(pool, versions, tmp_path_factory)


class Played(dict[Key, "Future[Run]"]):
    def __init__(self, pool: ThreadPoolExecutor, versions: tuple[str, ...], folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self.pool, self.versions, self.folders = pool, versions, folders

    def __missing__(self, key: Key) -> "Future[Run]":
        for seed in SHORT_SEEDS if key[1] == SHORT else key[:1]:
            self[seed, key[1]] = self.submit(seed, key[1])
        return self[key]

    def submit(self, seed: int, size: Size) -> "Future[Run]":
        """Two of three seeds on the newest Asterisk, the third on the oldest."""
        folder = self.folders.mktemp(f"chaos-{seed}")
        return self.pool.submit(play_chaos, make_chaos(seed, size), self.versions[seed % 3 == 0], folder, is_complete)


def judge(run: Run, kind: str) -> Tally:
    outcome = run.outcomes[kind]
    tally = make_tally(run.truth, outcome.rows, find_windows(outcome.events, outcome.lost))
    print(f"\nchaos seed {run.chaos.seed} {run.chaos.variant} {kind}: {len(outcome.killed)} kills; {tally}; "
          f"gaps {len(outcome.gaps)}; {run.seconds:.0f} s")  # fmt: skip
    return tally


def check(run: Run, kind: str) -> None:
    tally = judge(run, kind)
    outcome = run.outcomes[kind]
    assert run.truth.disagreements() == []
    assert len(outcome.killed) == sum(fault.kind == "kill" for fault in run.chaos.faults)
    assert tally.seen["whole"] > 0
    assert outcome.unwell == []
    assert not tally.missing, explain(tally, outcome.rows)
    assert not tally.doubled, explain(tally, outcome.rows)
    assert not tally.inexact, explain(tally, outcome.rows)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SHORT_SEEDS)
def test_two_kills(play: dict[Key, "Future[Run]"], seed: int, kind: str) -> None:
    check(play[seed, SHORT].result(), kind)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_twenty_kills(play: dict[Key, "Future[Run]"], seed: int, kind: str) -> None:
    check(play[seed, LONG].result(), kind)
