"""Callers who were not answered and have not been since (漏接): who they are, what was tried, what closed it.

Law: pure; calls of one subscriber, and what people noted, go in - in any order - and his unreached times come out. One
begins with the first lost call and has all that follow, until somebody talked with him: he was answered when he called
again, he was called from here and picked up, or an agent noted so. Nothing else closes it, time least of all.

- Lost is a call from outside that asked for a human - it was in a queue, or asked to be called back - and is over
  without anybody having talked with the caller. Who hung up in the greeting asked for nobody.
- Short abandons are lost too: to call one back in vain is cheaper than a citizen who is left alone.
- Test calls (拨测) neither open nor close anything; nor do calls within the site.
- An outbound call that nobody picked up is an attempt, whether or not an agent notes it.
- Where the outcome of every lost call is unknown - the feed was blind and the log has nothing -, he may have been
  answered: he is listed, and `is_certain` is false.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from gateway.core.site import SECOND
from gateway.core.words import Direction, VisitOutcome

LONGEST_US: Final = 4 * 3600 * SECOND
"""Only the log knows some calls, and where our markers are missing not their end: so long after the last visit of such
a one it is over. Who gave up in a queue has hung up."""
GAVE_UP: Final = frozenset({VisitOutcome.ABANDONED, VisitOutcome.SHORT_ABANDONED, VisitOutcome.CUT})
UNSURE: Final = frozenset({None, VisitOutcome.UNKNOWN})


class Result(StrEnum):
    """How an attempt to call back went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


class CallbackState(StrEnum):
    """Where an unreached caller stands. GIVEN_UP: a wrong number, or he did not want to be called."""

    OPEN = "open"
    CLAIMED = "claimed"
    REACHED = "reached"
    CALLED_AGAIN = "called_again"
    GIVEN_UP = "given_up"


CLOSING: Final = {
    Result.REACHED: CallbackState.REACHED,
    Result.WRONG_NUMBER: CallbackState.GIVEN_UP,
    Result.REFUSED: CallbackState.GIVEN_UP,
}


class Stop(NamedTuple):
    """A visit of a call, as far as this needs it."""

    queue: str
    line: str | None
    left_at: int | None
    outcome: VisitOutcome | None


class Try(NamedTuple):
    """A call of a subscriber: in from him or out to him. Times UTC µs; `at` is its place in time, always known.

    `sealed` and `key`: his number as the ledger keeps it."""

    id: str
    pbx: str
    callid: str
    at: int
    direction: Direction | None
    line: str | None
    answered_at: int | None
    ended_at: int | None
    is_test: bool
    asked_back: bool
    is_confidential: bool
    stops: tuple[Stop, ...] = ()
    sealed: bytes | None = None
    key: str | None = None


class Attempt(NamedTuple):
    """One attempt to call back. `call`: the last lost call before it; `by` None: the PBX saw it, nobody noted it."""

    at: int
    by: str | None
    result: Result
    note: str | None
    call: str


class Note(NamedTuple):
    """What people did about an unreached caller. `id` of the row; `first_call` of the calls he was lost by."""

    id: str
    first_call: str
    attempts: tuple[Attempt, ...] = ()
    claimed_by: str | None = None
    claimed_at: int | None = None
    claimed_until: int | None = None


class Claim(NamedTuple):
    """Who holds him and until when."""

    by: str
    at: int
    until: int


