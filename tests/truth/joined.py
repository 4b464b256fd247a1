"""What the farm placed, joined with queue_log and the wire: one row per visit that was, with its evidence.

Law: three records made by three programs must agree, or the run itself is worth nothing; `disagreements` says where
they do not. Only then is the gateway compared with the rows.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.truth.placed import Expected, PlacedCall, read_placed
from tests.truth.queue_log import OUTCOMES, LogStay, Stays, read_stays
from tests.truth.stays import Stay, Wire
from tests.truth.wire import Message


@dataclass(frozen=True)
class TrueVisit:
    """One visit. `call` is whose Uniqueid the PBX used for it; refused ones have neither wire nor log of a stay, only
    the status that our dialplan's exit marker wrote into the log (`refused_as`; None without markers)."""

    placed: PlacedCall
    expected: Expected
    call: str
    nth: int
    wire: Stay | None
    log: LogStay | None
    refused_as: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        """(Uniqueid, queue in lower case, which of his stays there)."""
        return self.call, self.expected.queue.lower(), self.nth

    def __str__(self) -> str:
        return f"call {self.placed.seq} {self.placed.scenario} {self.expected.queue} {self.expected.outcome}"


class Truth:
    """The rows of one run."""

    def __init__(self, calls: list[PlacedCall], log: Stays, wire: Wire) -> None:
        self.calls = calls
        self.log = log
        self.wire = wire
        self._taken: set[int] = set()
        self._told: set[int] = set()
        self.visits = [visit for call in calls for visit in self._join(call)]

    def _join(self, call: PlacedCall) -> Iterator[TrueVisit]:
        seen: Counter[tuple[str, str]] = Counter()
        before = None
        for expected in call.visits:
            queue = expected.queue.lower()
            is_refused = expected.outcome == "refused"
            stay = None if is_refused else self._find_stay(call, expected, before)
            before = stay
            callid = (stay.connected_as or stay.call) if stay else call.uniqueid
            seen[callid, queue] += 1
            status = self._find_refusal(callid, queue) if is_refused else None
            yield TrueVisit(call, expected, callid, seen[callid, queue], stay, self._find_log(stay), status)

    def _find_stay(self, call: PlacedCall, expected: Expected, before: Stay | None) -> Stay | None:
        """The caller's next stay in that queue, or that of his agent's consultation."""
        for stay in self.wire.stays:
            is_his = is_consult(stay, call, before) if expected.consult else stay.call == call.uniqueid
            if is_his and stay.queue == expected.queue.lower() and id(stay) not in self._taken:
                self._taken.add(id(stay))
                return stay
        return None

    def _find_log(self, stay: Stay | None) -> LogStay | None:
        if stay is None:
            return None
        nth = [s for s in self.wire.stays if (s.call, s.queue) == (stay.call, stay.queue)].index(stay)
        found = [entry for entry in self.log.all if (entry.entered_as, entry.queue) == (stay.call, stay.queue)]
        return found[nth] if nth < len(found) else None

    def _find_refusal(self, call: str, queue: str) -> str | None:
        """The next exit marker of that call at that queue which says that it was not let in."""
        for place, (who, where, status) in enumerate(self.log.refused):
            if (who, where) == (call, queue) and place not in self._told:
                self._told.add(place)
                return status
        return None

    @property
    def unplaced(self) -> list[Stay]:
        """Stays on the wire that no placed call explains."""
        return [stay for stay in self.wire.stays if id(stay) not in self._taken]

    def outcomes(self) -> Counter[tuple[str, str]]:
        """How many visits of each (queue, outcome) the farm placed."""
        return Counter((visit.expected.queue, visit.expected.outcome) for visit in self.visits)

    def disagreements(self) -> list[str]:
        """Where farm, log and wire contradict each other; empty for a run that can be a truth."""
        found = [text for visit in self.visits for text in contradict(visit)]
        found += [f"on the wire, not placed: {stay.call} {stay.queue}" for stay in self.unplaced]
        logged = sum(1 for stay in self.log.all if stay.verb is not None)
        joined = sum(1 for visit in self.visits if visit.wire is not None and visit.expected.outcome != "cut")
        if logged != joined:
            found.append(f"the log ends {logged} stays, the farm placed {joined}")
        return [*found, *self._unlike_refusals()]

    def _unlike_refusals(self) -> Iterator[str]:
        """Where the markers in the log do not tell the refusals that the farm placed; no markers, nothing to say."""
        if not self.log.marked:
            return
        for visit in self.visits:
            if visit.expected.outcome == "refused" and visit.refused_as != refusal_of(visit.placed.scenario):
                yield f"{visit}: the log's marker says {visit.refused_as}"
        for place, refusal in enumerate(self.log.refused):
            if place not in self._told:
                yield f"refused in the log, not placed: {refusal}"


def is_consult(stay: Stay, call: PlacedCall, before: Stay | None) -> bool:
    """Whether an agent's consultation joined: by the PBX's feature code it is born into the caller's family, from the
    phone's second line it is a channel of the device that answered the caller."""
    if stay.call == call.uniqueid:
        return False
    return stay.family == call.uniqueid or (before is not None and stay.device == before.interface)


def refusal_of(scenario: str) -> str:
    """How app_queue calls the refusal that a scenario brings about."""
    return "FULL" if scenario == "refused_full" else "JOINEMPTY"


def contradict(visit: TrueVisit) -> Iterator[str]:
    """What is wrong with one row."""
    if visit.expected.outcome == "refused":
        return
    if visit.expected.outcome == "cut":
        if visit.wire is None or visit.log is None or visit.log.verb is not None:
            yield f"{visit}: wire {visit.wire}, log {visit.log}"
        return
    if visit.wire is None or visit.log is None or visit.log.verb is None:
        yield f"{visit}: wire {visit.wire}, log {visit.log}"
        return
    if visit.expected.outcome not in OUTCOMES[visit.log.verb]:
        yield f"{visit}: the log says {visit.log.verb}"
    if visit.expected.outcome != "answered":
        return
    if visit.log.leg != visit.wire.leg:
        yield f"{visit}: answered by leg {visit.wire.leg} on the wire, {visit.log.leg} in the log"
    if visit.wire.member != visit.expected.agent:
        yield f"{visit}: the farm saw {visit.expected.agent} pick up, the wire {visit.wire.member}"


def read_truth(placed: Path, log: str, messages: list[Message]) -> Truth:
    """The truth of a run from its three records."""
    return Truth(read_placed(placed), read_stays(log), Wire(messages))
