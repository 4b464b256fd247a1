"""Who is unreached by what both databases hold, who holds him, what was tried."""

import asyncio

import pytest

from gateway.core.callbacks import Held, Seek
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.core.unreached import CallbackState, Result, Unreached
from gateway.ledger.address import Address
from gateway.ledger.history import History
from gateway.ledger.unreached import BATCH, UnreachedBook
from tests.ledger.town import PBX, SEALER, Town, looking

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


async def test_a_caller_without_a_number_who_types_one_is_called_back_there(database: Address) -> None:
    town = Town()
    town.number = "anonymous"
    call = town.arrive()
    town.mark(call, "callback", Number=C, Line="12345")
    town.hang_up(call)
    await town.write(database)
    async with looking(database) as reader:
        book = UnreachedBook(reader, DUE)
        (one,) = await unreached(book, town.now)
        assert (one.id, one.asked_back, one.queues) == (row_id(call), True, ())
        number, _ = History(reader, SEALER).open_number(row_id(call), one.lost[0].sealed, one.lost[0].key)
        assert number == C
        town.call_out(C)
        await town.write(database)
        assert await unreached(book, town.now, only_open=True) == []
