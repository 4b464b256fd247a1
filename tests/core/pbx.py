"""A PBX in a box: a small model of members, callers and channels that answers `feed.requests` in AMI bytes.

Law: pure. Time is what the test says; the PBX's clock may be another one than the gateway's.
"""

from dataclasses import dataclass, field

from gateway.core.requests import Request
from gateway.core.site import SECOND

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
PLACE = ("in", "queue", "3")


@dataclass
class Channel:
    """A live channel as CoreShowChannels tells of it."""

    uniqueid: str
    name: str
    linkedid: str
    exten: str = "queue"
    application: str = ""
    data: str = ""
    bridge: str = ""
    born: int = 0


@dataclass
class Member:
    """A queue member as QueueStatus tells of it."""

    queue: str
    interface: str
    name: str
    status: int = 1
    paused: str = ""
    last_call: int = 0
    wrap_up: int = 0
    device: str = ""


@dataclass
class Caller:
    """Who waits in a queue."""

    queue: str
    uniqueid: str
    channel: str
    joined: int


def spell(name: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"{name}\r\n", *(f"{key}: {value}\r\n" for key, value in headers), "\r\n"]
    return "".join(lines).encode()


@dataclass
class Pbx:
    """The model. `ahead` is its clock minus the gateway's; `refused` and `dumb`: actions it denies, never answers."""

    now: int
    ahead: int = 0
    booted: int = 0
    stamped: bool = True
    version: str = "22.10.1"
    members: list[Member] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    queues: list[str] = field(default_factory=lambda: ["hotline", "yi"])
    unplugged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    dumb: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    serial: int = 0

    @property
    def clock(self) -> int:
        return self.now + self.ahead

    def stamp(self) -> str:
        return f"{self.clock // SECOND}.{self.clock % SECOND:06}"

    # -- what happens (silently: nobody hears of it but by a list) -----------------------------------------------

    def begin(self, name: str, linkedid: str = "", **more: str) -> Channel:
        """A channel is there; its uniqueid counts up."""
        self.serial += 1
        uniqueid = f"1800000000.{self.serial}"
        channel = Channel(uniqueid, f"{name}-{self.serial:08x}", linkedid or uniqueid, born=self.now)
        for key, value in more.items():
            setattr(channel, key, value)
        self.channels[uniqueid] = channel
        return channel

    def wait(self, channel: Channel, queue: str = "hotline") -> Caller:
        """A caller waits in a queue."""
        channel.application, channel.data = "Queue", f"{queue},t"
        caller = Caller(queue, channel.uniqueid, channel.name, self.now)
        self.callers.append(caller)
        return caller

    def answer(self, caller: Channel, leg: Channel, bridge: str = "b1") -> None:
        """A waiting caller is answered by a leg the queue dialled."""
        self.callers = [c for c in self.callers if c.uniqueid != caller.uniqueid]
        caller.bridge = leg.bridge = bridge

    def end(self, *channels: Channel) -> None:
        for channel in channels:
            self.callers = [c for c in self.callers if c.uniqueid != channel.uniqueid]
            del self.channels[channel.uniqueid]

    # -- events ----------------------------------------------------------------------------------------------------

    def event(self, name: str, privilege: str, *parts: list[tuple[str, str]]) -> bytes:
        """A live event."""
        stamp = [("Timestamp", self.stamp())] if self.stamped else []
        flat = [pair for part in parts for pair in part]
        return spell(f"Event: {name}", [("Privilege", f"{privilege},all"), *stamp, *flat])

    def of(self, channel: Channel, prefix: str = "") -> list[tuple[str, str]]:
        """The channel set of an event."""
        context, exten, priority = ("from-trunk", channel.exten, "1") if channel.exten != "queue" else PLACE
        values = {
            "Channel": channel.name, "ChannelState": "6", "ChannelStateDesc": "Up", "CallerIDNum": "13900000001",
            "CallerIDName": "<unknown>", "ConnectedLineNum": "<unknown>", "ConnectedLineName": "<unknown>",
            "Language": "en", "AccountCode": "", "Context": context, "Exten": exten, "Priority": priority,
            "Uniqueid": channel.uniqueid, "Linkedid": channel.linkedid,
        }  # fmt: skip
        return [(prefix + key, value) for key, value in values.items()]

    def created(self, channel: Channel) -> bytes:
        return self.event("Newchannel", "call", self.of(channel))

    def joined(self, caller: Caller) -> bytes:
        more = [("Queue", caller.queue), ("Position", "1"), ("Count", "1")]
        return self.event("QueueCallerJoin", "agent", self.of(self.channels[caller.uniqueid]), more)

    def left(self, channel: Channel, queue: str = "hotline") -> bytes:
        more = [("Queue", queue), ("Position", "1"), ("Count", "0")]
        return self.event("QueueCallerLeave", "agent", self.of(channel), more)

    def abandoned(self, channel: Channel, queue: str = "hotline") -> bytes:
        more = [("Queue", queue), ("Position", "1"), ("OriginalPosition", "1"), ("HoldTime", "9")]
        return self.event("QueueCallerAbandon", "agent", self.of(channel), more)

    def hung_up(self, channel: Channel, cause: int = 16) -> bytes:
        return self.event("Hangup", "call", self.of(channel), [("Cause", str(cause)), ("Cause-txt", "Normal Clearing")])

    def ringing(self, caller: Channel, leg: Channel, member: Member) -> bytes:
        more = [("Queue", member.queue), ("Interface", member.interface), ("MemberName", member.name)]
        called = self.event("AgentCalled", "agent", self.of(caller), self.of(leg, "Dest"), more)
        return called + self.event("DialBegin", "call", self.of(caller), self.of(leg, "Dest"), [("DialString", "x")])

    def dial_ended(self, caller: Channel, leg: Channel, status: str) -> bytes:
        return self.event("DialEnd", "call", self.of(caller), self.of(leg, "Dest"), [("DialStatus", status)])

    def connected(self, caller: Channel, leg: Channel, member: Member) -> bytes:
        more = [("Queue", member.queue), ("Interface", member.interface), ("MemberName", member.name)]
        times = [("HoldTime", "1"), ("RingTime", "1")]
        return self.event("AgentConnect", "agent", self.of(caller), self.of(leg, "Dest"), more, times)

    def member_event(self, member: Member, name: str = "QueueMemberStatus") -> bytes:
        return self.event(name, "agent", _of_member(member, "Interface", "MemberName"))

    def removed(self, member: Member) -> bytes:
        return self.member_event(member, "QueueMemberRemoved")

    def booted_event(self) -> bytes:
        uptime = str((self.now - self.booted) // SECOND)
        more = [("Privilege", "system,all"), ("Uptime", uptime), ("LastReload", uptime), ("Status", "Fully Booted")]
        return spell("Event: FullyBooted", more)

    # -- answers ---------------------------------------------------------------------------------------------------

    def reply(self, request: Request) -> bytes:
        """What the PBX writes back to one request; nothing for an action it is dumb for."""
        if request.action in self.dumb:
            return b""
        head = [("ActionID", request.action_id)]
        if request.action in self.refused:
            return spell("Response: Error", [*head, ("Message", "Permission denied")])
        if request.action == "Ping":
            return spell("Response: Success", [*head, ("Ping", "Pong"), ("Timestamp", self.stamp())])
        if request.action == "CoreSettings":
            more = [("AMIversion", "11.0.0"), ("AsteriskVersion", self.version), ("SystemName", "")]
            return spell("Response: Success", [*head, *more])
        name, items = self._list(request.action, head[0])
        count = len(items) + (1 if request.action in self.short else 0)
        end = [*head, ("EventList", "Complete"), ("ListItems", str(count))]
        start = spell("Response: Success", [*head, ("EventList", "start"), ("Message", "follows")])
        return start + b"".join(items) + spell(f"Event: {name}Complete", end)

    def _list(self, action: str, head: tuple[str, str]) -> tuple[str, list[bytes]]:
        if action == "CoreShowChannels":
            return "CoreShowChannels", [self._show(channel, head) for channel in self.channels.values()]
        if action == "DeviceStateList":
            states = {f"PJSIP/800{seat}": "NOT_INUSE" for seat in (1, 2, 3)}
            states |= dict.fromkeys(self.unplugged, "UNAVAILABLE")
            pairs = [[head, ("Device", device), ("State", state)] for device, state in states.items()]
            return "DeviceStateList", [spell("Event: DeviceStateChange", pair) for pair in pairs]
        return "QueueStatus", [item for queue in self.queues for item in self._show_queue(queue, head)]

    def _show(self, channel: Channel, head: tuple[str, str]) -> bytes:
        age = (self.now - channel.born) // SECOND
        clock = f"{age // 3600:02}:{age // 60 % 60:02}:{age % 60:02}"
        more = [("Application", channel.application), ("ApplicationData", channel.data)]
        tail = [("Duration", clock), ("BridgeId", channel.bridge)]
        return spell("Event: CoreShowChannel", [head, *self.of(channel), *more, *tail])

    def _show_queue(self, queue: str, head: tuple[str, str]) -> list[bytes]:
        waiting = [caller for caller in self.callers if caller.queue == queue]
        params = [("Queue", queue), ("Max", "0"), ("Strategy", "ringall"), ("Calls", str(len(waiting)))]
        items = [spell("Event: QueueParams", [*params, head])]
        members = [member for member in self.members if member.queue == queue]
        items += [spell("Event: QueueMember", [*_of_member(member, "Location", "Name"), head]) for member in members]
        for place, caller in enumerate(waiting, start=1):
            more = [("Channel", caller.channel), ("Uniqueid", caller.uniqueid), ("CallerIDNum", "1")]
            wait = [("Wait", str((self.now - caller.joined) // SECOND)), ("Priority", "0"), head]
            items.append(spell("Event: QueueEntry", [("Queue", queue), ("Position", str(place)), *more, *wait]))
        return items


def _of_member(member: Member, interface: str, name: str) -> list[tuple[str, str]]:
    return [
        ("Queue", member.queue), (interface, member.interface), (name, member.name),
        ("StateInterface", member.device or member.interface), ("Membership", "dynamic"), ("Penalty", "0"),
        ("CallsTaken", "0"), ("LastCall", str(member.last_call)), ("LastPause", "0"), ("LoginTime", "0"),
        ("InCall", "0"), ("Status", str(member.status)), ("Paused", "1" if member.paused else "0"),
        ("PausedReason", member.paused), ("Wrapuptime", str(member.wrap_up)),
    ]  # fmt: skip
