"""Channels and calls: born, dialled, bridged, hung up. Tells visits and agents what their legs did."""

from gateway.core import events as ev
from gateway.core.calls import Call, CallInput, Channel
from gateway.core.facts import CallAnswered, CallEnded
from gateway.core.follow_agents import drop_other, take_other
from gateway.core.follow_offers import end_offer
from gateway.core.follow_talk import hang_up_caller, hold_visit, lose_leg, note_end, resume_visit
from gateway.core.follow_wrap_up import cut_wrap_up
from gateway.core.live import LiveData
from gateway.core.visits import NOWHERE, Place, VisitPhase
from gateway.core.words import Direction, EndedBy

NO_LINE = "none"
SOFT_HANGUP_NO_END = frozenset({2, 16})
"""AST_SOFTHANGUP_ASYNCGOTO (a Redirect) and APPUNLOAD (every normal PBX end) end nothing (channel.h:1141)."""


def create_channel(state: LiveData, event: ev.ChannelCreated) -> None:
    """Newchannel. A channel whose Linkedid is its own opens a call; any other is a dialled leg."""
    if event.uniqueid in state.channels or event.at <= state.tombs.get(event.uniqueid, 0):
        return
    state.tombs.pop(event.uniqueid, None)
    channel = state.add_channel(event.uniqueid, event.channel, event.at)
    if event.linkedid == event.uniqueid:
        open_call(state, channel, event.exten, event.caller, event.at)


def open_call(state: LiveData, channel: Channel, did: str, caller: str, at: int | None, now: int = 0) -> Call:
    """Open the call whose caller this channel is. Calls from inside wait for their direction (see `_turn_call`)."""
    inside = state.is_inside(channel.device) or channel.device.startswith("Local/")
    direction = Direction.INTERNAL if inside else Direction.INBOUND
    line = NO_LINE if inside else state.site.line_of(did)
    call = Call(channel.id, line, did, direction, caller, at)
    channel.call = state.calls[call.id] = call
    if inside:
        agent = state.agent_by_device.get(channel.device.lower())
        if agent is not None:
            take_other(state, agent, channel, "internal", at or now)
    else:
        state.announce(call, at or now)
    return call


def begin_dial(state: LiveData, event: ev.DialBegun) -> None:
    """DialBegin: a leg that is no queue offer is somebody's other call; a call from inside learns its direction."""
    leg = state.channels.get(event.dest)
    if leg is None:
        return
    dialler = state.channels.get(event.uniqueid)
    if leg.offer is not None:
        return
    if dialler is not None and _is_behind_offer(state, dialler, leg):
        return
    _turn_call(state, dialler, leg, event.at)
    agent = state.agent_by_device.get(leg.device.lower())
    if agent is not None and leg.owner is None and leg.visit is None:
        inside = dialler is not None and state.is_inside(dialler.device)
        take_other(state, agent, leg, "internal" if inside else "in", event.at)
        _cut_wrap_up_of(state, leg, event.at)


def _is_behind_offer(state: LiveData, dialler: Channel, leg: Channel) -> bool:
    """A Local member's phone: its leg is dialled by the second half of the Local channel the queue rings."""
    twin = state.channels.get(dialler.twin) if dialler.twin else None
    offer = twin.offer if twin is not None else None
    if offer is None:
        return False
    offer.inner, leg.offer = leg.id, offer
    return True


def _turn_call(state: LiveData, dialler: Channel | None, leg: Channel, at: int) -> None:
    if dialler is None or dialler.call is None or dialler.call.announced:
        return
    if not state.is_inside(leg.device) and not leg.device.startswith("Local/"):
        dialler.call.direction = Direction.OUTBOUND
        _redirect_owner(state, dialler, at)
    _cut_wrap_up_of(state, dialler, at)
    state.announce(dialler.call, at)


def _cut_wrap_up_of(state: LiveData, channel: Channel, at: int) -> None:
    """To dial somebody ends after-call work; to dial a feature code, `finished` among them, rings nobody."""
    agent = state.agents.get(channel.owner) if channel.owner else None
    if agent is not None and agent.visit is None:
        cut_wrap_up(state, agent, at)


def _redirect_owner(state: LiveData, channel: Channel, at: int) -> None:
    agent = state.agents.get(channel.owner) if channel.owner else None
    if agent is not None:
        channel.direction_for_owner = "out"
        state.touch(agent, at)


def end_dial(state: LiveData, event: ev.DialEnded) -> None:
    """DialEnd: the first one of a leg decides its offer; for a direct call ANSWER means they talk."""
    leg = state.channels.get(event.dest)
    offer = leg.offer if leg is not None else state.offers.get(event.dest)
    if offer is not None:
        if offer.dest == event.dest:
            end_offer(state, offer, event.status, event.at)
        return
    dialler = state.channels.get(event.uniqueid)
    if event.status == "ANSWER" and dialler is not None and dialler.call is not None:
        dialler.call.move(CallInput.ANSWERED)
        if dialler.call.announced:
            call = dialler.call
            state.say(CallAnswered(state.pbx, event.at, call.id, call.line, call.direction))


