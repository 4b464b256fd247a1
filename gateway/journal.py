"""The journal: every input of the core, in the order applied, before it is applied (law 2).

Law: it never stops the service. A write that fails is a named state and a counter; writing begins again by itself.
One `writev` per input, unbuffered and before the input is applied: a fact that left the gateway is always in the
journal after kill -9 (the page cache survives the process; a power cut may cost the last seconds, there is no fsync).
Measured: 2 us for an input of one event, 45 us for a full 64 KiB read of 140 events, so nothing is gained by holding
inputs back for a later, larger write. One process writes a folder (a lock file); mode 0700, files 0600.
"""

import errno
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from gateway.inputs import Input, Kind, Setting, read_setting
from gateway.records import MAGIC, SUFFIX, encode, segments_of

log = structlog.get_logger()

RETRY_US = 1_000_000
_NO_FILE = 1 << 62
DAY_US = 86_400_000_000
SEGMENTS = 16


def _log(event: str, fields: dict[str, object]) -> None:
    log.warning(event, **fields)


class JournalError(Exception):
    """The journal cannot be opened; the message says which folder and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept: bytes of all segments together, age in microseconds, bytes of one segment."""

    max_bytes: int = 2 * 1024**3
    max_age_us: int = 7 * DAY_US
    segment_bytes: int = 64 * 1024**2

    @property
    def segment_limit(self) -> int:
        """No segment is larger than a part of the whole, so that dropping the oldest drops little."""
        return max(4096, min(self.segment_bytes, self.max_bytes // SEGMENTS))


@dataclass(slots=True)
class JournalStatus:
    """How the journal fares. `state`: closed, writing, full (no space, quota or file limit) or failed (all else)."""

    state: str = "closed"
    since: int | None = None
    error: str | None = None
    appended_inputs: int = 0
    appended_bytes: int = 0
    lost_inputs: int = 0
    dropped_segments: int = 0
    kept_bytes: int = 0


class Journal:
    """Appends inputs to segments in `folder`; `report(event, fields)` hears of every change of state, once."""

    def __init__(
        self, folder: Path, limits: Limits = Limits(), report: Callable[[str, dict[str, object]], None] | None = None
    ) -> None:
        self.folder = folder
        self.limits = limits
        self.status = JournalStatus()
        self._report = report or _log
        self._settings: dict[str, Setting] = {}
        self._lock = -1
        self._turn_bytes = limits.segment_limit
        self._turn_us = limits.max_age_us // SEGMENTS
        self._file = -1
        self._name = ""
        self._size = _NO_FILE
        self._began = 0
        self._retry_at = 0
        self._lost = 0

    @property
    def position(self) -> str:
        """Where the last input stands, `segment:offset of its end`, for the log."""
        return f"{self._name}:{self._size}" if self._file >= 0 else "not written"

    @property
    def place(self) -> tuple[str, int] | None:
        """The segment's name and the offset behind the last input; None while nothing is written."""
        return (self._name, self._size) if self._file >= 0 else None

    @property
    def written(self) -> int:
        """Bytes written since the start."""
        return self.status.appended_bytes

    def open(self) -> None:
        """Take the folder. Raises `JournalError` when it cannot be made, is not ours, or another gateway writes it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._release()
            raise JournalError(f"journal {self.folder}: another gateway is writing it") from error
        except OSError as error:
            self._release()
            raise JournalError(f"journal {self.folder}: {error.strerror}") from error

    def append(self, item: Input) -> None:
        """Write one input. Never raises; what cannot be written is counted and the service goes on."""
        kind = item.kind
        if kind is not Kind.RECEIVED and kind is not Kind.TICK:
            self._follow(item)
        if self._is_due(item.wall) and not self._turn(item):
            self._lose()
        elif self._write(encode(item), item):
            self.status.appended_inputs += 1
        else:
            self._lose()

    def close(self) -> None:
        """Let go of file and folder."""
        self._close_file()
        self._release()
        self.status.state = "closed"

    def _release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _follow(self, item: Input) -> None:
        """Remember what a further segment must say at its head so that a replay can begin there."""
        kind = item.kind
        if kind in {Kind.STARTED, Kind.CONFIGURED}:
            fresh = read_setting(item.data)
            old = self._settings.get(item.pbx, fresh)
            self._settings[item.pbx] = replace(old, site=fresh.site)
            return
        known = self._settings.get(item.pbx)
        if known is None:
            return
        if kind is Kind.CONNECTED:
            self._settings[item.pbx] = replace(known, nonce=item.data.decode(), logged_in=False)
        elif kind is Kind.LOGGED_IN:
            self._settings[item.pbx] = replace(known, logged_in=True)
        elif kind is Kind.CUT:
            self._settings[item.pbx] = replace(known, nonce=None, logged_in=False)

    def _is_due(self, wall: int) -> bool:
        """Whether a new segment is: there is none, it is full, or it is old (or from the future)."""
        return self._size >= self._turn_bytes or not 0 <= wall - self._began < self._turn_us

    def _lose(self) -> None:
        self._lost += 1
        self.status.lost_inputs += 1

    def _turn(self, item: Input) -> bool:
        """Begin a new segment: its file, its magic, and the settings with which a replay may begin there."""
        if self._lock < 0 or (self._file < 0 and item.mono < self._retry_at):
            return False
        self._close_file()
        try:
            self._open_segment(item.wall)
        except OSError as error:
            self._fail(error, item)
            return False
        head = self._heads(item)
        if not self._write([MAGIC, *head], item):
            return False
        self._lost = 0
        self._recover(item)
        self._drop_old(item.wall)
        return True

    def _heads(self, item: Input) -> list[bytes]:
        """RESUMED records; none for a PBX whose STARTED record is the very input that opens the segment."""
        parts: list[bytes] = []
        for pbx, setting in self._settings.items():
            if item.kind is Kind.STARTED and item.pbx == pbx:
                continue
            known = replace(setting, lost=self._lost)
            parts += encode(Input(Kind.RESUMED, pbx, item.wall, item.mono, known.spell()))
        return parts

    def _open_segment(self, wall: int) -> None:
        kept = segments_of(self.folder)
        # A wall clock that was set back must not put the new segment before the older ones.
        last = int(kept[-1].name.removesuffix(SUFFIX)) if kept else 0
        self._name = f"{max(wall, last + 1):016d}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self.folder / self._name, flags, 0o600)
        self._size = 0
        self._began = wall

    def _write(self, blocks: list[bytes], item: Input) -> bool:
        wanted = sum(map(len, blocks))
        try:
            written = os.writev(self._file, blocks)
        except OSError as error:
            self._fail(error, item)
            return False
        if written != wanted:
            self._fail(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), item)
            return False
        self._size += written
        self.status.kept_bytes += written
        self.status.appended_bytes += written
        return True

    def _fail(self, error: OSError, item: Input) -> None:
        """Cut the segment back to its last whole input and wait; a torn tail would be read as damage."""
        if self._file >= 0:
            try:
                os.ftruncate(self._file, self._size)
                if self._size == 0:
                    (self.folder / self._name).unlink(missing_ok=True)
            except OSError as second:
                self._report("journal.tail_torn", {"file": self._name, "offset": self._size, "error": second.strerror})
            self._close_file()
        self._retry_at = item.mono + RETRY_US
        state = "full" if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "failed"
        if self.status.state != state:
            self.status.state, self.status.since, self.status.error = state, item.wall, error.strerror
            self._report("journal." + state, {"folder": str(self.folder), "error": error.strerror})
        self._drop_old(item.wall)

    def _recover(self, item: Input) -> None:
        if self.status.state != "writing":
            if self.status.state != "closed":
                self._report("journal.recovered", {"lost_inputs": self.status.lost_inputs})
            self.status.state, self.status.since, self.status.error = "writing", item.wall, None

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._size = _NO_FILE

    def _drop_old(self, wall: int) -> None:
        """Delete the oldest segments until size and age are within the limits; the one being written stays."""
        try:
            self._drop_until_within(wall)
        except OSError as error:
            self._report("journal.not_dropped", {"folder": str(self.folder), "error": error.strerror})

    def _drop_until_within(self, wall: int) -> None:
        kept = segments_of(self.folder)
        sizes = [path.stat().st_size for path in kept]
        total = sum(sizes)
        # One full segment is about to be written: leave room for it, so that the bound holds at every moment.
        allowed = self.limits.max_bytes - self.limits.segment_limit
        for path, size, younger in zip(kept, sizes, kept[1:], strict=False):
            ended = int(younger.name.removesuffix(SUFFIX))
            if path.name == self._name or (total <= allowed and wall - ended <= self.limits.max_age_us):
                break
            path.unlink()
            total -= size
            self.status.dropped_segments += 1
        self.status.kept_bytes = total
