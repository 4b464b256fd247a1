"""Who asks: the token of a request -> a principal, or why it is nobody's.

Law: deny by default; who shows a token is who the token says, never somebody else. Comparison takes the same time for
every wrong token. Whether he may is judged by `core/access.py`.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Protocol

from aiohttp import hdrs, web

from gateway.core.access import EVERYBODY, ON_THIS_MACHINE, Principal, Right, Role
from gateway.core.audit import Deed
from gateway.settings.shape import Http
from gateway.web.problems import RefusalError

PRINCIPAL: Final = web.RequestKey("principal", Principal)
TOKEN_MAX: Final = 512
PROXIED: Final = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Headers that say that somebody else asks through a proxy of this machine."""
SETTINGS: Final = "settings"
LOOPBACK: Final = "loopback"
NAMELESS: Final = "Send a token: Authorization: Bearer TOKEN."
UNKNOWN: Final = "This token is not known here, expired or revoked."


class Tokens(Protocol):
    """Of `ledger.tokens.TokenBook`."""

    @property
    def trouble(self) -> str | None:
        """Why a token that is not known may yet be one; None when the tokens known are all there are."""
        ...

    async def find(self, token: str) -> Principal | None:
        """Whose it is now."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in: `token` of the settings is an admin's, also while the ledger is away; `loopback_role` has who
    comes from this machine without a token."""

    token: str | None = None
    loopback_role: Role | None = None
    tokens: Tokens | None = None


class Doorkeeper:
    """Recognizes who asks at a server that listens on `host`."""

    def __init__(self, host: str, access: Access) -> None:
        """Raises ValueError when other machines reach `host` and nobody could be told from a stranger there."""
        self.is_local = Http(host=host).is_open
        if not self.is_local and not access.token and access.tokens is None:
            raise ValueError(f"{host} is reached from other machines: a token is needed")
        if not self.is_local and access.loopback_role is not None:
            raise ValueError(f"{host} is reached from other machines: loopback_role is for this one alone")
        self._access, self._host = access, host.lower()
        self._token = (access.token or "").encode()

    def opens(self, right: Right) -> bool:
        """Whether this needs no name here."""
        return right in (ON_THIS_MACHINE if self.is_local else EVERYBODY)

    @property
    def neighbour(self) -> Principal | None:
        """Who comes from this machine without a token; None is a stranger."""
        role = self._access.loopback_role
        return Principal(LOOPBACK, role) if role is not None else None

    async def recognize(self, request: web.Request) -> Principal | RefusalError:
        """Who asks, or as what he is refused: 401, 503 while it cannot be known."""
        given = request.headers.get(hdrs.AUTHORIZATION)
        if given is None:
            is_neighbour = self.neighbour is not None and is_direct(request.headers, self._host)
            return self.neighbour if self.neighbour and is_neighbour else RefusalError(401, NAMELESS)
        scheme, _, token = given.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > TOKEN_MAX:
            return RefusalError(401, NAMELESS)
        if self._token and hmac.compare_digest(token.encode(errors="surrogateescape"), self._token):
            return Principal(SETTINGS, Role.ADMIN)
        return await self._ask_ledger(token)

    async def _ask_ledger(self, token: str) -> Principal | RefusalError:
        tokens = self._access.tokens
        if tokens is None:
            return RefusalError(401, UNKNOWN)
        found = await tokens.find(token)
        if found is not None:
            return found
        trouble = tokens.trouble
        return RefusalError(401, UNKNOWN) if trouble is None else RefusalError(503, trouble)


def is_direct(headers: Mapping[str, str], host: str) -> bool:
    """Whether this machine itself asks: not a proxy on it for others, and not a web page whose own name was made to
    point here (DNS rebinding: the browser then sends that name)."""
    if any(name in headers for name in PROXIED):
        return False
    named = headers.get(hdrs.HOST)
    if named is None:
        return True
    name = named[1:].partition("]")[0] if named.startswith("[") else named.partition(":")[0]
    if name.lower() in {"localhost", host}:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def principal_of(request: web.Request) -> Principal:
    """Who asks; the gate has let him in. Raises RefusalError (401) where a stranger may ask and does."""
    found = find_principal(request)
    if found is None:
        raise RefusalError(401, NAMELESS)
    return found


def make_deed(
    request: web.Request, action: str, what: str | None = None, reason: str | None = None, result: str = "done",
    details: tuple[str, ...] = (),
) -> Deed:  # fmt: skip
    """What who asks does to `what`, for the audit log: `await house.audit.write(make_deed(...))` before it is done."""
    who = principal_of(request)
    return Deed(who.name, action, result, what, reason, who.role, request.remote, details)


def find_principal(request: web.Request) -> Principal | None:
    """Who asks, or None for a stranger at what is open to all."""
    return request.get(PRINCIPAL)
