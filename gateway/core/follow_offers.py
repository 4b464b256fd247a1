"""Offers: an agent's phone rings for a visit, and stops ringing."""

from gateway.core import events as ev
from gateway.core.calls import CallInput, Channel
from gateway.core.facts import OfferEnded, OfferMade, VisitPickedUp
from gateway.core.follow_agents import drop_other
from gateway.core.follow_wrap_up import cut_wrap_up
from gateway.core.ids import derive_id
from gateway.core.live import LiveData
from gateway.core.offers import Offer, judge_offer
from gateway.core.queues import Queue
from gateway.core.visits import Visit, VisitInput
from gateway.core.words import OfferOutcome


def make_offer(state: LiveData, event: ev.AgentCalled) -> None:
    """AgentCalled: just before DialBegin, once per rung member and attempt (app_queue.c:5104)."""
    if event.dest in state.offers or ("offer", event.dest) in state.tombs or event.dest in state.tombs:
        return
    queue = state.queue_of(event.queue)
    visit = find_visit(state, event.uniqueid, queue)
    member = queue.members.get(event.interface.lower())
    agent = state.agent_of(member.agent if member else event.member)
    seat = state.seat_of(member.device) if member else agent.seat
    offer = Offer(derive_id(state.pbx, "offer", event.dest), event.dest, agent.number, seat, queue.id, visit, event.at)
    state.offers[event.dest] = agent.offers[event.dest] = offer
    leg = state.channels.get(event.dest)
    if leg is not None:
        _claim_leg(state, leg, offer, event.at)
    if visit is not None:
        visit.offers[event.dest] = offer
        visit.call.move(CallInput.OFFER, visit)
    if agent.wrap_up is not None and agent.wrap_up.queue.lower() == queue.name.lower():
        # app_queue rings nobody who wraps up: a reload or reset in mid-call lost the bar (asterisk-facts 2.9).
        cut_wrap_up(state, agent, event.at)
    state.say(OfferMade(state.pbx, event.at, offer.id, visit.id if visit else None, queue.id, agent.number, seat))
    state.touch(agent, event.at)


def _claim_leg(state: LiveData, leg: Channel, offer: Offer, at: int) -> None:
    leg.offer = offer
    if leg.owner is not None:
        drop_other(state, leg, at)


def find_visit(state: LiveData, uniqueid: str, queue: Queue) -> Visit | None:
    """The open visit of a call in a queue."""
    call = state.calls.get(uniqueid)
    return call.stays.get(queue.name.lower()) if call else None


def end_offer(state: LiveData, offer: Offer, status: str, at: int) -> None:
    """The first end counts; DialEnd comes twice for losers, time-outs and abandons (app_queue.c:4679-4700)."""
    if offer.outcome is not None:
        return
    visit = offer.visit
    picked_up = visit is not None and visit.picked_up_at is not None
    offer.outcome, offer.ended_at = judge_offer(status, offer.refusal, picked_up), at
    if offer.outcome is OfferOutcome.ANSWERED:
        _pick_up(state, offer, at)
    close_offer(state, offer, at)


def _pick_up(state: LiveData, offer: Offer, at: int) -> None:
    """From here on the agent talks: the announcement to him, if any, is part of the caller's answer."""
    visit = offer.visit
    if visit is None or not visit.is_waiting or not state.advance(visit, VisitInput.PICK_UP, at):
        return
    visit.picked_up_at, visit.agent, visit.seat = at, offer.agent, offer.seat
    attach_legs(state, visit, offer)
    agent = state.agent_of(offer.agent)
    agent.visit = visit
    cut_wrap_up(state, agent, at)
    latency = at - visit.joined_at if visit.joined_at is not None else None
    state.say(
        VisitPickedUp(
            state.pbx, at, visit.id, visit.call.id, visit.queue.id, visit.line, offer.agent, offer.seat, latency
        )
    )


def attach_legs(state: LiveData, visit: Visit, offer: Offer) -> None:
    """The channels over which the agent talks: the dialled leg, and the phone behind it when that is a Local one."""
    visit.legs = [leg for leg in (offer.dest, offer.inner) if leg is not None]
    for leg_id in visit.legs:
        leg = state.channels.get(leg_id)
        if leg is not None:
            leg.visit = visit


def lose_offer(state: LiveData, offer: Offer, outcome: OfferOutcome, at: int) -> None:
    """A ring whose end was not seen: how long it was stays unknown."""
    if offer.outcome is None:
        offer.outcome, offer.ended_at = outcome, at
        close_offer(state, offer, at, seen=False)


def close_offer(state: LiveData, offer: Offer, at: int, seen: bool = True) -> None:
    """Say how the ring ended and free the agent's ringing, unless he is the one who talks now."""
    state.offers.pop(offer.dest, None)
    state.bury(("offer", offer.dest), at)
    visit = offer.visit
    if visit is not None:
        visit.offers.pop(offer.dest, None)
        if not visit.offers and offer.outcome is not OfferOutcome.ANSWERED:
            visit.call.move(CallInput.OFFERS_GONE, visit)
    agent = state.agent_of(offer.agent)
    agent.offers.pop(offer.dest, None)
    state.say(
        OfferEnded(
            state.pbx,
            at,
            offer.id,
            visit.id if visit else None,
            offer.queue,
            offer.agent,
            offer.seat,
            offer.outcome or OfferOutcome.UNKNOWN,
            at - offer.made_at if seen else None,
        )
    )
    state.touch(agent, at)


def miss_offer(state: LiveData, event: ev.AgentMissed) -> None:
    """AgentRingNoAnswer: says nothing DialEnd has not said, but ends an offer whose DialEnd was lost."""
    offer = state.offers.get(event.dest)
    if offer is not None:
        end_offer(state, offer, "NOANSWER", event.at)
