"""queue_log -> records, one line at a time: the one place that knows its verbs (law 11; asterisk-facts 3.3, 3.5, 8.3).

One row of `SPECS` per verb: how many data columns it has and what is built of them. A line that is not exactly so is a
`Fault` with its reason and goes to quarantine, never into a figure. What a single line cannot show - that a caller's
text wrote it - is `log_reader.py`'s business. A record is one write of at most 8191 bytes (logger.c:962-1040).
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from gateway.core import log_records as rec
from gateway.core.site import SECOND
from gateway.core.words import EndedBy, OfferOutcome, VisitOutcome

NONE = "NONE"
RECORD_MAX = 8191
"""Bytes of a line without its line feed; one as long as this has lost its end."""
EPOCH_MIN = 946_684_800
EPOCH_MAX = 4_102_444_800
"""2000 to 2100: outside of it a number is no time at all."""
MARKER_SLACK_US = 5 * SECOND
"""Our dialplan takes the time right before it writes; more apart than this, one of the two is not Asterisk's."""
_MARKED = re.compile(r"\d{9,11}\.\d{6}", re.ASCII)
# One that somebody chose himself (ChannelId of Originate or ARI) is told from a forged one by the feed alone.
_CALLID = re.compile(r"(?:[\w.\-]+-)?\d{9,11}\.\d+", re.ASCII)
_EPOCH = re.compile(r"\d{9,11}", re.ASCII)
_VERB = re.compile(r"[A-Za-z][\w \-]{0,39}", re.ASCII)
_COUNT = re.compile(r"-?\d{1,10}", re.ASCII)
_POSITION = re.compile(r"\d{1,6}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")


class FaultReason(StrEnum):
    """Why a line is not believed."""

    NOT_A_RECORD = "not_a_record"
    EPOCH = "epoch"
    CALLID = "callid"
    CONTROL = "control"
    VERB = "verb"
    COLUMNS = "columns"
    NUMBER = "number"
    MARKER_TIME = "marker_time"
    TOO_LONG = "too_long"
    NULS = "nuls"
    BROKEN_ENTRY = "broken_entry"
    UNKNOWN_QUEUE = "unknown_queue"
    FORGED = "forged"
    OUT_OF_PLACE = "out_of_place"
    CUT = "cut"


class Fault(NamedTuple):
    """A line in quarantine: why, and what it was (caller data: hostile, personal, cut to `KEPT_BYTES`)."""

    reason: FaultReason
    text: bytes


KEPT_BYTES = 256


class _Refusal(Exception):  # noqa: N818  it is a reason, not an error of ours
    """The data columns are not those of the verb."""

    def __init__(self, reason: FaultReason) -> None:
        self.reason = reason


class Head(NamedTuple):
    """The four columns before the verb; `at` in µs."""

    at: int
    callid: str
    queue: str
    agent: str


class Spec(NamedTuple):
    """How to read one verb: fewest and most data columns (None: text with bars ends it), whose callid it has."""

    build: Callable[[Head, Sequence[str]], rec.Record]
    least: int
    most: int | None
    of_call: bool = True


def _count(text: str) -> int | None:
    """A whole number; None for a negative one: the clock was set back in between."""
    if len(text) <= 10 and text.isascii() and text.isdigit():
        return int(text)
    if not _COUNT.fullmatch(text):
        raise _Refusal(FaultReason.NUMBER)
    return None if text.startswith("-") else int(text)


def _entered(head: Head, data: Sequence[str]) -> rec.Entered:
    """Its columns hold the caller's own text: broken ones make it unknown, the visit stays (asterisk-facts 8.3)."""
    if len(data) in {3, 4} and _POSITION.fullmatch(data[2]) and not _CONTROL.search("|".join(data)):
        return rec.Entered(*head, data[0], data[1], int(data[2]), data[3] if len(data) == 4 else None)
    last = data[-1] if len(data) > 2 else ""
    return rec.Entered(*head, data[0] if data else "", None, int(last) if _POSITION.fullmatch(last) else None, None)


def _connected(head: Head, data: Sequence[str]) -> rec.Connected:
    return rec.Connected(*head, _count(data[0]), data[1], _count(data[2]))


def _completed(ended_by: EndedBy) -> Callable[[Head, Sequence[str]], rec.TalkEnded]:
    """All four verbs end with hold, talk, position; a transfer has before them where it went."""
    return lambda head, data: rec.TalkEnded(*head, ended_by, "|".join(data[:-3]), *map(_count, data[-3:]))


