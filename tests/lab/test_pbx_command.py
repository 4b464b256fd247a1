"""`./do pbx`: a site that outlives the command which started it, works, and is gone when it is told to go."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.mix import make_plan
from lab.place import cache_folder, find_claim, is_alive
from lab.record import read

READY = os.environ.get("CI") == "true" or shutil.which("mmdebstrap") or (cache_folder() / "asterisk-16").exists()
pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(os.geteuid() != 0 or not READY, reason="needs root, and mmdebstrap for the root file system"),
]
REPOSITORY = Path(__file__).parents[2]


def lab(*words: str) -> subprocess.CompletedProcess[str]:
    """What `./do pbx` runs once everything is installed."""
    command = [sys.executable, "-m", "lab", *words]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture
def name() -> Iterator[str]:
    name = f"command-{os.getpid()}"
    yield name
    if find_claim(name) is not None:
        lab("down", "--name", name)


def test_up_leaves_a_site_that_works_and_down_takes_it_away(name: str, tmp_path: Path) -> None:
    up = lab("up", "16", "--plain", "--name", name)
    assert up.returncode == 0, up.stderr
    assert all(word in up.stdout for word in (f"site {name}: Asterisk 16", "user reader", "SIP trunk", "queue_log"))
    claim = find_claim(name)
    assert claim is not None
    assert [is_alive(pid) for pid in claim.pids] == [True, True]
    assert lab("record", str(tmp_path / "feed.ami"), "--seconds", "1", "--name", name).returncode == 0
    assert b"Event: FullyBooted" in b"".join(data for _, data in read(tmp_path / "feed.ami"))
    assert lab("down", "--name", name).returncode == 0
    assert find_claim(name) is None
    assert not any(is_alive(pid) for pid in claim.pids)


@pytest.mark.long
def test_calls_places_the_mix_of_its_seed(name: str, tmp_path: Path) -> None:
    """The command itself says whether all went as planned."""
    assert lab("up", "22", "--name", name).returncode == 0
    played = lab("calls", "--seed", "3", "--copy", str(tmp_path / "placed.jsonl"), "--name", name)
    assert played.returncode == 0, played.stdout[-2000:]
    assert "seed 3, variant hotline" in played.stdout
    seqs = [json.loads(line)["seq"] for line in (tmp_path / "placed.jsonl").read_text().splitlines()]
    assert sorted(seqs) == [call.seq for call in make_plan("hotline", 3).calls()]


@pytest.mark.parametrize("command", ["calls", "down", "trickle"])
def test_a_site_that_does_not_run_is_69(command: str) -> None:
    told = lab(command, "--name", "nobody-started-this")
    assert told.returncode == 69
    assert "no site nobody-started-this" in told.stdout
