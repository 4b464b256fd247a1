"""Snapshot and resync (asterisk-facts 5.3): what to ask next, and what a list says against the live state.

Lists are applied item by item as they stream in; nothing is collected. Each pass marks what it saw with the state's
generation; what neither of two passes marked, and no event made meanwhile, is gone. Two passes a second apart, because
an event older than a list may arrive after it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.core import listed as li
from gateway.core.calls import Channel
from gateway.core.facts import StateCorrected
from gateway.core.follow_agents import drop_member
from gateway.core.follow_calls import open_call, remove_channel
from gateway.core.follow_offers import lose_offer
from gateway.core.follow_talk import lose_visit
from gateway.core.follow_visits import adopt_call, open_visit
from gateway.core.live import LiveData
from gateway.core.queues import Queue
from gateway.core.site import SECOND
from gateway.core.visits import VisitPhase
from gateway.core.words import OfferOutcome, VisitOutcome

PASS_GAP_US = SECOND
LIST_DEADLINE_US = 10 * SECOND
"""A list that takes longer is given up: the connection is closed and made anew (asterisk-facts 1.6)."""
PERIOD_US = 45 * SECOND
RETRY_US = SECOND
UNSEEN = "ended while the feed was not seen"


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


def see_channel(state: LiveData, item: li.ChannelListed) -> None:
    """CoreShowChannel: a channel is there. An unknown one was born while we did not look."""
    channel = state.channels.get(item.uniqueid)
    if channel is not None:
        _refine_channel(channel, item)
    elif item.uniqueid in state.tombs or not state.confirm(("channel", item.uniqueid), item.channel):
        return
    else:
        channel = _adopt_channel(state, item)
    channel.generation = state.generation
    if channel.bridge is None and item.bridge and item.at >= channel.bridged_at:
        channel.bridge = item.bridge


def _refine_channel(channel: Channel, item: li.ChannelListed) -> None:
    """What only the list tells of a channel known already: what runs on it, and since when it is there."""
    channel.application, channel.application_data = item.application, item.data
    channel.linkedid = item.linkedid
    call = channel.call
    if call is not None and call.arrived_at is None and item.duration >= 0:
        call.arrived_at, call.exact = item.at - item.duration * SECOND, False


def _adopt_channel(state: LiveData, item: li.ChannelListed) -> Channel:
    born = item.at - item.duration * SECOND if item.duration >= 0 else None
    channel = state.add_channel(item.uniqueid, item.channel, born)
    channel.application, channel.application_data, channel.bridge = item.application, item.data, item.bridge or None
    channel.linkedid = item.linkedid
    if state.live:
        state.say(StateCorrected(state.pbx, item.at, "channel_added", item.uniqueid, "", item.channel))
    if _is_caller(item):
        call = open_call(state, channel, item.exten, item.caller, born, item.at)
        call.exact = False
    return channel


def _is_caller(item: li.ChannelListed) -> bool:
    """A channel that nobody dialled; of a Local pair only the half that began a call of its own."""
    if item.channel.startswith("Local/"):
        return item.linkedid == item.uniqueid
    return item.application not in ("AppQueue", "AppDial")


def see_caller(state: LiveData, item: li.CallerListed) -> None:
    """QueueEntry: a caller waits. Its join is now - Wait, to the second."""
    queue = state.queue_of(item.queue)
    known = state.calls.get(item.uniqueid)
    visit = known.stays.get(queue.name.lower()) if known is not None else None
    if visit is not None and visit.phase is not VisitPhase.TALKING:
        visit.generation = state.generation
    elif item.uniqueid not in state.tombs and state.confirm(("visit", item.uniqueid, queue.name), item.wait >= 0):
        if visit is not None:
            # app_queue lists no talking callers: he is back in the queue he was answered in.
            lose_visit(state, visit, item.at, UNSEEN)
        _adopt_caller(state, queue, item)


def _adopt_caller(state: LiveData, queue: Queue, item: li.CallerListed) -> None:
    channel = state.channels.get(item.uniqueid) or state.add_channel(item.uniqueid, item.channel, None)
    channel.generation = state.generation
    call = state.calls.get(item.uniqueid) or adopt_call(state, channel, item.at)
    if state.live:
        state.say(StateCorrected(state.pbx, item.at, "visit_added", item.uniqueid, "", queue.name))
        state.hints.add("agent")
    joined_at = item.at - item.wait * SECOND if item.wait >= 0 else None
    open_visit(state, call, queue, joined_at, item.position, item.at, "s")


def see_queue(state: LiveData, item: li.QueueListed) -> None:
    """QueueParams: the queue exists, in the case it is configured with."""
    queue = state.queue_of(item.queue)
    queue.strategy, queue.generation = item.strategy, state.generation
    if queue.name != item.queue and queue.name.lower() == item.queue.lower():
        queue.name = item.queue


# -- after the lists -------------------------------------------------------------------------------------------


def sweep(state: LiveData, resync: Resync, now: int, reason: str = UNSEEN) -> None:
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

    for key in [key for key, queue in state.queues.items() if queue.generation < oldest]:
        queue = state.queues[key]
        if not queue.members and not queue.waiting and not state.site.names_queue(key):
            del state.queues[key]


def _sweep_channels(state: LiveData, oldest: int, now: int, reason: str) -> None:
    for channel in [c for c in state.channels.values() if c.generation < oldest]:
        _correct(state, "channel_removed", channel.id, now)
        del state.channels[channel.id]
        state.bury(channel.id, now)
        _lose_channel(state, channel, now, reason)
    for offer in [offer for offer in state.offers.values() if offer.dest not in state.channels]:
        lose_offer(state, offer, OfferOutcome.UNKNOWN, now)


def _lose_channel(state: LiveData, channel: Channel, now: int, reason: str) -> None:
    if channel.offer is not None and channel.offer.dest == channel.id:
        lose_offer(state, channel.offer, OfferOutcome.UNKNOWN, now)
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


def lose_unexplained(state: LiveData, now: int) -> None:
    """The feed is cut just after somebody abandoned: what would have told why will not come."""
    for visit in [v for v in state.visits.values() if v.phase is VisitPhase.LEFT and v.abandons]:
        lose_visit(state, visit, now, "the feed was cut before it told why he left")
