"""Calls, offers, spells, surveys and gaps in the ledger: rows read, united with what was told, changed ones written.

Law: no decision here: what two rows of one thing come to is the core's (`core/contacts.py`). Read, change and write
stand in one transaction whose writer has taken the lock of the PBX (`visits.lock_pbx`). Columns that no row has, the
sealed number among them, are left as they are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.agent_spells import SpellRow, unite_spells
from gateway.core.call_rows import CallRow, LiveCall, LogCall, combine_call, unite_calls
from gateway.core.contacts import Told
from gateway.core.gaps import GapRow, unite_gaps
from gateway.core.history import place_call
from gateway.core.ids import derive_id
from gateway.core.numbering import Numbering, identify
from gateway.core.offer_book import OfferBook
from gateway.core.offer_rows import LiveOffer, LogOffer, OfferRow, make_offer_id
from gateway.core.site import Site
from gateway.core.surveys import SurveyRow, unite_surveys
from gateway.core.words import AgentState, Direction, OfferOutcome
from gateway.ledger.rows import make_upsert, read_evidence, read_words, spell_evidence
from gateway.ledger.sealing import Sealer
from gateway.ledger.tables import agent_spells, calls, gaps, offers, surveys

ASKED_MAX = 500
"""Ids or callids asked for in one statement."""


class Row(Protocol):
    """What all rows have: they are NamedTuples with an id."""

    @property
    def id(self) -> str: ...
    def _asdict(self) -> dict[str, Any]: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, eq=False, slots=True)
class Kind(Generic[R]):
    """How rows of one kind stand in their table: `evidence` is JSON, `words` are enums there and in the columns."""

    table: Table
    row: type[R]
    words: Mapping[str, type[StrEnum]]
    evidence: Mapping[str, Any]
    place: Callable[[R], int] | None = None
    """Where rows are listed, in a column `listed_at` that no row has."""


CALLS = Kind(
    calls, CallRow, {"direction": Direction, "ended_direction": Direction}, {"live": LiveCall, "log": LogCall},
    place_call,
)  # fmt: skip
OFFERS = Kind(offers, OfferRow, {"outcome": OfferOutcome}, {"live": LiveOffer, "log": LogOffer})
SPELLS = Kind(agent_spells, SpellRow, {"state": AgentState}, {})
SURVEYS = Kind(surveys, SurveyRow, {}, {})
GAPS = Kind(gaps, GapRow, {}, {})


class Written(NamedTuple):
    """Rows that were new, changed, or deleted because they were another one's."""

    new: int = 0
    changed: int = 0
    dropped: int = 0

    def plus(self, other: "Written") -> "Written":
        return Written(*map(sum, zip(self, other, strict=True)))


async def write_contacts(
    connection: AsyncConnection, pbx: str, site: Site, told: Told, gateway: str, now: int, sealer: Sealer | None = None
) -> Written:
    """Unite what was told with what is stored. `now`: UTC µs. Without a sealer numbers are left out. Raises what the
    driver raises."""
    called = [combine_call(pbx, live, None, site) for live in told.live_calls.values()]
    called += [combine_call(pbx, None, log, site) for log in told.log_calls.values()]
    done = await merge_rows(connection, CALLS, called, partial(unite_calls, site=site), gateway, now)
    if sealer is not None:
        await seal_callers(connection, pbx, told.callers, sealer, site.numbering)
    done = done.plus(await _merge_offers(connection, pbx, site, told, gateway, now))
    done = done.plus(await merge_rows(connection, SPELLS, told.spells.values(), unite_spells, gateway, now))
    done = done.plus(await merge_rows(connection, SURVEYS, told.surveys.values(), unite_surveys, gateway, now))
    return done.plus(await merge_rows(connection, GAPS, told.gaps.values(), unite_gaps, gateway, now))


async def seal_callers(
    connection: AsyncConnection, pbx: str, callers: Mapping[str, str], sealer: Sealer, numbering: Numbering
) -> None:
    """Numbers to the rows of their calls. The first one stays: a list or the log may have what the dialplan made of it.
    One that was erased does not come back, whatever is replayed or imported."""
    values = []
    for callid, number in callers.items():
        identity = derive_id(pbx, "call", callid)
        if (sealed := sealer.seal(number, identity, identify(number, numbering))) is not None:
            values.append({"call": identity, "sealed": sealed.sealed, "hashed": sealed.hash, "key": sealed.key})
    if values:
        await connection.execute(_SEAL, values)


