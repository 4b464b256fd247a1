"""Plays a run of chaos on a real PBX with two gateways beside it, one with each database: calls and faults are not only
alike but the very same for both.

Law: what is judged later is recorded here and left alone: the wire, the log, the farm's record, the rows, the times of
faults.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.reconcile import VisitRow
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.visits import load_visits
from lab.farm import Call
from lab.play import Player
from lab.record import Recorder
from lab.relay import Relay
from lab.site import Account, Site
from tests.e2e.chaos import Chaos, Fault, Kind
from tests.e2e.process import Process, now_us
from tests.e2e.rotating import STRATEGIES, rotate, set_up
from tests.e2e.settings import free_port, write_settings
from tests.e2e.stores import Store, open_store
from tests.truth.joined import Truth, read_truth
from tests.truth.wire import Message, read_wire

KINDS = ("sqlite", "postgres")
BOOT_SECONDS = 1.0
CAUGHT_UP_SECONDS = 40.0
LATE_SECONDS = 4.0
"""Wrap-ups end, late records come."""


@dataclass
class Beside:
    """One gateway beside the PBX, what it stores in, and when its feed was taken from it (µs)."""

    kind: str
    process: Process
    relay: Relay
    store: Store
    lost: list[int] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)
    unwell: list[str] = field(default_factory=list)

    def kill(self, fault: Fault) -> None:
        """As a crash; back after a while."""
        self.lost.append(now_us())
        self.killed.append(self.lost[-1])
        self.process.kill()
        time.sleep(fault.seconds)
        self.process.start()


@dataclass
class Outcome:
    """What is left of one gateway's run."""

    kind: str
    rows: list[VisitRow]
    events: list[dict[str, object]]
    lost: list[int]
    killed: list[int]
    gaps: list[tuple[str, str]]
    unwell: list[str]
    """What readyz said at the end is not as it should be, of ledger and queue_log."""


@dataclass
class Run:
    """A run as it was."""

    chaos: Chaos
    truth: Truth
    outcomes: dict[str, Outcome]
    died_at: int
    seconds: float
    away: list[tuple[int, int]]


class Stage:
    """The PBX, the gateways beside it, and what is done to them."""

    def __init__(self, chaos: Chaos, site: Site, folder: Path) -> None:
        self.chaos, self.site, self.folder = chaos, site, folder
        self.beside: list[Beside] = []
        self.wires: list[Path] = []
        self.died_at = 0
        self.away: list[tuple[int, int]] = []
        self.pbx_is_up = threading.Lock()
        self.agents = dict(site.agents)
        self._began = 0.0

    # -- calls -----------------------------------------------------------------------------------------------------

    def play_calls(self) -> None:
        """First half, the PBX dies, second half. Raises PlanFailedError when calls did not go as planned."""
        with self.recorded(), self.player() as player:
            player.play(self.chaos.before)
            self.die(player)
        with self.recorded(), self.player() as player:
            player.play(self.chaos.after)
            time.sleep(LATE_SECONDS)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """The wire, from now to then."""
        self.wires.append(self.folder / f"wire-{len(self.wires)}.ami")
        with Recorder(self.site.ami, self.wires[-1]):
            yield

    @contextmanager
    def player(self) -> Iterator[Player]:
        """A player who knows who sits where."""
        player = Player(self.site)
        player.floor.agents.update(self.agents)
        try:
            yield player
            self.agents.update(player.floor.agents)
        finally:
            player.close()

    def die(self, player: Player) -> None:
        """The PBX dies under those who talk and wait, and comes back."""
        calls = [(planned, player.place(planned)) for planned in self.chaos.doomed]
        for planned, call in calls:
            player.await_trigger("joined", call)
            if planned.visits[0].outcome == "answered":
                wait_connected(player, call)
            else:
                call.wait_ringing()
        time.sleep(0.5)
        with self.pbx_is_up:
            self.died_at = now_us()
            for beside in self.beside:
                beside.lost.append(self.died_at)
            self.site.kill()
            time.sleep(BOOT_SECONDS)
            self.site.restart()
        for planned, call in calls:
            for leg in (*call.placed.legs, call.own):
                if leg.ended_at is None:
                    call.hang_up(leg)
            call.wait_settled(20)
            player.record(planned, call)

    # -- faults ----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Offsets count from now."""
        self._began = time.monotonic()

    def wait_for(self, at: float) -> None:
        time.sleep(max(0.0, self._began + at - time.monotonic()))

    def kill_often(self, beside: Beside) -> None:
        """All kills of one gateway, one after the other; one that comes too early for the next start waits for it."""
        for fault in self.chaos.faults:
            if fault.kind is Kind.KILL:
                self.wait_for(fault.at)
                beside.kill(fault)

    def disturb(self) -> None:
        """All other faults. In the thread that began the server: it dies with that thread (tests/ledger/cluster.py)."""
        for at, deed in sorted(self.list_deeds(), key=lambda item: item[0]):
            self.wait_for(at)
            deed()

    def list_deeds(self) -> Iterator[tuple[float, Callable[[], None]]]:
        for fault in self.chaos.faults:
            match fault.kind:
                case Kind.DATABASE:
                    yield fault.at, self.take_databases
                    yield fault.at + fault.seconds, self.give_databases
                case Kind.CUT:
                    yield fault.at, lambda: self.each(lambda beside: beside.relay.cut())
                case Kind.DARK:
                    yield fault.at, lambda: self.each(lambda beside: beside.relay.darken())
                    yield fault.at + fault.seconds, self.give_light
                case Kind.ROTATE:
                    yield fault.at, self.rotate

    def each(self, deed: Callable[[Beside], None]) -> None:
        """Do it to every gateway's connection, and note that it lost its feed."""
        for beside in self.beside:
            beside.lost.append(now_us())
            deed(beside)

    def give_light(self) -> None:
        for beside in self.beside:
            beside.relay.light()

    def take_databases(self) -> None:
        self.away.append((now_us(), 0))
        for beside in self.beside:
            beside.store.take_away()

    def give_databases(self) -> None:
        for beside in self.beside:
            beside.store.give_back()
        self.away[-1] = (self.away[-1][0], now_us())

    def rotate(self) -> None:
        with self.pbx_is_up:
            rotate(self.site, self.chaos.way)

    # -- afterwards ------------------------------------------------------------------------------------------------

    def read_truth(self) -> Truth:
        """Farm, log and wire, as they are now."""
        messages: list[Message] = [message for wire in self.wires for message in read_wire(wire)]
        files = sorted(self.site.queue_log.parent.glob("queue_log*"), key=lambda path: path.stat().st_mtime_ns)
        log = "".join(path.read_text(encoding="utf-8") for path in files)
        return read_truth(self.site.placed, log, messages)


