"""Writes the present schema with rows, as SQL of both databases: `python -m tests.ledger.dump`. Made at each release.

Law: what stands in `schema/` of a released revision is never written again; later versions must upgrade it.
"""

import asyncio
import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.migrate import upgrade
from tests.ledger.cluster import find_programs, open_server
from tests.ledger.conftest import sqlite
from tests.ledger.rows import all_tables, make_rows

SCHEMAS = Path(__file__).parent / "schema"
OF_THE_TOOL = re.compile(
    r"^(?:\\(?:un)?restrict .*|-- Dumped (?:from|by) .*|SET .* = .*;|SELECT pg_catalog\.set_config.*)\n", re.MULTILINE
)
"""Lines of pg_dump that differ from one version of it to the next, and those only psql understands."""


def main() -> None:
    """Both dumps."""
    with tempfile.TemporaryDirectory() as name:
        address = sqlite(Path(name) / "ledger.sqlite")
        write(address, dump_sqlite)
    with open_server() as server:
        address = Address(server.create())
        write(address, dump_postgres)
        server.drop(address.url)


def write(address: Address, dump: Callable[[Address], str]) -> None:
    revision = asyncio.run(fill(address))
    path = SCHEMAS / f"{address.url.get_backend_name()}-r{revision}.sql"
    path.write_text(dump(address), "utf-8")
    print(path.relative_to(Path.cwd()))


async def fill(address: Address) -> str:
    """A database at head with rows in every table; the revision."""
    schema = await upgrade(address)
    engine = open_engine(address)
    async with engine.begin() as connection:
        for table in all_tables():
            await connection.execute(insert(table), list(make_rows(table)))
    await engine.dispose()
    return schema.known


def dump_sqlite(address: Address) -> str:
    connection = sqlite3.connect(str(address.file))
    text = "\n".join(connection.iterdump()) + "\n"
    connection.close()
    return text


def dump_postgres(address: Address) -> str:
    url = address.url.set(drivername="postgresql")
    command: list[str | Path] = [find_programs() / "pg_dump", "--no-owner", "--no-privileges", "--inserts", "--dbname"]
    command.append(url._replace(password=None).render_as_string())
    environment = os.environ | {"PGPASSWORD": str(url.password)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return OF_THE_TOOL.sub("", done.stdout).strip() + "\n"


if __name__ == "__main__":
    main()
