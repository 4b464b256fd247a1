"""The past, page by page: visits, calls with their visits, gaps.

Law: only reads, but for the flag of confidential calls (保密). Pages follow an index by place in time and id (keyset),
so that the last page costs what the first does, and what is written meanwhile neither hides nor doubles a row of a page
that was not asked for yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, RowMapping, Select, Table, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.call_rows import CallRow
from gateway.core.gaps import GapRow
from gateway.core.history import Cursor, Page, PastCall, Scope, Stay, Wanted
from gateway.core.reconcile import VisitRow
from gateway.core.words import VisitOutcome
from gateway.ledger.contacts import CALLS, read_row
from gateway.ledger.reader import Reader
from gateway.ledger.sealing import Sealed, Sealer, SealingError
from gateway.ledger.tables import calls, gaps, visits
from gateway.ledger.visits import read_visit

T = TypeVar("T")
EVIDENCE = frozenset({"live", "log"})
"""Columns that a list goes without: they are as long as all others together."""
_VISIT = tuple(visits.c[name] for name in VisitRow._fields)
_LISTED = tuple(visits.c[name] for name in VisitRow._fields if name not in EVIDENCE)
_CALL = tuple(calls.c[name] for name in CallRow._fields if name not in EVIDENCE)
_BESIDE = (
    calls.c.confidential, calls.c.caller_sealed, calls.c.caller_hash, calls.c.caller_key, calls.c.caller_erased_at
)  # fmt: skip
_GAP = tuple(gaps.c[name] for name in GapRow._fields)
ASKED_MAX = 500
"""Callids asked for in one statement."""
NO_KEY = "the gateway has no key file (privacy.key_file), so numbers cannot be read"
NEVER_KEPT = "withheld, no citizen's number, or not kept: there was no key file (privacy.key_file) then"


class History:
    """Answers questions about the past. `sealer`: opens numbers; None where there is no key file."""

    def __init__(self, reader: Reader, sealer: Sealer | None) -> None:
        self._reader = reader
        self._sealer = sealer

    @property
    def tells_callers_apart(self) -> bool:
        """Whether calls of one number are known to be his."""
        return self._sealer is not None

    async def visits(self, wanted: Wanted) -> Page[VisitRow]:
        """A page of visits, those that last included, without their evidence. Raises HistoryAwayError."""
        asked = _page(select(*_LISTED, visits.c.listed_at), visits, visits.c.listed_at, wanted)
        if wanted.scope is not None:
            asked = asked.where(sees(wanted.scope))
        async with self._reader.look() as connection:
            found = (await connection.execute(asked)).mappings().all()
        return _cut(found, wanted.limit, _read_visit)

    async def visit(self, identity: str, scope: Scope = None) -> VisitRow | None:
        """One visit with its evidence, if it is in the scope. Raises HistoryAwayError."""
        asked = select(*_VISIT).where(visits.c.id == identity)
        if scope is not None:
            asked = asked.where(sees(scope))
        async with self._reader.look() as connection:
            row = (await connection.execute(asked)).mappings().one_or_none()
        return read_visit(dict(row)) if row is not None else None

    async def calls(self, wanted: Wanted) -> Page[PastCall]:
        """A page of calls with their visits. `queue`, `agent` and `outcome` ask for a visit that has all of them.
        Raises HistoryAwayError."""
        own = {name: values for name, values in wanted.match.items() if name not in OF_VISITS}
        asked = _page(select(*_CALL, *_BESIDE, calls.c.listed_at), calls, calls.c.listed_at, wanted, own)
        of_visit: list[ColumnElement[bool]] = [
            visits.c[name].in_(values) for name, values in wanted.match.items() if name in OF_VISITS
        ]
        if wanted.scope is not None:
            of_visit.append(sees(wanted.scope))
        if of_visit:
            asked = asked.where(_has_visit(*of_visit))
        async with self._reader.look() as connection:
            found = (await connection.execute(asked)).mappings().all()
            stays = await load_stays(connection, [row["callid"] for row in found], wanted.scope)
        return _cut(found, wanted.limit, lambda row: _read_call(row, stays))

    async def call(self, callid: str, scope: Scope = None) -> list[PastCall]:
        """The calls of this Uniqueid or row's id, one of each PBX that has it. Raises HistoryAwayError."""
        asked = select(*_CALL, *_BESIDE).where(or_(calls.c.callid == callid, calls.c.id == callid))
        if scope is not None:
            asked = asked.where(_has_visit(sees(scope)))
        async with self._reader.look() as connection:
            found = (await connection.execute(asked)).mappings().all()
            stays = await load_stays(connection, [row["callid"] for row in found], scope)
        return [_read_call(row, stays) for row in found]

    async def gaps(self, wanted: Wanted) -> Page[GapRow]:
        """A page of gaps that touch the period, also those whose end nobody knows. Raises HistoryAwayError."""
        asked = _page(select(*_GAP), gaps, gaps.c.started_at, replace(wanted, since=None))
        if wanted.since is not None:
            asked = asked.where(or_(gaps.c.ended_at.is_(None), gaps.c.ended_at >= wanted.since))
        async with self._reader.look() as connection:
            found = (await connection.execute(asked)).mappings().all()
        return _cut(found, wanted.limit, lambda row: GapRow(**row), "started_at")

    async def mark(self, call: str, *, is_confidential: bool) -> None:
        """Whether the number of this call (its row's id) is in no list. Raises HistoryAwayError."""
        async with self._reader.change() as connection:
            await connection.execute(update(calls).where(calls.c.id == call).values(confidential=is_confidential))

    def open_number(self, call: str, sealed: bytes | None, key: str | None) -> tuple[str | None, str | None]:
        """(the number in clear, else why there is none) of a call by its row's id."""
        if sealed is None or key is None:
            return None, NEVER_KEPT
        if self._sealer is None:
            return None, NO_KEY
        try:
            return self._sealer.open(Sealed(sealed, b"", key), call), None
        except SealingError as error:
            return None, f"{error.problem}; {error.remedy}"


