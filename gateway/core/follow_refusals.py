"""Callers a queue did not let in, and why callers left: QUEUESTATUS by VarSet or by our dialplan's exit marker."""

from gateway.core.calls import Call
from gateway.core.facts import VisitSettled
from gateway.core.follow_visits import try_settle
from gateway.core.ids import derive_id
from gateway.core.live import LiveData
from gateway.core.site import SECOND
from gateway.core.visits import REFUSALS, VisitPhase
from gateway.core.words import VisitOutcome


def see_status(state: LiveData, call: Call, value: str, queue: str | None, at: int) -> None:
    """QUEUESTATUS, from VarSet (which names no queue) or the exit marker: why a visit left, or a refusal."""
    if queue is None:
        state.status_visible = True
    key = queue.lower() if queue is not None else None
    left = [v for v in call.stays.values() if v.phase is VisitPhase.LEFT and key in (None, v.queue.name.lower())]
    if value in REFUSALS:
        refuse(state, call, value, queue, at)
    for visit in left:
        visit.status = value
        try_settle(state, visit)


def refuse(state: LiveData, call: Call, status: str, queue: str | None, at: int) -> None:
    """A caller app_queue did not let in: no queue event, no log record of its own (asterisk-facts 2.4)."""
    attempt = state.joining.pop(call.id, None)
    if attempt is None and queue is not None and _was_refused(state, call, at):
        return
    name, joined_at = attempt or (queue or "unknown", at)
    state.bury(("refused", call.id), at)
    target = state.queue_of(name) if name != "unknown" else None
    identity = derive_id(state.pbx, "visit", call.id, name.lower(), joined_at)
    state.say(
        VisitSettled(
            state.pbx,
            at,
            identity,
            call.id,
            target.id if target else "unknown",
            call.line,
            VisitOutcome.REFUSED,
            status.lower(),
            joined_at,
            None,
            None,
            at,
            at - joined_at,
            None,
            None,
            "us",
            None,
        )
    )


def _was_refused(state: LiveData, call: Call, at: int) -> bool:
    """VarSet and exit marker tell the same refusal within a moment of each other; the first takes the join marker."""
    return at - state.tombs.get(("refused", call.id), -SECOND) < SECOND // 2
