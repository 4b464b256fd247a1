"""What is there is read once and in order: lines in parts, limits, missing rights, packed history, beside the loop."""

import asyncio
import contextlib
import itertools
import os
import random
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.asterisk.log_files import UnsteadyError, list_siblings
from gateway.asterisk.log_tail import LIMIT, LogTail
from gateway.asterisk.tail_status import Chunk, TailState
from gateway.core.log_places import GapCause
from tests.shells.tail.writing import (
    NOBODY,
    Log,
    causes,
    drain,
    nothing,
    numbers,
    pack,
    pack_at_once,
    record,
    rotate_and_reload,
    rotate_dateext,
    rotate_none,
    rotate_timestamp,
)


def test_what_is_there_and_what_comes(log: Log, tail: LogTail) -> None:
    log.write(3)
    chunks = drain(tail)
    log.write(2)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == []
    assert tail.status.state is TailState.FOLLOWING
    assert tail.status.unread_bytes == 0


def test_quiet_is_said_once_after_a_whole_poll(log: Log, tail: LogTail) -> None:
    log.write()
    assert [bool(chunk and chunk.is_quiet) for chunk in (tail.turn() for _ in range(5))] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_a_line_in_two_parts(log: Log, tail: LogTail) -> None:
    log.write_part(record(0)[:20])
    first = drain(tail)
    log.write_part(record(0)[20:])
    assert b"".join(chunk.data for chunk in first + drain(tail)) == record(0)


def test_a_turn_reads_no_more_than_its_limit(log: Log, path: Path) -> None:
    log.write(1000)
    with contextlib.closing(LogTail(path, limit=4096)) as tail:
        chunks = drain(tail)
    assert max(len(chunk.data) for chunk in chunks) == 4096
    assert numbers(chunks) == log.written


def test_missing_at_first(path: Path, tail: LogTail) -> None:
    assert tail.turn() is None
    assert tail.status.state is TailState.MISSING
    log = Log(path)
    assert drain(tail)[-1].is_quiet
    log.write(2)
    assert numbers(drain(tail)) == [0, 1]
    log.close()


def test_missing_folder(tmp_path: Path) -> None:
    tail = LogTail(tmp_path / "nowhere/queue_log")
    assert tail.turn() is None
    assert tail.status.state in {TailState.MISSING, TailState.FAILED}


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything; permissions are tried as somebody else."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


@pytest.fixture
def open_folders(tmp_path: Path) -> None:
    """Let everybody into the folders above, as /var/log does."""
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)


@pytest.mark.usefixtures("open_folders")
def test_not_allowed_until_allowed(log: Log, path: Path, tail: LogTail) -> None:
    log.write(2)
    path.chmod(0)
    with as_nobody():
        assert tail.turn() is None
        assert (tail.status.state, tail.status.error) == (TailState.DENIED, "Permission denied")
    path.chmod(0o644)
    with as_nobody():
        assert numbers(drain(tail)) == [0, 1]
    assert tail.status.state is TailState.FOLLOWING
    assert tail.status.error is None


@pytest.mark.usefixtures("open_folders")
def test_an_older_file_not_allowed_is_a_named_gap(log: Log, path: Path, tail: LogTail) -> None:
    log.write(2)
    rotate_and_reload(log)
    log.write(1)
    path.chmod(0o644)
    path.with_name("queue_log.1").chmod(0)
    with as_nobody():
        chunks = drain(tail)
    assert numbers(chunks) == [2]
    assert [(gap.cause, gap.name) for chunk in chunks for gap in chunk.gaps] == [(GapCause.UNREADABLE, "queue_log.1")]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_history_of_many_files_packed_and_not(log: Log, path: Path, tail: LogTail, suffix: str) -> None:
    for _ in range(6):
        log.write(40)
        rotate_and_reload(log)
    log.write(5)
    pack(path.with_name("queue_log.6"), suffix)
    pack(path.with_name("queue_log.3"), suffix)
    path.with_name("queue_log.4.lock").touch()
    path.with_name("unrelated").write_bytes(record(999))
    shutil.copy2(path.with_name("queue_log.2"), path.with_name("queue_log.2.orig"))
    chunks = drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == []


def test_a_damaged_packed_file_gives_what_it_has_and_a_gap(log: Log, path: Path, tail: LogTail) -> None:
    log.write(2000)
    rotate_and_reload(log)
    log.write(5)
    packed = pack(path.with_name("queue_log.1"))
    packed.write_bytes(packed.read_bytes()[:-200])
    chunks = drain(tail)
    data = b"".join(chunk.data for chunk in chunks)
    assert data.startswith(record(0))
    assert data.endswith(record(2004))
    assert causes(chunks) == [GapCause.UNREADABLE]