OF_VISITS = frozenset({"queue", "agent", "outcome"})
"""Filters of calls that ask for one of their visits."""


# -- questions -----------------------------------------------------------------------------------------------------


def _page(
    asked: Select[Any], table: Table, place: Column[int], wanted: Wanted,
    match: Mapping[str, frozenset[str]] | None = None,
) -> Select[Any]:  # fmt: skip
    """A page of `table` in order of `place`, with one row more, which tells whether another page follows."""
    key = tuple_(place, table.c.id)
    if wanted.since is not None:
        asked = asked.where(place >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(place < wanted.until)
    if wanted.after is not None:
        after = tuple_(*wanted.after)
        asked = asked.where(key < after if wanted.is_newest_first else key > after)
    for name, values in (wanted.match if match is None else match).items():
        asked = asked.where(is_one_of(table.c[name], values))
    order = (place.desc(), table.c.id.desc()) if wanted.is_newest_first else (place, table.c.id)
    return asked.order_by(*order).limit(wanted.limit + 1)


def is_one_of(column: Column[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """An equation where it can be one: an index by column and time then gives the rows in order."""
    some = sorted(values)
    return column == some[0] if len(some) == 1 else column.in_(some)


def sees(scope: frozenset[str]) -> ColumnElement[bool]:
    """Scopes are in lower case: Asterisk does not tell queues apart by case."""
    return func.lower(visits.c.queue).in_(sorted(scope))


def _has_visit(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    own = and_(visits.c.pbx == calls.c.pbx, visits.c.callid == calls.c.callid)
    return exists(select(visits.c.id).where(own, *wanted))


async def load_stays(
    connection: AsyncConnection, callids: Iterable[str], scope: Scope = None
) -> dict[str, tuple[Stay, ...]]:
    """The visits of these calls in order of time, by the id of the call's row."""
    names = (*(visits.c[name] for name in Stay._fields), visits.c.call)
    found: dict[str, list[Stay]] = {}
    for some in _split(callids):
        asked = select(*names).where(visits.c.callid.in_(some)).order_by(visits.c.listed_at, visits.c.id)
        for row in (await connection.execute(asked if scope is None else asked.where(sees(scope)))).mappings():
            said = {name: row[name] for name in Stay._fields}
            said["outcome"] = VisitOutcome(row["outcome"]) if row["outcome"] else None
            found.setdefault(row["call"], []).append(Stay(**said))
    return {call: tuple(stays) for call, stays in found.items()}


def _split(asked: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(set(asked))
    yield from (wanted[start : start + ASKED_MAX] for start in range(0, len(wanted), ASKED_MAX))


# -- answers -------------------------------------------------------------------------------------------------------


def _read_visit(row: RowMapping) -> VisitRow:
    said = {name: row[name] for name in VisitRow._fields if name not in EVIDENCE}
    return read_visit(said | dict.fromkeys(EVIDENCE))


def _read_call(row: RowMapping, stays: Mapping[str, tuple[Stay, ...]]) -> PastCall:
    said = {name: row[name] for name in CallRow._fields if name not in EVIDENCE}
    own = read_row(CALLS, said | dict.fromkeys(EVIDENCE))
    return PastCall(
        own, row["confidential"], row["caller_sealed"], row["caller_hash"], row["caller_key"], row["caller_erased_at"],
        stays.get(own.id, ()),
    )  # fmt: skip


def _cut(found: Sequence[RowMapping], limit: int, read: Callable[[RowMapping], T], place: str = "listed_at") -> Page[T]:
    """The page without the row that only tells that there is another page."""
    rows, last = tuple(read(row) for row in found[:limit]), found[limit - 1] if len(found) > limit else None
    return Page(rows, Cursor(last[place], last["id"]) if last is not None else None)
