"""All tables of the ledger (design section 9), by name; `METADATA` is what a finished database looks like."""

from gateway.ledger.tables.columns import METADATA
from gateway.ledger.tables.contacts import agent_spells, callbacks, calls, offers, surveys, visits
from gateway.ledger.tables.figures import exclusions, gaps, rollups, scorecards, tickets
from gateway.ledger.tables.guards import KEPT_DAYS
from gateway.ledger.tables.house import audit_log, checkpoints, lease, log_positions, tokens, users
from gateway.ledger.tables.notices import deliveries, escalation_steps, escalations, silences

__all__ = [
    "KEPT_DAYS",
    "METADATA",
    "agent_spells",
    "audit_log",
    "callbacks",
    "calls",
    "checkpoints",
    "deliveries",
    "escalation_steps",
    "escalations",
    "exclusions",
    "gaps",
    "lease",
    "log_positions",
    "offers",
    "rollups",
    "scorecards",
    "silences",
    "surveys",
    "tickets",
    "tokens",
    "users",
    "visits",
]
