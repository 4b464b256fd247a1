"""How many unreached callers were called back, and how soon.

Law: pure. The unit is a caller's time of being unreached, not his calls; who was never reached is in the denominator.
"""

from typing import Final, NamedTuple

from gateway.core.unreached import CallbackState, Unreached

DEFINITION: Final = "CB-A"
"""Unreached callers called back in time / unreached callers who did not call again and get through themselves; those
whose time is not up yet are in neither."""


class Rate(NamedTuple):
    """How many unreached callers became what; the rate of definition CB-A."""

    in_time: int = 0
    late: int = 0
    given_up: int = 0
    overdue: int = 0
    called_again: int = 0
    undecided: int = 0

    @property
    def numerator(self) -> int:
        return self.in_time

    @property
    def denominator(self) -> int:
        return self.in_time + self.late + self.given_up + self.overdue

    @property
    def ratio(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


def count_unreached(rate: Rate, one: Unreached, now: int) -> Rate:
    """The rate with one more."""
    name = _name_fate(one, now)
    return rate._replace(**{name: getattr(rate, name) + 1})


def _name_fate(one: Unreached, now: int) -> str:
    if one.closed_at is None:
        return "overdue" if now > one.due_at else "undecided"
    if one.state is CallbackState.REACHED:
        return "in_time" if one.closed_at <= one.due_at else "late"
    return str(one.state)
