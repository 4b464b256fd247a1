"""One connection attempt: a panoramisk `Manager` that connects once, never reconnects, and logs in as we say.

Law: one session per attempt (defects 8, 10, 13, 14); whatever ends it ends all of it. Time limits on connecting, the
banner and the login (defect 11). Events are not panoramisk's: registering one is refused.
"""

import asyncio
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from panoramisk.manager import Manager as PanoramiskManager
from panoramisk.message import Message

from gateway.asterisk.actions import Headers
from gateway.asterisk.protocol import NotConnected, Sink, Tally, Wire, md5_key
from gateway.asterisk.retry import Reason

EVENTS = "system,call,agent,user,dialplan"


@dataclass(frozen=True, slots=True)
class Account:
    """How one PBX is reached. Times in seconds; `tls` is a ready context or None; `server_name` replaces host in its
    check."""

    pbx: str
    host: str = "127.0.0.1"
    port: int = 5038
    username: str = "reader"
    secret: str = field(default="", repr=False)
    login: str = "md5"
    events: str = EVENTS
    tls: ssl.SSLContext | None = None
    server_name: str | None = None
    connect_s: float = 5.0
    banner_s: float = 5.0
    login_s: float = 8.0
    action_s: float = 10.0
    gather_s: float = 0.0
    """How long a busy feed's events may wait to be read together (`pace.py`); 0: not at all."""


