"""How bytes flow on one connection, against real TCP peers: reads bounded, gathered while busy, no endless buffer."""

import asyncio
import socket
import time

import pytest

from gateway.asterisk import Retry
from gateway.asterisk.pace import MOST, Pace
from gateway.asterisk.protocol import READ_SIZE
from gateway.core.requests import Request
from tests.shells.peer import Caller, Delays, Ear, connecting, listening, spell_event, until

GATHER_S = 0.001


async def serve(caller: Caller) -> None:
    await caller.serve()


async def test_the_socket_is_prepared_and_reads_are_bounded() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        await caller.say(spell_event("Big", "X: " + "x" * 300_000))
        await asyncio.sleep(60)

    sizes: list[int] = []

    class Measuring(Ear):
        def received(self, data: bytes) -> None:
            sizes.append(len(data))
            super().received(data)

    async with listening(script) as peer, connecting(peer.port, Measuring()) as connection:
        await until(lambda: sum(sizes) > 300_000)
        assert max(sizes) <= READ_SIZE
        assert connection._session is not None
        sock = connection._session.wire.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10


async def test_a_busy_feed_is_read_in_fewer_pieces_and_nothing_is_lost_or_left_lying() -> None:
    """6,000 events, a write for each, as fast as it goes; then silence: the last ones come although they are few."""
    event = spell_event("Busy", "X: " + "x" * 400)
    marks: list[int | None] = []

    class Counted(Pace):
        def see_read(self, nbytes: int, now: float) -> int | None:
            marks.append(super().see_read(nbytes, now))
            return marks[-1]

    async def script(caller: Caller) -> None:
        await caller.log_in()
        await ready.wait()
        for number in range(6000):
            await caller.say(event)
            await asyncio.sleep(0.0002 if number % 10 == 0 else 0)
        await asyncio.sleep(60)

    ready = asyncio.Event()
    async with listening(script) as peer, connecting(peer.port, ear := Ear(), gather_s=GATHER_S) as connection:
        await until(lambda: connection.status.connected)
        assert connection._session is not None
        wire = connection._session.wire
        wire._pace = Counted(GATHER_S)
        ready.set()
        await until(lambda: ear.received_bytes.count(event) == 6000, 30)
        assert max(mark or 0 for mark in marks) > 1, "it was never busy"
        await until(lambda: wire._pace.low == 1, 5)
        sock = wire.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1, "a quiet feed waits for every byte"


async def test_few_bytes_below_the_mark_are_read_all_the_same() -> None:
    event = spell_event("Late", "X: " + "x" * 40)

    async def script(caller: Caller) -> None:
        await caller.log_in()
        await ready.wait()
        await caller.say(event)
        await asyncio.sleep(60)

    ready = asyncio.Event()
    async with listening(script) as peer, connecting(peer.port, ear := Ear(), gather_s=GATHER_S) as connection:
        await until(lambda: connection.status.connected)
        assert connection._session is not None
        wire = connection._session.wire
        wire._pace.low = MOST
        wire._gather(MOST)
        ready.set()
        began = time.monotonic()
        await until(lambda: event in ear.received_bytes, 5)
        print(f"\nread {(time.monotonic() - began) * 1000:.1f} ms after it was asked for")


def test_the_mark_follows_the_rate() -> None:
    """500 bytes a read: at 100 reads a second each is read alone, at 5,000 what one millisecond brings together."""
    pace = Pace(GATHER_S)
    assert not any(pace.see_read(500, number * 0.01) for number in range(100))
    busy = [pace.see_read(500, 1 + number * 0.0002) for number in range(2000)]
    assert pace.low == pytest.approx(2_500_000 * GATHER_S, rel=0.25)
    assert len([mark for mark in busy if mark is not None]) <= 2, "the mark stays while the rate does"
    assert not pace.is_over(1.4 + 0.001, 0.005)
    assert pace.is_over(1.4 + 0.01, 0.005)
    assert pace.low == 1
    flood = [pace.see_read(65_536, 2 + number * 0.0001) for number in range(2000)]
    assert max(mark or 0 for mark in flood) == MOST


async def test_a_peer_that_reads_nothing_is_not_buffered_for_without_end() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        await asyncio.sleep(60)

    ear = Ear()
    async with listening(script) as peer, connecting(peer.port, ear, Retry(Delays(1000))) as connection:
        await until(lambda: connection.status.connected)
        requests = [Request("UserEvent", f"core-{n}", (("Text", "x" * 900),)) for n in range(1000)]
        for _ in range(40):
            connection.obey(requests, (), None)
        await until(lambda: ear.cuts)
        assert ear.cuts == ["closed"]
