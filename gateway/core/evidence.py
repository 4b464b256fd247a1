"""What is known of one visit from the same witness at two times: two readings of the log, the feed before and after a
restart of the gateway."""

from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import LogVisit
from gateway.core.site import SECOND
from gateway.core.words import VisitOutcome

EXACT = "us"
STORED_US = 5 * SECOND


def go_on(before: LiveVisit, found: LiveVisit) -> LiveVisit:
    """A visit begun before a restart and found again after it: what was exact stays, what came later is added."""
    later = {name: value for name, value in found._asdict().items() if value is not None}
    if before.outcome is None:
        # Not settled, so an AgentDump that nobody saw may have undone it.
        before = before._replace(picked_up_at=None, agent=None, seat=None, ring_us=None)
    joined = _first(before.joined_at, found.joined_at)
    said = before._replace(**later)._replace(
        id=before.id,
        seen_at=before.seen_at,
        joined_at=joined,
        position=_first(before.position, found.position),
        precision=before.precision,
    )
    if before.wait_us is not None:
        return said._replace(wait_us=before.wait_us)
    end = said.picked_up_at if said.outcome is VisitOutcome.ANSWERED else said.left_at
    if said.outcome is None:
        return said
    if before.precision == EXACT and before.joined_at is not None and end is not None and end >= before.joined_at:
        return said._replace(wait_us=end - before.joined_at)
    return said._replace(wait_us=found.wait_us, precision=found.precision)


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def unite(one: LogVisit, other: LogVisit) -> LogVisit:
    """Two readings of the same visit: the one that has more of it; what it did not see is the other's."""
    first, second = sorted((one, other), key=_rank_reading, reverse=True)
    if first.entered_at is not None and first.is_over:
        return first
    unseen = _OF_TALK if first.is_over and first.outcome is not VisitOutcome.ANSWERED else frozenset()
    lacks = {
        name: getattr(second, name) for name, value in first._asdict().items() if value is None and name not in unseen
    }
    return first._replace(**lacks)


_OF_TALK = frozenset({"agent", "leg", "connected_at", "answered_at", "hold_s", "ring_s", "ended_by", "talk_s"})


def _rank_reading(log: LogVisit) -> tuple[bool, bool, bool, int, str]:
    is_exact = log.entered_at is not None and not is_whole(log.entered_at)
    return log.is_over, log.entered_at is not None, is_exact, sum(value is not None for value in log), repr(log)


def is_whole(at: int) -> bool:
    """Whether a time of the log is one of a file, in whole seconds; of a table one in a million is."""
    return at % SECOND == 0


def find_distance(one: int, other: int) -> int | None:
    """How far apart, in µs, one record's times in two logs are; None when they are of two records.

    Alike in two files. Asterisk writes into the table first and into the file when that is done, so the file's second
    is the table's, or later by what the database took (main/logger.c ast_queue_log).
    """
    if one == other:
        return 0
    if is_whole(one) == is_whole(other):
        return None
    late = (one - other) if is_whole(one) else (other - one)
    return abs(late) if -SECOND < late <= STORED_US else None
