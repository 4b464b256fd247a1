"""What is in memory at one place of the journal, as a file beside it: a restart goes on from there.

Law: as private as the journal (callers' numbers in clear: mode 0600, and never in a database), and never believed by
halves: another version's, a changed or a torn one is no checkpoint, and the journal is read from further back. Only
classes of the core are made from it, so that a file somebody wrote runs no code.
"""

import io
import os
import pickle
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from gateway.core.feed import Feed

NAME = "checkpoint"
MAGIC = b"HOTLINE-CHECKPOINT 1\n"
LEVEL = 1
SIZE_MAX = 1024**3
_PLAIN: dict[tuple[str, str], type] = {
    (kind.__module__, kind.__name__): kind for kind in (set, frozenset, Counter, defaultdict, deque, date, dict, list)
}


class CheckpointError(Exception):
    """There is a checkpoint, and it cannot be gone on from: which file, and why."""


@dataclass(slots=True)
class Checkpoint:
    """`at`: UTC µs. `segment`, `offset`: up to where the journal is in it. `memories`: of outlets, by name."""

    at: int
    segment: str
    offset: int
    feeds: dict[str, Feed]
    memories: Mapping[str, Any] = field(default_factory=dict)


def freeze(checkpoint: Checkpoint) -> bytes:
    """The bytes of a checkpoint, at one moment: nothing in it may change meanwhile."""
    buffer = io.BytesIO()
    _Freezer(buffer, protocol=5).dump(
        (checkpoint.at, checkpoint.segment, checkpoint.offset, checkpoint.feeds, dict(checkpoint.memories))
    )
    return buffer.getvalue()


def thaw(frozen: bytes) -> Checkpoint:
    """The reverse of `freeze`. Raises CheckpointError."""
    try:
        return Checkpoint(*_Thawer(io.BytesIO(frozen)).load())
    except Exception as error:
        raise CheckpointError(f"it cannot be read: {type(error).__name__}: {error}") from error


def write_checkpoint(folder: Path, frozen: bytes) -> None:
    """Put it in the place of the last one, whole or not at all. Raises OSError."""
    body = zlib.compress(frozen, LEVEL)
    new = folder / f"{NAME}.new"
    with suppress(FileNotFoundError):
        new.unlink()
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(MAGIC + version() + sha256(body).digest() + body)
        file.flush()
        os.fsync(file.fileno())
    new.rename(folder / NAME)


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The last one, or None when there is none. Raises CheckpointError, and OSError."""
    path = folder / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    place = len(MAGIC)
    made_by, digest, body = data[place : place + 32], data[place + 32 : place + 64], data[place + 64 :]
    if data[:place] != MAGIC or sha256(body).digest() != digest:
        raise CheckpointError(f"{path}: it is not whole")
    if made_by != version():
        raise CheckpointError(f"{path}: it is of another version of the gateway")
    try:
        return thaw(_inflate(body))
    except (CheckpointError, zlib.error) as error:
        raise CheckpointError(f"{path}: {error}") from error


def _inflate(body: bytes) -> bytes:
    engine = zlib.decompressobj()
    frozen = engine.decompress(body, SIZE_MAX)
    if engine.unconsumed_tail:
        raise CheckpointError(f"it holds more than {SIZE_MAX} bytes")
    return frozen


@cache
def version() -> bytes:
    """What the shape of everything in memory depends on: all the code there is."""
    digest = sha256()
    home = Path(__file__).parent
    for path in sorted(home.rglob("*.py")):
        digest.update(str(path.relative_to(home)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()


class _Freezer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        # Python 3.11 spells members of an enum by `getattr`, which a thawer must not have.
        if isinstance(value, Enum):
            return type(value), (value.value,)
        return NotImplemented


class _Thawer(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (plain := _PLAIN.get((module, name))) is not None:
            return plain
        if module.startswith("gateway.core."):
            found = getattr(import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")
