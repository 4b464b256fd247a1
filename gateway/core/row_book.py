"""Visits told by feed and log -> rows changed, over the rows stored of the same calls.

Law: what is stored is read before it is written: counting the visits of a call does not work when a file starts late.
The book is made anew for a batch; what must outlast it, which row a visit of this reading of the log is, is `Places`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from gateway.core.evidence import go_on, unite
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.reconcile import (
    VisitRow,
    combine,
    find_rest_of_live,
    find_row_of_live,
    find_row_of_log,
    make_log_id,
    revise,
)
from gateway.core.site import Site

PLACES_MAX = 20_000


class Place(NamedTuple):
    """The row a visit of the log is, and what it was told last, if that was taken as it is."""

    callid: str
    row: str
    told: LogVisit | None


class Places:
    """Which row each visit of one reading of the log is, by its `seq`; bounded, the oldest go first."""

    def __init__(self) -> None:
        self._by_seq: dict[int, Place] = {}
        self._rows_by_callid: defaultdict[str, set[str]] = defaultdict(set)
        self.continued: dict[str, str] = {}
        """Rows of visits that a restart gave another id."""

    def go_on(self, live: str, row: str) -> None:
        """The feed's visit of this id is this row from now on."""
        self.continued[live] = row
        if len(self.continued) > PLACES_MAX:
            del self.continued[next(iter(self.continued))]

    def find(self, seq: int) -> Place | None:
        """The place of a visit that was told before."""
        return self._by_seq.get(seq)

    def taken(self, callid: str) -> set[str]:
        """Rows that visits of this call have taken."""
        return self._rows_by_callid.get(callid, set())

    def items(self) -> list[tuple[int, Place]]:
        """All of them, in the order told."""
        return list(self._by_seq.items())

    def take(self, seq: int, place: Place) -> None:
        """Remember it."""
        self._by_seq[seq] = place
        self._rows_by_callid[place.callid].add(place.row)
        if len(self._by_seq) > PLACES_MAX:
            self._rows_by_callid.pop(self._by_seq.pop(next(iter(self._by_seq))).callid, None)


class RowBook:
    """The rows of some calls of one PBX. `changed` are those to write, `dropped` those to delete."""

    def __init__(self, pbx: str, site: Site, stored: Iterable[VisitRow], places: Places) -> None:
        self._pbx = pbx
        self._site = site
        self._places = places
        self._rows: dict[str, VisitRow] = {}
        self._by_callid: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.changed: dict[str, VisitRow] = {}
        self.dropped: set[str] = set()
        """Ids of stored rows that turned out to be another one's."""
        for row in stored:
            self._put(row)

    def see_live(self, live: LiveVisit) -> VisitRow:
        """What the feed says of a visit, last; of one that it found again after a restart, what it adds."""
        row = self._rows.get(self._places.continued.get(live.id, "")) or find_row_of_live(live, self._of_live(live))
        said = live
        if row is not None and row.log is None and (rest := find_rest_of_live(live, self._of_live(live))) is not None:
            row = self._fuse(row, rest)
        if row is not None and row.live is not None and row.live.id != live.id:
            self._places.go_on(live.id, row.id)
            said = go_on(row.live, live)
        queue = row.pbx_queue if row is not None else self._site.queue_name(live.queue)
        return self._write(row, row.id if row is not None else live.id, queue, said, row.log if row else None)

    def see_log(self, log: LogVisit) -> VisitRow:
        """What one reading of the log says of a visit: later is more, and takes back what an AGENTDUMP undoes."""
        seq, log = log.seq, LogVisit._make((*log[:2], 0, *log[3:]))  # a third of what _replace costs
        place = self._places.find(seq)
        placed = self._rows.get(place.row) if place is not None else None
        row = placed or self._find(log)
        other = self._find(log, row.id) if row is not None else None
        if row is not None and other is not None and _is_rest_of(row, other, log, placed is not None):
            row = self._fuse(row, other)
        is_older = row is None or row.log is None or (place is not None and row.log == place.told)
        told = log if is_older or row is None or row.log is None else unite(row.log, log)
        identity = row.id if row is not None else self._make_id(log)
        self._places.take(seq, Place(log.callid, identity, log if is_older else None))
        return self._write(row, identity, log.queue, row.live if row is not None else None, told)

    def _find(self, log: LogVisit, *without: str) -> VisitRow | None:
        known = [row for row in self._of(log.callid, log.entered_as) if row.id not in without]
        return find_row_of_log(log, known, self._places.taken(log.callid)) if known else None

    def _fuse(self, row: VisitRow, other: VisitRow) -> VisitRow:
        """Now that more is known, two rows are one: of a visit that a transfer gave another callid, or that the feed
        found without times. The feed's stays."""
        kept, gone = (other, row) if other.live is not None else (row, other)
        self._rows.pop(gone.id)
        for ids in self._by_callid.values():
            ids.pop(gone.id, None)
        self.changed.pop(gone.id, None)
        self.dropped.add(gone.id)
        log = unite(kept.log, gone.log) if kept.log is not None and gone.log is not None else kept.log or gone.log
        return self._write(kept, kept.id, kept.pbx_queue, kept.live or gone.live, log)

    def _make_id(self, log: LogVisit) -> str:
        nth = 0
        while (identity := make_log_id(self._pbx, log, nth)) in self._rows:
            nth += 1
        return identity

    def _of_live(self, live: LiveVisit) -> list[VisitRow]:
        return self._of(live.callid, live.entered_as)

    def _of(self, *callids: str | None) -> list[VisitRow]:
        ids = {
            identity: None for callid in callids if callid is not None for identity in self._by_callid.get(callid, ())
        }
        return [self._rows[identity] for identity in ids]

    def _write(
        self, old: VisitRow | None, identity: str, queue: str, live: LiveVisit | None, log: LogVisit | None
    ) -> VisitRow:
        new = revise(old, combine(identity, self._pbx, queue, live, log, self._site))
        if new != old:
            self._put(new)
            self.changed[identity] = new
        return new

    def _put(self, row: VisitRow) -> None:
        self._rows[row.id] = row
        for callid in {row.callid, row.live and row.live.entered_as, row.log and row.log.entered_as}:
            if callid is not None:
                self._by_callid[callid][row.id] = None


def _is_rest_of(row: VisitRow, other: VisitRow, log: LogVisit, is_placed: bool) -> bool:
    """Whether the other row is what only now can be seen to be the same visit. Not `is_placed`: the reading began anew
    in its middle, and only a talk that the feed found without any time may be the rest of it."""
    is_found_late = row.live is None and other.live is not None and other.log is None
    if not is_placed:
        return is_found_late and other.joined_at is None and other.connected_at is None
    return other.id != row.id and (is_found_late or log.callid != row.callid)
