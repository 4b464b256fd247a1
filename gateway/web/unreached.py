"""`/v1/unreached`: who was not answered and has not been since, who calls him back, how many were called back.

Law: who is one is decided in `core/unreached.py`; here he is shown, masked, to those whose queues he waited in. A list
is walked for a bounded time: a page may be short and still have a next one.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

from aiohttp import web
from pydantic import TypeAdapter

from gateway.core import callback_rate as rates
from gateway.core.access import Principal, Right
from gateway.core.audit import Deed
from gateway.core.callback_rate import Rate, count_unreached
from gateway.core.callbacks import Held, Seek
from gateway.core.history import Cursor, Page, Wanted
from gateway.core.site import SECOND
from gateway.core.unreached import CallbackState, Unreached
from gateway.web import unreached_shapes as shapes
from gateway.web.access import make_deed, principal_of
from gateway.web.bodies import read_body
from gateway.web.callers import account, read_reason
from gateway.web.filters import read_query
from gateway.web.operations import NAME, Method, Operation, send
from gateway.web.pages import (
    EXPORTED,
    PERIOD,
    Listing,
    past_of,
    read_wanted,
    refuse_reason,
    spell_asked,
    spell_cursor,
    spell_now,
    telling,
)
from gateway.web.past_shapes import OnePast
from gateway.web.periods import FROM, TO, read_period, read_time
from gateway.web.problems import RefusalError
from gateway.web.sheets import FORMATS, wants_csv
from gateway.web.sources import House
from gateway.web.spelling import spell_duration, spell_time
from gateway.web.unreached_view import is_for, show_unreached, show_whole

STATES: Final = tuple(state.value for state in CallbackState)
OPEN: Final = frozenset({CallbackState.OPEN.value, CallbackState.CLAIMED.value})
"""What a list shows when no state is asked for."""
FILTERS: Final[dict[str, tuple[str, ...]]] = {"state": STATES, "queue": (), "line": (), "pbx": ()}
ONCE: Final[dict[str, tuple[str, ...]]] = {**PERIOD, "format": FORMATS}
BATCHES_MAX: Final = 20
"""Looks at the ledger for one page."""
RATE_MAX_US: Final = 100 * 86_400 * SECOND
CLAIM_MAX_US: Final = 86_400 * SECOND
LISTED: Final = "Callers not answered, nor since; the open ones, unless another `state` is asked for."
ASKED: Final = "asked"
"""Result of a row that is written before the deed; that it was refused is a row of its own."""
NO_ONE: Final = "Nobody who is to be called back has this id."
NO_KEY: Final = "callers cannot be told apart: there is no key file (privacy.key_file)"
NOBODY: Final = "nobody who had to be called back was unreached in this period"
NOT_DUE: Final = "whoever is to be called back is not due yet"
ABOUT: Final = (
    "Unreached callers whom somebody here called back and reached within `due_seconds` of their first lost call, of "
    "all whose first lost call is in the period - without those who called again themselves and were answered, and "
    "those who are open and not due yet. A caller who was unreached, reached, and lost again counts twice."
)
CLAIM: Final[TypeAdapter[shapes.ClaimBody]] = TypeAdapter(shapes.ClaimBody)
ATTEMPT: Final[TypeAdapter[shapes.AttemptBody]] = TypeAdapter(shapes.AttemptBody)


async def _ask(house: House, who: Principal, wanted: Wanted) -> Page[shapes.Unreached]:
    """Whoever is asked for among the next, at most `limit`, as far as `BATCHES_MAX` looks go."""
    past, now = past_of(house), house.clock()
    match = {"state": OPEN, **wanted.match}
    since, until = wanted.since or 0, wanted.until or now + 1
    seek = Seek(since, until, past.due_us, match["state"] <= OPEN, wanted.after)
    found: list[Unreached] = []
    for _ in range(BATCHES_MAX):
        batch = await past.callbacks.batch(seek, now)
        found += [one for one in batch.unreached if is_for(who, one) and _is_wanted(one, match)]
        if len(found) > wanted.limit:
            last = found[wanted.limit - 1]
            return _show(house, who, found[: wanted.limit], Cursor(last.lost[0].at, last.id))
        seek = seek._replace(after=batch.next)
        if batch.next is None:
            break
    return _show(house, who, found, seek.after)


def _show(house: House, who: Principal, found: list[Unreached], after: Cursor | None) -> Page[shapes.Unreached]:
    return Page(tuple(show_unreached(house, who, one) for one in found), after)


def _is_wanted(one: Unreached, match: dict[str, frozenset[str]]) -> bool:
    has = {
        "state": {one.state.value}, "queue": set(one.queues), "line": set(one.lines),
        "pbx": {call.pbx for call in one.lost},
    }  # fmt: skip
    return all(values & has[name] for name, values in match.items())


LISTING: Final = Listing("unreached", shapes.Unreached, _ask, FILTERS, ONCE)


def make_unreached(house: House) -> tuple[Operation, ...]:
    """The operations; the rate stands before the caller of any id."""
    right, one = Right.UNREACHED, f"/v1/unreached/{{{NAME}}}"
    whole, acts = OnePast[shapes.UnreachedWhole], (400, 404, 409, 413, 415, 503)
    rows: tuple[tuple[Any, ...], ...] = (
        ("/v1/unreached", "list_unreached", right, LISTED, _list, shapes.UnreachedPage),
        ("/v1/unreached/rate", "get_unreached_rate", Right.HISTORY, "The call-back rate of a period.", _rate,
         shapes.CallbackRate),
        (one, "get_unreached", right, "One of them, with every attempt.", _get, whole),
        (f"{one}/claim", "claim_unreached", right, "Take him to call him back, or hold him longer.", _claim, whole),
        (f"{one}/attempts", "note_attempt", right, "Note how an attempt to call him back went.", _attempt, whole),
    )  # fmt: skip
    more: dict[str, dict[str, Any]] = {
        "list_unreached": {"filters": FILTERS, "once": ONCE, "is_paged": True, "has_sheet": True},
        "get_unreached_rate": {"once": PERIOD},
        "get_unreached": {"refusals": (400, 403, 404, 503), "has_callers": True},
        "claim_unreached": {"method": Method.POST, "body": shapes.ClaimBody, "refusals": acts},
        "note_attempt": {"method": Method.POST, "body": shapes.AttemptBody, "refusals": acts},
    }
    return tuple(
        Operation(path, name, needed, summary, _bind(house, respond), answer, **{"refusals": (400, 503), **more[name]})
        for path, name, needed, summary, respond, answer in rows
    )


def _bind(house: House, respond: Any) -> Any:
    async def answer(request: web.Request) -> web.Response:
        with telling():
            found: web.Response = await respond(house, principal_of(request), request)
        return found

    return answer


async def _list(house: House, who: Principal, request: web.Request) -> web.Response:
    query = read_query(request.query, FILTERS, is_paged=True, once=ONCE)
    wanted = _look_back(house, read_wanted(query, house, who))
    refuse_reason(request)
    if wants_csv(request, query.once.get("format")):
        house.audit.note(make_deed(request, EXPORTED, "unreached", details=spell_asked(request)))
        return await LISTING.send_sheet_of(request, house, who, wanted, query.limit)
    page = await _ask(house, who, wanted)
    nameless = await _count_nameless(house, wanted)
    reasons = {} if past_of(house).history.tells_callers_apart else {"items": NO_KEY}
    return send(shapes.UnreachedPage(
        as_of=spell_now(house), period=_spell_period(wanted), items=list(page.rows), next=spell_cursor(page.next),
        nameless_calls=nameless, reasons=reasons,
    ))  # fmt: skip


async def _rate(house: House, who: Principal, request: web.Request) -> web.Response:
    query = read_query(request.query, {}, is_paged=False, once=PERIOD)
    period = read_period(query.once, house.zone)
    wanted = _look_back(house, Wanted(period.since, period.until, scope=who.queues))
    past, now = past_of(house), house.clock()
    if (wanted.until or now) - (wanted.since or 0) > RATE_MAX_US:
        raise RefusalError(400, "A rate is of 100 days at most: give `from` and `to`.", FROM)
    nameless = await _count_nameless(house, wanted)
    if not past.history.tells_callers_apart:
        return send(_spell_rate(house, wanted, None, nameless, NO_KEY))
    rate = Rate()
    async for one in _walk(house, who, wanted, now):
        rate = count_unreached(rate, one, now)
    return send(_spell_rate(house, wanted, rate, nameless, _explain_rate(rate)))


async def _walk(house: House, who: Principal, wanted: Wanted, now: int) -> AsyncIterator[Unreached]:
    past = past_of(house)
    seek = Seek(wanted.since or 0, wanted.until or now + 1, past.due_us)
    while True:
        batch = await past.callbacks.batch(seek, now)
        for one in batch.unreached:
            if is_for(who, one):
                yield one
        if batch.next is None:
            return
        seek = seek._replace(after=batch.next)


def _explain_rate(rate: Rate) -> str | None:
    """Why there is none."""
    if rate.denominator:
        return None
    return NOT_DUE if rate.undecided else NOBODY


def _spell_rate(house: House, wanted: Wanted, rate: Rate | None, nameless: int, why: str | None) -> shapes.CallbackRate:
    counts: dict[str, int | None] = dict.fromkeys(("called_again", "undecided", "late", "given_up", "overdue"))
    if rate is not None:
        counts |= {name: getattr(rate, name) for name in counts}
    return shapes.CallbackRate(
        as_of=spell_now(house), period=_spell_period(wanted), definition=rates.DEFINITION, about=ABOUT,
        due_seconds=spell_duration(past_of(house).due_us) or 0.0, rate=rate.ratio if rate else None,
        numerator=rate.numerator if rate else None, denominator=rate.denominator if rate else None,
        nameless_calls=nameless, reasons={} if why is None else {"rate": why}, **counts,
    )  # fmt: skip


async def _get(house: House, who: Principal, request: web.Request) -> web.Response:
    read_query(request.query, {}, is_paged=False)
    reason, one = read_reason(request), await _find(house, who, request)
    await account(house, request, reason, "unreached", [one.id])
    return _send_whole(house, who, one, reason)


async def _claim(house: House, who: Principal, request: web.Request) -> web.Response:
    read_query(request.query, {}, is_paged=False)
    body, past, now = await read_body(request, CLAIM), past_of(house), house.clock()
    until = now + past.claim_us if body.until is None else read_time(body.until, "until", house.zone)
    if not now < until <= now + CLAIM_MAX_US:
        raise RefusalError(400, "A claim is for a day at most, and ends after now.", "until")
    one = await _find(house, who, request)
    by = body.by or who.name
    deed = make_deed(request, "unreached.claim", one.id, result=ASKED, details=(by,))
    await house.audit.write(deed)
    done = await past.callbacks.claim(one.id, by, until, now)
    return _judge(house, who, done, deed)


async def _attempt(house: House, who: Principal, request: web.Request) -> web.Response:
    read_query(request.query, {}, is_paged=False)
    body, past, now = await read_body(request, ATTEMPT), past_of(house), house.clock()
    one = await _find(house, who, request)
    by = body.by or who.name
    deed = make_deed(request, "unreached.attempt", one.id, result=ASKED, details=(by, body.outcome))
    await house.audit.write(deed)
    done = await past.callbacks.attempt(one.id, by, body.outcome, body.note or None, now)
    return _judge(house, who, done, deed)


async def _find(house: House, who: Principal, request: web.Request) -> Unreached:
    one = await past_of(house).callbacks.find(request.match_info[NAME], house.clock())
    if one is None or not is_for(who, one):
        raise RefusalError(404, NO_ONE)
    return one


def _judge(house: House, who: Principal, done: Unreached | Held | None, deed: Deed) -> web.Response:
    """What became of a claim or an attempt, written down before it was tried. Raises RefusalError: 404, 409."""
    if not isinstance(done, Unreached):
        house.audit.note(deed._replace(result="refused"))
    if done is None:
        raise RefusalError(404, NO_ONE)
    if isinstance(done, Held):
        if done.claim is None:
            raise RefusalError(409, f"He is unreached no more: {done.now.state} at {spell_time(done.now.closed_at)}.")
        raise RefusalError(409, f"{done.claim.by} holds him until {spell_time(done.claim.until)}.")
    return _send_whole(house, who, done)


def _send_whole(house: House, who: Principal, one: Unreached, reason: str | None = None) -> web.Response:
    return send(OnePast(as_of=spell_now(house), item=show_whole(house, who, one, reason)))


def _look_back(house: House, wanted: Wanted) -> Wanted:
    """A period with both its ends: without them as far back as the settings say, and until now."""
    until = wanted.until or house.clock() + 1
    since = wanted.since if wanted.since is not None else until - past_of(house).look_back_us
    return replace(wanted, since=since, until=until)


def _spell_period(wanted: Wanted) -> dict[str, str | None]:
    return {FROM: spell_time(wanted.since), TO: spell_time(wanted.until)}


async def _count_nameless(house: House, wanted: Wanted) -> int:
    return await past_of(house).callbacks.count_nameless(wanted.since or 0, wanted.until or 0)
