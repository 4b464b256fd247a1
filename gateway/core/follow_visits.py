"""Visits: joined, picked up, left, connected, parted, settled. The only place that says VisitSettled and VisitEnded."""

from gateway.core import events as ev
from gateway.core.calls import Call, CallInput, Channel, rebind
from gateway.core.facts import VisitJoined, VisitSettled
from gateway.core.follow_offers import attach_legs, end_offer, find_visit, lose_offer
from gateway.core.follow_wrap_up import cut_wrap_up
from gateway.core.ids import derive_id
from gateway.core.live import LiveData
from gateway.core.offers import Offer
from gateway.core.queues import Queue
from gateway.core.site import SECOND, Promise
from gateway.core.visits import NO_STATUS, NOWHERE, Evidence, Verdict, Visit, VisitInput, VisitPhase, judge
from gateway.core.words import Direction, OfferOutcome, VisitOutcome

SETTLE_US = SECOND
"""How long after Leave the VarSet, marker or hang-up that tells why may still come; they share one thread (2.4)."""
REJOINED = "the same call joined again and its leaving was not seen"
CONNECT_US = 60 * SECOND
"""A member gosub or AGI may run between Leave and AgentConnect (asterisk-facts 2.8)."""


def join_queue(state: LiveData, event: ev.CallerJoined) -> None:
    """QueueCallerJoin. Once live, a caller the feed never introduced is not believed alone (8.3): look first."""
    key = event.queue.lower()
    if event.at <= state.tombs.get(("visit", event.uniqueid, key), 0) or event.uniqueid in state.tombs:
        return
    state.joining.pop(event.uniqueid, None)
    call = state.calls.get(event.uniqueid)
    if call is None:
        channel = state.channels.get(event.uniqueid)
        if channel is None and not state.live:
            channel = state.add_channel(event.uniqueid, event.channel, None)
        if channel is None:
            state.wonder("join_without_channel", event.at, event.uniqueid)
            state.hints.add("call")
            state.resync_wanted = "join_without_channel"
            return
        call = adopt_call(state, channel, event.at)
    known = call.stays.get(key)
    if known is not None and (known.phase is VisitPhase.WAITING or event.at <= (known.joined_at or 0)):
        _refine_join(known, event)
        return
    if known is not None:
        evict(state, known, event.at)
    visit = open_visit(state, call, state.queue_of(event.queue), event.at, event.position)
    visit.place = event.place


def adopt_call(state: LiveData, channel: Channel, at: int) -> Call:
    """A dialled leg that now is a caller of its own (consult call into a queue, or a leg of an Originate)."""
    inside = state.is_inside(channel.device) or channel.device.startswith("Local/")
    direction = Direction.INTERNAL if inside else Direction.INBOUND
    call = Call(channel.id, "none" if inside else "unknown", "", direction, "", channel.created_at)
    channel.call = state.calls[call.id] = call
    if not inside:
        state.announce(call, at)
    return call


def _refine_join(visit: Visit, event: ev.CallerJoined) -> None:
    """The live event of a visit a snapshot knew first: now its join is exact."""
    if visit.precision == "s":
        visit.joined_at, visit.precision, visit.position = event.at, "us", event.position
        visit.place = event.place


def open_visit(
    state: LiveData,
    call: Call,
    queue: Queue,
    at: int | None,
    position: int | None,
    now: int | None = None,
    precision: str = "us",
) -> Visit:
    """Put a call into a queue; `at` None when the join was not seen and nothing tells it."""
    moment = at if at is not None else now or 0
    identity = derive_id(state.pbx, "visit", call.id, queue.name.lower(), moment)
    visit = Visit(identity, call, queue, call.line, at, position, precision, generation=state.generation)
    state.visits[identity] = queue.waiting[identity] = call.stays[queue.name.lower()] = visit
    call.visit = visit
    call.move(CallInput.JOIN)
    state.say(VisitJoined(state.pbx, moment, identity, call.id, queue.id, visit.line, position, at, precision))
    return visit


