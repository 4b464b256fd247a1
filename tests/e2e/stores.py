"""A database of either kind for a gateway under test, that can be taken away and given back."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, select

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.migrate import upgrade
from gateway.ledger.tables import gaps
from tests.ledger.cluster import Cluster, open_cluster

DURABLE = ("fsync=off", "full_page_writes=off", "max_connections=40", "shared_buffers=64MB")
"""No commit is lost when the server is stopped or killed; a power cut is not tested here."""
LIMIT = "statement_seconds = 2\nconnect_seconds = 2\n"


@dataclass
class Store:
    """A database; `settings` is what the gateway is told of it."""

    address: Address
    settings: str

    def take_away(self) -> None:
        """From now on nothing can be written."""
        raise NotImplementedError

    def give_back(self) -> None:
        """As before."""
        raise NotImplementedError

    async def load_gaps(self) -> list[tuple[str, str]]:
        """What was not seen: (`feed` or `log`, cause), in order."""
        engine = open_engine(self.address)
        try:
            async with reading(engine) as connection:
                found = await connection.execute(select(gaps.c.of, gaps.c.cause).order_by(gaps.c.started_at))
                return [(str(of), str(cause)) for of, cause in found]
        finally:
            await engine.dispose()


class File(Store):
    """SQLite: another program holds it."""

    _holder: sqlite3.Connection

    def take_away(self) -> None:
        self._holder = sqlite3.connect(str(self.address.file), timeout=30, isolation_level=None)
        self._holder.execute("BEGIN IMMEDIATE")

    def give_back(self) -> None:
        self._holder.rollback()
        self._holder.close()


@dataclass
class Served(Store):
    """PostgreSQL: the server is stopped."""

    cluster: Cluster

    def take_away(self) -> None:
        self.cluster.stop()

    def give_back(self) -> None:
        self.cluster.start()


@contextmanager
def open_store(kind: str, folder: Path) -> Iterator[Store]:
    """A database for the gateway whose files stand in `folder`. Raises NoPostgresError."""
    if kind == "sqlite":
        address = Address(make_url(f"sqlite+aiosqlite:///{folder / 'state' / 'ledger.sqlite'}"))
        yield File(address, f"\n[database]\n{LIMIT}")
        return
    with open_cluster(DURABLE) as cluster:
        address = Address(cluster.server.create())
        asyncio.run(upgrade(address))
        yield Served(address, spell_section(folder, address), cluster)


def spell_section(folder: Path, address: Address) -> str:
    """The settings of a server, its password in a file."""
    word = folder / "word"
    word.write_text(str(address.url.password or "x"))
    word.chmod(0o600)
    url = address.url._replace(password=None).render_as_string(hide_password=False)
    return f'\n[database]\nurl = "{url}"\n{LIMIT}' + (f'password_file = "{word}"\n' if address.url.password else "")