def test_a_file_deleted_before_its_turn_is_a_named_gap(log: Log, path: Path) -> None:
    for _ in range(3):
        log.write(20)
        rotate_and_reload(log)
    log.write(5)
    with contextlib.closing(LogTail(path, limit=100)) as tail:
        chunks = [chunk for chunk in [tail.turn()] if chunk is not None]
        path.with_name("queue_log.2").unlink()
        path.with_name("queue_log.1").rename(path.with_name("queue_log.9"))
        chunks += drain(tail)
    assert numbers(chunks) == [*range(20), *range(40, 65)]
    assert [(gap.cause, gap.name) for chunk in chunks for gap in chunk.gaps] == [(GapCause.VANISHED, "queue_log.2")]


def rename_on(names: list[Path], stop: threading.Event) -> None:
    """One file after the other gets a name that never was."""
    for number in itertools.count(len(names)):
        if stop.is_set():
            return
        name = names.pop(0)
        names.append(name.rename(name.with_name(f"queue_log.{number}")))


def test_names_that_never_stand_still_are_listed_whole_or_not_at_all(path: Path) -> None:
    """What is renamed between two looks at a folder can be missed under both of its names, or seen under both."""
    names = [path.with_name(f"queue_log.{number}") for number in range(3)]
    wanted = [record(number) for number in range(3)]
    for name, content in zip(names, wanted, strict=True):
        name.write_bytes(content)
    stop, found = threading.Event(), []
    turner = threading.Thread(target=rename_on, args=(names, stop))
    turner.start()
    try:
        for _ in range(300):
            with contextlib.suppress(UnsteadyError):
                found.append(sorted(sibling.head for sibling in list_siblings(path)[0]))
    finally:
        stop.set()
        turner.join()
    found.append(sorted(sibling.head for sibling in list_siblings(path)[0]))
    assert all(heads == wanted for heads in found)


def count_open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_file_is_held_open_by_reading_much_history(log: Log, tail: LogTail) -> None:
    before = count_open()
    for _ in range(30):
        log.write(5)
        pack_at_once(log)
    log.write(1)
    assert numbers(drain(tail)) == log.written
    assert count_open() == before + 1


def rotate_at_random(log: Log, chance: random.Random) -> None:
    for _ in range(150):
        log.write(chance.randrange(1, 30))  # two files of one second must not take one name unread
        chance.choice([rotate_timestamp, rotate_none, pack_at_once, rotate_dateext, nothing])(log)


async def collect(tail: LogTail, chunks: list[Chunk]) -> None:
    async with contextlib.aclosing(tail.chunks(poll_s=0.001)) as stream:
        async for chunk in stream:
            chunks += [chunk]


@pytest.mark.parametrize("seed", range(3))
async def test_read_by_the_loop_while_somebody_writes_and_rotates(log: Log, path: Path, seed: int) -> None:
    """No order of the two threads may lose or double a record; nor may a reader that is cancelled at any point."""
    log.write(10)
    chunks: list[Chunk] = []
    tail = LogTail(path)
    reader = asyncio.create_task(collect(tail, chunks))
    await asyncio.to_thread(rotate_at_random, log, random.Random(seed))
    reader.cancel()
    await asyncio.wait([reader])
    assert reader.cancelled()
    assert tail.status.state is TailState.STOPPED
    again = LogTail(path, chunks[-1].after if chunks else None)
    chunks += drain(again)
    again.close()
    assert numbers(chunks) == log.written
    assert set(causes(chunks)) <= {GapCause.CLOSED}


class Watched(LogTail):
    """Notes who ran its turns."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.threads: set[int] = set()

    def turn(self) -> Chunk | None:
        self.threads.add(threading.get_ident())
        return super().turn()


async def measure_lag(lags: list[float]) -> None:
    """How late the loop is, again and again."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.001
        await asyncio.sleep(0.001)
        lags.append(loop.time() - due)


async def test_the_loop_is_not_held_up_by_reading(log: Log, path: Path) -> None:
    """64 MiB of history: every turn runs outside of the loop, and none reads more than a limit's worth."""
    block = b"".join(record(number) for number in range(20_000))
    times = 64 * 1024 * 1024 // len(block)
    for _ in range(times):
        log.write_part(block)
    tail, lags, sizes = Watched(path), [0.0], [0]
    began = asyncio.get_running_loop().time()
    watch = asyncio.create_task(measure_lag(lags))
    async with contextlib.aclosing(tail.chunks()) as stream:
        async for chunk in stream:
            sizes.append(len(chunk.data))
            if sum(sizes) == times * len(block):
                break
    watch.cancel()
    took = asyncio.get_running_loop().time() - began
    print(f"{sum(sizes) / took / 1e6:.0f} MB/s, loop late by at most {max(lags) * 1000:.2f} ms")
    assert threading.get_ident() not in tail.threads
    assert max(sizes) == LIMIT
