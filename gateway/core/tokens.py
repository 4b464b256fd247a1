"""Tokens as the ledger has them, and whose a token is at a moment.

Law: pure. A token counts only while every column says so: what cannot be read is refused, not passed over.
"""

from typing import Any, Final, NamedTuple

from gateway.core.access import Principal, Role, TokenKind, make_scope
from gateway.core.audit import filter_text

PREFIX: Final = "hlg_"
"""Begins every token, so that one that got into a file or a chat can be searched for."""
NAME_MAX: Final = 60


class TokenRow(NamedTuple):
    """One row of `tokens`. Times UTC µs; `hash`: SHA-256 of the token; `queues`: site-wide ids, None for all."""

    id: str
    name: str
    hash: bytes
    kind: str
    role: str
    queues: Any
    created_at: int
    created_by: str | None
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None
    revoked_by: str | None


def judge_token(row: TokenRow, now: int) -> str | None:
    """Why the token does not count at `now`; None: it does."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is not None and now >= row.expires_at:
        return "expired"
    if row.kind not in set(TokenKind) or row.role not in set(Role):
        return "not readable"
    if row.queues is not None and not _is_list_of_names(row.queues):
        return "not readable"
    return None


def name_principal(row: TokenRow, now: int) -> Principal | None:
    """Who shows it; None where it does not count."""
    if judge_token(row, now) is not None:
        return None
    return Principal(row.name, Role(row.role), make_scope(row.queues), row.id, TokenKind(row.kind))


def is_fit_name(name: str) -> bool:
    """Whether it can stand in the audit log as it is, and is no word for who has no token."""
    is_clean = bool(name) and name == filter_text(name, NAME_MAX)
    return is_clean and name.lower() not in NOT_NAMES and not name.lower().startswith("user ")


NOT_NAMES: Final = frozenset({"settings", "loopback", "stranger", "signal hup", "retention"})


def _is_list_of_names(queues: Any) -> bool:
    return isinstance(queues, list) and all(isinstance(queue, str) and queue for queue in queues)
