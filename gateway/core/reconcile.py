"""The feed's visits and the log's become one row each: which row a visit is, and what both say together.

Law: a row is a function of its evidence, what the feed said last and what the log said most of; so the same evidence
gives the same row in whatever order and however often it comes. The feed's times are exact and stay. The log's word
for the outcome is the PBX's own and wins, but for the abandons it cannot tell apart (design section 4). What the log
has in whole seconds may be a second off either way, and a promise is judged only as far as that decides it.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from gateway.core.evidence import find_distance
from gateway.core.ids import derive_id
from gateway.core.live_visits import LiveVisit
from gateway.core.log_visits import CUT, NO_END, LogVisit
from gateway.core.site import SECOND, Promise, QueueRule, Site
from gateway.core.waits import EXACT, choose_wait, judge_promise, scale, wait_seconds
from gateway.core.words import EndedBy, VisitOutcome

TOLERANCE_US = 2 * SECOND
"""Between the feed's time and the log's second, which is cut off and written by another thread (asterisk-facts 3.4)."""
ABANDONS = frozenset({VisitOutcome.ABANDONED, VisitOutcome.SHORT_ABANDONED, VisitOutcome.REDIRECTED})
UNSURE = frozenset({None, VisitOutcome.UNKNOWN, VisitOutcome.CUT})
"""Of the log: it was not told how it ended, or only that the PBX booted."""


class VisitRow(NamedTuple):
    """One visit as the ledger keeps it, with its evidence. Times UTC µs, durations µs; None is unknown, or not yet.

    `pbx_queue` in lower case, `queue` the site-wide id. `precision`: `us` when both ends of the wait are exact.
    `source`: live, log or both. `revision` counts how often what had been settled was changed.
    """

    id: str
    pbx: str
    callid: str
    pbx_queue: str
    queue: str
    line: str | None
    agent: str | None
    seat: str | None
    position: int | None
    joined_at: int | None
    picked_up_at: int | None
    connected_at: int | None
    left_at: int | None
    ended_at: int | None
    outcome: VisitOutcome | None
    reason: str | None
    ended_by: EndedBy | None
    wait_us: int | None
    ring_us: int | None
    hold_us: int | None
    talk_us: int | None
    wrap_up_us: int | None
    wrap_up_by: str | None
    promise_us: int | None
    definition: str | None
    within_promise: bool | None
    precision: str
    source: str
    revision: int
    live: LiveVisit | None
    log: LogVisit | None


# -- which row it is -----------------------------------------------------------------------------------------------


def find_row_of_log(log: LogVisit, rows: Iterable[VisitRow], taken: Collection[str]) -> VisitRow | None:
    """The row that a visit of the log is, or None when it is a new one.

    `taken`: ids of the rows that other visits of the same reading are, so that two alike of one second stay two.
    """
    near = [
        (distance, row.joined_at or 0, row.id, row)
        for row in rows
        if row.id not in taken and (distance := _measure_to_log(row, log)) is not None
    ]
    return min(near)[3] if near else None


def _measure_to_log(row: VisitRow, log: LogVisit) -> int | None:
    """How unlike they are, 0 and more; None when they are not the same visit."""
    if row.pbx_queue != log.queue or not _share_callid(row, log):
        return None
    if row.log is not None:
        return _measure_readings(row.log, log)
    if row.agent is not None and log.agent is not None and row.agent != log.agent:
        return None
    ended = row.ended_at if log.outcome is VisitOutcome.ANSWERED else row.left_at
    ended = None if row.connected_at and log.connected_at else ended  # a talk begun alike may end late for either
    pairs = (
        (row.joined_at, log.joined_at or log.entered_at), (row.connected_at, log.connected_at),
        (ended, log.left_at or log.ended_at),
    )  # fmt: skip
    apart = [abs(one - other) for one, other in pairs if one is not None and other is not None]
    if not apart:
        return _measure_entry(row, log)
    if max(apart) > TOLERANCE_US:
        return None
    doubt = row.outcome is not None and log.outcome is not None and row.outcome is not _choose_outcome(row.live, log)[0]
    return sum(apart) + 3 * TOLERANCE_US * doubt


def _measure_entry(row: VisitRow, log: LogVisit) -> int | None:
    """The same where they share no moment: the log's beginning is lost, and the feed's end not here yet."""
    entry = find_entry(log)
    apart = abs(row.joined_at - entry) if row.joined_at is not None and entry is not None else None
    if apart is not None and apart <= TOLERANCE_US + SECOND:
        return TOLERANCE_US + apart
    return 2 * TOLERANCE_US if row.live is not None and _was_on(log, row.live) else None


def _was_on(log: LogVisit, live: LiveVisit) -> bool:
    """Whether the log has the talk going on with this agent when the feed found it, its beginning not seen."""
    if live.seen_at is None or log.connected_at is None or live.agent is None or live.agent != log.agent:
        return False
    if log.connected_at - TOLERANCE_US > live.seen_at:
        return False
    # Not before an end is known: he may have talked with the same caller twice. The log's may be lost.
    if log.ended_at is not None:
        return live.seen_at <= log.ended_at + TOLERANCE_US
    return log.reason == CUT or (live.is_over and not log.is_over)


def _share_callid(row: VisitRow, log: LogVisit) -> bool:
    known = {row.callid, row.live.entered_as if row.live else None, row.log.entered_as if row.log else None}
    return log.callid in known or (log.entered_as is not None and log.entered_as in known)


def _measure_readings(one: LogVisit, other: LogVisit) -> int | None:
    """How unlike two readings of the log are that agree in all that both know and share a moment: 0 when they are of
    files or of tables alike, more when they are of one of each; None when they do not agree.

    A reading that began in mid-visit and one that ended there share none: the entry follows from its end and the wait
    in it, a second off at most; also that of two of which neither has the entry, one the connection and one the end.
    """
    moments = (
        (one.entered_at, other.entered_at), (one.connected_at, other.connected_at), (one.ended_at, other.ended_at),
    )  # fmt: skip
    both = [(a, b) for a, b in moments if a is not None and b is not None]
    facts = ((one.agent, other.agent), (one.outcome, other.outcome), (one.wait_s, other.wait_s), (one.leg, other.leg))
    apart = [find_distance(a, b) for a, b in both]
    if None in apart or any(a != b for a, b in facts if a is not None and b is not None):
        return None
    if apart:
        return sum(distance or 0 for distance in apart)
    begun, ended = sorted((one, other), key=lambda log: log.entered_at is None)
    began, entry = find_entry(begun), find_entry(ended)
    if began is None or entry is None or began > (ended.connected_at or ended.ended_at or entry):
        return None
    return abs(began - entry) if abs(began - entry) <= SECOND else None


def find_entry(log: LogVisit) -> int | None:
    """When a visit began, by its entry or else by its first later record and the wait written there; µs of a second."""
    if log.entered_at is not None:
        return log.entered_at
    waited = wait_seconds(log)
    end = log.connected_at or log.ended_at
    if end is None or waited is None:
        return None
    return end - SECOND * (waited + (0 if log.connected_at is not None else log.talk_s or 0))


def find_row_of_live(live: LiveVisit, rows: Iterable[VisitRow]) -> VisitRow | None:
    """The row that a visit of the feed is: the one with its id, else one begun before a restart, else the log's own."""
    near = []
    for row in rows:
        if row.id == live.id or (row.live is not None and row.live.id == live.id):
            return row
        distance = _measure_to_live(row, live)
        near += [(distance, row.id, row)] if distance is not None else []
    return min(near)[2] if near else None


