"""queue_log -> the stays of callers in queues, by the tests' own code (asterisk-facts 3.3).

Law: the mapping of verbs to outcomes is that of design section 4 and is written here a second time on purpose.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

OUTCOMES: dict[str, frozenset[str]] = {
    "ABANDON": frozenset({"abandoned", "short_abandoned", "redirected"}),
    "CONNECT": frozenset({"answered"}),
    "EXITWITHTIMEOUT": frozenset({"timeout"}),
    "EXITEMPTY": frozenset({"left_empty"}),
    "EXITWITHKEY": frozenset({"key"}),
    "WITHDRAW": frozenset({"withdrawn"}),
    "SYSCOMPAT": frozenset({"incompatible"}),
}
"""{how the log says that a stay ended: outcomes that look so}. A refused caller never was in the queue."""

REFUSALS = frozenset({"FULL", "JOINEMPTY", "JOINUNAVAIL"})
ENDINGS: dict[str, str] = {
    "COMPLETECALLER": "caller",
    "COMPLETEAGENT": "agent",
    "BLINDTRANSFER": "blind_transfer",
    "ATTENDEDTRANSFER": "attended_transfer",
}


@dataclass(frozen=True)
class Record:
    """One line."""

    at: int
    callid: str
    queue: str
    agent: str
    verb: str
    data: tuple[str, ...]


@dataclass
class LogStay:
    """One stay as the log tells it; times in whole epoch seconds. `entered_as`: who joined, before a masquerade."""

    entered_as: str
    callid: str
    queue: str
    entered_at: int | None
    verb: str | None = None
    ended_at: int | None = None
    agent: str | None = None
    leg: str | None = None
    hold_seconds: int | None = None
    ended_by: str | None = None
    talk_seconds: int | None = None
    missed: list[str] = field(default_factory=list)


def read_log(text: str) -> list[Record]:
    """The records of a log. Raises ValueError on a line that is none."""
    return [read_line(line) for line in text.split("\n") if line]


def read_line(line: str) -> Record:
    at, callid, queue, agent, verb, *data = line.split("|")
    return Record(int(at), callid, queue, agent, verb, tuple(data))


class Stays:
    """Reads records in order; `all` holds the stays in order of entering."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.all: list[LogStay] = []
        self.marked = False  # whether our dialplan writes its markers into this log
        self.refused: list[tuple[str, str, str]] = []  # (callid, queue, status), from our own marker only
        self._open: dict[tuple[str, str], LogStay] = {}
        self._talking: dict[tuple[str, str], LogStay] = {}
        for record in records:
            self._take(record)

    def _take(self, record: Record) -> None:
        key = (record.callid, record.queue.lower())
        self.marked = self.marked or record.verb.startswith("HL_")
        if record.verb == "QUEUESTART":  # the PBX booted: what was open stays without an end
            self._open.clear()
            self._talking.clear()
        if record.verb == "ENTERQUEUE":
            self._open[key] = LogStay(record.callid, record.callid, key[1], record.at)
            self.all.append(self._open[key])
        elif record.verb == "CONNECT":
            self._connect(key, record)
        elif record.verb == "AGENTDUMP" and key in self._talking:
            self._open[key] = self._talking.pop(key)
        elif record.verb in OUTCOMES:
            self._leave(key, record)
        elif record.verb in ENDINGS:
            self._end(key, record)
        elif record.verb == "RINGNOANSWER" and key in self._open:
            self._open[key].missed.append(record.agent)
        elif record.verb == "HL_EXIT" and record.data[2] in REFUSALS:
            self.refused.append((record.callid, key[1], record.data[2]))

    def _connect(self, key: tuple[str, str], record: Record) -> None:
        stay = self._open.pop(key, None)
        if stay is None:  # an attended transfer gave the waiting place to another channel (asterisk-facts 2.7)
            other = next((found for found in self._open if found[1] == key[1]), None)
            stay = self._open.pop(other) if other else LogStay(record.callid, record.callid, key[1], None)
            stay.callid = record.callid
        stay.verb, stay.ended_at, stay.agent = "CONNECT", record.at, record.agent
        stay.hold_seconds, stay.leg = int(record.data[0]), record.data[1]
        self._talking[key] = stay

    def _leave(self, key: tuple[str, str], record: Record) -> None:
        stay = self._open.pop(key, None)
        if stay is not None:
            stay.verb, stay.ended_at = record.verb, record.at

    def _end(self, key: tuple[str, str], record: Record) -> None:
        stay = self._talking.pop(key, None)
        if stay is not None:
            stay.ended_by = ENDINGS[record.verb]
            # ... hold|talk|origpos stand last in all four verbs
            stay.talk_seconds = int(record.data[-2])


def read_stays(text: str) -> Stays:
    """The stays of a whole log."""
    return Stays(read_log(text))


def stays_of(stays: Stays, callid: str) -> Iterator[LogStay]:
    """Those of one call, in order."""
    return (stay for stay in stays.all if stay.callid == callid)
