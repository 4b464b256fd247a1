"""One row of a realtime queue_log table -> what a line of the file would be; and whether the times of rows can be.

Asterisk writes `time` as text in a zone that the row does not name (main/logger.c ast_queue_log: `%F %T.%6q`, local or
GMT). What the row does name is the call: its Uniqueid begins with the second its channel was made, in UTC, and nothing
is written of a channel before it is there. So a wrong zone shows, and of the two hours that one text stands for when
summer time ends the right one is taken. Pure; the zone comes in as the UTC times that a text can mean.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from gateway.core import log_records as rec
from gateway.core.log_window import Mark
from gateway.core.queue_log import EPOCH_MAX, EPOCH_MIN, KEPT_BYTES, Fault, FaultReason, Head, read_columns
from gateway.core.site import SECOND

MINUTE = 60 * SECOND
QUARTER = 15 * MINUTE
"""Zones differ by multiples of it."""
NEAR_ZONE_US = MINUTE
FAR_US = 50 * MINUTE
"""So far from its call a single entry is enough to doubt the zone; less far it takes `FEW`."""
FEW = 3
CLOCK_US = 5 * MINUTE
_CHANNEL = re.compile(r"(?:[\w.\-]+-)?(\d{9,11})\.\d+", re.ASCII)
_ESCAPED = re.compile(r"\^(3B|5E)")
_PLAIN = {"3B": ";", "5E": "^"}


class TableRow(NamedTuple):
    """A row as read: `key` orders it, `times` are the UTC µs its time can mean (none: it is no time), earlier first.

    `id` is the DBA's own number of it, if there is one."""

    key: int
    times: tuple[int, ...]
    id: int | None
    written: str
    callid: str
    queue: str
    agent: str
    verb: str
    data: tuple[str, ...]

    @property
    def mark(self) -> Mark:
        """What the row is known by."""
        said = repr(self[2:]).encode("utf-8", "surrogatepass")
        return Mark(self.key, int.from_bytes(blake2b(said, digest_size=8).digest(), "big") >> 1)

    @property
    def made_at(self) -> int | None:
        """When the call's channel was made, by its Uniqueid, UTC µs."""
        found = _CHANNEL.fullmatch(self.callid)
        return int(found[1]) * SECOND if found else None


def unescape(text: str) -> str:
    """The text as Asterisk had it: res_config_pgsql.c (ESCAPE_STRING) writes `;` as `^3B` and `^` as `^5E`."""
    return _ESCAPED.sub(lambda found: _PLAIN[found[1]], text)


def choose_time(row: TableRow, last: int | None) -> int | None:
    """The one that fits of the times the row can mean, UTC µs; `last`: the row's before it."""
    after = row.made_at if row.made_at is not None else last
    if after is None or not row.times:
        return row.times[0] if row.times else None
    return min(row.times, key=lambda at: (at < after - CLOCK_US, abs(at - after)))


def read_row(row: TableRow, last: int | None) -> rec.Record | Fault:
    """The record, or why it is none. Never raises."""
    at = choose_time(row, last)
    if at is None or not EPOCH_MIN * SECOND <= at < EPOCH_MAX * SECOND:
        return Fault(FaultReason.EPOCH, _quote(row))
    found = read_columns(Head(at, row.callid, row.queue, row.agent), row.verb, row.data)
    return Fault(found, _quote(row)) if isinstance(found, FaultReason) else found


def _quote(row: TableRow) -> bytes:
    return "|".join((*row[3:-1], *row.data)).encode("utf-8", "replace")[:KEPT_BYTES]


def find_shift(rows: Iterable[TableRow]) -> int | None:
    """How far, in µs, the times of these rows are from where they belong because the zone is wrong; None: they are not.

    Judged by entries: a caller enters a queue when his channel is there, mostly at once. One that fits clears all.
    """
    apart = [
        at - row.made_at
        for row in rows
        if row.verb == "ENTERQUEUE" and row.made_at is not None and (at := choose_time(row, None)) is not None
    ]
    if not apart or any(-CLOCK_US <= late < QUARTER - NEAR_ZONE_US for late in apart):
        return None
    least = min(apart, key=abs)
    is_zone = abs(least - round(least / QUARTER) * QUARTER) <= NEAR_ZONE_US
    return least if is_zone and (len(apart) >= FEW or abs(least) >= FAR_US) else None
