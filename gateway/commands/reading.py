"""Files of queue_log -> batches ready to be written; many lines are read in a process of their own.

Law: nothing here touches a database. Reading and spelling cost as much as writing, so for years of history the two go
on at once, on two cores; the reader is never more than a batch ahead, so memory stays bounded.
"""

import gc
import pickle
import signal
import time
from collections import Counter, deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from gateway.asterisk.log_files import DamagedError, LogFile
from gateway.core.contacts import Contacts
from gateway.core.first_rows import Pieces
from gateway.core.log_reader import Item, LogReader
from gateway.core.log_records import Record
from gateway.core.log_visits import LogBook, LogVisit
from gateway.core.queue_log import Fault, FaultReason
from gateway.core.site import SECOND, Site
from gateway.ledger.first import Batch, prepare_batch
from gateway.ledger.sealing import Sealer, load_sealer

READ = 1 << 20
BATCH = 10_000
"""Records a transaction."""
APART_BYTES = 8 << 20
"""From so many bytes on a second process is worth its start."""
END_SECONDS = 5.0


class Work(NamedTuple):
    """What is to be read, and for whom; all of it can go to another process."""

    pbx: str
    site: Site
    gateway: str
    key_file: Path | None
    files: list[Path]
    records: int = BATCH
    """Records in a batch."""


class Spot(NamedTuple):
    """A byte of a file, unpacked: it stands in the line that is meant."""

    file: Path
    offset: int


class Told(NamedTuple):
    """A batch, and what was read up to its end: lines, those not believed by their reason, and the first of each."""

    batch: Batch
    lines: int
    faults: Counter[str]
    first: dict[str, Spot]
    begins: bool
    """A stretch begins: its visits may be those of the batch before, told again."""


class Reading:
    """The files of one log, oldest first: each stretch of files that follow on each other is one reading."""

    def __init__(self, files: list[Path]) -> None:
        self.files = deque(files)
        """What is still to be read."""
        self.lines = 0
        self.faults: Counter[str] = Counter()
        self.first: dict[str, Spot] = {}
        self.book = LogBook()
        self._reader = LogReader()
        self.damage: DamagedError | None = None
        self._file = Path()
        self._last_second = 0

    def read(self) -> Iterator[tuple[Record, list[LogVisit]]]:
        """Every record believed of the next stretch, with the visits it says more of. Raises OSError naming the file.

        A file that begins before the last one ended tells again what was told: two visits in one reading are two, and
        only another reading finds them to be one.
        """
        self.book, self._reader, self._last_second = LogBook(seq=self.book.seq), LogReader(), 0
        while self.files and find_epoch(self.files[0]) >= self._last_second:
            yield from self._see(self._reader.begin(0))
            self._file = path = self.files.popleft()
            try:
                with naming(path), LogFile(path) as file:
                    while data := file.read(READ):
                        yield from self._see(self._reader.feed(data))
            except DamagedError as error:
                self.damage = error  # what stands before it counts, and so do the other files
        yield from self._see(self._reader.begin(0))

    def _see(self, items: list[Item]) -> Iterator[tuple[Record, list[LogVisit]]]:
        for item in items:
            self.lines += 1
            if isinstance(item.what, Fault):
                self.faults[item.what.reason] += 1
                self.first.setdefault(item.what.reason, Spot(self._file, find_byte(item.end, item.what.reason)))
            else:
                self._last_second = item.what.at // SECOND
                yield item.what, self.book.see(item.what)


def find_byte(end: int, reason: FaultReason) -> int:
    """A byte of the line whose item ends there: mostly behind its line feed, of some at the line's beginning."""
    return end if reason in {FaultReason.BROKEN_ENTRY, FaultReason.NULS} else end - 1


