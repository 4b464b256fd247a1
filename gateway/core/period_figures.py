"""Figures of a period from the rows of its visits, and how sure they are where time was not seen.

Law: counts are exact where queue_log has told of what the feed did not see; where it has not, they are at least so
many, and why is said. A service level is a range where some answer cannot be said to be in time or late (design law 9):
nothing is guessed in anybody's favour. Formula: SL-A, answered within the promise of all requests (domain 2.3).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway.core.gaps import GapRow
from gateway.core.words import VisitOutcome

DEFINITION = "SL-A"


class Count(NamedTuple):
    """So many visits of one queue are alike. `within`: None where it was not answered, or it cannot be said."""

    queue: str
    outcome: VisitOutcome | None
    within: bool | None
    visits: int


class Figures(NamedTuple):
    """`least` and `most` answers within the promise, of `asked`; equal where every one could be judged. `open`: visits
    without an outcome, which count in neither."""

    outcomes: Mapping[str, int]
    open: int
    asked: int
    least: int
    most: int


class Blindness(NamedTuple):
    """What of a period was not seen. `blind_us`: by the feeds, of all PBXs; `doubts`: why counts may be too low."""

    blind_us: int
    doubts: tuple[str, ...]


def sum_up(counts: Iterable[Count]) -> Figures:
    """The figures of all these visits together."""
    outcomes: Counter[str] = Counter()
    opened = least = unsure = 0
    for count in counts:
        if count.outcome is None:
            opened += count.visits
            continue
        outcomes[count.outcome.value] += count.visits
        is_answered = count.outcome is VisitOutcome.ANSWERED
        least += count.visits if is_answered and count.within else 0
        # Of an unknown outcome it is not even known that he was not answered at once.
        is_unsure = (is_answered and count.within is None) or count.outcome is VisitOutcome.UNKNOWN
        unsure += count.visits if is_unsure else 0
    return Figures(dict(sorted(outcomes.items())), opened, outcomes.total(), least, least + unsure)


def judge_blindness(since: int, until: int, gaps: Iterable[GapRow], followed: frozenset[str]) -> Blindness:
    """What [`since`, `until`) (UTC µs) did not see. `followed`: PBXs whose queue_log is read up to now."""
    blind_us, doubts = 0, set()
    for gap in gaps:
        end = min(gap.ended_at if gap.ended_at is not None else until, until)
        if end < since or gap.started_at >= until:
            continue
        if gap.of == "log":
            doubts.add(f"{gap.pbx}: records of queue_log may be missing ({gap.cause})")
        elif gap.of == "feed":
            blind_us += end - max(gap.started_at, since)
            if gap.pbx not in followed:
                doubts.add(f"{gap.pbx}: the feed was blind ({gap.cause}) and no queue_log told what happened meanwhile")
    return Blindness(blind_us, tuple(sorted(doubts)))
