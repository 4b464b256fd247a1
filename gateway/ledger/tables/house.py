"""What the gateway needs for itself: audit, access, lease, positions, checkpoints.

Law: no secret in the clear: tokens and passwords as hashes, numbers nowhere.
"""

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from gateway.ledger.tables.columns import bytes_, json, make_table, number, text, time, uuid, word

ROLES = ("viewer", "supervisor", "manager", "auditor", "admin")

audit_log = make_table(
    "audit_log",
    text("gateway", key=True),
    number("number", key=True),
    time("at", null=False),
    text("actor", null=False),
    text("role"),
    text("address"),
    text("action", null=False),
    text("object"),
    text("result", null=False),
    text("reason"),
    text("body", null=False),
    bytes_("previous_hash", null=False),
    bytes_("hash", null=False),
    Index(None, "at"),
    Index(None, "actor", "at"),
    Index(None, "object", "at"),
)
"""Who did what: one chain per gateway, numbered without a hole. `body` is the very text that was hashed."""

users = make_table(
    "users",
    uuid(key=True),
    text("name", null=False),
    text("display_name"),
    word("role", ROLES, null=False),
    json("queues"),
    text("password_hash"),
    bytes_("second_factor_sealed"),
    time("created_at", null=False),
    text("created_by"),
    time("password_set_at"),
    time("last_login_at"),
    number("failed_logins", default=0),
    time("locked_until"),
    time("disabled_at"),
    UniqueConstraint("name"),
)
"""People who may sign in; `name` in lower case, `queues` null for all."""

tokens = make_table(
    "tokens",
    uuid(key=True),
    text("name", null=False),
    bytes_("hash", null=False),
    word("kind", ("api", "session", "kiosk"), null=False),
    word("role", ROLES, null=False),
    json("queues"),
    uuid("user", null=True),
    time("created_at", null=False),
    text("created_by"),
    time("expires_at"),
    time("last_used_at"),
    time("revoked_at"),
    text("revoked_by"),
    UniqueConstraint("hash"),
    ForeignKeyConstraint(["user"], ["users.id"], ondelete="CASCADE"),
    Index(None, "user"),
)
"""256 random bits each, kept as their SHA-256."""

lease = make_table(
    "lease",
    text("name", key=True),
    text("holder", null=False),
    number("token", default=0),
    time("taken_at", null=False),
    time("renewed_at", null=False),
    time("expires_at", null=False),
)
"""Which of two gateways acts. `token` grows with every change of hands; a side effect with an old one is refused."""

log_positions = make_table(
    "log_positions",
    text("gateway", key=True),
    text("pbx", key=True),
    text("source", key=True),
    number("device"),
    number("inode"),
    number("position"),
    number("head_bytes"),
    text("head_hash"),
    time("modified_at"),
    text("cursor"),
    json("open_visits"),
    time("last_at"),
    number("records", default=0),
    time("written_at", null=False),
)
"""How far queue_log is in the rows, written in their transaction: a file by inode, position and its first bytes, a
database table by `cursor`. `open_visits`: those the log has begun and not ended there, which a restart goes on with."""

checkpoints = make_table(
    "checkpoints",
    text("gateway", key=True),
    text("pbx", key=True),
    time("at", null=False),
    text("journal", null=False),
    number("format", default=1),
    bytes_("body", null=False),
    bytes_("hash", null=False),
    time("written_at", null=False),
)
"""Live state at one place of the journal: a restart goes on from here with the journal's tail."""
