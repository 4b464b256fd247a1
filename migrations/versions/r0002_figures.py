"""First schema, part 2: gaps, rollups, scorecards, exclusions, tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Apply to SQLite and PostgreSQL alike."""
    create_gaps()
    create_rollups()
    create_scorecards()
    create_exclusions()
    create_tickets()


def create_gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("pbx", TEXT),
        sa.Column("of", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("started_at", NUMBER, nullable=False),
        sa.Column("ended_at", NUMBER),
        sa.Column("repair", TEXT),
        sa.Column("repaired_at", NUMBER),
        sa.Column("recovered", NUMBER),
        sa.Column("detail", TEXT),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sa.CheckConstraint("of IN ('feed', 'log', 'gateway', 'ledger')", name=op.f("ck_gaps_of")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_gaps_pbx_started_at"), "gaps", ["pbx", "started_at"])
    op.create_index(op.f("ix_gaps_started_at_id"), "gaps", ["started_at", "id"])


def create_rollups() -> None:
    op.create_table(
        "rollups",
        sa.Column("starts_at", NUMBER, nullable=False, autoincrement=False),
        sa.Column("width_us", NUMBER, nullable=False, autoincrement=False),
        sa.Column("queue", TEXT, nullable=False),
        sa.Column("line", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.Column("promise_us", NUMBER, nullable=False, autoincrement=False),
        sa.Column("answered_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("abandoned_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("short_abandoned_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("timeout_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("left_empty_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("key_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("withdrawn_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("redirected_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("incompatible_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("refused_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("cut_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("unknown_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("answered_in_time_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("abandoned_in_time_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("transferred_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("wrapped_up_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("by_seconds_count", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("wait_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("answer_wait_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("ring_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("hold_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("talk_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("wrap_up_us_sum", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("longest_wait_us", NUMBER),
        sa.Column("latencies", sa.LargeBinary()),
        sa.Column("blind_us", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint(
            "starts_at", "width_us", "queue", "line", "agent", "promise_us", name=op.f("pk_rollups")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rollups_agent_starts_at"), "rollups", ["agent", "starts_at"])
    op.create_index(op.f("ix_rollups_line_starts_at"), "rollups", ["line", "starts_at"])
    op.create_index(op.f("ix_rollups_queue_starts_at"), "rollups", ["queue", "starts_at"])


def create_scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("starts_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("frozen_at", NUMBER),
        sa.Column("frozen_by", TEXT),
        sa.Column("indicators", JSON, nullable=False),
        sa.Column("definitions", JSON, nullable=False),
        sa.Column("completeness", REAL),
        sa.Column("source_hash", sa.LargeBinary()),
        sa.Column("reason", TEXT),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint(
            "period", "starts_at", "ends_at", "revision", name=op.f("uq_scorecards_period_starts_at_ends_at_revision")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_scorecards_period")),
        sqlite_strict=True,
    )


def create_exclusions() -> None:
    op.create_table(
        "exclusions",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("starts_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.Column("queue", TEXT),
        sa.Column("line", TEXT),
        sa.Column("call", TEXT),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", NUMBER, nullable=False),
        sa.Column("approved_by", TEXT),
        sa.Column("approved_at", NUMBER),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("revoked_by", TEXT),
        sa.Column("revoked_at", NUMBER),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusions")),
        sa.CheckConstraint("kind IN ('incident', 'test', 'malicious', 'other')", name=op.f("ck_exclusions_kind")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_exclusions_period")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_exclusions_call"), "exclusions", ["call"])
    op.create_index(op.f("ix_exclusions_starts_at_ends_at"), "exclusions", ["starts_at", "ends_at"])


def create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("call", TEXT),
        sa.Column("topic", TEXT),
        sa.Column("area", TEXT),
        sa.Column("is_legal", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("line", TEXT),
        sa.Column("agent", TEXT),
        sa.Column("department", TEXT),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("assigned_at", NUMBER),
        sa.Column("returned_at", NUMBER),
        sa.Column("wrongly_assigned", FLAG),
        sa.Column("at_front_desk", FLAG),
        sa.Column("due_at", NUMBER),
        sa.Column("closed_at", NUMBER),
        sa.Column("complained_at", NUMBER),
        sa.Column("complaint_upheld", FLAG),
        sa.Column("score", NUMBER),
        sa.Column("more", JSON),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("system", "number", name=op.f("uq_tickets_system_number")),
        sa.CheckConstraint(
            "channel IN ('phone', 'web', 'wechat', 'app', 'letter', 'other')", name=op.f("ck_tickets_channel")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tickets_call"), "tickets", ["call"])
    op.create_index(op.f("ix_tickets_created_at_id"), "tickets", ["created_at", "id"])
    op.create_index(op.f("ix_tickets_topic_created_at"), "tickets", ["topic", "created_at"])
