"""`/v1/visits`, `/v1/gaps` and the past of `/v1/calls`: what each shows and by what it can be narrowed.

Law: reads only, but for the flag of confidential calls. A call has one address through its life: `/v1/calls/{Uniqueid}`
is the live call, and later its row.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from aiohttp import web
from pydantic import TypeAdapter

from gateway.core.access import Principal, Right, may
from gateway.core.gaps import GapRow, read_outage
from gateway.core.history import Cursor, Page, PastCall, Wanted, place_gap
from gateway.core.words import Direction, VisitOutcome
from gateway.web.access import make_deed, principal_of
from gateway.web.bodies import read_body
from gateway.web.callers import account, read_reason
from gateway.web.filters import read_query
from gateway.web.operations import NAME, Method, Operation, Respond, send
from gateway.web.pages import ONCE, PERIOD, Listing, past_of, spell_now, telling
from gateway.web.past import show_call, show_explained, show_gap, show_visit
from gateway.web.past_shapes import Call, Explained, Gap, OnePast, Past, SecrecyBody, Visit
from gateway.web.problems import RefusalError
from gateway.web.sheets import wants_csv
from gateway.web.sources import House

SOURCES: Final = ("live", "log", "both")
PRECISIONS: Final = ("us", "s")


def _values(words: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in words)


OF_VISITS: Final = {
    "queue": (), "line": (), "agent": (), "outcome": _values(VisitOutcome), "pbx": (), "source": SOURCES,
    "precision": PRECISIONS,
}  # fmt: skip
OF_CALLS: Final = {**OF_VISITS, "direction": _values(Direction)}
OF_GAPS: Final = {"pbx": (), "of": ("feed", "log", "gateway", "ledger")}
NO_VISIT: Final = "There is no such visit."
EXPLAINED: Final = "Why a visit is what it is: both witnesses, and whose word counted."
UNSEEN: Final = "Time that was not seen, the outage that lasts now included, and how it was mended."
ONE_CALL: Final = "One call; one that is over needs `history`."
MARKED: Final = "Make a call confidential (保密), so that its number is in no list, or lift that."
NO_CALL: Final = "There is no such call in the ledger."
SECRECY: Final[TypeAdapter[SecrecyBody]] = TypeAdapter(SecrecyBody)
UNEXPLAINED: Final = "no contact yet"


async def _ask_visits(house: House, _who: Principal, wanted: Wanted) -> Page[Visit]:
    page = await past_of(house).history.visits(wanted)
    return Page(tuple(show_visit(row) for row in page.rows), page.next)


async def _ask_calls(house: House, _who: Principal, wanted: Wanted) -> Page[Call]:
    history = past_of(house).history
    page = await history.calls(wanted)
    return Page(tuple(show_call(row, history.open_number) for row in page.rows), page.next)


async def _ask_gaps(house: House, _who: Principal, wanted: Wanted) -> Page[Gap]:
    """The stored ones, and with the last page those that last now."""
    page = await past_of(house).history.gaps(wanted)
    lasting = {row.id: row for row in _find_outages(house, wanted)} if page.next is None else {}
    rows = [row for row in page.rows if row.id not in lasting]
    rows = sorted([*rows, *lasting.values()], key=lambda row: (place_gap(row), row.id))
    return Page(tuple(show_gap(row, row.id in lasting) for row in rows), page.next)


def _find_outages(house: House, wanted: Wanted) -> list[GapRow]:
    gateway = past_of(house).gateway
    found = [
        read_outage(feed.pbx, gateway, feed.status.blind_since, feed.status.reason or UNEXPLAINED)
        for feed in house.feeds()
        if feed.status.blind_since is not None
    ]
    return [row for row in found if _is_wanted(row, wanted)]


def _is_wanted(row: GapRow, wanted: Wanted) -> bool:
    named = all(getattr(row, name) in values for name, values in wanted.match.items())
    is_new = wanted.after is None or Cursor(row.started_at, row.id) > wanted.after
    return named and is_new and (wanted.until is None or row.started_at < wanted.until)


VISITS: Final = Listing("visits", Visit, _ask_visits, OF_VISITS)
CALLS: Final = Listing("calls", Call, _ask_calls, OF_CALLS)
GAPS: Final = Listing("gaps", Gap, _ask_gaps, OF_GAPS, {name: ONCE[name] for name in (*PERIOD, "format")})


def make_history(house: House) -> tuple[Operation, ...]:
    """The operations on visits and gaps."""

    async def show(request: web.Request) -> web.Response:
        visit, asked = await _find_visit(house, request)
        return send(OnePast(as_of=asked, item=show_visit(visit)))

    async def explain(request: web.Request) -> web.Response:
        visit, asked = await _find_visit(house, request)
        return send(OnePast(as_of=asked, item=show_explained(visit)))

    one, right = f"/v1/visits/{{{NAME}}}", Right.HISTORY
    refusals = (400, 404, 503)
    return (
        _list(house, VISITS, right, "Visits of the ledger, those that last included.", Visit),
        # Before the visit itself, whose name may be anything.
        Operation(
            f"{one}/explain", "explain_visit", right, EXPLAINED,
            explain, OnePast[Explained], refusals=refusals,
        ),
        Operation(one, "get_visit", right, "One visit.", show, OnePast[Visit], refusals=refusals),
        Operation(
            f"/v1/calls/{{{NAME}}}/confidential", "mark_call", Right.CALLERS, MARKED, _bind_mark(house), OnePast[Call],
            method=Method.POST, body=SecrecyBody, refusals=(400, 404, 409, 413, 415, 503),
        ),
        _list(
            house, GAPS, Right.GAPS, UNSEEN,
            Gap,
        ),
    )  # fmt: skip


def _list(house: House, listing: Listing[Any], right: Right, summary: str, shape: Any) -> Operation:
    async def respond(request: web.Request) -> web.Response:
        answer = await listing.respond(house, principal_of(request), request)
        return answer if isinstance(answer, web.Response) else send(answer)

    return Operation(
        f"/v1/{listing.name}", f"list_{listing.name}", right, summary, respond, Past[shape], filters=listing.filters,
        is_paged=True, once=listing.once, has_sheet=True, refusals=(400, 503),
    )  # fmt: skip


async def _find_visit(house: House, request: web.Request) -> tuple[Any, str]:
    read_query(request.query, {}, is_paged=False)
    who = principal_of(request)
    with telling():
        visit = await past_of(house).history.visit(request.match_info[NAME], who.queues)
    if visit is None:
        raise RefusalError(404, NO_VISIT)
    return visit, spell_now(house)


# -- calls: live, and past ------------------------------------------------------------------------------------------


def join_calls(house: House, many: Operation, one: Operation) -> tuple[Operation, Operation]:
    """The live operations on calls, which with `from`, `to` or as a table show the past, and one that is over."""
    return _join_list(house, many), _join_one(house, one)


def _join_list(house: House, live: Operation) -> Operation:
    async def respond(request: web.Request) -> web.Response:
        if not (request.query.keys() & set(CALLS.once) or wants_csv(request, None)):
            return await live.respond(request)
        who = principal_of(request)
        _ask_right(who)
        answer = await CALLS.respond(house, who, request)
        return answer if isinstance(answer, web.Response) else send(answer)

    return replace(
        live, respond=respond, answer=live.answer | Past[Call], filters={**live.filters, **OF_CALLS}, once=CALLS.once,
        has_sheet=True, refusals=(400, 503),
        summary="Calls that last; with `from` or `to`, or as a table, those of the ledger, which needs `history`.",
    )  # fmt: skip


def _join_one(house: House, live: Operation) -> Operation:
    async def respond(request: web.Request) -> web.Response:
        try:
            return await live.respond(request)
        except RefusalError as error:
            who = principal_of(request)
            if error.status != 404 or house.past is None or not may(who, Right.HISTORY).is_allowed:
                raise
            return await _show_past(house, who, request, error)

    return replace(
        live, respond=respond, answer=live.answer | OnePast[Call], summary=ONE_CALL,
        has_callers=True,
        refusals=(*live.refusals, 503),
    )  # fmt: skip


async def _show_past(house: House, who: Principal, request: web.Request, otherwise: RefusalError) -> web.Response:
    reason, past = read_reason(request), await _find_call(house, who, request, otherwise)
    await account(house, request, reason, "calls", [past.row.id])
    shown = show_call(past, past_of(house).history.open_number, reason)
    return send(OnePast(as_of=spell_now(house), item=shown))


async def _find_call(house: House, who: Principal, request: web.Request, otherwise: RefusalError) -> PastCall:
    pbxs = request.query.getall("pbx", [])
    with telling():
        named = await past_of(house).history.call(request.match_info[NAME], who.queues)
    found = [past for past in named if not pbxs or past.row.pbx in pbxs]
    if not found:
        raise otherwise
    if len(found) > 1:
        raise RefusalError(409, "Several PBXs had this call: add pbx=NAME.", "pbx")
    return found[0]


def _bind_mark(house: House) -> Respond:
    async def mark(request: web.Request) -> web.Response:
        """Written down before it is done: to lift it shows a number that somebody wanted hidden."""
        read_query(request.query, {"pbx": ()}, is_paged=False)
        body, who = await read_body(request, SECRECY), principal_of(request)
        past = await _find_call(house, who, request, RefusalError(404, NO_CALL))
        word = "set" if body.confidential else "lifted"
        await house.audit.write(make_deed(request, "calls.confidential", past.row.id, body.reason, details=(word,)))
        with telling():
            await past_of(house).history.mark(past.row.id, is_confidential=body.confidential)
        marked = past._replace(is_confidential=body.confidential)
        return send(OnePast(as_of=spell_now(house), item=show_call(marked, past_of(house).history.open_number)))

    return mark


def _ask_right(who: Principal) -> None:
    verdict = may(who, Right.HISTORY)
    if not verdict.is_allowed:
        raise RefusalError(403, f"Not allowed: {verdict.reason}.")
