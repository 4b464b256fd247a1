"""First schema, part 1: calls, visits, offers, agents' spells, surveys, call-backs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply to SQLite and PostgreSQL alike."""
    create_calls()
    create_visits()
    create_offers()
    create_agent_spells()
    create_surveys()
    create_callbacks()


def create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("callid", TEXT, nullable=False),
        sa.Column("linkedid", TEXT),
        sa.Column("direction", TEXT),
        sa.Column("line", TEXT),
        sa.Column("did", TEXT),
        sa.Column("caller_sealed", sa.LargeBinary()),
        sa.Column("caller_hash", sa.LargeBinary()),
        sa.Column("caller_key", TEXT),
        sa.Column("caller_erased_at", NUMBER),
        sa.Column("confidential", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("is_test", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("asked_back", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("listed_at", NUMBER, nullable=False),
        sa.Column("arrived_at", NUMBER),
        sa.Column("answered_at", NUMBER),
        sa.Column("ended_at", NUMBER),
        sa.Column("cause", NUMBER),
        sa.Column("live", JSON),
        sa.Column("log", JSON),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("pbx", "callid", name=op.f("uq_calls_pbx_callid")),
        sa.CheckConstraint("direction IN ('inbound', 'outbound', 'internal')", name=op.f("ck_calls_direction")),
        sa.CheckConstraint("precision IN ('us', 's')", name=op.f("ck_calls_precision")),
        sa.CheckConstraint("source IN ('live', 'log', 'both')", name=op.f("ck_calls_source")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_calls_listed_at_id"), "calls", ["listed_at", "id"])
    op.create_index(op.f("ix_calls_caller_hash_answered_at"), "calls", ["caller_hash", "answered_at"])
    op.create_index(op.f("ix_calls_caller_hash_listed_at"), "calls", ["caller_hash", "listed_at"])
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_calls_unanswered", "calls", ["listed_at", "id"], sqlite_where=unanswered, postgresql_where=unanswered
    )
    op.create_index(op.f("ix_calls_callid"), "calls", ["callid"])
    op.create_index(op.f("ix_calls_line_listed_at_id"), "calls", ["line", "listed_at", "id"])


def create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("call", TEXT, nullable=False),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("callid", TEXT, nullable=False),
        sa.Column("entered_as", TEXT),
        sa.Column("pbx_queue", TEXT, nullable=False),
        sa.Column("queue", TEXT, nullable=False),
        sa.Column("line", TEXT),
        sa.Column("agent", TEXT),
        sa.Column("seat", TEXT),
        sa.Column("position", NUMBER),
        sa.Column("listed_at", NUMBER, nullable=False),
        sa.Column("joined_at", NUMBER),
        sa.Column("picked_up_at", NUMBER),
        sa.Column("connected_at", NUMBER),
        sa.Column("left_at", NUMBER),
        sa.Column("ended_at", NUMBER),
        sa.Column("outcome", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("ended_by", TEXT),
        sa.Column("wait_us", NUMBER),
        sa.Column("ring_us", NUMBER),
        sa.Column("hold_us", NUMBER),
        sa.Column("talk_us", NUMBER),
        sa.Column("wrap_up_us", NUMBER),
        sa.Column("wrap_up_by", TEXT),
        sa.Column("promise_us", NUMBER),
        sa.Column("definition", TEXT),
        sa.Column("within_promise", FLAG),
        sa.Column("log_lacks_it", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("live", JSON),
        sa.Column("log", JSON),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.CheckConstraint(
            "ended_by IN ('caller', 'agent', 'blind_transfer', 'attended_transfer')", name=op.f("ck_visits_ended_by")
        ),
        sa.CheckConstraint(
            "outcome IN ('answered', 'abandoned', 'short_abandoned', 'timeout', 'left_empty', "
            "'key', 'withdrawn', 'redirected', 'incompatible', 'refused', 'cut', 'unknown')",
            name=op.f("ck_visits_outcome"),
        ),
        sa.CheckConstraint("precision IN ('us', 's')", name=op.f("ck_visits_precision")),
        sa.CheckConstraint("source IN ('live', 'log', 'both')", name=op.f("ck_visits_source")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_visits_agent_listed_at_id"), "visits", ["agent", "listed_at", "id"])
    op.create_index(op.f("ix_visits_callid"), "visits", ["callid"])
    op.create_index(op.f("ix_visits_listed_at_id"), "visits", ["listed_at", "id"])
    op.create_index(op.f("ix_visits_line_listed_at_id"), "visits", ["line", "listed_at", "id"])
    op.create_index(op.f("ix_visits_outcome_listed_at_id"), "visits", ["outcome", "listed_at", "id"])
    op.create_index(op.f("ix_visits_pbx_callid_pbx_queue"), "visits", ["pbx", "callid", "pbx_queue"])
    op.create_index(op.f("ix_visits_pbx_entered_as"), "visits", ["pbx", "entered_as"])
    op.create_index(op.f("ix_visits_queue_listed_at_id"), "visits", ["queue", "listed_at", "id"])


def create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("visit", TEXT),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("callid", TEXT),
        sa.Column("queue", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.Column("seat", TEXT),
        sa.Column("made_at", NUMBER),
        sa.Column("ended_at", NUMBER),
        sa.Column("outcome", TEXT),
        sa.Column("ring_us", NUMBER),
        sa.Column("dumped", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("live", JSON),
        sa.Column("log", JSON),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.CheckConstraint(
            "outcome IN ('answered', 'no_answer', 'rejected', 'taken_elsewhere', 'cancelled', 'unknown')",
            name=op.f("ck_offers_outcome"),
        ),
        sa.CheckConstraint("precision IN ('us', 's')", name=op.f("ck_offers_precision")),
        sa.CheckConstraint("source IN ('live', 'log', 'both')", name=op.f("ck_offers_source")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_offers_agent_made_at"), "offers", ["agent", "made_at"])
    op.create_index(op.f("ix_offers_made_at_id"), "offers", ["made_at", "id"])
    op.create_index(op.f("ix_offers_pbx_callid"), "offers", ["pbx", "callid"])
    op.create_index(op.f("ix_offers_visit"), "offers", ["visit"])


def create_agent_spells() -> None:
    op.create_table(
        "agent_spells",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("detail", TEXT),
        sa.Column("seat", TEXT),
        sa.Column("queue", TEXT),
        sa.Column("visit", TEXT),
        sa.Column("started_at", NUMBER, nullable=False),
        sa.Column("ended_at", NUMBER),
        sa.Column("start_is_bound", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_spells")),
        sa.CheckConstraint("precision IN ('us', 's')", name=op.f("ck_agent_spells_precision")),
        sa.CheckConstraint("source IN ('live', 'log', 'both')", name=op.f("ck_agent_spells_source")),
        sa.CheckConstraint(
            "state IN ('offline', 'available', 'ringing', 'talking', 'held', 'wrap_up', "
            "'paused', 'other_call', 'unreachable')",
            name=op.f("ck_agent_spells_state"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_agent_spells_agent_started_at"), "agent_spells", ["agent", "started_at"])
    op.create_index(op.f("ix_agent_spells_started_at_id"), "agent_spells", ["started_at", "id"])
    op.create_index(op.f("ix_agent_spells_visit"), "agent_spells", ["visit"])


def create_surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("call", TEXT, nullable=False),
        sa.Column("visit", TEXT),
        sa.Column("pbx", TEXT, nullable=False),
        sa.Column("callid", TEXT, nullable=False),
        sa.Column("queue", TEXT),
        sa.Column("line", TEXT),
        sa.Column("agent", TEXT),
        sa.Column("asked_at", NUMBER),
        sa.Column("ended_at", NUMBER),
        sa.Column("outcome", TEXT),
        sa.Column("score", NUMBER),
        sa.Column("key_pressed", TEXT),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("gateway", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.CheckConstraint("outcome IN ('rated', 'no_key', 'wrong_key', 'hung_up')", name=op.f("ck_surveys_outcome")),
        sa.CheckConstraint("precision IN ('us', 's')", name=op.f("ck_surveys_precision")),
        sa.CheckConstraint("source IN ('live', 'log', 'both')", name=op.f("ck_surveys_source")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_surveys_agent_ended_at"), "surveys", ["agent", "ended_at"])
    op.create_index(op.f("ix_surveys_ended_at_id"), "surveys", ["ended_at", "id"])
    op.create_index(op.f("ix_surveys_pbx_callid"), "surveys", ["pbx", "callid"])


def create_callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("first_call", TEXT, nullable=False),
        sa.Column("last_call", TEXT, nullable=False),
        sa.Column("lost_calls", NUMBER, nullable=False, server_default=sa.text("1")),
        sa.Column("queue", TEXT),
        sa.Column("line", TEXT),
        sa.Column("was_asked_for", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("due_at", NUMBER),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("claimed_by", TEXT),
        sa.Column("claimed_at", NUMBER),
        sa.Column("claimed_until", NUMBER),
        sa.Column("attempts", JSON),
        sa.Column("closed_at", NUMBER),
        sa.Column("closing_call", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("revision", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.CheckConstraint(
            "state IN ('open', 'claimed', 'reached', 'called_again', 'given_up')", name=op.f("ck_callbacks_state")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_callbacks_first_call"), "callbacks", ["first_call"])
    op.create_index(op.f("ix_callbacks_last_call"), "callbacks", ["last_call"])
    op.create_index(op.f("ix_callbacks_opened_at_id"), "callbacks", ["opened_at", "id"])
    op.create_index(op.f("ix_callbacks_state_opened_at"), "callbacks", ["state", "opened_at"])
