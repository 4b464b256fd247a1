"""How single values are spelt in JSON: times, durations, numbers of people.

Law: pure. A number that could be somebody's is masked here, once, for every answer.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.core.site import SECOND

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHORT: Final = 5
NUMBER: Final = re.compile(r"\+?[0-9*#]+", re.ASCII)


def spell_time(at: int | None) -> str | None:
    """RFC 3339 in UTC. A time no calendar has (a PBX may send anything) is as good as none."""
    if at is None:
        return None
    try:
        return (EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        return None


def spell_duration(us: int | None) -> float | None:
    """Seconds."""
    return None if us is None else us / SECOND


def measure(since: int | None, now: int) -> float | None:
    """Seconds from `since` to `now`, both on the PBX's clock; never negative, as the clock offset is an estimate."""
    return None if since is None else max(0, now - since) / SECOND


def mask(number: str) -> str | None:
    """`13812345678` -> `138****5678`. Service codes and extensions (up to 5 digits) are nobody's; of everything else at
    least four digits are hidden; what is no number - a name, an address - is hidden whole."""
    if not number:
        return None
    if not NUMBER.fullmatch(number):
        return "****"
    if len(number) <= SHORT:
        return number
    if len(number) < SHORT + 4:
        return f"{number[0]}****{number[-1]}"
    return f"{number[:-8]}****{number[-4:]}"
