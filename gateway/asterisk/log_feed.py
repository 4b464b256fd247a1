"""One PBX's queue_log, followed: chunks of the file -> records -> visits as the log tells them, with the place reached.

Law: nothing is stored and nothing decided here. The place handed over covers just what was handed over with it.
"""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from gateway.asterisk.log_tail import LogTail
from gateway.asterisk.tail_status import Chunk, TailStatus
from gateway.core.log_places import Gap, Position
from gateway.core.log_reader import Item, LogReader
from gateway.core.log_records import Record
from gateway.core.log_story import LogStory
from gateway.core.log_visits import LogBook, LogVisit
from gateway.core.queue_log import Fault

log = structlog.get_logger()


class Piece(NamedTuple):
    """What one look at the log gave: records believed, visits told by them, the place reached with the visits open
    there, and intervals in which records may be missing."""

    records: list[Record]
    visits: list[LogVisit]
    place: Position | None
    open: tuple[LogVisit, ...]
    gaps: tuple[Gap, ...]


Sink = Callable[[Piece], Awaitable[None]]
"""Comes back when more may come."""


class LogFeed:
    """Reads on from `position` with the visits `opened` there; without one, all there is, oldest first."""

    def __init__(self, path: Path, position: Position | None, opened: Sequence[LogVisit], sink: Sink) -> None:
        self._tail = LogTail(path, position)
        self._reader = LogReader()
        self._story = LogStory(LogBook(tuple(opened), began_at=0 if position is not None else None))
        self.status = self._story.status
        self._last: Position | None = None
        self._sink = sink

    @property
    def tail(self) -> TailStatus:
        """How the file fares."""
        return self._tail.status

    async def run(self, poll_s: float = 0.1) -> None:
        """Until cancelled."""
        async with contextlib.aclosing(self._tail.chunks(poll_s)) as chunks:
            async for chunk in chunks:
                await self._take(chunk)

    async def _take(self, chunk: Chunk) -> None:
        items = [] if chunk.before.continues(self._last) else self._reader.begin(chunk.before.offset)
        items += self._reader.feed(chunk.data)
        items += self._reader.settle() if chunk.is_quiet else []
        self._last = chunk.after
        for gap in chunk.gaps:
            log.warning("queue_log.gap", cause=gap.cause, since=gap.since, until=gap.until)
        self._report(items)
        told = self._story.tell(items, chunk.gaps)
        place = chunk.after._replace(offset=items[-1].end) if items else None
        if items or chunk.gaps:
            await self._sink(Piece(told.records, told.visits, place, told.open, chunk.gaps))

    def _report(self, items: Sequence[Item]) -> None:
        """Lines not believed: the first of each reason in the log, all in the figures; a caller can write thousands."""
        seen = set(self.status.faults)
        for item in items:
            if isinstance(item.what, Fault) and item.what.reason not in seen:
                seen.add(item.what.reason)
                log.warning("queue_log.quarantined", file=self.tail.name, before_byte=item.end, reason=item.what.reason)