def leave_queue(state: LiveData, event: ev.CallerLeft) -> None:
    """QueueCallerLeave: always the last queue event of a visit that was not answered (asterisk-facts 2.3)."""
    queue = state.queue_of(event.queue)
    visit = find_visit(state, event.uniqueid, queue)
    state.bury(("visit", event.uniqueid, queue.name.lower()), event.at)
    if visit is None or visit.phase in (VisitPhase.LEFT, VisitPhase.TALKING):
        return
    queue.waiting.pop(visit.id, None)
    if not state.advance(visit, VisitInput.LEAVE, event.at):
        return
    visit.left_at = event.at
    if visit.picked_up_at is None or visit.abandons:
        visit.call.move(CallInput.LEAVE, visit)
    wait = CONNECT_US if visit.picked_up_at is not None and not visit.abandons else SETTLE_US
    state.set_timer(event.at + wait, "settle", visit.id)
    try_settle(state, visit)


def abandon_queue(state: LiveData, event: ev.CallerAbandoned) -> None:
    """QueueCallerAbandon: evidence, not an outcome; twice (at two times) means SYSCOMPAT."""
    visit = find_visit(state, event.uniqueid, state.queue_of(event.queue))
    if visit is None or event.at <= (visit.abandoned_at or 0):
        return
    visit.abandoned_at = event.at
    visit.abandons += 1
    visit.moved = event.place != visit.place and visit.place != NOWHERE != event.place


def connect_agent(state: LiveData, event: ev.AgentConnected) -> None:
    """AgentConnect: the answer is final. The leg finds the visit: a masquerade changes the caller's Uniqueid."""
    queue = state.queue_of(event.queue)
    leg = state.channels.get(event.dest)
    visit = leg.visit if leg is not None and leg.visit is not None else find_visit(state, event.uniqueid, queue)
    if visit is None:
        if ("connected", event.dest) not in state.tombs and event.dest not in state.tombs and state.live:
            state.wonder("connect_without_visit", event.at, event.uniqueid)
            state.resync_wanted = "connect_without_visit"
        return
    if visit.phase is VisitPhase.TALKING:
        # A snapshot knew it first: now at least the talk has a beginning.
        visit.connected_at = visit.connected_at or event.at
        return
    if visit.call.id != event.uniqueid:
        taker = state.calls.get(event.uniqueid)
        if taker is not None:
            rebind(visit, taker)
    _connect(state, visit, event)


def _connect(state: LiveData, visit: Visit, event: ev.AgentConnected) -> None:
    member = visit.queue.members.get(event.interface.lower())
    agent = state.agent_of(member.agent if member else event.member)
    seat = state.seat_of(member.device) if member else agent.seat
    ringing = visit.offers.get(event.dest)
    if ringing is not None:
        end_offer(state, ringing, "ANSWER", event.at)
    if visit.agent != agent.number or not visit.legs:
        # His DialEnd was not seen, or another one's was taken for the answer.
        release_agent(state, visit, event.at)
        detach(state, visit)
        leg = state.channels.get(event.dest)
        rung = leg.offer if leg is not None else None
        attach_legs(state, visit, rung or Offer("", event.dest, agent.number, seat, visit.queue.id, visit, event.at))
    visit.queue.waiting.pop(visit.id, None)
    if not state.advance(visit, VisitInput.CONNECT, event.at):
        return
    state.bury(("connected", event.dest), event.at)
    visit.connected_at, visit.agent, visit.seat = event.at, agent.number, seat
    for other in list(visit.offers.values()):
        end_offer(state, other, "CANCEL", event.at)
    visit.call.visit = visit
    visit.call.move(CallInput.CONNECT)
    agent.visit = visit
    cut_wrap_up(state, agent, event.at)
    settle(state, visit, Verdict(VisitOutcome.ANSWERED), event.at)
    state.touch(agent, visit.picked_up_at or event.at)


def evict(state: LiveData, visit: Visit, at: int) -> None:
    """The call joins this queue anew while its old visit is still open: judge that one now with what there is."""
    if visit.phase is VisitPhase.TALKING:
        del visit.call.stays[visit.queue.name.lower()]
    elif not try_settle(state, visit, waited=True):
        settle(state, visit, Verdict(VisitOutcome.UNKNOWN, REJOINED), at)
        close_visit(state, visit, at)


def dump_agent(state: LiveData, event: ev.AgentDumped) -> None:
    """AgentDump: the agent hung up during his announcement; the caller waits on (app_queue.c)."""
    leg = state.channels.get(event.dest)
    visit = leg.visit if leg is not None else find_visit(state, event.uniqueid, state.queue_of(event.queue))
    if visit is not None and visit.connected_at is None and visit.picked_up_at is not None:
        _undo_pick_up(state, visit, event.at)


