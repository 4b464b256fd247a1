"""`hotline replay`: recorded inputs through fresh feeds, facts out.

Law 2: the same `apply` as the pump, so the same inputs give byte-identical facts. What a replay cannot know - a damaged
file, a journal that begins in mid-connection - is said on the way, never guessed. It writes nothing but its output.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import orjson

from gateway.canonical import spell_fact
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.site import Site
from gateway.inputs import FeedMaker, Input, Kind, Setting, apply, drain, read_setting
from gateway.records import MAGIC, SUFFIX, read_segment, segments_of
from gateway.traces import NotATrace, read_trace

Note = Callable[[str], None]
MESSAGE_END = b"\r\n\r\n"
MAX_TICKS = 10_000
NO_SITE = Site()


class Replay:
    """Feeds, driven input by input. `note` hears what a reader of the facts must know."""

    def __init__(
        self, make_feed: FeedMaker, note: Note, foreign_lists: bool = False, feeds: dict[str, Feed] | None = None
    ) -> None:
        """`feeds`: those of a checkpoint, which go on."""
        self.feeds: dict[str, Feed] = feeds if feeds is not None else {}
        self.faults = 0
        self._make_feed = make_feed
        self._foreign_lists = foreign_lists
        self._note = note
        self._unaligned: set[str] = set()
        self._unknown: set[str] = set()

    def step(self, item: Input) -> Sequence[Fact]:
        """One input as the pump applied it; the facts it gave."""
        if item.kind is Kind.STARTED:
            return self._start(item)
        if item.kind is Kind.RESUMED:
            return self._resume(item)
        feed = self.feeds.get(item.pbx)
        if feed is None:
            if item.pbx not in self._unknown:
                self._unknown.add(item.pbx)
                self._note(f"inputs of {item.pbx!r} before its settings are left out")
            return []
        if item.pbx in self._unaligned:
            item = self._align(item)
        return self._apply(feed, item)

    def forget(self) -> None:
        """After damage nothing is known: the next segment's settings begin anew."""
        self.feeds.clear()

    def pass_time(self, pbx: str, until: int) -> Iterator[Fact]:
        """Ticks for a trace, which has none of its own: each deadline of the feed up to `until`."""
        feed = self.feeds[pbx]
        for _ in range(MAX_TICKS):
            deadline = feed.deadline
            if deadline is None or deadline > until:
                return
            yield from self._apply(feed, Input(Kind.TICK, pbx, deadline, deadline))
        self._note(f"time of {pbx!r} did not pass: the feed wanted {MAX_TICKS} ticks before {until}")

    def _apply(self, feed: Feed, item: Input) -> Sequence[Fact]:
        outputs = apply(feed, item)
        if outputs.fault is not None:
            self.faults += 1
            self._note(f"{item.pbx}: {item.kind.name} at {item.wall}: the core failed: {outputs.fault!r}")
        return outputs.facts

    def _make(self, pbx: str, setting: Setting) -> Feed:
        feed = self.feeds[pbx] = self._make_feed(pbx, setting.site, setting.blind_since, self._foreign_lists)
        return feed

    def _start(self, item: Input) -> Sequence[Fact]:
        self._unaligned.discard(item.pbx)
        return drain(self._make(item.pbx, read_setting(item.data))).facts

    def _resume(self, item: Input) -> Sequence[Fact]:
        """The head of a further segment: nothing to do, unless what came before it is not here."""
        setting = read_setting(item.data)
        if item.pbx in self.feeds and not setting.lost:
            return []
        why = f"{setting.lost} inputs before it were not written" if setting.lost else "what came before is not here"
        self._note(f"{item.pbx}: the record begins anew at {item.wall}: {why}")
        feed = self._make(item.pbx, setting)
        facts = [*drain(feed).facts]
        self._unaligned.discard(item.pbx)
        if setting.nonce is not None:
            facts += self._apply(feed, item._replace(kind=Kind.CONNECTED, data=setting.nonce.encode()))
            self._unaligned.add(item.pbx)
        if setting.logged_in:
            facts += self._apply(feed, item._replace(kind=Kind.LOGGED_IN, data=b""))
        return facts

    def _align(self, item: Input) -> Input:
        """The first message that begins in the record; the rest of an older one is left out."""
        if item.kind in {Kind.CUT, Kind.CONNECTED}:
            self._unaligned.discard(item.pbx)
        if item.kind is not Kind.RECEIVED:
            return item
        _, end, rest = item.data.partition(MESSAGE_END)
        if end:
            self._unaligned.discard(item.pbx)
        return item._replace(data=rest)


