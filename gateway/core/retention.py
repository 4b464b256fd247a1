"""How long what is kept of callers stays: what may go now, by the limits in force. Law: pure; only time decides."""

from typing import NamedTuple

DAY_US = 86_400_000_000


class Limits(NamedTuple):
    """Days that callers' numbers stay, and what calls and agents did."""

    numbers_days: int = 180
    facts_days: int = 1096


class Due(NamedTuple):
    """What stands before these times (UTC µs) goes."""

    numbers_before: int
    facts_before: int


def find_due(limits: Limits, now: int) -> Due:
    """A row goes when its whole term is over. A number never outlives the facts it stands in."""
    facts = now - limits.facts_days * DAY_US
    return Due(max(now - limits.numbers_days * DAY_US, facts), facts)
