"""The gateway's facts beside the truth of a run: pure, so that every test asks the same question the same way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from gateway.core.facts import CallArrived, CallEnded, Fact, VisitEnded, VisitSettled
from gateway.core.words import VisitOutcome
from tests.truth.joined import TrueVisit, Truth

F = TypeVar("F", bound=Fact)
Key = tuple[str, str, int]
UNTOLD = frozenset({"timeout", "left_empty", "withdrawn"})
"""Outcomes that plain AMI without read=dialplan does not tell apart (asterisk-facts 2.4); the log does."""


def of(facts: Iterable[Fact], kind: type[F]) -> list[F]:
    """The facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]


def settled_by_key(facts: Iterable[Fact]) -> dict[Key, VisitSettled]:
    """Settled visits by (Uniqueid, queue in lower case, nth), in order of joining."""
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[Key, VisitSettled] = {}
    for fact in sorted(of(facts, VisitSettled), key=lambda fact: fact.joined_at or fact.at):
        name = fact.call, fact.queue.lower()
        counts[name] += 1
        found[*name, counts[name]] = fact
    return found


def ended_by_visit(facts: Iterable[Fact]) -> dict[str, VisitEnded]:
    """Ends of talks by visit. Raises AssertionError when one is said twice."""
    found: dict[str, VisitEnded] = {}
    for fact in of(facts, VisitEnded):
        assert fact.visit not in found, f"ended twice: {fact}"
        found[fact.visit] = fact
    return found


def differ(truth: Truth, facts: list[Fact], told: bool) -> Iterator[str]:
    """Where the facts are not what was placed, call for call. `told`: the feed shows why a caller left."""
    settled = settled_by_key(facts)
    ended = ended_by_visit(facts)
    for visit in truth.visits:
        if not told and visit.expected.outcome == "refused":
            continue
        fact = settled.pop(visit.key, None)
        if fact is None:
            yield f"{visit}: no VisitSettled"
        else:
            yield from differ_in_visit(visit, fact, ended.get(fact.visit), told)
    yield from (f"nobody placed {fact}" for fact in settled.values())


def differ_in_visit(visit: TrueVisit, fact: VisitSettled, end: VisitEnded | None, told: bool) -> Iterator[str]:
    expected = visit.expected
    untold = not told and expected.outcome in UNTOLD
    wanted = VisitOutcome.UNKNOWN if untold else VisitOutcome(expected.outcome)
    if fact.outcome is not wanted:
        yield f"{visit}: {fact.outcome} ({fact.reason})"
    if untold and not fact.reason:
        yield f"{visit}: unknown without a reason"
    if visit.refused_as is not None and fact.reason != visit.refused_as.lower():
        yield f"{visit}: refused as {fact.reason}, the log says {visit.refused_as}"
    if expected.outcome == "answered":
        if (fact.agent, fact.seat) != (expected.agent, f"{int(expected.seat or 0) - 8000:02}"):
            yield f"{visit}: answered by {fact.agent} at {fact.seat}, not {expected.agent} at {expected.seat}"
        if end is None or end.ended_by != expected.ended_by:
            yield f"{visit}: ended by {end.ended_by if end else None}, not {expected.ended_by}"


def wait_errors(truth: Truth, facts: list[Fact]) -> list[tuple[TrueVisit, int | None]]:
    """Per visit that is on the wire: the gateway's wait minus the wire's, microseconds; None when it has no wait."""
    settled = settled_by_key(facts)
    errors: list[tuple[TrueVisit, int | None]] = []
    for visit in truth.visits:
        fact = settled.get(visit.key)
        wait = visit.wire.wait_us if visit.wire else None
        if wait is not None and fact is not None:
            errors.append((visit, fact.wait_us - wait if fact.wait_us is not None else None))
    return errors


def call_lives(facts: Iterable[Fact]) -> dict[str, list[str]]:
    """What was said of each call: arrived and ended, in order."""
    lives: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact, CallArrived | CallEnded):
            lives[fact.call].append("arrived" if isinstance(fact, CallArrived) else "ended")
    return lives
