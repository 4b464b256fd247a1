"""The audit log of the running gateway: deeds written before they are answered, or noted and written when it can be.

Law: `write` and `writing` raise when the row is not on the disk, so that the deed is not done. `note` is for what
happens whether or not it is written - a refusal, a signal - and never makes anybody wait; what it has no room for is
counted.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.audit import Asked, AuditRow, Deed, NotAuditedError
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit import append, load_page
from gateway.ledger.ledger import Ledger
from gateway.ledger.troubles import LedgerError

log = structlog.get_logger()

NOTES_MAX = 1_000
RETRY_SECONDS = 5.0
STOP_SECONDS = 1.0


class AuditBook:
    """Appends to the chain of `gateway`. `wall`: the time in µs."""

    def __init__(self, ledger: Ledger, gateway: str, wall: Callable[[], int], anchors: Anchors) -> None:
        self.shed = 0
        self._ledger, self._gateway, self._wall, self._anchors = ledger, gateway, wall, anchors
        self._notes: deque[tuple[int, Deed]] = deque()
        self._wake = asyncio.Event()

    async def write(self, deed: Deed) -> None:
        """One row, on the disk when this returns. Raises NotAuditedError: then the deed must not be done."""
        async with self.writing(deed):
            pass

    @asynccontextmanager
    async def writing(self, deed: Deed) -> AsyncIterator[AsyncConnection]:
        """A transaction that has the row, to do the deed in: both are done, or neither. Raises NotAuditedError."""
        try:
            async with self._ledger.writing() as connection:
                row = await append(connection, self._gateway, deed, self._wall())
                yield connection
        except LedgerError as error:
            raise NotAuditedError(f"{error.trouble.problem}; {error.trouble.remedy}") from error
        await self._keep(row)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """The ledger as it is now. Raises LedgerError."""
        async with self._ledger.reading() as connection:
            yield connection

    async def close(self) -> None:
        """Let go of the ledger, where `run` does not."""
        await self._ledger.close()

    async def read(self, asked: Asked, limit: int) -> list[AuditRow]:
        """The newest rows that are wanted. Raises NotAuditedError when the ledger is away."""
        try:
            async with self.reading() as connection:
                return await load_page(connection, asked, limit)
        except LedgerError as error:
            raise NotAuditedError(f"{error.trouble.problem}; {error.trouble.remedy}") from error

    def note(self, deed: Deed) -> None:
        """What happened; it is written soon."""
        if len(self._notes) >= NOTES_MAX:
            self.shed += 1
            return
        self._notes.append((self._wall(), deed))
        self._wake.set()

    async def run(self) -> None:
        """Write notes until cancelled; then those there are, if that can be done quickly."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while not await self._flush():  # noqa: ASYNC110 - the ledger wakes nobody when it is back
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self._flush()
            except TimeoutError:
                log.warning("audit.lost", notes=len(self._notes))
            await self._ledger.close()

    async def _flush(self) -> bool:
        """Whether all notes are written."""
        while self._notes:
            at, deed = self._notes[0]
            try:
                async with self._ledger.writing() as connection:
                    row = await append(connection, self._gateway, deed, at)
            except LedgerError as error:
                log.warning("audit.waits", why=str(error), notes=len(self._notes))
                return False
            except Exception:
                # Law 7: a note that no try can write must not keep the others back; the log has it.
                log.exception("audit.note_lost", action=deed.action, actor=deed.actor)
                self._notes.popleft()
                continue
            self._notes.popleft()
            await self._keep(row)
        if self.shed:
            log.error("audit.shed", notes=self.shed)
            self.shed = 0
        return True

    async def _keep(self, row: AuditRow) -> None:
        """A head that cannot be kept makes the chain weaker, not the deed undone."""
        log.info("audit.written", chain=row.gateway, row=row.number, hash=row.hash.hex(), action=row.action)
        try:
            await asyncio.to_thread(self._anchors.keep, row)
        except OSError as error:
            log.warning("audit.head_not_kept", why=str(error), remedy="let the gateway write to its state folder")
