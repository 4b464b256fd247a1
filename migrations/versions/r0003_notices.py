"""First schema, part 3: escalations and their steps, deliveries, silences."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Apply to SQLite and PostgreSQL alike."""
    create_escalations()
    create_escalation_steps()
    create_deliveries()
    create_silences()


def create_escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("pbx", TEXT),
        sa.Column("queue", TEXT),
        sa.Column("line", TEXT),
        sa.Column("agent", TEXT),
        sa.Column("call", TEXT),
        sa.Column("value", REAL),
        sa.Column("threshold", REAL),
        sa.Column("reason", TEXT),
        sa.Column("pending_at", NUMBER),
        sa.Column("fired_at", NUMBER),
        sa.Column("acknowledged_at", NUMBER),
        sa.Column("acknowledged_by", TEXT),
        sa.Column("acknowledged_until", NUMBER),
        sa.Column("resolved_at", NUMBER),
        sa.Column("step", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("flaps", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("inhibited_by", TEXT),
        sa.Column("memory", JSON),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.CheckConstraint("severity IN ('info', 'warn', 'critical')", name=op.f("ck_escalations_severity")),
        sa.CheckConstraint(
            "state IN ('pending', 'firing', 'acknowledged', 'resolved')", name=op.f("ck_escalations_state")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_escalations_fired_at_id"), "escalations", ["fired_at", "id"])
    op.create_index(op.f("ix_escalations_rule_subject"), "escalations", ["rule", "subject"])
    op.create_index(op.f("ix_escalations_state"), "escalations", ["state"])


def create_escalation_steps() -> None:
    op.create_table(
        "escalation_steps",
        sa.Column("escalation", TEXT, nullable=False),
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("due_at", NUMBER, nullable=False),
        sa.Column("begun_at", NUMBER),
        sa.Column("done_at", NUMBER),
        sa.Column("undo_by", NUMBER),
        sa.Column("result", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("gateway", TEXT),
        sa.Column("lease_token", NUMBER),
        sa.PrimaryKeyConstraint("escalation", "number", name=op.f("pk_escalation_steps")),
        sa.ForeignKeyConstraint(
            ["escalation"], ["escalations.id"], name=op.f("fk_escalation_steps_escalation"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind IN ('notify', 'act', 'undo')", name=op.f("ck_escalation_steps_kind")),
        sa.CheckConstraint(
            "result IN ('done', 'failed', 'skipped', 'refused')", name=op.f("ck_escalation_steps_result")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_escalation_steps_due_at"), "escalation_steps", ["due_at"])


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("escalation", TEXT),
        sa.Column("step", NUMBER),
        sa.Column("receiver", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("due_at", NUMBER),
        sa.Column("expires_at", NUMBER),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("status", NUMBER),
        sa.Column("reason", TEXT),
        sa.Column("ended_at", NUMBER),
        sa.Column("replay_of", TEXT),
        sa.Column("gateway", TEXT),
        sa.Column("lease_token", NUMBER),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'expired', 'dead')", name=op.f("ck_deliveries_state")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deliveries_created_at_id"), "deliveries", ["created_at", "id"])
    op.create_index(op.f("ix_deliveries_escalation"), "deliveries", ["escalation"])
    op.create_index(op.f("ix_deliveries_receiver_created_at"), "deliveries", ["receiver", "created_at"])
    op.create_index(op.f("ix_deliveries_state_due_at"), "deliveries", ["state", "due_at"])


def create_silences() -> None:
    op.create_table(
        "silences",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("rule", TEXT),
        sa.Column("queue", TEXT),
        sa.Column("line", TEXT),
        sa.Column("subject", TEXT),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("starts_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.Column("ended_by", TEXT),
        sa.Column("ended_at", NUMBER),
        sa.Column("is_maintenance", FLAG, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_silences_period")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_silences_ends_at"), "silences", ["ends_at"])
