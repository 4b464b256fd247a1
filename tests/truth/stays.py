"""AMI messages -> the stays of callers in queues with their exact times, by the tests' own code.

Law: only what is certain from the order of events is used. Join opens a stay, Leave closes its wait, AgentConnect names
the leg that answered, and the first DialEnd ANSWER of that leg is the moment of picking up (asterisk-facts 2.3, 2.8).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.truth.wire import Message


@dataclass
class Stay:
    """One stay of one call in one queue; times in epoch microseconds by the PBX's `Timestamp`.

    `family`: the Linkedid, `device`: whose channel joined, `connected_as`: whose was connected (after a masquerade).
    """

    call: str
    queue: str
    joined_at: int
    family: str
    device: str
    left_at: int | None = None
    abandons: int = 0
    leg: str | None = None
    member: str | None = None
    interface: str | None = None
    connected_at: int | None = None
    connected_as: str | None = None
    picked_up_at: int | None = None
    hold_seconds: int | None = None
    parted_at: int | None = None

    @property
    def latency_us(self) -> int | None:
        """Joined -> picked up."""
        return self.picked_up_at - self.joined_at if self.picked_up_at is not None else None

    @property
    def wait_us(self) -> int | None:
        """Joined -> picked up, or left the queue."""
        end = self.picked_up_at or self.left_at
        return end - self.joined_at if end is not None else None


class Wire:
    """Reads messages in order. `stays` in order of joining."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.stays: list[Stay] = []
        self.answers: dict[str, int] = {}  # leg -> first DialEnd ANSWER
        self._talks: dict[str, Stay] = {}  # by either Uniqueid of a talk
        self.arrivals: dict[str, Message] = {}
        self._called_for: dict[str, str] = {}  # leg -> caller it was dialled for
        for message in messages:
            follow = FOLLOW.get(message.event)
            if follow is not None:
                follow(self, message)

    def _find(self, call: str, queue: str) -> Stay | None:
        """The last stay of that call in that queue that is not connected."""
        key = queue.lower()
        found = (s for s in reversed(self.stays) if s.call == call and s.queue == key and s.connected_at is None)
        return next(found, None)

    def see_channel(self, message: Message) -> None:
        self.arrivals.setdefault(message.get("Uniqueid"), message)

    def join(self, message: Message) -> None:
        device = message.get("Channel").rpartition("-")[0]
        queue = message.get("Queue").lower()
        self.stays.append(Stay(message.get("Uniqueid"), queue, message.at, message.get("Linkedid"), device))

    def leave(self, message: Message) -> None:
        stay = self._find(message.get("Uniqueid"), message.get("Queue"))
        if stay is not None and stay.left_at is None:
            stay.left_at = message.at

    def abandon(self, message: Message) -> None:
        stay = self._find(message.get("Uniqueid"), message.get("Queue"))
        if stay is not None:
            stay.abandons += 1

    def call_agent(self, message: Message) -> None:
        self._called_for[message.get("DestUniqueid")] = message.get("Uniqueid")

    def end_dial(self, message: Message) -> None:
        if message.get("DialStatus") == "ANSWER":
            self.answers.setdefault(message.get("DestUniqueid"), message.at)

    def connect(self, message: Message) -> None:
        leg = message.get("DestUniqueid")
        called_for = self._called_for.get(leg, message.get("Uniqueid"))
        stay = self._find(message.get("Uniqueid"), message.get("Queue")) or self._find(called_for, message.get("Queue"))
        if stay is None:
            return
        stay.leg, stay.connected_at, stay.connected_as = leg, message.at, message.get("Uniqueid")
        stay.member, stay.interface = message.get("MemberName"), message.get("Interface")
        stay.picked_up_at = self.answers.get(leg)
        stay.hold_seconds = int(message.get("HoldTime"))
        self._talks[leg] = self._talks[message.get("Uniqueid")] = stay

    def leave_bridge(self, message: Message) -> None:
        """The first of the two to leave ends a talk; not so in a transfer, where the agent may come back."""
        stay = self._talks.get(message.get("Uniqueid"))
        if stay is not None and stay.parted_at is None:
            stay.parted_at = message.at


FOLLOW: dict[str, Callable[[Wire, Message], None]] = {
    "Newchannel": Wire.see_channel,
    "QueueCallerJoin": Wire.join,
    "QueueCallerLeave": Wire.leave,
    "QueueCallerAbandon": Wire.abandon,
    "AgentCalled": Wire.call_agent,
    "DialEnd": Wire.end_dial,
    "AgentConnect": Wire.connect,
    "BridgeLeave": Wire.leave_bridge,
}
