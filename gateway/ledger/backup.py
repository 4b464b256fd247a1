"""A copy of an SQLite ledger while it is used: one moment of it, whole. Law: nothing is ever written over.

PostgreSQL has pg_dump, which does the same and more (docs/operations.md).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.ledger.address import Address
from gateway.ledger.engine import told


def back_up(address: Address, target: Path) -> int:
    """Copy the ledger's file to `target`, mode 0600, checked and on the disk when this returns; its bytes.

    Raises FileExistsError, OSError of the target, LedgerError of the ledger.
    """
    assert address.file is not None  # noqa: S101  asked for an SQLite ledger only
    source = address.file.resolve(strict=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with told(address):
            _copy(source, target)
        os.fsync(handle)
        size = os.fstat(handle).st_size
    except BaseException:
        target.unlink()
        raise
    finally:
        os.close(handle)
    _sync_folder(target.parent)
    return size


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as ledger:
        ledger.execute("VACUUM INTO ?", (str(target),))  # reads one moment; the writer goes on meanwhile
    with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
