"""The past out of both databases: pages, filters, scope; who is unreached, who holds him; plans that use an index."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.callbacks import Held, Seek
from gateway.core.history import Cursor, HistoryAwayError, Wanted
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.core.unreached import CallbackState, Result, Unreached
from gateway.core.words import Direction, VisitOutcome
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.history import NEVER_KEPT, NO_KEY, History, _page
from gateway.ledger.tables import calls, gaps, visits
from gateway.ledger.unreached import BATCH, UnreachedBook, make_search
from tests.ledger.conftest import sqlite
from tests.ledger.town import PBX, SEALER, T0, Town, looking

DUE = 24 * 3600 * SECOND
A, B, C = "13900000001", "13900000002", "08783126666"


def row_id(call: str) -> str:
    return derive_id(PBX, "call", call)


async def unreached(book: UnreachedBook, now: int, only_open: bool = False) -> list[Unreached]:
    found: list[Unreached] = []
    seek = Seek(0, 2**60, DUE, only_open)
    while True:
        batch = await book.batch(seek, now)
        found += batch.unreached
        if batch.next is None:
            return found
        seek = seek._replace(after=batch.next)


# -- visits, calls, gaps -----------------------------------------------------------------------------------------------


async def test_pages_have_every_visit_once_in_both_directions(database: Address) -> None:
    town = Town()
    placed = [town.lose(A) if number % 2 else town.serve(B) for number in range(7)]
    await town.write(database)
    async with looking(database) as reader:
        history = History(reader, SEALER)
        for newest in (False, True):
            seen, after = [], None
            while True:
                page = await history.visits(Wanted(after=after, limit=3, is_newest_first=newest))
                seen += [row.callid for row in page.rows]
                if page.next is None:
                    break
                after = page.next
            assert seen == (placed[::-1] if newest else placed)


async def test_filters_and_periods_narrow(database: Address) -> None:
    town = Town()
    lost, served = town.lose(A, "yi"), town.serve(B)
    await town.write(database)
    async with looking(database) as reader:
        history = History(reader, SEALER)

        async def found(**match: str) -> list[str]:
            wanted = Wanted(match={name: frozenset({value}) for name, value in match.items()})
            page = await history.visits(wanted)
            of_calls = await history.calls(wanted)
            assert [past.row.callid for past in of_calls.rows] == [row.callid for row in page.rows]
            return [row.callid for row in page.rows]

        assert await found(queue="yi") == await found(outcome="abandoned") == [lost]
        assert await found(agent="1001") == await found(outcome="answered") == [served]
        assert await found(line="12345", pbx=PBX) == [lost, served]
        assert await found(line="12345", queue="overflow") == []
        (row, _) = (await history.visits(Wanted())).rows
        assert row.joined_at is not None
        at = row.joined_at
        assert [r.callid for r in (await history.visits(Wanted(until=at + 1))).rows] == [lost], "the end is not in it"
        assert [r.callid for r in (await history.visits(Wanted(since=at + 1))).rows] == [served]
        assert (await history.visits(Wanted(since=at, until=at))).rows == ()


async def test_a_scope_hides_what_is_in_no_queue_of_it(database: Address) -> None:
    town = Town()
    town.lose(A, "yi")
    served, out = town.serve(B), town.call_out(C)
    await town.write(database)
    async with looking(database) as reader:
        history, scope = History(reader, SEALER), frozenset({"hotline"})
        assert [row.callid for row in (await history.visits(Wanted(scope=scope))).rows] == [served]
        assert [past.row.callid for past in (await history.calls(Wanted(scope=scope))).rows] == [served]
        assert await history.call(out, scope) == []
        visit = (await history.visits(Wanted())).rows[0]
        assert await history.visit(visit.id) == visit
        assert await history.visit(visit.id, scope) is None


async def test_a_call_has_its_visits_and_whose_number_it_is(database: Address) -> None:
    town = Town()
    town.number = A
    call = town.wait_in("hotline")
    town.wait(4)
    town.leave(call, "hotline")
    town.status(call, "TIMEOUT")
    town.join(call, "overflow")
    leg = town.ring(call, "1001", "01", "overflow")
    town.wait(2)
    town.answer(call, "1001", "01", leg, "overflow")
    town.end_talk(call, leg)
    out = town.call_out(B)
    await town.write(database)
    async with looking(database) as reader:
        history = History(reader, SEALER)
        (past,) = await history.call(call)
        assert [(stay.queue, stay.outcome) for stay in past.stays][1] == ("overflow", VisitOutcome.ANSWERED)
        assert (past.row.direction, past.row.line) == (Direction.INBOUND, "12345")
        assert history.open_number(past.row.id, past.sealed, past.key) == (A, None)
        assert [one.row.id for one in await history.call(past.row.id)] == [past.row.id], "by its row's id as well"
        (called,) = await history.call(out)
        assert (called.row.direction, called.row.did) == (Direction.OUTBOUND, None)
        assert called.row.answered_at is not None
        assert history.open_number(called.row.id, called.sealed, called.key) == (B, None), "whom it was to"
        assert A not in repr(past)
        keyless = History(reader, None)
        assert keyless.open_number(past.row.id, past.sealed, past.key) == (None, NO_KEY)
        assert history.open_number(past.row.id, None, None) == (None, NEVER_KEPT)


async def test_gaps_that_touch_the_period_are_there_also_without_an_end(database: Address) -> None:
    await Town().write(database)
    rows = [
        {"id": name, "gateway": "here", "pbx": PBX, "of": of, "cause": "cut", "started_at": start, "ended_at": end,
         "written_at": 1}
        for name, of, start, end in (("a", "feed", 10, 20), ("b", "log", 30, None), ("c", "feed", 50, 60))
    ]  # fmt: skip
    engine = open_engine(database)
    async with engine.begin() as connection:
        await connection.execute(insert(gaps), rows)
    await engine.dispose()
    async with looking(database) as reader:
        history = History(reader, None)

        async def found(since: int | None, until: int | None, **match: str) -> list[str]:
            wanted = Wanted(since, until, {name: frozenset({value}) for name, value in match.items()})
            return [row.id for row in (await history.gaps(wanted)).rows]

        assert await found(None, None) == ["a", "b", "c"]
        assert await found(15, 16) == ["a"], "it lasted then"
        assert await found(40, 45) == ["b"], "it may last until today"
        assert await found(21, 31) == ["b"]
        assert await found(None, None, of="feed") == ["a", "c"]


# -- unreached ---------------------------------------------------------------------------------------------------------


async def test_a_caller_is_unreached_once_until_he_is_answered_either_way(database: Address) -> None:
    town = Town()
    first, other, third = town.lose(A), town.lose(B, "yi"), town.lose(C)
    again = town.lose("+86 139 0000 0001", "overflow")
    await town.write(database)
    async with looking(database) as reader:
        book = UnreachedBook(reader, DUE)
        found = await unreached(book, town.now)
        assert [one.id for one in found] == [row_id(first), row_id(other), row_id(third)]
        assert [call.callid for call in found[0].lost] == [first, again], "one number, two spellings"
        assert found[0].queues == ("hotline", "overflow")
        town.serve(A)
        out = town.call_out(B)
        town.call_out(C, answered=False)
        await town.write(database)
        states = {one.id: one for one in await unreached(book, town.now)}
        assert states[row_id(first)].state is CallbackState.CALLED_AGAIN
        assert (states[row_id(other)].state, states[row_id(other)].closing_call) == (CallbackState.REACHED, row_id(out))
        assert states[row_id(third)].is_open
        assert [attempt.by for attempt in states[row_id(third)].attempts] == [None]
        assert [one.id for one in await unreached(book, town.now, only_open=True)] == [row_id(third)]
        by_later_call = await book.find(row_id(again), town.now)
        assert by_later_call is not None
        assert by_later_call.id == row_id(first)


async def test_without_a_key_nobody_is_told_apart_and_it_is_counted(database: Address) -> None:
    town = Town()
    call = town.lose(A)
    town.lose("anonymous")
    await town.write(database, None)
    async with looking(database) as reader:
        book = UnreachedBook(reader, DUE)
        assert await unreached(book, town.now) == []
        assert await book.count_nameless(0, 2**60) == 2
        assert await book.find(row_id(call), town.now) is None
        assert not History(reader, None).tells_callers_apart


async def test_one_claims_and_the_other_is_told_who(database: Address) -> None:
    town = Town()
    identity, now = row_id(town.lose(A)), town.now
    await town.write(database)
    async with looking(database) as reader:
        book = UnreachedBook(reader, DUE)
        until = now + 60 * SECOND
        both = await asyncio.gather(*(book.claim(identity, who, until, now) for who in ("1001", "1002")))
        won = [one for one in both if isinstance(one, Unreached)]
        held = [one for one in both if isinstance(one, Held)]
        assert len(won) == len(held) == 1
        holder = won[0].claim
        assert holder is not None
        assert held[0].claim == holder
        assert isinstance(await book.claim(identity, holder.by, until + 1, now + 1), Unreached), "the holder may extend"
        refused = await book.attempt(identity, "1003", Result.REACHED, None, now + 2)
        assert isinstance(refused, Held)
        taken = await book.claim(identity, "1003", until + 99, until + 1)
        assert isinstance(taken, Unreached), "a claim expires"
        assert await book.claim("nobody", "1003", until, now) is None


async def test_attempts_are_kept_and_a_reached_one_closes(database: Address) -> None:
    town = Town()
    identity, now = row_id(town.lose(A)), town.now
    await town.write(database)
    async with looking(database) as reader:
        book = UnreachedBook(reader, DUE)
        await book.claim(identity, "1001", now + 60 * SECOND, now)
        busy = await book.attempt(identity, "1001", Result.BUSY, "忙音", now + 1)
        assert isinstance(busy, Unreached)
        assert (busy.state, busy.claim, len(busy.attempts)) == (CallbackState.OPEN, None, 1)
        again = row_id(town.lose(A))
        await town.write(database)
        done = await book.attempt(again, "1002", Result.REACHED, None, town.now)
        assert isinstance(done, Unreached)
        assert (done.id, done.state) == (identity, CallbackState.REACHED)
        assert [(attempt.by, attempt.result, attempt.note) for attempt in done.attempts] == [
            ("1001", Result.BUSY, "忙音"), ("1002", Result.REACHED, None),
        ]  # fmt: skip
        late = await book.claim(identity, "1001", town.now + 9, town.now)
        assert isinstance(late, Held)
        assert late.claim is None
        assert (await unreached(book, town.now, only_open=True)) == []


async def test_batches_have_everybody_once(database: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.ledger.unreached.BATCH", 2)
    assert BATCH > 2
    town = Town()
    lost = [town.lose(f"1390000{number % 5:04d}") for number in range(9)]
    await town.write(database)
    async with looking(database) as reader:
        found = await unreached(UnreachedBook(reader, DUE), town.now)
        assert [one.id for one in found] == [row_id(call) for call in lost[:5]]
        assert sorted(call.callid for one in found for call in one.lost) == sorted(lost)


# -- away, and many ----------------------------------------------------------------------------------------------------


async def test_a_ledger_that_is_away_says_so_with_the_remedy(tmp_path: Path) -> None:
    broken = tmp_path / "ledger.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    async with looking(sqlite(broken)) as reader:
        with pytest.raises(HistoryAwayError, match=r"ledger\.sqlite: .*restore a backup"):
            await History(reader, None).visits(Wanted())
    async with looking(sqlite(tmp_path / "newer.sqlite")) as reader:
        await Town().write(sqlite(tmp_path / "newer.sqlite"))
        engine = open_engine(sqlite(tmp_path / "newer.sqlite"))
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await engine.dispose()
        with pytest.raises(HistoryAwayError, match="newer gateway"):
            await History(reader, None).calls(Wanted())


async def test_a_look_does_not_hold_up_the_writer(database: Address) -> None:
    town = Town()
    town.lose(A)
    await town.write(database)
    hasty = replace(database, statement_seconds=0.5)
    async with looking(hasty) as reader, reader.look() as connection:
        before = (await connection.execute(text("SELECT count(*) FROM visits"))).scalar_one()
        town.lose(B)
        await town.write(hasty)
        assert (await connection.execute(text("SELECT count(*) FROM visits"))).scalar_one() == before == 1 or (
            connection.dialect.name == "postgresql"  # READ COMMITTED: each statement sees its own moment
        )


MANY = 20_000


@pytest.fixture
async def crowd(database: Address) -> Address:
    """A ledger with many calls, their figures told to the planner."""
    engine = open_engine(database)
    async with engine.begin() as connection:
        for start in range(0, MANY, 1_000):
            await connection.execute(insert(calls), list(make_calls(start, 1_000)))
            await connection.execute(insert(visits), list(make_visits(start, 1_000)))
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
    return database


def make_calls(start: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(start, start + count):
        at = T0 + number * SECOND
        yield {
            "id": derive_id(PBX, "call", str(number)), "pbx": PBX, "callid": str(number), "direction": "inbound",
            "line": f"{number % 33}", "caller_hash": (number % 9_000).to_bytes(32, "big"), "confidential": False,
            "is_test": False, "asked_back": False, "listed_at": at, "arrived_at": at, "ended_at": at + SECOND,
            "answered_at": None if number % 20 == 0 else at, "precision": "us", "source": "live", "revision": 0,
            "gateway": "here", "written_at": at,
        }  # fmt: skip


def make_visits(start: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(start, start + count):
        at = T0 + number * SECOND
        yield {
            "id": derive_id(PBX, "visit", str(number)), "call": derive_id(PBX, "call", str(number)), "pbx": PBX,
            "callid": str(number), "pbx_queue": "q", "queue": f"q{number % 20}", "line": f"{number % 33}",
            "agent": f"{1001 + number % 18}", "listed_at": at, "joined_at": at, "left_at": at + SECOND,
            "outcome": "abandoned" if number % 20 == 0 else "answered", "log_lacks_it": False, "precision": "us",
            "source": "live", "revision": 0, "gateway": "here", "written_at": at,
        }  # fmt: skip


async def explain(connection: AsyncConnection, asked: object) -> str:
    """How the database would answer."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = str(asked.compile(connection.sync_engine, compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
    found = await connection.exec_driver_sql(f"{'EXPLAIN QUERY PLAN' if is_sqlite else 'EXPLAIN'} {statement}")
    return "\n".join(str(tuple(row)) for row in found)


