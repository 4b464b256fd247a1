"""One row into a ledger, and what that is refused with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, told
from gateway.ledger.tables import users
from gateway.ledger.troubles import LedgerError
from tests.ledger.rows import make_rows

USERS = list(make_rows(users))


@asynccontextmanager
async def opened(address: Address) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(address)
    try:
        yield engine
    finally:
        await engine.dispose()


async def write(address: Address) -> None:
    """One row, committed."""
    with told(address):
        async with opened(address) as engine, engine.begin() as connection:
            await connection.execute(insert(users), USERS[:1])


async def refused(address: Address) -> LedgerError:
    """What writing one row is refused with."""
    with pytest.raises(LedgerError) as caught:
        await write(address)
    return caught.value
