"""Visits of a period, counted by the database: what figures are made of (`core/period_figures.py`)."""

from sqlalchemy import func, select

from gateway.core.history import Wanted
from gateway.core.period_figures import Count
from gateway.core.words import VisitOutcome
from gateway.ledger.history import is_one_of, sees
from gateway.ledger.reader import Reader
from gateway.ledger.tables import visits


class FigureBook:
    """Counts. All raise HistoryAwayError."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def count(self, wanted: Wanted) -> list[Count]:
        """Visits that stand in the period, alike ones together; `wanted.limit` and `after` mean nothing here."""
        place, alike = visits.c.listed_at, (visits.c.queue, visits.c.outcome, visits.c.within_promise)
        asked = select(*alike, func.count()).group_by(*alike).order_by(visits.c.queue)
        if wanted.since is not None:
            asked = asked.where(place >= wanted.since)
        if wanted.until is not None:
            asked = asked.where(place < wanted.until)
        for name, values in wanted.match.items():
            asked = asked.where(is_one_of(visits.c[name], values))
        if wanted.scope is not None:
            asked = asked.where(sees(wanted.scope))
        async with self._reader.look() as connection:
            found = (await connection.execute(asked)).all()
        return [
            Count(queue, VisitOutcome(outcome) if outcome is not None else None, _as_flag(within), number)
            for queue, outcome, within, number in found
        ]


def _as_flag(value: object) -> bool | None:
    return None if value is None else bool(value)
