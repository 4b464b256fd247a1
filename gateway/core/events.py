"""What the PBX said, decoded: one frozen tuple per kind of AMI message the core acts on.

Tuples, not dataclasses: a busy feed builds thousands a second and a NamedTuple costs a third of a frozen dataclass.
`at` is always first: the event's `Timestamp` in microseconds (manager.c:7601), else the arrival time.
Nothing here knows AMI's header names; that is `ami.py`.
"""

from typing import NamedTuple


class ChannelCreated(NamedTuple):
    """Newchannel; `exten` is the dialled DDI only here (asterisk-facts 4)."""

    at: int
    uniqueid: str
    channel: str
    linkedid: str
    context: str
    exten: str
    caller: str


class ChannelHungUp(NamedTuple):
    """Hangup; `cause` is Q.850."""

    at: int
    uniqueid: str
    cause: int
    place: tuple[str, str, str] = ("", "", "")
    """Context, extension and priority: how far the dialplan had come."""


class HangupRequested(NamedTuple):
    """HangupRequest: the far end said BYE (or rejected, before answering)."""

    at: int
    uniqueid: str
    cause: int


class SoftHangupRequested(NamedTuple):
    """SoftHangupRequest; `cause` is a soft-hangup flag: 32 = asked for by AMI or CLI (channel.h:1141)."""

    at: int
    uniqueid: str
    cause: int


class DialBegun(NamedTuple):
    """DialBegin; `uniqueid` is empty for an Originate."""

    at: int
    uniqueid: str
    dest: str
    dest_channel: str


class DialEnded(NamedTuple):
    """DialEnd; published twice for most legs (app_queue.c:4679): the first one counts."""

    at: int
    uniqueid: str
    dest: str
    status: str


class BridgeEntered(NamedTuple):
    """BridgeEnter: a channel is in a bridge."""

    at: int
    uniqueid: str
    bridge: str


class BridgeLeft(NamedTuple):
    """BridgeLeave: a channel is out of its bridge."""

    at: int
    uniqueid: str
    bridge: str


class HoldBegun(NamedTuple):
    """Hold, on the channel that holds."""

    at: int
    uniqueid: str


class HoldEnded(NamedTuple):
    """Unhold; also stray at a blind transfer (asterisk-facts 2.7)."""

    at: int
    uniqueid: str


class BlindTransferred(NamedTuple):
    """BlindTransfer; `transferer` is the Uniqueid of the leg that transferred."""

    at: int
    transferer: str
    result: str


class AttendedTransferred(NamedTuple):
    """`first` and `second` are the transferer's two channels, `transferee` the party moved (may be empty)."""

    at: int
    first: str
    second: str
    transferee: str
    dest_type: str
    result: str


class CallerJoined(NamedTuple):
    """QueueCallerJoin (app_queue.c join_queue), under the queue lock."""

    at: int
    uniqueid: str
    channel: str
    queue: str
    position: int
    place: tuple[str, str, str] = ("", "", "")
    """Context, extension and priority: where in the dialplan Queue() was called."""


class CallerLeft(NamedTuple):
    """QueueCallerLeave: always the last queue event of a visit not answered."""

    at: int
    uniqueid: str
    queue: str


class CallerAbandoned(NamedTuple):
    """QueueCallerAbandon: not proof that the caller hung up (asterisk-facts 2.4)."""

    at: int
    uniqueid: str
    queue: str
    place: tuple[str, str, str] = ("", "", "")


class AgentCalled(NamedTuple):
    """AgentCalled: one rung member, one attempt; `dest` is the leg's Uniqueid."""

    at: int
    uniqueid: str
    queue: str
    interface: str
    member: str
    dest: str
    dest_channel: str


class AgentConnected(NamedTuple):
    """AgentConnect: after QueueCallerLeave, before bridging."""

    at: int
    uniqueid: str
    queue: str
    interface: str
    member: str
    dest: str
    dest_channel: str


class AgentMissed(NamedTuple):
    """AgentRingNoAnswer; its RingTime is not used: it is the attempt's length, not the ring's (asterisk-facts 2.3)."""

    at: int
    uniqueid: str
    queue: str
    interface: str
    dest: str


class AgentCompleted(NamedTuple):
    """AgentComplete; may be late and may lack the channels (asterisk-facts 2.7): only `reason` is used."""

    at: int
    uniqueid: str
    queue: str
    interface: str
    reason: str


class AgentDumped(NamedTuple):
    """AgentDump: the agent hung up during the announcement; the caller stays."""

    at: int
    uniqueid: str
    queue: str
    interface: str
    dest: str


class MemberSeen(NamedTuple):
    """Any QueueMember* event but Removed, and the QueueMember list item (`listed`): the whole member record."""

    at: int
    queue: str
    interface: str
    member: str
    device: str
    membership: str
    penalty: int
    last_call: int
    status: int
    paused: bool
    reason: str
    wrap_up: int
    listed: bool


class MemberRemoved(NamedTuple):
    """QueueMemberRemoved, sent before the removal."""

    at: int
    queue: str
    interface: str
    member: str


class DeviceChanged(NamedTuple):
    """DeviceStateChange (needs res_manager_devicestate), also as item of DeviceStateList."""

    at: int
    device: str
    state: str


class QueueStatusSet(NamedTuple):
    """VarSet QUEUESTATUS: tells timeout, empty and withdraw apart; trusted only after this visit's Leave."""

    at: int
    uniqueid: str
    value: str


class MarkerSet(NamedTuple):
    """UserEvent `Hotline` of our dialplan."""

    at: int
    uniqueid: str
    marker: str
    data: tuple[tuple[str, str], ...]


class Booted(NamedTuple):
    """FullyBooted; `uptime` in seconds, -1 unknown."""

    at: int
    uptime: int


class ShutDown(NamedTuple):
    """Shutdown: best effort, then sockets close."""

    at: int


class Reloaded(NamedTuple):
    """Reload of a module or the core; not of `queue reload`."""

    at: int
    module: str


Event = (
    ChannelCreated | ChannelHungUp | HangupRequested | SoftHangupRequested | DialBegun | DialEnded | BridgeEntered
    | BridgeLeft | HoldBegun | HoldEnded | BlindTransferred | AttendedTransferred | CallerJoined
    | CallerLeft | CallerAbandoned | AgentCalled | AgentConnected | AgentMissed | AgentCompleted | AgentDumped
    | MemberSeen | MemberRemoved | DeviceChanged | QueueStatusSet | MarkerSet | Booted | ShutDown | Reloaded
)  # fmt: skip