def count_lines(spot: Spot) -> int:
    """The number of the line, from 1, as an editor and `sed -n` count them. Raises OSError naming the file."""
    lines, left = 1, spot.offset
    with naming(spot.file), LogFile(spot.file) as file:
        while left > 0 and (data := file.read(min(left, READ))):
            lines, left = lines + data.count(b"\n"), left - len(data)
    return lines


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """What the system says of an open file names it."""
    try:
        yield
    except DamagedError as error:
        raise DamagedError(f"{path}: {error}; all before it was read: restore the file, import it again") from error
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def sort_files(files: list[Path]) -> list[Path]:
    """Oldest first, by the first record in them: names and times of files say little after years of rotation."""
    return sorted(files, key=find_epoch)


def find_epoch(path: Path) -> int:
    """The second of a file's first record; 0 where its first line is none."""
    with naming(path), LogFile(path) as file:
        head = file.head.split(b"|", 1)[0]
    return int(head) if head.isdigit() else 0


def read_batches(work: Work) -> Generator[Told]:
    """All files, batch by batch; the last tells the end. Raises OSError naming the file, SealingError."""
    sealer = load_sealer(work.key_file) if work.key_file is not None else None
    reading = Reading(sort_files(work.files))
    while reading.files:
        yield from _read_stretch(work, sealer, reading)
    if reading.damage is not None:
        raise reading.damage


def _read_stretch(work: Work, sealer: Sealer | None, reading: Reading) -> Iterator[Told]:
    contacts = Contacts(work.pbx, work.gateway, keeps_callers=sealer is not None)
    read, before, begins, is_over = reading.read(), set[str](), True, False
    while not is_over:
        # By callid too: one that a transfer gave another callid is found by what was stored under the first.
        latest: dict[tuple[int, str], LogVisit] = {}
        count = 0
        for record, visits in islice(read, work.records):
            contacts.see_record(record, work.site)
            latest |= {(visit.seq, visit.callid): visit for visit in visits}
            count += 1
        is_over = count < work.records
        pieces = Pieces(list(latest.values()), contacts.take())
        now = time.time_ns() // 1000
        batch = prepare_batch(work.pbx, work.site, work.gateway, sealer, pieces, before, now)
        yield Told(batch, reading.lines, reading.faults, reading.first, begins)
        before, begins = pieces.callids | {callid for callid, _ in reading.book.open}, False


# --- in a process of its own ------------------------------------------------------------------------------------------


def read_apart(work: Work) -> Generator[Told]:
    """The same from another process; what it fails with is raised here."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(work, theirs), daemon=True, name="hotline import: reading")
    process.start()
    theirs.close()
    try:
        while (said := _receive(ours)) is not None:
            yield said
    finally:
        ours.close()
        process.join(END_SECONDS)
        process.kill()


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: batches are a hundred thousand tuples without cycles, and looking for some costs
    a third of all."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@uncollected()
def _serve(work: Work, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to both; the one who writes ends both
    try:
        for said in read_batches(work):
            # The pieces apart and packed: they are opened only when something of their calls is stored already.
            packed = pickle.dumps(said.batch.fresh())
            pipe.send(said._replace(batch=said.batch._replace(fresh=partial(pickle.loads, packed))))
        pipe.send(None)
    except (BrokenPipeError, ConnectionResetError):
        return  # nobody listens any more
    except Exception as error:  # noqa: BLE001 - goes on where somebody hears it
        pipe.send(error)


def _receive(pipe: Connection) -> Told | None:
    try:
        said = pipe.recv()
    except EOFError:
        raise ChildProcessError(
            "the process that read the files was ended; run it again: nothing is read twice"
        ) from None
    if isinstance(said, Exception):
        raise said
    assert said is None or isinstance(said, Told)  # noqa: S101  for the type checker: our own process sends it
    return said


def read_files(work: Work) -> Generator[Told]:
    """In the way that suits their size."""
    size = sum(path.stat().st_size for path in work.files)
    return read_apart(work) if size >= APART_BYTES else read_batches(work)
