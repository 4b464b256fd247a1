"""queue_log records -> visits as the log alone tells them, each said again when more of it is known.

Law: nothing is guessed. A visit whose entry the file does not have (it starts later) has no join time; one whose end it
does not have stays open until the PBX is seen to boot, which cuts it, or until the call is heard of elsewhere.
What becomes of it beside the live rows is decided in `reconcile.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gateway.core import log_records as rec
from gateway.core.site import SECOND
from gateway.core.visits import REFUSALS
from gateway.core.words import EndedBy, VisitOutcome

OPEN_MAX = 10_000
"""Visits open at once; beyond it the oldest is given up as one without an end."""
MARK_US = 2 * SECOND
"""How far from its record a marker of our dialplan may stand: it is written right before or after."""
MOVED_US = SECOND
NO_END = "the log has no end of it"
CUT = "the PBX was started anew"


class LogVisit(NamedTuple):
    """One visit by queue_log. Times UTC µs: `entered_at`, `connected_at` and `ended_at` are as the log has them, in
    whole seconds where it is a file; `joined_at`, `left_at` and `answered_at` are exact, from our markers or a table;
    None is not in the log, or not yet."""

    callid: str
    queue: str
    """In lower case: entry and end spell it differently (asterisk-facts 3.3)."""
    seq: int
    """Number within the book, so that two alike of one second are two."""
    entered_at: int | None = None
    joined_at: int | None = None
    position: int | None = None
    line: str | None = None
    agent: str | None = None
    leg: str | None = None
    connected_at: int | None = None
    hold_s: int | None = None
    ring_s: int | None = None
    ended_at: int | None = None
    left_at: int | None = None
    outcome: VisitOutcome | None = None
    reason: str | None = None
    ended_by: EndedBy | None = None
    wait_s: int | None = None
    talk_s: int | None = None
    dumps: int = 0
    entered_as: str | None = None
    """The callid it entered with, where a transfer gave its place to another channel."""
    is_over: bool = False
    answered_at: int | None = None
    """When CONNECT was written: after what the agent heard first, if there is an announcement to him."""


class LogBook:
    """The visits open by the log. `open` is all its memory: what stands in it goes into the checkpoint.

    `is_exact`: records bear the microsecond they were written at, as a table's do (`core/log_rows.py`).
    """

    def __init__(
        self, opened: tuple[LogVisit, ...] = (), seq: int = 0, began_at: int | None = None, *, is_exact: bool = False
    ) -> None:
        self.open: dict[tuple[str, str], LogVisit] = {(visit.callid, visit.queue): visit for visit in opened}
        self.seq = max([seq, *(visit.seq for visit in opened)])
        self.is_exact = is_exact
        self.began_at = began_at
        """When the first record of this reading was written."""
        self._joining: dict[str, rec.Marked] = {}
        self._lines: dict[str, str] = {}
        self._left: dict[str, LogVisit] = {}

    def see(self, record: rec.Record) -> list[LogVisit]:
        """The visits that this record says something new of, as they stand now."""
        if self.began_at is None:
            self.began_at = record.at
        follow = _FOLLOW.get(type(record))
        return list(follow(self, record)) if follow is not None else []

    # -- entering --------------------------------------------------------------------------------------------------

    def _enter(self, record: rec.Entered) -> Iterator[LogVisit]:
        key = record.callid, record.queue.lower()
        if key in self.open:
            yield self._close(self.open[key]._replace(reason=NO_END))
        mark = self._joining.pop(record.callid, None)
        is_his = mark is not None and mark.queue.lower() == key[1] and abs(mark.logged_at - record.at) <= MARK_US
        self.seq += 1
        joined_at = record.at if self.is_exact else mark.at if mark is not None and is_his else None
        visit = LogVisit(
            *key, self.seq, record.at, joined_at, record.position, self._lines.get(record.callid)
        )  # fmt: skip
        yield self._keep(visit)
        if len(self.open) > OPEN_MAX:
            yield self._close(next(iter(self.open.values()))._replace(reason=NO_END))

    def _begin(self, callid: str, queue: str) -> LogVisit:
        self.seq += 1
        return LogVisit(callid, queue, self.seq, line=self._lines.get(callid))

    def _keep(self, visit: LogVisit) -> LogVisit:
        self.open[visit.callid, visit.queue] = visit
        return visit

    def _close(self, visit: LogVisit) -> LogVisit:
        self.open.pop((visit.callid, visit.queue), None)
        self._left.pop(visit.callid, None)
        over = visit if visit.is_over else visit._replace(is_over=True)
        self._left[visit.callid] = over
        if len(self._left) > OPEN_MAX:
            del self._left[next(iter(self._left))]
        return over

    def _find(self, record: Any) -> LogVisit:
        """The open visit a record speaks of; one without an entry when the file began after it."""
        key = record.callid, record.queue.lower()
        return self.open.get(key) or self._begin(*key)

    # -- answered --------------------------------------------------------------------------------------------------

    def _connect(self, record: rec.Connected) -> Iterator[LogVisit]:
        key = record.callid, record.queue.lower()
        visit = self.open.get(key) or self._take_over(record) or self._begin(*key)
        yield self._keep(
            visit._replace(
                agent=record.agent, leg=record.leg, connected_at=record.at, hold_s=record.hold_s, ring_s=record.ring_s,
                outcome=VisitOutcome.ANSWERED, answered_at=record.at if self.is_exact else None,
            )
        )  # fmt: skip

    def _take_over(self, record: rec.Connected) -> LogVisit | None:
        """A waiting caller whose place an attended transfer gave to another channel goes on under its callid (ISS 759).

        The log does not say so: it is the one who waits in this queue since as long as the hold time says, if one only,
        and if the reading had begun by then; else he just entered before its first line.
        """
        if record.hold_s is None or self.began_at is None:
            return None
        since, queue = record.at - record.hold_s * SECOND, record.queue.lower()
        waiting = [
            visit for visit in self.open.values()
            if visit.queue == queue and visit.connected_at is None
            and visit.entered_at is not None and abs(visit.entered_at - since) <= MOVED_US
        ]  # fmt: skip
        if len(waiting) != 1 or since <= self.began_at + MOVED_US:
            return None
        del self.open[waiting[0].callid, queue]
        return waiting[0]._replace(callid=record.callid, entered_as=waiting[0].callid)

    def _undo(self, record: rec.Dumped) -> Iterator[LogVisit]:
        """He waits on. When the file began after his entry, nothing of him has a time yet: there is nothing to say."""
        visit = self._find(record)
        undone = self._keep(
            visit._replace(
                agent=None, leg=None, connected_at=None, hold_s=None, ring_s=None, outcome=None, dumps=visit.dumps + 1,
                answered_at=None,
            )
        )  # fmt: skip
        if undone.entered_at is not None:
            yield undone

    def _end_talk(self, record: rec.TalkEnded) -> Iterator[LogVisit]:
        visit = self.open.get((record.callid, record.queue.lower())) or self._find_talk(record) or self._find(record)
        yield self._close(
            visit._replace(
                agent=visit.agent or record.agent, outcome=VisitOutcome.ANSWERED, ended_by=record.ended_by,
                hold_s=visit.hold_s if visit.hold_s is not None else record.hold_s, talk_s=record.talk_s,
                position=visit.position if visit.position is not None else record.position, ended_at=record.at,
                is_over=True,
            )
        )  # fmt: skip

    def _find_talk(self, record: rec.TalkEnded) -> LogVisit | None:
        """After a masquerade the end bears another callid than the beginning; an agent has one talk at once."""
        if record.talk_s is None:
            return None
        since, queue = record.at - record.talk_s * SECOND, record.queue.lower()
        talks = [
            visit for visit in self.open.values()
            if visit.queue == queue and visit.agent == record.agent
            and visit.connected_at is not None and abs(visit.connected_at - since) <= MOVED_US
        ]  # fmt: skip
        return talks[0] if len(talks) == 1 else None

    # -- not answered ----------------------------------------------------------------------------------------------

    def _leave(self, record: rec.Left) -> Iterator[LogVisit]:
        visit = self._find(record)
        position = visit.position if visit.position is not None else record.entered_position
        yield self._close(
            visit._replace(
                outcome=record.outcome, wait_s=record.wait_s, position=position, ended_at=record.at,
                left_at=record.at if self.is_exact else None, is_over=True,
            )
        )  # fmt: skip

    def _mark(self, record: rec.Marked) -> Iterator[LogVisit]:
        data = dict(record.data)
        if record.marker in {"arrival", "join"} and data.get("Line"):
            self._lines.pop(record.callid, None)
            self._lines[record.callid] = data["Line"]
            if len(self._lines) > OPEN_MAX:
                del self._lines[next(iter(self._lines))]
        if record.marker == "join":
            self._joining[record.callid] = record
            if len(self._joining) > OPEN_MAX:
                del self._joining[next(iter(self._joining))]
        elif record.marker == "exit":
            yield from self._exit(record, data.get("Status", ""))
        elif record.marker == "hangup":
            self._lines.pop(record.callid, None)
            self._joining.pop(record.callid, None)
            self._left.pop(record.callid, None)

    def _exit(self, record: rec.Marked, status: str) -> Iterator[LogVisit]:
        """Queue() returned. Who was not let in has no record but this one and that of his attempt."""
        joining = self._joining.pop(record.callid, None)
        if status in REFUSALS:
            visit = self._begin(record.callid, record.queue.lower())
            yield visit._replace(
                joined_at=joining.at if joining is not None else None, left_at=record.at, ended_at=record.logged_at,
                outcome=VisitOutcome.REFUSED, reason=status.lower(), is_over=True,
            )  # fmt: skip
            return
        left = self._left.pop(record.callid, None)
        is_his = left is not None and left.queue == record.queue.lower() and left.ended_at is not None
        if (
            left is not None
            and is_his
            and abs(record.logged_at - (left.ended_at or 0)) <= MARK_US
            and left.talk_s is None
            and left.left_at is None
        ):
            yield left._replace(left_at=record.at)

    # -- the PBX ---------------------------------------------------------------------------------------------------

    def _start(self, record: rec.QueuesStarted) -> Iterator[LogVisit]:
        """What was open when the PBX booted is over. Who talked was answered; how long is not known."""
        for visit in list(self.open.values()):
            is_answered = visit.connected_at is not None
            yield self._close(
                visit._replace(outcome=VisitOutcome.ANSWERED if is_answered else VisitOutcome.CUT, reason=CUT)
            )
        self._joining.clear()
        self._left.clear()

    def give_up(self, before: int) -> list[LogVisit]:
        """Open visits that entered before `before` (µs) will have no end any more; their records were lost."""
        old = [visit for visit in self.open.values() if (visit.entered_at or visit.connected_at or 0) < before]
        return [self._close(visit._replace(reason=NO_END)) for visit in old]


_FOLLOW: dict[type, Callable[[LogBook, Any], Iterator[LogVisit]]] = {
    rec.Entered: LogBook._enter,  # noqa: SLF001 - its own table
    rec.Connected: LogBook._connect,  # noqa: SLF001
    rec.Dumped: LogBook._undo,  # noqa: SLF001
    rec.TalkEnded: LogBook._end_talk,  # noqa: SLF001
    rec.Left: LogBook._leave,  # noqa: SLF001
    rec.Marked: LogBook._mark,  # noqa: SLF001
    rec.QueuesStarted: LogBook._start,  # noqa: SLF001
}
"""What a record does to the book; member records concern no visit."""
