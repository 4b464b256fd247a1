"""Record an AMI feed as it arrives on the wire.

Law: the bytes of every recv are kept unchanged with their arrival time. File format, repeated to the end:
`<arrival epoch us> <nbytes>\\n<bytes>\\n`. A snapshot (lists with ActionIDs trace-1 ...) is asked for at the start and
at the end, so that the file stands for itself.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from lab.site import Account

SNAPSHOT = ("CoreSettings", "CoreStatus", "QueueStatus", "CoreShowChannels", "DeviceStateList")
ENDS = b"Event: DeviceStateListComplete\r\n"


class Recorder:
    """One AMI session written to a file. Use it as a context manager."""

    def __init__(self, account: Account, path: Path, mask: str = "on") -> None:
        self.account = account
        self.path = path
        self.mask = mask
        self.snapshots = 0
        self._actions = 0
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        self._socket = socket.create_connection((self.account.host, self.account.port), 5)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._run, args=(self._file,), name="recorder", daemon=True)
        self._thread.start()
        self._send("Login", f"Username: {self.account.user}", f"Secret: {self.account.secret}", f"Events: {self.mask}")
        self.snapshot()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # the PBX is gone: the record ends where the feed ended
            self.snapshot()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()
        self._file.close()

    def _send(self, action: str, *headers: str) -> None:
        self._actions += 1
        rows = [f"Action: {action}", f"ActionID: trace-{self._actions}", *headers, "", ""]
        self._socket.sendall("\r\n".join(rows).encode())

    def snapshot(self, timeout: float = 5) -> None:
        """Ask for the lists and wait until the last has come, or `timeout` s."""
        with self._changed:
            wanted = self.snapshots + 1
            for action in SNAPSHOT:
                self._send(action)
            self._changed.wait_for(lambda: self.snapshots >= wanted, timeout)

    def _run(self, file: BinaryIO) -> None:
        tail = b""
        while data := self._receive():
            file.write(b"%d %d\n%b\n" % (time.time_ns() // 1000, len(data), data))
            file.flush()
            tail += data
            with self._changed:
                self.snapshots += tail.count(ENDS)
                self._changed.notify_all()
            tail = tail[-(len(ENDS) - 1) :]

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65536)
        except OSError:
            return b""


def read(path: Path) -> Iterator[tuple[int, bytes]]:
    """Arrival time (epoch us) and bytes of each recv in a recorded file. Raises ValueError on a damaged file."""
    with path.open("rb") as stream:
        while head := stream.readline():
            at, size = map(int, head.split())
            data = stream.read(size)
            if len(data) != size or stream.read(1) != b"\n":
                raise ValueError(f"{path}: truncated record")
            yield at, data
