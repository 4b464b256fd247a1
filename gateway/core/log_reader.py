"""Lines of one log in file order -> records to believe and faults to quarantine: what only the neighbours can show.

A caller's number stands raw in ENTERQUEUE, so a line feed in it writes whole lines that look well formed
(asterisk-facts 8.3). Asterisk writes a record at once, so what he wrote stands between the beginning of his record and
its end, a fragment `|position`: all lines between are forged, and his own visit is mended from both halves. Where he
made the end fit too, nothing in the log shows it; a line that could be so is `is_exposed`, and reconcile asks the feed.

The clock may be set back: then all that follows is early, and stays valid. A single line out of place among neighbours
that agree is not believed. To know the neighbours a few lines are held; `settle` says that nothing more comes for now.
"""

import re
from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gateway.core import log_records as rec
from gateway.core.log_lines import Line, LineSplitter
from gateway.core.queue_log import KEPT_BYTES, NONE, Fault, FaultReason, read_line
from gateway.core.site import SECOND

TEXT_MAX = 79
"""Bytes of a caller's number (AST_CHANNEL_NAME less one: res_pjsip.c set_id_from_hdr)."""
SLACK_US = 5 * SECOND
"""Threads take the time before they write, so neighbours may stand a little out of order."""
FAR_US = 86_400 * SECOND
"""A line this far from neighbours that agree was never written by that clock."""
FOREIGN_MAX = 64
OTHER = "other"
HELD_MAX = 1024
_ROW = Line(0, 1, b"", is_whole=True)
"""What stands for the line of a row, which has none."""
_END = re.compile(rb".*\|(\d{1,6})(?:\|[^|]*)?", re.DOTALL)


class Item(NamedTuple):
    """What one line came to; `end` is the offset in its file up to which everything is decided with it."""

    end: int
    what: rec.Record | Fault
    is_exposed: bool = False


@dataclass(slots=True)
class _Held:
    line: Line
    what: rec.Record | Fault
    is_exposed: bool = False
    is_judged: bool = False
    _reach: int | None = None

    @property
    def reach(self) -> int:
        """Where the number of an Entered ends at the latest; it begins behind six bars (ENTERQUEUE|url|)."""
        if self._reach is None:
            self._reach = self.line.start + len(b"|".join(self.line.text.split(b"|", 6)[:6])) + 1 + TEXT_MAX
        return self._reach

    @property
    def last_bar(self) -> int:
        return self.line.start + self.line.text.rfind(b"|")

    @property
    def position(self) -> int | None:
        """What stands where Asterisk puts the position at the end of an ENTERQUEUE."""
        found = _END.fullmatch(self.line.text)
        return int(found[1]) if found else None

    @property
    def is_open(self) -> bool:
        """A caller's record that lacks its end."""
        return isinstance(self.what, rec.Entered) and self.what.position is None

    @property
    def slack(self) -> int:
        """How far from its neighbours it may stand, in µs."""
        return SLACK_US if self.is_exposed else FAR_US


