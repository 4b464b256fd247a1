"""Databases for tests: `empty` ones and such `at_head`, each on SQLite and on PostgreSQL, each test its own."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from gateway.ledger.address import Address
from gateway.ledger.migrate import upgrade
from tests.ledger.cluster import Server, open_server_or_skip

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with open_server_or_skip() as found:
        yield found


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite ledger with all migrations applied."""
    address = sqlite(tmp_path_factory.mktemp("ledger") / "template.sqlite")
    asyncio.run(upgrade(address))
    assert address.file is not None
    return address.file


@pytest.fixture(scope="session")
def template_name(server: Server) -> str:
    """A PostgreSQL database with all migrations applied."""
    url = server.create()
    asyncio.run(upgrade(Address(url)))
    return str(url.database)


def make_on(server: Server, request: pytest.FixtureRequest, template: str = "template0") -> URL:
    url = server.create(template)
    request.addfinalizer(lambda: server.drop(url))
    return url


def sqlite(file: Path) -> Address:
    return Address(make_url(f"sqlite+aiosqlite:///{file}"))


Make = Callable[[], Address]


@pytest.fixture
def make_empty(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Make:
    """Makes databases without a table."""
    if kind == "sqlite":
        files = (tmp_path / f"empty-{number}.sqlite" for number in range(100))
        return lambda: sqlite(next(files))
    server: Server = request.getfixturevalue("server")
    return lambda: Address(make_on(server, request))


@pytest.fixture
def database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Address:
    """A database with all migrations applied."""
    if kind == "sqlite":
        file = tmp_path / "ledger.sqlite"
        shutil.copyfile(request.getfixturevalue("template_file"), file)
        return sqlite(file)
    server: Server = request.getfixturevalue("server")
    return Address(make_on(server, request, request.getfixturevalue("template_name")))


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def url(server: Server) -> Iterator[URL]:
    """An empty PostgreSQL database, and a role `reader_DATABASE` that may log in."""
    made = server.create()
    role = f"reader_{made.database}"
    server.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'reads'")
    yield made
    server.drop(made)
    server.execute(f"DROP ROLE {role}")
