"""Follows a log file of Asterisk through everything rotation does to it: the shell that obeys `core/log_places.py`.

Law: it hands over bytes and where they stand, in order, and says what it may have missed; what they mean is the core's
business. Every turn runs in a thread and reads at most `limit` bytes, so a slow disk never holds up the loop.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from itertools import pairwise
from pathlib import Path

from gateway.asterisk.log_files import DamagedError, LogFile, UnsteadyError, list_siblings, look
from gateway.asterisk.tail_status import ABSENT, Chunk, TailState, TailStatus
from gateway.core.log_places import (
    Absence,
    FileSeen,
    Gap,
    GapCause,
    Held,
    Plan,
    Position,
    Sibling,
    Step,
    decide,
    find_again,
    find_closed,
    find_next,
    find_start,
    hash_head,
)

LIMIT = 256 * 1024


def _now() -> int:
    return time.time_ns() // 1000


class LogTail:
    """One log. `position`: how far it was read before; None reads all that is there, oldest first."""

    def __init__(
        self, path: Path, position: Position | None = None, limit: int = LIMIT, clock: Callable[[], int] = _now
    ) -> None:
        self.path = path
        self.position = position
        self.status = TailStatus()
        self._limit = limit
        self._busy = threading.Lock()
        self._clock = clock
        self._file: LogFile | None = None
        self._sibling: Sibling | None = None
        self._queue: deque[Sibling] = deque()
        self._known: list[Sibling] = []
        self._unreadable: set[str] = set()
        self._gaps: list[Gap] = []
        self._intact_at: int | None = None
        self._rests = 0

    async def chunks(self, poll_s: float = 0.1) -> AsyncGenerator[Chunk, None]:
        """All there is, then what comes, looking every `poll_s` seconds. Ends only by cancellation."""
        try:
            while True:
                chunk = await asyncio.to_thread(self.turn)
                if chunk is not None:
                    yield chunk
                if chunk is None or not chunk.data:
                    await asyncio.sleep(poll_s)
        finally:
            # A cancelled turn goes on in its thread: the file is closed after it.
            await asyncio.to_thread(self.close)

    def turn(self) -> Chunk | None:
        """Look, decide, do: at most one read. None: nothing new. Errors of the system become a state, never raise."""
        with self._busy:
            try:
                return self._turn()
            except UnsteadyError:
                return None
            except OSError as error:
                self._fail(error)
                return None

    def _turn(self) -> Chunk | None:
        while True:
            # The order of these two is a law, see `decide`.
            named = look(self.path)
            held = self._look_held()
            decision = decide(held, named, self._has_older(held, named))
            if decision.step is Step.READ and held is not None:
                chunk = self._read(held)
                if chunk.data or chunk.gaps or not self._is_unpacking:
                    return chunk
            elif decision.step is Step.REWIND:
                self._rewind(GapCause(decision.why))
            elif not (decision.step is Step.START and self._start()) and not (
                decision.step is Step.MOVE and self._move()
            ):
                return self._rest(decision.why)

    def close(self) -> None:
        """Let go of the file. The position stays: another turn reads on."""
        with self._busy:
            self._let_go()
            self._tell(TailState.STOPPED)

    def _let_go(self) -> None:
        self._close_file()
        self._queue.clear()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _is_unpacking(self) -> bool:
        return self._file is not None and self._file.is_packed

    def _miss(self, gap: Gap) -> None:
        """Say a gap with the next chunk; one that comes again before that is said once."""
        if not any(gap[:2] == other[:2] and gap.name == other.name for other in self._gaps):
            self._gaps.append(gap)

    def _look_held(self) -> Held | None:
        if self._file is None or self._sibling is None:
            return None
        held = Held(self._file.look(), self._file.offset, self._file.is_same(), not self._queue)
        if held.is_same and held.seen.size >= held.offset:
            self._intact_at = self._clock()
        self._sibling = self._sibling._replace(seen=held.seen, head=self._file.head)
        self.status.unread_bytes = max(0, held.seen.size - held.offset)
        self.status.waiting_files = len(self._queue)
        return held

    def _has_older(self, held: Held | None, named: FileSeen | Absence) -> bool:
        return held is None and named is Absence.MISSING and any(sibling.head for sibling in self._list())

    def _list(self) -> list[Sibling]:
        """The family now; an older one that cannot be read is said once."""
        siblings, unreadable = list_siblings(self.path)
        for name in unreadable:
            if name not in self._unreadable:
                self._miss(Gap(GapCause.UNREADABLE, None, None, name))
        self._unreadable = set(unreadable)
        return siblings

    def _start(self) -> bool:
        """Open what the position says; False when there is nothing to open."""
        siblings = self._list()
        plan = find_start(self.position, siblings)
        # An empty log has no place in the order of contents, but it is the one to follow.
        files = plan.files or tuple(sibling for sibling in siblings if sibling.is_current)
        if files and plan.cause is not None and self.position is not None:
            self._miss(Gap(plan.cause, self.position.modified_at, files[0].first_at, self.path.name))
        if self.position is not None:  # rotated while nobody followed; of what was before our time nothing is said
            self._miss_rotations(files)
        self._follow(plan._replace(files=files), siblings)
        return self._file is not None

    def _follow(self, plan: Plan, siblings: list[Sibling]) -> None:
        """Read the files of a plan; whatever else is there now is known and never read later."""
        self._known = siblings
        self._queue = deque(plan.files)
        self._open_next(plan.offset)

    def _open_next(self, offset: int = 0) -> None:
        """The next file of the queue that is still there; one that is not was deleted before it was read."""
        while self._queue:
            wanted = self._queue[0]
            file = self._open(wanted)
            self._queue.popleft()
            if file is None:
                if wanted.head:
                    self._miss(Gap(GapCause.VANISHED, wanted.first_at, wanted.seen.modified_at, wanted.name))
                offset = 0
                continue
            self._close_file()
            self._file, self._sibling, self._rests = file, wanted, 0
            self._skip(file, offset)
            return

    def _skip(self, file: LogFile, offset: int) -> None:
        try:
            file.skip(offset)
        except DamagedError:
            self._miss(Gap(GapCause.UNREADABLE, None, None, file.name))

    def _open(self, wanted: Sibling) -> LogFile | None:
        """The file that was listed, though it may have another name by now, or be packed."""
        name: str | None = wanted.name
        while name is not None:
            try:
                file = LogFile(self.path.with_name(name))
            except FileNotFoundError:
                file = None
            if file is not None:
                if find_again(wanted, [Sibling(name, file.look(), file.head, file.is_packed)]) is not None:
                    return file
                file.close()
            found = find_again(wanted, self._list())
            name = found.name if found is not None and found.name != name else None
        return None

    def _rewind(self, cause: GapCause) -> None:
        """The file was cut or overwritten in place: what was added since the last look is gone."""
        self._miss(Gap(cause, self._intact_at, self._clock(), self._opened.name))
        self._opened.rewind()
        self._rests = 0

    def _move(self) -> bool:
        """On to the next file; False when there is none after all."""
        if self._queue:
            self._open_next()
            return True
        if self._file is None or self._sibling is None:
            return False
        siblings = self._list()
        plan = find_next(self._sibling, self._file.offset, self._known, siblings)
        if not plan.files:
            return False
        if plan.cause is not None:
            self._miss(Gap(plan.cause, self._intact_at, self._clock(), self.path.name))
        self._miss_rotations((self._sibling, *plan.files))
        self._follow(plan, siblings)
        return True

    def _miss_rotations(self, files: Sequence[Sibling]) -> None:
        """Between one file and the next the log was closed."""
        for old, new in pairwise(files):
            self._miss(find_closed(old, new))

    def _read(self, held: Held) -> Chunk:
        file = self._opened
        before = self._place(file, held.seen)
        try:
            data = file.read(self._limit)
        except DamagedError:
            self._miss(Gap(GapCause.UNREADABLE, None, None, file.name))
            data = b""
        self.position = self._place(file, held.seen)
        self.status.read_bytes += len(data)
        self._rests = 0
        self._tell(TailState.FOLLOWING if held.is_last and not file.is_packed else TailState.HISTORY)
        return self._hand_over(before, self.position, data)

    @property
    def _opened(self) -> LogFile:
        assert self._file is not None  # noqa: S101  decisions that read or rewind have an open file
        return self._file

    def _rest(self, why: str) -> Chunk | None:
        """Nothing to read; said once, when it has been so for a whole poll."""
        self._rests += 1
        if self._file is None or self._sibling is None:
            self._tell(ABSENT.get(why, TailState.MISSING))
            return None
        self._tell(TailState.FOLLOWING if why == "current" else TailState.LINGERING)
        if self._rests != 2 and not self._gaps:
            return None
        self.position = self._place(self._file, self._sibling.seen)
        return self._hand_over(self.position, self.position, b"", is_quiet=self._rests >= 2)

    def _hand_over(self, before: Position, after: Position, data: bytes, is_quiet: bool = False) -> Chunk:
        gaps, self._gaps = tuple(self._gaps), []
        return Chunk(before, after, data, gaps, is_quiet)

    @staticmethod
    def _place(file: LogFile, seen: FileSeen) -> Position:
        return Position(seen.device, seen.inode, file.offset, len(file.head), hash_head(file.head), seen.modified_at)

    def _fail(self, error: OSError) -> None:
        """Let go, say why, and begin again from the position."""
        self._let_go()
        state = TailState.DENIED if isinstance(error, PermissionError) else TailState.FAILED
        self._tell(state, f"{error.strerror or error}")

    def _tell(self, state: TailState, error: str | None = None) -> None:
        status = self.status
        status.name = self._file.name if self._file is not None else None
        if status.state is not state:
            status.state, status.since = state, self._clock()
        status.error = error
