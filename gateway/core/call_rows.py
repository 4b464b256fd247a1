"""Facts and queue_log records -> rows of calls: what each says of one is a piece, and pieces unite to its evidence.

Law: `unite` takes pieces in any order and as often as they come, and a row is a function of its evidence. The caller's
number is in no piece: it is personal data, read apart (`read_caller`) and sealed where it is stored.
"""

import re
from typing import Any, NamedTuple

from gateway.core import facts as ft
from gateway.core import log_records as rec
from gateway.core.ids import derive_id
from gateway.core.numbering import Numbering, identify, strip_prefix
from gateway.core.site import SECOND, UNKNOWN_LINE, Site
from gateway.core.waits import EXACT, SECONDS
from gateway.core.words import Direction, VisitOutcome

BIRTH_MAX_US = 86_400 * SECOND
"""A record this long after the second in its Uniqueid is not believed to speak of that second's channel."""
OF_CALLERS = frozenset({"arrival", "join", "exit", "survey", "callback", "test", "hangup"})
"""Markers that stand on a caller's channel, not on that of a seat."""
_BORN = re.compile(r"(?:.*-)?(\d{9,11})\.\d+", re.ASCII)


class LiveCall(NamedTuple):
    """What the feed says of a call. Times UTC µs. How it arrived and how it ended are groups of one fact each."""

    callid: str
    line: str | None = None
    did: str | None = None
    direction: Direction | None = None
    arrived_at: int | None = None
    """From a snapshot: to the second or a bound, which only `duration_us` tells."""
    ended_line: str | None = None
    ended_direction: Direction | None = None
    ended_at: int | None = None
    cause: int | None = None
    """None: nobody saw the end, and `ended_at` is when it was missed."""
    duration_us: int | None = None
    answered_at: int | None = None
    is_test: bool = False
    asked_back: bool = False


class LogCall(NamedTuple):
    """What queue_log says of a call: seconds in `first_at` and `answered_at`; exact times from our own markers."""

    callid: str
    first_at: int
    """Its first record."""
    line: str | None = None
    did: str | None = None
    arrived_at: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    cause: int | None = None
    is_test: bool = False
    asked_back: bool = False


class CallRow(NamedTuple):
    """One call as the ledger keeps it, with its evidence. Times UTC µs; None is unknown, or not yet.

    `precision`: `us` when its arrival and, once it ended, its end are exact. `answered_at`: somebody talked with him,
    an agent of a queue or whom else the dialplan rang; outbound: he picked up. `asked_back`: he asked to be called.
    """

    id: str
    pbx: str
    callid: str
    direction: Direction | None
    line: str | None
    did: str | None
    is_test: bool
    asked_back: bool
    arrived_at: int | None
    answered_at: int | None
    ended_at: int | None
    cause: int | None
    precision: str
    source: str
    revision: int
    live: LiveCall | None
    log: LogCall | None


# -- pieces --------------------------------------------------------------------------------------------------------


def read_fact(fact: ft.Fact) -> LiveCall | None:
    """The piece in a fact, or None."""
    match fact:
        case ft.CallArrived():
            # Who calls in dials a number of the site; who calls out dials somebody's, which is personal.
            did = fact.did if fact.direction is Direction.INBOUND else ""
            return LiveCall(fact.call, fact.line, did or None, fact.direction, fact.at)
        case ft.CallEnded():
            return LiveCall(
                fact.call, ended_line=fact.line, ended_direction=fact.direction, ended_at=fact.at, cause=fact.cause,
                duration_us=fact.duration_us,
            )  # fmt: skip
        case ft.VisitSettled(outcome=VisitOutcome.ANSWERED):
            return LiveCall(fact.call, answered_at=_first(fact.picked_up_at, fact.connected_at))
        case ft.CallAnswered():
            return LiveCall(fact.call, answered_at=fact.at)
        case ft.MarkerSeen(marker="test" | "callback" as marker, call=str(call)):
            return LiveCall(call, is_test=marker == "test", asked_back=marker == "callback")
    return None


def read_record(record: rec.Record) -> LogCall | None:
    """The piece in a record of queue_log, or None."""
    match record:
        case rec.Marked():
            return _read_marker(record) if record.marker in OF_CALLERS else None
        case rec.Connected():
            return LogCall(record.callid, record.at, answered_at=record.at)
        case rec.Entered() | rec.Left() | rec.TalkEnded():
            return LogCall(record.callid, record.at)
    return None


def _read_marker(record: rec.Marked) -> LogCall:
    data = dict(record.data)
    piece = LogCall(
        record.callid, record.logged_at, data.get("Line") or None, is_test=record.marker == "test",
        asked_back=record.marker == "callback",
    )  # fmt: skip
    if record.marker == "arrival":
        return piece._replace(did=data.get("Ddi") or None, arrived_at=record.at)
    if record.marker == "hangup":
        cause = data.get("Cause", "")
        return piece._replace(ended_at=record.at, cause=int(cause) if re.fullmatch("[0-9]{1,3}", cause) else None)
    return piece


