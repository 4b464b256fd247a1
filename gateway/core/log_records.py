"""What queue_log said: one frozen tuple per kind of record. The counterpart of `events.py` for the PBX's own log.

The first four are the same in all: `at` (UTC µs; a file has whole seconds, written when the line was, a database table
and our own markers have µs), `callid` (Uniqueid of the caller; after a masquerade the new one), `queue` and `agent` as
written: `NONE` where there is none, ENTERQUEUE and ABANDON with the queue as the dialplan typed it, the others as
configured (asterisk-facts 3.3). A duration that a clock set back made negative is None. Verbs are `queue_log.py`'s.
"""

from typing import NamedTuple

from gateway.core.words import EndedBy, OfferOutcome, VisitOutcome


class Entered(NamedTuple):
    """A caller joined. `caller`, `position` or `name` is None where the caller's own text has broken the columns."""

    at: int
    callid: str
    queue: str
    agent: str
    url: str
    caller: str | None
    position: int | None
    name: str | None


class Connected(NamedTuple):
    """An agent has the caller. `leg` is the Uniqueid of the agent's channel (DestUniqueid of AgentConnect)."""

    at: int
    callid: str
    queue: str
    agent: str
    hold_s: int | None
    leg: str
    ring_s: int | None


class TalkEnded(NamedTuple):
    """The talk is over. `target`: where a transfer went, parts joined by `|`."""

    at: int
    callid: str
    queue: str
    agent: str
    ended_by: EndedBy
    target: str
    hold_s: int | None
    talk_s: int | None
    position: int | None


class Left(NamedTuple):
    """A caller left unanswered. ABANDONED also stands for short_abandoned and redirected (design section 4).

    `detail`: the key pressed, or the text of who withdrew the caller.
    """

    at: int
    callid: str
    queue: str
    agent: str
    outcome: VisitOutcome
    position: int | None
    entered_position: int | None
    wait_s: int | None
    detail: str


class Dumped(NamedTuple):
    """The agent hung up before he was joined to the caller, who waits on: undoes Connected."""

    at: int
    callid: str
    queue: str
    agent: str


class Rung(NamedTuple):
    """An attempt at one agent ended without an answer; `attempt_ms` is the attempt's length, not the ring's."""

    at: int
    callid: str
    queue: str
    agent: str
    outcome: OfferOutcome
    attempt_ms: int | None


class Membered(NamedTuple):
    """A dynamic member was added or removed; `agent` may be the interface. `callid` may say MANAGER, CLI, REALTIME."""

    at: int
    callid: str
    queue: str
    agent: str
    is_member: bool
    is_paused: bool


class Paused(NamedTuple):
    """A member was paused or unpaused: in one queue, or in all (`is_everywhere`, queue NONE)."""

    at: int
    callid: str
    queue: str
    agent: str
    is_paused: bool
    is_everywhere: bool
    reason: str


class Tuned(NamedTuple):
    """Penalty or ringinuse of a member was set; `agent` is the interface."""

    at: int
    callid: str
    queue: str
    agent: str
    setting: str
    value: int | None


class Signed(NamedTuple):
    """An agent of app_agent_pool signed in or out; `signed_in_s` how long he was."""

    at: int
    callid: str
    queue: str
    agent: str
    is_in: bool
    channel: str
    signed_in_s: int | None


class CalledOut(NamedTuple):
    """QueueUpdate(): an outgoing call put to a queue's account by the dialplan."""

    at: int
    callid: str
    queue: str
    agent: str
    status: str
    talk_s: int | None
    params: str


class QueuesStarted(NamedTuple):
    """app_queue was loaded, so the PBX booted: what was open before is cut."""

    at: int
    callid: str
    queue: str
    agent: str


class LogReopened(NamedTuple):
    """The logger was reloaded or rotated; around it records may be lost (asterisk-facts 3.1)."""

    at: int
    callid: str
    queue: str
    agent: str


class Marked(NamedTuple):
    """Our dialplan's own marker: `at` has µs, `logged_at` is the line's second. Words and keys are UserEvent's."""

    at: int
    callid: str
    queue: str
    agent: str
    marker: str
    data: tuple[tuple[str, str], ...]
    logged_at: int


class Foreign(NamedTuple):
    """A verb that is neither Asterisk's nor ours: somebody's QueueLog(). Counted by name, no fault."""

    at: int
    callid: str
    queue: str
    agent: str
    verb: str


Record = (
    Entered | Connected | TalkEnded | Left | Dumped | Rung | Membered | Paused | Tuned | Signed | CalledOut
    | QueuesStarted | LogReopened | Marked | Foreign
)  # fmt: skip
