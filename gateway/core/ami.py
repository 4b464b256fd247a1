"""AMI messages -> events: the one place that knows Asterisk's header names, in all spellings and versions.

One row of `SPECS` per message the core acts on: the headers wanted, in the order of the builder's arguments. Everything
else on the wire is counted and its shape checked, but never built (performance.md section 2, finding 1).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from gateway.core import events as ev
from gateway.core import listed as li


class Span(NamedTuple):
    """Neighbouring headers that recur together (who a member is, how he is): read as one, built once, remembered."""

    keys: tuple[str, ...]
    build: Callable[..., Any]


class Spec(NamedTuple):
    """How to read one message: `wanted` headers, those that may be missing, and what to build of the values.

    `only`: a header and two lookaheads at its value, of messages to read and of those to skip.
    """

    build: Callable[..., Any]
    wanted: tuple[str | Span, ...]
    optional: frozenset[str] = frozenset()
    listed: bool = False
    only: tuple[str, bytes, bytes] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """All headers wanted, in the order of the builder's arguments."""
        return tuple(key for unit in self.wanted for key in ((unit,) if isinstance(unit, str) else unit.keys))

    def read(self, at: int, text: Callable[[str], str]) -> Any:
        """What a message says, when `text` gives the value of each of its headers."""
        return self.build(at, *[
            text(unit) if isinstance(unit, str) else unit.build(*map(text, unit.keys)) for unit in self.wanted
        ])  # fmt: skip


class Listed(NamedTuple):
    """A list item with the ActionID it came under; believed only while that list is awaited."""

    action_id: str
    event: Any


@lru_cache(4096)
def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


def _hung_up(at: int, uniqueid: str, cause: str, context: str, exten: str, priority: str) -> ev.ChannelHungUp:
    return ev.ChannelHungUp(at, uniqueid, _number(cause), (context, exten, priority))


def _hangup_requested(at: int, uniqueid: str, cause: str) -> ev.HangupRequested:
    return ev.HangupRequested(at, uniqueid, _number(cause) if cause else 0)


def _soft_hangup(at: int, uniqueid: str, cause: str) -> ev.SoftHangupRequested:
    return ev.SoftHangupRequested(at, uniqueid, _number(cause) if cause else 0)


def _joined(
    at: int, uniqueid: str, channel: str, queue: str, position: str, context: str, exten: str, priority: str
) -> ev.CallerJoined:
    return ev.CallerJoined(at, uniqueid, channel, queue, _number(position), (context, exten, priority))


def _abandoned(at: int, uniqueid: str, queue: str, context: str, exten: str, priority: str) -> ev.CallerAbandoned:
    return ev.CallerAbandoned(at, uniqueid, queue, (context, exten, priority))


def _count(text: str) -> int:
    """A number that is zero when it is none, and mostly is zero."""
    return 0 if text == "0" else max(_number(text), 0)


_Place = tuple[str, str, str, str, str, int]
_Condition = tuple[int, bool, str]


def _member_place(queue: str, member: str, interface: str, device: str, membership: str, penalty: str) -> _Place:
    return queue, interface, member, device or interface, membership, _number(penalty)


def _member_condition(status: str, paused: str, reason: str) -> _Condition:
    return _number(status), paused == "1", reason


def _member_event(at: int, place: _Place, last_call: str, condition: _Condition, wrap_up: str) -> ev.MemberSeen:
    return ev.MemberSeen(at, *place, _count(last_call), *condition, _count(wrap_up), False)


def _member_item(
    at: int, queue: str, member: str, interface: str, device: str, membership: str, penalty: str, last_call: str,
    condition: _Condition, wrap_up: str, action_id: str,
) -> Listed:  # fmt: skip
    return Listed(action_id, ev.MemberSeen(
        at, queue, interface, member, device or interface, membership, _number(penalty), _count(last_call), *condition,
        _count(wrap_up), True,
    ))  # fmt: skip


def _queue_item(at: int, queue: str, strategy: str, calls: str, action_id: str) -> Listed:
    return Listed(action_id, li.QueueListed(at, queue, strategy, _number(calls)))