class Ended(Exception):  # noqa: N818 - the end of an attempt is no error of anybody
    """An attempt ended for `reason`; `detail` is for the log and may hold what the peer said."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Session(PanoramiskManager):  # type: ignore[misc]  # panoramisk is not typed
    """One attempt. Make it inside the running loop (defect 29)."""

    protocol: Wire | None

    def __init__(self, account: Account, sink: Sink, tally: Tally) -> None:
        self._is_made = False
        loop = asyncio.get_running_loop()
        self.account = account
        self.lost: asyncio.Future[Ended] = loop.create_future()
        self.reason: Reason | None = None
        self._sink = sink
        self._tally = tally
        # No username for panoramisk: it would log in by itself, in clear text, without a time limit (defect 28).
        super().__init__(
            host=account.host, port=account.port, ssl=account.tls or False, loop=loop, protocol_factory=self._make_wire
        )
        self._is_made = True

    def _make_wire(self) -> Wire:
        wire = Wire(
            self._sink, secrets.token_hex(8), self._wire_lost, self.account.action_s, self._tally, self.account.gather_s
        )
        # Known before the first byte arrives: what the core answers to the banner must find its way.
        self.protocol = wire
        wire.factory = self
        return wire

    @property
    def wire(self) -> Wire:
        """The protocol of this attempt. Raises `NotConnected` when there is none yet."""
        if self.protocol is None:
            raise NotConnected("not connected")
        return self.protocol

    @property
    def was_connected(self) -> bool:
        """Whether the sink was told `connected`, so that it must be told `cut`."""
        return self.protocol is not None and self.protocol.was_connected

    async def open(self) -> None:
        """Connect, read the banner, log in. Raises `Ended`."""
        await self._connect()
        await self._read_banner()
        await self._log_in()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self.account.connect_s):
                await self.connect()
        except TimeoutError as error:
            raise Ended(Reason.TIMEOUT, f"no connection within {self.account.connect_s:g} s") from error
        except ConnectionRefusedError as error:
            raise Ended(Reason.REFUSED, error.strerror or "") from error
        except ssl.SSLError as error:
            raise Ended(Reason.TLS, error.reason or str(error)) from error
        except (OSError, UnicodeError) as error:
            raise Ended(
                Reason.TLS if self.account.tls and _is_reset(error) else Reason.UNREACHABLE, str(error)
            ) from error

    def connect(self, *_: object, **__: object) -> asyncio.Task[Any]:
        """As panoramisk's, with the name for the certificate."""
        name = self.account.server_name if self.account.tls else None
        task: asyncio.Task[Any] = self.loop.create_task(
            self.loop.create_connection(
                self._make_wire, self.account.host, self.account.port, ssl=self.account.tls, server_hostname=name
            ),
            name=f"ami-connect-{self.account.pbx}",
        )
        task.add_done_callback(self.connection_made)
        return task

    def connection_made(self, task: "asyncio.Task[Any]") -> None:
        """A failure is told to who awaits the task, and not retried here (defect 14)."""
        if not task.cancelled() and task.exception() is None:
            self.responses = self.wire.responses

    async def _read_banner(self) -> None:
        try:
            async with asyncio.timeout(self.account.banner_s):
                await self.wire.banner
        except TimeoutError as error:
            raise Ended(Reason.TIMEOUT, f"no banner within {self.account.banner_s:g} s") from error
        except ConnectionError as error:
            raise Ended(Reason.BANNER, str(error)) from error

    async def _log_in(self) -> None:
        try:
            async with asyncio.timeout(self.account.login_s):
                answer = await self.ask(await self._login_headers())
        except TimeoutError as error:
            raise Ended(Reason.TIMEOUT, f"login not answered within {self.account.login_s:g} s") from error
        except ConnectionError as error:
            raise Ended(Reason.CLOSED, "closed during login") from error
        if not answer.success:
            raise _refusal(answer)
        self.authenticated = True

    async def _login_headers(self) -> Headers:
        account = self.account
        common = {"Action": "Login", "Username": account.username, "Events": account.events}
        if account.login == "plain":
            return common | {"Secret": account.secret}
        challenge = await self.ask({"Action": "Challenge", "AuthType": "MD5"})
        if not challenge.success:
            raise _refusal(challenge)
        return common | {"AuthType": "MD5", "Key": md5_key(challenge.get("Challenge", ""), account.secret)}

    async def ask(self, headers: Headers) -> Message:
        """Send an action and wait for its response. Raises `NotConnected`, `TimeoutError`, `ActionRefused`."""
        return await self.wire.send(headers)

    def send_action(
        self, action: Mapping[str, Any], as_list: bool | None = None, **more: Any
    ) -> "asyncio.Future[Message]":
        """The door of panoramisk itself, for code that was written for it; the same checks as `ask`."""
        return self.wire.send({**action, **more}, as_list)

    def register_event(self, pattern: str, callback: Any = None) -> Any:
        """Refused: events go to the core whole and in order, never through panoramisk."""
        if self._is_made:
            raise TypeError(f"{pattern}: events go to the core, not to panoramisk")
        return callback

    def end(self, reason: Reason) -> None:
        """End the session; `lost` will say `reason`."""
        if self.reason is None:
            self.reason = reason
        self.close()

    def close(self) -> None:
        """End it now: no ping, no reconnect, nothing waiting (defects 12 and 13)."""
        if self.protocol is not None:
            self.protocol.close()

    def connection_lost(self, exc: object) -> None:
        """The hook of panoramisk would reconnect; the retry loop in `connection.py` does."""

    def _wire_lost(self, error: Exception | None, how: str) -> None:
        if self.lost.done():
            return
        if self.reason is not None:
            reason = self.reason
        else:
            reason = _ENDINGS.get(how, Reason.CLOSED) if self.authenticated else Reason.CLOSED
        self.lost.set_result(Ended(reason, str(error) if error else how))


_ENDINGS = {"eof": Reason.KICKED, "shutdown": Reason.SHUTDOWN}


def _is_reset(error: Exception) -> bool:
    # A plain AMI port answers a TLS hello with its banner, or hangs up: no SSLError then, but a reset or an early end.
    return isinstance(error, ConnectionResetError | ConnectionAbortedError | EOFError)


def _refusal(answer: Message) -> Ended:
    """Why a login was answered with an error (main/manager.c `authenticate`, `process_message`)."""
    said = str(answer.get("Message", ""))[:120]
    lowered = said.lower()
    if "already in use" in lowered:
        return Ended(Reason.IN_USE, repr(said))
    if "shutting down" in lowered:
        return Ended(Reason.SHUTDOWN, repr(said))
    return Ended(Reason.AUTH, repr(said))
