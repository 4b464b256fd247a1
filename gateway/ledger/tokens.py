"""Tokens in the ledger: made, listed, revoked, looked up.

Law: the token itself is told once and stored nowhere; its SHA-256 is, which of 256 random bits gives nothing away.
"""

import secrets
from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.ids import derive_id
from gateway.core.tokens import PREFIX, TokenRow
from gateway.ledger.tables import tokens

_COLUMNS = [tokens.c[name] for name in TokenRow._fields]
RANDOM_BYTES = 32


def make_secret() -> str:
    """A token."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def hash_token(token: str) -> bytes:
    """As it is stored."""
    return sha256(token.encode(errors="surrogateescape")).digest()


def make_token_id(hashed: bytes) -> str:
    """The id of a token, which may be shown."""
    return derive_id("token", hashed.hex())


async def save_token(connection: AsyncConnection, row: TokenRow) -> None:
    """A new one. Raises what the driver raises."""
    await connection.execute(insert(tokens), row._asdict())


async def load_tokens(connection: AsyncConnection) -> list[TokenRow]:
    """All there are, the oldest first."""
    rows = await connection.execute(select(*_COLUMNS).order_by(tokens.c.created_at, tokens.c.id))
    return [TokenRow(*row) for row in rows]


async def load_valid(connection: AsyncConnection, now: int) -> list[TokenRow]:
    """Those that are neither revoked nor expired."""
    living = tokens.c.revoked_at.is_(None) & or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
    return [TokenRow(*row) for row in await connection.execute(select(*_COLUMNS).where(living))]


async def revoke_token(connection: AsyncConnection, identity: str, by: str, now: int) -> bool:
    """Whether there was one to revoke; the first revocation stays."""
    done = await connection.execute(
        update(tokens)
        .where(tokens.c.id == identity, tokens.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
    )
    return bool(done.rowcount)


async def save_uses(connection: AsyncConnection, used: Mapping[str, int]) -> None:
    """When tokens were used last, by id; an older time than the stored one changes nothing."""
    values = [{"token": identity, "at": at} for identity, at in sorted(used.items())]
    if values:
        await connection.execute(_USE, values)


_USE = (
    update(tokens)
    .where(
        tokens.c.id == bindparam("token"),
        or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at"))
)
