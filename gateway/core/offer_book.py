"""Rings told by feed and log -> rows changed, over the rows stored of the same calls.

Law: the feed's ring has the id of its channel, and what the log alone knew under another id becomes part of it; so the
rows are the same whoever comes first. Made anew for a batch.
"""

from collections import defaultdict
from collections.abc import Iterable

from gateway.core.offer_rows import (
    LiveOffer,
    LogOffer,
    OfferRow,
    choose_reading,
    combine_offer,
    make_offer_id,
    measure_offer,
    measure_readings,
    revise_offer,
    unite_live,
)
from gateway.core.site import Site


class OfferBook:
    """The rings of some calls of one PBX. `changed` are the rows to write, `dropped` the ids of those to delete."""

    def __init__(self, pbx: str, site: Site, stored: Iterable[OfferRow]) -> None:
        self._pbx = pbx
        self._site = site
        self._rows: dict[str, OfferRow] = {}
        self._by_callid: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.changed: dict[str, OfferRow] = {}
        self.dropped: set[str] = set()
        for row in stored:
            self._put(row)

    def see_live(self, live: LiveOffer) -> OfferRow:
        """What the feed says of a ring."""
        old = self._rows.get(live.id)
        live = unite_live(old.live, live) if old is not None and old.live is not None else live
        log = old.log if old is not None else None
        if log is None and (told := self._find_told(live)) is not None:
            log = told.log
            self._drop(told)
        return self._write(old, live, log)

    def see_log(self, log: LogOffer) -> OfferRow:
        """What the log says of a ring."""
        row = self._rows.get(make_offer_id(self._pbx, log))
        if row is None and self._by_callid.get(log.callid):
            row = self._find_read(log) or self._find_seen(log)
        if row is None:
            return self._write(None, None, log)
        return self._write(row, row.live, choose_reading(row.log, log))

    def _find_told(self, live: LiveOffer) -> OfferRow | None:
        """The row that the log alone made of this ring."""
        return self._choose(
            (measure_offer(live, row.log, self._site), row)
            for row in self._of(live.callid)
            if row.live is None and row.log is not None
        )

    def _find_read(self, log: LogOffer) -> OfferRow | None:
        """The row that an earlier reading of this record made it part of."""
        return self._choose(
            (measure_readings(row.log, log), row) for row in self._of(log.callid) if row.log is not None
        )

    def _find_seen(self, log: LogOffer) -> OfferRow | None:
        """The feed's own row of this ring."""
        return self._choose(
            (measure_offer(row.live, log, self._site), row)
            for row in self._of(log.callid)
            if row.log is None and row.live is not None
        )

    @staticmethod
    def _choose(measured: Iterable[tuple[int | None, OfferRow]]) -> OfferRow | None:
        near = [(distance, row.id, row) for distance, row in measured if distance is not None]
        return min(near)[2] if near else None

    def _of(self, callid: str | None) -> list[OfferRow]:
        return [self._rows[identity] for identity in self._by_callid.get(callid or "", ())]

    def _write(self, old: OfferRow | None, live: LiveOffer | None, log: LogOffer | None) -> OfferRow:
        new = revise_offer(old, combine_offer(self._pbx, live, log, self._site))
        if old is not None and old.id != new.id:
            self._drop(old)
        if new != old:
            self._put(new)
            self.changed[new.id] = new
            self.dropped.discard(new.id)
        return new

    def _put(self, row: OfferRow) -> None:
        self._rows[row.id] = row
        self._by_callid[row.callid or ""][row.id] = None

    def _drop(self, row: OfferRow) -> None:
        del self._rows[row.id]
        del self._by_callid[row.callid or ""][row.id]
        self.changed.pop(row.id, None)
        self.dropped.add(row.id)
