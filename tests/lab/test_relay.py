"""The relay goes dark without a FIN and comes back with what was sent meanwhile."""

import socket
from collections.abc import Iterator

import pytest

from lab.relay import Relay


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        yield listener


def test_dark_is_silent_and_light_delivers(server: socket.socket) -> None:
    with Relay(*server.getsockname()) as relay, socket.create_connection((relay.host, relay.port), 5) as near:
        far, _ = server.accept()
        with far:
            far.settimeout(5)
            near.sendall(b"before")
            assert far.recv(100) == b"before"
            relay.darken()
            near.sendall(b"meanwhile")
            far.settimeout(0.3)
            with pytest.raises(TimeoutError):
                far.recv(100)
            relay.light()
            far.settimeout(5)
            assert far.recv(100) == b"meanwhile"
            far.sendall(b"answer")
            assert near.recv(100) == b"answer"


def test_cut_closes_both_sides(server: socket.socket) -> None:
    with Relay(*server.getsockname()) as relay, socket.create_connection((relay.host, relay.port), 5) as near:
        far, _ = server.accept()
        with far:
            far.settimeout(5)
            near.sendall(b"x")
            assert far.recv(100) == b"x"
            relay.cut()
            assert far.recv(100) == b""
            assert near.recv(100) == b""


def test_a_closed_end_closes_the_other(server: socket.socket) -> None:
    with Relay(*server.getsockname()) as relay, socket.create_connection((relay.host, relay.port), 5) as near:
        far, _ = server.accept()
        far.close()
        assert near.recv(100) == b""
