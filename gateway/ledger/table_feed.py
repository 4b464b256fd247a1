"""One PBX's realtime queue_log, followed: rows of the table -> records -> visits as the log tells them, with a cursor.

Law: the same reader, book and quarantine as for the file; nothing is stored and nothing decided here. The cursor handed
over covers just what was handed over with it.
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence

import structlog

from gateway.core import log_records as rec
from gateway.core.log_reader import LogReader
from gateway.core.log_rows import TableRow, read_row
from gateway.core.log_story import LogStory
from gateway.core.log_table import TableStatus
from gateway.core.log_visits import LogBook, LogVisit
from gateway.core.log_window import Cursor
from gateway.core.queue_log import Fault
from gateway.ledger.pending import LogTold
from gateway.ledger.positions import Bookmark
from gateway.ledger.queue_table import TableAddress
from gateway.ledger.table_tail import Batch, TableTail

log = structlog.get_logger()
Sink = Callable[[LogTold], Awaitable[None]]
"""Comes back when more may come."""


class TableFeed:
    """Reads on from `cursor` with the visits `opened` there; without one, all there is, oldest first."""

    def __init__(self, address: TableAddress, cursor: Cursor | None, opened: Sequence[LogVisit], sink: Sink) -> None:
        self._tail = TableTail(address, cursor)
        self._reader = LogReader()
        book = LogBook(tuple(opened), began_at=0 if cursor is not None else None, is_exact=True)
        self._story = LogStory(book)
        self.status = self._story.status
        self._last: int | None = None
        self._sink = sink

    @property
    def table(self) -> TableStatus:
        """How the table fares."""
        return self._tail.status

    async def run(self, poll_s: float = 0.5) -> None:
        """Until cancelled."""
        async with contextlib.aclosing(self._tail.batches(poll_s)) as batches:
            async for batch in batches:
                await self._take(batch)

    async def _take(self, batch: Batch) -> None:
        for gap in batch.gaps:
            log.warning("queue_log.gap", cause=gap.cause, since=gap.since, until=gap.until)
        told = self._story.tell(self._reader.take(self._read(batch.rows)), batch.gaps)
        mark = Bookmark(batch.cursor, told.open) if batch.cursor is not None else None
        await self._sink(LogTold(told.records, told.visits, mark, batch.gaps))

    def _read(self, rows: Sequence[TableRow]) -> Iterator[rec.Record | Fault]:
        for row in rows:
            what = read_row(row, self._last)
            if not isinstance(what, Fault):
                self._last = what.logged_at if isinstance(what, rec.Marked) else what.at
            yield what
