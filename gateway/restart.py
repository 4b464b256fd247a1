"""Memory as it was when the gateway stopped or was killed: the last checkpoint, and the journal behind it.

Law: the journal is put through the same code as a replay (law 2), so there is no second way to know what was. Nothing
here stops the start: what cannot be gone on from is named, and known less.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from gateway.checkpoints import Checkpoint, CheckpointError, freeze, read_checkpoint, write_checkpoint
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.inputs import FeedMaker, Input
from gateway.records import SUFFIX, Damage, read_segment, segments_of
from gateway.replay import Replay

log = structlog.get_logger()

EVERY_US = 60_000_000
REST = 2_000
"""A checkpoint may hold up the loop for one part in so many."""
BYTES_MAX = 32 * 1024**2
"""Of the journal behind the last one: some seconds of a restart."""
LOOK_S = 5.0

Note = Callable[[str], None]
Place = tuple[Path, int]


class Keeper(Protocol):
    """An outlet whose memory outlives the process."""

    def offer(self, fact: Fact) -> None: ...
    def begin(self, at: int) -> None:
        """Without a checkpoint: the first thing known is of this time (UTC µs)."""

    def remember(self) -> object: ...
    def recall(self, memory: Any) -> None: ...


@dataclass(slots=True)
class Restart:
    """What was done: `since`: time of the checkpoint, µs, None when there was none; inputs and facts behind it."""

    since: int | None = None
    inputs: int = 0
    facts: int = 0


def restore(
    folder: Path, earliest: int, feeds: dict[str, Feed], make_feed: FeedMaker, keepers: Mapping[str, Keeper],
    wanted: Collection[str], note: Note,
) -> Restart:  # fmt: skip
    """Fill `feeds` and `keepers` from the journal's folder; PBXs not `wanted` any more are left out.

    `earliest`: UTC µs; from then on the journal is read when there is no checkpoint. Never raises: whatever goes wrong,
    a gateway that knows nothing is better than none.
    """
    done = Restart()
    try:
        _restore(folder, earliest, feeds, make_feed, keepers, wanted, note, done)
    except Exception as error:
        log.exception("restart.defect")
        note(f"a defect of the gateway ({type(error).__name__}); it begins with what was brought back until then")
    for pbx in feeds.keys() - set(wanted):
        del feeds[pbx]
    return done


def _restore(
    folder: Path, earliest: int, feeds: dict[str, Feed], make_feed: FeedMaker, keepers: Mapping[str, Keeper],
    wanted: Collection[str], note: Note, done: Restart,
) -> None:  # fmt: skip
    checkpoint = _find_checkpoint(folder, note)
    if checkpoint is not None:
        feeds.update(checkpoint.feeds)
        for name, memory in checkpoint.memories.items():
            keepers[name].recall(memory)
        done.since = checkpoint.at
    driver = Replay(make_feed, note, feeds=feeds)
    for item in _read(_find_places(folder, checkpoint, earliest), driver, note):
        if not done.inputs and done.since is None:
            for keeper in keepers.values():
                keeper.begin(item.wall)
        done.inputs += 1
        for fact in driver.step(item):
            done.facts += 1
            if fact.pbx in wanted:
                for keeper in keepers.values():
                    keeper.offer(fact)


def _find_checkpoint(folder: Path, note: Note) -> Checkpoint | None:
    try:
        checkpoint = read_checkpoint(folder)
    except (CheckpointError, OSError) as error:
        note(f"{error}; the journal is read from further back")
        return None
    if checkpoint is not None and not (folder / checkpoint.segment).exists():
        note(f"{folder / checkpoint.segment}: the journal behind the checkpoint is gone; what is left of it is read")
        return None
    return checkpoint


def _find_places(folder: Path, checkpoint: Checkpoint | None, earliest: int) -> list[Place]:
    """The segments to read, and from where: behind the checkpoint, or from the last that began before `earliest`."""
    segments = segments_of(folder)
    if checkpoint is not None:
        behind = [path for path in segments if path.name > checkpoint.segment]
        return [(folder / checkpoint.segment, checkpoint.offset), *((path, 0) for path in behind)]
    began = [int(path.name.removesuffix(SUFFIX)) for path in segments]
    first = max((number for number, at in enumerate(began) if at <= earliest), default=0)
    return [(path, 0) for path in segments[first:]]


def _read(places: list[Place], driver: Replay, note: Note) -> Iterator[Input]:
    for path, begin in places:
        try:
            for item in read_segment(path, begin):
                if isinstance(item, Damage):
                    _admit(item, driver, note)
                else:
                    yield item
        except OSError as error:
            note(f"{path}: {error.strerror}; what is in it is not known")
            driver.forget()


def _admit(damage: Damage, driver: Replay, note: Note) -> None:
    if not damage.torn:  # a torn end is what a kill leaves behind
        note(f"damage: {damage}; what comes behind it is not known")
        driver.forget()


class Journalled(Protocol):
    """Of `gateway.journal.Journal`."""

    folder: Path

    @property
    def place(self) -> tuple[str, int] | None: ...
    @property
    def written(self) -> int: ...


class Checkpoints:
    """Writes one now and then, and at the end. `wall`: UTC µs."""

    def __init__(
        self, journal: Journalled, feeds: Mapping[str, Feed], keepers: Mapping[str, Keeper], wall: Callable[[], int]
    ) -> None:
        self.freeze_us = 0
        """How long the last one held up the loop."""
        self._journal = journal
        self._feeds = feeds
        self._keepers = keepers
        self._wall = wall
        self._written = 0
        self._at = wall()
        self._trouble = ""

    def is_due(self) -> bool:
        """Whether there is enough new in the journal; the more a checkpoint costs, the rarer it is."""
        new, age = self._journal.written - self._written, self._wall() - self._at
        rest = max(EVERY_US, self.freeze_us * REST)
        return new >= BYTES_MAX or (new > 0 and age >= rest)

    async def run(self) -> None:
        """Write when one is due, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self.is_due() and (frozen := self._freeze()) is not None:
                await asyncio.to_thread(self._write, frozen)

    def keep(self) -> None:
        """Write one now, at once."""
        if (frozen := self._freeze()) is not None:
            self._write(frozen)

    def _freeze(self) -> bytes | None:
        place = self._journal.place
        if place is None:
            return None
        began = time.perf_counter_ns()
        memories = {name: keeper.remember() for name, keeper in self._keepers.items()}
        self._at, self._written = self._wall(), self._journal.written
        frozen = freeze(Checkpoint(self._at, *place, dict(self._feeds), memories))
        self.freeze_us = (time.perf_counter_ns() - began) // 1000
        return frozen

    def _write(self, frozen: bytes) -> None:
        trouble = ""
        try:
            write_checkpoint(self._journal.folder, frozen)
        except OSError as error:
            trouble = error.strerror or str(error)
        if trouble != self._trouble:
            self._trouble = trouble
            event = "checkpoint.failed" if trouble else "checkpoint.written_again"
            log.warning(event, folder=str(self._journal.folder), error=trouble or None)
