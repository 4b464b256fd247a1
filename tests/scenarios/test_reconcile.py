"""Recorded runs of real PBXs: live rows and queue_log become one row a visit, equal to what the farm placed.

The same evidence in any order, twice, in pieces and from the middle on changes nothing.
"""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.words import VisitOutcome
from tests.scenarios.shelf import Shelf, log_of
from tests.scenarios.test_traces import COMPARED, is_told, played, truth_of
from tests.truth.joined import TrueVisit

VISITED = [name for name in COMPARED if "-sign-" not in name]
"""Runs in which callers came."""
ABANDONS = {VisitOutcome.ABANDONED, VisitOutcome.SHORT_ABANDONED, VisitOutcome.REDIRECTED}


@cache
def filled(name: str, first: str = "facts") -> Shelf:
    shelf = Shelf()
    if first == "facts":
        shelf.see_facts(played(name).facts)
    shelf.see_log(log_of(name))
    if first == "log":
        shelf.see_facts(played(name).facts)
    return shelf


@cache
def logged(name: str) -> Shelf:
    shelf = Shelf()
    shelf.see_log(log_of(name))
    return shelf


@pytest.mark.parametrize("name", VISITED)
def test_one_row_for_each_visit_placed(name: str) -> None:
    """Missing 0, doubled 0, each with the outcome the farm gave it and the exact wait off the wire."""
    truth = truth_of(name)
    rows = Counter(
        (row.live.entered_as or row.callid if row.live else row.callid, row.pbx_queue, group(name, row.outcome))
        for row in filled(name).rows.values()
        if row.pbx_queue != "unknown"
    )
    placed = Counter(
        (visit.wire.call if visit.wire else visit.call, visit.expected.queue.lower(), group(name, expected(visit)))
        for visit in truth.visits
        if visit.wire is not None or name.startswith("hotline")
    )
    assert rows == placed


def expected(visit: TrueVisit) -> VisitOutcome:
    return VisitOutcome(visit.expected.outcome)


def group(name: str, outcome: VisitOutcome | None) -> str:
    """A feed that does not show why a caller left knows an ABANDON of the log from others, not which of three it is."""
    return "abandon" if outcome in ABANDONS and not is_told(name) else str(outcome)


@pytest.mark.parametrize("name", VISITED)
def test_every_visit_seen_live_has_its_exact_times(name: str) -> None:
    rows = [
        row for row in filled(name).rows.values() if row.live is not None and row.outcome is not VisitOutcome.REFUSED
    ]
    assert rows
    assert {row.source for row in rows} == {"both"}
    assert {row.precision for row in rows if row.live and row.live.precision == "us"} == {"us"}
    for row in rows:
        assert row.live is not None
        assert row.log is not None
        assert row.wait_us == row.live.wait_us


@pytest.mark.parametrize("name", COMPARED)
def test_whoever_comes_first_the_rows_say_the_same(name: str) -> None:
    assert filled(name, "log").said() == filled(name).said()


@pytest.mark.parametrize("name", VISITED)
def test_the_log_alone_gives_every_visit_it_has(name: str) -> None:
    """In whole seconds, and as exact as our markers are where our dialplan writes them."""
    truth = truth_of(name)
    waits = {(v.wire.connected_as or v.wire.call, v.expected.queue.lower(), v.wire.joined_at // 1_000_000): v
             for v in truth.visits if v.wire is not None}  # fmt: skip
    rows = [row for row in logged(name).rows.values() if row.outcome is not VisitOutcome.REFUSED]
    assert len(rows) == len([v for v in truth.visits if v.wire is not None])
    for row in rows:
        assert row.source == "log"
        assert row.joined_at is not None
        assert row.wait_us is not None
        near = [waits.get((row.callid, row.pbx_queue, row.joined_at // 1_000_000 + step)) for step in (0, -1, 1)]
        visit = next(found for found in near if found is not None)
        assert visit.wire is not None
        assert visit.wire.wait_us is not None
        assert abs(row.wait_us - visit.wire.wait_us) < (2_500_000 if row.precision == "s" else 5_000)


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_log_again_changes_nothing(name: str) -> None:
    for shelf in (filled(name), logged(name)):
        before, written = dict(shelf.rows), shelf.written
        shelf.see_log(log_of(name))
        assert shelf.rows == before
        assert shelf.written == written, "rows were written again that say the same"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(COMPARED), st.floats(0, 1), st.floats(0, 1))
def test_pieces_that_overlap_and_begin_in_mid_visit_change_nothing(name: str, begin: float, end: float) -> None:
    """Any piece of the log read again, from any byte to any other."""
    shelf = Shelf()
    shelf.see_log(log_of(name))
    before = shelf.said()
    data = log_of(name)
    first, last = sorted((int(begin * len(data)), int(end * len(data))))
    shelf.see_log(data[first:last])
    assert shelf.said() == before


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(COMPARED), st.floats(0, 1), st.floats(0, 1))
def test_two_files_that_overlap_say_what_the_whole_says(name: str, one: float, other: float) -> None:
    """The later part first, from mid-visit on, then the earlier part with an overlap: as if it had been one file."""
    data = log_of(name)
    begin, end = sorted((int(one * len(data)), int(other * len(data))))
    begin = data.find(b"\n", begin) + 1
    end = data.find(b"\n", max(end, begin)) + 1 or len(data)
    shelf = Shelf()
    shelf.see_log(data[begin:])
    shelf.see_log(data[:end])
    shelf.see_log(data)
    assert shelf.said() == logged(name).said()
