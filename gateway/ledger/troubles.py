"""What the errors of databases and their drivers mean: reason, remedy, exit code.

Law: `explain` is pure and reads codes (SQLSTATE, SQLite's names, errno), never a driver's wording, which changes.
"""

import errno
import os
import sqlite3
from enum import StrEnum
from socket import gaierror
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Reason(StrEnum):
    """Why the ledger cannot be used."""

    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    DISK_FULL = "disk_full"
    DISK_FAILS = "disk_fails"
    BUSY = "busy"
    NO_FILE = "no_file"
    UNREACHABLE = "unreachable"
    POOLER = "pooler"
    STARTING = "starting"
    TOO_MANY = "too_many"
    TOO_SLOW = "too_slow"
    NO_ENTRY = "no_entry"
    NO_DATABASE = "no_database"
    NO_RIGHTS = "no_rights"
    NEWER_SCHEMA = "newer_schema"
    FOREIGN_SCHEMA = "foreign_schema"
    MIGRATIONS_PENDING = "migrations_pending"


class Trouble(NamedTuple):
    """One way in which a database cannot be used."""

    reason: Reason
    problem: str
    remedy: str
    exit_code: int


class LedgerError(Exception):
    """The ledger cannot be used; `trouble` says why and what to do, `where` which file or server."""

    def __init__(self, trouble: Trouble, where: str) -> None:
        self.trouble = trouble
        self.where = where
        super().__init__(f"{where}: {trouble.problem}; {trouble.remedy}")


TROUBLES = {
    trouble.reason: trouble
    for trouble in (
        Trouble(
            Reason.READ_ONLY,
            "the database cannot be written to",
            "let the gateway's user write to the file and its folder, or name the server that takes writes",
            os.EX_NOPERM,
        ),
        Trouble(
            Reason.CORRUPT,
            "the database is damaged, or no database at all",
            "move it away together with its -wal and -shm, and restore a backup; the journal keeps what came since",
            os.EX_UNAVAILABLE,
        ),
        Trouble(
            Reason.DISK_FULL,
            "the disk of the database is full",
            "make room; nothing is lost while the journal's disk lasts",
            os.EX_TEMPFAIL,
        ),
        Trouble(
            Reason.DISK_FAILS,
            "the disk of the database does not read or write",
            "look at the system's log for its disk, then restore a backup elsewhere",
            os.EX_UNAVAILABLE,
        ),
        Trouble(
            Reason.BUSY,
            "another program holds the database",
            "end the program that keeps a transaction open, or wait",
            os.EX_TEMPFAIL,
        ),
        Trouble(
            Reason.NO_FILE,
            "the database file cannot be opened",
            "let the gateway's user read and write it and its folder, or name another (database.url, state.folder)",
            os.EX_NOPERM,
        ),
        Trouble(
            Reason.UNREACHABLE,
            "no database server answers there",
            "start it, or correct host and port of database.url",
            os.EX_UNAVAILABLE,
        ),
        Trouble(
            Reason.POOLER,
            "what answers there refuses a connection like PostgreSQL's own, as pgbouncer does",
            "set database.prepared_statements = false",
            os.EX_CONFIG,
        ),
        Trouble(
            Reason.STARTING,
            "the database server is starting or stopping",
            "wait; the gateway tries again",
            os.EX_TEMPFAIL,
        ),
        Trouble(
            Reason.TOO_MANY,
            "the database server has no connection left",
            "lower database.pool_size, or raise max_connections of the server",
            os.EX_TEMPFAIL,
        ),
        Trouble(
            Reason.TOO_SLOW,
            "a statement took too long",
            "see what the server is busy with; database.statement_seconds is the limit",
            os.EX_TEMPFAIL,
        ),
        Trouble(
            Reason.NO_ENTRY,
            "the database server refuses the user or its password",
            "correct the user of database.url and the file of database.password_file, or pg_hba.conf of the server",
            os.EX_NOPERM,
        ),
        Trouble(
            Reason.NO_DATABASE,
            "the server has no database of this name",
            "create it (createdb --owner=USER NAME), or correct the name in database.url",
            os.EX_CONFIG,
        ),
        Trouble(
            Reason.NO_RIGHTS,
            "the user may not do this in the database",
            "make the user its owner (ALTER DATABASE NAME OWNER TO USER), or GRANT what is missing",
            os.EX_NOPERM,
        ),
        Trouble(
            Reason.NEWER_SCHEMA,
            "a newer gateway has written this database",
            "install that version again, or restore a backup made before it",
            os.EX_CONFIG,
        ),
        Trouble(
            Reason.FOREIGN_SCHEMA,
            "the database holds tables of these names that no gateway has made",
            "name an empty database",
            os.EX_CONFIG,
        ),
        Trouble(
            Reason.MIGRATIONS_PENDING,
            "migrations pending: an older gateway has made this database, or it is empty",
            "run `hotline db upgrade`",
            os.EX_TEMPFAIL,
        ),
    )
}

