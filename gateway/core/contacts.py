"""Facts and log of one PBX -> what is to be written beside visits: calls, offers, spells, surveys, gaps.

Law: what waits is bounded by what it is about, not by how often it was told: pieces of one thing unite. What could not
be written is put back, and nothing that was told meanwhile is lost or undone by it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from gateway.core import call_rows, offer_rows
from gateway.core.agent_spells import SpellBook, SpellRow, unite_spells
from gateway.core.call_rows import LiveCall, LogCall
from gateway.core.facts import Fact
from gateway.core.gaps import GapRow, read_blind_time, read_log_gap, unite_gaps
from gateway.core.log_places import Gap
from gateway.core.log_records import Record
from gateway.core.offer_rows import LiveOffer, LogOffer, OfferReader
from gateway.core.site import Site
from gateway.core.surveys import SurveyReader, SurveyRow, read_survey, unite_surveys

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True)
class Told:
    """What was told and is not written yet: calls by callid, the log's offers by themselves, the rest by id.

    `callers`: numbers by callid, personal and in clear; kept only where they will be sealed, and never printed.
    """

    live_calls: dict[str, LiveCall] = field(default_factory=dict)
    log_calls: dict[str, LogCall] = field(default_factory=dict)
    live_offers: dict[str, LiveOffer] = field(default_factory=dict)
    log_offers: dict[LogOffer, LogOffer] = field(default_factory=dict)
    spells: dict[str, SpellRow] = field(default_factory=dict)
    surveys: dict[str, SurveyRow] = field(default_factory=dict)
    gaps: dict[str, GapRow] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return sum(len(getattr(self, part.name)) for part in fields(self))

    def add(self, older: "Told") -> None:
        """What was told before, and could not be written."""
        for name, unite in UNITE.items():
            mine, theirs = getattr(self, name), getattr(older, name)
            later = list(mine.items())
            mine.clear()
            mine.update(theirs)
            for key, piece in later:
                _unite(mine, key, piece, unite)


UNITE: dict[str, Callable[[Any, Any], Any]] = {
    "live_calls": call_rows.unite_live,
    "log_calls": call_rows.unite_log,
    "live_offers": offer_rows.unite_live,
    "log_offers": lambda one, _other: one,
    "spells": unite_spells,
    "surveys": unite_surveys,
    "gaps": unite_gaps,
    "callers": lambda one, _other: one,
}
"""How two pieces of one thing become one, the earlier told first."""


class Contacts:
    """What one PBX's feed and log tell. `gateway`: whose gaps they are; `keeps_callers`: a key can seal them."""

    def __init__(self, pbx: str, gateway: str, *, keeps_callers: bool = False) -> None:
        self.told = Told()
        self.keeps_callers = keeps_callers
        self._pbx = pbx
        self._gateway = gateway
        self._offers = OfferReader()
        self._spells = SpellBook()
        self._surveys = SurveyReader()

    def see_fact(self, fact: Fact, site: Site) -> None:
        """A fact of the feed, in order."""
        told = self.told
        if (call := call_rows.read_fact(fact)) is not None:
            _unite(told.live_calls, call.callid, call, call_rows.unite_live)
            self._keep_caller(fact, site)
        if (offer := self._offers.see(fact)) is not None:
            _unite(told.live_offers, offer.id, offer, offer_rows.unite_live)
        for spell in self._spells.see(fact):
            _unite(told.spells, spell.id, spell, unite_spells)
        if (survey := self._surveys.see(fact, site)) is not None:
            _unite(told.surveys, survey.id, survey, unite_surveys)
        if (gap := read_blind_time(fact, self._gateway)) is not None:
            _unite(told.gaps, gap.id, gap, unite_gaps)

    def see_record(self, record: Record, site: Site) -> None:
        """A record of queue_log, in any order."""
        told = self.told
        if (call := call_rows.read_record(record)) is not None:
            _unite(told.log_calls, call.callid, call, call_rows.unite_log)
            self._keep_caller(record, site)
        if (offer := offer_rows.read_offer(record)) is not None:
            told.log_offers[offer] = offer
        if (survey := read_survey(self._pbx, record, site)) is not None:
            _unite(told.surveys, survey.id, survey, unite_surveys)

    def see_gap(self, gap: Gap, now: int) -> None:
        """Where records of the log may be missing; `now` in UTC µs."""
        row = read_log_gap(gap, self._pbx, self._gateway, now)
        _unite(self.told.gaps, row.id, row, unite_gaps)

    def _keep_caller(self, said: Fact | Record, site: Site) -> None:
        caller = call_rows.read_caller(said, site.numbering) if self.keeps_callers else None
        if caller is not None:
            self.told.callers.setdefault(*caller)

    def take(self) -> Told:
        """All that waits; when it cannot be written, `put_back` it."""
        taken, self.told = self.told, Told()
        return taken

    def put_back(self, taken: Told) -> None:
        """It was not written after all."""
        self.told.add(taken)


def _unite(pieces: dict[K, T], key: K, piece: T, unite: Callable[[T, T], T]) -> None:
    known = pieces.get(key)
    pieces[key] = piece if known is None else unite(known, piece)
