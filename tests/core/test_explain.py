"""The explanation of a visit says what `core/reconcile.py` did, whatever feed and log had said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.explain import FEED, LOG, SETTINGS, Reasoned, explain_visit
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.reconcile import VisitRow, combine
from gateway.core.site import SECOND, Site
from gateway.core.words import VisitOutcome

T0 = 1_790_000_000 * SECOND
CALL = "1790000000.7"
OUTCOMES = st.sampled_from([None, *VisitOutcome])
MAYBE = st.sampled_from([None, T0, T0 + 9 * SECOND])
LIVE = st.builds(
    LiveVisit, st.just("v"), st.just(CALL), st.just("hotline"), st.just("12345"), agent=st.sampled_from([None, "1001"]),
    joined_at=MAYBE, picked_up_at=MAYBE, connected_at=MAYBE, left_at=MAYBE, outcome=OUTCOMES,
    wait_us=st.sampled_from([None, 3 * SECOND, 15 * SECOND, 40 * SECOND]),
    within_promise=st.sampled_from([None, True, False]), precision=st.sampled_from(["us", "s"]),
)  # fmt: skip
TOLD = st.builds(
    LogVisit, st.just(CALL), st.just("hotline"), st.just(1), entered_at=MAYBE, joined_at=MAYBE, left_at=MAYBE,
    agent=st.sampled_from([None, "1001", "1002"]), connected_at=MAYBE, outcome=OUTCOMES, is_over=st.booleans(),
    answered_at=MAYBE, hold_s=st.sampled_from([None, 3, 15]), wait_s=st.sampled_from([None, 3, 15]),
)  # fmt: skip


def row_of(live: LiveVisit | None, log: LogVisit | None) -> VisitRow:
    return combine("v", "main", "hotline", live, log, Site())


def told(row: VisitRow) -> dict[str, Reasoned]:
    return {found.field: found for found in explain_visit(row)}


def live(**changes: Any) -> LiveVisit:
    seen = LiveVisit("v", CALL, "hotline", "12345", joined_at=T0, outcome=VisitOutcome.ANSWERED, wait_us=6 * SECOND)
    return seen._replace(**{"picked_up_at": T0 + 6 * SECOND, "within_promise": True} | changes)


def log(**changes: Any) -> LogVisit:
    said = LogVisit(CALL, "hotline", 1, entered_at=T0, connected_at=T0 + 6 * SECOND, hold_s=6, is_over=True)
    return said._replace(**{"outcome": VisitOutcome.ANSWERED} | changes)


@given(st.one_of(st.none(), LIVE), st.one_of(st.none(), TOLD))
def test_whose_word_is_named_is_whose_word_it_was(seen: LiveVisit | None, said: LogVisit | None) -> None:
    if seen is None and said is None:
        return
    row = row_of(seen, said)
    found = told(row)
    for name, reasoned in found.items():
        assert reasoned.value == getattr(row, name)
        assert reasoned.why
    outcome = found["outcome"]
    if outcome.taken_from == FEED:
        assert seen is not None
        assert row.outcome is seen.outcome or row.outcome is VisitOutcome.SHORT_ABANDONED
    elif outcome.taken_from == LOG:
        assert said is not None
        assert row.outcome in {said.outcome, VisitOutcome.UNKNOWN, VisitOutcome.SHORT_ABANDONED}
    else:
        assert row.outcome is None
    for name in {"joined_at", "picked_up_at", "connected_at", "agent"} & found.keys():
        source = seen if found[name].taken_from == FEED else said
        assert source is not None
        assert row._asdict()[name] in {getattr(source, name, None), getattr(source, "entered_at", None)}
    wait = found["wait_us"]
    assert (wait.taken_from is None) == (row.wait_us is None)
    if wait.taken_from == FEED:
        assert seen is not None
        assert wait.value == seen.wait_us


@pytest.mark.parametrize(
    ("seen", "said", "whose", "says"),
    [
        (live(), log(), FEED, "say the same"),
        (live(), None, FEED, "only the feed"),
        (None, log(), LOG, "only the log"),
        (live(outcome=VisitOutcome.TIMEOUT), log(), LOG, "the PBX's own word"),
        (live(outcome=VisitOutcome.REDIRECTED), log(outcome=VisitOutcome.ABANDONED), FEED, "tells them apart"),
        (live(outcome=None), log(), LOG, "did not see how it ended"),
        (live(), log(outcome=None), FEED, "does not know"),
        (live(outcome=VisitOutcome.UNKNOWN), log(outcome=VisitOutcome.CUT), LOG, "the PBX died"),
        (live(), log(outcome=None, is_over=False), FEED, "has not told"),
        (live(outcome=None), None, None, "neither"),
    ],
)
def test_why_the_outcome_is_what_it_is(
    seen: LiveVisit | None, said: LogVisit | None, whose: str | None, says: str
) -> None:
    found = told(row_of(seen, said))["outcome"]
    assert found.taken_from == whose
    assert says in found.why


@pytest.mark.parametrize(
    ("row", "kept", "whose", "says"),
    [
        (row_of(live(), None), True, FEED, "a wait of 6 s keeps the promise of 15 s; judged when it was answered"),
        (row_of(live(wait_us=16 * SECOND, within_promise=False), None), False, FEED, "a wait of 16 s misses"),
        (row_of(None, log(hold_s=3)), True, SETTINGS, "judged when it was read from the log"),
        (row_of(None, log(hold_s=15)), None, None, "does not decide"),
        (row_of(None, log(hold_s=None)), None, None, "not known"),
        (row_of(live(outcome=VisitOutcome.TIMEOUT, within_promise=None), None), None, None, "was not answered"),
        (row_of(live(outcome=None, within_promise=None), None), None, None, "is not over"),
    ],
)
def test_why_the_promise_is_kept_missed_or_unknown(
    row: VisitRow, kept: bool | None, whose: str | None, says: str
) -> None:
    found = told(row)["within_promise"]
    assert (found.value, found.taken_from) == (kept, whose)
    assert says in found.why


def test_how_good_a_row_is_is_said_in_words() -> None:
    both = told(row_of(live(), log())._replace(revision=2))
    assert "feed and log" in both["source"].why
    assert "microsecond" in both["precision"].why
    assert "2 times" in both["revision"].why
    rough = told(row_of(None, log()))
    assert "one off" in rough["precision"].why
    assert "whole seconds" in rough["wait_us"].why
    short = told(row_of(live(outcome=VisitOutcome.ABANDONED, wait_us=SECOND), None))["outcome"]
    assert (short.value, "short_abandon_seconds" in short.why) == (VisitOutcome.SHORT_ABANDONED, True)
