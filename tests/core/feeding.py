"""What property tests feed the core with: recorded messages, and a PBX that answers what the core asks.

Law: the PBX here is told the truth of the recording, however badly its messages are then delivered, so what it lists is
what Asterisk would list. Nothing here imports more of the gateway than `Feed`, `Site` and facts.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import SECOND, Site
from tests.bench.streams import BANNER, SITE, read_members, read_messages

NONCE = "5eed5eed5eed"
_STAMP = re.compile(rb"\r\nTimestamp: (\d{10})\.(\d{6})\r\n")
_BLOCK = re.compile(rb"\r\n(Channel: .*?\r\nLinkedid: [^\r]*)\r\n", re.DOTALL)
_VALUE = {key: re.compile(rb"\r\n" + key + rb": ([^\r]*)\r\n") for key in (b"Uniqueid", b"Queue", b"Interface")}
_MEMBER_ITEM = (b"Queue", b"MemberName", b"Interface", b"StateInterface", b"Membership", b"Penalty", b"CallsTaken",
                b"LastCall", b"LastPause", b"LoginTime", b"InCall", b"Status", b"Paused", b"PausedReason",
                b"Wrapuptime")  # fmt: skip
_RENAMED = {b"MemberName": b"Name", b"Interface": b"Location"}


def time_of(message: bytes) -> int:
    """A message's Timestamp in µs, 0 without one."""
    stamp = _STAMP.search(message)
    return int(stamp.group(1) + stamp.group(2)) if stamp else 0


def value_of(message: bytes, key: bytes) -> bytes:
    found = _VALUE[key].search(message)
    return found.group(1) if found else b""


class Pbx:
    """The lists of a PBX, from its own true messages."""

    def __init__(self, members: Iterable[bytes]) -> None:
        self.channels: dict[bytes, bytes] = {}
        self.waiting: dict[tuple[bytes, bytes], bytes] = {}
        self.members: dict[tuple[bytes, bytes], dict[bytes, bytes]] = {}
        self.disguise: Callable[[bytes], bytes] = lambda text: text
        """What becomes of a message's text on its way out: a caller's own number, printed raw."""
        for member in members:
            self.tell(member)

    def tell(self, message: bytes) -> None:
        """What truly happened."""
        name = message[7 : message.index(b"\r\n")]
        if name.startswith(b"QueueMember"):
            self._tell_member(name, message)
            return
        uniqueid = value_of(message, b"Uniqueid")
        block = _BLOCK.search(message)
        if name == b"Hangup":
            self.channels.pop(uniqueid, None)
        elif block is not None and (name == b"Newchannel" or uniqueid in self.channels):
            self.channels[uniqueid] = block.group(1)
        if name == b"QueueCallerJoin" and block is not None:
            self.waiting[uniqueid, value_of(message, b"Queue")] = block.group(1)
        elif name == b"QueueCallerLeave":
            self.waiting.pop((uniqueid, value_of(message, b"Queue")), None)

    def _tell_member(self, name: bytes, message: bytes) -> None:
        key = value_of(message, b"Queue"), value_of(message, b"Interface")
        if name == b"QueueMemberRemoved":
            self.members.pop(key, None)
        else:
            lines = (line.partition(b": ") for line in message.split(b"\r\n"))
            self.members[key] = {before: after for before, _, after in lines}

    # -- answers -------------------------------------------------------------------------------------------------

    def answer(self, request: Request, wall: int) -> bytes:
        """The reply, with its list when it has one."""
        tag = b"ActionID: " + request.action_id.encode() + b"\r\n"
        if request.action == "Ping":
            return b"Response: Success\r\n" + tag + b"Ping: Pong\r\nTimestamp: %d.%06d\r\n\r\n" % divmod(wall, SECOND)
        if request.action == "CoreSettings":
            return b"Response: Success\r\n" + tag + b"AsteriskVersion: 22.10.1\r\nSystemName: \r\n\r\n"
        lists = {"CoreShowChannels": self._list_channels, "QueueStatus": self._list_queues}
        items = lists[request.action](tag) if request.action in lists else []
        ended = b"QueueStatus" if request.action == "QueueStatus" else request.action.encode()
        head = b"Response: Success\r\n" + tag + b"EventList: start\r\nMessage: follows\r\n\r\n"
        tail = b"Event: %sComplete\r\n%sEventList: Complete\r\nListItems: %d\r\n\r\n" % (ended, tag, len(items))
        return head + self.disguise(b"".join(items)) + tail

    def _list_channels(self, tag: bytes) -> list[bytes]:
        more = b"Application: Dial\r\nApplicationData: \r\nDuration: 00:00:01\r\nBridgeId: \r\n"
        return [
            b"Event: CoreShowChannel\r\n" + tag + block + b"\r\n" + more + b"\r\n" for block in self.channels.values()
        ]

    def _list_queues(self, tag: bytes) -> list[bytes]:
        queues = sorted({queue for queue, _ in self.members} | {queue for _, queue in self.waiting})
        items = []
        for queue in queues:
            items.append(
                b"Event: QueueParams\r\nQueue: "
                + queue
                + b"\r\nMax: 0\r\nStrategy: ringall\r\nCalls: 0\r\n"
                + tag
                + b"\r\n"
            )
            items += [_show_member(member, tag) for (at, _), member in self.members.items() if at == queue]
            items += [_show_caller(queue, block, tag) for (_, at), block in self.waiting.items() if at == queue]
        return items


