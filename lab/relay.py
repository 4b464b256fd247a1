"""A TCP relay that can go dark: the network is cut without a FIN.

Law: while dark nothing is read from or written to either side and no socket is closed, so both ends believe the
connection lives; `light` goes on with what the kernel kept meanwhile, `cut` closes.
"""

import contextlib
import selectors
import socket
import threading
from typing import Self


class Relay:
    """Listens on 127.0.0.1 and forwards to (host, port). Use it as a context manager."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()[:2]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._peers: dict[socket.socket, socket.socket] = {}
        self._lit = threading.Event()
        self._lit.set()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self.light()
        self._wake.send(b"x")
        self._thread.join(5)
        self.cut()
        self._selector.close()
        for end in (self._listener, self._wake, self._woken):
            end.close()

    def darken(self) -> None:
        """Forward nothing from now on, accept nothing, close nothing."""
        self._lit.clear()
        self._wake.send(b"x")

    def light(self) -> None:
        """Forward again."""
        self._lit.set()

    def cut(self) -> None:
        """Close every forwarded connection (FIN on both sides)."""
        for end in list(self._peers):
            self._drop(end)

    def _run(self) -> None:
        while not self._ends.is_set():
            for key, _ in self._selector.select():
                self._lit.wait()
                self._serve(key.fileobj)

    def _serve(self, end: object) -> None:
        if end is self._listener:
            self._accept()
        elif end is self._woken:
            self._woken.recv(64)
            self._lit.wait()
        elif isinstance(end, socket.socket) and end in self._peers:
            self._forward(end)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        try:
            far = socket.create_connection(self.target, 5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        for end, other in ((near, far), (far, near)):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peers[end] = other
            self._selector.register(end, selectors.EVENT_READ)

    def _forward(self, end: socket.socket) -> None:
        try:
            data = end.recv(65536)
            if data:
                self._peers[end].sendall(data)
                return
        except OSError:
            pass
        self._drop(end)

    def _drop(self, end: socket.socket) -> None:
        other = self._peers.pop(end, None)
        for one in (end, other):
            if one is not None:
                self._peers.pop(one, None)
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(one)
                one.close()