def _attended(head: Head, data: Sequence[str]) -> rec.TalkEnded:
    if len(data) != (6 if data[0] == "LINK" else 5):
        raise _Refusal(FaultReason.COLUMNS)
    return _completed(EndedBy.ATTENDED_TRANSFER)(head, data)


def _left(outcome: VisitOutcome) -> Callable[[Head, Sequence[str]], rec.Left]:
    def build(head: Head, data: Sequence[str]) -> rec.Left:
        return rec.Left(*head, outcome, _count(data[0]), _count(data[1]), _count(data[2]), "|".join(data[3:]))

    return build


def _left_by_key(head: Head, data: Sequence[str]) -> rec.Left:
    return _left(VisitOutcome.KEY)(head, [*data[1:], data[0]])


def _rung(outcome: OfferOutcome) -> Callable[[Head, Sequence[str]], rec.Rung]:
    return lambda head, data: rec.Rung(*head, outcome, _count(data[0]))


def _membered(is_member: bool) -> Callable[[Head, Sequence[str]], rec.Membered]:
    return lambda head, data: rec.Membered(*head, is_member, data[:1] == ["PAUSED"])


def _paused(is_paused: bool, is_everywhere: bool) -> Spec:
    """The reason is free text of whoever pauses."""
    return Spec(lambda head, data: rec.Paused(*head, is_paused, is_everywhere, "|".join(data)), 0, None, False)


def _tuned(setting: str) -> Spec:
    return Spec(lambda head, data: rec.Tuned(*head, setting, _count(data[0])), 1, 1, False)


def _signed(is_in: bool) -> Callable[[Head, Sequence[str]], rec.Signed]:
    return lambda head, data: rec.Signed(*head, is_in, data[0], None if is_in else _count(data[1]))


def _called_out(head: Head, data: Sequence[str]) -> rec.CalledOut:
    return rec.CalledOut(*head, data[0], _count(data[1]), "|".join(data[2:]))


def _marked(marker: str, *keys: str) -> Spec:
    """A marker of `dialplans/hotline/marks.conf`: its own time first, then the columns `keys`."""

    def build(head: Head, data: Sequence[str]) -> rec.Marked:
        if not _MARKED.fullmatch(data[0]):
            raise _Refusal(FaultReason.MARKER_TIME)
        at = int(data[0].replace(".", ""))
        if abs(at - head.at) > MARKER_SLACK_US + SECOND:
            raise _Refusal(FaultReason.MARKER_TIME)
        pairs = tuple(zip(keys, [*data[1:], *[""] * len(keys)], strict=False))
        return rec.Marked(at, *head[1:], marker, pairs, head.at)

    # a column that is empty at the end is not there at all in a database table
    return Spec(build, 1, len(keys) + 1)