def _undo_pick_up(state: LiveData, visit: Visit, at: int) -> None:
    if not state.advance(visit, VisitInput.DUMP, at):
        return
    detach(state, visit)
    visit.picked_up_at = visit.ended_by = visit.left_at = None
    visit.queue.waiting[visit.id] = visit
    visit.call.move(CallInput.OFFERS_GONE, visit)
    agent = state.agents.get(visit.agent or "")
    visit.agent = visit.seat = None
    if agent is not None:
        agent.visit = None
        state.touch(agent, at)


def detach(state: LiveData, visit: Visit) -> None:
    """The agent's channels no longer belong to this visit."""
    for leg_id in visit.legs:
        leg = state.channels.get(leg_id)
        if leg is not None:
            leg.visit = leg.offer = None
    visit.legs = []


# -- why a visit left ------------------------------------------------------------------------------------------


def try_settle(state: LiveData, visit: Visit, waited: bool = False) -> bool:
    """Judge a visit that left; say it once the evidence is enough."""
    if visit.phase is not VisitPhase.LEFT:
        return False
    verdict = judge(_gather(state, visit, waited))
    if verdict is not None:
        if verdict.reason == NO_STATUS:
            state.hints.add("dialplan")
        settle(state, visit, verdict, visit.left_at or 0)
        close_visit(state, visit, visit.left_at or 0)
    return verdict is not None


def _gather(state: LiveData, visit: Visit, waited: bool) -> Evidence:
    left = visit.left_at
    wait = left - visit.joined_at if left is not None and visit.joined_at is not None else None
    return Evidence(
        visit.abandons, visit.moved, visit.caller_hung_up, visit.lived_on, visit.gone, visit.status,
        state.status_visible or visit.call.marked,
        visit.picked_up_at is not None and not visit.abandons, waited, wait, visit.queue.rule.short_abandon_us,
    )  # fmt: skip


def settle(state: LiveData, visit: Visit, verdict: Verdict, now: int) -> None:
    """Say the outcome, once. `at` is when the waiting ended, or `now` when that was not seen."""
    answered = verdict.outcome is VisitOutcome.ANSWERED
    end = (visit.picked_up_at or visit.connected_at) if answered else visit.left_at
    at = end if end is not None else now
    wait = at - visit.joined_at if visit.joined_at is not None and end is not None else None
    kept = promise_of(state, visit).is_kept(wait) if answered and wait is not None else None
    state.say(
        VisitSettled(
            state.pbx,
            at,
            visit.id,
            visit.call.id,
            visit.queue.id,
            visit.line,
            verdict.outcome,
            verdict.reason,
            visit.joined_at,
            visit.picked_up_at if answered else None,
            visit.connected_at,
            visit.left_at,
            wait,
            visit.agent if answered else None,
            visit.seat if answered else None,
            visit.precision,
            kept,
        )
    )


def promise_of(state: LiveData, visit: Visit) -> Promise:
    """A line's own promise goes before its queue's."""
    line = state.site.line_by_did.get(visit.line)
    return line.promise if line is not None and line.promise is not None else visit.queue.rule.promise


def close_visit(state: LiveData, visit: Visit, at: int, seen: bool = True) -> None:
    """Take an ended visit out of everything live; `seen` is False when a snapshot tells it, not its events."""
    visit.phase = VisitPhase.ENDED
    visit.call.move(CallInput.LEAVE, visit)
    visit.queue.waiting.pop(visit.id, None)
    state.visits.pop(visit.id, None)
    key = visit.queue.name.lower()
    if visit.call.stays.get(key) is visit:
        del visit.call.stays[key]
    if visit.call.visit is visit:
        visit.call.visit = None
    for offer in list(visit.offers.values()):
        if seen:
            end_offer(state, offer, "CANCEL", at)
        else:
            lose_offer(state, offer, OfferOutcome.UNKNOWN, at)
    detach(state, visit)
    release_agent(state, visit, at)


def release_agent(state: LiveData, visit: Visit, at: int) -> None:
    """The agent of a visit is free of it."""
    agent = state.agents.get(visit.agent or "")
    if agent is not None and agent.visit is visit:
        agent.visit = None
        state.touch(agent, at)
