"""What a ledger has of a run beside what was: counted once, printed as it is.

Law: pure. The truth is farm, wire and log (tests/truth); of the gateway only its rows count, and when it said that its
feed was up. A visit is missing or doubled by its call, queue and outcome; an ABANDON of the log that no gateway saw may
be any of the three that it stands for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gateway.core.reconcile import VisitRow
from tests.truth.joined import TrueVisit, Truth

ABANDONS = frozenset({"abandoned", "short_abandoned", "redirected"})
GRAIN_US = 1_000
MARGIN_US = 300_000
"""What happened less than this before a kill or a cut need not have reached the gateway."""

Key = tuple[str, str, str]


class Window(NamedTuple):
    """While a feed was up, µs."""

    begin: int
    end: int


@dataclass
class Tally:
    """Beside the truth: visits placed, rows, what is wrong, and how exact what was seen is."""

    placed: int
    rows: int
    missing: Counter[Key]
    doubled: Counter[Key]
    seen: Counter[str] = field(default_factory=Counter)
    inexact: list[str] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.placed} visits, {self.rows} rows, missing {self.missing.total()}, doubled {self.doubled.total()}; "
            f"seen whole {self.seen['whole']} of them, {self.seen['join']} joins, {self.seen['pick-up']} pick-ups, "
            f"{self.seen['end']} other ends; not exact {len(self.inexact)}; {dict(self.sources)}"
        )


def group(outcome: str) -> str:
    """One word for what the log cannot tell apart."""
    return "abandon" if outcome in ABANDONS else outcome


def count_placed(truth: Truth) -> Counter[Key]:
    """The visits that were; who was not let in only where our dialplan's marker told so."""
    return Counter(
        (visit.call, visit.expected.queue.lower(), group(visit.expected.outcome))
        for visit in truth.visits
        if visit.wire is not None or visit.refused_as is not None
    )


def count_rows(truth: Truth, rows: Sequence[VisitRow]) -> Counter[Key]:
    """The visits that the ledger has."""
    return Counter(
        (row.callid, row.pbx_queue, group(str(row.outcome)))
        for row in rows
        if truth.log.marked or str(row.outcome) != "refused"
    )


def is_complete(truth: Truth, rows: list[VisitRow]) -> bool:
    """Whether nothing is missing and nothing doubled."""
    return count_placed(truth) == count_rows(truth, rows)


def find_windows(events: Sequence[dict[str, object]], lost: Sequence[int]) -> list[Window]:
    """When the feed was up: since the gateway said so, until it said otherwise or the feed was taken from it."""
    downs = sorted([*lost, *(read_time(event) for event in events if event.get("event") == "feed.down")])
    ups = [read_time(event) for event in events if event.get("event") == "feed.up"]
    return [Window(up, next((down for down in downs if down > up), up + 10**15)) for up in ups]


def read_time(event: dict[str, object]) -> int:
    passed = datetime.fromisoformat(str(event["timestamp"])) - datetime.fromisoformat("1970-01-01T00:00:00Z")
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def was_seen(at: int | None, windows: Sequence[Window]) -> bool:
    """Whether a moment cannot have escaped the gateway."""
    return at is not None and any(window.begin <= at <= window.end - MARGIN_US for window in windows)


def make_tally(truth: Truth, rows: list[VisitRow], windows: Sequence[Window]) -> Tally:
    """The verdict on one ledger."""
    placed, found = count_placed(truth), count_rows(truth, rows)
    tally = Tally(placed.total(), found.total(), placed - found, found - placed)
    tally.sources = Counter(f"{row.source} {row.precision}" for row in rows)
    for visit, row in pair(truth, rows):
        tally.inexact += list(judge(visit, row, windows, tally.seen))
    return tally


def pair(truth: Truth, rows: Sequence[VisitRow]) -> Iterator[tuple[TrueVisit, VisitRow]]:
    """Each visit with its row, in order of joining; where their number differs there is nothing to pair."""
    visits: defaultdict[tuple[str, str], list[TrueVisit]] = defaultdict(list)
    kept: defaultdict[tuple[str, str], list[VisitRow]] = defaultdict(list)
    for visit in truth.visits:
        if visit.wire is not None:
            visits[visit.call, visit.expected.queue.lower()].append(visit)
    for row in sorted(rows, key=lambda row: row.joined_at or row.connected_at or row.left_at or 0):
        if str(row.outcome) != "refused":
            kept[row.callid, row.pbx_queue].append(row)
    for key, stays in visits.items():
        if len(stays) == len(kept[key]):
            yield from zip(stays, kept[key], strict=True)


def judge(visit: TrueVisit, row: VisitRow, windows: Sequence[Window], seen: Counter[str]) -> Iterator[str]:
    """What of a visit the gateway saw and its row does not have to the millisecond."""
    wire = visit.wire
    assert wire is not None
    is_answered = visit.expected.outcome == "answered"
    saw_join = was_seen(wire.joined_at, windows)
    saw_pick_up = is_answered and was_seen(wire.picked_up_at, windows) and was_seen(wire.connected_at, windows)
    saw_left = not is_answered and was_seen(wire.left_at, windows)
    seen["join"] += saw_join
    seen["pick-up"] += saw_pick_up
    seen["end"] += saw_left
    told = f"{visit} {visit.call}"
    if saw_join and not is_near(row.joined_at, wire.joined_at):
        yield f"{told}: joined at {wire.joined_at}, the row has {row.joined_at}"
    if saw_pick_up and not is_near(row.picked_up_at, wire.picked_up_at):
        yield f"{told}: picked up at {wire.picked_up_at}, the row has {row.picked_up_at}"
    if saw_join and (saw_pick_up or saw_left):
        seen["whole"] += 1
        if row.precision != "us" or not is_near(row.wait_us, wire.wait_us):
            yield f"{told}: waited {wire.wait_us} us, the row has {row.wait_us} ({row.precision})"


def is_near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= GRAIN_US


def explain(tally: Tally, rows: Sequence[VisitRow]) -> str:
    """What is wrong, call for call, with the evidence of each row of these calls."""
    wrong = sorted({key[0] for key in (*tally.missing, *tally.doubled)})
    lines = [f"missing {dict(tally.missing)}", f"doubled {dict(tally.doubled)}"]
    lines += [f"{row.id} {row.callid} {row.pbx_queue} {row.outcome}: live {row.live}, log {row.log}"
              for callid in wrong for row in rows if row.callid == callid]  # fmt: skip
    return "\n".join([*lines, *tally.inexact])