def find_rest_of_live(live: LiveVisit, rows: Iterable[VisitRow]) -> VisitRow | None:
    """The row that the log alone made of this visit of the feed, now that it is over; None: there is none."""
    alone = [row for row in rows if row.live is None]
    near = [(apart, row.id, row) for row in alone if (apart := _measure_to_live(row, live)) is not None]
    return min(near)[2] if near and live.is_over else None


def _measure_to_live(row: VisitRow, live: LiveVisit) -> int | None:
    """How unlike they are, 0 and more; None when they are not the same visit."""
    if row.queue != live.queue:
        return None
    if row.live is not None:
        ended = row.log.ended_at if row.log is not None else None
        if ended is not None and live.seen_at is not None and ended + TOLERANCE_US < live.seen_at:
            return None
        return _measure_restart(row.live, live) if live.callid in {row.callid, row.live.entered_as} else None
    if row.log is None:
        return None
    alone = combine(row.id, row.pbx, row.pbx_queue, live, None, Site())
    return _measure_to_log(alone, row.log)


def _measure_restart(before: LiveVisit, found: LiveVisit) -> int | None:
    """A gateway that comes back finds who waits and who talks, without the exact times: the visit goes on as it was."""
    if before.is_over or found.precision == EXACT:
        return None
    if before.joined_at is not None and found.joined_at is not None:
        apart = abs(before.joined_at - found.joined_at)
        return apart if apart <= TOLERANCE_US else None
    return TOLERANCE_US if before.agent in {None, found.agent} and found.agent is not None else None


