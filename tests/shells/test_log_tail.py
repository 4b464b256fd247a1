"""The tail on real files: each thing that happens to a log, each byte of it once and in order.

`Log` stands for Asterisk: it holds its file open and appends whole lines, as logger.c does.
"""

import asyncio
import bz2
import contextlib
import gzip
import lzma
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.asterisk.log_tail import LogTail
from gateway.asterisk.tail_status import Chunk, TailState
from gateway.core.log_places import GapCause, Position

T = 1_795_459_000
NOBODY = 65534


class Log:
    """A log file and who writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written: list[int] = []
        self._file = path.open("ab", buffering=0)

    def reopen(self) -> None:
        """What `logger reload` does."""
        self._file.close()
        self._file = self.path.open("ab", buffering=0)

    def close(self) -> None:
        self._file.close()

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            number = len(self.written)
            self._file.write(record(number))
            self.written.append(number)

    def write_part(self, data: bytes) -> None:
        self._file.write(data)


def record(number: int) -> bytes:
    return b"%d|%d.%d|hotline|NONE|ABANDON|1|1|%d\n" % (T + number, T, number, number)


def numbers(chunks: list[Chunk]) -> list[int]:
    """The records in the bytes of chunks; every chunk must begin where the one before it ended, or another file."""
    data, last = b"", None
    for chunk in chunks:
        if last is not None and last[:2] == chunk.before[:2] and chunk.before.offset:
            assert chunk.before.offset == last.offset
        assert chunk.after.offset == chunk.before.offset + len(chunk.data)
        data, last = data + chunk.data, chunk.after
    return [int(line.rsplit(b"|", 1)[1]) for line in data.splitlines()]


def drain(tail: LogTail) -> list[Chunk]:
    """Turns until it is quiet."""
    chunks, rests = [], 0
    while rests < 3:
        chunk = tail.turn()
        rests = 0 if chunk is not None and chunk.data else rests + 1
        if chunk is not None:
            chunks.append(chunk)
    return chunks


def state_of(tail: LogTail) -> TailState:
    return tail.status.state


def causes(chunks: list[Chunk]) -> list[GapCause]:
    return [gap.cause for chunk in chunks for gap in chunk.gaps]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    found = Log(path)
    yield found
    found.close()


@pytest.fixture
def tail(path: Path) -> Iterator[LogTail]:
    found = LogTail(path)
    yield found
    found.close()


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


def rotate_and_reload(log: Log) -> None:
    """The names shift as logrotate and rotatestrategy=rotate do; then Asterisk opens anew."""
    shift(log.path)
    log.reopen()


def shift(path: Path) -> None:
    kept = sorted(path.parent.glob("queue_log.*"), key=lambda p: int(p.name.split(".")[1]), reverse=True)
    for old in kept:
        number, *packed = old.name.split(".")[1:]
        old.rename(path.with_name(".".join(["queue_log", str(int(number) + 1), *packed])))
    path.rename(path.with_name("queue_log.1"))


def test_renamed_and_still_written_to_until_the_reload(log: Log, path: Path, tail: LogTail) -> None:
    """Debian's logrotate: rename now, logger reload a moment later."""
    log.write(2)
    chunks = drain(tail)
    shift(path)
    log.write(2)
    chunks += drain(tail)
    assert state_of(tail) is TailState.LINGERING
    log.write(1)
    log.reopen()
    chunks += drain(tail)
    log.write(2)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == [GapCause.CLOSED]
    assert tail.status.state is TailState.FOLLOWING


def test_an_empty_new_file_made_by_logrotate_is_no_end_of_the_old(log: Log, path: Path, tail: LogTail) -> None:
    log.write(2)
    chunks = drain(tail)
    shift(path)
    path.touch()
    log.write(2)
    chunks += drain(tail)
    log.write(1)
    log.reopen()
    log.write(1)
    chunks += drain(tail)
    assert numbers(chunks) == log.written


def rotate_sequential(log: Log) -> None:
    used = [int(p.name.split(".")[1]) for p in log.path.parent.glob("queue_log.*")]
    log.path.rename(log.path.with_name(f"queue_log.{max(used, default=-1) + 1}"))
    log.reopen()


