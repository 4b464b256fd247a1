"""The JSON of the live answers (law 11: here and nowhere else). The OpenAPI description is made from these classes.

Law: times are RFC 3339 in UTC with microseconds, durations floats called `*_seconds`, unknown is null - and where the
gateway knows why, `reasons` says so under the name of the field.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from gateway.core.calls import CallPhase
from gateway.core.words import AgentState, Direction, SeatState

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Live = Annotated[bool, Field(description="false: as last seen, its PBX is not live now (see `feeds`).")]
Reasons = Annotated[dict[str, str], Field(description="Why a field is null, by field name.")]
Outcomes = Annotated[dict[str, int], Field(description="Visits settled since `counts_since`, by outcome.")]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the PBX does not give, and the figure that is wrong or null for it."""

    what: str
    makes_wrong: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The connection to one PBX: whether what is shown of it is true now."""

    pbx: str
    connected: bool
    live: Annotated[bool, Field(description="Logged in, snapshots taken and agreed. When false, items of it are old.")]
    since: Annotated[Time | None, Field(description="Of `live`, or of the cut.")]
    reason: str | None
    version: str | None
    clock_offset_seconds: Annotated[float | None, Field(description="Clock of the PBX minus clock of the gateway.")]
    lag_seconds: float | None
    last_event_at: Time | None
    blind_since: Time | None
    blind_seconds: Annotated[float, Field(description="Not seen since the gateway started, a present outage included.")]
    blind_seconds_today: float
    missing: list[Missing]


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised: `target` of the visits answered within `within_seconds`."""

    within_seconds: float
    target: float
    strict: Annotated[bool, Field(description="true: less than; false: less than or equal.")]
    definition: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in a queue, in order of joining. `picked_up_at`: an agent picked up, they are being connected."""

    visit: str
    call: str
    line: str
    joined_at: Time | None
    precision: Annotated[str, Field(description="us, or s when only whole seconds are known.")]
    waiting_seconds: float | None
    position_at_join: Annotated[int | None, Field(description="Asterisk does not say how it shifts later.")]
    picked_up_at: Time | None
    ringing: Annotated[list[str], Field(description="Numbers of the agents whose phones ring.")]
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Member:
    """An agent's place in a queue."""

    agent: str
    interface: str
    device: str
    device_state: str
    membership: str
    penalty: int
    paused: bool
    pause_reason: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of one PBX."""

    id: Annotated[str, Field(description="Site-wide.")]
    pbx: str
    live: Live
    name: Annotated[str, Field(description="On the PBX.")]
    strategy: str | None
    promise: Promise
    short_abandon_seconds: float
    waiting: Annotated[int, Field(description="Callers that no agent has picked up.")]
    longest_wait_seconds: float | None
    callers: list[Waiting]
    agents: Annotated[dict[str, int], Field(description="Agents that serve the queue, by state.")]
    members: list[Member]
    visits: Outcomes
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Agent:
    """One person (话务员), by agent number."""

    number: str
    pbx: str
    live: Live
    name: str
    state: AgentState
    detail: Annotated[str | None, Field(description="Reason of the pause, or direction of the other call.")]
    since: Time | None
    since_exact: Annotated[bool, Field(description="false: the state may have begun before `since`.")]
    in_state_seconds: float | None
    seat: str | None
    device: str | None
    queues: Annotated[list[str], Field(description="Ids of the queues he serves.")]
    queue: Annotated[str | None, Field(description="Of the visit he talks with, or that rings.")]
    line: str | None
    visit: str | None
    call: str | None
    calls_answered: Annotated[int | None, Field(description="Visits he answered since `counts_since`.")]
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Seat:
    """One position (坐席) with a device."""

    id: str
    pbx: str
    live: Live
    name: str
    device: str
    state: SeatState
    since: Time | None
    in_state_seconds: float | None
    agent: str | None
    agent_name: str | None
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Line:
    """One consolidated hotline number (热线), over all PBXs; `unknown` takes calls to numbers of no line."""

    did: str
    name: str
    department: str
    mode: str
    window: str
    queues: Annotated[list[str], Field(description="Ids of its queue, one for each PBX that has it.")]
    pbxs: list[str]
    live: Live
    promise: Annotated[Promise | None, Field(description="Its own; null: that of the queue.")]
    calls_live: int
    waiting: int
    talking: int
    calls: Annotated[int, Field(description="Inbound calls since `counts_since`.")]
    last_call_at: Time | None
    visits: Outcomes
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Call:
    """One caller's contact that lasts."""

    id: Annotated[str, Field(description="Uniqueid of the caller's channel; unique within the PBX.")]
    pbx: str
    live: Live
    line: str
    did: Annotated[str | None, Field(description="The number dialled; masked as `caller` when it is not of the site.")]
    direction: Direction
    caller: Annotated[str | None, Field(description="Masked, unless a reason is given by who may see it (`X-Reason`).")]
    arrived_at: Time | None
    age_seconds: float | None
    phase: CallPhase
    queue: str | None
    agent: str | None
    visit: str | None
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit log."""

    gateway: Annotated[str, Field(description="Whose chain it is in.")]
    number: int
    at: Time | None
    actor: Annotated[str, Field(description="A token's name, `settings`, `loopback`, `stranger`, a command's user.")]
    role: str | None
    address: str | None
    action: str
    object: str | None
    result: str
    reason: str | None
    details: Annotated[list[str], Field(description="What was seen or changed, by id.")]
    previous_hash: str
    hash: Annotated[str, Field(description="SHA-256 over the hash before and the row's text.")]
