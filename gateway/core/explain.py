"""Why a visit of the ledger is what it is: field by field, whose word it is and why that one counted.

Law: pure, and bound to `core/reconcile.py` by a test: what is said here to have been chosen is what was chosen there.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.reconcile import ABANDONS, UNSURE, VisitRow
from gateway.core.site import SECOND
from gateway.core.waits import EXACT
from gateway.core.words import VisitOutcome

FEED, LOG, SETTINGS = "feed", "log", "settings"


class Reasoned(NamedTuple):
    """One field. `value` as in the row; `taken_from`: feed, log or settings; None where nobody said anything."""

    field: str
    value: Any
    taken_from: str | None
    why: str


def explain_visit(row: VisitRow) -> list[Reasoned]:
    """What there is to say of a visit, in the order in which it is asked."""
    return [
        _explain_outcome(row), _explain_wait(row), *_explain_times(row), _explain_promise(row), _explain_precision(row),
        _explain_source(row), _explain_revision(row),
    ]  # fmt: skip


# -- outcome -------------------------------------------------------------------------------------------------------


def _explain_outcome(row: VisitRow) -> Reasoned:
    live, log = row.live, row.log
    seen, told = (live.outcome if live else None), _read_log_outcome(log)
    whose, why = _choose_outcome(seen, told)
    if live is None or log is None:
        why = f"only the {FEED if live else LOG} knows this visit" if row.outcome is not None else why
    if row.outcome is VisitOutcome.SHORT_ABANDONED and VisitOutcome.ABANDONED is (seen if whose == FEED else told):
        why += "; it waited less than the settings' short_abandon_seconds"
    if row.reason is not None:
        why += f"; {row.reason}"
    return Reasoned("outcome", row.outcome, whose, why)


def _read_log_outcome(log: LogVisit | None) -> VisitOutcome | None:
    if log is None or log.outcome is not None or not log.is_over:
        return log.outcome if log is not None else None
    return VisitOutcome.UNKNOWN


def _choose_outcome(seen: VisitOutcome | None, told: VisitOutcome | None) -> tuple[str | None, str]:
    if seen is None and told is None:
        return None, "neither feed nor log has seen its end"
    if seen is None:
        return LOG, "the feed did not see how it ended, the log did"
    if told is None:
        return FEED, "the log has not told how it ended"
    if told is seen:
        return FEED, "feed and log say the same"
    if seen in ABANDONS and told is VisitOutcome.ABANDONED:
        return FEED, "the log writes ABANDON for every abandon; only the feed tells them apart"
    if told in UNSURE:
        is_cut = seen is VisitOutcome.UNKNOWN and told is VisitOutcome.CUT
        if is_cut:
            return LOG, "the feed does not show it, and the log shows that the PBX died"
        return FEED, "the log does not know how it ended"
    return LOG, "they differ, and the log is the PBX's own word"


# -- wait, times, promise ------------------------------------------------------------------------------------------


def _explain_wait(row: VisitRow) -> Reasoned:
    live, log = row.live, row.log
    if row.wait_us is None:
        return Reasoned("wait_us", None, None, "its beginning or its end is not known")
    if live is not None and live.wait_us is not None and live.precision == EXACT:
        return Reasoned("wait_us", row.wait_us, FEED, "the feed saw both ends to the microsecond")
    if log is not None and log.joined_at is not None and log.left_at is not None and log.connected_at is None:
        return Reasoned("wait_us", row.wait_us, LOG, "our dialplan's marks, or the log's table, have microseconds")
    if log is not None and log.joined_at is not None and log.answered_at is not None:
        why = "the log's table has microseconds, up to the connection: the pick-up before it is in no log"
        return Reasoned("wait_us", row.wait_us, LOG, why)
    if live is not None and live.wait_us is not None:
        return Reasoned("wait_us", row.wait_us, FEED, "the feed found it waiting: its beginning is known to the second")
    return Reasoned("wait_us", row.wait_us, LOG, "the log writes whole seconds")


def _explain_times(row: VisitRow) -> Iterator[Reasoned]:
    for field in ("joined_at", "picked_up_at", "connected_at", "left_at", "ended_at", "agent", "talk_us"):
        value = getattr(row, field)
        if value is None:
            continue
        seen = getattr(row.live, field, None) if row.live is not None else None
        whose = FEED if seen == value else LOG
        why = "the feed saw it" if whose == FEED else "the feed does not have it, the log does"
        yield Reasoned(field, value, whose, why)


def _explain_promise(row: VisitRow) -> Reasoned:
    limit = None if row.promise_us is None else row.promise_us / SECOND
    promise = f"the promise of {limit:g} s" if limit is not None else "the promise"
    if row.outcome is None:
        return Reasoned("within_promise", None, None, f"it is not over, so {promise} is not judged")
    if row.outcome is not VisitOutcome.ANSWERED:
        why = f"it was not answered: {promise} is about answers; the definition says whether it counts as missed"
        return Reasoned("within_promise", None, None, why)
    if row.wait_us is None:
        whose = FEED if row.within_promise is not None else None
        why = "how long it waited is not known" + ("" if whose is None else " any more; judged when it was answered")
        return Reasoned("within_promise", row.within_promise, whose, why)
    wait = row.wait_us / SECOND
    if row.within_promise is None:
        why = f"it waited {wait:g} s, known to the second and one off at most: that does not decide {promise}"
        return Reasoned("within_promise", None, None, why)
    kept = row.live.within_promise if row.live is not None else None
    whose = FEED if kept is not None else SETTINGS
    by = "judged when it was answered" if kept is not None else "judged when it was read from the log"
    word = "keeps" if row.within_promise else "misses"
    return Reasoned("within_promise", row.within_promise, whose, f"a wait of {wait:.6g} s {word} {promise}; {by}")


# -- how good it is ------------------------------------------------------------------------------------------------


def _explain_precision(row: VisitRow) -> Reasoned:
    exact = "both ends of the wait are known to the microsecond"
    rough = "an end of the wait is known to the second, which may be one off"
    return Reasoned("precision", row.precision, None, exact if row.precision == EXACT else rough)


def _explain_source(row: VisitRow) -> Reasoned:
    words = {
        "both": "feed and log tell of it, and it is one visit by call, queue and time",
        "live": "the feed saw it; the log has not told of it, or no log is read",
        "log": "the log alone tells of it: the feed was away, or it was imported",
    }
    return Reasoned("source", row.source, None, words[row.source])


def _explain_revision(row: VisitRow) -> Reasoned:
    often = f"what had been settled was changed {row.revision} times" if row.revision > 1 else "it was changed once"
    return Reasoned("revision", row.revision, None, often if row.revision else "nothing that was settled was changed")


def witness(piece: LiveVisit | LogVisit) -> dict[str, Any]:
    """What one of the two said, as far as it said anything."""
    return {name: value for name, value in piece._asdict().items() if value is not None}