def rotate_timestamp(log: Log) -> None:
    log.path.rename(log.path.with_name(f"queue_log.{T + len(log.written)}"))
    log.reopen()


def rotate_dateext(log: Log) -> None:
    log.path.rename(log.path.with_name(f"queue_log-2026{len(log.written):04d}"))
    log.reopen()


def rotate_none(log: Log) -> None:
    log.reopen()


def delete(log: Log) -> None:
    """Out of the folder; the inode stays in use, so that no new file gets it."""
    (log.path.parent / "deleted").mkdir(exist_ok=True)
    log.path.rename(log.path.parent / f"deleted/{len(log.written)}")
    log.reopen()


def pack_at_once(log: Log) -> None:
    rotate_timestamp(log)
    pack(log.path.with_name(f"queue_log.{T + len(log.written)}"))


PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def pack(path: Path, suffix: str = ".gz") -> Path:
    """What gzip does: a new file beside the old one, the same time of change, then the old one goes."""
    packed = path.with_name(path.name + suffix)
    packed.write_bytes(PACKERS[suffix](path.read_bytes()))
    shutil.copystat(path, packed)
    path.unlink()
    return packed


WAYS: list[Callable[[Log], None]] = [
    rotate_and_reload,
    rotate_sequential,
    rotate_timestamp,
    rotate_dateext,
    rotate_none,
    delete,
    pack_at_once,
]


@pytest.mark.parametrize("rotate", WAYS)
@pytest.mark.parametrize("looks_between", [True, False], ids=["seen", "unseen"])
def test_rotation_again_and_again(log: Log, tail: LogTail, rotate: Callable[[Log], None], looks_between: bool) -> None:
    """Every record once and in order, whether the tail looked before each rotation or missed several of them."""
    log.write(30)
    chunks = drain(tail)
    for _ in range(4):
        if looks_between:
            chunks += drain(tail)
        elif rotate is delete:
            chunks += drain(tail)  # a file deleted unread is gone
        rotate(log)
        log.write(20)
    chunks += drain(tail)
    assert numbers(chunks) == log.written


def test_two_rotations_in_one_second_that_take_one_name(log: Log, path: Path, tail: LogTail) -> None:
    """rotatestrategy=timestamp: the second file overwrites the first, which is open and so not lost."""
    log.write(30)
    chunks = drain(tail)
    for _ in range(3):
        path.rename(path.with_name(f"queue_log.{T}"))
        log.reopen()
        log.write(20)
        chunks += drain(tail)
    assert numbers(chunks) == log.written


@pytest.mark.parametrize("cut", [0, 50])
def test_copytruncate_is_a_named_gap(log: Log, path: Path, tail: LogTail, cut: int) -> None:
    log.write(10)
    chunks = drain(tail)
    shutil.copy(path, path.with_name("queue_log.1"))
    os.truncate(path, 0)
    log.write(1 if cut else 0)
    chunks += drain(tail)
    log.write(3)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    (gap,) = [gap for chunk in chunks for gap in chunk.gaps]
    assert (gap.cause, gap.name) == (GapCause.TRUNCATED, "queue_log")
    assert gap.since is not None
    assert gap.until is not None
    assert gap.since <= gap.until


def test_truncated_and_grown_beyond_in_one_poll(log: Log, path: Path, tail: LogTail) -> None:
    log.write(3)
    chunks = drain(tail)
    os.truncate(path, 0)
    log.write(10)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == [GapCause.REPLACED]


def test_edited_in_place_goes_on_where_it_was(log: Log, path: Path, tail: LogTail) -> None:
    log.write(30)
    chunks = drain(tail)
    shutil.copy(path, path.with_name("edited"))
    path.with_name("edited").rename(path)
    log.reopen()
    log.write(3)
    chunks += drain(tail)
    assert numbers(chunks) == log.written


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


def restart(tail: LogTail) -> LogTail:
    """A gateway that died and comes again with the stored position."""
    tail.close()
    return LogTail(tail.path, tail.position)


