"""Calls, offers, spells, surveys and gaps of recorded runs into both databases: as in memory, once, in any order."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.contacts import Contacts, Told
from gateway.core.facts import BlindTime, CallArrived
from gateway.core.log_places import Gap, GapCause
from gateway.core.words import Direction
from gateway.ledger.address import Address
from gateway.ledger.contacts import CALLS, GAPS, OFFERS, SPELLS, SURVEYS, Kind, Written, load_rows, write_contacts
from gateway.ledger.engine import reading
from gateway.ledger.sealing import Sealed, Sealer
from gateway.ledger.tables import calls
from gateway.ledger.visits import lock_pbx
from tests.ledger.writing import opened
from tests.scenarios.counter import PBX, Counter, log_records, told_by
from tests.scenarios.feeds import SITE
from tests.scenarios.test_traces import played

RUNS = ["hotline22-across.all", "hotline22-everyday.mask", "plain22-odd.all", "plain22-hostile.all"]
KINDS: tuple[Kind[Any], ...] = (CALLS, OFFERS, SPELLS, SURVEYS, GAPS)


async def write(engine: AsyncEngine, told: Told, now: int = 1, sealer: Sealer | None = None) -> Written:
    async with engine.begin() as connection:
        await lock_pbx(connection, PBX)
        return await write_contacts(connection, PBX, SITE, told, "here", now, sealer)


async def fail_to_write(engine: AsyncEngine, told: Told) -> None:
    """All is written but not committed."""
    async with engine.begin() as connection:
        await write_contacts(connection, PBX, SITE, told, "here", 1)
        raise ConnectionAbortedError


async def stored(engine: AsyncEngine) -> list[object]:
    """Every row there is, but for how often it was corrected."""
    rows: list[object] = []
    async with reading(engine) as connection:
        for kind in KINDS:
            ids = (await connection.execute(select(kind.table.c.id))).scalars().all()
            rows += [
                row._replace(revision=0) if hasattr(row, "revision") else row
                for row in await load_rows(connection, kind, ids)
            ]
    return sorted(rows, key=repr)


def batches(name: str, is_log_first: bool) -> Iterable[Told]:
    """A run in pieces of a hundred."""
    facts, records, contacts = played(name).facts, log_records(name), Contacts(PBX, "here")
    live = [told_by(facts[start : start + 100], (), contacts) for start in range(0, len(facts), 100)]
    log = [told_by((), records[start : start + 100], contacts) for start in range(0, len(records), 100)]
    return log + live if is_log_first else live + log


@pytest.mark.parametrize("is_log_first", [False, True])
@pytest.mark.parametrize("name", RUNS)
async def test_the_database_says_what_memory_says(database: Address, name: str, is_log_first: bool) -> None:
    counter = Counter()
    async with opened(database) as engine:
        for told in batches(name, is_log_first):
            counter.take(told)
            await write(engine, told)
        assert await stored(engine) == counter.said()
        for told in batches(name, not is_log_first):
            assert await write(engine, told, 2) == Written(), "the same again writes nothing"
        whole = told_by(played(name).facts, log_records(name))
        assert await write(engine, whole, 3) == Written()


async def test_a_gateway_that_tells_it_again_adds_only_its_own_gaps(database: Address) -> None:
    blind = BlindTime(PBX, 1_790_000_009_000_000, 1_790_000_000_000_000, "cut", "snapshot")
    gap = Gap(GapCause.CLOSED, 1_790_000_000_000_000, 1_790_000_001_000_000, "queue_log")
    async with opened(database) as engine:
        for gateway in ("here", "there"):
            contacts = Contacts(PBX, gateway)
            contacts.see_gap(gap, 1)
            told = told_by([blind, *played("plain22-odd.all").facts], (), contacts)
            written = await write(engine, told)
            assert (written.new > 2) is (gateway == "here")
            assert await write(engine, told) == Written()
        async with reading(engine) as connection:
            found = (await connection.execute(select(GAPS.table.c.gateway, GAPS.table.c.of))).all()
    assert sorted(map(tuple, found)) == [("here", "feed"), ("here", "log"), ("there", "feed"), ("there", "log")]


async def test_what_stands_beside_a_call_is_left_alone(database: Address) -> None:
    """The sealed number and the flag of a confidential call are not the writer's of facts."""
    beside = {"caller_sealed": b"sealed", "caller_hash": b"hash", "caller_key": "k1", "confidential": True}
    arrived = CallArrived(PBX, 5, "1790000000.1", "12345", "12345", Direction.INBOUND, "13900000001")
    async with opened(database) as engine:
        await write(engine, told_by([arrived]))
        async with engine.begin() as connection:
            await connection.execute(update(calls).values(beside))
        assert await write(engine, told_by([arrived._replace(at=3)])) == Written(0, 1, 0)
        async with reading(engine) as connection:
            row = (await connection.execute(select(calls))).mappings().one()
    assert {name: row[name] for name in beside} == beside
    assert (row["arrived_at"], row["gateway"], row["is_test"]) == (3, "here", False)
    assert "13900000001" not in repr(row)


