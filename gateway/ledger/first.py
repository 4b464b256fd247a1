"""A batch of history, spelled as if the ledger had nothing of its calls: what needs no database, done beside it.

Law: no statement here. Everything is a value that goes to another process: rows, and the pieces they were made of, for
those calls of which something is stored after all.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from gateway.core.call_rows import CallRow
from gateway.core.first_rows import Pieces, find_moved, make_first_rows
from gateway.core.ids import derive_id
from gateway.core.offer_rows import OfferRow
from gateway.core.reconcile import VisitRow
from gateway.core.row_book import Place
from gateway.core.site import Site
from gateway.ledger.bulk import Shape, Values
from gateway.ledger.rows import spell_evidence
from gateway.ledger.sealing import Sealer
from gateway.ledger.tables import calls, offers, visits

WRITTEN = ("gateway", "written_at")
VISITS = Shape(visits, (*VisitRow._fields, "call", "entered_as", "log_lacks_it", *WRITTEN))
CALLS = Shape(calls, (*CallRow._fields, "caller_sealed", "caller_hash", "caller_key", *WRITTEN))
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
    written = gateway, now
    callers = fresh.told.callers
    spelled = Spelled(
        [_spell_visit(row, written) for row in rows.visits],
        [_spell_call(row, callers.get(row.callid), sealer, written) for row in rows.calls],
        [_spell_offer(row, written) for row in rows.offers],
        rows.places,
    )
    return Batch(known, lambda: fresh, fresh.callids, spelled)


def _spell_visit(row: VisitRow, written: tuple[str, int]) -> Values:
    entered_as = row.log.entered_as if row.log else None
    evidence = spell_evidence(row.live), spell_evidence(row.log)
    return VISITS.spell((*row[:-2], *evidence, derive_id(row.pbx, "call", row.callid), entered_as, False, *written))


def _spell_call(row: CallRow, caller: str | None, sealer: Sealer | None, written: tuple[str, int]) -> Values:
    sealed = sealer.seal(caller, row.id) if sealer is not None and caller is not None else None
    return CALLS.spell(
        (*row[:-2], spell_evidence(row.live), spell_evidence(row.log), *(sealed or (None, None, None)), *written)
    )


def _spell_offer(row: OfferRow, written: tuple[str, int]) -> Values:
    return OFFERS.spell((*row[:-2], spell_evidence(row.live), spell_evidence(row.log), *written))
