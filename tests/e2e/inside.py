"""The whole gateway in a thread of the test: the same parts as `hotline run`, and every fact with its time of arrival.

Law: nothing of the gateway is replaced; the test only adds one more outlet and reads.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from gateway.app import open_gateway
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.parts import Gateway
from gateway.settings import load
from tests.e2e.http import Http

F = TypeVar("F", bound=Fact)
LIVE_SECONDS = 15.0


class NotHeardError(AssertionError):
    """A fact did not come in time; the text says which."""


@dataclass(frozen=True)
class Heard:
    """A fact and when the outlet got it, epoch microseconds."""

    at: int
    fact: Fact


class Inside:
    """A running gateway. Use it as a context manager."""

    def __init__(self, settings: Path) -> None:
        self.settings = load(settings, {})
        self.changed = threading.Condition()
        self.heard: list[Heard] = []
        self.died: BaseException | None = None
        self.gateway: Gateway
        self.loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self._stop: asyncio.Event
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        if self.died is not None:
            raise self.died
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """As TERM does; may be called twice."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)
        assert not self._thread.is_alive(), "the gateway did not stop"

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - told to the test that waits
            self.died = error
        self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with open_gateway(self.settings) as (gateway, tasks):
            self.gateway = gateway
            gateway.pump.attach(self)
            self._ready.set()
            await self._stop.wait()
            assert not any(task.done() for task in tasks), "a task of the gateway died"

    def offer(self, fact: Fact) -> None:
        """An outlet of the pump: facts come here."""
        with self.changed:
            self.heard.append(Heard(time.time_ns() // 1000, fact))
            self.changed.notify_all()

    # -- what tests look at

    @property
    def facts(self) -> list[Fact]:
        """All facts so far."""
        return [heard.fact for heard in list(self.heard)]

    def of(self, kind: type[F], pbx: str | None = None) -> list[F]:
        """The facts of one kind, in order."""
        return [fact for fact in self.facts if isinstance(fact, kind) and pbx in (None, fact.pbx)]

    def feed(self, pbx: str = "main") -> Feed:
        """The core of one PBX: to be read, from this thread, never written."""
        return self.gateway.pump.feeds[pbx]

    @property
    def http(self) -> Http:
        """A client of its HTTP port."""
        return Http(self.settings.http.port)

    def wait(self, what: str, test: Callable[[], object], timeout: float = 10) -> None:
        """Until `test` holds; it is tried after every fact and ten times a second. Raises NotHeardError."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not test():
                if self.died is not None:
                    raise self.died
                if time.monotonic() > deadline:
                    raise NotHeardError(f"not within {timeout} s: {what}; last: {[h.fact for h in self.heard[-5:]]}")
                self.changed.wait(0.1)

    def wait_fact(self, kind: type[F], test: Callable[[F], bool], timeout: float = 10, since: int = 0) -> F:
        """The first fact of `kind` after number `since` that passes `test`."""
        found: list[F] = []

        def look() -> bool:
            found[:] = [h.fact for h in self.heard[since:] if isinstance(h.fact, kind) and test(h.fact)]
            return bool(found)

        self.wait(f"{kind.__name__} as wanted", look, timeout)
        return found[0]

    def mark(self) -> int:
        """The number of facts so far, for `since`."""
        return len(self.heard)

    def wait_live(self, pbx: str = "main", timeout: float = LIVE_SECONDS) -> None:
        """Until the live state of a PBX is complete."""
        self.wait(f"{pbx} live", lambda: self.feed(pbx).status.live, timeout)