def _entry_item(at: int, queue: str, position: str, channel: str, uniqueid: str, wait: str, action_id: str) -> Listed:
    return Listed(action_id, li.CallerListed(at, queue, _number(position), channel, uniqueid, _number(wait)))


def _channel_item(
    at: int, action_id: str, uniqueid: str, channel: str, linkedid: str, context: str, exten: str, caller: str,
    application: str, data: str, duration: str, bridge: str,
) -> Listed:  # fmt: skip
    return Listed(action_id, li.ChannelListed(
        at, uniqueid, channel, linkedid, context, exten, caller, application, data, _clock(duration), bridge,
    ))  # fmt: skip


def _clock(text: str) -> int:
    """`hh:mm:ss` of CoreShowChannel's Duration in seconds, -1 when it is none (manager.c:5680)."""
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return -1
    return int(parts[0]) * 3600 + int(parts[1]) * 60 + int(parts[2])


def _device(at: int, device: str, state: str, action_id: str) -> Any:
    event = ev.DeviceChanged(at, device, state)
    if action_id:
        return Listed(action_id, event)
    return None if device.startswith("Queue:") else event


def _complete(at: int, action_id: str, items: str) -> li.ListEnded:
    return li.ListEnded(at, action_id, "", _number(items))


def _variable(at: int, uniqueid: str, variable: str, value: str) -> ev.QueueStatusSet | None:
    return ev.QueueStatusSet(at, uniqueid, value) if variable == "QUEUESTATUS" else None


def _booted(at: int, uptime: str) -> ev.Booted:
    return ev.Booted(at, _number(uptime) if uptime else -1)


def _shut_down(at: int) -> ev.ShutDown:
    return ev.ShutDown(at)


def _agent_missed(at: int, uniqueid: str, queue: str, interface: str, dest: str) -> ev.AgentMissed:
    return ev.AgentMissed(at, uniqueid, queue, interface, dest)


_CONDITION = Span(("Status", "Paused", "PausedReason"), _member_condition)
_MEMBER_SPEC = Spec(
    _member_event,
    (Span(("Queue", "MemberName", "Interface", "StateInterface", "Membership", "Penalty"), _member_place),
     "LastCall", _CONDITION, "Wrapuptime"),
    frozenset({"StateInterface", "PausedReason", "Wrapuptime"}),
)  # fmt: skip
"""Wrapuptime came with 16.3, PausedReason with 13 (asterisk-facts 7)."""
_COMPLETE = Spec(_complete, ("ActionID", "ListItems"), listed=True)

