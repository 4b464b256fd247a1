"""`from` and `to` of a query -> a period: the first moment that is in it and the first that is not.

Law: pure and strict. A time is RFC 3339 with its offset, never guessed; a date alone is the site's day, which as `to`
is in the period as a whole.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from gateway.web.problems import RefusalError
from gateway.web.spelling import spell_time

FROM: Final = "from"
TO: Final = "to"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOST_PLUS: Final = re.compile(r".* \d\d:\d\d", re.ASCII)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HOW: Final = "A time as 2026-11-24T08:00:00+08:00 (RFC 3339 with its offset), or a date as 2026-11-24: the site's day."


class Period(NamedTuple):
    """[`since`, `until`), UTC µs; None is without end that way."""

    since: int | None
    until: int | None

    def spell(self) -> dict[str, str | None]:
        """As answers show it."""
        return {FROM: spell_time(self.since), TO: spell_time(self.until)}


def read_period(asked: Mapping[str, str], zone: tzinfo) -> Period:
    """Raises RefusalError (400) naming the parameter."""
    since, until = (read_time(asked[name], name, zone) if name in asked else None for name in (FROM, TO))
    if since is not None and until is not None and since >= until:
        raise RefusalError(400, f"`from` ({spell_time(since)}) is not before `to` ({spell_time(until)}).", FROM)
    return Period(since, until)


def read_time(text: str, name: str, zone: tzinfo) -> int:
    """UTC µs. Raises RefusalError (400)."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=name == TO)
            return _measure(datetime(day.year, day.month, day.day, tzinfo=zone))
        if _TIME.fullmatch(text):
            return _measure(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError) as error:
        raise RefusalError(400, f"No such time: {error}. {HOW}", name) from None
    if _LOST_PLUS.fullmatch(text):
        raise RefusalError(400, f"In an address a + is a space: write %2B. {HOW}", name)
    raise RefusalError(400, HOW, name)


def _measure(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