REOPENED = frozenset({Reason.READ_ONLY, Reason.NO_FILE, Reason.CORRUPT, Reason.DISK_FAILS})
"""What a connection keeps for as long as it lives: one of SQLite opened on a disk that was read-only never writes, also
when the disk is writable again. Only a new connection sees that it was put right."""

SQLITE_REASONS = {
    "SQLITE_READONLY": Reason.READ_ONLY,
    "SQLITE_PERM": Reason.READ_ONLY,
    "SQLITE_CORRUPT": Reason.CORRUPT,
    "SQLITE_NOTADB": Reason.CORRUPT,
    "SQLITE_FULL": Reason.DISK_FULL,
    "SQLITE_IOERR_SHMSIZE": Reason.DISK_FULL,
    "SQLITE_IOERR": Reason.DISK_FAILS,
    "SQLITE_BUSY": Reason.BUSY,
    "SQLITE_LOCKED": Reason.BUSY,
    "SQLITE_CANTOPEN": Reason.NO_FILE,
}
"""First row that fits; extended names (SQLITE_READONLY_DIRECTORY) begin with the primary. SHMSIZE: no room for it."""

POSTGRES_REASONS = {
    "08P01": Reason.POOLER,
    "08": Reason.UNREACHABLE,
    "25006": Reason.READ_ONLY,
    "28": Reason.NO_ENTRY,
    "3D000": Reason.NO_DATABASE,
    "42501": Reason.NO_RIGHTS,
    "53100": Reason.DISK_FULL,
    "53300": Reason.TOO_MANY,
    "55000": Reason.STARTING,
    "55P03": Reason.BUSY,
    "57014": Reason.TOO_SLOW,
    "57P": Reason.STARTING,
    "58030": Reason.DISK_FAILS,
    "XX001": Reason.CORRUPT,
    "XX002": Reason.CORRUPT,
}
"""First row that fits: by SQLSTATE or the beginning of it (appendix A of PostgreSQL's manual). 08P01 is what
pgbouncer 1.18 answers to the start-up parameter statement_timeout, 55000 what a database says that takes no
connections now."""

SYSTEM_REASONS = {
    errno.EACCES: Reason.NO_FILE,
    errno.EPERM: Reason.NO_FILE,
    errno.ENOTDIR: Reason.NO_FILE,
    errno.EISDIR: Reason.NO_FILE,
    errno.EROFS: Reason.READ_ONLY,
    errno.ENOSPC: Reason.DISK_FULL,
    errno.EDQUOT: Reason.DISK_FULL,
    errno.EIO: Reason.DISK_FAILS,
}


def explain(error: BaseException) -> Trouble | None:
    """What an error means; None when it is no trouble of the database but a mistake of ours."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    reason = _read_sqlite(cause) or _read_postgres(cause) or _read_system(cause) or _read_rest(error)
    return TROUBLES[reason] if reason is not None else None


def _read_sqlite(error: BaseException) -> Reason | None:
    name = getattr(error, "sqlite_errorname", None) if isinstance(error, sqlite3.Error) else None
    return next((reason for start, reason in SQLITE_REASONS.items() if name and name.startswith(start)), None)


def _read_postgres(error: BaseException) -> Reason | None:
    state = getattr(error, "sqlstate", None)
    return next((reason for start, reason in POSTGRES_REASONS.items() if state and state.startswith(start)), None)


def _read_system(error: BaseException) -> Reason | None:
    if not isinstance(error, OSError):
        return None
    if isinstance(error, ConnectionError | TimeoutError | gaierror):
        return Reason.UNREACHABLE
    return SYSTEM_REASONS.get(error.errno or 0, Reason.UNREACHABLE)


def _read_rest(error: BaseException) -> Reason | None:
    if isinstance(error, PoolTimeoutError):
        return Reason.TOO_SLOW
    return Reason.UNREACHABLE if isinstance(error, DBAPIError) and error.connection_invalidated else None
