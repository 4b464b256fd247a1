"""Calls and channels. A call is one caller's contact, named by its channel's Uniqueid; a channel is one leg.

Linkedid is only a hint: on bridge entry all members take the oldest one (bridge_channel.c:391), so it decides nothing
but whether a new channel opens a call of its own.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gateway.core.words import Direction

if TYPE_CHECKING:
    from gateway.core.offers import Offer
    from gateway.core.visits import Visit


class CallPhase(StrEnum):
    """Where a live call is."""

    ARRIVED = "arrived"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    ELSEWHERE = "elsewhere"


class CallInput(StrEnum):
    """What happens to a call, as its phases see it."""

    JOIN = "join"
    OFFER = "offer"
    OFFERS_GONE = "offers_gone"
    CONNECT = "connect"
    HOLD = "hold"
    UNHOLD = "unhold"
    LEAVE = "leave"
    ANSWERED = "answered"


TRANSITIONS: dict[CallPhase, dict[CallInput, CallPhase]] = {
    CallPhase.ARRIVED: {
        CallInput.JOIN: CallPhase.WAITING,
        CallInput.ANSWERED: CallPhase.TALKING,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
        CallInput.CONNECT: CallPhase.TALKING,
    },
    CallPhase.WAITING: {
        CallInput.JOIN: CallPhase.WAITING,
        CallInput.OFFER: CallPhase.RINGING,
        CallInput.CONNECT: CallPhase.TALKING,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
    },
    CallPhase.RINGING: {
        CallInput.OFFER: CallPhase.RINGING,
        CallInput.OFFERS_GONE: CallPhase.WAITING,
        CallInput.CONNECT: CallPhase.TALKING,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
    },
    CallPhase.TALKING: {
        CallInput.HOLD: CallPhase.HELD,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
        CallInput.JOIN: CallPhase.WAITING,
        CallInput.ANSWERED: CallPhase.TALKING,
        CallInput.CONNECT: CallPhase.TALKING,
    },
    CallPhase.HELD: {
        CallInput.UNHOLD: CallPhase.TALKING,
        CallInput.CONNECT: CallPhase.TALKING,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
        CallInput.JOIN: CallPhase.WAITING,
    },
    CallPhase.ELSEWHERE: {
        CallInput.JOIN: CallPhase.WAITING,
        CallInput.ANSWERED: CallPhase.TALKING,
        CallInput.CONNECT: CallPhase.TALKING,
        CallInput.LEAVE: CallPhase.ELSEWHERE,
    },
}
"""{phase: {input: next phase}}. An input a phase has no row for leaves the phase as it is."""


@dataclass(slots=True)
class Call:
    """One caller's contact. `arrived_at` is None when the gateway came later and the PBX does not say."""

    id: str
    line: str
    did: str
    direction: Direction
    caller: str
    arrived_at: int | None
    phase: CallPhase = CallPhase.ARRIVED
    visit: "Visit | None" = None
    stays: dict[str, "Visit"] = field(default_factory=dict)
    """The open visit in each queue, by the queue's name in lower case."""
    announced: bool = False
    exact: bool = True
    marked: bool = False
    """Our dialplan marks this call, so it will also mark how it leaves a queue."""

    @property
    def queue(self) -> str | None:
        return self.visit.queue.id if self.visit else None

    @property
    def agent(self) -> str | None:
        return self.visit.agent if self.visit else None

    def move(self, happened: CallInput, visit: "Visit | None" = None) -> None:
        """Follow the table; an input without a row changes nothing, nor does one from a visit before the present."""
        if visit is None or visit is self.visit:
            self.phase = TRANSITIONS[self.phase].get(happened, self.phase)


@dataclass(slots=True)
class Channel:
    """One leg. `device` is the name without its serial: `PJSIP/8001-0000002a` is on `PJSIP/8001`."""

    id: str
    name: str
    device: str
    created_at: int | None
    call: Call | None = None
    """The call this channel *is* the caller of; None for dialled legs."""
    offer: "Offer | None" = None
    visit: "Visit | None" = None
    """The visit whose agent talks over this leg."""
    twin: str | None = None
    """The other half of a Local channel."""
    bridge: str | None = None
    bridge_left_at: int | None = None
    bridged_at: int = 0
    held_at: int = 0
    owner: str | None = None
    """Number of the agent whose other call this is."""
    direction_for_owner: str = "internal"
    generation: int = 0
    application: str = ""
    application_data: str = ""
    linkedid: str = ""
    """The last three only of a channel first seen in a snapshot."""


def find_device(channel: str) -> str:
    """The device of a channel name; a Local half keeps its `Local/exten@context`."""
    name = channel[:-2] if channel.endswith((";1", ";2")) else channel
    head, dash, _ = name.rpartition("-")
    return head if dash else name


def rebind(visit: "Visit", taker: Call) -> None:
    """Give a visit to the call that took the waiting channel's place (masquerade of an attended transfer, ISS 759)."""
    old, key = visit.call, visit.queue.name.lower()
    if old.stays.get(key) is visit:
        del old.stays[key]
    if old.visit is visit:
        old.visit = None
    visit.call = taker
    visit.line = taker.line
    taker.stays[key] = visit
    taker.visit = visit
    taker.move(CallInput.JOIN if visit.is_waiting else CallInput.CONNECT)