def wait_connected(player: Player, call: Call) -> None:
    """Until the PBX has said who answered, which it logs before."""
    caller = player.watch.caller(call.placed.caller)
    player.pbx.wait_until("connected", lambda: bool(caller.agent_channel), 20)


def play_chaos(chaos: Chaos, version: str, folder: Path, is_settled: Callable[[Truth, list[VisitRow]], bool]) -> Run:
    """The whole run; `is_settled` says whether the rows are what the truth is, and is asked until they are, or
    CAUGHT_UP_SECONDS have passed."""
    began = time.monotonic()
    with ExitStack() as parts:
        site = parts.enter_context(Site(version, plain=chaos.variant == "plain"))
        set_up(site, STRATEGIES[chaos.way])
        stage = Stage(chaos, site, folder)
        for kind in KINDS:
            stage.beside.append(parts.enter_context(stand_beside(kind, site, folder / kind)))
        for beside in stage.beside:
            beside.process.wait_live()
        with ThreadPoolExecutor() as pool:
            stage.begin()
            under_way = [pool.submit(stage.play_calls), *(pool.submit(stage.kill_often, b) for b in stage.beside)]
            stage.disturb()
            for future in under_way:
                future.result()
        truth = stage.read_truth()
        for beside in stage.beside:
            wait_settled(beside, truth, is_settled)
            beside.unwell = find_unwell(beside)
            beside.process.stop()
        outcomes = {beside.kind: read_outcome(beside, truth) for beside in stage.beside}
        return Run(chaos, truth, outcomes, stage.died_at, time.monotonic() - began, stage.away)


@contextmanager
def stand_beside(kind: str, site: Site, folder: Path) -> Iterator[Beside]:
    """A gateway with a database of its kind, and its own way to the PBX."""
    folder.mkdir(parents=True)
    reader = site.account("reader")
    with Relay(reader.host, reader.port) as relay, open_store(kind, folder) as store:
        port = free_port()
        account = Account(relay.host, relay.port, reader.user, reader.secret)
        settings = write_settings(folder, {"main": account}, port, f'queue_log = "{site.queue_log}"')
        settings.write_text(settings.read_text() + store.settings)
        with Process(settings, port) as process:
            yield Beside(kind, process, relay, store)


def wait_settled(beside: Beside, truth: Truth, is_settled: Callable[[Truth, list[VisitRow]], bool]) -> None:
    """Until the rows are right, or it has taken too long: the verdict says then what is wrong."""
    deadline = time.monotonic() + CAUGHT_UP_SECONDS
    while not is_settled(truth, asyncio.run(load_rows(beside.store, truth))) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(1)  # what would double a row now is to be seen


def find_unwell(beside: Beside) -> list[str]:
    http = beside.process.http
    found = {item["name"]: item["status"] for item in http.get("/readyz")["dependencies"]}
    http.close()
    return [name for name in ("ledger", "queue_log:main") if found.get(name) != "ok"]


def read_outcome(beside: Beside, truth: Truth) -> Outcome:
    rows = asyncio.run(load_rows(beside.store, truth))
    gaps = asyncio.run(beside.store.load_gaps())
    return Outcome(beside.kind, rows, beside.process.events(), beside.lost, beside.killed, gaps, beside.unwell)


async def load_rows(store: Store, truth: Truth) -> list[VisitRow]:
    """Every row of a call that was placed."""
    calls = {visit.call for visit in truth.visits} | {visit.wire.call for visit in truth.visits if visit.wire}
    engine = open_engine(store.address)
    try:
        async with reading(engine) as connection:
            return await load_visits(connection, "main", calls)
    finally:
        await engine.dispose()