def enter_bridge(state: LiveData, event: ev.BridgeEntered) -> None:
    """BridgeEnter; an older event than the last one seen changes nothing."""
    channel = state.channels.get(event.uniqueid)
    if channel is None or event.at < channel.bridged_at:
        return
    channel.bridge, channel.bridged_at, channel.bridge_left_at = event.bridge, event.at, None


def leave_bridge(state: LiveData, event: ev.BridgeLeft) -> None:
    """BridgeLeave: not the end of a talk by itself, but when it ends, this is when."""
    channel = state.channels.get(event.uniqueid)
    if channel is None or event.at < channel.bridged_at:
        return
    channel.bridge, channel.bridged_at, channel.bridge_left_at = None, event.at, event.at


def begin_hold(state: LiveData, event: ev.HoldBegun) -> None:
    """Hold by the agent of a visit."""
    channel = state.channels.get(event.uniqueid)
    if channel is not None and channel.visit is not None and event.at >= channel.held_at:
        channel.held_at = event.at
        hold_visit(state, channel.visit, event.at)


def end_hold(state: LiveData, event: ev.HoldEnded) -> None:
    """Unhold; a stray one without a hold is known (blind transfer, asterisk-facts 2.7) and changes nothing."""
    channel = state.channels.get(event.uniqueid)
    if channel is not None and channel.visit is not None and event.at >= channel.held_at:
        channel.held_at = event.at
        resume_visit(state, channel.visit, event.at)


def request_hangup(state: LiveData, event: ev.HangupRequested) -> None:
    """HangupRequest: the far end of this channel hung up, or refused to answer with a cause."""
    channel = state.channels.get(event.uniqueid)
    if channel is None:
        return
    if channel.offer is not None and channel.offer.outcome is None:
        channel.offer.refusal = channel.offer.refusal or event.cause
    _note_hangup(channel)


def request_soft_hangup(state: LiveData, event: ev.SoftHangupRequested) -> None:
    """SoftHangupRequest: AMI, CLI, a time limit or a dead media stream ends this channel."""
    channel = state.channels.get(event.uniqueid)
    if channel is not None and event.cause not in SOFT_HANGUP_NO_END:
        _note_hangup(channel)


def _note_hangup(channel: Channel) -> None:
    if channel.visit is not None and channel.id in channel.visit.legs[-1:]:
        note_end(channel.visit, EndedBy.AGENT)
    elif channel.call is not None and channel.call.visit is not None:
        visit = channel.call.visit
        if visit.left_at is None:
            visit.caller_hung_up = True
        else:
            visit.lived_on = True
        note_end(visit, EndedBy.CALLER)


def hang_up(state: LiveData, event: ev.ChannelHungUp) -> None:
    """Hangup: the end of this Uniqueid; only its tombstone stays, for late echoes."""
    state.bury(event.uniqueid, event.at)
    channel = state.channels.pop(event.uniqueid, None)
    if channel is not None:
        if channel.call is not None:
            _note_place(channel.call, event.place)
        remove_channel(state, channel, event.at, event.cause)
    elif event.uniqueid in state.offers:
        # Its Newchannel was lost; the ring must not outlive it.
        end_offer(state, state.offers[event.uniqueid], "CANCEL", event.at)


def _note_place(call: Call, place: Place) -> None:
    """Where the channel died tells whether Queue() had returned: a hang-up by AMI or a time limit shows nothing else.

    The `h` extension runs after any hang-up and tells nothing.
    """
    for visit in call.stays.values():
        if visit.phase is VisitPhase.LEFT and NOWHERE not in (place, visit.place) and place[1] != "h":
            visit.caller_hung_up = visit.caller_hung_up or place == visit.place
            visit.lived_on = visit.lived_on or place != visit.place


def remove_channel(state: LiveData, channel: Channel, at: int, cause: int | None) -> None:
    """What is left to do when a channel is gone, however we learned it."""
    _unlink(state, channel)
    if channel.offer is not None and channel.offer.dest == channel.id:
        end_offer(state, channel.offer, "ANSWER" if channel.offer.outcome else "CANCEL", at)
    if channel.visit is not None:
        lose_leg(state, channel.visit, channel, at)
    if channel.owner is not None:
        drop_other(state, channel, at)
    if channel.call is not None:
        end_call(state, channel.call, channel, at, cause)


def _unlink(state: LiveData, channel: Channel) -> None:
    key = channel.device.lower()
    siblings = state.channels_by_device.get(key)
    if siblings is not None:
        siblings.pop(channel.id, None)
        if not siblings:
            del state.channels_by_device[key]
    if state.local_halves.get(channel.name[:-2]) is channel:
        del state.local_halves[channel.name[:-2]]


def end_call(state: LiveData, call: Call, channel: Channel, at: int, cause: int | None) -> None:
    """The caller is gone: end what is open and say so."""
    hang_up_caller(state, call, channel.bridge_left_at or at, at)
    state.announce(call, at)
    state.calls.pop(call.id, None)
    state.joining.pop(call.id, None)
    duration = at - call.arrived_at if call.arrived_at is not None and call.exact else None
    state.say(CallEnded(state.pbx, at, call.id, call.line, call.direction, cause, duration))
