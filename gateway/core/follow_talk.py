"""The talk of an answered visit: hold, parting, who ended it; and what becomes of a visit whose caller vanishes."""

from gateway.core import events as ev
from gateway.core.calls import Call, CallInput, Channel, rebind
from gateway.core.facts import VisitEnded
from gateway.core.follow_agents import take_other
from gateway.core.follow_visits import close_visit, detach, settle, try_settle
from gateway.core.follow_wrap_up import begin_wrap_up
from gateway.core.live import LiveData
from gateway.core.visits import Verdict, Visit, VisitInput, VisitPhase
from gateway.core.words import EndedBy, VisitOutcome

TRANSFERS = frozenset({EndedBy.BLIND_TRANSFER, EndedBy.ATTENDED_TRANSFER})
COMPLETIONS = {"agent": EndedBy.AGENT}
"""AgentComplete's Reason, used only when no hang-up request was seen: then `caller` is what app_queue says of all that
is nothing else, an AMI Hangup of the agent's leg among it, and `transfer` does not say which kind (2.7)."""


def note_end(visit: Visit, by: EndedBy) -> None:
    """Who ended the talk: the first to hang up, unless a transfer did; a transfer's own hang-ups come after it."""
    if by in TRANSFERS or visit.ended_by is None:
        visit.ended_by = by


def hold_visit(state: LiveData, visit: Visit, at: int) -> None:
    """Hold on the agent's channel; MusicOnHoldStart also frames waiting in the queue and is no hold (2.7)."""
    if visit.hold_since is not None:
        return
    visit.hold_since = at
    visit.call.move(CallInput.HOLD, visit)
    _touch_agent(state, visit, at)


def resume_visit(state: LiveData, visit: Visit, at: int) -> None:
    """Unhold: the hold is over."""
    if visit.hold_since is None:
        return
    visit.hold_us += at - visit.hold_since
    visit.hold_since = None
    visit.call.move(CallInput.UNHOLD, visit)
    _touch_agent(state, visit, at)


def _touch_agent(state: LiveData, visit: Visit, at: int) -> None:
    agent = state.agents.get(visit.agent or "")
    if agent is not None:
        state.touch(agent, at)


def lose_leg(state: LiveData, visit: Visit, leg: Channel, at: int) -> None:
    """A channel of the agent's side is gone. The innermost one is the phone: with it the agent's part ends.

    The outer half of a Local channel may go first, when Asterisk optimises it away: the talk goes on.
    """
    if leg.id not in visit.legs:
        return
    innermost = leg.id == visit.legs[-1]
    visit.legs.remove(leg.id)
    if not innermost:
        return
    detach(state, visit)
    if visit.phase is VisitPhase.TALKING:
        part(state, visit, _find_parting(state, visit, leg, at))


def _find_parting(state: LiveData, visit: Visit, leg: Channel, at: int) -> int:
    """When the first of the two left their bridge: an AMI Redirect takes the caller out before the agent's leg ends."""
    caller = state.channels.get(visit.call.id)
    left = (leg.bridge_left_at, caller.bridge_left_at if caller is not None else None)
    return min((time for time in left if time is not None and time >= (visit.connected_at or 0)), default=at)


def part(state: LiveData, visit: Visit, at: int, seen: bool = True) -> None:
    """The talk is over at `at`: the moment the first of the two left their bridge for good.

    `seen` is False when a snapshot or a restart tells it: then how long it lasted and who ended it is unknown.
    """
    # A bridge left before this talk began is no end of it.
    at = max(at, visit.connected_at or 0)
    resume_us = at - visit.hold_since if visit.hold_since is not None else 0
    hold = visit.hold_us + resume_us
    talk = at - visit.connected_at if visit.connected_at is not None and seen else None
    state.advance(visit, VisitInput.PART, at)
    if visit.ended_by is None and seen and visit.completion in COMPLETIONS:
        visit.ended_by = COMPLETIONS[visit.completion]
    visit.hold_since = None
    visit.parted_at = at
    state.say(
        VisitEnded(
            state.pbx,
            at,
            visit.id,
            visit.call.id,
            visit.queue.id,
            visit.line,
            visit.agent or "",
            visit.seat,
            visit.ended_by,
            talk,
            hold if talk is not None and visit.hold_seen else None,
        )
    )
    agent = state.agents.get(visit.agent or "")
    if agent is not None and agent.visit is visit:
        begin_wrap_up(state, agent, visit.queue, visit.id, at)
    phone = state.channels.get(visit.legs[-1]) if visit.legs and visit.ended_by in TRANSFERS else None
    if agent is not None and phone is not None:
        # The caller transferred him away: he talks on, with somebody else.
        take_other(state, agent, phone, "in", at)
    close_visit(state, visit, at)


def hang_up_caller(state: LiveData, call: Call, parted_at: int, at: int) -> None:
    """The caller's channel is gone: whatever visits are open end now."""
    for visit in list(call.stays.values()):
        visit.gone = True
        if visit.phase is VisitPhase.TALKING:
            part(state, visit, parted_at)
        elif not try_settle(state, visit):
            lose_visit(state, visit, at, "the call ended and its leaving the queue was not seen")


def lose_visit(state: LiveData, visit: Visit, at: int, reason: str, outcome: VisitOutcome | None = None) -> None:
    """End a visit whose end was not seen. Nothing is guessed: the outcome is unknown (or cut, when the PBX
    died), and how long he waited is too, unless he was seen to leave."""
    if visit.phase is VisitPhase.TALKING:
        visit.ended_by = None
        part(state, visit, at, seen=False)
        return
    settle(state, visit, Verdict(outcome or VisitOutcome.UNKNOWN, reason), at)
    close_visit(state, visit, at, seen=False)


def complete_visit(state: LiveData, event: ev.AgentCompleted) -> None:
    """AgentComplete: may be late, inflated and without channels; it only fills in who ended, when nothing else did."""
    call = state.calls.get(event.uniqueid)
    visit = call.stays.get(event.queue.lower()) if call else None
    if visit is None or visit.phase is not VisitPhase.TALKING or visit.ended_by is not None:
        return
    visit.completion = event.reason


def transfer_blind(state: LiveData, event: ev.BlindTransferred) -> None:
    """BlindTransfer by either side: the talk with this agent ends with it (asterisk-facts 2.7)."""
    channel = state.channels.get(event.transferer)
    if channel is not None and event.result == "Success":
        _end_by_transfer(channel, EndedBy.BLIND_TRANSFER)


def _end_by_transfer(channel: Channel, by: EndedBy) -> None:
    visit = channel.visit or (channel.call.visit if channel.call else None)
    if visit is not None and visit.phase is VisitPhase.TALKING:
        note_end(visit, by)


def transfer_attended(state: LiveData, event: ev.AttendedTransferred) -> None:
    """AttendedTransfer. Into a queue, the consult call's visit becomes the transferee's: waiting (masquerade, ISS 759)
    or, when an agent there has answered already, talking."""
    if event.result != "Success":
        return
    for leg in (event.first, event.second):
        channel = state.channels.get(leg)
        if channel is not None:
            _end_by_transfer(channel, EndedBy.ATTENDED_TRANSFER)
    consult = state.calls.get(event.second)
    taker = state.calls.get(event.transferee)
    if consult is None or taker is None:
        return
    for visit in list(consult.stays.values()):
        if (visit.is_waiting and event.dest_type == "App") or visit.phase is VisitPhase.TALKING:
            rebind(visit, taker)
