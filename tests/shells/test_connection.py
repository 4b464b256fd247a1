"""The retry loop and the wire of one connection, against real TCP peers: reasons, delays, time limits, obedience."""

import asyncio
import random
import socket
import struct

import pytest
from structlog.testing import capture_logs

from gateway.asterisk import Reason, Retry
from gateway.asterisk.retry import REMEDY
from gateway.core.requests import Request
from tests.shells.peer import BANNER, Caller, Delays, Ear, connecting, listening, spell_event, until


async def serve(caller: Caller) -> None:
    await caller.serve()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def test_the_sink_hears_connect_login_and_stop_in_order() -> None:
    ear = Ear()
    async with listening(serve) as peer, connecting(peer.port, ear) as connection:
        await until(lambda: connection.status.connected)
        assert [kind for kind, _ in ear.heard] == ["connected", "logged_in"]
        assert ear.received_bytes.startswith(BANNER)
    assert [kind for kind, _ in ear.heard] == ["connected", "logged_in", "cut"]
    assert ear.cuts == ["stopped"]


async def test_every_connection_has_a_nonce_of_its_own() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()

    ear = Ear()
    async with listening(script) as peer, connecting(peer.port, ear):
        await until(lambda: len(peer.callers) >= 3)
    nonces = [what for kind, what in ear.heard if kind == "connected"]
    assert len(set(nonces)) == len(nonces) >= 3


@pytest.mark.parametrize("login", ["md5", "plain"])
async def test_login_names_the_events_it_wants(login: str) -> None:
    async with listening(serve) as peer, connecting(peer.port, Ear(), login=login) as connection:
        await until(lambda: connection.status.connected)
        sent = next(action for action in peer.callers[0].actions if action["Action"] == "Login")
        assert sent["Events"] == "system,call,agent,user,dialplan"
        assert ("Secret" in sent) == (login == "plain")


async def test_refused_is_told_once_and_tried_with_growing_delays() -> None:
    delays, ear = Delays(0.001), Ear()
    with capture_logs() as logs:
        async with connecting(free_port(), ear, Retry(delays)) as connection:
            await until(lambda: len(delays.asked) >= 6)
            assert connection.status.reason is Reason.REFUSED
    assert [high for _, high in delays.asked[:6]] == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0]
    assert {low for low, _ in delays.asked} == {0.0}
    assert ear.cuts == ["refused", "stopped"]
    told = [entry for entry in logs if entry["event"] == "ami.cut"]
    assert [entry["reason"] for entry in told] == ["refused", "stopped"]
    assert "manager.conf" in told[0]["remedy"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Authentication failed", "auth"),
        ("Login Already In Use", "in_use"),
        ("Asterisk is shutting down", "shutdown"),
    ],
)
async def test_a_refused_login_says_why(words: str, reason: str) -> None:
    async def script(caller: Caller) -> None:
        await caller.say(BANNER)
        await caller.answer(await caller.action(), f"Message: {words}", response="Error")

    async with listening(script) as peer, connecting(peer.port, Ear(), Retry(Delays(1000))) as connection:
        await until(lambda: connection.status.next_attempt_s)
        assert connection.status.reason == reason


@pytest.mark.parametrize(
    "greeting",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"Asterisk Call Manager/" + b"9" * 300],
)
async def test_what_is_no_ami_is_named(greeting: bytes) -> None:
    async def script(caller: Caller) -> None:
        await caller.say(greeting)

    async with listening(script) as peer, connecting(peer.port, Ear(), Retry(Delays(1000))) as connection:
        await until(lambda: connection.status.next_attempt_s)
        assert connection.status.reason is Reason.BANNER


async def test_a_banner_in_pieces_is_a_banner() -> None:
    async def script(caller: Caller) -> None:
        for byte in BANNER:
            await caller.say(bytes([byte]))
            await asyncio.sleep(0.001)
        await caller.answer(await caller.action(), "Challenge: 1")
        await caller.answer(await caller.action(), "Message: Authentication accepted")
        await asyncio.sleep(60)

    async with listening(script) as peer, connecting(peer.port, Ear()) as connection:
        await until(lambda: connection.status.connected)


