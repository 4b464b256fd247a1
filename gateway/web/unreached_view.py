"""Unreached callers -> shapes. Law: pure; masked as every number is, and only to whom one of his queues is visible."""

from dataclasses import fields

from gateway.core.access import Principal
from gateway.core.site import SECOND
from gateway.core.unreached import Unreached
from gateway.web import unreached_shapes as shapes
from gateway.web.pages import past_of
from gateway.web.past import show_caller
from gateway.web.scope import sees
from gateway.web.sources import House
from gateway.web.spelling import spell_time


def show_unreached(house: House, who: Principal, one: Unreached, reason: str | None = None) -> shapes.Unreached:
    """As lists have him, with a `reason` his number in full; queues that are not for these eyes are left out."""
    now, last = house.clock(), one.lost[-1]
    caller, reasons = show_caller(
        last.id, last.sealed, last.key, one.is_confidential, None, past_of(house).history.open_number, reason
    )
    if not one.is_certain:
        reasons["certain"] = "nobody saw how his calls ended"
    tried = one.attempts
    return shapes.Unreached(
        one.id, one.state, caller, one.is_confidential, spell_time(one.opened_at), spell_time(last.at),
        max(0, (now if one.closed_at is None else one.closed_at) - one.opened_at) / SECOND, spell_time(one.due_at),
        one.is_open and now > one.due_at, len(one.lost), [call.callid for call in one.lost],
        sorted({call.pbx for call in one.lost}), [queue for queue in one.queues if sees(who, queue)], list(one.lines),
        one.asked_back, one.is_certain, len(tried), spell_time(tried[0].at) if tried else None,
        spell_time(tried[-1].at) if tried else None, tried[-1].result if tried else None,
        one.claim.by if one.claim else None, spell_time(one.claim.until) if one.claim else None,
        spell_time(one.closed_at), one.closing_call, one.is_calling, reasons,
    )  # fmt: skip


def show_whole(house: House, who: Principal, one: Unreached, reason: str | None = None) -> shapes.UnreachedWhole:
    """With every attempt."""
    tried = [shapes.Attempt(spell_time(a.at), a.by, a.result, a.note) for a in one.attempts]
    shown = show_unreached(house, who, one, reason)
    same = {item.name: getattr(shown, item.name) for item in fields(shown)}
    return shapes.UnreachedWhole(**same, tried=tried)


def is_for(who: Principal, one: Unreached) -> bool:
    """Whether he waited in a queue of the scope."""
    return who.queues is None or any(sees(who, queue) for queue in one.queues)
