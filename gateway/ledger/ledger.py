"""The ledger as it is reached by those for whom somebody waits: opened when it is first needed and its schema fits.

Law: every trouble is a LedgerError, and none is remembered: the next one asks again. No wait is longer than an answer
may take.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading, told
from gateway.ledger.migrate import find_trouble
from gateway.ledger.troubles import REOPENED, LedgerError

PATIENCE_SECONDS = 5.0


class Ledger:
    """A ledger that may be away."""

    def __init__(self, address: Address, patience: float = PATIENCE_SECONDS) -> None:
        self._address = address.patient(min(patience, address.statement_seconds))
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One moment of it. Raises LedgerError."""
        async with self._reopening(), reading(await self._open()) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end. Raises LedgerError."""
        async with self._reopening(), (await self._open()).begin() as connection:
            yield connection

    async def close(self) -> None:
        """Let go of all connections."""
        if self._engine is not None:
            await self._engine.dispose()

    @asynccontextmanager
    async def _reopening(self) -> AsyncIterator[None]:
        """After a trouble that a connection keeps, the next one who asks gets a new one."""
        try:
            with told(self._address):
                yield
        except LedgerError as error:
            if self._engine is not None and error.trouble.reason in REOPENED:
                await self._engine.dispose()
            raise

    async def _open(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                trouble = await find_trouble(self._address)
                if trouble is not None:
                    raise trouble
                self._engine = open_engine(self._address)
            return self._engine
