"""The ledger for those who ask over HTTP.

Law: a look sees one moment and is short; who wants much comes again and again, so that nobody's transaction is held
open. Whatever goes wrong is a `HistoryAwayError` with place, reason and remedy.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.history import HistoryAwayError
from gateway.ledger.ledger import Ledger
from gateway.ledger.troubles import LedgerError


class Reader:
    """Short looks and short changes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment. Raises HistoryAwayError."""
        try:
            async with self._ledger.reading() as connection:
                yield connection
        except LedgerError as error:
            raise HistoryAwayError(str(error)) from error

    @asynccontextmanager
    async def change(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes. Raises HistoryAwayError."""
        try:
            async with self._ledger.writing() as connection:
                yield connection
        except LedgerError as error:
            raise HistoryAwayError(str(error)) from error
