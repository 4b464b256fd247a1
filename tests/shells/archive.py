"""A gateway with a past: real HTTP over a real SQLite ledger that the product's own writer has filled."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import make_url

from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.figures import FigureBook
from gateway.ledger.history import History
from gateway.ledger.ledger import Ledger
from gateway.ledger.reader import Reader
from gateway.ledger.sealing import Sealer
from gateway.ledger.unreached import UnreachedBook
from gateway.web.access import Access
from gateway.web.sources import Audit, House, Past
from tests.ledger.town import SEALER, Town
from tests.shells.house import OPEN, Hour, busy_hour, serving

A, B, C = "13900000001", "13900000002", "08783126666"
DUE_US = 24 * 3600 * SECOND
LIMIT = aiohttp.ClientTimeout(total=20)


class Archive(Hour):
    """The present of a busy hour, the past of a town."""

    def __init__(self, folder: Path, sealer: Sealer | None = SEALER) -> None:
        super().__init__(busy_hour())
        self.address = Address(make_url(f"sqlite+aiosqlite:///{folder / 'ledger.sqlite'}"))
        self.town = Town()
        self.sealer = sealer
        self.ledger = Ledger(self.address)
        self.audit: Audit = AuditBook(self.ledger, "here", lambda: self.now, Anchors(folder))

    async def write(self) -> None:
        await self.town.write(self.address, self.sealer)
        self.now = self.town.now

    @property
    def house(self) -> House:
        reader = Reader(self.ledger)
        book = UnreachedBook(reader, DUE_US)
        past = Past(History(reader, self.sealer), book, FigureBook(reader), "here", DUE_US, 1800 * SECOND, 30 * DUE_US)
        return replace(super().house, past=past, zone=self.tally._zone, audit=self.audit)


class Client:
    """Speaks to one server."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        async with self._session.get(self.url + path, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def items(self, path: str) -> list[Any]:
        status, body = await self.ask(path)
        assert status == 200, body
        return list(body["items"])

    async def text(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[aiohttp.ClientResponse, bytes]:
        async with self._session.get(self.url + path, headers=headers) as response:
            return response, await response.read()

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        async with self._session.post(self.url + path, json=body) as response:
            return response.status, await response.json(content_type=None)


@asynccontextmanager
async def asking(
    archive: Archive, access: Access = OPEN, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Client]:
    try:
        async with (
            serving(archive, access=access) as server,
            aiohttp.ClientSession(headers=headers, timeout=LIMIT) as session,
        ):
            yield Client(server.url, session)
    finally:
        await archive.ledger.close()


@asynccontextmanager
async def town_of(folder: Path) -> AsyncIterator[tuple[Archive, Client, list[str]]]:
    """Four calls: A gives up in yi, B is served, C is called from here, A is served."""
    archive = Archive(folder)
    town = archive.town
    placed = [town.lose(A, "yi"), town.serve(B), town.call_out(C), town.serve(A)]
    await archive.write()
    async with asking(archive) as client:
        yield archive, client, placed


def read_sheet(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    assert body.count(b"\n") == body.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
