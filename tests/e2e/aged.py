"""A way to the PBX on which it seems older than it is: where Asterisk names its version, another one is written.

Law: only the names of versions are changed, so that the session behind is a real one (no Asterisk older than 16 can be
had for the lab).
"""

import contextlib
import re
import socket
import threading
from typing import Self

from tests.e2e.lagging import copy, shut

NAMES = (
    (rb"(?<=Asterisk Call Manager/)[0-9.]+", b"2.10.6"),
    (rb"(?<=AMIversion: )[0-9.]+", b"2.10.6"),
    (rb"(?<=AsteriskVersion: )[^\r\n]+", b"13.38.3"),
)
END = b"\r\n"


def age(line: bytes) -> bytes:
    """The line as Asterisk 13 would write it."""
    for pattern, name in NAMES:
        line = re.sub(pattern, name, line)
    return line


class Aged:
    """Listens on 127.0.0.1 for one client after the other. Use it as a context manager."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name="aged", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        shut(self._listener)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with near, contextlib.suppress(OSError), socket.create_connection(self._target, 5) as far:
                far.settimeout(None)
                threading.Thread(target=copy, args=(near, far), name="aged-up", daemon=True).start()
                self._serve(near, far)

    def _serve(self, near: socket.socket, far: socket.socket) -> None:
        rest = b""
        while data := far.recv(65536):
            *lines, rest = (rest + data).split(END)
            near.sendall(b"".join(age(line) + END for line in lines))
        shut(near)
