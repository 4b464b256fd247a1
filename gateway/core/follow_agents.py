"""Agents, members, devices, wrap-up: who sits where, serves what, and is free when."""

from gateway.core import events as ev
from gateway.core.agents import Agent, WrapUp
from gateway.core.calls import Channel
from gateway.core.facts import DeviceUnknown, MemberChanged, SeatsExceeded, StateCorrected
from gateway.core.follow_wrap_up import bar_wrap_up, cut_wrap_up, end_wrap_up
from gateway.core.live import LiveData
from gateway.core.queues import STATUS_BY_NAME, UNREACHABLE, Member, Queue
from gateway.core.site import SECOND
from gateway.core.words import AgentState


def see_member(state: LiveData, event: ev.MemberSeen) -> None:
    """Any member event or list item: it carries the whole record, so the last one wins - events by `at`.

    A list is never older than an event received before it (asterisk-facts 5.2), and it bears no time of its own.
    """
    queue = state.queue_of(event.queue)
    key = event.interface.lower()
    member = queue.members.get(key)
    if member is None:
        if event.at < state.tombs.get(("member", queue.name.lower(), key), 0) and not event.listed:
            return
        if not event.listed or state.confirm(("member", queue.name, key), _number_of(event)):
            _add_member(state, queue, key, event)
        return
    if not event.listed and event.at < member.updated_at:
        return
    member.generation = state.generation
    if event.listed and not _is_confirmed(state, queue, member, event):
        return
    if _number_of(event) != member.agent or (event.device or event.interface).lower() != member.device.lower():
        # Another person at this phone, or the phone behind it changed, while nobody told us.
        drop_member(state, queue, member, event.at)
        _add_member(state, queue, key, event)
        return
    _update_member(state, queue, member, event)


def _is_confirmed(state: LiveData, queue: Queue, member: Member, event: ev.MemberSeen) -> bool:
    """Whether a listed member is as we know him, or is really another by now."""
    said = (_number_of(event), event.paused, event.reason if event.paused else "", event.status, event.penalty)
    known = (member.agent, member.paused, member.reason, member.status, member.penalty)
    return said == known or state.confirm(("member", queue.name, member.interface), said)


def _number_of(event: ev.MemberSeen) -> str:
    return event.member or event.interface


def _add_member(state: LiveData, queue: Queue, key: str, event: ev.MemberSeen) -> None:
    member = queue.members[key] = Member(
        queue.name, event.interface, event.device or event.interface, _number_of(event), event.membership,
        event.penalty, event.paused, event.reason if event.paused else "", event.status, event.last_call or None,
        event.wrap_up * SECOND, 0 if event.listed else event.at, state.generation,
    )  # fmt: skip
    if event.listed and state.live:
        state.say(StateCorrected(state.pbx, event.at, "member_added", f"{queue.name} {event.interface}", "", "member"))
    agent = state.agent_of(member.agent)
    _seat_agent(state, agent, member, event.at)
    agent.queues[queue.name.lower()] = member
    state.say(MemberChanged(state.pbx, event.at, agent.number, queue.id, "joined", member.reason or None))
    _see_device(state, member.device, event.status, event.at)
    before = agent.state
    state.touch(agent, event.at, exact=not event.listed)
    if before is AgentState.OFFLINE:
        _count_seats(state, event.at)


def _seat_agent(state: LiveData, agent: Agent, member: Member, at: int) -> None:
    device = member.device.lower()
    state.agent_by_device[device] = agent
    agent.device = member.device
    seat = state.seat_of(member.device)
    if seat is None and state.site.seats and device not in state.unknown_devices:
        state.unknown_devices.add(device)
        state.say(DeviceUnknown(state.pbx, at, member.device, agent.number))
    if seat != agent.seat:
        _empty_seat(state, agent, at)
        agent.seat = seat
    if seat is not None:
        state.seats[seat].agent = agent.number
        state.touch_seat(seat, at)
    for channel in list(state.channels_by_device.get(device, {}).values()):
        if channel.offer is None and channel.visit is None and channel.owner is None:
            take_other(state, agent, channel, "internal", at)


def _empty_seat(state: LiveData, agent: Agent, at: int) -> None:
    seat = state.seats.get(agent.seat) if agent.seat else None
    agent.seat = None
    if seat is not None and seat.agent == agent.number:
        seat.agent = None
        state.touch_seat(seat.id, at)


def _count_seats(state: LiveData, at: int) -> None:
    if state.site.seats and state.signed_in > len(state.site.seats):
        state.say(SeatsExceeded(state.pbx, at, state.signed_in, len(state.site.seats)))


def _update_member(state: LiveData, queue: Queue, member: Member, event: ev.MemberSeen) -> None:
    reason = event.reason if event.paused else ""
    changed = event.paused != member.paused or reason != member.reason
    if changed:
        _pause_member(state, queue, member, event.paused, reason, event)
    if event.penalty != member.penalty:
        member.penalty = event.penalty
        state.say(MemberChanged(state.pbx, event.at, member.agent, queue.id, "penalty", str(event.penalty)))
    if event.listed and state.live and event.status != member.status:
        state.say(
            StateCorrected(state.pbx, event.at, "device_state", event.interface, str(member.status), str(event.status))
        )
    was_unreachable, member.status = member.status in UNREACHABLE, event.status
    member.updated_at = member.updated_at if event.listed else event.at
    member.wrap_up_us, member.membership = event.wrap_up * SECOND, event.membership
    agent = state.agent_of(member.agent)
    if event.last_call and event.last_call != member.last_call:
        member.last_call = event.last_call
        bar_wrap_up(state, agent, queue, member)
    _see_device(state, member.device, event.status, event.at)
    if changed or was_unreachable != (event.status in UNREACHABLE):
        state.touch(agent, event.at, exact=not event.listed)