def nothing(log: Log) -> None:
    """The gateway was away, the log was not touched."""
    log.write(0)


def write_some(log: Log) -> None:
    log.write(3)


def twice(rotate: Callable[[Log], None]) -> Callable[[Log], None]:
    def rotate_twice(log: Log) -> None:
        rotate(log)
        log.write(20)
        rotate(log)

    return rotate_twice


AGAIN = [twice(rotate) for rotate in (rotate_timestamp, pack_at_once, rotate_and_reload, rotate_sequential)]
MEANWHILE = [nothing, write_some, *WAYS, *AGAIN]


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_restart_reads_on_through_whatever_happened(
    log: Log, path: Path, meanwhile: Callable[[Log], None], turns: int
) -> None:
    """Stopped in the middle of a file or at its end; the log went on without us."""
    log.write(25)
    tail = LogTail(path, limit=450)
    chunks = [chunk for chunk in (tail.turn() for _ in range(turns)) if chunk is not None]
    read_so_far = chunks[-1].after.offset
    tail = restart(tail)
    meanwhile(log)
    log.write(4)
    after = drain(tail)
    tail.close()
    if meanwhile is delete:
        assert causes(after) == [GapCause.POSITION_LOST]
        assert numbers(after) == [25, 26, 27, 28]
    else:
        assert numbers(chunks + after) == log.written
        assert GapCause.POSITION_LOST not in causes(after)
        assert read_so_far > 0


def test_a_restart_after_truncation(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    os.truncate(path, 0)
    log.write(3)
    again = restart(tail)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == [25, 26, 27]
    assert causes(chunks) == [GapCause.REPLACED]


def test_an_inode_used_again_is_not_the_old_file(log: Log, path: Path, tail: LogTail) -> None:
    """The stored inode is another log now, longer than the position."""
    log.write(25)
    drain(tail)
    place = tail.position
    assert place is not None
    path.unlink()
    log.reopen()
    log.write(40)
    reused = path.stat()
    stored = Position(reused.st_dev, reused.st_ino, *place[2:])
    again = LogTail(path, stored)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == log.written[25:]
    assert causes(chunks) == [GapCause.REPLACED]


def test_a_restart_in_an_empty_log(log: Log, tail: LogTail) -> None:
    drain(tail)
    assert tail.position is not None
    again = restart(tail)
    log.write(3)
    rotate_timestamp(log)
    log.write(2)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == log.written
    assert causes(chunks) == []


def test_a_restart_while_the_log_has_no_name(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    shift(path)
    again = restart(tail)
    log.write(2)
    chunks = drain(again)
    assert again.status.state is TailState.LINGERING
    log.reopen()
    log.write(2)
    chunks += drain(again)
    again.close()
    assert numbers(chunks) == log.written[25:]


def test_all_gone_is_waited_for_and_said_once(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    delete(log)
    path.unlink()
    again = restart(tail)
    for _ in range(5):
        assert again.turn() is None
    assert again.status.state is TailState.MISSING
    log.reopen()
    log.write(2)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == [25, 26]
    assert causes(chunks) == [GapCause.POSITION_LOST]


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


async def test_the_loop_is_not_held_up_by_reading(log: Log, path: Path) -> None:
    """64 MiB of history: between two ticks of the loop never more than 20 ms are spent by a read."""
    block = b"".join(record(number) for number in range(20_000))
    times = 64 * 1024 * 1024 // len(block)
    for _ in range(times):
        log.write_part(block)
    size, held_up = times * len(block), 0.0
    loop = asyncio.get_running_loop()
    count = 0
    async with contextlib.aclosing(LogTail(path).chunks()) as stream:
        asked = loop.time()
        async for chunk in stream:
            count += len(chunk.data)
            if count == size:
                break
            loop.call_soon(lambda: None)
            before = loop.time()
            await asyncio.sleep(0)
            held_up = max(held_up, loop.time() - before)
        took = loop.time() - asked
    print(f"{size / took / 1e6:.0f} MB/s, loop held up at most {held_up * 1000:.2f} ms")
    assert count == size
    assert held_up < 0.02
