"""The verdict on a run of chaos can be bad: each thing that may go wrong with a ledger is counted when it is put there.

And the plan of a run is the same for the same seed.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.live_visits import LiveVisit
from gateway.core.reconcile import VisitRow, combine
from gateway.core.site import Site
from gateway.core.words import VisitOutcome
from tests.e2e.chaos import LONG, SHORT, Kind, Size, make_chaos
from tests.e2e.chaos_tally import MARGIN_US, Window, explain, find_windows, is_complete, make_tally
from tests.truth.joined import Truth, read_truth
from tests.truth.wire import read_wire

TRACES = Path(__file__).parent.parent / "scenarios/traces"
ALWAYS = [Window(0, 2**62)]


@pytest.fixture(scope="module")
def truth() -> Truth:
    run = TRACES / "plain22-everyday"
    log = (TRACES / f"{run.name}.queue_log").read_text(encoding="utf-8")
    return read_truth(TRACES / f"{run.name}.placed.jsonl", log, read_wire(TRACES / f"{run.name}.mask.ami"))


@pytest.fixture
def rows(truth: Truth) -> list[VisitRow]:
    """What a gateway that saw everything would have."""
    made = []
    for number, visit in enumerate(truth.visits):
        if (wire := visit.wire) is not None:
            queue = visit.expected.queue.lower()
            live = LiveVisit(
                str(number), visit.call, queue, "", joined_at=wire.joined_at, picked_up_at=wire.picked_up_at,
                connected_at=wire.connected_at, left_at=wire.left_at, wait_us=wire.wait_us,
                outcome=VisitOutcome(visit.expected.outcome),
            )  # fmt: skip
            made.append(combine(live.id, "main", queue, live, None, Site()))
    return made


def test_nothing_wrong(truth: Truth, rows: list[VisitRow]) -> None:
    tally = make_tally(truth, rows, ALWAYS)
    assert is_complete(truth, rows)
    assert (tally.placed, tally.rows, tally.inexact) == (len(rows), len(rows), [])
    assert (tally.missing.total(), tally.doubled.total(), tally.seen["whole"]) == (0, 0, len(rows))


def test_missing_doubled_and_wrong(truth: Truth, rows: list[VisitRow]) -> None:
    gone, twice, wrong = rows[0], rows[1], rows[2]._replace(outcome=VisitOutcome.UNKNOWN)
    tally = make_tally(truth, [twice, wrong, *rows[1:2], *rows[3:]], ALWAYS)
    assert {key[0] for key in tally.missing} == {gone.callid, wrong.callid}
    assert {key[0] for key in tally.doubled} == {twice.callid, wrong.callid}
    assert not is_complete(truth, rows[1:])
    assert wrong.callid in explain(tally, [wrong])


def test_what_was_seen_must_be_exact(truth: Truth, rows: list[VisitRow]) -> None:
    late = rows[0]._replace(joined_at=(rows[0].joined_at or 0) + 1_001)
    rough = rows[1]._replace(precision="s")
    blank = next(row for row in rows[2:] if row.picked_up_at is not None)._replace(picked_up_at=None)
    rest = [row for row in rows if row.id not in {late.id, rough.id, blank.id}]
    assert len(make_tally(truth, [late, rough, blank, *rest], ALWAYS).inexact) == 3
    assert make_tally(truth, [late, rough, blank, *rest], []).inexact == []


def test_what_fell_into_the_margin_was_not_seen(truth: Truth, rows: list[VisitRow]) -> None:
    first = min(row.joined_at or 0 for row in rows)
    assert make_tally(truth, rows, [Window(first, first + MARGIN_US)]).seen["join"] == 1
    assert make_tally(truth, rows, [Window(first, first + MARGIN_US - 1)]).seen["join"] == 0


def test_windows_end_with_what_took_the_feed() -> None:
    events: list[dict[str, object]] = [
        {"event": "feed.up", "timestamp": "1970-01-01T00:00:01Z"},
        {"event": "feed.down", "timestamp": "1970-01-01T00:00:05.000001Z"},
        {"event": "feed.up", "timestamp": "1970-01-01T00:00:07Z"},
    ]
    assert find_windows(events, [4_000_000]) == [Window(1_000_000, 4_000_000), Window(7_000_000, 10**15 + 7_000_000)]


@pytest.mark.parametrize("size", [SHORT, LONG])
@pytest.mark.parametrize("seed", range(1, 11))
def test_a_seed_is_a_run(seed: int, size: Size) -> None:
    chaos = make_chaos(seed, size)
    assert chaos == make_chaos(seed, size)
    assert replace(chaos.before, seed=0) != replace(make_chaos(seed + 2, size).before, seed=0)
    kinds = [fault.kind for fault in chaos.faults]
    assert (kinds.count(Kind.KILL), kinds.count(Kind.ROTATE)) == (size.kills, size.rotations)
    assert {Kind.DATABASE, Kind.CUT} <= set(kinds)
    away = [fault for fault in chaos.faults if fault.kind is Kind.DATABASE]
    assert any(
        one.at < kill.at < one.at + one.seconds for one in away for kill in chaos.faults if kill.kind is Kind.KILL
    )
