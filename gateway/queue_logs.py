"""Each PBX's queue_log, file or table, from where the ledger has it into the ledger, for as long as the gateway runs.

Law: file and table know nothing of each other and nothing of the writer; here they meet it.
"""

from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.asterisk.log_feed import LogFeed, Piece
from gateway.asterisk.tail_status import TailState
from gateway.core.log_places import Position
from gateway.core.log_table import TableState
from gateway.core.log_window import Cursor
from gateway.ledger.pending import LogTold
from gateway.ledger.positions import TABLE, Bookmark
from gateway.ledger.queue_table import TableAddress, find_table_address
from gateway.ledger.table_feed import TableFeed
from gateway.ledger.writer import Writer
from gateway.settings import Settings


@dataclass
class QueueLogs:
    """Those that are followed, by PBX."""

    writer: Writer
    files: dict[str, LogFeed] = field(default_factory=dict)
    tables: dict[str, TableFeed] = field(default_factory=dict)

    @property
    def followed(self) -> frozenset[str]:
        """PBXs whose log is read up to now."""
        files = {name for name, feed in self.files.items() if feed.tail.state is TailState.FOLLOWING}
        return frozenset(
            files | {name for name, feed in self.tables.items() if feed.table.state is TableState.FOLLOWING}
        )

    @property
    def quarantined(self) -> Mapping[tuple[str, ...], float]:
        """Records that were not believed, by PBX and reason."""
        faults = {name: feed.status.faults for name, feed in self.files.items()}
        faults |= {name: feed.status.faults for name, feed in self.tables.items()}
        return {(name, str(reason)): count for name, counts in faults.items() for reason, count in counts.items()}

    def follow(self, settings: Settings) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        """One task for each log the settings name, by PBX."""
        for name, pbx in settings.pbx.items():
            address = find_table_address(settings, name)
            if address is not None:
                yield name, self._follow_table(name, address)
            elif pbx.queue_log is not None:
                yield name, self._follow_file(name, Path(pbx.queue_log))

    async def _follow_file(self, name: str, path: Path) -> None:
        async def put(piece: Piece) -> None:
            mark = Bookmark(piece.place, piece.open) if piece.place is not None else None
            await self.writer.put_log(name, LogTold(piece.records, piece.visits, mark, piece.gaps))

        position, opened = await self.writer.find_bookmark(name) or (None, ())
        self.files[name] = LogFeed(path, position if isinstance(position, Position) else None, opened, put)
        await self.files[name].run()

    async def _follow_table(self, name: str, address: TableAddress) -> None:
        async def put(told: LogTold) -> None:
            await self.writer.put_log(name, told)

        cursor, opened = await self.writer.find_bookmark(name, TABLE) or (None, ())
        self.tables[name] = TableFeed(address, cursor if isinstance(cursor, Cursor) else None, opened, put)
        await self.tables[name].run()
