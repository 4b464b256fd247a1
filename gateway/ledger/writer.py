"""Facts and log of all PBXs -> rows, in batches: the outlet that may be slow and never makes the core wait.

Law: `offer` only remembers; a task writes what has come since, each visit once however often it changed. What could
not be written stays and is tried again, and the log is not read further meanwhile, so nothing is lost by a database
that is away; readyz says since when, why and what to do.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.contacts import Contacts, Told
from gateway.core.facts import Fact
from gateway.core.row_book import Places
from gateway.core.site import SECOND, Site
from gateway.durations import Durations
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading, told
from gateway.ledger.intake import Done, write_batch
from gateway.ledger.migrate import prepare
from gateway.ledger.pending import Batch, LogTold, Pending
from gateway.ledger.positions import FILE, Bookmark, load_bookmark, save_bookmark
from gateway.ledger.sealing import Sealer
from gateway.ledger.troubles import REOPENED, LedgerError
from gateway.ledger.visits import flag_unlogged

log = structlog.get_logger()

FLUSH_S = 0.25
RETRY_S = (0.5, 1.0, 2.0, 5.0)
LOG_MAX = 2_000
"""Visits of the log that wait to be written; then the log waits on the disk, where it is safe."""
LIVE_MAX = 200_000
"""Visits of the feed that wait: days of a large site. What is more is shed, counted, and comes from the log."""
FINISH_S = 0.7
"""At the stop: for a flush that is under way, and then for the last one."""
STOP_S = 1.5
FLAG_US = 60 * SECOND
PASSED_US = 60 * SECOND
"""A record so much younger than a visit's end: the log has passed it."""


@dataclass(slots=True)
class WriterStatus:
    """Plain figures for readyz and the metrics. `error` is None while the ledger is written to."""

    error: str | None = "not opened yet"
    since: int | None = None
    rows: int = 0
    recovered: Counter[str] = field(default_factory=Counter)
    """Visits that only the log told of, by PBX."""
    flush: Durations = field(default_factory=Durations)
    shed: int = 0


