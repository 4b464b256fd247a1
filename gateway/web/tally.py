"""What has happened today, for the live answers: calls and visits per line, queue and agent, blind time.

Law: an outlet; moved only by facts, bounded by days, lines, queues, agents and outcomes. A day begins at the site's
midnight; a restart goes on with what was counted before. The ledger, not this, is the history.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from gateway.core.facts import BlindTime, CallArrived, Fact, VisitSettled
from gateway.core.site import SECOND
from gateway.core.words import Direction, VisitOutcome

DAYS_KEPT = 2
DAYS_MAX = 4


@dataclass(slots=True)
class Day:
    """Counts of one day; the first part of every key is the PBX."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Inbound calls by (pbx, line)."""
    line_visits: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Visits settled by (pbx, line, outcome)."""
    queue_visits: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Visits settled by (pbx, site-wide queue id, outcome)."""
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Visits answered by (pbx, agent)."""


class Tally:
    """Counts since `started_at` (µs); days begin at midnight of `zone`."""

    def __init__(self, started_at: int, zone: tzinfo) -> None:
        self.started_at = started_at
        self.last_call: dict[tuple[str, str], int] = {}
        """Arrival of the last inbound call by (pbx, line)."""
        self._zone = zone
        self._days: dict[date, Day] = {}
        self._blind: Counter[tuple[str, date]] = Counter()

    def offer(self, fact: Fact) -> None:
        """One fact of the stream; most need nothing."""
        if isinstance(fact, CallArrived):
            self._count_call(fact)
        elif isinstance(fact, VisitSettled):
            self._count_visit(fact)
        elif isinstance(fact, BlindTime):
            self._count_blind(fact)

    def today(self, now: int) -> Day:
        """The counts of the day it is."""
        return self._days.get(self._day_of(now)) or Day()

    def counts_since(self, now: int) -> int:
        """When today's counts begin: at midnight, or when this began to count."""
        return max(self.started_at, self._midnight(self._day_of(now)))

    def blind_today(self, pbx: str, now: int, blind_since: int | None) -> int:
        """µs of the present day not seen from this PBX, the outage that lasts included."""
        today = self._day_of(now)
        blind = self._blind.get((pbx, today), 0)
        if blind_since is not None:
            blind += max(0, now - max(blind_since, self._midnight(today)))
        return blind

    def begin(self, at: int) -> None:
        """Counting began at `at`."""
        self.started_at = at

    def remember(self) -> tuple[Any, ...]:
        """All of it, for a checkpoint."""
        days = [
            (day, count.calls, count.line_visits, count.queue_visits, count.answered)
            for day, count in self._days.items()
        ]
        return self.started_at, self.last_call, days, self._blind

    def recall(self, memory: Any) -> None:
        """Go on from what `remember` gave."""
        self.started_at, self.last_call, days, self._blind = memory
        self._days = {day: Day(*counts) for day, *counts in days}

    def _count_call(self, fact: CallArrived) -> None:
        if fact.direction is Direction.INBOUND:
            key = fact.pbx, fact.line
            self._of(fact.at).calls[key] += 1
            self.last_call[key] = max(fact.at, self.last_call.get(key, fact.at))

    def _count_visit(self, fact: VisitSettled) -> None:
        day = self._of(fact.at)
        day.line_visits[fact.pbx, fact.line, fact.outcome.value] += 1
        day.queue_visits[fact.pbx, fact.queue, fact.outcome.value] += 1
        if fact.outcome is VisitOutcome.ANSWERED and fact.agent is not None:
            day.answered[fact.pbx, fact.agent] += 1

    def _of(self, at: int) -> Day:
        day = self._day_of(at)
        if day not in self._days:
            self._days[day] = Day()
            # By age of the entry, not of the day: a PBX whose clock is years ahead must not push today out.
            while len(self._days) > DAYS_MAX:
                del self._days[next(iter(self._days))]
        return self._days[day]

    def _count_blind(self, fact: BlindTime) -> None:
        """Gives each day its part of the interval; only the last days are kept."""
        last = self._day_of(fact.at)
        for back in range(DAYS_KEPT):
            day = last - timedelta(days=back)
            begin, end = self._midnight(day), self._midnight(day + timedelta(days=1))
            self._blind[fact.pbx, day] += max(0, min(fact.at, end) - max(fact.start, begin))
        for key in [key for key in self._blind if key[1] <= last - timedelta(days=DAYS_KEPT)]:
            del self._blind[key]

    def _day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at / SECOND, self._zone).date()

    def _midnight(self, day: date) -> int:
        return round(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp()) * SECOND
