"""What is counted and judged: gaps, rollups, scorecards, exclusions, tickets.

Law: a figure that is stored can be computed again from `contacts.py` and says from which rows and definitions it came.
"""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from gateway.ledger.tables.columns import bytes_, flag, json, make_table, number, ratio, text, time, uuid, word

gaps = make_table(
    "gaps",
    uuid(key=True),
    text("gateway", null=False),
    text("pbx"),
    word("of", ("feed", "log", "gateway", "ledger"), null=False),
    text("cause", null=False),
    time("started_at", null=False),
    time("ended_at"),
    text("repair"),
    time("repaired_at"),
    number("recovered"),
    text("detail"),
    time("written_at", null=False),
    Index(None, "started_at", "id"),
    Index(None, "pbx", "started_at"),
)
"""Time that one gateway did not see: why, and how it was made good. The site was blind where all gateways were."""

SUMS = ("wait_us", "answer_wait_us", "ring_us", "hold_us", "talk_us", "wrap_up_us")
COUNTS = (
    "answered", "abandoned", "short_abandoned", "timeout", "left_empty", "key", "withdrawn", "redirected",
    "incompatible", "refused", "cut", "unknown", "answered_in_time", "abandoned_in_time", "transferred", "wrapped_up",
    "by_seconds",
)  # fmt: skip

rollups = make_table(
    "rollups",
    time("starts_at", key=True),
    number("width_us", key=True),
    text("queue", key=True),
    text("line", key=True),
    text("agent", key=True),
    number("promise_us", key=True),
    *(number(f"{name}_count", default=0) for name in COUNTS),
    *(number(f"{name}_sum", default=0) for name in SUMS),
    number("longest_wait_us"),
    bytes_("latencies"),
    number("blind_us", default=0),
    number("revision", default=0),
    time("written_at", null=False),
    Index(None, "queue", "starts_at"),
    Index(None, "line", "starts_at"),
    Index(None, "agent", "starts_at"),
)
"""Visits that joined in [starts_at, starts_at + width_us), by queue, line and agent; '' is none. `latencies` is the
mergeable histogram of waits of answered visits; `by_seconds` counts those known to the second only."""

scorecards = make_table(
    "scorecards",
    uuid(key=True),
    text("period", null=False),
    time("starts_at", null=False),
    time("ends_at", null=False),
    number("revision", default=0),
    time("frozen_at"),
    text("frozen_by"),
    json("indicators", null=False),
    json("definitions", null=False),
    ratio("completeness"),
    bytes_("source_hash"),
    text("reason"),
    time("written_at", null=False),
    UniqueConstraint("period", "starts_at", "ends_at", "revision"),
    CheckConstraint("starts_at < ends_at", name="period"),
)
"""The contract's indicators over a period, frozen; a later correction is another revision with its reason."""

exclusions = make_table(
    "exclusions",
    uuid(key=True),
    word("kind", ("incident", "test", "malicious", "other"), null=False),
    time("starts_at", null=False),
    time("ends_at", null=False),
    text("queue"),
    text("line"),
    uuid("call", null=True),
    text("reason", null=False),
    text("asked_by", null=False),
    time("asked_at", null=False),
    text("approved_by"),
    time("approved_at"),
    bytes_("signature"),
    text("revoked_by"),
    time("revoked_at"),
    number("revision", default=0),
    Index(None, "starts_at", "ends_at"),
    Index(None, "call"),
    CheckConstraint("starts_at < ends_at", name="period"),
)
"""Calls that shall not count, because somebody asked and another approved; nothing is excluded automatically."""

tickets = make_table(
    "tickets",
    uuid(key=True),
    text("system", null=False),
    text("number", null=False),
    word("channel", ("phone", "web", "wechat", "app", "letter", "other"), null=False),
    uuid("call", null=True),
    text("topic"),
    text("area"),
    flag("is_legal"),
    text("line"),
    text("agent"),
    text("department"),
    time("created_at", null=False),
    time("assigned_at"),
    time("returned_at"),
    flag("wrongly_assigned", null=True),
    flag("at_front_desk", null=True),
    time("due_at"),
    time("closed_at"),
    time("complained_at"),
    flag("complaint_upheld", null=True),
    number("score"),
    json("more"),
    number("revision", default=0),
    time("written_at", null=False),
    UniqueConstraint("system", "number"),
    Index(None, "created_at", "id"),
    Index(None, "topic", "created_at"),
    Index(None, "call"),
)
"""What the ticket system says, imported, never guessed from telephony."""