# -- what both say -------------------------------------------------------------------------------------------------


def make_log_id(pbx: str, log: LogVisit, nth: int) -> str:
    """The id of a row that the log alone knows, from its natural key; a row of the feed keeps the feed's.

    `nth`: how many others the same call has in the same second and queue.
    """
    begun = log.joined_at or find_entry(log) or log.connected_at or log.ended_at or 0
    return derive_id(pbx, "visit", log.callid, log.queue, begun, *([nth] if nth else []))


def combine(
    identity: str, pbx: str, pbx_queue: str, live: LiveVisit | None, log: LogVisit | None, site: Site
) -> VisitRow:
    """The row of this evidence, revision 0."""
    outcome, reason = _choose_outcome(live, log)
    waited = choose_wait(live, log)
    wait, precision = waited.us, waited.precision
    rule, line = site.rule_of(pbx_queue), (live.line if live else None) or (log.line if log else None)
    promise = _promise_of(site, rule, line)
    if outcome is VisitOutcome.ABANDONED and wait is not None and wait < rule.short_abandon_us:
        outcome = VisitOutcome.SHORT_ABANDONED
    is_answered = outcome is VisitOutcome.ANSWERED
    told = log or LogVisit("", "", 0)
    seen = live or LiveVisit("", told.callid, site.queue_id(pbx_queue), line or "")
    kept = seen.within_promise if seen.within_promise is not None else judge_promise(promise, waited)
    ended_at, ended_by, talk = _choose_end(seen, told)
    return VisitRow(
        identity, pbx, seen.callid, pbx_queue, seen.queue, line or None,
        seen.agent or told.agent, seen.seat, _first(seen.position, told.position),
        _first(seen.joined_at, told.joined_at, told.entered_at), seen.picked_up_at,
        _first(seen.connected_at, told.connected_at),
        None if is_answered else _first(seen.left_at, told.left_at, told.ended_at),
        ended_at if is_answered else None, outcome, reason, ended_by, wait, _first(seen.ring_us, scale(told.ring_s)),
        seen.hold_us, talk, seen.wrap_up_us, seen.wrap_up_by,
        promise.within_us, promise.definition, kept if is_answered else None, precision,
        "both" if live and log else "live" if live else "log", 0, live, log,
    )  # fmt: skip


def _choose_end(seen: LiveVisit, told: LogVisit) -> tuple[int | None, EndedBy | None, int | None]:
    """When a talk ended, by whom, how long it was: by the feed, but for one that ended while it was blind."""
    is_late = seen.ended_at is not None and told.ended_at is not None and seen.ended_at > told.ended_at + TOLERANCE_US
    if is_late and told.talk_s is not None:
        return told.ended_at, told.ended_by, scale(told.talk_s)
    return (
        _first(seen.ended_at, told.ended_at),
        seen.ended_by or told.ended_by,
        _first(seen.talk_us, scale(told.talk_s)),
    )


def revise(old: VisitRow | None, new: VisitRow) -> VisitRow:
    """The new row with its revision: one more when what was settled has changed, not when it was only confirmed."""
    if old is None:
        return new
    was_said = old.outcome is not None
    same = old._replace(live=None, log=None, source="", revision=0) == new._replace(live=None, log=None, source="")
    later = was_said and not same and (old.outcome, old.wait_us, old.agent) != (new.outcome, new.wait_us, new.agent)
    return new._replace(revision=old.revision + later)


def _choose_outcome(live: LiveVisit | None, log: LogVisit | None) -> tuple[VisitOutcome | None, str | None]:
    seen, told = (live.outcome if live else None), (log.outcome if log else None)
    if log is not None and log.is_over and told is None:
        told = VisitOutcome.UNKNOWN
    why_seen, why_told = (
        (live.reason if live else None),
        (log.reason if log else None) or (NO_END if told is VisitOutcome.UNKNOWN else None),
    )
    if seen is None:
        return told, why_told
    if told in UNSURE or told is seen or (seen in ABANDONS and told is VisitOutcome.ABANDONED):
        better = seen is VisitOutcome.UNKNOWN and told is VisitOutcome.CUT
        return (told, why_told) if better else (seen, why_seen)
    return told, why_told


def _promise_of(site: Site, rule: QueueRule, line: str | None) -> Promise:
    """A line's own promise goes before its queue's."""
    known = site.line_by_did.get(line or "")
    return known.promise if known is not None and known.promise is not None else rule.promise


def _first(*values: int | None) -> int | None:
    for value in values:
        if value is not None:
            return value
    return None
