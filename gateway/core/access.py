"""Who may do what: roles, their rights, queue scope.

Law: deny by default. Nobody has a right that the tables here do not name for him; every refusal says why.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Role(StrEnum):
    """What somebody is to the hotline."""

    VIEWER = "viewer"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """What one can be allowed. HEALTH: whether the gateway lives; CALLERS: numbers in full, for a reason that is given
    and audited; UNREACHED: claim an unreached caller (漏接), tell of an attempt to call back."""

    HEALTH = "health"
    LIVE = "live"
    HISTORY = "history"
    CALLERS = "callers"
    UNREACHED = "unreached"
    GAPS = "gaps"
    AUDIT = "audit"
    TOKENS = "tokens"
    METRICS = "metrics"


class TokenKind(StrEnum):
    """What a token is for: a program, somebody who signed in, a wallboard that anybody may walk up to."""

    API = "api"
    SESSION = "session"
    KIOSK = "kiosk"


EVERYBODY: Final = frozenset({Right.HEALTH})
"""What needs no name at all."""
ON_THIS_MACHINE: Final = EVERYBODY | {Right.METRICS}
"""What needs no name where only this machine can ask."""
_SEES: Final = EVERYBODY | {Right.LIVE, Right.GAPS, Right.METRICS}
_LEADS: Final = _SEES | {Right.HISTORY, Right.CALLERS, Right.UNREACHED}
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.VIEWER: _SEES,
    Role.SUPERVISOR: _LEADS,
    Role.MANAGER: _LEADS,
    Role.AUDITOR: _SEES | {Right.HISTORY, Right.AUDIT},
    Role.ADMIN: _SEES | {Right.HISTORY, Right.AUDIT, Right.TOKENS},
}
"""Who keeps the gateway running, and who checks it, needs nobody's number."""
OF_KIOSKS: Final = EVERYBODY | {Right.LIVE}
"""All that a kiosk may, whatever its role."""
OF_ALL_QUEUES: Final = frozenset({Right.METRICS, Right.AUDIT, Right.TOKENS})
"""What cannot be cut down to some queues, so that only who sees all of them has it."""


class Principal(NamedTuple):
    """Who asks. `queues`: site-wide ids in lower case that he is limited to, None for all; `token`: id of its row."""

    name: str
    role: Role
    queues: frozenset[str] | None = None
    token: str | None = None
    kind: TokenKind = TokenKind.API


class Verdict(NamedTuple):
    """Whether it is allowed; `reason` is empty when it is."""

    is_allowed: bool
    reason: str = ""


ALLOWED: Final = Verdict(is_allowed=True)


def make_scope(queues: "list[str] | None") -> frozenset[str] | None:
    """The scope of a list of queue ids; None for all. Asterisk does not tell queues apart by case, so nor do we."""
    return None if queues is None else frozenset(queue.lower() for queue in queues)


def may(principal: Principal, right: Right) -> Verdict:
    """Whether he has the right."""
    if right not in RIGHTS[principal.role]:
        return _refuse(f"the role {principal.role} does not have the right `{right}`")
    if principal.kind is TokenKind.KIOSK and right not in OF_KIOSKS:
        return _refuse(f"a kiosk's token shows the present only; it does not have the right `{right}`")
    if principal.queues is not None and right in OF_ALL_QUEUES:
        return _refuse(f"the right `{right}` is over all queues, and this token is limited to some")
    return ALLOWED


def sees_queue(principal: Principal, queue: str | None) -> Verdict:
    """Whether what is in this queue (site-wide id; None: in no queue) is for his eyes."""
    if principal.queues is None:
        return ALLOWED
    if queue is None:
        return _refuse("this is in no queue, and the token is limited to some")
    if queue.lower() not in principal.queues:
        return _refuse("the token is limited to other queues")
    return ALLOWED


def _refuse(reason: str) -> Verdict:
    return Verdict(is_allowed=False, reason=reason)
