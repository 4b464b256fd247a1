"""Tokens on both databases, and the copy of them that requests ask."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from gateway.core.access import Principal, Role
from gateway.core.tokens import TokenRow
from gateway.ledger import token_book
from gateway.ledger.address import Address
from gateway.ledger.engine import reading
from gateway.ledger.ledger import Ledger
from gateway.ledger.token_book import TokenBook
from gateway.ledger.tokens import (
    hash_token,
    load_tokens,
    load_valid,
    make_secret,
    make_token_id,
    revoke_token,
    save_token,
    save_uses,
)
from tests.ledger.conftest import Make
from tests.ledger.test_writer import away, until
from tests.ledger.writing import opened


def wall() -> int:
    return time.time_ns() // 1000


def make_row(secret: str, name: str = "board", expires: int | None = None) -> TokenRow:
    hashed = hash_token(secret)
    return TokenRow(
        make_token_id(hashed), name, hashed, "api", "viewer", None, wall(), "me", expires, None, None, None
    )  # fmt: skip


async def keep(address: Address, *rows: TokenRow) -> None:
    async with opened(address) as engine, engine.begin() as connection:
        for row in rows:
            await save_token(connection, row)


async def all_of(address: Address) -> list[TokenRow]:
    async with opened(address) as engine, reading(engine) as connection:
        return await load_tokens(connection)


@asynccontextmanager
async def book_of(address: Address, clock: list[int] | None = None) -> AsyncIterator[TokenBook]:
    ledger = Ledger(address)
    book = TokenBook(ledger, (lambda: clock[0]) if clock else wall)
    task = asyncio.create_task(book.run())
    try:
        yield book
    finally:
        task.cancel()
        await asyncio.wait([task])
        await ledger.close()


def test_a_token_is_random_and_says_what_it_is() -> None:
    made = {make_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {4 + 43}
    assert all(secret.startswith("hlg_") for secret in made)


async def test_rows_come_back_and_the_token_is_nowhere(database: Address) -> None:
    secret = make_secret()
    row = make_row(secret)._replace(queues=["hotline", "彝"], expires_at=wall() + 10**9)
    await keep(database, row)
    assert await all_of(database) == [row]
    if database.file is not None:
        stored = b"".join(path.read_bytes() for path in database.file.parent.glob("ledger.sqlite*"))
        assert secret[4:].encode() not in stored
        assert hash_token(secret) in stored


async def test_revoked_once_is_revoked_and_the_first_stays(database: Address) -> None:
    row = make_row(make_secret())
    await keep(database, row)
    async with opened(database) as engine, engine.begin() as connection:
        assert await revoke_token(connection, row.id, "me", 5)
        assert not await revoke_token(connection, row.id, "you", 6)
        assert not await revoke_token(connection, "nobody", "me", 5)
        assert await load_valid(connection, 0) == []
    (stored,) = await all_of(database)
    assert (stored.revoked_at, stored.revoked_by) == (5, "me")


async def test_the_last_use_only_grows(database: Address) -> None:
    row = make_row(make_secret())
    await keep(database, row)
    async with opened(database) as engine:
        for at, stored in ((5, 5), (9, 9), (7, 9)):
            async with engine.begin() as connection:
                await save_uses(connection, {row.id: at, "nobody": at})
            assert (await all_of(database))[0].last_used_at == stored


# --- the copy ---------------------------------------------------------------------------------------------------------


async def test_one_that_was_just_made_works_at_once(database: Address) -> None:
    async with book_of(database) as book:
        await until(lambda: book.trouble is None)
        for number in range(3):
            secret = make_secret()
            await keep(database, row := make_row(secret, f"board {number}"))
            assert await book.find(secret) == Principal(row.name, Role.VIEWER, None, row.id)


async def test_one_that_is_revoked_stops_within_seconds(database: Address) -> None:
    secret = make_secret()
    await keep(database, row := make_row(secret))
    async with book_of(database) as book:
        await until(lambda: book.trouble is None)
        assert await book.find(secret) is not None
        async with opened(database) as engine, engine.begin() as connection:
            await revoke_token(connection, row.id, "me", wall())
        began = time.monotonic()
        await until_gone(book, secret)
        assert time.monotonic() - began < token_book.REFRESH_SECONDS + 1
        assert book.trouble is None


async def test_one_that_expires_stops_at_that_moment_without_a_look(database: Address) -> None:
    secret, clock = make_secret(), [wall()]
    await keep(database, make_row(secret, expires=clock[0] + 1_000))
    async with book_of(database, clock) as book:
        await until(lambda: book.trouble is None)
        assert await book.find(secret) is not None
        clock[0] += 1_000
        assert await book.find(secret) is None


async def test_unknown_ones_share_few_looks(database: Address) -> None:
    async with book_of(database) as book:
        await until(lambda: book.trouble is None)
        before, began = book._begun, time.monotonic()
        for _ in range(3):
            assert set(await asyncio.gather(*(book.find(f"guess {number}") for number in range(200)))) == {None}
        seconds = time.monotonic() - began
    assert book._begun - before <= seconds / token_book.PAUSE_SECONDS + 2


async def test_while_the_ledger_is_away_known_ones_go_on_and_others_cannot_be_known(
    database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_book, "REFRESH_SECONDS", 0.1)
    hasty = replace(database, statement_seconds=0.3, connect_seconds=1.0)
    known, other = make_secret(), make_secret()
    await keep(database, make_row(known), make_row(other, "other"))
    async with book_of(hasty) as book:
        await until(lambda: book.trouble is None)
        async with opened(database) as engine, engine.begin() as connection:
            await connection.execute(text("DELETE FROM tokens WHERE name = 'other'"))
        await until_gone(book, other)
        async with away_for_readers(hasty):
            await until(lambda: book.trouble is not None)
            assert "http.token_file" in str(book.trouble)
            assert str(database.url.database) not in str(book.trouble), "strangers are told this"
            began = time.monotonic()
            assert await book.find(known) is not None
            assert await book.find(other) is None
            assert time.monotonic() - began < 0.2, "nobody waits for a ledger that is known to be away"
        await until(lambda: book.trouble is None)
        assert await book.find(known) is not None


async def until_gone(book: TokenBook, secret: str) -> None:
    """Until it is not found any more."""
    async with asyncio.timeout(10):
        while await book.find(secret) is not None:  # noqa: ASYNC110 - a copy that changes wakes nobody
            await asyncio.sleep(0.05)


@asynccontextmanager
async def away_for_readers(address: Address) -> AsyncIterator[None]:
    """A lock does not stop readers of SQLite: there it is the table that is gone."""
    if address.file is None:
        async with away(address):
            yield
        return
    async with opened(address) as engine:
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE tokens RENAME TO gone"))
        yield
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE gone RENAME TO tokens"))


async def test_last_use_is_written_later_and_at_the_stop(database: Address) -> None:
    secret = make_secret()
    await keep(database, make_row(secret))
    async with book_of(database) as book:
        await until(lambda: book.trouble is None)
        before = wall()
        assert await book.find(secret) is not None
        assert (await all_of(database))[0].last_used_at is None
    used = (await all_of(database))[0].last_used_at
    assert used is not None
    assert before <= used <= wall()


async def test_before_the_first_look_nobody_can_be_known(make_empty: Make) -> None:
    async with book_of(make_empty()) as book:
        assert await book.find("x") is None
        assert book.trouble is not None
        await until(lambda: "migrations pending" in str(book.trouble))


async def test_a_row_that_cannot_be_read_lets_nobody_in_and_stops_nothing(
    database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_book, "REFRESH_SECONDS", 0.1)
    good, bad = make_secret(), make_secret()
    await keep(database, make_row(good, "good"), make_row(bad, "bad"))
    async with book_of(database) as book:
        await until(lambda: book.trouble is None)
        async with opened(database) as engine, engine.begin() as connection:
            await connection.execute(text("UPDATE tokens SET queues = '[broken' WHERE name = 'bad'"))
        await until(lambda: "restore it" in str(book.trouble))
        assert await book.find(good) is not None
        assert await book.find(make_secret()) is None
