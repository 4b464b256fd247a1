"""What goes wrong with a realtime queue_log table -> its state. Law: codes are read, not wordings; no row is told."""

from gateway.core.log_table import Layout, TableState
from gateway.ledger.queue_table import Found, TableAddress
from gateway.ledger.troubles import Reason, explain

STATES = {
    Reason.UNREACHABLE: TableState.UNREACHABLE,
    Reason.STARTING: TableState.UNREACHABLE,
    Reason.TOO_MANY: TableState.UNREACHABLE,
    Reason.NO_ENTRY: TableState.REFUSED,
    Reason.NO_DATABASE: TableState.REFUSED,
    Reason.POOLER: TableState.REFUSED,
    Reason.NO_RIGHTS: TableState.DENIED,
    Reason.TOO_SLOW: TableState.SLOW,
    Reason.BUSY: TableState.SLOW,
}
CODES = {"42P01": TableState.MISSING, "3F000": TableState.MISSING, "42703": TableState.COLUMNS}
"""SQLSTATEs of PostgreSQL's manual, appendix A, that no ledger of ours can have: its tables are its own."""


class TableError(Exception):
    """The table cannot be read."""

    def __init__(self, state: TableState, why: str) -> None:
        self.state = state
        self.why = why
        super().__init__(f"{state}: {why}")


def judge_found(found: Found | None, address: TableAddress) -> tuple[Found, Layout]:
    """The table and its layout. Raises TableError when it cannot be one of Asterisk's."""
    if found is None:
        raise TableError(TableState.MISSING, f"no table {address.name} in {address.database.name}")
    if isinstance(found.layout, str):
        raise TableError(TableState.COLUMNS, found.layout)
    return found, found.layout


def judge_error(error: Exception) -> TableError:
    """What any error of a turn means."""
    if isinstance(error, TableError):
        return error
    code = getattr(getattr(error, "orig", error), "sqlstate", None)
    if code in CODES:
        return TableError(CODES[code], f"the server says {code}")
    trouble = explain(error)
    if trouble is None:
        return TableError(TableState.FAILED, f"{type(error).__name__}{f' {code}' if code else ''}")
    return TableError(STATES.get(trouble.reason, TableState.FAILED), trouble.problem)
