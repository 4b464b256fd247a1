"""The wire of one connection: every byte to the sink, responses back to panoramisk's actions.

Law: whole reads in wire order, one reused buffer, no decoding, no await. `asyncio.BufferedProtocol` bounds a read to
64 KiB (performance.md 2, finding 3). Nothing that a sink does can break the connection; it is counted (defect 1).
"""

import asyncio
import hashlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from gateway.asterisk.actions import Action, Headers, read_response
from gateway.asterisk.pace import Pace

log = structlog.get_logger()

READ_SIZE = 65_536
BANNER = b"Asterisk Call Manager/"
MAX_BANNER = 200
SHUTDOWN = b"\r\n\r\nEvent: Shutdown\r\n"
MAX_UNSENT = 1024 * 1024
QUIET_S = 0.01
"""Longest that bytes below the low-water mark lie unread, when a busy feed falls silent."""
# A dead peer is found by the core's Ping within seconds; these are the net below it, for a PBX that is never pinged.
KEEPALIVE = (
    (socket.TCP_KEEPIDLE, 10),
    (socket.TCP_KEEPINTVL, 5),
    (socket.TCP_KEEPCNT, 3),
    (socket.TCP_USER_TIMEOUT, 15_000),
)


class Sink(Protocol):
    """Where the wire goes: the pump's door of this PBX. `received` must not raise for anything the bytes may be."""

    def connected(self, nonce: str) -> None: ...
    def logged_in(self) -> None: ...
    def received(self, data: bytes) -> None: ...
    def cut(self, reason: str) -> None: ...


class NotConnected(ConnectionError):  # noqa: N818 - a state of the wire
    """There is no connection to the PBX (any more); the action was not sent, or its answer is lost. It is not sent
    again."""


@dataclass(slots=True)
class Tally:
    """Plain counters of the wire, over all sessions of a connection."""

    received_bytes: int = 0
    orphan_responses: int = 0
    sink_faults: int = 0


