"""Follows a realtime queue_log table: the shell that obeys `core/log_window.py`, `log_rows.py` and `log_table.py`.

Law: it hands over rows, each once, and says what it may have missed. A turn is one read; whatever goes wrong in it is a
state with a remedy, and the next turn begins anew. Most turns read what is near the newest row; every few seconds one
reads the whole window, where a row can still come late.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import NamedTuple

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.log_places import Gap, GapCause
from gateway.core.log_rows import TableRow, find_shift
from gateway.core.log_table import ID, Layout, TableState, TableStatus
from gateway.core.log_window import Cursor, Mark, Window
from gateway.core.site import SECOND
from gateway.ledger.queue_table import (
    Found,
    TableAddress,
    count_rows,
    find_dense,
    find_last,
    find_table,
    open_table,
    read_rows,
    write_locally,
)
from gateway.ledger.table_troubles import TableError, judge_error, judge_found

log = structlog.get_logger()

PAGE = 1_000
SETTLE_US = 300 * SECOND
"""How late a row may come: a transaction that ends later than others begun after it, a time older than its neighbour's.
Not counted while the database is away: what waited for it to come back is older than that."""
NEAR_US = 10 * SECOND
DEPTH_US = 7_200 * SECOND
"""Without ids, how far the table's clock may go back: a summer time's end, and an hour more."""
FAR_TURNS, DEEP_TURNS = 10, 60
NOTE_US = 60 * SECOND
"""How often the place is handed over where nothing new came."""
TURN_S = 20.0
CLOSE_S = 1.0


class Batch(NamedTuple):
    """What one turn gave: new rows in order, the place that covers them, and gaps, which come before them."""

    rows: tuple[TableRow, ...]
    cursor: Cursor | None
    gaps: tuple[Gap, ...] = ()
    is_more: bool = False


def _now() -> int:
    return time.time_ns() // 1000


class TableTail:
    """One table. `cursor`: how far it was read before; None reads all there is, oldest first."""

    def __init__(self, address: TableAddress, cursor: Cursor | None = None, clock: Callable[[], int] = _now) -> None:
        self.address = address
        self.status = TableStatus()
        self._clock = clock
        self._engine = open_table(address)
        self._cursor = cursor
        self._window: Window | None = None
        self._found: Found | None = None
        self._turn_number = 0
        self._is_live = self._is_dense = self._is_far = False
        self._good_at = self._asked_at = cursor.looked_at if cursor is not None else None
        self._server = cursor.server if cursor is not None else None
        self._lost_at: int | None = None
        self._back_at: int | None = None
        self._noted_at = 0
        self._floor: int | None = None
        self._gaps: list[Gap] = []

    async def batches(self, poll_s: float = 0.5) -> AsyncGenerator[Batch, None]:
        """All there is, then what comes, looking every `poll_s` seconds. Ends only by cancellation."""
        try:
            while True:
                batch = await self.turn()
                if batch is not None:
                    yield batch
                if batch is None or not batch.is_more:
                    await asyncio.sleep(poll_s)
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of the connection; one that is silent is not waited for (asyncpg would, for ever)."""
        self._tell(TableState.STOPPED)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._engine.dispose()

    async def turn(self) -> Batch | None:
        """One look. None: nothing new. Never raises but for cancellation."""
        try:
            async with asyncio.timeout(TURN_S), self._engine.connect() as connection:
                return await self._read(connection, self._clock())
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a state (law 7)
            self._fail(judge_error(error))
            return None

    # -- one read --------------------------------------------------------------------------------------------------

    async def _read(self, connection: AsyncConnection, now: int) -> Batch | None:
        found, layout = await self._find(connection, now)
        window = await self._open_window(connection, found, layout, now)
        was_live = self._is_live
        start = await self._choose_start(connection, found, layout, window, now)
        limit = PAGE + 2 * (len(window) if was_live else window.waiting)
        rows = await read_rows(connection, found, layout, self.address.zone, start, None, limit)
        marks = [row.mark for row in rows]
        if self._is_other_table(window, marks, await self._find_top(connection, found, layout, window, rows)):
            return self._begin_anew(now)
        sifted = zip(rows, window.sift(marks), strict=True)
        fresh = [row for row, is_new in sifted if is_new and not self._is_old(row)]
        shift = find_shift(fresh)
        if shift is not None:
            raise TableError(TableState.ZONE, f"rows are {shift / 3_600_000_000:+.2f} h from their calls")
        is_more = len(rows) >= limit
        window.take(marks, (self._since(row, now) for row in rows))
        window.forget_stored()
        self._succeed(fresh, is_more, now)
        if not is_more and (self._is_far or not was_live):
            window.miss(marks, start)
        if not was_live:
            self._settle(window, layout, now)
        return self._hand_over(window, fresh, is_more, now)

    async def _find(self, connection: AsyncConnection, now: int) -> tuple[Found, Layout]:
        """The table; looked at anew after a failure, and now and then, for its server may have been started anew."""
        if self._found is None or self._turn_number % FAR_TURNS == 0:
            self._found = await find_table(connection, self.address)
            self._see_start(self._found, now)
        return judge_found(self._found, self.address)

    def _see_start(self, found: Found | None, now: int) -> None:
        """While the server was down the PBX could not write; that we could not see it is not needed for it."""
        if found is None:
            return
        if self._server is not None and self._asked_at is not None and found.server != self._server:
            until = max(self._asked_at, now - found.up_us)
            self._miss(Gap(GapCause.AWAY, self._asked_at, until, self.address.name))
            self._lost_at, self._back_at = self._asked_at, now
        self._asked_at, self._server = now, found.server

    async def _open_window(self, connection: AsyncConnection, found: Found, layout: Layout, now: int) -> Window:
        if self._window is not None and self._window.by == layout.by:
            return self._window
        by_id = layout.by == ID
        if self._cursor is not None and self._cursor.by != layout.by:
            self._count_anew()
        window = Window(layout.by, 0 if by_id else DEPTH_US, self._cursor)
        if not by_id and self._cursor is not None and window.low is not None:
            self._see_clock(layout, self._cursor, now)
            bottom, limit = window.low - DEPTH_US, 500 * PAGE
            done = await read_rows(connection, found, layout, self.address.zone, bottom, window.low, limit)
            window.remember(await asyncio.to_thread(lambda: [row.mark for row in done]))
        self._is_dense = by_id and await find_dense(connection, found)
        self._window, self._is_live, self._turn_number = window, False, 0
        self.status.by = layout.by
        log.info("queue_log.table", table=self.address.label, by=layout.by, low=window.low)
        return window

    def _see_clock(self, layout: Layout, cursor: Cursor, now: int) -> None:
        """Summer time ended while nobody looked: rows of the second hour cannot be told from those of the first."""
        then, at = (write_locally(moment, layout, self.address.zone) for moment in (cursor.looked_at, now))
        if now - cursor.looked_at > at - then + SECOND:
            self._miss(Gap(GapCause.CLOCK, cursor.looked_at, now, self.address.name))

    async def _choose_start(
        self, connection: AsyncConnection, found: Found, layout: Layout, window: Window, now: int
    ) -> int | None:
        """Near the newest row; now and then, or where rows came late or are gone, the whole window."""
        number, self._turn_number = self._turn_number, self._turn_number + 1
        self._is_far = number % FAR_TURNS == 0
        if self._is_far:
            self._settle(window, layout, now)
        near, far = window.find_start(now - NEAR_US), window.find_start()
        if not self._is_live:
            return window.top if window.top is not None and number else far
        if not self._is_far or far is None or near is None:
            return near if not self._is_far else far
        far -= window.depth if number % DEEP_TURNS == 0 else 0
        is_as_it_was = await count_rows(connection, found, layout, far, near) == window.count(far, near)
        return near if is_as_it_was else far

    async def _find_top(
        self, connection: AsyncConnection, found: Found, layout: Layout, window: Window, rows: list[TableRow]
    ) -> int | None:
        """The greatest id where there is none from the window on: rows were deleted, or ids begin anew."""
        if rows or window.by != ID or window.low is None:
            return None
        return await find_last(connection, found, layout)

    @staticmethod
    def _is_other_table(window: Window, marks: list[Mark], top: int | None) -> bool:
        if window.by != ID:
            return False
        is_behind = top is not None and window.low is not None and top < window.low
        return is_behind or window.is_stranger(marks)

    def _begin_anew(self, now: int) -> Batch:
        """Ids begin anew, or it is another table: it is read from its beginning."""
        self._miss(Gap(GapCause.POSITION_LOST, self._good_at, now, self.address.name))
        self._count_anew()
        self._cursor = self._window = None
        gaps, self._gaps = tuple(self._gaps), []
        return Batch((), None, gaps, is_more=True)

    def _count_anew(self) -> None:
        """Rows are known by other keys from now on; those from before the last look were read under the old ones."""
        self._floor = self._good_at - NEAR_US if self._good_at is not None else None

    def _is_old(self, row: TableRow) -> bool:
        return self._floor is not None and bool(row.times) and row.times[-1] < self._floor

    def _since(self, row: TableRow, now: int) -> int:
        """When a row counts as first seen: what comes while we look, now; what was there before, at its own time."""
        return now if self._is_live or not row.times else min(now, row.times[0])

    def _settle(self, window: Window, layout: Layout, now: int) -> None:
        horizon = now - SETTLE_US
        if self._back_at is not None and self._lost_at is not None and now < self._back_at + SETTLE_US:
            horizon = min(horizon, self._lost_at - SETTLE_US)
        if layout.by == ID:
            for hole in window.find_holes(horizon) if self._is_dense else ():
                name = f"{self.address.name} id {hole.first} to {hole.last}"
                self._miss(Gap(GapCause.SKIPPED, hole.since, hole.until, name))
            window.settle(horizon)
        else:
            then, at = (write_locally(moment, layout, self.address.zone) for moment in (now - SETTLE_US, now))
            window.settle(horizon, min(then, at - SETTLE_US))
        self.status.window = len(window)

    def _hand_over(self, window: Window, fresh: list[TableRow], is_more: bool, now: int) -> Batch | None:
        is_due = now - self._noted_at >= NOTE_US
        if not (fresh or self._gaps or is_due or is_more):
            return None
        self._noted_at = now
        gaps, self._gaps = tuple(self._gaps), []
        self._cursor = window.spell(now, self._server)
        return Batch(tuple(fresh), self._cursor, gaps, is_more)

    # -- how it fares ----------------------------------------------------------------------------------------------

    def _miss(self, gap: Gap) -> None:
        if gap not in self._gaps:
            self._gaps.append(gap)

    def _succeed(self, fresh: list[TableRow], is_more: bool, now: int) -> None:
        if self.status.state is TableState.UNREACHABLE and self._good_at is not None:
            if not any(gap.cause is GapCause.AWAY for gap in self._gaps):
                self._miss(Gap(GapCause.AWAY, self._good_at, now, self.address.name))
            self._lost_at, self._back_at = self._good_at, now
        self._good_at, self._is_live = now, not is_more
        self.status.rows += len(fresh)
        if fresh and fresh[-1].times:
            self.status.lag_us = now - fresh[-1].times[0]
        self._tell(TableState.HISTORY if is_more else TableState.FOLLOWING)

    def _fail(self, error: TableError) -> None:
        """Say why, and look at everything anew the next time."""
        self._found = None
        if self._good_at is None:
            self._good_at = self._clock()
        if self.status.state is not error.state:
            log.warning("queue_log.table_away", table=self.address.label, state=error.state, why=error.why)
        self._tell(error.state, error.why)

    def _tell(self, state: TableState, why: str | None = None) -> None:
        if self.status.state is not state:
            self.status.state, self.status.since = state, self._clock()
        self.status.error = why