class Unreached(NamedTuple):
    """One caller who was not answered. `id`: his first lost call's. `note`: the row people's doings go to, if any."""

    id: str
    state: CallbackState
    lost: tuple[Try, ...]
    attempts: tuple[Attempt, ...]
    due_at: int
    claim: Claim | None
    note: str | None
    closed_at: int | None = None
    closing_call: str | None = None
    is_calling: bool = False
    """He is on the line now, and nobody talks with him yet."""

    @property
    def opened_at(self) -> int:
        return self.lost[0].at

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def queues(self) -> tuple[str, ...]:
        """Queues tried, in order."""
        return tuple(dict.fromkeys(stop.queue for call in self.lost for stop in call.stops))

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines tried, in order."""
        return tuple(dict.fromkeys(call.line for call in self.lost if call.line is not None))

    @property
    def asked_back(self) -> bool:
        return any(call.asked_back for call in self.lost)

    @property
    def is_confidential(self) -> bool:
        return any(call.is_confidential for call in self.lost)

    @property
    def is_certain(self) -> bool:
        return any(is_certainly_lost(call) for call in self.lost)


def is_answered(call: Try) -> bool:
    """Whether somebody talked with the caller; outbound: he picked up."""
    return call.answered_at is not None or any(stop.outcome is VisitOutcome.ANSWERED for stop in call.stops)


def is_lost(call: Try, now: int) -> bool:
    """Whether the call asked for a human and is over without one."""
    if call.is_test or call.direction in {Direction.OUTBOUND, Direction.INTERNAL} or is_answered(call):
        return False
    return bool(call.stops or call.asked_back) and _is_over(call, now)


def is_waiting(call: Try, now: int) -> bool:
    """Whether he calls at this moment and nobody has answered; an end that nobody saw is believed after some time."""
    comes = call.direction in {Direction.INBOUND, None} and not call.is_test
    return comes and not is_answered(call) and not _is_over(call, now) and call.at + LONGEST_US >= now


def is_certainly_lost(call: Try) -> bool:
    """Whether all that is known of a lost call says so."""
    return call.asked_back or all(stop.outcome not in UNSURE for stop in call.stops)


def _is_over(call: Try, now: int) -> bool:
    if call.ended_at is not None:
        return True
    last = call.stops[-1].outcome if call.stops else None
    return last in GAVE_UP or _find_end(call) + LONGEST_US < now


def _find_end(call: Try) -> int:
    """When a call was over, as far as it is known."""
    left = [stop.left_at for stop in call.stops if stop.left_at is not None]
    return call.ended_at if call.ended_at is not None else max([call.at, *left])


# -- one subscriber's story ----------------------------------------------------------------------------------------


class _Step(NamedTuple):
    """Something that happened, at a time; of several at one time the lost call comes first."""

    at: int
    rank: int
    id: str
    call: Try | None
    attempt: Attempt | None


def find_unreached(calls: Collection[Try], notes: Iterable[Note], due_us: int, now: int) -> list[Unreached]:
    """The times one subscriber was unreached, in order. `calls`: all of his; `now` in UTC µs."""
    told = list(notes)
    found: list[Unreached] = []
    current: Unreached | None = None
    for step in sorted(_list_steps(calls, told, now), key=lambda step: step[:3]):
        current, closed = _take(current, step, due_us)
        if closed is not None:
            found.append(closed)
    if current is not None:
        found.append(current._replace(is_calling=any(is_waiting(call, now) for call in calls)))
    return [_attach(one, told, now) for one in found]


def _list_steps(calls: Collection[Try], notes: Iterable[Note], now: int) -> Iterable[_Step]:
    by_id = {call.id: call for call in calls}
    for call in by_id.values():
        if call.is_test or call.direction is Direction.INTERNAL:
            continue
        if is_lost(call, now):
            yield _Step(_find_end(call), 0, call.id, call, None)
        elif is_answered(call):
            left = [stop.left_at for stop in call.stops if stop.left_at is not None]
            yield _Step(call.answered_at or max([call.at, *left]), 1, call.id, call, None)
        elif call.direction is Direction.OUTBOUND and call.ended_at is not None:
            yield _Step(call.at, 2, call.id, call, None)
    for attempt in dict.fromkeys(attempt for note in notes for attempt in note.attempts):
        # Two clocks: what was noted after a lost call is after it, whatever they say.
        known = by_id.get(attempt.call)
        at = max(attempt.at, _find_end(known)) if known is not None else attempt.at
        yield _Step(at, 3, f"{attempt.call}/{attempt.at}/{attempt.by}", None, attempt)


def _take(current: Unreached | None, step: _Step, due_us: int) -> tuple[Unreached | None, Unreached | None]:
    """(who is unreached after this step, who was until now)."""
    call, attempt = step.call, step.attempt
    if call is not None and step.rank == 0:
        if current is None:
            return Unreached(call.id, CallbackState.OPEN, (call,), (), call.at + due_us, None, None), None
        return current._replace(lost=(*current.lost, call)), None
    if current is None:
        return None, None
    if call is not None and step.rank == 1:
        is_ours = call.direction is Direction.OUTBOUND
        state = CallbackState.REACHED if is_ours else CallbackState.CALLED_AGAIN
        return None, current._replace(state=state, closed_at=step.at, closing_call=call.id)
    seen = attempt or Attempt(step.at, None, Result.NO_ANSWER, None, current.lost[-1].id)
    current = current._replace(attempts=(*current.attempts, seen))
    closing = CLOSING.get(seen.result)
    return (current, None) if closing is None else (None, current._replace(state=closing, closed_at=step.at))


def _attach(one: Unreached, notes: Iterable[Note], now: int) -> Unreached:
    """The same with the row of his notes and with who holds him."""
    ids = {call.id for call in one.lost}
    mine = sorted(
        (note for note in notes if note.first_call in ids), key=lambda note: (note.claimed_until or 0, note.id)
    )
    if not mine:
        return one
    last = mine[-1]
    claim = _read_claim(last)
    is_held = one.is_open and claim is not None and claim.until > now
    return one._replace(
        note=last.id, claim=claim if is_held else None, state=CallbackState.CLAIMED if is_held else one.state
    )  # fmt: skip


def _read_claim(note: Note) -> Claim | None:
    if note.claimed_by is None or note.claimed_at is None or note.claimed_until is None:
        return None
    return Claim(note.claimed_by, note.claimed_at, note.claimed_until)