class Wire(AMIProtocol, asyncio.BufferedProtocol):  # type: ignore[misc]  # panoramisk is not typed
    """panoramisk's protocol with its receive path, its table of actions and its `close` replaced."""

    def __init__(
        self,
        sink: Sink,
        nonce: str,
        on_lost: Callable[[Exception | None, str], None],
        limit_s: float,
        tally: Tally,
        gather_s: float = 0.0,
    ) -> None:
        self.sink = sink
        self.nonce = nonce
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(gather_s)
        self._paced: socket.socket | None = None
        self._looker: asyncio.TimerHandle | None = None
        self.banner: asyncio.Future[str] = self._loop.create_future()
        self.tally = tally
        self.was_connected = False
        self._last = b""
        self._is_lost = False
        self._on_lost = on_lost
        self._limit_s = limit_s
        self._buffer = bytearray(READ_SIZE)
        self._view = memoryview(self._buffer)
        self._first_line: bytes | None = b""
        self._by_peer = False

    def connection_made(self, transport: Any) -> None:
        """Connected (with TLS: after its handshake): prepare the socket and tell the sink before any byte."""
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family in {socket.AF_INET, socket.AF_INET6}:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for option, value in KEEPALIVE:
                sock.setsockopt(socket.IPPROTO_TCP, option, value)
            # Behind TLS the kernel's bytes are not ours: a record may wait for its rest.
            is_ours = self._pace.gather_s > 0 and transport.get_extra_info("sslcontext") is None
            self._paced = sock if is_ours else None
        self.was_connected = True
        self._tell(self.sink.connected, self.nonce)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the size is ours to choose
        """Where the loop reads into."""
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        """One read: to the sink as it is."""
        data = bytes(self._view[:nbytes])
        self.tally.received_bytes += nbytes
        self._last = data
        if self._first_line is not None:
            self._read_banner(self._first_line + data)
        self._tell(self.sink.received, data)
        if self._paced is not None and (low := self._pace.see_read(nbytes, self._loop.time())) is not None:
            self._gather(low)

    def _gather(self, low: int) -> None:
        """Be woken for `low` bytes from now on, and look now and then whether fewer lie waiting."""
        if self._paced is not None and not self.is_closed:
            self._paced.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, low)
            if low > 1 and self._looker is None:
                self._looker = self._loop.call_later(QUIET_S, self._look)

    def _look(self) -> None:
        self._looker = None
        if self._pace.is_over(self._loop.time(), QUIET_S):
            self._gather(1)
        elif self._pace.low > 1 and not self.is_closed:
            self._looker = self._loop.call_later(QUIET_S, self._look)

    def data_received(self, data: bytes) -> None:
        """Not used: the loop reads into `get_buffer`. A loop without buffered protocols would end here."""
        self._view[: len(data)] = data
        self.buffer_updated(len(data))

    def eof_received(self) -> bool:
        """The peer closed its side; we close ours."""
        self._by_peer = True
        return False

    def _read_banner(self, start: bytes) -> None:
        """The first line, `Asterisk Call Manager/11.0.0`: anything else is no AMI."""
        line, end, _ = start[:MAX_BANNER].partition(b"\r\n")
        self._first_line = None if end else line
        if not BANNER.startswith(line[: len(BANNER)]) or (not end and len(line) >= MAX_BANNER):
            self._settle_banner(ConnectionError(f"first line is {line[:60]!r}"))
        elif end and not self.banner.done():
            self.version = line[len(BANNER) :].decode("ascii", "replace")
            self.banner.set_result(self.version)

    def _settle_banner(self, error: Exception) -> None:
        if not self.banner.done():
            self.banner.set_exception(error)
            self.banner.exception()

    def _tell(self, say: Callable[..., None], *given: object) -> None:
        try:
            say(*given)
        except Exception:
            self.tally.sink_faults += 1
            log.exception("ami.sink_fault")

    def send(self, data: Headers | Action, as_list: bool | None = False) -> "asyncio.Future[Message]":
        """Send an action; the future resolves with its response, or fails by its deadline or with the connection.

        Raises `ActionRefused` and `NotConnected` before anything is remembered or written (defects 24 and 25).
        """
        if as_list:
            raise TypeError("list items are events and go to the core; an action has one response")
        if self.is_closed:
            raise NotConnected("not connected")
        action = data if isinstance(data, Action) else Action(data)
        block = action.encode()
        key: str = action["ActionID"]
        if key in self.responses:
            raise ValueError(f"ActionID {key} is already waiting")
        self.responses[key] = action
        deadline = self._loop.call_later(self._limit_s, self._expire, action)
        action.future.add_done_callback(lambda _: self._forget(key, deadline))
        self.transport.write(block)
        future: asyncio.Future[Message] = action.future
        return future

    def _forget(self, key: str, deadline: asyncio.TimerHandle) -> None:
        """An action that is answered, timed out or cancelled leaves nothing behind (defect 6)."""
        deadline.cancel()
        self.responses.pop(key, None)

    def _expire(self, action: Action) -> None:
        if not action.future.done():
            action.future.set_exception(TimeoutError(f"{action['Action']}: no response within {self._limit_s:g} s"))

    def write(self, block: bytes) -> None:
        """Write what the core wants sent. A peer that does not read is not buffered for without end."""
        if self.is_closed:
            return
        self.transport.write(block)
        if self.transport.get_write_buffer_size() > MAX_UNSENT:
            self.transport.abort()

    def resolve(self, frames: Sequence[bytes]) -> None:
        """Responses that the core says are not its own: each ends the action that waits for it."""
        for frame in frames:
            message = read_response(frame)
            action = self.responses.get(message.get("ActionID", ""))
            if action is None:
                self.tally.orphan_responses += 1
            else:
                action.add_message(message)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent: not made yet, closing or closed."""
        transport = getattr(self, "transport", None)
        return transport is None or self.closed or bool(transport.is_closing())

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of the connection, once."""
        if self._is_lost:
            return
        self._is_lost = True
        if self._looker is not None:
            self._looker.cancel()
        how = self._how(exc)
        self.close()
        self._on_lost(exc, how)

    def _how(self, exc: Exception | None) -> str:
        """How the peer went, from the last read; only a label, so that a forged Shutdown does no harm."""
        if not self._by_peer or exc is not None:
            return "lost"
        if SHUTDOWN in b"\r\n\r\n" + self._last:
            return "shutdown"
        return "eof" if self._last.endswith(b"\r\n\r\n") else "eof in a message"

    def close(self) -> None:
        """Close at once; actions without an answer fail, and are never sent again (defect 8)."""
        self._settle_banner(ConnectionError("closed before the banner"))
        if transport := getattr(self, "transport", None):
            self.closed = True
            transport.abort()
            for action in list(self.responses.values()):
                if not action.future.done():
                    action.future.set_exception(
                        NotConnected(f"{action['Action']}: connection lost before the response")
                    )
                    action.future.exception()


def md5_key(challenge: str, secret: str) -> str:
    """The `Key` of an MD5 login (asterisk-facts 1.2)."""
    return hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
