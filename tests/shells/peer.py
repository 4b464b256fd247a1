"""A scripted AMI peer on port 0 and the smallest sink: what the wire tests talk to."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.asterisk import Account, Connection, Retry

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "123456789"
SECRET = "secret"


@dataclass
class Caller:
    """One connection as the peer sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    actions: list[dict[str, str]] = field(default_factory=list)

    async def action(self) -> dict[str, str]:
        """The next action; raises `IncompleteReadError` when the client is gone."""
        text = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        self.actions.append(dict(line.split(": ", 1) for line in text.split("\r\n") if line))
        return self.actions[-1]

    async def say(self, block: bytes) -> None:
        self.writer.write(block)
        await self.writer.drain()

    async def answer(self, action: dict[str, str], *lines: str, response: str = "Success") -> None:
        rows = [f"Response: {response}", f"ActionID: {action['ActionID']}", *lines, "", ""]
        await self.say("\r\n".join(rows).encode())

    async def log_in(self, secret: str = SECRET) -> bool:
        """Banner, Challenge and Login as Asterisk does them."""
        await self.say(BANNER)
        action = await self.action()
        expected = secret
        if action["Action"] == "Challenge":
            await self.answer(action, f"Challenge: {CHALLENGE}")
            action = await self.action()
            expected = hashlib.md5((CHALLENGE + secret).encode(), usedforsecurity=False).hexdigest()
        if action.get("Key", action.get("Secret")) != expected:
            await self.answer(action, "Message: Authentication failed", response="Error")
            return False
        await self.answer(action, "Message: Authentication accepted")
        return True

    async def serve(self) -> None:
        """Log in, then answer every action with Success until the client goes."""
        if not await self.log_in():
            return
        while True:
            await self.answer(await self.action())


Script = Callable[[Caller], Awaitable[None]]


@dataclass
class Peer:
    port: int
    callers: list[Caller]


@asynccontextmanager
async def listening(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A peer that plays `script` to each client, then closes that connection."""
    callers: list[Caller] = []
    tasks: set[asyncio.Task[None]] = set()

    async def play(caller: Caller) -> None:
        try:
            await script(caller)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            caller.writer.close()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = Caller(reader, writer)
        callers.append(caller)
        task = asyncio.get_running_loop().create_task(play(caller))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=tls)
    try:
        yield Peer(server.sockets[0].getsockname()[1], callers)
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Ear:
    """A sink that remembers, and hands whole responses back to the connection as the core would."""

    heard: list[tuple[str, str | bytes]] = field(default_factory=list)
    received_bytes: bytes = b""
    connection: Connection | None = None
    fail_on: bytes | None = None
    _rest: bytes = b""

    def connected(self, nonce: str) -> None:
        self._rest = b""
        self.heard.append(("connected", nonce))

    def logged_in(self) -> None:
        self.heard.append(("logged_in", ""))

    def cut(self, reason: str) -> None:
        self.heard.append(("cut", reason))

    def received(self, data: bytes) -> None:
        self.received_bytes += data
        if self.fail_on is not None and self.fail_on in data:
            raise RuntimeError("a defect behind the wire")
        *frames, self._rest = (self._rest + data).split(b"\r\n\r\n")
        replies = [frame.removeprefix(BANNER) for frame in frames if b"Response: " in frame[:60]]
        if self.connection is not None and replies:
            self.connection.obey((), replies, None)

    @property
    def cuts(self) -> list[str | bytes]:
        return [what for kind, what in self.heard if kind == "cut"]


class Delays:
    """A `random` that takes the longest delay and remembers it; shortened so that tests do not wait."""

    def __init__(self, scale: float = 0.0) -> None:
        self.asked: list[tuple[float, float]] = []
        self.scale = scale

    def __call__(self, low: float, high: float) -> float:
        self.asked.append((low, high))
        return high * self.scale


@asynccontextmanager
async def connecting(port: int, ear: Ear, retry: Retry | None = None, **account: object) -> AsyncIterator[Connection]:
    """A running connection to `port`, cancelled at the end."""
    settings = {"pbx": "pbx1", "port": port, "username": "reader", "secret": "secret"} | account
    connection = ear.connection = Connection(Account(**settings), ear, retry or Retry(Delays(0.01)))  # type: ignore[arg-type]
    task = asyncio.create_task(connection.run())
    try:
        yield connection
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(check: Callable[[], object], limit_s: float = 5.0) -> None:
    """Wait until `check` is true; fails after `limit_s`."""
    async with asyncio.timeout(limit_s):
        while not check():  # noqa: ASYNC110 - the checks look at plain counters, which nothing announces
            await asyncio.sleep(0.005)


def spell_event(name: str, *lines: str) -> bytes:
    return "\r\n".join([f"Event: {name}", "Privilege: agent,all", *lines, "", ""]).encode()