class LogReader:
    """Reads one log. `queues`: names in lower case, None where not known."""

    def __init__(self, queues: Container[str] | None = None) -> None:
        self.queues = queues
        self.foreign: Counter[str] = Counter()
        """Verbs that are neither Asterisk's nor ours; beyond `FOREIGN_MAX` names they count as `other`."""
        self._splitter = LineSplitter()
        self._held: deque[_Held] = deque()
        self._last: int | None = None

    def begin(self, offset: int) -> list[Item]:
        """Another file, or another place of it, is next: what the last one leaves undecided."""
        rest = self._splitter.finish()
        if rest is not None:
            self._held.extend(self._see(rest))
        self._splitter = LineSplitter(offset)
        return list(self._release(is_quiet=True, is_over=True))

    def feed(self, data: bytes) -> list[Item]:
        """The next bytes of the file."""
        out: list[Item] = []
        for line in self._splitter.feed(data):
            if not self._held and (item := self._see_plain(line)) is not None:
                out.append(item)
                continue
            self._held.extend(self._see(line))
            out += self._release()
        return out

    def take(self, rows: Iterable[rec.Record | Fault]) -> list[Item]:
        """Rows of a table, all there are now. Each is one record whatever a caller wrote into it, so only its place
        among its neighbours is judged; `end` of every item is 1."""
        self._held.extend(_Held(_ROW, self._check_queue(what, b""), is_judged=True) for what in rows)
        return list(self._release(is_quiet=True, is_over=True))

    def _see_plain(self, line: Line) -> Item | None:
        """What most lines come to that follow on nothing held: no neighbour is asked. None: the long way."""
        if not line.is_whole or line.text[:1] in _NOTHING:
            return None
        what = self._read(line)
        if isinstance(what, _HELD) or self._last is None or not -FAR_US <= _written_at(what) - self._last <= FAR_US:
            return None
        self._last = _written_at(what)
        return Item(line.end, what)

    def settle(self) -> list[Item]:
        """Nothing was added for a while: a record is written at once, so what is held stands alone."""
        return list(self._release(is_quiet=True))

    def _see(self, line: Line) -> Iterator[_Held]:
        text = line.text.lstrip(b"\0")
        if len(text) < len(line.text):
            yield _Held(line._replace(end=line.start, text=b""), Fault(FaultReason.NULS, b""))
            line = line._replace(text=text, start=line.end - len(text) - line.is_whole)
        if not text and line.is_whole:
            yield _Held(line, Fault(FaultReason.NOT_A_RECORD, b""))
        elif text:
            yield _Held(line, self._read(line))

    def _read(self, line: Line) -> rec.Record | Fault:
        what = read_line(line.text)
        if not line.is_whole and not isinstance(what, rec.Entered):
            return Fault(FaultReason.CUT, line.text[:KEPT_BYTES])
        return self._check_queue(what, line.text)

    def _check_queue(self, what: rec.Record | Fault, text: bytes) -> rec.Record | Fault:
        if isinstance(what, Fault) or self.queues is None or what.queue == NONE or what.queue.lower() in self.queues:
            return what
        return Fault(FaultReason.UNKNOWN_QUEUE, text[:KEPT_BYTES])

    def _release(self, is_quiet: bool = False, is_over: bool = False) -> Iterator[Item]:
        """What can be decided now, in order."""
        while self._held:
            first = self._held[0]
            if isinstance(first.what, rec.Entered) and not first.is_judged:
                if not (is_quiet or self._has_window(first)):
                    return
                self._judge_text(first)
            follower = None
            if not self._is_near(first):
                follower = next((held for held in self._others() if not isinstance(held.what, Fault)), None)
                if follower is None and not is_over and self._must_wait(first, is_quiet):
                    return
            yield from self._decide(self._held.popleft(), follower)

    def _is_near(self, first: _Held) -> bool:
        """Whether it stands where its time says, or nobody can tell."""
        if isinstance(first.what, Fault) or self._last is None:
            return True
        return abs(_written_at(first.what) - self._last) <= first.slack

    def _others(self) -> Iterator[_Held]:
        held = iter(self._held)
        next(held)
        return held

    def _has_window(self, head: _Held) -> bool:
        """Whether all is there that the caller of `head` can have written."""
        return self._held[-1].line.end > head.reach + 1

    def _judge_text(self, head: _Held) -> None:
        """Mark what the caller of `head` has written, and what he may have."""
        head.is_judged = True
        end = self._find_end(head)
        for held in self._others():
            is_before_end = end is not None and held.line.start < end.line.start
            held.is_exposed |= held.last_bar <= head.reach and held.position is not None
            # A torn record whose end is nowhere has it in one of these: none of them can be believed.
            is_end = end is None and head.is_open and held.is_exposed
            if (is_before_end or is_end) and not isinstance(held.what, Fault):
                held.what = Fault(FaultReason.FORGED, held.line.text[:KEPT_BYTES])
        if end is not None and isinstance(head.what, rec.Entered):
            head.what = head.what._replace(caller=None, position=end.position, name=None)

    def _find_end(self, head: _Held) -> _Held | None:
        """The line that ends the record of `head` and is no record itself: the last that he can have reached.

        A torn record behind the first such line is another caller's, whose end that of the next line is.
        """
        end = None
        for held in self._others():
            if held.line.start > head.reach or (held.is_open and (end is not None or not head.is_open)):
                break
            if isinstance(held.what, Fault) and held.position is not None and held.last_bar <= head.reach:
                end = held
        return end

    def _must_wait(self, first: _Held, is_quiet: bool) -> bool:
        """Whether the record after `first` has to be known: it stands out of place, so far."""
        if isinstance(first.what, Fault) or self._last is None or len(self._held) > HELD_MAX:
            return False
        late = _written_at(first.what) - self._last
        return late < -first.slack or (late > first.slack and not is_quiet)

    def _decide(self, held: _Held, follower: _Held | None) -> Iterator[Item]:
        what, line = held.what, held.line
        if not isinstance(what, Fault) and self._is_out_of_place(held, follower):
            what = Fault(FaultReason.OUT_OF_PLACE, line.text[:KEPT_BYTES])
        if isinstance(what, rec.Entered) and what.caller is None:
            yield Item(line.start, Fault(FaultReason.BROKEN_ENTRY, line.text[:KEPT_BYTES]))
        elif isinstance(what, rec.Foreign):
            self.foreign[what.verb if what.verb in self.foreign or len(self.foreign) < FOREIGN_MAX else OTHER] += 1
        if not isinstance(what, Fault):
            self._last = _written_at(what)
        yield Item(line.end, what, held.is_exposed)

    def _is_out_of_place(self, held: _Held, follower: _Held | None) -> bool:
        """Alone out of place: its neighbours agree with each other, not with it."""
        if self._last is None or follower is None or isinstance(held.what, Fault) or isinstance(follower.what, Fault):
            return False
        late = _written_at(held.what) - self._last
        follower_late = _written_at(follower.what) - self._last
        if follower_late < -SLACK_US:
            return False
        return late < -held.slack or (late > held.slack and follower_late < late - held.slack)


_NOTHING = (b"", b"\0")
_HELD = (Fault, rec.Entered, rec.Foreign)
"""Entries wait for what their caller can have written; faults and strange verbs are counted apart."""


def _written_at(record: rec.Record) -> int:
    """The line's own time, which a marker has beside its exact one."""
    return record.logged_at if isinstance(record, rec.Marked) else record.at