def replay(paths: Iterable[Path], make_feed: FeedMaker, note: Note, site: Site = NO_SITE) -> Iterator[Fact]:
    """The facts of journals and traces, in the order given; a folder stands for its segments, oldest first.

    `site` is for traces, which carry no settings. Raises `OSError` for a file that cannot be read and `NotATrace` for
    one that is neither journal nor trace.
    """
    driver = Replay(make_feed, note)
    for path in paths:
        if path.is_dir() and not segments_of(path):
            note(f"{path}: no journal segments in this folder")
        for file in segments_of(path) if path.is_dir() else [path]:
            if _is_journal(file):
                yield from _replay_segment(driver, file, note)
            else:
                yield from _replay_trace(Replay(make_feed, note, foreign_lists=True), file, site)


def _replay_segment(driver: Replay, file: Path, note: Note) -> Iterator[Fact]:
    for item in read_segment(file):
        if isinstance(item, Input):
            yield from driver.step(item)
        elif item.torn:
            note(f"{item} (as after a kill; nothing else is missing)")
        else:
            note(f"damage: {item}; the rest of this file is left out")
            driver.forget()


def _is_journal(file: Path) -> bool:
    with file.open("rb") as opened:
        return file.suffix == SUFFIX or opened.read(len(MAGIC)) == MAGIC


def _replay_trace(driver: Replay, file: Path, site: Site) -> Iterator[Fact]:
    """A trace as one connection, cut where it ends. Whoever recorded it asked for the lists that are in it."""
    pbx = "trace"
    for item in read_trace(file, pbx, Setting(site).spell()):
        if item.kind is not Kind.STARTED:
            yield from driver.pass_time(pbx, item.wall)
        yield from driver.step(item)


def main(paths: list[str], json: bool, make_feed: FeedMaker, out: IO[bytes], site: Site = NO_SITE) -> int:
    """Print the facts of `paths`, one a line; notes go to standard error.

    0: all read. 1: something was damaged, missing or failed. 2: a path is not there or is no journal and no trace.
    """
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        sys.stderr.write(f"replay: {text}\n")

    try:
        for fact in replay([Path(path) for path in paths], make_feed, note, site):
            out.write((spell_fact(fact) if json else spell_text(fact)) + b"\n")
        out.flush()
    except (OSError, NotATrace) as error:
        note(str(error))
        return 2
    return 1 if any("as after a kill" not in text for text in notes) else 0


def spell_text(fact: Fact) -> bytes:
    """One line for people: UTC time, name, fields that say something. Line breaks of callers are spelt, not obeyed."""
    try:
        time = (
            datetime.fromtimestamp(fact.at / 1_000_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
    except (ValueError, OverflowError, OSError):
        time = f"{fact.at}us"  # a time that no calendar has, from a message that somebody forged
    fields = orjson.loads(orjson.dumps(fact._asdict()))
    told = (
        f"{name}={value if isinstance(value, int | float) else orjson.dumps(value).decode()}"
        for name, value in fields.items()
        if value is not None and name not in {"at", "pbx"}
    )
    return f"{time} {fact.pbx} {type(fact).__name__} {' '.join(told)}".encode()
