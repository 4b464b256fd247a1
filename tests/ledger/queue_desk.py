"""A realtime queue_log as Asterisk writes it, for tests of its follower: table, rows, a tail with a clock of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import URL

from gateway.core.log_places import Gap
from gateway.core.log_rows import TableRow
from gateway.core.log_window import Cursor
from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.queue_table import TableAddress
from gateway.ledger.table_tail import TableTail
from lab.realtime import TABLE

START = 1_795_478_400
"""2026-11-24 00:00:00 UTC; all moments of these tests are seconds after it."""
WITH_ID = "id bigserial PRIMARY KEY, "


@dataclass
class Clock:
    """Seconds after START."""

    at: float = 0.0

    def __call__(self) -> int:
        return round((START + self.at) * SECOND)


@dataclass
class Desk:
    """One table and what was read of it."""

    url: URL
    clock: Clock = field(default_factory=Clock)
    zone: str = "UTC"
    table: str = "queue_log"
    rows: list[TableRow] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    cursor: Cursor | None = None

    @property
    def address(self) -> TableAddress:
        return TableAddress(Address(self.url, 1, 3.0, 1.0), self.table, ZoneInfo(self.zone))

    @property
    def dsn(self) -> str:
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        await connection.execute(statement)
        await connection.close()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction of somebody who writes, ended with the block."""
        connection = await asyncpg.connect(self.dsn)
        async with connection.transaction():
            yield connection
        await connection.close()

    def spell(self, at: float, zone: str | None = None) -> str:
        moment = datetime.fromtimestamp(START, UTC) + timedelta(seconds=at)
        return f"{moment.astimezone(ZoneInfo(zone or self.zone)):%Y-%m-%d %H:%M:%S.%f}"

    async def log(self, at: float, verb: str, callid: str = "NONE", *data: str, **more: Any) -> None:
        """One row as Asterisk's own connection writes it, at `at`."""
        connection = await asyncpg.connect(self.dsn)
        await self.put(connection, at, verb, callid, *data, **more)
        await connection.close()

    async def put(
        self, connection: asyncpg.Connection, at: float, verb: str, callid: str = "NONE", *data: str,
        zone: str | None = None, queue: str = "hotline", agent: str = "NONE",
    ) -> None:  # fmt: skip
        parts = (*data, *("",) * (5 - len(data)))
        values = [self.spell(at, zone), callid, queue, agent, verb, *parts]
        places = ", ".join(f"${number + 1}" for number in range(len(values)))
        names = "time, callid, queuename, agent, event, data1, data2, data3, data4, data5"
        await connection.execute(f"INSERT INTO {self.table} ({names}) VALUES ({places})", *values)  # noqa: S608

    def open(self) -> TableTail:
        """A tail from where the last one was."""
        return TableTail(self.address, self.cursor, self.clock)

    async def read(self, tail: TableTail, turns: int = 1) -> list[TableRow]:
        """So many looks, and on while there is more; the rows that were new."""
        new: list[TableRow] = []
        while turns > 0:
            batch = await tail.turn()
            turns -= batch is None or not batch.is_more
            if batch is not None:
                new += batch.rows
                self.gaps += batch.gaps
                self.cursor = batch.cursor or self.cursor
        self.rows += new
        return new

    async def look(self, turns: int = 1) -> list[TableRow]:
        """What a gateway reads that was just started."""
        tail = self.open()
        try:
            return await self.read(tail, turns)
        finally:
            await tail.close()

    @property
    def verbs(self) -> list[str]:
        return [row.verb for row in self.rows]


async def make_desk(url: URL, by: str = "id", **more: Any) -> Desk:
    """A desk with an empty table."""
    desk = Desk(url, **more)
    await desk.execute(TABLE.format(table=desk.table, id=WITH_ID if by == "id" else ""))
    return desk