def _pause_member(
    state: LiveData, queue: Queue, member: Member, paused: bool, reason: str, event: ev.MemberSeen
) -> None:
    if event.listed and state.live:
        state.say(StateCorrected(state.pbx, event.at, "pause", f"{queue.name} {member.agent}", member.reason, reason))
    member.paused, member.reason = paused, reason
    change = "paused" if paused else "unpaused"
    state.say(MemberChanged(state.pbx, event.at, member.agent, queue.id, change, reason or None))
    agent = state.agent_of(member.agent)
    _wrap_up_by_pause(state, agent, queue, paused, reason, event.at)


def _wrap_up_by_pause(state: LiveData, agent: Agent, queue: Queue, paused: bool, reason: str, at: int) -> None:
    """Where after-call work is a pause with its own reason, the pause begins and ends it; any other pause cuts it."""
    named = reason in state.site.wrap_up_reasons
    if paused and named and agent.wrap_up is None:
        agent.wrap_up = WrapUp(at, None, queue.name, None)
    elif agent.wrap_up is not None and paused and not named:
        end_wrap_up(state, agent, at, "pause")
    elif agent.wrap_up is not None and not paused and agent.wrap_up.until is None:
        end_wrap_up(state, agent, at, "finished")


def remove_member(state: LiveData, event: ev.MemberRemoved) -> None:
    """QueueMemberRemoved: signed out of this queue. A call in progress goes on and keeps the agent talking."""
    queue = state.queue_of(event.queue)
    key = event.interface.lower()
    state.bury(("member", queue.name.lower(), key), event.at)
    member = queue.members.get(key)
    if member is not None and event.at >= member.updated_at:
        drop_member(state, queue, member, event.at)


def drop_member(state: LiveData, queue: Queue, member: Member, at: int) -> None:
    """Take a member out of its queue; out of his last one, the agent is signed out and his seat is empty."""
    del queue.members[member.interface.lower()]
    agent = state.agent_of(member.agent)
    if agent.queues.get(queue.name.lower()) is member:
        del agent.queues[queue.name.lower()]
        # He moved to another seat without signing out and now left the new one: the old place is still his.
        others = [other for other in queue.members.values() if other.agent == agent.number]
        agent.queues.update((queue.name.lower(), other) for other in others)
    state.say(MemberChanged(state.pbx, at, agent.number, queue.id, "left", None))
    if agent.queues:
        state.touch(agent, at)
        return
    if agent.wrap_up is not None:
        end_wrap_up(state, agent, at, "left")
    state.touch(agent, at)
    for channel in list(agent.others.values()):
        drop_other(state, channel, at)
    _empty_seat(state, agent, at)
    agent.device = None
    if state.agent_by_device.get(member.device.lower()) is agent:
        del state.agent_by_device[member.device.lower()]
        _hand_back(state, member.device, at)


def _hand_back(state: LiveData, device: str, at: int) -> None:
    """Who signed in at this phone before and never signed out has it again."""
    for agent in state.agents.values():
        if agent.device is not None and agent.device.lower() == device.lower():
            member = next(iter(agent.queues.values()))
            _seat_agent(state, agent, member, at)
            return


def see_device(state: LiveData, event: ev.DeviceChanged) -> None:
    """DeviceStateChange: what an empty seat's phone does; members bring their own status."""
    status = STATUS_BY_NAME.get(event.state)
    if status is not None and event.device.lower() in state.site.seat_by_device:
        _see_device(state, event.device, status, event.at)


def _see_device(state: LiveData, device: str, status: int, at: int) -> None:
    seat_id = state.seat_of(device)
    if seat_id is not None and state.seats[seat_id].device_status != status:
        state.seats[seat_id].device_status = status
        state.touch_seat(seat_id, at)


# -- other calls -----------------------------------------------------------------------------------------------


def take_other(state: LiveData, agent: Agent, channel: Channel, direction: str, at: int) -> None:
    """A channel on the agent's device that belongs to no queue call."""
    channel.owner, channel.direction_for_owner = agent.number, direction
    agent.others[channel.id] = channel
    if direction != "internal":
        cut_wrap_up(state, agent, at)
    state.touch(agent, at)


def drop_other(state: LiveData, channel: Channel, at: int) -> None:
    """The other call is over, or turned out to be a queue's after all."""
    agent = state.agents.get(channel.owner or "")
    channel.owner = None
    if agent is not None and agent.others.pop(channel.id, None) is not None:
        state.touch(agent, at)


def reseat(state: LiveData, at: int) -> None:
    """The settings changed: who sits where by the seats there are now."""
    for agent in state.agents.values():
        if agent.queues:
            _seat_agent(state, agent, list(agent.queues.values())[-1], at)
