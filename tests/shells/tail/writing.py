"""Who writes the log, and the ways in which it is rotated; `Log` stands for Asterisk.

Law: it holds its file open and appends whole lines, as logger.c does.
"""

import bz2
import gzip
import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

from gateway.asterisk.log_tail import LogTail
from gateway.asterisk.tail_status import Chunk, TailState
from gateway.core.log_places import GapCause

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


def nothing(log: Log) -> None:
    """The gateway was away, the log was not touched."""
    log.write(0)
