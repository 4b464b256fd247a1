"""What has happened since the gateway started, for the live answers: calls and visits per line and queue, blind time.

Law: an outlet; moved only by facts, bounded by lines, queues and outcomes. The ledger, not this, is the history.
"""

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo

from gateway.core.facts import BlindTime, CallArrived, Fact, VisitSettled
from gateway.core.site import SECOND
from gateway.core.words import Direction

DAYS_KEPT = 2


class Tally:
    """Counts since `started_at` (µs); days begin at midnight of `zone`."""

    def __init__(self, started_at: int, zone: tzinfo) -> None:
        self.started_at = started_at
        self.calls: Counter[tuple[str, str]] = Counter()
        """Inbound calls by (pbx, line)."""
        self.line_visits: Counter[tuple[str, str, str]] = Counter()
        """Visits settled by (pbx, line, outcome)."""
        self.queue_visits: Counter[tuple[str, str, str]] = Counter()
        """Visits settled by (pbx, site-wide queue id, outcome)."""
        self.last_call: dict[tuple[str, str], int] = {}
        """Arrival of the last inbound call by (pbx, line)."""
        self._zone = zone
        self._blind: Counter[tuple[str, date]] = Counter()

    def offer(self, fact: Fact) -> None:
        """One fact of the stream; most need nothing."""
        if isinstance(fact, CallArrived):
            self._count_call(fact)
        elif isinstance(fact, VisitSettled):
            self.line_visits[fact.pbx, fact.line, fact.outcome.value] += 1
            self.queue_visits[fact.pbx, fact.queue, fact.outcome.value] += 1
        elif isinstance(fact, BlindTime):
            self._count_blind(fact)

    def blind_today(self, pbx: str, now: int, blind_since: int | None) -> int:
        """µs of the present day not seen from this PBX, the outage that lasts included."""
        today = self._day_of(now)
        blind = self._blind.get((pbx, today), 0)
        if blind_since is not None:
            blind += max(0, now - max(blind_since, self._midnight(today)))
        return blind

    def _count_call(self, fact: CallArrived) -> None:
        if fact.direction is Direction.INBOUND:
            key = fact.pbx, fact.line
            self.calls[key] += 1
            self.last_call[key] = max(fact.at, self.last_call.get(key, fact.at))

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
