"""After a snapshot: rings and talks in progress that no event told of, put together from channels and bridges (5.1)."""

from gateway.core import events as ev
from gateway.core.agents import Agent
from gateway.core.calls import CallInput, Channel
from gateway.core.follow_agents import take_other
from gateway.core.follow_offers import lose_offer, make_offer
from gateway.core.follow_talk import hold_visit, resume_visit
from gateway.core.follow_visits import open_visit, settle
from gateway.core.live import LiveData
from gateway.core.queues import ON_HOLD
from gateway.core.visits import Verdict, Visit, VisitPhase
from gateway.core.words import Direction, OfferOutcome, VisitOutcome


def rebuild_talks(state: LiveData, now: int, final: bool = True, oldest: int = 0) -> None:
    """Calls in progress that nobody told us of: a caller in Queue() bridged with a channel AppQueue dialled (5.1).

    A ring or an announcement known from before the cut became a talk only if the `final` look still says so: the events
    of an answer that is just happening are on their way. Channels older than generation `oldest` are passed over: this
    snapshot has not listed them, one that broke off before a restart or a cut may have left them (chaos, seed 2).
    """
    may_change = final and not state.live
    by_bridge: dict[str, list[Channel]] = {}
    present = [channel for channel in state.channels.values() if channel.generation >= oldest]
    for channel in present:
        if channel.bridge is not None:
            by_bridge.setdefault(channel.bridge, []).append(channel)
    for leg in present:
        if leg.application == "AppQueue" and (_is_unclaimed(leg) or (may_change and _is_unanswered(leg))):
            _rebuild_leg(state, leg, by_bridge.get(leg.bridge or "", []), now)
        elif leg.application == "AppDial" and leg.owner is None and _is_unclaimed(leg):
            _rebuild_other(state, leg, now)


def _is_unclaimed(leg: Channel) -> bool:
    return leg.visit is None and leg.offer is None


def _is_unanswered(leg: Channel) -> bool:
    visit = leg.visit or (leg.offer.visit if leg.offer is not None else None)
    return visit is None or visit.is_waiting or visit.phase is VisitPhase.LEFT


def _find_agent(state: LiveData, leg: Channel) -> Agent | None:
    """Whose leg this is: by the phone, or for a Local member by the queue's interface (`Local/6003@dial/n`)."""
    agent = state.agent_by_device.get(leg.device.lower())
    if agent is not None or not leg.device.startswith("Local/"):
        return agent
    name = leg.device.lower()
    members = (member for queue in state.queues.values() for key, member in queue.members.items() if
               key == name or key.startswith(name + "/"))  # fmt: skip
    found = next(members, None)
    return state.agent_of(found.agent) if found is not None else None


def _rebuild_leg(state: LiveData, leg: Channel, bridged: list[Channel], now: int) -> None:
    agent = _find_agent(state, leg)
    caller = next((c for c in bridged if c is not leg and c.application == "Queue" and c.call is not None), None)
    if agent is None:
        return
    if caller is None or caller.call is None:
        if leg.bridge is None and _is_unclaimed(leg):
            _rebuild_offer(state, leg, agent.number, now)
        elif leg.bridge is not None and leg.owner is None and _is_unclaimed(leg):
            # His queue caller has gone on (transferred away by himself), the agent talks with somebody else.
            take_other(state, agent, leg, "in", leg.bridged_at or now)
        return
    name = caller.application_data.split(",", 1)[0]
    queue = state.queue_of(name)
    known = caller.call.stays.get(queue.name.lower())
    visit = known or open_visit(state, caller.call, queue, None, None, now, "s")
    _start_talk(state, visit, leg, agent.number, now)


def _start_talk(state: LiveData, visit: Visit, leg: Channel, number: str, now: int) -> None:
    """The talk was on before we looked: when it began, and how long the caller waited, stay unknown."""
    agent = state.agent_of(number)
    visit.queue.waiting.pop(visit.id, None)
    visit.phase, visit.agent, visit.seat = VisitPhase.TALKING, number, agent.seat
    for offer in list(visit.offers.values()):
        lose_offer(state, offer, OfferOutcome.ANSWERED if offer.dest == leg.id else OfferOutcome.UNKNOWN, now)
    _attach_leg(state, visit, agent, leg)
    agent.visit = visit
    visit.call.visit = visit
    visit.call.move(CallInput.CONNECT)
    settle(state, visit, Verdict(VisitOutcome.ANSWERED, "answered while the feed was not seen"), now)
    state.touch(agent, leg.created_at or now, exact=False)


def _attach_leg(state: LiveData, visit: Visit, agent: Agent, leg: Channel) -> None:
    """The leg the queue dialled; behind a Local one the phone that its other half dialled."""
    visit.legs = [leg.id]
    if leg.device.startswith("Local/") and agent.device is not None:
        phones = state.channels_by_device.get(agent.device.lower(), {}).values()
        visit.legs += [phone.id for phone in phones if phone.application == "AppDial"][:1]
    for leg_id in visit.legs:
        state.channels[leg_id].visit = visit


def _rebuild_offer(state: LiveData, leg: Channel, number: str, now: int) -> None:
    queue = next(iter(state.agent_of(number).queues), "")
    for name in list(state.agent_of(number).queues):
        if leg.linkedid in state.calls and name in state.calls[leg.linkedid].stays:
            queue = name
    member = state.agent_of(number).queues.get(queue)
    if member is not None:
        make_offer(
            state, ev.AgentCalled(leg.created_at or now, leg.linkedid, member.queue, member.interface, number, leg.id,
                                  leg.name),
        )  # fmt: skip


def _rebuild_other(state: LiveData, leg: Channel, now: int) -> None:
    agent = state.agent_by_device.get(leg.device.lower())
    if agent is not None:
        call = state.calls.get(leg.linkedid)
        inbound = call is not None and call.direction is Direction.INBOUND
        take_other(state, agent, leg, "in" if inbound else "internal", leg.created_at or now)


def review_holds(state: LiveData, now: int) -> None:
    """Holds that began or ended unseen: the phone says which it is, while it has no other call (asterisk-facts 2.6)."""
    for agent in state.agents.values():
        visit = agent.visit
        if visit is None or visit.phase is not VisitPhase.TALKING:
            continue
        visit.hold_seen = False
        on_hold = any(member.status == ON_HOLD for member in agent.queues.values())
        if on_hold == (visit.hold_since is not None) or agent.others:
            continue
        (hold_visit if on_hold else resume_visit)(state, visit, now)
        agent.exact = False
