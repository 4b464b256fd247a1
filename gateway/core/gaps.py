"""Blind time of the feed and named gaps of the log -> rows: what one gateway did not see, why, and how it was mended.

Law: a gap is a gateway's own; its id is of its beginning and cause, so that it is one row however often it is told.
"""

from typing import NamedTuple

from gateway.core import facts as ft
from gateway.core.ids import derive_id
from gateway.core.log_places import Gap


class GapRow(NamedTuple):
    """Time not seen by `gateway`, `of` its feed or log. Times UTC µs of the gateway's clock; `ended_at` None: it lasts,
    or nobody knows. `repair`: what mended it; `detail`: of which file."""

    id: str
    gateway: str
    pbx: str
    of: str
    cause: str
    started_at: int
    ended_at: int | None
    repair: str | None
    repaired_at: int | None
    detail: str | None


def read_blind_time(fact: ft.Fact, gateway: str) -> GapRow | None:
    """The row of a blind time that is over, or None."""
    if not isinstance(fact, ft.BlindTime):
        return None
    identity = derive_id(gateway, fact.pbx, "gap", "feed", fact.start)
    return GapRow(
        identity, gateway, fact.pbx, "feed", fact.cause, fact.start, fact.at, fact.repaired or None,
        fact.at if fact.repaired else None, None,
    )  # fmt: skip


def read_outage(pbx: str, gateway: str, since: int, cause: str) -> GapRow:
    """The row, not stored yet, of a blind time that lasts; it will have the same id when it is over."""
    return GapRow(derive_id(gateway, pbx, "gap", "feed", since), gateway, pbx, "feed", cause, since, *[None] * 4)


def read_log_gap(gap: Gap, pbx: str, gateway: str, now: int) -> GapRow:
    """The row of a gap of queue_log. One that has no time at all (a file nobody can read) is noted at `now`."""
    started_at = next(time for time in (gap.since, gap.until, now) if time is not None)
    identity = derive_id(gateway, pbx, "gap", "log", gap.cause, gap.since, gap.until, gap.name)
    return GapRow(identity, gateway, pbx, "log", str(gap.cause), started_at, gap.until, None, None, gap.name)


def unite_gaps(old: GapRow, new: GapRow) -> GapRow:
    """Both of one id: it began when it was first told, and how it was mended is what was told last."""
    known = {name: value for name, value in new._asdict().items() if value is not None}
    return old._replace(**known)._replace(started_at=min(old.started_at, new.started_at))
