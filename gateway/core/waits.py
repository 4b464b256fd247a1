"""How long a visit waited, by the best witness there is, and whether that kept its promise.

Law: what the log has in whole seconds may be a second off either way, and a promise is judged only as far as that
decides it. The log's own exact ends are those of our markers, and of a table's rows.
"""

from typing import NamedTuple

from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.site import SECOND, Promise
from gateway.core.words import VisitOutcome

EXACT, SECONDS = "us", "s"


class Wait(NamedTuple):
    """A wait in µs and how exact it is. `is_most`: to the connection, so the pick-up can only have been earlier."""

    us: int | None
    precision: str
    is_most: bool = False


def choose_wait(live: LiveVisit | None, log: LogVisit | None) -> Wait:
    """The wait by what feed and log say of one visit."""
    if live is not None and live.wait_us is not None and live.precision == EXACT:
        return Wait(live.wait_us, EXACT)
    if log is not None and log.connected_at is None and (left := _measure(log.joined_at, log.left_at)) is not None:
        return Wait(left, EXACT)
    if log is not None and (answered := _measure(log.joined_at, log.answered_at)) is not None:
        return Wait(answered, SECONDS, is_most=True)
    if live is not None and live.wait_us is not None:
        return Wait(live.wait_us, SECONDS)
    wait = wait_seconds(log) if log is not None else None
    return Wait(scale(wait), EXACT if live is not None and live.outcome is None and log is None else SECONDS)


def _measure(joined_at: int | None, end: int | None) -> int | None:
    """None too where the clock was set back in between: then the two times tell nothing of the wait."""
    return None if joined_at is None or end is None or end < joined_at else end - joined_at


def wait_seconds(log: LogVisit) -> int | None:
    """The wait as the log's own columns have it."""
    return log.hold_s if log.outcome is VisitOutcome.ANSWERED else log.wait_s


def scale(seconds: int | None) -> int | None:
    """In µs."""
    return seconds * SECOND if seconds is not None else None


def judge_promise(promise: Promise, wait: Wait) -> bool | None:
    """Whether an answer after this wait kept its promise; None when it is not known well enough."""
    if wait.us is None:
        return None
    if wait.precision == EXACT:
        return promise.is_kept(wait.us)
    least = promise.is_kept(max(wait.us - SECOND + 1, 0))
    most = promise.is_kept(wait.us if wait.is_most else wait.us + SECOND - 1)
    return least if least == most else None
