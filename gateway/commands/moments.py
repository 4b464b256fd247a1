"""Moments as people write them on the command line. Law: pure; a moment that could be meant otherwise is refused."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

UNITS = {"m": 60, "h": 3_600, "d": 86_400}
_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MomentError(Exception):
    """What was written is no moment; the text says what is."""


def read_moment(text: str, now: int, zone: str) -> int:
    """UTC µs of `90d`, `12h`, `30m` from `now`; of `2026-12-31`, the end of that day in `zone`; of an RFC 3339 time
    with its offset. Raises MomentError."""
    span = _SPAN.fullmatch(text)
    if span is not None:
        return now + int(span[1]) * UNITS[span[2]] * 1_000_000
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text) + timedelta(days=1)
            moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise MomentError(f"{text!r} is no moment: write 90d, 12h or 30m, 2026-12-31, or 2026-12-31T12:00:00+08:00")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def spell_moment(at: int | None) -> str | None:
    """RFC 3339 in UTC, whole seconds."""
    if at is None:
        return None
    return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds").replace("+00:00", "Z")
