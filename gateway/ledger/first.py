"""A batch of history, spelled as if the ledger had nothing of its calls: what needs no database, done beside it.

Law: no statement here. Everything is a value that goes to another process: rows, and the pieces they were made of, for
those calls of which something is stored after all.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from gateway.core.call_rows import CallRow
from gateway.core.first_rows import Pieces, find_moved, make_first_rows
from gateway.core.numbering import identify
from gateway.core.offer_rows import OfferRow
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Place
from gateway.core.site import Site
from gateway.ledger import contacts as kinds
from gateway.ledger.bulk import Shape, Values
from gateway.ledger.contacts import spell_row
from gateway.ledger.sealing import Sealer
from gateway.ledger.tables import calls, offers, visits
from gateway.ledger.visits import spell_visit

WRITTEN = ("gateway", "written_at")
UNSEALED: dict[str, Any] = {"caller_sealed": None, "caller_hash": None, "caller_key": None}
VISITS = Shape(visits, (*VisitRow._fields, "call", "entered_as", "log_lacks_it", "listed_at", *WRITTEN))
CALLS = Shape(calls, (*CallRow._fields, "listed_at", *UNSEALED, *WRITTEN))
OFFERS = Shape(offers, (*OfferRow._fields, *WRITTEN))


class Spelled(NamedTuple):
    """New rows as drivers take them, and which row each visit is."""

    visits: list[Values]
    calls: list[Values]
    offers: list[Values]
    places: list[tuple[int, Place]]

    @property
    def offered(self) -> dict[str, str]:
        """{id of an offer: its call}."""
        return {row[_OFFER_ID]: row[_OFFER_CALL] for row in self.offers}

    def without(self, callids: Collection[str]) -> "Spelled":
        """What does not concern these calls."""
        return Spelled(
            [row for row in self.visits if row[_VISIT_CALL] not in callids],
            [row for row in self.calls if row[_CALL] not in callids],
            [row for row in self.offers if row[_OFFER_CALL] not in callids],
            [(seq, place) for seq, place in self.places if place.callid not in callids],
        )


_VISIT_CALL, _CALL = VISITS.names.index("callid"), CALLS.names.index("callid")
_OFFER_ID, _OFFER_CALL = OFFERS.names.index("id"), OFFERS.names.index("callid")


class Batch(NamedTuple):
    """Pieces of calls `known` to be stored from the batch before, those of `fresh` ones, and what these come to."""

    known: Pieces
    fresh: Callable[[], Pieces]
    callids: set[str]
    """Of the fresh ones."""
    spelled: Spelled


def prepare_batch(
    pbx: str, site: Site, gateway: str, sealer: Sealer | None, pieces: Pieces, open_before: Collection[str], now: int
) -> Batch:
    """Spell a batch; `open_before`: calls whose visits were open when it began. `now`: UTC µs."""
    known, fresh = pieces.split({*open_before, *find_moved(pieces.visits)})
    rows = make_first_rows(pbx, site, fresh)
    written, callers = {"gateway": gateway, "written_at": now}, fresh.told.callers
    sealed = {row.id: _seal(row, callers.get(row.callid), sealer, site) for row in rows.calls}
    spelled = Spelled(
        [VISITS.spell(spell_visit(row) | written) for row in rows.visits],
        [CALLS.spell(spell_row(kinds.CALLS, row) | sealed[row.id] | written) for row in rows.calls],
        [OFFERS.spell(spell_row(kinds.OFFERS, row) | written) for row in rows.offers],
        rows.places,
    )
    return Batch(known, lambda: fresh, fresh.callids, spelled)


def _seal(row: CallRow, caller: str | None, sealer: Sealer | None, site: Site) -> dict[str, Any]:
    if sealer is None or caller is None:
        return UNSEALED
    sealed = sealer.seal(caller, row.id, identify(caller, site.numbering))
    return UNSEALED if sealed is None else dict(zip(UNSEALED, sealed, strict=True))
