"""Over a real socket: a sender that writes one message at a time, against a bare `recv` loop, stock and ours.

The sender is a small C program on another core; without a compiler these rows are left out, and say so.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from panoramisk.ami_protocol import AMIProtocol

from gateway.asterisk.protocol import Tally, Wire
from gateway.core.feed import Feed
from gateway.core.site import Site
from gateway.inputs import Input
from gateway.pump import Pump
from tests.bench.ratios import Ours
from tests.bench.stock import Stock
from tests.bench.streams import BANNER, SITE, chop

SOURCE = Path(__file__).parent / "sender.c"
READ_SIZE = 65_536


class Passage(NamedTuple):
    """One stream received: seconds from first to last byte, CPU seconds, delay from write to state in µs."""

    messages: int
    seconds: float
    cpu: float
    p50_us: float
    p99_us: float


def find_compiler() -> str | None:
    return shutil.which("gcc") or shutil.which("cc")


def build_sender(folder: Path) -> Path:
    """Compile the sender; raises CalledProcessError."""
    compiler = find_compiler()
    assert compiler is not None
    program = folder / "sender"
    subprocess.run([compiler, "-O2", "-o", program, SOURCE], check=True, timeout=60)
    return program


@contextmanager
def sending(program: Path, stream: Path, rate: int) -> Iterator[int]:
    """The sender, waiting for its one connection; gives its port."""
    times = stream.with_suffix(".times")
    cores = sorted(os.sched_getaffinity(0))
    process = subprocess.Popen([program, stream, str(rate), str(cores[0]), times], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[-1]})
    try:
        yield int(process.stdout.readline())
        process.wait(timeout=60)
    finally:
        os.sched_setaffinity(0, set(cores))
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


Marks = list[tuple[int, int]]
"""(bytes whose state is applied, monotonic ns)."""


def receive_bare(port: int) -> Marks:
    """Nothing but recv."""
    marks: Marks = []
    total = 0
    with socket.create_connection(("127.0.0.1", port)) as sock:
        buffer = bytearray(READ_SIZE)
        while size := sock.recv_into(buffer):
            total += size
            marks.append((total, time.monotonic_ns()))
    return marks


class Nowhere:
    """A recorder that keeps nothing: the journal has its own measure."""

    position = ""

    def append(self, item: Input) -> None:
        assert item.pbx == "bench"


class Counting:
    """The pump's door, with a mark after every read."""

    def __init__(self, door: Any) -> None:
        self.door = door
        self.marks: Marks = []
        self.total = 0
        self.connected = door.connected
        self.logged_in = door.logged_in
        self.cut = door.cut

    def received(self, data: bytes) -> None:
        self.door.received(data)
        self.total += len(data)
        self.marks.append((self.total, time.monotonic_ns()))


def receive_ours(port: int, gather_s: float = 0.002) -> Marks:
    """Wire, pump and core, as in the service with its default settings."""

    async def run() -> Marks:
        loop = asyncio.get_running_loop()
        pump = Pump(Nowhere(), Feed)
        sink = Counting(pump.start("bench", SITE))
        lost: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(
            lambda: Wire(sink, "bench", lambda *_: lost.set_result(None), 5.0, Tally(), gather_s), "127.0.0.1", port
        )
        sink.received(BANNER)
        sink.total, sink.marks[:] = 0, []
        await lost
        pump.close()
        return sink.marks

    return asyncio.run(run())


def receive_at_once(port: int) -> Marks:
    """The same with `gather_ms = 0`."""
    return receive_ours(port, 0.0)


def receive_stock(port: int, site: Site = SITE) -> Marks:
    """Panoramisk's own protocol and Manager, with our state work in its callbacks."""
    marks: Marks = []

    class Marked(AMIProtocol):  # type: ignore[misc]  # panoramisk is not typed
        def __init__(self) -> None:
            self.total = 0
            self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self.total += len(data)
            marks.append((self.total, time.monotonic_ns()))

        def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
            self.lost.set_result(None)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        stock = Stock(site, loop)
        _, protocol = await loop.create_connection(Marked, "127.0.0.1", port)
        protocol.factory, protocol.encoding = stock.manager, "utf8"
        await protocol.lost

    asyncio.run(run())
    return marks


def learn_shapes(stream: Path) -> None:
    """Compile the patterns of the stream's shapes once: a service does it once, in its first seconds."""
    ours = Ours()
    for chunk in chop(stream.read_bytes()):
        ours.received(chunk)


def measure(program: Path, stream: Path, rate: int, receive: Callable[[int], Marks]) -> Passage:
    """Receive one stream."""
    with sending(program, stream, rate) as port:
        begin = time.process_time()
        marks = receive(port)
        cpu = time.process_time() - begin
    times = array("q")
    times.frombytes(stream.with_suffix(".times").read_bytes())
    delays = sorted(find_delays(stream.read_bytes(), times, marks))
    seconds = (marks[-1][1] - times[0]) / 1e9
    count = len(delays)
    return Passage(count, seconds, cpu, delays[count // 2] / 1e3, delays[count * 99 // 100] / 1e3)


def find_delays(stream: bytes, times: "array[int]", marks: Marks) -> Iterator[int]:
    """For each message, ns from its write to the read after which its state was applied."""
    totals = [total for total, _ in marks]
    place = 0
    for sent in times:
        place = stream.index(b"\r\n\r\n", place) + 4
        yield marks[bisect_left(totals, place)][1] - sent