@pytest.mark.parametrize("how", ["kicked", "closed in a message", "reset"])
async def test_how_a_session_ends_is_told_apart(how: str) -> None:
    ready = asyncio.Event()

    async def script(caller: Caller) -> None:
        await caller.log_in()
        await ready.wait()
        if how == "closed in a message":
            await caller.say(b"Event: QueueCallerJoin\r\nQueue: hot")
        if how == "reset":
            sock = caller.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    ear = Ear()
    async with listening(script) as peer, connecting(peer.port, ear, Retry(Delays(1000))) as connection:
        await until(lambda: connection.status.connected)
        ready.set()
        await until(lambda: connection.status.next_attempt_s)
        assert ear.cuts == ["kicked" if how == "kicked" else "closed"]


async def test_the_core_may_close_and_names_the_reason() -> None:
    ear = Ear()
    async with listening(serve) as peer, connecting(peer.port, ear, Retry(Delays(0.01))) as connection:
        await until(lambda: connection.status.connected)
        connection.obey((), (), "half_open")
        await until(lambda: connection.status.logins == 2)
        assert ear.cuts == ["half_open"]


async def test_a_network_that_goes_dark_is_ended_by_the_core_and_connected_again() -> None:
    """A relay that stops passing bytes but keeps its sockets: no FIN, no RST."""
    dark = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not dark.is_set():
                writer.write(data)
                await writer.drain()

    async with listening(serve) as pbx:

        async def script(caller: Caller) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", pbx.port)
            try:
                await asyncio.gather(relay(caller.reader, writer), relay(reader, caller.writer))
            finally:
                writer.close()

        ear = Ear()
        async with listening(script) as between, connecting(between.port, ear, action_s=0.2) as connection:
            await until(lambda: len(connection.status.answers) == 2)
            dark.set()
            with pytest.raises(TimeoutError):
                await connection.ask({"Action": "Ping"})
            assert connection.status.connected, "nothing on the wire says that the peer is gone"
            connection.obey((), (), "half_open")
            dark.clear()
            await until(lambda: connection.status.logins == 2)
            assert ear.cuts == ["half_open"]


async def test_requests_of_the_core_are_written_in_order_and_checked() -> None:
    ear = Ear()
    async with listening(serve) as peer, connecting(peer.port, ear) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        hostile = Request("QueueStatus", "core-2", (("Queue", "a\r\n\r\nAction: Originate"),))
        connection.obey(
            [Request("Ping", "core-1"), hostile, Request("QueueStatus", "core-3", (("Queue", "彝语"),))], (), None
        )
        await until(lambda: len(peer.callers[0].actions) == 6)
        assert peer.callers[0].actions[4:] == [
            {"Action": "Ping", "ActionID": "core-1"},
            {"Action": "QueueStatus", "ActionID": "core-3", "Queue": "彝语"},
        ]
        assert connection.status.refused_requests == 1


async def test_obedience_without_a_connection_is_harmless() -> None:
    async with connecting(free_port(), Ear(), Retry(Delays(1000))) as connection:
        await until(lambda: connection.status.next_attempt_s)
        connection.obey([Request("Ping", "core-1")], [b"Response: Success\r\nActionID: x"], "half_open")
        assert connection.status.reason is Reason.REFUSED


async def test_two_connections_know_nothing_of_each_other() -> None:
    first, second = Ear(), Ear()
    async with (
        listening(serve) as one,
        listening(serve) as two,
        connecting(one.port, first) as left,
        connecting(two.port, second, pbx="pbx2") as right,
    ):
        await until(lambda: left.status.connected and right.status.connected)
        await one.callers[0].say(spell_event("Only", "Here: 1"))
        left.obey((), (), "half_open")
        await until(lambda: left.status.logins == 2)
        assert b"Here: 1" not in second.received_bytes
        assert second.cuts == []
        assert right.status.logins == 1


def test_a_stable_session_resets_the_delays_and_jitter_is_full() -> None:
    delays = Delays(1.0)
    retry = Retry(delays)
    assert [retry.delay(Reason.CLOSED, 0.0) for _ in range(3)] == [0.25, 0.5, 1.0]
    assert retry.delay(Reason.CLOSED, 20.0) == 0.25
    assert retry.delay(Reason.AUTH, 0.0) == 10.0
    assert retry.delay(Reason.AUTH, 0.0) == 20.0
    assert retry.delay(Reason.REFUSED, 0.0) == 0.25
    for _ in range(2000):
        assert retry.delay(Reason.REFUSED, 0.0) <= 3.0
    jitter = Retry(random.Random(1).uniform)
    drawn = [jitter.delay(Reason.REFUSED, 0.0) for _ in range(500)][10:]
    assert 0 < min(drawn) < 0.1
    assert 2.9 < max(drawn) < 3


def test_every_reason_has_a_remedy() -> None:
    assert set(REMEDY) == set(Reason)
