"""`hotline run` as an operator starts it: a process of its own, spoken to over HTTP only."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.e2e.http import Http
from tests.e2e.settings import ROOT

READY_SECONDS = 20.0


class NotSeenError(AssertionError):
    """HTTP did not show something in time; the text says what."""


class Process:
    """A running gateway. Use it as a context manager."""

    def __init__(self, settings: Path, port: int) -> None:
        self.settings, self.port = settings, port
        self.log = settings.with_name("gateway.log")
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()

    def start(self) -> None:
        """Start it and wait until it answers at all."""
        command = [sys.executable, "-m", "gateway", "run", "--config", str(self.settings)]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log, env=environ)
        wait_until("livez", self._is_alive, READY_SECONDS)

    def _is_alive(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError(f"the gateway ended: {self.log.read_text()[-2000:]}")
        http = Http(self.port)
        try:
            return http.ask("/livez")[0] == 200
        except OSError:
            return False
        finally:
            http.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def http(self) -> Http:
        """A client of its HTTP port."""
        return Http(self.port)

    def stop(self) -> int:
        """TERM; the exit code. Within 5 s, or the gateway breaks its promise."""
        self._process.send_signal(signal.SIGTERM)
        self._process.send_signal(signal.SIGCONT)
        return self._process.wait(6)

    def kill(self) -> None:
        """As a crash: no goodbye."""
        self._process.kill()
        self._process.wait(5)

    def wait_live(self, timeout: float = READY_SECONDS) -> None:
        """Until every feed is live."""
        http = Http(self.port)
        try:
            wait_until("live", lambda: all(feed["live"] for feed in http.get("/v1/agents")["feeds"]), timeout)
        finally:
            http.close()

    def events(self) -> list[dict[str, Any]]:
        """Its log, line by line."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def wait_until(what: str, test: Any, timeout: float, step: float = 0.02) -> None:
    """Until `test` holds. Raises NotSeenError."""
    deadline = time.monotonic() + timeout
    while not test():
        if time.monotonic() > deadline:
            raise NotSeenError(f"not within {timeout} s: {what}")
        time.sleep(step)


def now_us() -> int:
    """UTC in microseconds: the clock of the lab's PBXs too, they run on this machine."""
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Sample:
    """One answer: when it was whole in the client's hands, its status and what it said."""

    at: int
    status: int
    body: Any


class Poller:
    """Asks one path again and again and keeps the answers that differ from the one before. A context manager."""

    def __init__(self, port: int, path: str, pause: float, key: Any = lambda body: body) -> None:
        self.samples: list[Sample] = []
        self.asked = 0
        self.fault: BaseException | None = None
        self._http, self._path, self._pause, self._key = Http(port), path, pause, key
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"poll {path}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(12)
        self._http.close()

    def _run(self) -> None:
        last: object = None
        try:
            while not self._ends.wait(self._pause):
                status, text = self._http.ask(self._path)
                at = now_us()
                self.asked += 1
                body = json.loads(text)
                key = (status, self._key(body))
                if key != last:
                    last = key
                    self.samples.append(Sample(at, status, body))
        except (OSError, ValueError) as error:
            self.fault = error