SPECS: dict[bytes, Spec] = {
    b"Newchannel": Spec(
        ev.ChannelCreated, ("Uniqueid", "Channel", "Linkedid", "Context", "Exten", "CallerIDNum")
    ),
    b"Hangup": Spec(_hung_up, ("Uniqueid", "Cause", "Context", "Exten", "Priority")),
    b"HangupRequest": Spec(_hangup_requested, ("Uniqueid", "Cause"), frozenset({"Cause"})),
    b"SoftHangupRequest": Spec(_soft_hangup, ("Uniqueid", "Cause"), frozenset({"Cause"})),
    b"DialBegin": Spec(ev.DialBegun, ("Uniqueid", "DestUniqueid", "DestChannel"), frozenset({"Uniqueid"})),
    b"DialEnd": Spec(ev.DialEnded, ("Uniqueid", "DestUniqueid", "DialStatus"), frozenset({"Uniqueid"})),
    b"BridgeEnter": Spec(ev.BridgeEntered, ("Uniqueid", "BridgeUniqueid")),
    b"BridgeLeave": Spec(ev.BridgeLeft, ("Uniqueid", "BridgeUniqueid")),
    b"Hold": Spec(ev.HoldBegun, ("Uniqueid",)),
    b"Unhold": Spec(ev.HoldEnded, ("Uniqueid",)),
    b"BlindTransfer": Spec(ev.BlindTransferred, ("TransfererUniqueid", "Result")),
    b"AttendedTransfer": Spec(
        ev.AttendedTransferred,
        ("OrigTransfererUniqueid", "SecondTransfererUniqueid", "TransfereeUniqueid", "DestType", "Result"),
        frozenset({"TransfereeUniqueid", "DestType"}),
    ),
    b"QueueCallerJoin": Spec(
        _joined, ("Uniqueid", "Channel", "Queue", "Position", "Context", "Exten", "Priority")
    ),
    b"QueueCallerLeave": Spec(ev.CallerLeft, ("Uniqueid", "Queue")),
    b"QueueCallerAbandon": Spec(_abandoned, ("Uniqueid", "Queue", "Context", "Exten", "Priority")),
    b"AgentCalled": Spec(
        ev.AgentCalled, ("Uniqueid", "Queue", "Interface", "MemberName", "DestUniqueid", "DestChannel")
    ),
    b"AgentConnect": Spec(
        ev.AgentConnected, ("Uniqueid", "Queue", "Interface", "MemberName", "DestUniqueid", "DestChannel"),
        frozenset({"DestUniqueid", "DestChannel"}),
    ),
    b"AgentRingNoAnswer": Spec(
        _agent_missed, ("Uniqueid", "Queue", "Interface", "DestUniqueid"), frozenset({"DestUniqueid"})
    ),
    b"AgentComplete": Spec(
        ev.AgentCompleted, ("Uniqueid", "Queue", "Interface", "Reason"), frozenset({"Uniqueid"})
    ),
    b"AgentDump": Spec(
        ev.AgentDumped, ("Uniqueid", "Queue", "Interface", "DestUniqueid"), frozenset({"DestUniqueid"})
    ),
    b"QueueMemberStatus": _MEMBER_SPEC,
    b"QueueMemberAdded": _MEMBER_SPEC,
    b"QueueMemberPause": _MEMBER_SPEC,
    b"QueueMemberPenalty": _MEMBER_SPEC,
    b"QueueMemberRinginuse": _MEMBER_SPEC,
    b"QueueMemberRemoved": Spec(ev.MemberRemoved, ("Queue", "Interface", "MemberName")),
    b"DeviceStateChange": Spec(
        _device, ("Device", "State", "ActionID"), frozenset({"ActionID"}),
        only=("Device", rb"(?!Queue:)", rb"(?=Queue:)"),
    ),
    b"VarSet": Spec(
        _variable, ("Uniqueid", "Variable", "Value"), frozenset({"Uniqueid"}),
        only=("Variable", rb"(?=QUEUESTATUS\r)", rb"(?!QUEUESTATUS\r)"),
    ),
    b"FullyBooted": Spec(_booted, ("Uptime",), frozenset({"Uptime"}), listed=True),
    b"Shutdown": Spec(_shut_down, ()),
    b"Reload": Spec(ev.Reloaded, ("Module",), frozenset({"Module"})),
    b"QueueParams": Spec(_queue_item, ("Queue", "Strategy", "Calls", "ActionID"), listed=True),
    b"QueueMember": Spec(
        _member_item,
        # No span: a list names each member once, and twenty thousand are more than are remembered.
        ("Queue", "Name", "Location", "StateInterface", "Membership", "Penalty", "LastCall", _CONDITION, "Wrapuptime",
         "ActionID"),
        frozenset({"StateInterface", "PausedReason", "Wrapuptime"}), listed=True,
    ),
    b"QueueEntry": Spec(
        _entry_item, ("Queue", "Position", "Channel", "Uniqueid", "Wait", "ActionID"), listed=True
    ),
    b"CoreShowChannel": Spec(
        _channel_item,
        ("ActionID", "Uniqueid", "Channel", "Linkedid", "Context", "Exten", "CallerIDNum", "Application",
         "ApplicationData", "Duration", "BridgeId"),
        frozenset({"ApplicationData", "BridgeId"}), listed=True,
    ),
    b"QueueStatusComplete": _COMPLETE,
    b"CoreShowChannelsComplete": _COMPLETE,
    b"DeviceStateListComplete": _COMPLETE,
}  # fmt: skip
"""FullyBooted is `listed` in shape only: right after login it comes with no Timestamp (manager.c:3396)."""