async def test_numbers_are_sealed_once_and_stay_erased(database: Address) -> None:
    """Each call has the citizen's number: who called in, or was called from here, as the feed saw it, else the log;
    extensions are nobody's; without a key none; erased ones do not return."""
    name, sealer = "hotline22-across.all", Sealer(bytes(range(32)), "key")
    contacts = Contacts(PBX, "here", keeps_callers=True)
    told = [told_by(played(name).facts, (), contacts), told_by((), log_records(name), contacts)]
    arrived = [fact for fact in played(name).facts if isinstance(fact, CallArrived)]
    callers = {fact.call: fact.caller for fact in arrived if fact.direction is Direction.INBOUND and fact.caller}
    callers |= {fact.call: "13812345678" for fact in arrived if fact.direction is Direction.OUTBOUND}
    assert len(callers) < len(arrived), "an internal call is nobody's"
    assert told[0].callers == callers
    async with opened(database) as engine:
        await write(engine, told[0])
        assert not any(await sealed(engine))
        for number in (1, 2):
            for part in told:
                await write(engine, part, number, sealer)
        rows = [row for row in await sealed(engine) if row is not None]
        callers = told[1].callers | callers
        assert {row["callid"]: sealer.open(read_sealed(row), row["id"]) for row in rows} == callers
        hashes = {row["callid"]: row["caller_hash"] for row in rows}
        assert all(hashes[callid] == sealer.hash(number) for callid, number in callers.items())
        erased = {"caller_sealed": None, "caller_hash": None, "caller_key": None, "caller_erased_at": 9}
        async with engine.begin() as connection:
            await connection.execute(update(calls).values(erased))
        for part in told:
            await write(engine, part, 3, sealer)
        assert not any(await sealed(engine))
    assert not [number for number in callers.values() if number in repr(told)]


async def sealed(engine: AsyncEngine) -> list[RowMapping | None]:
    """The rows of calls, None for those without a number."""
    async with reading(engine) as connection:
        rows = (await connection.execute(select(calls))).mappings().all()
    return [row if row["caller_sealed"] is not None or row["caller_hash"] is not None else None for row in rows]


def read_sealed(row: RowMapping) -> Sealed:
    return Sealed(row["caller_sealed"], row["caller_hash"], row["caller_key"])


async def test_a_write_that_fails_leaves_nothing_and_is_put_back(database: Address) -> None:
    contacts = Contacts(PBX, "here")
    told = told_by(played("hotline22-across.all").facts, (), contacts)
    async with opened(database) as engine:
        with pytest.raises(ConnectionAbortedError):
            await fail_to_write(engine, told)
        async with reading(engine) as connection:
            assert (await connection.execute(select(func.count()).select_from(calls))).scalar_one() == 0
        contacts.put_back(told)
        written = await write(engine, contacts.take())
        assert written.new == len(told)
        assert len(await stored(engine)) == len(told)