async def test_questions_use_an_index_also_far_into_the_pages(crowd: Address) -> None:
    middle = T0 + MANY // 2 * SECOND
    after = Cursor(middle, "8")
    ways = {
        "all": Wanted(after=after),
        "newest": Wanted(after=after, is_newest_first=True),
        "queue": Wanted(after=after, match={"queue": frozenset({"q3"})}),
        "line": Wanted(since=middle, match={"line": frozenset({"7"})}),
        "agent": Wanted(since=middle, match={"agent": frozenset({"1005"})}),
        "outcome": Wanted(after=after, match={"outcome": frozenset({"abandoned"})}),
    }
    async with looking(crowd) as reader, reader.look() as connection:
        for name, wanted in ways.items():
            plan = await explain(connection, _page(select(visits.c.id), visits, visits.c.listed_at, wanted))
            column = name if name in {"queue", "line", "agent", "outcome"} else "listed_at"
            assert f"ix_visits_{column}" in plan, (name, plan)
            assert "SCAN visits\n" not in f"{plan}\n", plan
            assert "Seq Scan" not in plan, plan
            assert "Sort" not in plan or "B-TREE" in plan, plan
        for only_open in (False, True):
            plan = await explain(connection, make_search(Seek(T0, T0 + 2**40, DUE, only_open, after)))
            assert "ix_calls_unanswered" in plan, plan
            assert only_open is ("ix_calls_caller_hash_answered_at" in plan), plan
