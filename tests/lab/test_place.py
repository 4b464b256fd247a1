"""Places are claimed once, given back, and taken back from the dead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.place import NoPlaceError, all_claims, claim, find_claim, is_alive, is_asterisk


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def dead_process() -> int:
    """Id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


def test_two_names_have_two_places() -> None:
    one, two = claim("one", "22", plain=True), claim("two", "16", plain=False)
    assert one.place.number != two.place.number
    assert one.place.pbx_host != two.place.pbx_host
    assert find_claim("two") == two
    assert [found.place.name for found in all_claims()] == ["one", "two"]


def test_a_running_name_cannot_be_taken_again() -> None:
    claim("one", "22", plain=True)
    with pytest.raises(NoPlaceError, match="runs already"):
        claim("one", "22", plain=True)


def test_the_place_of_a_dead_owner_is_free(dead_process: int) -> None:
    old = claim("one", "22", plain=True)
    old.owner = dead_process
    old.write()
    assert claim("one", "22", plain=True).place == old.place


def test_a_site_that_stays_is_kept_while_its_asterisk_runs(dead_process: int) -> None:
    old = claim("one", "22", plain=True)
    old.owner, old.stays = dead_process, True
    command = [sys.executable, "-c", "print(flush=True); input()", "/srv/lab/one"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # until then /proc may not show its command line yet
        old.pids = [child.pid]
        old.write()
        with pytest.raises(NoPlaceError):
            claim("one", "22", plain=True)
        child.communicate(b"\n")
    assert claim("one", "22", plain=True).place == old.place


def test_only_a_process_of_the_lab_counts_as_asterisk() -> None:
    assert is_alive(os.getpid())
    assert not is_asterisk(os.getpid())