class Writer:
    """Owns the engine. `site_of` gives the settings in force of a PBX, `wall` the time in µs."""

    def __init__(
        self,
        address: Address,
        gateway: str,
        site_of: Callable[[str], Site],
        wall: Callable[[], int],
        sealer: Sealer | None = None,
    ) -> None:
        self.status = WriterStatus()
        self._address = address
        self._gateway = gateway
        self._site_of = site_of
        self._wall = wall
        self._sealer = sealer
        self._engine: AsyncEngine | None = None
        self._pending: dict[str, Pending] = {}
        self._writing: dict[str, Told] = {}
        self._flagged_at: dict[str, int] = {}
        self._wake = asyncio.Event()
        self._written = asyncio.Condition()
        self._opened = asyncio.Event()

    @property
    def backlog(self) -> int:
        """Visits and things beside them that wait to be written."""
        return sum(
            len(pending.live) + len(pending.log) + len(pending.contacts.told) for pending in self._pending.values()
        )

    def offer(self, fact: Fact) -> None:
        """Take a fact; what of it is to be written is remembered."""
        pending = self._of(fact.pbx)
        pending.contacts.see_fact(fact, self._site_of(fact.pbx))
        if len(pending.contacts.told):
            self._wake.set()
        for visit in pending.book.see(fact):
            if visit.id not in pending.live and len(pending.live) >= LIVE_MAX:
                self.status.shed += 1
                continue
            pending.live[visit.id] = visit
            self._wake.set()

    def begin(self, at: int) -> None:
        """Without a checkpoint, all that the journal has is told again: writing twice is harmless."""

    def remember(self) -> object:
        """What the feeds told and how far it is written, for a checkpoint; what the log told is read again there."""
        return {
            pbx: (pending.contacts, self._writing.get(pbx, Told()), pending.book, pending.live)
            for pbx, pending in self._pending.items()
        }

    def recall(self, memory: Any) -> None:
        """Go on from what `remember` gave."""
        for pbx, (contacts, writing, book, live) in memory.items():
            contacts.put_back(writing)
            contacts.keeps_callers = self._sealer is not None
            self._pending[pbx] = Pending(contacts, book, live=live)
            self._wake.set()

    async def put_log(self, pbx: str, said: LogTold) -> None:
        """Take a piece of the log; waits while there is much that could not be written yet."""
        pending = self._of(pbx)
        async with self._written:
            await self._written.wait_for(lambda: len(pending.log) < LOG_MAX)
        pending.log.update((visit.seq, visit) for visit in said.visits)
        for record in said.records:
            pending.contacts.see_record(record, self._site_of(pbx))
            pending.log_at = max(pending.log_at, record.at)
        for gap in said.gaps:
            pending.contacts.see_gap(gap, self._wall())
        pending.bookmark, pending.records = said.bookmark or pending.bookmark, pending.records + len(said.records)
        self._wake.set()

    async def find_bookmark(self, pbx: str, source: str = FILE) -> Bookmark | None:
        """Where the reading of this PBX's log, file or table, goes on; waits until the ledger can be read."""
        while True:
            await self._opened.wait()
            assert self._engine is not None  # noqa: S101  for the type checker: `_opened` says so
            try:
                with told(self._address):
                    async with reading(self._engine) as connection:
                        return await load_bookmark(connection, self._gateway, pbx, source)
            except LedgerError as error:
                self._admit(error)
                await asyncio.sleep(RETRY_S[-1])

    async def open(self) -> None:
        """Try once; `run` goes on trying."""
        try:
            await prepare(self._address)
            self._engine = open_engine(self._address)
        except LedgerError as error:
            self._admit(error)
        else:
            self._succeed()
            self._opened.set()

    async def wait_open(self, seconds: float) -> None:
        """Until `run` has opened the ledger, or so long: a new file takes a moment, a server may be away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._opened.wait()

    async def run(self) -> None:
        """Write until cancelled; then once more what there is, if that can be done quickly."""
        tries = 0
        try:
            # PostgreSQL's schema is upgraded by people: until then this waits and says so.
            while not self._opened.is_set():
                await self.open()
                if not self._opened.is_set():
                    await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                    tries += 1
            while True:
                await self._wake.wait()
                await asyncio.sleep(FLUSH_S)
                self._wake.clear()
                await self._flush_until_done()
        finally:
            with suppress(LedgerError, TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._flush()
            if self._engine is not None:
                await self._engine.dispose()

    async def _flush_until_done(self) -> None:
        tries = 0
        while True:
            try:
                await self._flush_whole()
            except LedgerError as error:
                self._admit(error)
                await self._reopen(error)
            except Exception as error:  # noqa: BLE001 - the edge where a defect becomes a figure
                # Law 7: a defect of ours must not stop what the gateway is for; it is a figure and a log line.
                self._admit_defect(error)
            else:
                return
            await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1

    async def _reopen(self, error: LedgerError) -> None:
        """The next try gets new connections where the old ones would not see that it was put right."""
        if self._engine is not None and error.trouble.reason in REOPENED:
            await self._engine.dispose()

    async def _flush_whole(self) -> None:
        """A flush that the stop does not cut in two: a transaction of SQLite that is cancelled keeps its lock until the
        driver gives up, and the last flush would find the database locked."""
        flushing = asyncio.create_task(self._flush(), name="ledger flush")
        try:
            await asyncio.shield(flushing)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait([flushing], timeout=FINISH_S)
            if not done:
                flushing.cancel()
            elif not flushing.cancelled():
                flushing.exception()  # what could not be written is tried once more, and said then
            raise

    async def _flush(self) -> None:
        """Write all that waits, batch by batch. Raises LedgerError; what is not written stays."""
        if self._engine is None:
            return
        for pbx, pending in list(self._pending.items()):
            while not (batch := pending.take()).is_empty:
                self._writing[pbx], began = batch.told, time.perf_counter_ns()
                try:
                    with told(self._address):
                        done = await self._write(self._engine, pbx, pending.places, batch)
                except BaseException:
                    pending.contacts.put_back(batch.told)
                    raise
                finally:
                    del self._writing[pbx]
                pending.forget(batch)
                self.status.rows += done.rows
                self.status.recovered[pbx] += done.recovered
                self.status.flush.observe((time.perf_counter_ns() - began) // 1000)
                self._succeed()
                async with self._written:
                    self._written.notify_all()

    async def _write(self, engine: AsyncEngine, pbx: str, places: Places, batch: Batch) -> Done:
        """One transaction; what it wrote."""
        now = self._wall()
        async with engine.begin() as connection:
            done = await write_batch(
                connection, pbx, self._site_of(pbx), self._gateway, now, places, batch.live.values(),
                batch.log.values(), batch.told, self._sealer,
            )  # fmt: skip
            if batch.bookmark is not None:
                await save_bookmark(connection, self._gateway, pbx, batch.bookmark, batch.records, now)
                if now - self._flagged_at.get(pbx, 0) >= FLAG_US:
                    self._flagged_at[pbx] = now
                    await flag_unlogged(connection, pbx, batch.log_at - PASSED_US)
        return done

    def _of(self, pbx: str) -> Pending:
        if pbx not in self._pending:
            self._pending[pbx] = Pending(Contacts(pbx, self._gateway, keeps_callers=self._sealer is not None))
        return self._pending[pbx]

    def _admit(self, error: LedgerError) -> None:
        if self.status.error != str(error):
            self.status.error, self.status.since = str(error), self._wall()
            log.warning("ledger.away", why=str(error), backlog=self.backlog)

    def _admit_defect(self, error: Exception) -> None:
        said = f"a defect of the gateway ({type(error).__name__}); the log has it, please report it"
        if self.status.error != said:
            self.status.error, self.status.since = said, self._wall()
            log.error("ledger.defect", backlog=self.backlog, exc_info=error)

    def _succeed(self) -> None:
        if self.status.error is not None:
            if self.status.since is not None:
                log.info("ledger.back", backlog=self.backlog)
            self.status.error, self.status.since = None, self._wall()
