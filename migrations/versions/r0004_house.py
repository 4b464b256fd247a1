"""First schema, part 4: audit, users, tokens, lease, positions, checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = {
    "sqlite": (
        """CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
        """CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log
WHEN OLD.at > (julianday('now') - 2440587.5 - 184) * 86400000000.0
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
        """CREATE TRIGGER audit_log_is_new BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE gateway = NEW.gateway AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION audit_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at <= (extract(epoch FROM now()) - 184 * 86400) * 1000000 THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
        """CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_log_guard()""",
        """CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_guard()""",
    ),
}


def upgrade() -> None:
    """Apply to SQLite and PostgreSQL alike."""
    create_audit_log()
    create_users()
    create_tokens()
    create_lease()
    create_log_positions()
    create_checkpoints()


def create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("role", TEXT),
        sa.Column("address", TEXT),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("object", TEXT),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "number", name=op.f("pk_audit_log")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_log_actor_at"), "audit_log", ["actor", "at"])
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"])
    op.create_index(op.f("ix_audit_log_object_at"), "audit_log", ["object", "at"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("display_name", TEXT),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("queues", JSON),
        sa.Column("password_hash", TEXT),
        sa.Column("second_factor_sealed", sa.LargeBinary()),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", TEXT),
        sa.Column("password_set_at", NUMBER),
        sa.Column("last_login_at", NUMBER),
        sa.Column("failed_logins", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("locked_until", NUMBER),
        sa.Column("disabled_at", NUMBER),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
        sa.CheckConstraint(
            "role IN ('viewer', 'supervisor', 'manager', 'auditor', 'admin')", name=op.f("ck_users_role")
        ),
        sqlite_strict=True,
    )


def create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("queues", JSON),
        sa.Column("user", TEXT),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", TEXT),
        sa.Column("expires_at", NUMBER),
        sa.Column("last_used_at", NUMBER),
        sa.Column("revoked_at", NUMBER),
        sa.Column("revoked_by", TEXT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_tokens_user"), ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('api', 'session', 'kiosk')", name=op.f("ck_tokens_kind")),
        sa.CheckConstraint(
            "role IN ('viewer', 'supervisor', 'manager', 'auditor', 'admin')", name=op.f("ck_tokens_role")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tokens_user"), "tokens", ["user"])


def create_lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("token", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("taken_at", NUMBER, nullable=False),
        sa.Column("renewed_at", NUMBER, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        sqlite_strict=True,
    )


def create_log_positions() -> None:
    op.create_table(
        "log_positions",
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("device", NUMBER),
        sa.Column("inode", NUMBER),
        sa.Column("position", NUMBER),
        sa.Column("head_bytes", NUMBER),
        sa.Column("head_hash", TEXT),
        sa.Column("modified_at", NUMBER),
        sa.Column("cursor", TEXT),
        sa.Column("open_visits", JSON),
        sa.Column("last_at", NUMBER),
        sa.Column("records", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("gateway", "pbx", "source", name=op.f("pk_log_positions")),
        sqlite_strict=True,
    )


def create_checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("journal", TEXT, nullable=False),
        sa.Column("format", NUMBER, nullable=False, server_default=sa.text("1")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("gateway", "pbx", name=op.f("pk_checkpoints")),
        sqlite_strict=True,
    )
