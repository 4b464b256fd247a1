"""How bytes flow on one connection, against real TCP peers: reads bounded, rests while busy, no endless buffer."""

import asyncio
import socket

from gateway.asterisk import Retry
from gateway.asterisk.pace import Pace
from gateway.asterisk.protocol import READ_SIZE
from gateway.core.requests import Request
from tests.shells.peer import Caller, Delays, Ear, connecting, listening, spell_event, until


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


async def test_a_busy_feed_may_be_read_in_fewer_pieces_and_nothing_is_lost() -> None:
    event = spell_event("Busy", "X: " + "x" * 400)
    rested: list[float] = []

    class Counted(Pace):
        def rest_after(self, nbytes: int, half: int, now: float) -> float:
            rested.append(super().rest_after(nbytes, half, now))
            return rested[-1]

    async def script(caller: Caller) -> None:
        await caller.log_in()
        await ready.wait()
        for _ in range(2000):
            await caller.say(event)
            await asyncio.sleep(0)
        await asyncio.sleep(60)

    ready = asyncio.Event()
    async with listening(script) as peer, connecting(peer.port, ear := Ear(), rest_s=0.002) as connection:
        await until(lambda: connection.status.connected)
        assert connection._session is not None
        connection._session.wire._pace = Counted(0.002, busy_bytes_s=0.0)  # busy from its first read on
        ready.set()
        await until(lambda: ear.received_bytes.count(event) == 2000, 30)
        assert rested.count(0.002) > 0
        assert len(rested) < 1000, "while it rests, events come together"


def test_a_quiet_feed_never_rests_and_a_full_read_neither() -> None:
    pace = Pace(0.002)
    assert not any(pace.rest_after(500, 32_768, number * 0.01) for number in range(100))
    busy = [pace.rest_after(500, 32_768, 1 + number * 0.0001) for number in range(2000)]
    assert busy[-1] == 0.002
    assert pace.rest_after(60_000, 32_768, 1.2001) == 0.0
    assert not any(Pace().rest_after(60_000, 32_768, number * 0.001) for number in range(100))


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
