"""The past out of both databases: pages, filters, scope."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from gateway.core.history import HistoryAwayError, Wanted
from gateway.core.period_figures import Count
from gateway.core.site import SECOND
from gateway.core.words import Direction, VisitOutcome
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine
from gateway.ledger.figures import FigureBook
from gateway.ledger.history import NEVER_KEPT, NO_KEY, History
from gateway.ledger.tables import gaps, visits
from tests.ledger.conftest import sqlite
from tests.ledger.town import PBX, SEALER, Town, looking

DUE = 24 * 3600 * SECOND
A, B, C = "13900000001", "13900000002", "08783126666"


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
        whole = await history.visit(visit.id)
        assert whole is not None
        assert whole.live is not None, "lists go without the evidence"
        assert whole._replace(live=None) == visit
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


async def test_visits_of_a_period_are_counted_by_queue_outcome_and_promise(database: Address) -> None:
    town = Town()
    for _ in range(2):
        town.lose(A)
    await town.write(database)
    engine = open_engine(database)
    async with engine.begin() as connection:
        first = (await connection.execute(select(visits.c.id, visits.c.queue).limit(1))).one()
        doubt = {"outcome": VisitOutcome.ANSWERED.value, "within_promise": None}
        await connection.execute(update(visits).where(visits.c.id == first.id).values(doubt))
    await engine.dispose()
    async with looking(database) as reader:
        book = FigureBook(reader)
        counts = await book.count(Wanted())
        assert sorted(counts, key=repr) == [
            Count(first.queue, VisitOutcome.ABANDONED, None, 1), Count(first.queue, VisitOutcome.ANSWERED, None, 1)
        ]  # fmt: skip
        assert await book.count(Wanted(until=1)) == []
        assert await book.count(Wanted(match={"queue": frozenset({"none"})})) == []
        assert await book.count(Wanted(scope=frozenset({"none"}))) == []
        assert await book.count(Wanted(scope=frozenset({first.queue.lower()}))) == counts


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
