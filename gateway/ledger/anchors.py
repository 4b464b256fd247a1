"""The heads of audit chains, kept outside the database: who changes the database alone is found out by them.

Law: beside the state, mode 0600, never written back over: `NAME.head` is the newest row, `NAME.anchors` one a day and
every head that a later row contradicts. What is not here cannot be found missing at the end of a chain: rows after the
last head that was kept, and what somebody changed who can write to both places.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from gateway.core.audit import Anchor, AuditRow

FOLDER = "audit"
DAY_US = 86_400_000_000


class Head(NamedTuple):
    """Of the newest row that was kept: number, hash, when (UTC µs)."""

    number: int
    hash: bytes
    at: int


class Anchors:
    """Those of one state folder."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    def keep(self, row: AuditRow) -> None:
        """That this row was written. Raises OSError."""
        with self._locked(row.gateway):
            before = self._load_head(row.gateway)
            if before is not None and (is_contradicted(before, row) or before.at // DAY_US != row.at // DAY_US):
                with self._open(self._path(row.gateway, "anchors"), os.O_APPEND) as file:
                    os.write(file, _spell(before))
            if before is None or row.number > before.number or is_contradicted(before, row):
                self._replace(self._path(row.gateway, "head"), _spell(Head(row.number, row.hash, row.at)))

    def load(self, gateway: str) -> list[Anchor]:
        """All that is known of a chain. Raises OSError; lines that cannot be read are left out."""
        found = []
        for name in ("anchors", "head"):
            path = self._path(gateway, name)
            heads = filter(None, map(_read, path.read_text("ascii", "replace").splitlines() if path.exists() else ()))
            found += [Anchor(head.number, head.hash, str(path)) for head in heads]
        return found

    def names(self) -> list[str]:
        """The chains that heads are kept of."""
        return sorted(unquote(path.stem) for path in self._folder.glob("*.head"))

    def _load_head(self, gateway: str) -> Head | None:
        path = self._path(gateway, "head")
        return _read(path.read_text("ascii", "replace")) if path.exists() else None

    def _path(self, gateway: str, kind: str) -> Path:
        return self._folder / f"{quote(gateway, safe='')}.{kind}"

    @contextmanager
    def _locked(self, gateway: str) -> Iterator[None]:
        """The service and a command may both keep a head."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(self._folder)
        with self._open(self._path(gateway, "lock")) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _open(self, path: Path, flags: int = 0) -> Iterator[int]:
        file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC | flags, 0o600)
        try:
            self._give(path)
            yield file
        finally:
            os.close(file)

    def _replace(self, path: Path, text: bytes) -> None:
        fresh = path.with_suffix(".new")
        with self._open(fresh, os.O_TRUNC) as file:
            os.write(file, text)
        fresh.replace(path)

    def _give(self, path: Path) -> None:
        """To the owner of the state: a command that root runs must not leave what the service cannot write."""
        if os.geteuid() == 0:
            owner = self._folder.parent.stat()
            os.chown(path, owner.st_uid, owner.st_gid)


def is_contradicted(before: Head, row: AuditRow) -> bool:
    """Whether the chain that the row is in is not the one of the head that was kept."""
    if row.number == before.number:
        return row.hash != before.hash
    return row.number == before.number + 1 and row.previous_hash != before.hash


def _spell(head: Head) -> bytes:
    return f"{head.number} {head.hash.hex()} {head.at}\n".encode()


def _read(line: str) -> Head | None:
    try:
        number, hashed, at = line.split()
        return Head(int(number), bytes.fromhex(hashed), int(at))
    except ValueError:
        return None
