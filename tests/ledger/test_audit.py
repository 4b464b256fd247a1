"""The audit log on both databases: one chain whoever appends, kept by the database; what is done to it is found."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.core.audit import Asked, AuditRow, Deed, FaultKind, NotAuditedError, Verifier
from gateway.ledger.address import Address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit import append, load_chains, load_head, walk_chain
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.engine import reading
from gateway.ledger.ledger import Ledger
from gateway.ledger.migrate import upgrade
from tests.ledger.conftest import Make
from tests.ledger.test_writer import away, until
from tests.ledger.writing import opened

T0 = 1_790_000_000_000_000


@asynccontextmanager
async def book_of(address: Address, state: Path, gateway: str = "here") -> AsyncIterator[AuditBook]:
    ledger = Ledger(address)
    book = AuditBook(ledger, gateway, lambda: time.time_ns() // 1000, Anchors(state))
    task = asyncio.create_task(book.run())
    await asyncio.sleep(0)
    try:
        yield book
    finally:
        task.cancel()
        await asyncio.wait([task])


async def chain_of(address: Address, gateway: str = "here") -> list[AuditRow]:
    async with opened(address) as engine, reading(engine) as connection:
        return [row async for row in walk_chain(connection, gateway)]


async def faults_of(address: Address, state: Path) -> list[tuple[int, FaultKind]]:
    verifier = Verifier("here", Anchors(state).load("here"))
    faults = [fault for row in await chain_of(address) for fault in verifier.see(row)]
    return [(fault.number, fault.kind) for fault in (*faults, *verifier.end())]


async def tamper(address: Address, *statements: str) -> None:
    """As the owner of the database can."""
    async with opened(address) as engine, engine.begin() as connection:
        if address.file is None:
            await connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER USER"))
        else:
            for name in ("stays", "is_kept", "is_new"):
                await connection.execute(text(f"DROP TRIGGER IF EXISTS audit_log_{name}"))
        for statement in statements:
            await connection.execute(text(statement))


async def test_rows_come_back_as_they_were_written(database: Address, tmp_path: Path) -> None:
    async with book_of(database, tmp_path) as book:
        await book.write(
            Deed("阿依", "token.create", object="t1", reason="新\0屏 \u202e", role="admin", details=("x",))
        )
        await book.write(Deed("", "", ""))
    first, second = await chain_of(database)
    assert (first.number, first.actor, first.reason, first.role) == (1, "阿依", "新 屏", "admin")
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert await faults_of(database, tmp_path) == []


async def test_writers_at_once_make_one_chain(database: Address, tmp_path: Path) -> None:
    """Several processes, as far as the database can tell: each has its own connections."""
    each, writers = 15, 4

    async def write(name: str) -> None:
        async with book_of(database, tmp_path) as book:
            await asyncio.gather(*(book.write(Deed(name, f"a{index}")) for index in range(each)))

    await asyncio.gather(*(write(f"w{number}") for number in range(writers)))
    rows = await chain_of(database)
    assert [row.number for row in rows] == list(range(1, each * writers + 1))
    assert {(row.actor, row.action) for row in rows} == {
        (f"w{n}", f"a{index}") for n in range(writers) for index in range(each)
    }
    assert await faults_of(database, tmp_path) == []


async def test_every_gateway_has_its_own_chain(database: Address, tmp_path: Path) -> None:
    for gateway in ("here", "there", "here"):
        async with book_of(database, tmp_path, gateway) as book:
            await book.write(Deed("x", "y"))
    assert [row.number for row in await chain_of(database)] == [1, 2]
    assert [row.number for row in await chain_of(database, "there")] == [1]
    async with opened(database) as engine, reading(engine) as connection:
        assert await load_chains(connection) == ["here", "there"]


async def test_a_deed_that_fails_leaves_no_row(database: Address, tmp_path: Path) -> None:
    async with book_of(database, tmp_path) as book:
        with pytest.raises(ValueError, match="on purpose"):
            async with book.writing(Deed("x", "y")):
                raise ValueError("on purpose")
        await book.write(Deed("x", "z"))
    assert [(row.number, row.action) for row in await chain_of(database)] == [(1, "z")]
    assert await faults_of(database, tmp_path) == []


# --- what the database itself refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'nobody' WHERE number = 1",
        "UPDATE audit_log SET number = 99 WHERE number = 2",
        "DELETE FROM audit_log WHERE number = 2",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE number = 1",
        "INSERT INTO audit_log SELECT * FROM audit_log",
    ],
)
async def test_a_row_stays(database: Address, tmp_path: Path, statement: str) -> None:
    async with book_of(database, tmp_path) as book:
        for number in range(3):
            await book.write(Deed("x", f"a{number}"))
    before = await chain_of(database)
    with pytest.raises(DBAPIError):
        async with opened(database) as engine, engine.begin() as connection:
            await connection.execute(text(statement))
    assert await chain_of(database) == before


async def test_a_row_may_go_when_its_time_is_over(database: Address) -> None:
    now, day = time.time_ns() // 1000, 86_400_000_000
    async with opened(database) as engine:
        async with engine.begin() as connection:
            for at in (now - 185 * day, now - 183 * day):
                await append(connection, "here", Deed("x", "y"), at)
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM audit_log WHERE number = 1"))
        with pytest.raises(DBAPIError):
            async with engine.begin() as connection:
                await connection.execute(text("DELETE FROM audit_log WHERE number = 2"))
    assert [row.number for row in await chain_of(database)] == [2]


# --- what its owner can do, and how it is found -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_log SET actor = 'nobody' WHERE number = 2", [(2, FaultKind.CHANGED)]),
        ("UPDATE audit_log SET body = replace(body, 'x', 'z') WHERE number = 2", [(2, FaultKind.CHANGED)] * 2),
        ("DELETE FROM audit_log WHERE number = 3", [(3, FaultKind.MISSING)]),
        ("DELETE FROM audit_log WHERE number >= 4", [(4, FaultKind.CUT)]),
        ("DELETE FROM audit_log WHERE number <= 2", [(1, FaultKind.MISSING)]),
        ("DELETE FROM audit_log", [(1, FaultKind.CUT)]),
    ],
)
async def test_what_was_done_is_found(
    database: Address, tmp_path: Path, statement: str, found: list[tuple[int, FaultKind]]
) -> None:
    async with book_of(database, tmp_path) as book:
        for number in range(5):
            await book.write(Deed("x", f"a{number}"))
    await tamper(database, statement)
    assert await faults_of(database, tmp_path) == found


async def test_a_chain_that_was_cut_and_grew_again_is_found_later_too(database: Address, tmp_path: Path) -> None:
    """The head kept outside is not forgotten when the new chain grows beyond it."""
    async with book_of(database, tmp_path) as book:
        for number in range(5):
            await book.write(Deed("x", f"a{number}"))
        await tamper(database, "DELETE FROM audit_log WHERE number >= 4")
        for number in range(6):
            await book.write(Deed("x", f"b{number}"))
    assert [row.number for row in await chain_of(database)] == list(range(1, 10))
    assert (5, FaultKind.REWRITTEN) in await faults_of(database, tmp_path)


async def test_without_the_heads_a_cut_end_cannot_be_found(database: Address, tmp_path: Path) -> None:
    """What cannot be detected, so that nobody believes it can: whoever can write to both places is not found out."""
    async with book_of(database, tmp_path) as book:
        for number in range(5):
            await book.write(Deed("x", f"a{number}"))
    await tamper(database, "DELETE FROM audit_log WHERE number >= 4")
    assert await faults_of(database, tmp_path / "elsewhere") == []


async def test_a_head_that_cannot_be_kept_does_not_undo_the_deed(database: Address, tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("in the way")
    async with book_of(database, tmp_path) as book:
        await book.write(Deed("x", "y"))
    assert len(await chain_of(database)) == 1


# --- a ledger that is away --------------------------------------------------------------------------------------------


async def test_while_the_ledger_is_away_deeds_are_refused_and_notes_wait(
    database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.ledger.audit_book.RETRY_SECONDS", 0.05)
    hasty = replace(database, statement_seconds=0.3, connect_seconds=1.0)
    async with book_of(hasty, tmp_path) as book:
        await book.write(Deed("x", "before"))
        async with away(hasty):
            with pytest.raises(NotAuditedError) as caught:
                await book.write(Deed("x", "meanwhile"))
            assert str(database.url.database) not in str(caught.value), "strangers are told this"
            book.note(Deed("stranger", "access.refused"))
            with pytest.raises(NotAuditedError):
                await book.write(Deed("x", "meanwhile"))
        await book.write(Deed("x", "after"))

        async def rows() -> int:
            return (await load_numbers(hasty))[0]

        async with asyncio.timeout(10):
            while await rows() < 3:  # noqa: ASYNC110 - a note wakes nobody when it is written
                await asyncio.sleep(0.05)
    assert {row.action for row in await chain_of(database)} == {"before", "after", "access.refused"}
    assert await faults_of(database, tmp_path) == []


async def load_numbers(address: Address) -> tuple[int, bytes]:
    async with opened(address) as engine, reading(engine) as connection:
        return await load_head(connection, "here")


async def test_notes_are_bounded(database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.ledger.audit_book.NOTES_MAX", 3)
    async with book_of(database, tmp_path) as book:
        for number in range(10):
            book.note(Deed("x", f"a{number}"))
        assert book.shed == 7
        await until(lambda: book.shed == 0)
    assert [row.action for row in await chain_of(database)] == ["a0", "a1", "a2"]


async def test_an_empty_database_is_away_until_its_schema_is_there(make_empty: Make, tmp_path: Path) -> None:
    address = make_empty()
    async with book_of(address, tmp_path) as book:
        with pytest.raises(NotAuditedError, match="migrations pending"):
            await book.write(Deed("x", "y"))
        await upgrade(address)
        await book.write(Deed("x", "y"))
    assert len(await chain_of(address)) == 1


# --- pages ------------------------------------------------------------------------------------------------------------


async def test_pages_go_back_in_time_and_every_row_comes_once(database: Address, tmp_path: Path) -> None:
    async with opened(database) as engine, engine.begin() as connection:
        for number in range(25):
            for gateway in ("here", "there"):
                await append(
                    connection, gateway, Deed(f"u{number % 3}", "a", object=f"o{number % 2}"), T0 + number // 4
                )
    async with book_of(database, tmp_path) as book:
        found: list[AuditRow] = []
        before = None
        while True:
            page = await book.read(Asked(before=before), 7)
            found += page
            if len(page) < 7:
                break
            before = page[-1].at, page[-1].gateway, page[-1].number
        assert len(found) == len({(row.gateway, row.number) for row in found}) == 50
        assert [row.at for row in found] == sorted((row.at for row in found), reverse=True)
        some = await book.read(Asked(actors=frozenset({"u1"}), objects=frozenset({"o0"})), 100)
        assert {(row.actor, row.object) for row in some} == {("u1", "o0")}
        assert {row.at for row in await book.read(Asked(since=T0 + 2, until=T0 + 4), 100)} == {T0 + 2, T0 + 3}
