"""Figures of a period: exact where all was seen or told, a range where it was not."""

from gateway.core.gaps import GapRow
from gateway.core.period_figures import Count, judge_blindness, sum_up
from gateway.core.site import SECOND
from gateway.core.words import VisitOutcome as Outcome

DAY = 86_400 * SECOND


def gap(of: str, start: int, end: int | None, pbx: str = "main") -> GapRow:
    return GapRow("id", "here", pbx, of, "gateway_down", start, end, None, None, None)


def test_all_seen_is_exact() -> None:
    figures = sum_up(
        [
            Count("a", Outcome.ANSWERED, True, 95),
            Count("a", Outcome.ANSWERED, False, 2),
            Count("a", Outcome.ABANDONED, None, 2),
            Count("a", Outcome.REFUSED, None, 1),
        ]
    )
    assert (figures.least, figures.most, figures.asked, figures.open) == (95, 95, 100, 0)
    assert figures.outcomes == {"abandoned": 2, "answered": 97, "refused": 1}


def test_an_answer_that_cannot_be_judged_makes_a_range_and_no_open_visit_counts() -> None:
    figures = sum_up(
        [
            Count("a", Outcome.ANSWERED, True, 9),
            Count("a", Outcome.ANSWERED, None, 2),
            Count("a", Outcome.UNKNOWN, None, 1),
            Count("a", None, None, 4),
        ]
    )
    assert (figures.least, figures.most, figures.asked, figures.open) == (9, 12, 12, 4)


def test_nothing_asked_is_nothing() -> None:
    assert sum_up([])[1:] == (0, 0, 0, 0)


def test_blind_time_that_the_log_told_of_leaves_counts_exact() -> None:
    seen = judge_blindness(0, DAY, [gap("feed", -5 * SECOND, 10 * SECOND)], frozenset({"main"}))
    assert seen == (10 * SECOND, ())


def test_blind_time_that_no_log_told_of_makes_them_the_least() -> None:
    seen = judge_blindness(0, DAY, [gap("feed", DAY - SECOND, None)], frozenset({"other"}))
    assert seen.blind_us == SECOND
    assert "no queue_log told" in seen.doubts[0]


def test_a_gap_of_the_log_is_a_doubt_though_the_log_is_followed() -> None:
    seen = judge_blindness(0, DAY, [gap("log", 5, 6)], frozenset({"main"}))
    assert seen.blind_us == 0
    assert "may be missing" in seen.doubts[0]


def test_what_lies_outside_concerns_nobody() -> None:
    gaps = [gap("feed", -9, -5), gap("log", DAY, None), gap("ledger", 5, 6)]
    assert judge_blindness(0, DAY, gaps, frozenset()) == (0, ())
