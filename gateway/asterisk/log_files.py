"""The files of one log on the disk: list them, look at them, read them plain or packed. What is read next is decided in
`core/log_places.py`. Everything here blocks; nothing here is called from the loop.
"""

import bz2
import contextlib
import gzip
import lzma
import os
import re
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Self

from gateway.core.log_places import HEAD_MAX, Absence, FileSeen, Sibling

Unpacked = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
PACKED: tuple[tuple[bytes, Callable[[BinaryIO], Unpacked]], ...] = (
    (b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
"""First bytes of a packed file, and what unpacks it: what logrotate is told to use, if not gzip."""
DAMAGES = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
LIST_TRIES = 5


class DamagedError(OSError):
    """A packed file cannot be unpacked to its end."""


class UnsteadyError(OSError):
    """Files come and go faster than they can be listed; a moment later they can."""


class LogFile:
    """One open file. `offset` counts unpacked bytes; `is_over` when a packed one was read to its end."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when it cannot be opened or read."""
        self.name = path.name
        self.offset = 0
        self.is_over = False
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        self._raw: BinaryIO | None = None
        try:
            self._unpacked = self._unpack()
            self.head = self._read_head()
        except BaseException:
            self._close_fds()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_packed(self) -> bool:
        return self._unpacked is not None

    def _unpack(self) -> Unpacked | None:
        magic = os.pread(self._fd, 8, 0)
        for beginning, build in PACKED:
            if magic.startswith(beginning):
                self._raw = os.fdopen(os.dup(self._fd), "rb")
                return build(self._raw)
        return None

    def _read_head(self) -> bytes:
        if self._unpacked is None:
            return os.pread(self._fd, HEAD_MAX, 0)
        head = b""
        with contextlib.suppress(DamagedError):
            while len(head) < HEAD_MAX and (more := self._read_unpacked(HEAD_MAX - len(head))):
                head += more
        with contextlib.suppress(*DAMAGES):
            self._unpacked.seek(0)
        self.is_over = False
        return head

    def look(self) -> FileSeen:
        """What stat says now; the size of a packed file as far as it matters: more to come, or not."""
        seen = see(os.fstat(self._fd))
        if self.is_packed:
            return seen._replace(size=self.offset if self.is_over else self.offset + 1)
        return seen

    def is_same(self) -> bool:
        """Whether the file begins as it did; learns more of its beginning while that grows."""
        if self.is_packed:
            return True
        head = os.pread(self._fd, HEAD_MAX, 0)
        is_same = head.startswith(self.head)
        if is_same:
            self.head = head
        return is_same

    def rewind(self) -> None:
        """Begin anew: the file was cut or overwritten in place."""
        self.offset, self.head = 0, os.pread(self._fd, HEAD_MAX, 0)

    def skip(self, offset: int) -> None:
        """Go to an offset of the unpacked file. Raises DamagedError."""
        if self._unpacked is None:
            self.offset = offset
            return
        while self.offset < offset and self.read(min(offset - self.offset, 1 << 18)):
            pass

    def read(self, limit: int) -> bytes:
        """The next bytes, at most `limit`; none at the end. Raises OSError, DamagedError for a packed one."""
        data = os.pread(self._fd, limit, self.offset) if self._unpacked is None else self._read_unpacked(limit)
        self.offset += len(data)
        return data

    def _read_unpacked(self, limit: int) -> bytes:
        assert self._unpacked is not None  # noqa: S101  for the type checker: only called for a packed one
        try:
            # One read of what is below: what can be unpacked comes out before the damage is met.
            data = self._unpacked.read1(limit)
        except DAMAGES as error:
            self.is_over = True
            raise DamagedError(f"{self.name} is damaged: {error}") from error
        self.is_over = not data
        return data

    def close(self) -> None:
        """Let go of it."""
        if self._unpacked is not None:
            self._unpacked.close()
        self._close_fds()

    def _close_fds(self) -> None:
        if self._raw is not None:
            self._raw.close()
        os.close(self._fd)


def see(status: os.stat_result) -> FileSeen:
    """What stat says, in our words; times in µs."""
    changed_at, modified_at = status.st_ctime_ns // 1000, status.st_mtime_ns // 1000
    return FileSeen(status.st_dev, status.st_ino, status.st_size, modified_at, changed_at)


def look(path: Path) -> FileSeen | Absence:
    """What has this name now."""
    try:
        return see(path.stat())
    except FileNotFoundError:
        return Absence.MISSING
    except PermissionError:
        return Absence.DENIED
    except OSError:
        return Absence.FAILED


def list_siblings(path: Path) -> tuple[list[Sibling], list[str]]:
    """The family of `path` - itself, and what rotation made of it - and the names of older ones that cannot be read.

    Raises OSError when the folder, or the current file, cannot be read. What is renamed or packed meanwhile can be
    missed under either name, so a list counts only when the names stood still from before to after: else UnsteadyError.
    """
    before = _scan(path)
    for _ in range(LIST_TRIES):
        found = _open_all(path, before)
        after = _scan(path)
        if after == before:
            return found
        before = after
    raise UnsteadyError("the files are being renamed")


def _scan(path: Path) -> dict[str, tuple[int, int]]:
    """The files of the family by name, with device and inode."""
    family = re.compile(re.escape(path.name) + r"(?:[.-].*)?", re.DOTALL)
    found = {}
    with os.scandir(path.parent) as entries:
        for name in [entry.name for entry in entries if family.fullmatch(entry.name) and entry.is_file()]:
            found[name] = (0, 0)  # gone since: no later look agrees with this one
            with contextlib.suppress(FileNotFoundError):
                found[name] = see(path.with_name(name).stat()).key
    return found


def _open_all(path: Path, names: Iterable[str]) -> tuple[list[Sibling], list[str]]:
    siblings, unreadable = [], []
    for name in sorted(names):
        try:
            with LogFile(path.with_name(name)) as file:
                siblings.append(Sibling(name, file.look(), file.head, file.is_packed, name == path.name))
        except FileNotFoundError:
            continue
        except OSError:
            if name == path.name:
                raise
            unreadable.append(name)
    return siblings, unreadable