def _show_member(member: dict[bytes, bytes], tag: bytes) -> bytes:
    lines = [_RENAMED.get(key, key) + b": " + member.get(key, b"") + b"\r\n" for key in _MEMBER_ITEM]
    return b"Event: QueueMember\r\n" + b"".join(lines) + tag + b"\r\n"


def _show_caller(queue: bytes, block: bytes, tag: bytes) -> bytes:
    """QueueEntry prints the caller's text as raw as the events do."""
    number = block[block.index(b"\r\nCallerIDNum: ") + 2 : block.index(b"\r\nLanguage: ")]
    channel = block[: block.index(b"\r\n")]
    uniqueid = block[block.rindex(b"\r\nUniqueid: ") + 2 : block.rindex(b"\r\nLinkedid: ")]
    return (
        b"Event: QueueEntry\r\nQueue: " + queue + b"\r\nPosition: 1\r\n" + channel + b"\r\n" + uniqueid + b"\r\n"
        + number
        + b"\r\nWait: 1\r\nPriority: 0\r\n" + tag + b"\r\n"
    )  # fmt: skip


class Session:
    """One Feed and the shell's part: time passes, requests are answered after what was written before them."""

    def __init__(self, members: list[bytes], logged_in: bool, site: Site = SITE, start: int = 0) -> None:
        self.facts: list[Fact] = []
        self.pbx = Pbx(members)
        self.feed = Feed("pbx", site, foreign_lists=not logged_in)
        self.wall = start
        self.logged_in = logged_in
        self.connections = 0
        self.connect()
        if not logged_in:
            self.receive(b"".join(members))

    def connect(self) -> None:
        self.connections += 1
        self.feed.connected(self.wall, 0, f"{NONCE}{self.connections}" if self.logged_in else "")
        self.receive(BANNER)
        if self.logged_in:
            self.feed.logged_in(self.wall, 0)
            self.answer()

    def obey(self) -> None:
        """The core wants the connection closed: the shell closes it and connects anew."""
        if self.feed.close is not None:
            self.feed.cut(self.wall, 0, self.feed.close)
            self.connect()

    def receive(self, data: bytes, split: int = 0) -> None:
        """Bytes arrive, whole or `split` bytes at a time."""
        parts = [data] if not split else [data[at : at + split] for at in range(0, len(data), split)]
        for part in parts:
            self.feed.received(part, self.wall, 0)
        self._drain()

    def answer(self) -> None:
        """Answer all that was asked so far, and what is asked on hearing it."""
        for _ in range(200):
            asked = list(self.feed.requests)
            self.feed.requests.clear()
            if not asked:
                return
            for request in asked:
                self.receive(self.pbx.answer(request, self.wall))
        raise AssertionError("the core never stops asking")

    def pass_time(self, until: int) -> None:
        """Tick at every deadline up to `until`."""
        for _ in range(20_000):
            deadline = self.feed.deadline
            if deadline is None or deadline > until:
                break
            self.wall = max(self.wall, deadline)
            self.feed.tick(self.wall, 0)
            self.answer()
            self.obey()
            self._drain()
        self.wall = max(self.wall, until)

    def play(self, true: list[bytes], sent: list[bytes] | None = None, split: int = 0) -> None:
        """Messages happen as `true` and are delivered as `sent` (one for one, empty for none)."""
        for happened, written in zip(true, sent or true, strict=True):
            self.pass_time(time_of(happened))
            self.pbx.tell(happened)
            if written:
                self.receive(written, split)
            self.answer()
            self.obey()

    def finish(self, after: int = 200 * SECOND) -> None:
        """All is over: let every deadline pass."""
        self.pass_time(self.wall + after)

    def _drain(self) -> None:
        self.facts += self.feed.facts
        self.feed.facts.clear()

    @property
    def end(self) -> dict[str, Any]:
        """The state in which everything ended, without the times."""
        state = self.feed.state
        return {
            "calls": sorted(state.calls), "visits": sorted(state.visits), "offers": sorted(state.offers),
            "channels": sorted(state.channels),
            "agents": {a.number: (a.state.value, a.detail, a.seat, sorted(a.queues)) for a in state.agents.values()},
            "seats": {seat.id: (seat.state.value, seat.agent) for seat in state.seats.values()},
            "members": {
                (queue.name, key): (m.agent, m.paused, m.reason, m.status, m.penalty)
                for queue in state.queues.values() for key, m in queue.members.items()
            },
            "waiting": {queue.name: len(queue.waiting) for queue in state.queues.values()},
        }  # fmt: skip


def load(name: str) -> tuple[list[bytes], list[bytes]]:
    """Members at the start and messages of a recorded trace."""
    return read_members(name), read_messages(name)
