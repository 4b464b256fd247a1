"""The past -> shapes: rows of the ledger as answers show them.

Law: pure; a number is masked, and of a confidential call (保密) not shown at all, unless a reason was given and written
down (`callers.py`).
"""

from collections.abc import Callable
from typing import Any, Final

from gateway.core.explain import explain_visit, witness
from gateway.core.gaps import GapRow
from gateway.core.history import PastCall
from gateway.core.reconcile import VisitRow
from gateway.core.words import Direction, VisitOutcome
from gateway.web.callers import spell_caller
from gateway.web.past_shapes import Call, Explained, Finding, Gap, Visit
from gateway.web.spelling import spell_duration, spell_time

OpenNumber = Callable[[str, bytes | None, str | None], tuple[str | None, str | None]]
"""(row's id, sealed number, key's name) -> (number in clear, why there is none)."""
JOIN_UNSEEN: Final = "nobody saw it begin"
NOT_ENDED: Final = "it lasts, or nobody saw it end"
NOT_ANSWERED: Final = "it was not answered: the definition says whether it counts as missed"
WAIT_UNKNOWN: Final = "how long it waited is not known"
BY_SECONDS: Final = "its wait is known to the second, which does not decide it"
WITHIN: Final = "a call within the site is no citizen's"
CONFIDENTIAL: Final = "confidential (保密)"
NO_DIRECTION: Final = "only the log knows it, and its dialplan does not mark arrivals"
GAP_LASTS: Final = "it goes on now"
END_UNKNOWN: Final = "nobody knows when it ended: "


def show_visit(row: VisitRow) -> Visit:
    """A visit as lists have it."""
    return Visit(
        row.id, row.pbx, row.callid, row.queue, row.line, spell_time(row.joined_at), spell_time(row.picked_up_at),
        spell_time(row.connected_at), spell_time(row.left_at), spell_time(row.ended_at), row.outcome, row.reason,
        row.ended_by, row.agent, row.seat, row.position, spell_duration(row.wait_us), spell_duration(row.ring_us),
        spell_duration(row.hold_us), spell_duration(row.talk_us), spell_duration(row.wrap_up_us),
        spell_duration(row.promise_us), row.definition, row.within_promise, row.precision, row.source, row.revision,
        _explain_visit(row),
    )  # fmt: skip


def _explain_visit(row: VisitRow) -> dict[str, str]:
    why = {}
    if row.joined_at is None:
        why["joined_at"] = JOIN_UNSEEN
    if row.outcome is None:
        why["outcome"] = NOT_ENDED
    if row.wait_us is None:
        why["wait_seconds"] = WAIT_UNKNOWN
    if row.within_promise is None:
        why["within_promise"] = _explain_promise(row)
    return why


def _explain_promise(row: VisitRow) -> str:
    if row.outcome is not VisitOutcome.ANSWERED:
        return NOT_ENDED if row.outcome is None else NOT_ANSWERED
    return WAIT_UNKNOWN if row.wait_us is None else BY_SECONDS


def show_explained(row: VisitRow) -> Explained:
    """A visit with both witnesses and what counted why."""
    findings = [
        Finding(_name_field(found.field), _spell_field(found.field, found.value), found.taken_from, found.why)
        for found in explain_visit(row)
    ]
    feed, log = (_spell_witness(witness(piece)) if piece is not None else None for piece in (row.live, row.log))
    return Explained(show_visit(row), feed, log, findings)


def _spell_witness(said: dict[str, Any]) -> dict[str, Any]:
    return {_name_field(name): _spell_field(name, value) for name, value in said.items()}


def _name_field(name: str) -> str:
    """The field as answers call it."""
    stem, _, unit = name.rpartition("_")
    return f"{stem}_seconds" if unit in {"us", "s"} else name


def _spell_field(name: str, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_at"):
            return spell_time(value)
        if name.endswith("_us"):
            return spell_duration(value)
        return float(value) if name.endswith("_s") else value
    return value


def show_call(past: PastCall, open_number: OpenNumber, reason: str | None = None) -> Call:
    """A call as lists have it; with a `reason` its number in full."""
    row = past.row
    caller, reasons = show_caller(
        row.id, past.sealed, past.key, past.is_confidential, past.erased_at, open_number, reason
    )  # fmt: skip
    lasted = row.ended_at - row.arrived_at if row.ended_at is not None and row.arrived_at is not None else None
    if caller is None and row.direction is Direction.INTERNAL:
        reasons["caller"] = WITHIN
    if row.direction is None:
        reasons["direction"] = NO_DIRECTION
    if row.ended_at is None:
        reasons["ended_at"] = NOT_ENDED
    return Call(
        row.callid, row.pbx, row.direction, row.line, row.did, caller, past.is_confidential, spell_time(row.arrived_at),
        spell_time(row.answered_at), spell_time(row.ended_at), spell_duration(lasted), row.cause, row.is_test,
        row.asked_back, [stay.id for stay in past.stays], [stay.queue for stay in past.stays],
        [str(stay.outcome or "none") for stay in past.stays], row.precision, row.source, row.revision, reasons,
    )  # fmt: skip


ERASED: Final = "erased after the time that numbers are kept"


def show_caller(
    call: str, sealed: bytes | None, key: str | None, is_confidential: bool, erased_at: int | None,
    open_number: OpenNumber, reason: str | None = None,
) -> tuple[str | None, dict[str, str]]:  # fmt: skip
    """(the number, masked without a `reason`; why it is null if it is)."""
    if is_confidential and reason is None:
        return None, {"caller": CONFIDENTIAL}
    if erased_at is not None:
        return None, {"caller": ERASED}
    number, why = open_number(call, sealed, key)
    return (spell_caller(number, reason), {}) if number is not None else (None, {"caller": why or ""})


def show_gap(row: GapRow, lasts: bool = False) -> Gap:
    """A gap; `lasts`: it is the outage of this moment."""
    length = None if row.ended_at is None else row.ended_at - row.started_at
    why = {} if row.ended_at is not None else {"ended_at": GAP_LASTS if lasts else END_UNKNOWN + row.cause}
    return Gap(
        row.id, row.gateway, row.pbx, row.of, row.cause, spell_time(row.started_at), spell_time(row.ended_at),
        spell_duration(length), lasts, row.repair, spell_time(row.repaired_at), row.detail, why,
    )  # fmt: skip
