"""What a realtime queue_log table must look like, and how its follower fares: decisions and words, no database here.

Law: every way in which rows cannot be had, or cannot be believed as a whole, is a named state with a remedy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

HEAD = ("time", "callid", "queuename", "agent", "event")
FIVE = ("data1", "data2", "data3", "data4", "data5")
ONE = "data"
"""Asterisk's own names (main/logger.c ast_queue_log), which no setting of its can change."""
TEXTS = frozenset({"text", "character varying", "character"})
STAMPS = frozenset({"timestamp without time zone", "timestamp with time zone"})
WHOLE = frozenset({"smallint", "integer", "bigint"})
ID = "id"


class TableState(StrEnum):
    """How the follower of a table fares."""

    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    DENIED = "denied"
    MISSING = "missing"
    COLUMNS = "columns"
    ZONE = "zone"
    SLOW = "slow"
    FAILED = "failed"
    HISTORY = "history"
    FOLLOWING = "following"


WORKS = frozenset({TableState.HISTORY, TableState.FOLLOWING})
REMEDY: dict[TableState, str] = {
    TableState.UNREACHABLE: "no database server answers: start it, or correct host and port of queue_log_url; what the "
    "PBX could not write meanwhile is lost, the gap says when",
    TableState.REFUSED: "the server refuses the user, its password or the database: correct queue_log_url and "
    "queue_log_password_file, or pg_hba.conf of the server",
    TableState.DENIED: "the user may not read the table: GRANT SELECT on it, and USAGE on its schema",
    TableState.MISSING: "there is no such table for this user: create it, or correct queue_log_table (schema.name)",
    TableState.COLUMNS: "Asterisk writes these columns by these names: create or rename them (docs/operations.md)",
    TableState.ZONE: "the times are not in the zone they are read in: set queue_log_time_zone to the PBX's (UTC with "
    "queue_log_realtime_use_gmt=yes); nothing is taken until they fit",
    TableState.SLOW: "reading takes too long: give the table an index on id or time, see what locks it",
    TableState.FAILED: "the database cannot be read: see the error; it is tried again",
}


class Layout(NamedTuple):
    """How a table is read. `by`: its key, id or time; `stamp`: time is a timestamp, `zoned`: one with a zone."""

    by: str
    data: tuple[str, ...]
    stamp: bool
    zoned: bool


def find_layout(columns: Mapping[str, str]) -> Layout | str:
    """How to read a table with these columns ({name: type as PostgreSQL calls it}), or what is wrong with them."""
    data = tuple(name for name in (*FIVE, ONE) if name in columns)
    missing = [name for name in HEAD if name not in columns]
    if not data or (ONE not in data and len(data) < len(FIVE)):
        missing += [name for name in FIVE if name not in columns]
    if missing:
        return f"missing: {', '.join(missing)}; there are: {', '.join(sorted(columns)[:20])}"
    kind = columns["time"].split("(")[0]
    if kind not in TEXTS | STAMPS:
        return f"time is of type {columns['time']}, not text or timestamp"
    wrong = [name for name in (*HEAD[1:], *data) if columns[name].split("(")[0] not in TEXTS]
    if wrong:
        return f"not text: {', '.join(wrong)}"
    by = ID if columns.get(ID) in WHOLE else "time"
    return Layout(by, data, kind in STAMPS, kind == "timestamp with time zone")


def choose_data(values: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The data of one row: data1 to data5, or `data`, which Asterisk fills where it began without the database."""
    found = dict(zip(names, values, strict=True))
    five = tuple(found.get(name, "") for name in FIVE)
    return five if any(five) or not found.get(ONE) else (found[ONE],)


@dataclass(slots=True)
class TableStatus:
    """For readyz and figures. `since` in µs; `by`: id or time, None before the table was seen; `lag_us`: how much later
    the newest row was read than its time says, on the gateway's clock."""

    state: TableState = TableState.STOPPED
    since: int | None = None
    error: str | None = None
    by: str | None = None
    rows: int = 0
    window: int = 0
    lag_us: int | None = None


class TableSeen(NamedTuple):
    """What a look at a table showed. `shift_us`: how far its newest rows are from their calls; `clock_turns`: its zone
    has summer time; `keyed`: an index begins with what orders its rows."""

    layout: Layout
    keyed: bool
    writable: bool
    shift_us: int | None
    clock_turns: bool


class TableFinding(NamedTuple):
    """One thing to mend: a fixed code; wrong, less or note; what it is, the figure that suffers, the remedy."""

    code: str
    weight: str
    what: str
    figure: str
    remedy: str


RECOVERED = "visits that the feed did not see"
DDL = "docs/operations.md has the statements"


def examine_table(seen: TableSeen) -> list[TableFinding]:
    """What is not as it should be about a table that can be read."""
    return [finding for finding, is_so in _judge(seen) if is_so]


def _judge(seen: TableSeen) -> list[tuple[TableFinding, bool]]:
    layout = seen.layout
    shift = (seen.shift_us or 0) / 3_600_000_000
    return [
        (
            TableFinding(
                "table_zone", "wrong", f"rows of queue_log are {shift:+.2f} h from their calls",
                f"{RECOVERED}: nothing is taken until the times fit", REMEDY[TableState.ZONE],
            ),
            seen.shift_us is not None,
        ),
        (
            TableFinding(
                "table_no_data", "wrong", "queue_log has no column data beside data1 to data5",
                f"{RECOVERED}: Asterisk loses every record when it was started without the database",
                "ALTER TABLE ... ADD COLUMN data varchar",
            ),
            ONE not in layout.data,
        ),
        (
            TableFinding(
                "table_no_index", "less", f"queue_log has no index on {layout.by}",
                "none yet; the larger the table, the slower each look, for calls too",
                f"CREATE INDEX ON ... ({layout.by})",
            ),
            not seen.keyed,
        ),
        (
            TableFinding(
                "table_no_id", "less", "queue_log has no id, so its rows are ordered by time",
                f"{RECOVERED}: rows deleted unread are not noticed, a clock set back far is not followed",
                f"add one; {DDL}",
            ),
            layout.by != ID,
        ),
        (
            TableFinding(
                "table_summer_time", "less", "queue_log is written in a zone that has summer time",
                f"{RECOVERED} in the hour that comes twice, if the gateway is away then",
                'queue_log_realtime_use_gmt = yes in logger.conf, and queue_log_time_zone = "UTC"',
            ),
            seen.clock_turns and layout.by != ID and not layout.zoned,
        ),
        (
            TableFinding(
                "table_writable", "note", "the gateway's user may write to queue_log", "none; it never does",
                "GRANT it SELECT and no more",
            ),
            seen.writable,
        ),
    ]  # fmt: skip
