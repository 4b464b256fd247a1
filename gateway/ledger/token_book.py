"""The running gateway's copy of the tokens: who shows one is known without a look at the database.

Law: the copy is looked at anew every `REFRESH_SECONDS`, so a token that is revoked stops within them; and before a
token that is not in it is refused, so one that was just made works at once. While the ledger is away those that are
known go on, until they expire; about others it says that it cannot know. When one was used is written later, once a
minute.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from gateway.core.access import Principal
from gateway.core.tokens import TokenRow, name_principal
from gateway.ledger.ledger import Ledger
from gateway.ledger.tokens import hash_token, load_valid, save_uses
from gateway.ledger.troubles import LedgerError

log = structlog.get_logger()

REFRESH_SECONDS = 2.0
PAUSE_SECONDS = 0.5
"""Between two looks at the most, however many unknown tokens come."""
USED_SECONDS = 60.0
STOP_SECONDS = 1.0
NEVER_SEEN = "the tokens were not read from the ledger yet"
MEANWHILE = "Tokens known before go on, and so does the one of http.token_file"


class TokenBook:
    """`wall`: the time in µs. `trouble`: see `web.access.Tokens`."""

    def __init__(self, ledger: Ledger, wall: Callable[[], int]) -> None:
        self.trouble: str | None = f"{NEVER_SEEN}; try again"
        self._ledger, self._wall = ledger, wall
        self._rows: dict[bytes, TokenRow] = {}
        self._used: dict[str, int] = {}
        self._turn = asyncio.Lock()
        self._begun = 0
        self._next_look = 0.0
        self._next_write = time.monotonic() + USED_SECONDS

    async def find(self, token: str) -> Principal | None:
        """Whose it is now; None for nobody's, or while it cannot be known (`trouble`)."""
        hashed = hash_token(token)
        if hashed not in self._rows and self.trouble is None:
            await self._look_again()
        row = self._rows.get(hashed)
        found = name_principal(row, now := self._wall()) if row is not None else None
        if found is not None and row is not None:
            self._used[row.id] = now
        return found

    async def run(self) -> None:
        """Keep the copy fresh until cancelled."""
        try:
            while True:
                await self._look_again()
                if time.monotonic() >= self._next_write:
                    await self._write_uses()
                await asyncio.sleep(REFRESH_SECONDS)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._write_uses()

    async def _look_again(self) -> None:
        """Until a look is over that began after this was called; several who wait share one."""
        wanted = self._begun + 1
        async with self._turn:
            if self._begun < wanted:
                await asyncio.sleep(max(0.0, self._next_look - time.monotonic()))
                self._begun += 1
                self._next_look = time.monotonic() + PAUSE_SECONDS
                await self._refresh()

    async def _refresh(self) -> None:
        try:
            async with self._ledger.reading() as connection:
                rows = await load_valid(connection, self._wall())
        except LedgerError as error:
            self._admit(f"{error.trouble.problem}; {error.trouble.remedy}", str(error))
        except Exception as error:  # noqa: BLE001 - the edge where damage becomes a figure (law 7)
            self._admit("the table `tokens` cannot be read; see the log, restore it", repr(error))
        else:
            self._rows = {row.hash: row for row in rows}
            self.trouble = None

    def _admit(self, why: str, detail: str) -> None:
        if self.trouble is None:
            log.warning("tokens.away", why=detail)
        self.trouble = f"Tokens cannot be looked up now: {why}. {MEANWHILE}."

    async def _write_uses(self) -> None:
        self._next_write = time.monotonic() + USED_SECONDS
        used, self._used = self._used, {}
        if not used:
            return
        try:
            async with self._ledger.writing() as connection:
                await save_uses(connection, used)
        except LedgerError:
            self._used = used | self._used
