"""How a real PBX's queue_log is rotated; who writes numbered records into it; who follows it as the gateway does."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.asterisk.log_tail import LogTail
from gateway.core.log_places import Gap, Position
from gateway.core.log_reader import LogReader
from gateway.core.log_records import Foreign, LogReopened
from gateway.core.queue_log import Fault
from lab.ami import Ami
from lab.site import Site

VERB = "TRIAL"
"""No verb of Asterisk's: what is counted here is in no other row."""


GRAIN_US = 10_000
"""Times of inodes are those of the kernel's last tick."""
STRATEGIES = {
    "sequential": "sequential",
    "rotate": "rotate",
    "timestamp": "timestamp",
    "debian": "none",
    "debian-create": "none",
}
"""What Asterisk is told for each way of rotating; Debian's logrotate does it from outside."""


def set_up(site: Site, strategy: str, more: str = "") -> None:
    """An empty log, and a logger that rotates this way."""
    with site.login("off") as ami:
        for old in site.queue_log.parent.glob("queue_log*"):
            old.unlink()
        text = f"[general]\nqueue_log = yes\nrotatestrategy = {strategy}\n{more}\n[logfiles]\n"
        (site.pbx.etc / "logger.conf").write_text(text)
        ami.command("logger reload")


def rotate_itself(site: Site) -> None:
    """By Asterisk's own command."""
    with site.login("off") as ami:
        ami.act("Command", timeout=30, Command="logger rotate")


def rename_log(site: Site, creates: bool) -> None:
    """The first half of what Debian's logrotate does; with `create` it makes the new file itself."""
    log = site.queue_log
    number = len(list(log.parent.glob("queue_log.*"))) + 1
    log.rename(log.with_name(f"queue_log.{number}"))
    if creates:
        log.touch()


def reload_logger(site: Site) -> None:
    """The second half: Asterisk opens its log anew."""
    with site.login("off") as ami:
        ami.command("logger reload")


def rotate(site: Site, way: str) -> None:
    """Once, in one of the ways of STRATEGIES."""
    if STRATEGIES[way] != "none":
        rotate_itself(site)
        return
    rename_log(site, creates=way == "debian-create")
    time.sleep(0.5)  # what is written now goes into the renamed file
    reload_logger(site)


def numbers_in_files(site: Site) -> list[int]:
    """What is in the files in the end, by the test's own reading."""
    texts = [path.read_text() for path in site.queue_log.parent.glob("queue_log*")]
    rows = [line.split("|") for text in texts for line in text.splitlines()]
    return sorted(int(row[1].split(".")[1]) for row in rows if row[4] == VERB)


@dataclass
class Attempt:
    """A record the PBX confirmed; times in µs around its writing."""

    sent: int
    confirmed: int


@dataclass
class Writer:
    """Puts numbered records into the log by one AMI session, as fast as it answers."""

    site: Site
    attempts: list[Attempt] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _more: threading.Condition = field(default_factory=threading.Condition)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        thread = threading.Thread(target=self._write, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(20)
            self._stop.clear()

    def _write(self) -> None:
        with self.site.login("off") as ami:
            while not self._stop.is_set():
                self.put(ami)

    def put(self, ami: Ami) -> None:
        """One more record."""
        number, sent = len(self.attempts), _now()
        ami.act("QueueLog", Queue="trial", Event=VERB, Uniqueid=f"{sent // 1_000_000}.{number}", Message="x")
        with self._more:
            self.attempts.append(Attempt(sent, _now()))
            self._more.notify_all()

    def wait_more(self, count: int) -> None:
        """Until `count` more are confirmed."""
        wanted = len(self.attempts) + count
        self.wait(lambda: len(self.attempts) >= wanted)

    def wait(self, test: Callable[[], bool]) -> None:
        """Until `test` holds; tried at each record."""
        with self._more:
            assert self._more.wait_for(test, 20)


@dataclass
class Follower:
    """The gateway's side: tail and reader; can die and come again with the position it had stored."""

    path: Path
    numbers: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    position: Position | None = None
    tail: LogTail | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """Until cancelled."""
        self.tail, reader, last = LogTail(self.path, self.position), LogReader(), None
        async with contextlib.aclosing(self.tail.chunks(poll_s=0.05)) as chunks:
            async for chunk in chunks:
                items = [] if chunk.before.continues(last) else reader.begin(chunk.before.offset)
                items += reader.feed(chunk.data)
                items += reader.settle() if chunk.is_quiet else []
                self.gaps += chunk.gaps
                for item in items:
                    self.take(item.what)
                    self.position = chunk.after._replace(offset=item.end)
                last = chunk.after
                self._changed.set()

    def take(self, what: object) -> None:
        """Count one record or fault."""
        if isinstance(what, Fault):
            self.faults.append(what)
        elif isinstance(what, LogReopened):
            self.reopened.append(what.at)
        elif isinstance(what, Foreign) and what.verb == VERB:
            self.numbers.append(int(what.callid.split(".")[1]))

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.follow())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def wait_read(self, number: int) -> None:
        """Until this record is read."""
        await self.wait(lambda: number in self.numbers)

    async def wait(self, test: Callable[[], bool]) -> None:
        """Until `test` holds; tried whenever something was read."""
        async with asyncio.timeout(20):
            while not test():
                self._changed.clear()
                await self._changed.wait()


def _now() -> int:
    return time.time_ns() // 1000
