"""`[database]`: which urls are taken, and that a password in one is refused without being repeated."""

from pathlib import Path

import pytest

from gateway.settings import SettingsError
from gateway.settings.database_url import find_url_faults
from tests.shells.settings_desk import SMALL, Desk

GOOD = (
    "sqlite+aiosqlite:///ledger.sqlite",
    "sqlite+aiosqlite:////var/lib/hotline/ledger.sqlite",
    "postgresql+asyncpg://hotline@db.internal/hotline",
    "postgresql+asyncpg://hotline@db.internal:6432/hotline?ssl=verify-full",
    "postgresql+asyncpg://hotline@/hotline?host=/var/run/postgresql",
    "postgresql+asyncpg://hotline@[::1]:5432/hotline",
)
BAD = {
    "": "begins with no database",
    "ledger.sqlite": "begins with no database",
    "sqlite:///ledger.sqlite": "write sqlite+aiosqlite://",
    "postgres://hotline@db/hotline": "write postgresql+asyncpg://",
    "postgresql+psycopg://hotline@db/hotline": "write postgresql+asyncpg://",
    "mysql://hotline@db/hotline": "begins with no database",
    "sqlite+aiosqlite://": "outlive",
    "sqlite+aiosqlite:///:memory:": "outlive",
    "sqlite+aiosqlite://ledger.sqlite": "outlive",
    "sqlite+aiosqlite:///a.sqlite?mode=ro": "outlive",
    "postgresql+asyncpg://db/hotline": "names no user",
    "postgresql+asyncpg://hotline@db": "names no database",
    "postgresql+asyncpg://hotline@/hotline": "names no server",
    "postgresql+asyncpg://hotline@db:port/hotline": "is no url",
    "postgresql+asyncpg://hotline@[::1/hotline": "is no url",
    "postgresql+asyncpg://hotline@db/hotline?sslmode=require": "known: ssl",
    "postgresql+asyncpg://hotline:hush-hush@db/hotline": "holds a password",
    "postgresql+asyncpg://hotline@db/hotline?password=hush-hush": "holds a password",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("url", GOOD)
def test_urls_that_are_taken(url: str) -> None:
    assert not list(find_url_faults(url))


@pytest.mark.parametrize("url", BAD)
def test_urls_that_are_not(url: str) -> None:
    faults = list(find_url_faults(url))
    assert any(BAD[url] in text for fault in faults for text in fault), faults
    assert "hush" not in str(faults)


def test_a_password_in_the_url_is_named_and_not_repeated(desk: Desk) -> None:
    with pytest.raises(SettingsError) as caught:
        desk.load(SMALL, {"HOTLINE_DATABASE__URL": "postgresql+asyncpg://hotline:hush-hush@db/hotline"})
    assert str(caught.value).startswith("database.url (from HOTLINE_DATABASE__URL): holds a password; take it out")
    assert "hush" not in str(caught.value)


def test_password_file(desk: Desk) -> None:
    desk.write("of the ledger\n", "database-password")
    url = 'url = "postgresql+asyncpg://hotline@db/hotline"\n'
    settings = desk.load(SMALL + "[database]\n" + url + 'password_file = "database-password"\n')
    assert settings.database.password is not None
    assert settings.database.password.get_secret_value() == "of the ledger"
    assert "of the ledger" not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('password = "x"\n', ["database.password_file"]),
        ('password_file = "none"\n', ["database.password_file", "database.password_file"]),
        ("pool_size = 0\nstatement_seconds = -1\n", ["database.pool_size", "database.statement_seconds"]),
        ("connect_seconds = 0\n", ["database.connect_seconds"]),
        ('prepared_statements = "perhaps"\n', ["database.prepared_statements"]),
        ('file = "x"\n', ["database.file"]),
    ],
)  # fmt: skip
def test_mistakes(desk: Desk, text: str, keys: list[str]) -> None:
    assert sorted(desk.mistakes(SMALL + "[database]\n" + text)) == keys
