"""A batch of the log -> the rows it comes to where nothing is stored of its calls, as in most of years of history.

Law: what the books say over nothing stored, and nothing else. Whether nothing is stored is seen by who writes, in the
transaction that writes; the calls of which something is stored go the way of all others (`Pieces.split`).
"""

from collections.abc import Collection
from typing import NamedTuple

from gateway.core.call_rows import CallRow, combine_call
from gateway.core.contacts import Told
from gateway.core.log_visits import LogVisit
from gateway.core.offer_book import OfferBook
from gateway.core.offer_rows import OfferRow
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Place, Places, RowBook
from gateway.core.site import Site


class Pieces(NamedTuple):
    """What a batch of the log says: visits as they stand at its end, and what stands beside them."""

    visits: list[LogVisit]
    told: Told

    @property
    def callids(self) -> set[str]:
        """The calls it is about."""
        said = {visit.callid for visit in self.visits} | {offer.callid for offer in self.told.log_offers}
        return said | self.told.log_calls.keys()

    def split(self, callids: Collection[str]) -> tuple["Pieces", "Pieces"]:
        """What concerns these calls, with what is no call's own; and the rest."""
        theirs, others = Told(), Told()
        for callid, call in self.told.log_calls.items():
            (theirs if callid in callids else others).log_calls[callid] = call
        for offer in self.told.log_offers:
            (theirs if offer.callid in callids else others).log_offers[offer] = offer
        for callid, number in self.told.callers.items():
            (theirs if callid in callids else others).callers[callid] = number
        theirs.surveys, theirs.spells, theirs.gaps = self.told.surveys, self.told.spells, self.told.gaps
        mine = [visit for visit in self.visits if visit.callid in callids]
        rest = [visit for visit in self.visits if visit.callid not in callids]
        return Pieces(mine, theirs), Pieces(rest, others)


class FirstRows(NamedTuple):
    """New rows, and which row each visit of this reading is."""

    visits: list[VisitRow]
    calls: list[CallRow]
    offers: list[OfferRow]
    places: list[tuple[int, Place]]


def find_moved(visits: Collection[LogVisit]) -> set[str]:
    """Calls whose visits go by two callids: which row they are is seen only among all rows of both."""
    return {callid for visit in visits if visit.entered_as is not None for callid in (visit.callid, visit.entered_as)}


def make_first_rows(pbx: str, site: Site, pieces: Pieces) -> FirstRows:
    """The rows where nothing of these calls is stored."""
    places = Places()
    visits, offers = RowBook(pbx, site, (), places), OfferBook(pbx, site, ())
    for visit in pieces.visits:
        visits.see_log(visit)
    for offer in pieces.told.log_offers:
        offers.see_log(offer)
    calls = [combine_call(pbx, None, call, site) for call in pieces.told.log_calls.values()]
    # Of a visit that is over nothing is taken back any more, so what it was told last need not be kept.
    over = {visit.seq for visit in pieces.visits if visit.is_over}
    kept = [(seq, place._replace(told=None) if seq in over else place) for seq, place in places.items()]
    return FirstRows(list(visits.changed.values()), calls, list(offers.changed.values()), kept)
