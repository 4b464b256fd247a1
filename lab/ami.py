"""A small AMI client for the lab: one reader thread, a numbered log of events, actions with replies.

Law: it is independent of the gateway (tests compare the two), and it waits for facts, never for time alone.
"""

import contextlib
import itertools
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Self

Message = dict[str, str]
KEPT = 50_000  # events; older ones are forgotten so that an endless trickle does not grow


class ClosedError(ConnectionError):
    """The AMI session is gone."""


class RefusedError(RuntimeError):
    """The PBX answered Error; the text is its Message."""


class NotSeenError(TimeoutError):
    """What was waited for did not happen in time; the text says what."""


class Ami:
    """One logged-in AMI session."""

    def __init__(self, host: str, port: int, user: str, secret: str, events: str = "on") -> None:
        self.changed = threading.Condition()
        self.events: deque[tuple[int, Message]] = deque(maxlen=KEPT)
        self.listeners: list[Callable[[Message], None]] = []
        self.count = 0
        self.is_closed = False
        self._replies: dict[str, list[Message]] = {}
        self._numbers = itertools.count(1)
        self._socket = socket.create_connection((host, port), 5)
        self._socket.settimeout(None)
        self._stream = self._socket.makefile("rb")
        self.banner = self._stream.readline().decode().strip()
        self._reader = threading.Thread(target=self._read, name=f"ami-{host}", daemon=True)
        self._reader.start()
        try:
            self.act("Login", Username=user, Secret=secret, Events=events)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave without Logoff: the socket is shut and the reader ends."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(2)
        self._stream.close()
        self._socket.close()

    def _read(self) -> None:
        block: Message = {}
        try:
            for line in self._stream:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                if not text:
                    self._take(block)
                    block = {}
                    continue
                key, _, value = text.partition(":")
                value = value.removeprefix(" ")
                # Output of Command repeats; everything else the lab reads stands once.
                block[key] = f"{block[key]}\n{value}" if key in block else value
        except OSError:
            pass
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()

    def _take(self, block: Message) -> None:
        if not block:
            return
        with self.changed:
            action = block.get("ActionID", "")
            if action in self._replies:
                self._replies[action].append(block)
            if "Event" in block:
                self.count += 1
                self.events.append((self.count, block))
            self.changed.notify_all()
        if "Event" in block:
            for listener in self.listeners:
                listener(block)

    def act(self, action: str, timeout: float = 10, **headers: str) -> Message:
        """Send an action, return its Response. Raises RefusedError, ClosedError, NotSeenError."""
        return self._ask(action, timeout, headers, lambda found: "Response" in found[0])[0]

    def items(self, action: str, timeout: float = 10, **headers: str) -> list[Message]:
        """Send a list action, return its items without the closing event."""
        replies = self._ask(action, timeout, headers, lambda found: found[-1].get("EventList") == "Complete")
        return replies[1:-1]

    def command(self, line: str) -> str:
        """Output of one CLI command."""
        return self.act("Command", Command=line).get("Output", "")

    def send(self, action: str, **headers: str) -> str:
        """Write an action without waiting; returns its ActionID."""
        number = f"lab-{next(self._numbers)}"
        lines = [f"Action: {action}", f"ActionID: {number}"]
        for key, value in headers.items():
            lines += [f"{key}: {part}" for part in value.split("\n")]
        self._replies[number] = []
        try:
            self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        except OSError as error:
            raise ClosedError(str(error)) from error
        return number

    def _ask(
        self, action: str, timeout: float, headers: dict[str, str], done: Callable[[list[Message]], bool]
    ) -> list[Message]:
        number = self.send(action, **headers)
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                found = self._replies[number]
                if found and found[0].get("Response") == "Error":
                    raise RefusedError(f"{action}: {found[0].get('Message')}")
                if found and done(found):
                    return self._replies.pop(number)
                if self.is_closed:
                    raise ClosedError(f"session ended before the reply to {action}")
                if not self.changed.wait(deadline - time.monotonic()):
                    raise NotSeenError(f"no reply to {action} within {timeout} s")

    def mark(self) -> int:
        """Number of events so far; give it to `wait` to look only at later ones."""
        return self.count

    def wait(self, what: str, test: Callable[[Message], bool], timeout: float = 10, since: int = 0) -> Message:
        """The first event after `since` that passes `test`. Raises NotSeenError with the text `what`."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                fresh = [event for number, event in self.events if number > since]
                for event in fresh:
                    if test(event):
                        return event
                since = self.count
                if self.is_closed:
                    raise ClosedError(f"session ended while waiting for {what}")
                if not self.changed.wait(deadline - time.monotonic()):
                    raise NotSeenError(f"not within {timeout} s: {what}")

    def wait_until(self, what: str, test: Callable[[], bool], timeout: float) -> None:
        """Wait until `test` holds; it is tried whenever something was received. Raises NotSeenError."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not test():
                if self.is_closed:
                    raise ClosedError(f"session ended while waiting for {what}")
                if not self.changed.wait(deadline - time.monotonic()):
                    raise NotSeenError(f"not within {timeout} s: {what}")
