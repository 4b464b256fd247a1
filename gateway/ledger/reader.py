"""The ledger for those who ask: a small pool of its own, apart from the writer's.

Law: a look sees one moment and is short; who wants much comes again and again, so that nobody's transaction is held
open. Whatever goes wrong is a `HistoryAwayError` with place, reason and remedy.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.core.history import HistoryAwayError
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading, told
from gateway.ledger.troubles import LedgerError

POOL = 3
STATEMENT_SECONDS = 8.0
"""Less than an answer over HTTP may take."""


class Reader:
    """Opens when it is first needed. `trouble`: why the ledger is not there yet, None when its schema is."""

    def __init__(self, address: Address, trouble: Callable[[], str | None]) -> None:
        self._address = replace(
            address, pool_size=min(POOL, address.pool_size),
            statement_seconds=min(STATEMENT_SECONDS, address.statement_seconds),
        )  # fmt: skip
        self._trouble = trouble
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment. Raises HistoryAwayError."""
        engine = await self._open()
        with _explaining(self._address):
            async with reading(engine) as connection:
                yield connection

    @asynccontextmanager
    async def change(self) -> AsyncIterator[AsyncConnection]:
        """A short transaction that writes. Raises HistoryAwayError."""
        engine = await self._open()
        with _explaining(self._address):
            async with engine.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            await self._engine.dispose()

    async def _open(self) -> AsyncEngine:
        trouble = self._trouble()
        if trouble is not None:
            raise HistoryAwayError(trouble)
        async with self._opening:
            if self._engine is None:
                with _explaining(self._address):
                    self._engine = open_engine(self._address)
        return self._engine


@contextmanager
def _explaining(address: Address) -> Iterator[None]:
    """What the ledger raises inside comes out as HistoryAwayError."""
    try:
        with told(address):
            yield
    except LedgerError as error:
        raise HistoryAwayError(str(error)) from error
