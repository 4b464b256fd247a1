"""What callers and agents did: calls, visits, offers, agents' spells, surveys, call-backs.

Law: a row that the live feed and queue_log both know is one row; `source`, `precision` and `revision` say how good it
is. Rows of one call find each other by (pbx, callid) and by id, without foreign keys: they arrive in any order, in
other batches, from two gateways.
"""

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy import text as text_clause

from gateway.core.words import AgentState, Direction, EndedBy, OfferOutcome, VisitOutcome
from gateway.ledger.tables.columns import bytes_, flag, json, make_table, number, text, time, uuid, word

PRECISIONS = ("us", "s")
SOURCES = ("live", "log", "both")


def evidence() -> tuple[Column[str], Column[str], Column[int], Column[str], Column[int]]:
    """How a row came to be: how exact, from where, how often corrected, by which gateway, when written last."""
    return (
        word("precision", PRECISIONS, null=False),
        word("source", SOURCES, null=False),
        number("revision", default=0),
        text("gateway", null=False),
        time("written_at", null=False),
    )


UNANSWERED = text_clause("answered_at IS NULL")
calls = make_table(
    "calls",
    uuid(key=True),
    text("pbx", null=False),
    text("callid", null=False),
    text("linkedid"),
    word("direction", Direction),
    text("line"),
    text("did"),
    bytes_("caller_sealed"),
    bytes_("caller_hash"),
    text("caller_key"),
    time("caller_erased_at"),
    flag("confidential"),
    flag("is_test"),
    flag("asked_back"),
    time("listed_at", null=False),
    time("arrived_at"),
    time("answered_at"),
    time("ended_at"),
    number("cause"),
    json("live"),
    json("log"),
    *evidence(),
    UniqueConstraint("pbx", "callid"),
    Index(None, "callid"),
    Index(None, "listed_at", "id"),
    Index(None, "line", "listed_at", "id"),
    Index(None, "caller_hash", "listed_at"),
    Index(None, "caller_hash", "answered_at"),
    Index("ix_calls_unanswered", "listed_at", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
)
"""One caller's contact. The number stands here alone: sealed by the key named `caller_key`, and as a keyed hash of the
one spelling of it (`core/numbering.py`). `listed_at`: its place among others (`core/history.py`).
`live` and `log`, here and in offers: what each of the two said, from which the row is made (`core/call_rows.py`)."""

visits = make_table(
    "visits",
    uuid(key=True),
    uuid("call"),
    text("pbx", null=False),
    text("callid", null=False),
    text("entered_as"),
    text("pbx_queue", null=False),
    text("queue", null=False),
    text("line"),
    text("agent"),
    text("seat"),
    number("position"),
    time("listed_at", null=False),
    time("joined_at"),
    time("picked_up_at"),
    time("connected_at"),
    time("left_at"),
    time("ended_at"),
    word("outcome", VisitOutcome),
    text("reason"),
    word("ended_by", EndedBy),
    number("wait_us"),
    number("ring_us"),
    number("hold_us"),
    number("talk_us"),
    number("wrap_up_us"),
    text("wrap_up_by"),
    number("promise_us"),
    text("definition"),
    flag("within_promise", null=True),
    flag("log_lacks_it"),
    json("live"),
    json("log"),
    *evidence(),
    Index(None, "pbx", "callid", "pbx_queue"),
    Index(None, "pbx", "entered_as"),
    Index(None, "callid"),
    Index(None, "listed_at", "id"),
    Index(None, "queue", "listed_at", "id"),
    Index(None, "line", "listed_at", "id"),
    Index(None, "agent", "listed_at", "id"),
    Index(None, "outcome", "listed_at", "id"),
)
"""One stay of a call in a queue. The natural key is (pbx, callid, `pbx_queue` in lower case, join time within a
tolerance), which no constraint can say: the id is derived from it once, and a corrected join time keeps the id.
`outcome` is null while the visit is open; `log_lacks_it`: seen live, and queue_log has passed it without a word.
`listed_at`: its place among others (`core/history.py`), where `joined_at` may be unknown.
`live` and `log`: what each of the two said of it, from which the row is made (`core/reconcile.py`). `entered_as`: the
callid it joined with, where a transfer gave its place to another channel."""

offers = make_table(
    "offers",
    uuid(key=True),
    uuid("visit", null=True),
    text("pbx", null=False),
    text("callid"),
    text("queue", null=False),
    text("agent", null=False),
    text("seat"),
    time("made_at"),
    time("ended_at"),
    word("outcome", OfferOutcome),
    number("ring_us"),
    flag("dumped"),
    json("live"),
    json("log"),
    *evidence(),
    Index(None, "visit"),
    Index(None, "pbx", "callid"),
    Index(None, "agent", "made_at"),
    Index(None, "made_at", "id"),
)
"""One ring of one agent. `dumped`: he hung up on the caller before they were connected (AGENTDUMP)."""

agent_spells = make_table(
    "agent_spells",
    uuid(key=True),
    text("pbx", null=False),
    text("agent", null=False),
    word("state", AgentState, null=False),
    text("detail"),
    text("seat"),
    text("queue"),
    uuid("visit", null=True),
    time("started_at", null=False),
    time("ended_at"),
    flag("start_is_bound"),
    *evidence(),
    Index(None, "agent", "started_at"),
    Index(None, "started_at", "id"),
    Index(None, "visit"),
)
"""How long an agent was in one state. `start_is_bound`: he was found in it, so it began then or before."""

surveys = make_table(
    "surveys",
    uuid(key=True),
    uuid("call"),
    uuid("visit", null=True),
    text("pbx", null=False),
    text("callid", null=False),
    text("queue"),
    text("line"),
    text("agent"),
    time("asked_at"),
    time("ended_at"),
    word("outcome", ("rated", "no_key", "wrong_key", "hung_up")),
    number("score"),
    text("key_pressed"),
    *evidence(),
    Index(None, "pbx", "callid"),
    Index(None, "agent", "ended_at"),
    Index(None, "ended_at", "id"),
)
"""One caller asked how content he is; `score` 1 to 5 where he rated, 5 best. Our dialplan marks the end alone
(`ended_at`), and by an empty score that he did not rate, not why: `asked_at` and `outcome` are null then."""

callbacks = make_table(
    "callbacks",
    uuid(key=True),
    uuid("first_call"),
    uuid("last_call"),
    number("lost_calls", default=1),
    text("queue"),
    text("line"),
    flag("was_asked_for"),
    time("opened_at", null=False),
    time("due_at"),
    word("state", ("open", "claimed", "reached", "called_again", "given_up"), null=False),
    text("claimed_by"),
    time("claimed_at"),
    time("claimed_until"),
    json("attempts"),
    time("closed_at"),
    uuid("closing_call", null=True),
    text("reason"),
    number("revision", default=0),
    time("written_at", null=False),
    Index(None, "state", "opened_at"),
    Index(None, "opened_at", "id"),
    Index(None, "first_call"),
    Index(None, "last_call"),
)
"""What people did about an unreached caller (漏接): who has him, who tried and how that went. That he is one, and what
closes it, follows from `calls` and `visits` whenever it is asked (`core/unreached.py`); what stands here of it is how
it was when somebody last did something."""
