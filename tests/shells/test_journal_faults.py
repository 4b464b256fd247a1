"""The journal where things go wrong: kills, damage, full disks, folders that vanish; and what it costs."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.inputs import Input, Kind, read_setting
from gateway.journal import Limits
from gateway.records import MAGIC, Damage, encode, read_segment, segments_of
from tests.shells.test_journal import inputs_of, opened, read_all, received, started

WRITER = """
import sys
from pathlib import Path
from tests.shells.test_journal import *
journal = opened(Path(sys.argv[1]))
journal.append(started())
number = 0
while True:
    journal.append(received(number, 50 + number % 9000))
    print(number, flush=True)
    number += 1
"""


@pytest.mark.parametrize("seed", range(3))
def test_after_kill_9_everything_that_was_applied_is_there(tmp_path: Path, seed: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    assert first == "0\n"
    time.sleep(random.Random(seed).uniform(0.05, 0.2))
    writer.send_signal(signal.SIGKILL)
    told = [int(line) for line in writer.stdout.read().split("\n") if line]
    writer.stdout.close()
    writer.wait()
    kept = inputs_of(tmp_path)[1:]
    assert len(kept) >= len(told)
    assert kept == [received(number, 50 + number % 9000) for number in range(len(kept))]
    again = opened(tmp_path)
    again.append(started())
    again.close()
    assert inputs_of(tmp_path)[-1] == started()


def test_a_tail_torn_anywhere_costs_the_last_input_only(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    for item in (started(), received(1), received(2)):
        journal.append(item)
    journal.close()
    (file,) = segments_of(tmp_path)
    whole = file.read_bytes()
    last = len(b"".join(encode(received(2))))
    for cut in range(1, last):
        file.write_bytes(whole[:-cut])
        *items, damage = read_segment(file)
        assert items == [started(), received(1)]
        assert isinstance(damage, Damage)
        assert damage.torn
        assert damage.offset == len(whole) - last
    file.write_bytes(whole[:-last])
    assert list(read_segment(file)) == [started(), received(1)]


@pytest.mark.parametrize("spoil", ["byte", "zeros", "inserted", "not a journal"])
def test_damage_is_named_by_file_and_offset_and_what_follows_is_read(tmp_path: Path, spoil: str) -> None:
    for _ in range(2):
        journal = opened(tmp_path)
        for item in (started(), received(1), received(2), received(3)):
            journal.append(item)
        journal.close()
    file, second = segments_of(tmp_path)
    data = file.read_bytes()
    offset = len(MAGIC) + len(b"".join(encode(started())))
    spoiled = {
        "byte": data[: offset + 100] + b"?" + data[offset + 101 :],
        "zeros": data[:offset] + bytes(len(data) - offset),
        "inserted": data[:offset] + b"garbage" + data[offset:],
        "not a journal": b"hello" + data,
    }[spoil]
    file.write_bytes(spoiled)
    *items, damage = read_segment(file)
    assert items == ([] if spoil == "not a journal" else [started()])
    assert isinstance(damage, Damage)
    assert not damage.torn
    assert str(file) in str(damage)
    assert f"offset {damage.offset}" in str(damage)
    assert damage.offset in {0, offset}
    assert list(read_segment(second)) == [started(), received(1), received(2), received(3)]


FULL = """
import resource, signal, sys, tempfile
from pathlib import Path
from tests.shells.test_journal import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
journal = opened(folder)
journal.append(started())
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for number in range(100):
    journal.append(received(number))
assert journal.status.state == "full", journal.status
assert journal.status.lost_inputs > 0
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for number in range(100, 3000):
    journal.append(received(number))
assert journal.status.state == "writing", journal.status
print(journal.status.lost_inputs)
"""


def test_a_file_that_may_not_grow_is_a_state_and_heals_by_itself(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    lost = int(run.stdout.split()[-1])
    assert "journal.full" in run.stdout
    items = read_all(tmp_path)
    assert not [item for item in items if isinstance(item, Damage)], "what was not written whole is cut off again"
    heads = [read_setting(item.data) for item in items if isinstance(item, Input) and item.kind is Kind.RESUMED]
    assert sum(head.lost for head in heads) == lost
    assert len(inputs_of(tmp_path)) == 3001 - lost


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    return folder


def test_a_full_disk_is_a_state_and_heals_by_itself(small_disk: Path) -> None:
    try:
        filler = small_disk / "filler"
        filler.write_bytes(bytes(200_000))
        journal = opened(small_disk / "journal")
        with capture_logs() as logs:
            journal.append(started())
            for number in range(3000):
                journal.append(received(number))
            assert journal.status.state == "full"
            assert journal.status.error is not None
            lost = journal.status.lost_inputs
            assert lost > 0
            filler.unlink()
            for number in range(10_000, 10_100):
                journal.append(received(number))
            assert journal.status.state == "writing"
            assert journal.status.lost_inputs == lost
        journal.close()
        assert [entry["event"] for entry in logs] == ["journal.full", "journal.recovered"]
        assert [item for item in read_all(small_disk / "journal") if isinstance(item, Damage)] == []
        assert inputs_of(small_disk / "journal")[-1] == received(10_099)
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


def test_a_folder_that_vanishes_is_counted_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    journal = opened(folder, Limits(max_bytes=1024 * 1024))
    journal.append(started())
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    for number in range(500):
        journal.append(received(number))
    assert journal.status.state == "failed"
    folder.mkdir()
    for number in range(2000, 2100):
        journal.append(received(number))
    assert journal.status.state == "writing"
    journal.close()


def test_appending_is_cheap(tmp_path: Path) -> None:
    """A ceiling far above what was measured (2 us), so that only a different order of cost fails."""
    journal = opened(tmp_path)
    journal.append(started())
    item = received(1)
    cost = min(_cost(lambda: journal.append(item)) for _ in range(5))
    journal.close()
    print(f"append of one 400-byte input: {cost:.2f} us")
    assert cost < 100


def _cost(action: Callable[[], None], times: int = 2000) -> float:
    began = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - began) / times * 1e6
