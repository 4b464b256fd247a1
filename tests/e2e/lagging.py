"""A way to the PBX on which live events are late while replies and lists are not: the Stasis mailbox under load.

Law: bytes are never changed; live events keep their order, and so do replies and list items (asterisk-facts 5.2). It
can also break off in the middle of a message.
"""

import contextlib
import socket
import threading
import time
from collections import deque
from typing import Self

END = b"\r\n\r\n"


class Lagging:
    """Listens on 127.0.0.1 for one client after the other. Use it as a context manager."""

    def __init__(self, host: str, port: int, lag: float) -> None:
        self.lag = lag
        self.late = 0
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()[:2]
        self._breaks = threading.Event()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="lagging", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def break_off(self) -> None:
        """Send half of the next live event, then close."""
        self._breaks.set()

    def _accept(self) -> None:
        while not self._ends.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with near, contextlib.suppress(OSError), socket.create_connection(self._target, 5) as far:
                self._serve(near, far)

    def _serve(self, near: socket.socket, far: socket.socket) -> None:
        upward = threading.Thread(target=copy, args=(near, far), name="lagging-up", daemon=True)
        upward.start()
        near.sendall(read_line(far))  # the banner: no blank line follows it
        far.settimeout(0.01)
        held: deque[tuple[float, bytes]] = deque()
        rest = b""
        while not self._ends.is_set() and upward.is_alive():
            data = receive(far)
            if data == b"":
                break
            *whole, rest = (rest + (data or b"")).split(END)
            for block in whole:
                self._pass(near, held, block + END)
            while held and held[0][0] <= time.monotonic():
                if not self._deliver(near, held.popleft()[1]):
                    return
        shut(near)
        shut(far)
        upward.join(2)

    def _pass(self, near: socket.socket, held: deque[tuple[float, bytes]], block: bytes) -> None:
        if b"\r\nActionID: " in block or b"Response: " in block[:200]:
            self.late += len(held)
            near.sendall(block)
        else:
            held.append((time.monotonic() + self.lag, block))

    def _deliver(self, near: socket.socket, block: bytes) -> bool:
        if self._breaks.is_set():
            self._breaks.clear()
            near.sendall(block[: len(block) // 2])
            shut(near)
            return False
        near.sendall(block)
        return True


def read_line(end: socket.socket) -> bytes:
    """One line, byte by byte; less when the connection ends."""
    line = b""
    while not line.endswith(b"\n") and (byte := end.recv(1)):
        line += byte
    return line


def receive(end: socket.socket) -> bytes | None:
    """Bytes, b"" at the end, None when nothing came for a moment."""
    try:
        return end.recv(65536)
    except TimeoutError:
        return None


def copy(source: socket.socket, target: socket.socket) -> None:
    """Everything from one to the other, until either is gone."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    shut(target)


def shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
