"""What the lab must know of the PBX to act at the right moment: the caller's channel, how often he joined, left.

Law: used to drive steps (Redirect needs a channel name), never as evidence for outcomes.
"""

from dataclasses import dataclass

from lab.ami import Ami, Message

KEPT = 2_000  # callers; older ones are forgotten so that an endless trickle does not grow


@dataclass
class Seen:
    """One caller at the PBX."""

    channel: str = ""
    uniqueid: str = ""
    joined: int = 0
    left: int = 0
    queue: str = ""
    agent_channel: str = ""


class Watch:
    """Follows callers by their number on an AMI session of the PBX."""

    def __init__(self, ami: Ami) -> None:
        self.ami = ami
        self.seen: dict[str, Seen] = {}
        ami.listeners.append(self._take)

    def caller(self, number: str) -> Seen:
        return self.seen.setdefault(number, Seen())

    def _take(self, event: Message) -> None:
        kind, number = event["Event"], event.get("CallerIDNum", "")
        while len(self.seen) > KEPT:
            del self.seen[next(iter(self.seen))]
        if kind == "Newchannel" and event.get("Context") in ("from-trunk", "from-seats", "from-seat"):
            self.seen[number] = Seen(event["Channel"], event["Uniqueid"])
        elif kind == "QueueCallerJoin":
            seen = self.caller(number)
            seen.joined += 1
            seen.queue = event["Queue"]
            seen.channel = event["Channel"]
        elif kind == "AgentConnect":
            self.caller(number).agent_channel = event["DestChannel"]
        elif kind == "QueueCallerLeave":
            self.caller(number).left += 1
        with self.ami.changed:
            self.ami.changed.notify_all()