_SEAT = ("Agent", "Seat", "Reason")
SPECS: dict[str, Spec] = {
    "ENTERQUEUE": Spec(_entered, 0, None),
    "CONNECT": Spec(_connected, 3, 3),
    "COMPLETEAGENT": Spec(_completed(EndedBy.AGENT), 3, 3),
    "COMPLETECALLER": Spec(_completed(EndedBy.CALLER), 3, 3),
    "BLINDTRANSFER": Spec(_completed(EndedBy.BLIND_TRANSFER), 5, 5),
    "ATTENDEDTRANSFER": Spec(_attended, 5, 6),
    "RINGNOANSWER": Spec(_rung(OfferOutcome.NO_ANSWER), 1, 1),
    "RINGCANCELED": Spec(_rung(OfferOutcome.CANCELLED), 1, 1),
    "ABANDON": Spec(_left(VisitOutcome.ABANDONED), 3, 3),
    "EXITWITHTIMEOUT": Spec(_left(VisitOutcome.TIMEOUT), 3, 3),
    "EXITEMPTY": Spec(_left(VisitOutcome.LEFT_EMPTY), 3, 3),
    "EXITWITHKEY": Spec(_left_by_key, 4, 4),
    "WITHDRAW": Spec(_left(VisitOutcome.WITHDRAWN), 3, None),
    "SYSCOMPAT": Spec(lambda head, data: rec.Left(*head, VisitOutcome.INCOMPATIBLE, None, None, None, ""), 0, 0),
    "AGENTDUMP": Spec(lambda head, data: rec.Dumped(*head), 0, 0),
    "ADDMEMBER": Spec(_membered(True), 0, 1, False),
    "REMOVEMEMBER": Spec(_membered(False), 0, 0, False),
    "PAUSE": _paused(True, False),
    "UNPAUSE": _paused(False, False),
    "PAUSEALL": _paused(True, True),
    "UNPAUSEALL": _paused(False, True),
    "PENALTY": _tuned("penalty"),
    "RINGINUSE": _tuned("ringinuse"),
    "AGENTLOGIN": Spec(_signed(True), 1, 1),
    "AGENTLOGOFF": Spec(_signed(False), 2, 2),
    "OUTCALL": Spec(_called_out, 2, None, False),
    "QUEUESTART": Spec(lambda head, data: rec.QueuesStarted(*head), 0, 0, False),
    "CONFIGRELOAD": Spec(lambda head, data: rec.LogReopened(*head), 0, 0, False),
    "HL_ARRIVAL": _marked("arrival", "Line", "Ddi"),
    "HL_HUMANKEY": _marked("human_key", "Line", "Key"),
    "HL_JOIN": _marked("join", "Line"),
    "HL_EXIT": _marked("exit", "Line", "Status"),
    "HL_SURVEY": _marked("survey", "Line", "Score", "Agent"),
    "HL_ESCALATION": _marked("escalation", "Line", "By", "Reason"),
    "HL_CALLBACK": _marked("callback", "Line"),
    "HL_EMERGENCY": _marked("emergency", "Line", "Target", "Result"),
    "HL_TEST": _marked("test", "Line"),
    "HL_HANGUP": _marked("hangup", "Line", "Cause"),
    "HL_SIGNIN": _marked("sign_in", *_SEAT),
    "HL_SIGNOUT": _marked("sign_out", *_SEAT),
    "HL_SIGNINREFUSED": _marked("sign_in_refused", *_SEAT),
    "HL_PAUSE": _marked("pause", *_SEAT),
    "HL_UNPAUSE": _marked("unpause", *_SEAT),
    "HL_WRAPUPFINISH": _marked("wrapup_finish", *_SEAT),
}


def read_line(text: bytes) -> rec.Record | Fault:
    """One line of the file without its line feed. Never raises."""
    columns = text.decode("utf-8", "replace").split("|")
    if len(columns) < 6 or not (columns[0].isascii() and columns[0].isdigit()):
        return Fault(FaultReason.NOT_A_RECORD, text[:KEPT_BYTES])
    epoch, callid, queue, agent, verb, *data = columns
    if not _EPOCH.fullmatch(epoch) or not EPOCH_MIN <= int(epoch) < EPOCH_MAX:
        return Fault(FaultReason.EPOCH, text[:KEPT_BYTES])
    if len(text) >= RECORD_MAX and verb != "ENTERQUEUE":
        return Fault(FaultReason.TOO_LONG, text[:KEPT_BYTES])
    found = _read(Head(int(epoch) * SECOND, callid, queue, agent), verb, data)
    return Fault(found, text[:KEPT_BYTES]) if isinstance(found, FaultReason) else found


def read_columns(head: Head, verb: str, data: Sequence[str]) -> rec.Record | FaultReason:
    """A record from its columns: what a line and a row of a database table have in common. Never raises.

    A table has five data columns, empty at the end, and the fifth holds all the rest (asterisk-facts 3.2).
    """
    return _read(head, verb, "|".join(data).split("|"))


def _read(head: Head, verb: str, data: list[str]) -> rec.Record | FaultReason:
    if _CONTROL.search(f"{head.callid}{head.queue}{head.agent}"):
        return FaultReason.CONTROL
    spec = SPECS.get(verb)
    if spec is None:
        # Action QueueLog leaves the agent empty when it names no interface (seen on 22.10).
        return rec.Foreign(*head, verb) if _VERB.fullmatch(verb) else FaultReason.VERB
    if not (head.callid and head.queue and head.agent):
        return FaultReason.COLUMNS
    if spec.of_call and not _CALLID.fullmatch(head.callid):
        return FaultReason.CALLID
    return _build(head, spec, _trim(data, spec))


def _trim(data: list[str], spec: Spec) -> list[str]:
    """Without the empty columns at the end that the verb does not ask for."""
    while len(data) > spec.least and not data[-1]:
        data.pop()
    return data


def _build(head: Head, spec: Spec, data: list[str]) -> rec.Record | FaultReason:
    if len(data) < spec.least or (spec.most is not None and len(data) > spec.most):
        return FaultReason.COLUMNS
    try:
        return spec.build(head, data)
    except _Refusal as refusal:
        return refusal.reason