def read_caller(told: ft.Fact | rec.Record, numbering: Numbering) -> tuple[str, str] | None:
    """(callid, number) where a fact or record has the citizen's number: for sealing, and for nothing else. Of a call
    from outside it is who called, of one to outside who was called, of one within the site nobody."""
    match told:
        case ft.CallArrived(call=callid, direction=Direction.OUTBOUND):
            number = strip_prefix(told.did, numbering)
        case ft.CallArrived(call=callid, direction=Direction.INBOUND) | rec.Entered(callid=callid):
            number = told.caller or ""
        case ft.MarkerSeen(marker="callback", call=str(callid)):
            number = dict(told.data).get("Number", "")
        case _:
            return None
    return (callid, number) if identify(number, numbering) is not None else None


def unite_live(one: LiveCall, other: LiveCall) -> LiveCall:
    """Both pieces. Two gateways, or one that came later, may have two of a kind: the earlier arrival was seen, the
    later one found in a list; an end with a cause was seen."""
    came, went = min(one, other, key=_rank_arrival), min(one, other, key=_rank_end)
    answered = _less(one.answered_at, other.answered_at)
    return LiveCall(
        *came[:5], *went[5:10], answered, one.is_test or other.is_test, one.asked_back or other.asked_back
    )  # fmt: skip


def _rank_arrival(call: LiveCall) -> tuple[Any, ...]:
    return call.arrived_at is None, call.arrived_at or 0, repr(call[1:5])


def _rank_end(call: LiveCall) -> tuple[Any, ...]:
    return call.ended_at is None, call.cause is None, call.duration_us is None, repr(call[5:10])


def unite_log(one: LogCall, other: LogCall) -> LogCall:
    """Both pieces. Our dialplan says each thing once; were it twice, the least of the two is as good as the other."""
    if other[2:] == _NOTHING_MORE and one.first_at <= other.first_at:
        return one
    return LogCall(
        one.callid, min(one.first_at, other.first_at), _less(one.line, other.line), _less(one.did, other.did),
        _less(one.arrived_at, other.arrived_at), _less(one.answered_at, other.answered_at),
        _less(one.ended_at, other.ended_at), _less(one.cause, other.cause), one.is_test or other.is_test,
        one.asked_back or other.asked_back,
    )  # fmt: skip


_NOTHING_MORE = LogCall("", 0)[2:]


def _less(one: Any, other: Any) -> Any:
    """The less of two of which either may be unknown."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


# -- rows ----------------------------------------------------------------------------------------------------------


def combine_call(pbx: str, live: LiveCall | None, log: LogCall | None, site: Site) -> CallRow:
    """The row of this evidence, revision 0. One of the two there must be."""
    seen = live or LiveCall(log.callid if log is not None else "")
    told = log or LogCall(seen.callid, 0)
    born = seen.ended_at - seen.duration_us if seen.ended_at is not None and seen.duration_us is not None else None
    gone = seen.ended_at if seen.cause is not None else None
    arrived, ended = _first(born, told.arrived_at), _first(gone, told.ended_at)
    is_exact = arrived is not None and (ended is not None or seen.ended_at is None)
    return CallRow(
        derive_id(pbx, "call", seen.callid), pbx, seen.callid,
        seen.ended_direction or seen.direction or (Direction.INBOUND if told.arrived_at is not None else None),
        _choose_line(seen, told, site), seen.did or told.did, seen.is_test or told.is_test,
        seen.asked_back or told.asked_back,
        _first(arrived, seen.arrived_at, _find_birth(told) if log is not None else None),
        _first(seen.answered_at, told.answered_at), _first(ended, seen.ended_at), _first(seen.cause, told.cause),
        EXACT if is_exact else SECONDS, "both" if live and log else "live" if live else "log", 0, live, log,
    )  # fmt: skip


def unite_calls(old: CallRow, new: CallRow, site: Site) -> CallRow:
    """The row of both rows' evidence; one revision more when something of an ended call became something else."""
    live = unite_live(old.live, new.live) if old.live and new.live else old.live or new.live
    log = unite_log(old.log, new.log) if old.log and new.log else old.log or new.log
    row = combine_call(old.pbx, live, log, site)
    said = zip(old[3:12], row[3:12], strict=True)
    is_later = old.ended_at is not None and any(was is not None and was != now for was, now in said)
    return row._replace(revision=old.revision + is_later)


def _choose_line(seen: LiveCall, told: LogCall, site: Site) -> str | None:
    """The line as it was at the end; the log's where the feed knew none."""
    marked = site.line_of(told.line) if told.line is not None else None
    found = None
    for line in (seen.ended_line, seen.line, marked):
        if line and line != UNKNOWN_LINE:
            return line
        found = found or line or None
    return found


def _find_birth(log: LogCall) -> int | None:
    """The second in which Asterisk made the channel: its Uniqueid begins with it (asterisk-facts 3.5), unless somebody
    chose it himself."""
    found = _BORN.fullmatch(log.callid)
    born = int(found[1]) * SECOND if found else None
    return born if born is not None and 0 <= log.first_at - born <= BIRTH_MAX_US else None


def _first(*values: int | None) -> int | None:
    for value in values:
        if value is not None:
            return value
    return None