_SEAL = (
    update(calls)
    .where(calls.c.id == bindparam("call"), calls.c.caller_sealed.is_(None), calls.c.caller_erased_at.is_(None))
    .values(caller_sealed=bindparam("sealed"), caller_hash=bindparam("hashed"), caller_key=bindparam("key"))
)


async def merge_rows(
    connection: AsyncConnection, kind: Kind[R], rows: Iterable[R], unite: Callable[[R, R], R], gateway: str, now: int
) -> Written:
    """Unite each row with the one of its id, and write those that say something new."""
    told = list(rows)
    stored = {row.id: row for row in await load_rows(connection, kind, {row.id for row in told})}
    kept = dict(stored)
    for row in told:
        known = kept.get(row.id)
        kept[row.id] = row if known is None else unite(known, row)
    changed = [row for identity, row in kept.items() if row != stored.get(identity)]
    await save_rows(connection, kind, changed, gateway, now)
    new = sum(row.id not in stored for row in changed)
    return Written(new, len(changed) - new)


async def _merge_offers(
    connection: AsyncConnection, pbx: str, site: Site, told: Told, gateway: str, now: int
) -> Written:
    seen, logged = told.live_offers.values(), told.log_offers.values()
    callids = {offer.callid for offer in seen if offer.callid is not None} | {offer.callid for offer in logged}
    ids = {offer.id for offer in seen} | {make_offer_id(pbx, offer) for offer in logged}
    stored = await load_offers(connection, pbx, callids, ids)
    book = OfferBook(pbx, site, stored)
    for live in seen:
        book.see_live(live)
    for log in logged:
        book.see_log(log)
    await save_rows(connection, OFFERS, book.changed.values(), gateway, now)
    known = {row.id for row in stored}
    gone = book.dropped & known
    if gone:
        await connection.execute(delete(offers).where(offers.c.id.in_(gone)))
    new = sum(identity not in known for identity in book.changed)
    return Written(new, len(book.changed) - new, len(gone))


# -- reading and writing -------------------------------------------------------------------------------------------


async def load_offers(
    connection: AsyncConnection, pbx: str, callids: Collection[str], ids: Collection[str] = ()
) -> list[OfferRow]:
    """All offers of these calls, and those of these ids."""
    found = {row.id: row for row in await load_rows(connection, OFFERS, ids)}
    for some in _split(callids):
        wanted = (offers.c.pbx == pbx, offers.c.callid.in_(some))
        found |= {row.id: row for row in await _load(connection, OFFERS, *wanted)}
    return list(found.values())


async def load_rows(connection: AsyncConnection, kind: Kind[R], ids: Collection[str]) -> list[R]:
    """The rows of these ids that there are."""
    found: list[R] = []
    for some in _split(ids):
        found += await _load(connection, kind, kind.table.c.id.in_(some))
    return found


async def _load(connection: AsyncConnection, kind: Kind[R], *wanted: ColumnElement[bool]) -> list[R]:
    names: Iterable[str] = kind.row._fields  # type: ignore[attr-defined]  # every row is a NamedTuple
    asked = select(*[kind.table.c[name] for name in names]).where(*wanted)
    return [read_row(kind, dict(row)) for row in (await connection.execute(asked)).mappings()]


async def save_rows(connection: AsyncConnection, kind: Kind[R], rows: Iterable[R], gateway: str, now: int) -> None:
    """Write rows, new or changed; twice is as good as once."""
    values = [{"gateway": gateway, "written_at": now} | spell_row(kind, row) for row in rows]
    if values:
        await connection.execute(make_upsert(kind.table, tuple(values[0]), connection.dialect.name), values)


def _split(asked: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(asked)
    yield from (wanted[start : start + ASKED_MAX] for start in range(0, len(wanted), ASKED_MAX))


def spell_row(kind: Kind[R], row: R) -> dict[str, Any]:
    """Its columns, but by whom and when they were written."""
    said = row._asdict()
    if kind.place is not None:
        said["listed_at"] = kind.place(row)
    return said | {name: spell_evidence(said[name]) for name in kind.evidence}


def read_row(kind: Kind[R], row: Mapping[str, Any]) -> R:
    """A row of its kind as the columns have it."""
    said = read_words(dict(row), kind.words)
    said |= {name: read_evidence(piece, said[name], kind.words) for name, piece in kind.evidence.items()}
    return kind.row(**said)
