"""The farm's mixes, played once for all tests that look at them: PBX, recorder and gateway side by side.

Law: what is compared later is recorded here and then left alone. The mixes run at the same time, each on its own PBX.
"""

import re
import threading
import time
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.core.facts import Fact
from gateway.core.status import FeedStatus
from lab.mix import make_plan
from lab.play import Player
from lab.record import Recorder
from lab.site import Site
from tests.e2e.inside import Inside
from tests.e2e.settings import free_port, write_settings
from tests.truth.joined import Truth, read_truth
from tests.truth.wire import Message, read_wire

LATE_SECONDS = 3.0  # wrap-ups end, late AgentComplete arrive, the last timers of the core fire


@dataclass
class Mix:
    """One mix as it was: the truth, the facts, and the gateway's own words at its end."""

    name: str
    variant: str
    version: str
    truth: Truth
    messages: list[Message]
    facts: list[Fact]
    status: FeedStatus
    metrics: dict[str, float]
    readiness: dict[str, Any]
    settings: Path
    journal: Path
    queues: list[dict[str, object]]
    agents: list[dict[str, object]]
    calls: list[dict[str, object]]
    lines: list[dict[str, object]]

    @property
    def is_told(self) -> bool:
        """Whether the feed shows why a caller left: our dialplan marks it, the plain one does not."""
        return self.variant == "hotline"

    @property
    def dependencies(self) -> list[dict[str, object]]:
        """What readyz said of each."""
        found: list[dict[str, object]] = self.readiness["dependencies"]
        return found

    def labelled(self, name: str, *labels: str) -> list[tuple[tuple[str, ...], float]]:
        """The samples of a metric with the values of some of its labels."""
        found = []
        for sample, value in self.metrics.items():
            if sample.partition("{")[0] == name:
                pairs = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', sample))
                found.append((tuple(pairs[label] for label in labels), value))
        return found


class MixRun:
    """One mix in the making, in a thread of its own."""

    def __init__(self, folder: Path, version: str, plain: bool, seed: int) -> None:
        self.variant = "plain" if plain else "hotline"
        self.name = f"{self.variant}{version}"
        self.folder = folder / self.name
        self.version, self.plain, self.seed = version, plain, seed
        self.fault: BaseException | None = None
        self.mix: Mix
        self._thread = threading.Thread(target=self._run, name=self.name)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._play()
        except BaseException as error:  # noqa: BLE001 - raised where the mix is asked for
            self.fault = error

    def join(self) -> None:
        self._thread.join()

    def take(self) -> Mix:
        """The finished mix; whatever went wrong is raised here."""
        self._thread.join()
        if self.fault is not None:
            raise self.fault
        return self.mix

    def _play(self) -> None:
        self.folder.mkdir()
        with Site(self.version, plain=self.plain) as site:
            settings = write_settings(self.folder, {"main": site.account("reader")}, free_port())
            wire = self.folder / "wire.ami"
            with Inside(settings) as inside, Recorder(site.ami, wire):
                inside.wait_live()
                player = Player(site)
                try:
                    player.play(make_plan(self.variant, self.seed))
                finally:
                    player.close()
                time.sleep(LATE_SECONDS)
                self._look(inside)
            self.mix.facts = inside.facts
            self.mix.messages = read_wire(wire)
            log = site.queue_log.read_text(encoding="utf-8")
            self.mix.truth = read_truth(site.placed, log, self.mix.messages)

    def _look(self, inside: Inside) -> None:
        http = inside.http
        nothing = Truth.__new__(Truth)
        self.mix = Mix(
            self.name, self.variant, self.version, nothing, [], [], copy(inside.feed().status), http.metrics(),
            http.get("/readyz"), self.folder / "gateway.toml", self.folder / "state/journal", http.items("/v1/queues"),
            http.items("/v1/agents"), http.items("/v1/calls"), http.items("/v1/lines"),
        )  # fmt: skip
        http.close()
