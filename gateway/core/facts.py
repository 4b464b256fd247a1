"""Facts: what the core says has happened. Past tense, frozen, in the order they became known.

Every fact carries `pbx` and `at` (UTC microseconds on the PBX's clock). `None` means unknown, never zero.
Ids come from natural keys (law 5), so the same input gives the same ids for ever.
"""

from typing import NamedTuple

from gateway.core.words import AgentState, Direction, EndedBy, OfferOutcome, SeatState, VisitOutcome


class FeedUp(NamedTuple):
    """Live state is complete: logged in, snapshots taken and agreed. `started_at`: when the PBX booted, if known."""

    pbx: str
    at: int
    version: str | None
    started_at: int | None


class FeedDown(NamedTuple):
    """The feed is cut; from `at` on nothing is seen."""

    pbx: str
    at: int
    reason: str


class BlindTime(NamedTuple):
    """An interval not seen is over. `at` is its end, `start` its beginning; both on the gateway's own clock."""

    pbx: str
    at: int
    start: int
    cause: str
    repaired: str


class PbxRestarted(NamedTuple):
    """The PBX booted anew since the last contact: every open call is lost, its own statistics stand at 0."""

    pbx: str
    at: int
    started_at: int | None


class CallArrived(NamedTuple):
    """A call exists. `call` is the Uniqueid of the caller's channel. `caller` is personal data."""

    pbx: str
    at: int
    call: str
    line: str
    did: str
    direction: Direction
    caller: str


class CallAnswered(NamedTuple):
    """Somebody whom the dialplan rang, no agent of a queue, talks with the caller; outbound: the citizen picked up."""

    pbx: str
    at: int
    call: str
    line: str
    direction: Direction


class CallEnded(NamedTuple):
    """The caller's channel is gone. `duration_us` is null when its start was not seen."""

    pbx: str
    at: int
    call: str
    line: str
    direction: Direction
    cause: int | None
    duration_us: int | None


class VisitJoined(NamedTuple):
    """A call entered a queue. `joined_at` is None, or `precision` `s`, where a snapshot found it there."""

    pbx: str
    at: int
    visit: str
    call: str
    queue: str
    line: str
    position: int | None
    joined_at: int | None
    precision: str


class OfferMade(NamedTuple):
    """An agent's phone is being rung for a visit."""

    pbx: str
    at: int
    offer: str
    visit: str | None
    queue: str
    agent: str
    seat: str | None


class OfferEnded(NamedTuple):
    """The ring of one agent ended after `ring_us`."""

    pbx: str
    at: int
    offer: str
    visit: str | None
    queue: str
    agent: str
    seat: str | None
    outcome: OfferOutcome
    ring_us: int | None


class VisitPickedUp(NamedTuple):
    """An agent picked up (DialEnd ANSWER). AgentDump may still undo it; counters wait for VisitSettled."""

    pbx: str
    at: int
    visit: str
    call: str
    queue: str
    line: str
    agent: str
    seat: str | None
    latency_us: int | None


class VisitSettled(NamedTuple):
    """The outcome of a visit cannot change any more by live events. Said once per visit; counters move only here.

    `at` is the end of the wait (pick-up, or leaving the queue). `wait_us` = end of wait - join; for answered
    visits that is the answer latency. `within_promise` is null unless answered with a known latency.
    """

    pbx: str
    at: int
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


class VisitEnded(NamedTuple):
    """The talk of an answered visit is over. `talk_us` from connect to the parting, `hold_us` of it on hold."""

    pbx: str
    at: int
    visit: str
    call: str
    queue: str
    line: str
    agent: str
    seat: str | None
    ended_by: EndedBy | None
    talk_us: int | None
    hold_us: int | None


class WrapUpEnded(NamedTuple):
    """After-call work of an agent is over. `ended_by`: timer, finished (feature code), pause, call or left."""

    pbx: str
    at: int
    agent: str
    queue: str
    visit: str | None
    start: int
    ended_by: str


class AgentChanged(NamedTuple):
    """An agent is in another state (or seat, or pause reason, or other-call direction) since `at`."""

    pbx: str
    at: int
    agent: str
    state: AgentState
    detail: str | None
    seat: str | None
    previous: AgentState
    previous_detail: str | None
    previous_since: int | None


class SeatChanged(NamedTuple):
    """A position is in another state, or another agent sits there."""

    pbx: str
    at: int
    seat: str
    state: SeatState
    agent: str | None
    previous: SeatState


class MemberChanged(NamedTuple):
    """An agent's place in one queue changed: joined, left, paused, unpaused, penalty."""

    pbx: str
    at: int
    agent: str
    queue: str
    change: str
    reason: str | None


class DeviceUnknown(NamedTuple):
    """Somebody signed in on a device that is no seat of the settings."""

    pbx: str
    at: int
    device: str
    agent: str


class SeatsExceeded(NamedTuple):
    """More agents are signed in than the site has seats."""

    pbx: str
    at: int
    signed_in: int
    seats: int


class MarkerSeen(NamedTuple):
    """The dialplan marked something (survey, escalation, call-back, emergency, test ...); `data` are its fields."""

    pbx: str
    at: int
    marker: str
    call: str | None
    line: str
    data: tuple[tuple[str, str], ...]


class StateCorrected(NamedTuple):
    """A snapshot disagreed with what events had built; the snapshot won. `kind` is a short fixed word."""

    pbx: str
    at: int
    kind: str
    subject: str
    was: str
    now: str


class Unexpected(NamedTuple):
    """Something the tables have no place for (law 7). `kind` is one of a fixed few words, `detail` is hostile text."""

    pbx: str
    at: int
    kind: str
    detail: str


Fact = (
    FeedUp | FeedDown | BlindTime | PbxRestarted | CallArrived | CallAnswered | CallEnded | VisitJoined | OfferMade |
    OfferEnded | VisitPickedUp | VisitSettled | VisitEnded | WrapUpEnded | AgentChanged | SeatChanged |
    MemberChanged | DeviceUnknown | SeatsExceeded | MarkerSeen | StateCorrected | Unexpected
)  # fmt: skip
"""Any fact. All carry `pbx` and `at`; tuples, because a frozen dataclass takes three times as long to make."""
