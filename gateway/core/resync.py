"""Snapshot and resync (asterisk-facts 5.3): what to ask next, and what a list says against the live state.

Lists are applied item by item as they stream in; nothing is collected. Each pass marks what it saw with the state's
generation; what neither of two passes marked, and no event made meanwhile, is gone. Two passes a second apart, because
an event older than a list may arrive after it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.core import events as ev
from gateway.core.calls import CallInput, Channel
from gateway.core.facts import Direction, StateCorrected, VisitOutcome
from gateway.core.follow_agents import drop_member, take_other
from gateway.core.follow_calls import open_call, remove_channel
from gateway.core.follow_offers import make_offer
from gateway.core.follow_talk import lose_visit
from gateway.core.follow_visits import adopt_call, open_visit, settle
from gateway.core.live import LiveData
from gateway.core.site import SECOND
from gateway.core.visits import Verdict, Visit, VisitPhase

PASS_GAP_US = SECOND
LIST_DEADLINE_US = 10 * SECOND
"""A list that takes longer is given up: the connection is closed and made anew (asterisk-facts 1.6)."""
PERIOD_US = 45 * SECOND
RETRY_US = SECOND


class Step(StrEnum):
    """What is asked of the PBX, in order."""

    SETTINGS = "CoreSettings"
    CHANNELS = "CoreShowChannels"
    QUEUES = "QueueStatus"
    DEVICES = "DeviceStateList"
    FENCE = "Ping"


FIRST_PASS = (Step.SETTINGS, Step.QUEUES, Step.CHANNELS, Step.DEVICES, Step.FENCE)
NEXT_PASS = (Step.QUEUES, Step.CHANNELS, Step.FENCE)
"""Queues before channels: the members tell whose device a channel is on."""

MISSING = {
    Step.CHANNELS: ("write=reporting (CoreShowChannels)", "calls in progress at start, and other calls of agents"),
    Step.DEVICES: ("write=reporting (DeviceStateList)", "unplugged phones of empty seats"),
    Step.SETTINGS: ("write=reporting (CoreSettings)", "the PBX's version"),
    Step.QUEUES: ("QueueStatus", "waiting callers and members at start"),
}
"""{step refused: (what is missing, which figure it makes wrong)}."""


@dataclass(slots=True)
class Resync:
    """Where the present snapshot stands. `steps` are those still to ask; `passes_left` after this one."""

    why: str
    steps: list[Step] = field(default_factory=list)
    passes_left: int = 1
    first_generation: int = 0
    items: int = 0
    next_at: int | None = None
    asked_at: int | None = None
    awaited: str = ""
    step: Step | None = None
    refused: set[Step] = field(default_factory=set)
    """Lists the PBX would not give: what they would show is not judged by their silence."""


# -- list items ------------------------------------------------------------------------------------------------


def see_channel(state: LiveData, item: ev.ChannelListed) -> None:
    """CoreShowChannel: a channel is there. An unknown one was born while we did not look."""
    channel = state.channels.get(item.uniqueid)
    if channel is None:
        channel = _adopt_channel(state, item)
    else:
        _refine_channel(channel, item)
    channel.generation = state.generation
    if channel.bridge is None and item.bridge and item.at >= channel.bridged_at:
        channel.bridge = item.bridge


def _refine_channel(channel: Channel, item: ev.ChannelListed) -> None:
    """What only the list tells of a channel known already: what runs on it, and since when it is there."""
    channel.application, channel.application_data = item.application, item.data
    channel.linkedid = item.linkedid
    call = channel.call
    if call is not None and call.arrived_at is None and item.duration >= 0:
        call.arrived_at, call.exact = item.at - item.duration * SECOND, False


def _adopt_channel(state: LiveData, item: ev.ChannelListed) -> Channel:
    born = item.at - item.duration * SECOND if item.duration >= 0 else None
    channel = state.add_channel(item.uniqueid, item.channel, born)
    channel.application, channel.application_data, channel.bridge = item.application, item.data, item.bridge or None
    channel.linkedid = item.linkedid
    state.tombs.pop(item.uniqueid, None)
    if state.live:
        state.say(StateCorrected(state.pbx, item.at, "channel_added", item.uniqueid, "", item.channel))
    if item.application not in ("AppQueue", "AppDial") and not item.channel.endswith(";1"):
        call = open_call(state, channel, item.exten, item.caller, born, item.at)
        call.exact = False
    return channel


def see_caller(state: LiveData, item: ev.CallerListed) -> None:
    """QueueEntry: a caller waits. Its join is now - Wait, to the second."""
    channel = state.channels.get(item.uniqueid) or state.add_channel(item.uniqueid, item.channel, None)
    channel.generation = state.generation
    queue = state.queue_of(item.queue)
    call = state.calls.get(item.uniqueid) or adopt_call(state, channel, item.at)
    visit = call.stays.get(queue.name.lower())
    if visit is None or visit.phase in (VisitPhase.LEFT, VisitPhase.ENDED):
        if visit is not None:
            return
        if state.live:
            state.say(StateCorrected(state.pbx, item.at, "visit_added", item.uniqueid, "", queue.name))
            state.hints.add("agent")
        joined_at = item.at - item.wait * SECOND if item.wait >= 0 else None
        visit = open_visit(state, call, queue, joined_at, item.position, item.at)
        visit.precision = "s"
    visit.generation = state.generation


def see_queue(state: LiveData, item: ev.QueueListed) -> None:
    """QueueParams: the queue exists, in the case it is configured with."""
    queue = state.queue_of(item.queue)
    queue.strategy, queue.generation = item.strategy, state.generation
    if queue.name != item.queue and queue.name.lower() == item.queue.lower():
        queue.name = item.queue


# -- after the lists -------------------------------------------------------------------------------------------


def rebuild_talks(state: LiveData, now: int) -> None:
    """Calls in progress that nobody told us of: a caller in Queue() bridged with a channel AppQueue dialled (5.1)."""
    by_bridge: dict[str, list[Channel]] = {}
    for channel in state.channels.values():
        if channel.bridge is not None:
            by_bridge.setdefault(channel.bridge, []).append(channel)
    for leg in list(state.channels.values()):
        if leg.application == "AppQueue" and leg.visit is None and leg.offer is None:
            _rebuild_leg(state, leg, by_bridge.get(leg.bridge or "", []), now)
        elif leg.application == "AppDial" and leg.owner is None and leg.visit is None and leg.offer is None:
            _rebuild_other(state, leg, now)


def _rebuild_leg(state: LiveData, leg: Channel, bridged: list[Channel], now: int) -> None:
    agent = state.agent_by_device.get(leg.device.lower())
    caller = next((c for c in bridged if c is not leg and c.application == "Queue" and c.call is not None), None)
    if agent is None:
        return
    if caller is None or caller.call is None:
        if leg.bridge is None:
            _rebuild_offer(state, leg, agent.number, now)
        elif leg.owner is None:
            # His queue caller has gone on (transferred away by himself), the agent talks with somebody else.
            take_other(state, agent, leg, "in", leg.bridged_at or now)
        return
    name = caller.application_data.split(",", 1)[0]
    queue = state.queue_of(name)
    known = caller.call.stays.get(queue.name.lower())
    visit = known or open_visit(state, caller.call, queue, None, None, now)
    _start_talk(state, visit, leg, agent.number, now)


def _start_talk(state: LiveData, visit: Visit, leg: Channel, number: str, now: int) -> None:
    """The talk was on before we looked: when it began, and how long the caller waited, stay unknown."""
    agent = state.agent_of(number)
    visit.queue.waiting.pop(visit.id, None)
    visit.phase, visit.agent, visit.seat = VisitPhase.TALKING, number, agent.seat
    visit.seen_from_start = False
    visit.legs = [leg.id]
    leg.visit = agent.visit = visit
    visit.call.visit = visit
    visit.call.move(CallInput.CONNECT)
    settle(state, visit, Verdict(VisitOutcome.ANSWERED, "answered while the feed was not seen"), now)
    state.touch(agent, leg.created_at or now, exact=False)


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


def sweep(state: LiveData, resync: Resync, now: int, reason: str) -> None:
    """Remove what two passes did not see. Whatever ended unseen has an unknown outcome; nothing is guessed."""
    if Step.QUEUES not in resync.refused:
        _sweep_queues(state, resync.first_generation, now, reason)
    if Step.CHANNELS not in resync.refused:
        _sweep_channels(state, resync.first_generation, now, reason)


def _sweep_queues(state: LiveData, oldest: int, now: int, reason: str) -> None:
    for queue in state.queues.values():
        for member in [m for m in queue.members.values() if m.generation < oldest]:
            _correct(state, "member_removed", f"{queue.name} {member.interface}", now)
            drop_member(state, queue, member, now)
    for visit in [v for v in state.visits.values() if v.is_waiting and v.generation < oldest]:
        _correct(state, "visit_removed", visit.call.id, now)
        lose_visit(state, visit, now, reason)


def _sweep_channels(state: LiveData, oldest: int, now: int, reason: str) -> None:
    for channel in [c for c in state.channels.values() if c.generation < oldest]:
        _correct(state, "channel_removed", channel.id, now)
        del state.channels[channel.id]
        state.bury(channel.id, now)
        _lose_channel(state, channel, now, reason)


def _lose_channel(state: LiveData, channel: Channel, now: int, reason: str) -> None:
    if channel.visit is not None:
        lose_visit(state, channel.visit, now, reason)
    for visit in list(channel.call.stays.values()) if channel.call else []:
        lose_visit(state, visit, now, reason)
    remove_channel(state, channel, now, None)


def _correct(state: LiveData, kind: str, subject: str, now: int) -> None:
    if state.live:
        state.say(StateCorrected(state.pbx, now, kind, subject, "present", "absent"))


def close_all(state: LiveData, now: int) -> None:
    """The PBX booted anew: every open visit is cut, every call over (asterisk-facts 5.3.2)."""
    for visit in list(state.visits.values()):
        lose_visit(state, visit, now, "the PBX restarted", VisitOutcome.CUT)
    for channel in list(state.channels.values()):
        state.channels.pop(channel.id, None)
        _lose_channel(state, channel, now, "the PBX restarted")
    state.local_halves.clear()
    state.joining.clear()
