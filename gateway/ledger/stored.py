"""Of which calls the ledger has something: asked before a batch of history, most of which it has never seen.

Law: no call of which something is stored is left out; the writer has taken the lock of the PBX (`visits.lock_pbx`), so
it stays so until he commits. Calls near each other in time have callids near each other, so most are answered for by
one look at a range.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.ledger.tables import calls, offers, visits

ASKED_MAX = 400
"""Callids asked for in one statement, five times each: SQLite takes 32,766 values in one."""
PLACES = (visits.c.callid, visits.c.entered_as, calls.c.callid, offers.c.callid)


async def find_stored(
    connection: AsyncConnection, pbx: str, callids: Collection[str], offered: Mapping[str, str]
) -> set[str]:
    """Those of the calls of which there is a row. `offered`: {id of an offer: its call}, for the feed may have stored
    an offer without knowing whose call it was."""
    found: set[str] = set()
    asked = sorted(callids)
    for start in range(0, len(asked), ASKED_MAX):
        some = asked[start : start + ASKED_MAX]
        if (await connection.execute(_ask_range(pbx, some))).scalar():
            found |= {row.callid for row in await connection.execute(_ask_each(pbx, some))}
    if (await connection.execute(select(exists(select(offers.c.id).where(*_nameless(pbx)))))).scalar():
        found |= await _find_nameless(connection, pbx, offered)
    return found & set(callids)


def _ask_range(pbx: str, some: Sequence[str]) -> Select[tuple[bool]]:
    return select(
        or_(*[exists(select(at).where(at.table.c.pbx == pbx, at >= some[0], at <= some[-1])) for at in PLACES])
    )


def _ask_each(pbx: str, some: Sequence[str]) -> Select[tuple[str]]:
    each = union_all(*[select(at.label("callid")).where(at.table.c.pbx == pbx, at.in_(some)) for at in PLACES])
    return select(each.subquery().c.callid).distinct()


def _nameless(pbx: str) -> tuple[ColumnElement[bool], ...]:
    return offers.c.pbx == pbx, offers.c.callid.is_(None)


async def _find_nameless(connection: AsyncConnection, pbx: str, offered: Mapping[str, str]) -> set[str]:
    asked, found = sorted(offered), set()
    for start in range(0, len(asked), ASKED_MAX):
        wanted = select(offers.c.id).where(*_nameless(pbx), offers.c.id.in_(asked[start : start + ASKED_MAX]))
        found |= {offered[identity] for identity in (await connection.execute(wanted)).scalars()}
    return found
