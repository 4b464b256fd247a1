"""Facts: what the core says has happened. Past tense, frozen, in the order they became known.

Every fact carries `pbx` and `at` (UTC microseconds on the PBX's clock). `None` means unknown, never zero.
Ids come from natural keys (law 5), so the same input gives the same ids for ever.
"""

from dataclasses import dataclass
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

from gateway.core.words import AgentState, Direction, EndedBy, OfferOutcome, SeatState, VisitOutcome

__all__ = [
    "NAMESPACE",
    "AgentChanged",
    "AgentState",
    "BlindTime",
    "CallArrived",
    "CallEnded",
    "DeviceUnknown",
    "Direction",
    "EndedBy",
    "Fact",
    "FeedDown",
    "FeedUp",
    "MarkerSeen",
    "MemberChanged",
    "OfferEnded",
    "OfferMade",
    "OfferOutcome",
    "PbxRestarted",
    "SeatChanged",
    "SeatState",
    "SeatsExceeded",
    "StateCorrected",
    "Unexpected",
    "VisitEnded",
    "VisitJoined",
    "VisitOutcome",
    "VisitPickedUp",
    "VisitSettled",
    "WrapUpEnded",
    "derive_id",
]

NAMESPACE = uuid5(NAMESPACE_URL, "urn:hotline-gateway")
_NAMESPACE = NAMESPACE.bytes


def derive_id(*parts: object) -> str:
    """A uuid5 of the natural key; the same parts give the same id in every process."""
    digest = sha1(_NAMESPACE + "|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


@dataclass(frozen=True, slots=True)
class Fact:
    """Base of all facts."""

    pbx: str
    at: int


@dataclass(frozen=True, slots=True)
class FeedUp(Fact):
    """Live state is complete: logged in, snapshots taken and agreed. `started_at`: when the PBX booted, if known."""

    version: str | None
    started_at: int | None


@dataclass(frozen=True, slots=True)
class FeedDown(Fact):
    """The feed is cut; from `at` on nothing is seen."""

    reason: str


@dataclass(frozen=True, slots=True)
class BlindTime(Fact):
    """An interval not seen is over. `at` is its end, `start` its beginning; both on the gateway's own clock."""

    start: int
    cause: str
    repaired: str


@dataclass(frozen=True, slots=True)
class PbxRestarted(Fact):
    """The PBX booted anew since the last contact: every open call is lost, its own statistics stand at 0."""

    started_at: int | None


@dataclass(frozen=True, slots=True)
class CallArrived(Fact):
    """A call exists. `call` is the Uniqueid of the caller's channel. `caller` is personal data."""

    call: str
    line: str
    did: str
    direction: Direction
    caller: str


@dataclass(frozen=True, slots=True)
class CallEnded(Fact):
    """The caller's channel is gone. `duration_us` is null when its start was not seen."""

    call: str
    line: str
    direction: Direction
    cause: int | None
    duration_us: int | None


@dataclass(frozen=True, slots=True)
class VisitJoined(Fact):
    """A call entered a queue."""

    visit: str
    call: str
    queue: str
    line: str
    position: int | None


@dataclass(frozen=True, slots=True)
class OfferMade(Fact):
    """An agent's phone is being rung for a visit."""

    offer: str
    visit: str | None
    queue: str
    agent: str
    seat: str | None


@dataclass(frozen=True, slots=True)
class OfferEnded(Fact):
    """The ring of one agent ended after `ring_us`."""

    offer: str
    visit: str | None
    queue: str
    agent: str
    seat: str | None
    outcome: OfferOutcome
    ring_us: int | None


@dataclass(frozen=True, slots=True)
class VisitPickedUp(Fact):
    """An agent picked up (DialEnd ANSWER). AgentDump may still undo it; counters wait for VisitSettled."""

    visit: str
    call: str
    queue: str
    line: str
    agent: str
    seat: str | None
    latency_us: int | None


@dataclass(frozen=True, slots=True)
class VisitSettled(Fact):
    """The outcome of a visit cannot change any more by live events. Said once per visit; counters move only here.

    `at` is the end of the wait (pick-up, or leaving the queue). `wait_us` = end of wait - join; for answered
    visits that is the answer latency. `within_promise` is null unless answered with a known latency.
    """

    visit: str
    call: str
    queue: str
    line: str
    outcome: VisitOutcome
    reason: str | None
    joined_at: int | None
    picked_up_at: int | None
    connected_at: int | None
    left_at: int | None
    wait_us: int | None
    agent: str | None
    seat: str | None
    precision: str
    within_promise: bool | None


@dataclass(frozen=True, slots=True)
class VisitEnded(Fact):
    """The talk of an answered visit is over. `talk_us` from connect to the parting, `hold_us` of it on hold."""

    visit: str
    call: str
    queue: str
    line: str
    agent: str
    seat: str | None
    ended_by: EndedBy | None
    talk_us: int | None
    hold_us: int | None


@dataclass(frozen=True, slots=True)
class WrapUpEnded(Fact):
    """After-call work of an agent is over. `ended_by`: timer, finished (feature code), pause, call or left."""

    agent: str
    queue: str
    visit: str | None
    start: int
    ended_by: str


@dataclass(frozen=True, slots=True)
class AgentChanged(Fact):
    """An agent is in another state (or seat, or pause reason, or other-call direction) since `at`."""

    agent: str
    state: AgentState
    detail: str | None
    seat: str | None
    previous: AgentState
    previous_detail: str | None
    previous_since: int | None


@dataclass(frozen=True, slots=True)
class SeatChanged(Fact):
    """A position is in another state, or another agent sits there."""

    seat: str
    state: SeatState
    agent: str | None
    previous: SeatState


@dataclass(frozen=True, slots=True)
class MemberChanged(Fact):
    """An agent's place in one queue changed: joined, left, paused, unpaused, penalty."""

    agent: str
    queue: str
    change: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class DeviceUnknown(Fact):
    """Somebody signed in on a device that is no seat of the settings."""

    device: str
    agent: str


@dataclass(frozen=True, slots=True)
class SeatsExceeded(Fact):
    """More agents are signed in than the site has seats."""

    signed_in: int
    seats: int


@dataclass(frozen=True, slots=True)
class MarkerSeen(Fact):
    """The dialplan marked something (survey, escalation, call-back, emergency, test ...); `data` are its fields."""

    marker: str
    call: str | None
    line: str
    data: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StateCorrected(Fact):
    """A snapshot disagreed with what events had built; the snapshot won. `kind` is a short fixed word."""

    kind: str
    subject: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Unexpected(Fact):
    """Something the tables have no place for (law 7). `kind` is one of a fixed few words, `detail` is hostile text."""

    kind: str
    detail: str
