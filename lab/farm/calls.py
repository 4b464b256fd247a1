"""What the farm saw of each call, from its own AMI events, in epoch microseconds.

Law: every time here was taken on the farm's side of the wire (the `Timestamp` of its events); nothing comes from the
PBX under test.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from lab.ami import Message


def micros(event: Message) -> int:
    """`Timestamp` (seconds with six digits) as whole microseconds."""
    seconds, _, fraction = event["Timestamp"].partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))


@dataclass
class Leg:
    """One phone that rang for a call, or (`caller`) the caller's own phone."""

    phone: str
    uniqueid: str
    channel: str
    began_at: int
    shown: str = ""  # the caller's number on its display
    up_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None  # "phone" hung up itself, or "pbx" ended it
    cause: int | None = None
    holds: list[tuple[str, int]] = field(default_factory=list)
    digits: list[tuple[str, int]] = field(default_factory=list)
    asked_to_end: bool = False

    def take(self, event: Message) -> None:
        """Apply one event of this channel."""
        kind = event["Event"]
        if kind == "Newstate" and event["ChannelState"] == "6" and self.up_at is None:
            self.up_at = micros(event)
        elif kind == "HangupRequest" and self.ended_by is None:
            self.ended_by = "phone" if self.asked_to_end else "pbx"
        elif kind == "Rename":
            self.channel = event["Newname"]
        elif kind == "Hangup":
            self.ended_at = micros(event)
            self.cause = int(event.get("Cause", "0"))
            self.ended_by = self.ended_by or "phone"


@dataclass
class Placed:
    """One call: what was planned, what the farm did and saw."""

    seq: int
    scenario: str
    caller: str
    dialled: str
    source: str  # "trunk" or the seat that dialled
    placed_at: int  # when the order went to the farm
    own: Leg  # the caller's phone
    legs: list[Leg] = field(default_factory=list)  # phones that rang for this call
    consultations: list[Leg] = field(default_factory=list)  # second calls its agents made by phone
    expect: dict[str, Any] = field(default_factory=dict)
    pbx_uniqueid: str = ""  # the one thing here that the PBX told: it joins this line with feed and log

    def line(self) -> str:
        """The record as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)
