"""Who was told what, and what was done: escalations and their steps, deliveries, silences.

Law: a row is written before the thing is done and again after it; every side effect carries the lease token of the
gateway that did it.
"""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from gateway.ledger.tables.columns import flag, json, make_table, number, ratio, text, time, uuid, word

escalations = make_table(
    "escalations",
    uuid(key=True),
    text("rule", null=False),
    text("subject", null=False),
    word("severity", ("info", "warn", "critical"), null=False),
    word("state", ("pending", "firing", "acknowledged", "resolved"), null=False),
    text("pbx"),
    text("queue"),
    text("line"),
    text("agent"),
    uuid("call", null=True),
    ratio("value"),
    ratio("threshold"),
    text("reason"),
    time("pending_at"),
    time("fired_at"),
    time("acknowledged_at"),
    text("acknowledged_by"),
    time("acknowledged_until"),
    time("resolved_at"),
    number("step", default=0),
    number("flaps", default=0),
    text("inhibited_by"),
    json("memory"),
    number("revision", default=0),
    time("written_at", null=False),
    Index(None, "state"),
    Index(None, "rule", "subject"),
    Index(None, "fired_at", "id"),
)
"""One rule that held for one subject, from pending to resolved. `memory` is what the engine needs after a restart."""

escalation_steps = make_table(
    "escalation_steps",
    uuid("escalation", key=True),
    number("number", key=True),
    word("kind", ("notify", "act", "undo"), null=False),
    text("target", null=False),
    time("due_at", null=False),
    time("begun_at"),
    time("done_at"),
    time("undo_by"),
    word("result", ("done", "failed", "skipped", "refused")),
    text("reason"),
    text("gateway"),
    number("lease_token"),
    ForeignKeyConstraint(["escalation"], ["escalations.id"], ondelete="CASCADE"),
    Index(None, "due_at"),
)
"""One rung of the ladder: a notice, an action on the PBX, or taking that back (by `undo_by` at the latest)."""

deliveries = make_table(
    "deliveries",
    uuid(key=True),
    uuid("escalation", null=True),
    number("step"),
    text("receiver", null=False),
    text("kind", null=False),
    text("body", null=False),
    time("created_at", null=False),
    time("due_at"),
    time("expires_at"),
    word("state", ("pending", "delivered", "expired", "dead"), null=False),
    number("attempts", default=0),
    number("status"),
    text("reason"),
    time("ended_at"),
    uuid("replay_of", null=True),
    text("gateway"),
    number("lease_token"),
    Index(None, "state", "due_at"),
    Index(None, "receiver", "created_at"),
    Index(None, "escalation"),
    Index(None, "created_at", "id"),
)
"""The outbox: what a receiver shall be told, and how that went. It may precede its escalation's row (local spool)."""

silences = make_table(
    "silences",
    uuid(key=True),
    text("rule"),
    text("queue"),
    text("line"),
    text("subject"),
    text("author", null=False),
    text("reason", null=False),
    time("created_at", null=False),
    time("starts_at", null=False),
    time("ends_at", null=False),
    text("ended_by"),
    time("ended_at"),
    flag("is_maintenance"),
    Index(None, "ends_at"),
    CheckConstraint("starts_at < ends_at", name="period"),
)
"""What shall not be told, by whom and until when; null matches everything."""
