"""Facts and queue_log records -> rows of offers: what each says of one ring, and the row of both.

Law: a row is a function of its evidence. The feed has every ring; the log has those that ended without an answer, those
answered (by the agent's channel, which is the offer's own key) and those dumped, but no loser of a ring-all. Which row
a ring of the log is stands in `offer_book.py`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.core import facts as ft
from gateway.core import log_records as rec
from gateway.core.evidence import find_distance, is_whole
from gateway.core.ids import derive_id
from gateway.core.site import SECOND, Site
from gateway.core.waits import EXACT, SECONDS
from gateway.core.words import OfferOutcome

OPEN_MAX = 20_000
UNSEEN = frozenset({None, OfferOutcome.UNKNOWN})
"""Of the feed: how the ring ended is not known, or not yet."""


class LiveOffer(NamedTuple):
    """What the feed says of one ring. Times UTC µs. `queue` is the site-wide id; `callid` None: its visit's join was
    not seen. `ring_us` None with an end: nobody saw it, and `ended_at` is when it was missed."""

    id: str
    queue: str
    agent: str
    callid: str | None = None
    visit: str | None = None
    seat: str | None = None
    made_at: int | None = None
    ended_at: int | None = None
    outcome: OfferOutcome | None = None
    ring_us: int | None = None


class LogOffer(NamedTuple):
    """What queue_log says of one ring: `ended_at` and `dumped_at` are whole seconds, UTC µs; `queue` in lower case.

    `ring_ms` is the attempt's length for one without an answer: within 4 ms of the ring on every recorded run, and
    half a second short when the phone refused. It counts as known to the second. CONNECT comes when the agent has heard
    his announcement, if there is one: then his ring ended so much before.
    """

    callid: str
    queue: str
    agent: str
    outcome: OfferOutcome
    ended_at: int | None = None
    ring_ms: int | None = None
    leg: str | None = None
    dumped_at: int | None = None


class OfferRow(NamedTuple):
    """One ring as the ledger keeps it, with its evidence. Times UTC µs; None is unknown, or not yet.

    `precision`: `us` when the feed saw both ends, or the first while it rings.
    """

    id: str
    pbx: str
    visit: str | None
    callid: str | None
    queue: str
    agent: str
    seat: str | None
    made_at: int | None
    ended_at: int | None
    outcome: OfferOutcome | None
    ring_us: int | None
    dumped: bool
    precision: str
    source: str
    revision: int
    live: LiveOffer | None
    log: LogOffer | None


class OfferReader:
    """Facts of one feed -> what they say of rings. Its memory is which call each open visit is of."""

    def __init__(self, calls: Mapping[str, str] | None = None) -> None:
        self.calls = dict(calls or {})
        """{visit: callid}; goes into the checkpoint with the live state."""

    def see(self, fact: ft.Fact) -> LiveOffer | None:
        """What this fact says of a ring, or None."""
        match fact:
            case ft.OfferMade():
                return self._begin(fact)._replace(made_at=fact.at)
            case ft.OfferEnded():
                return self._begin(fact)._replace(ended_at=fact.at, outcome=fact.outcome, ring_us=fact.ring_us)
            case ft.VisitJoined():
                self.calls[fact.visit] = fact.call
                if len(self.calls) > OPEN_MAX:
                    del self.calls[next(iter(self.calls))]
            case ft.VisitEnded():
                self.calls.pop(fact.visit, None)
            case ft.VisitSettled() if fact.picked_up_at is None:
                self.calls.pop(fact.visit, None)
        return None

    def _begin(self, fact: ft.OfferMade | ft.OfferEnded) -> LiveOffer:
        callid = self.calls.get(fact.visit or "")
        return LiveOffer(fact.offer, fact.queue, fact.agent, callid, fact.visit, fact.seat)


def read_offer(record: rec.Record) -> LogOffer | None:
    """What a record of queue_log says of a ring, or None."""
    match record:
        case rec.Rung():
            begun = LogOffer(record.callid, record.queue.lower(), record.agent, record.outcome)
            return begun._replace(ended_at=record.at, ring_ms=record.attempt_ms)
        case rec.Connected():
            begun = LogOffer(record.callid, record.queue.lower(), record.agent, OfferOutcome.ANSWERED)
            ring_ms = record.ring_s * 1000 if record.ring_s is not None else None
            return begun._replace(ended_at=record.at, ring_ms=ring_ms, leg=record.leg)
        case rec.Dumped():
            # Asterisk writes it instead of CONNECT (app_queue.c: the announcement's end comes before it).
            begun = LogOffer(record.callid, record.queue.lower(), record.agent, OfferOutcome.ANSWERED)
            return begun._replace(dumped_at=record.at)
    return None


def make_offer_id(pbx: str, log: LogOffer) -> str:
    """The feed's own id where the log names the agent's channel; else one of the record's own key."""
    if log.leg is not None:
        return derive_id(pbx, "offer", log.leg)
    end = ("dumped", log.dumped_at) if log.dumped_at is not None else (log.outcome, log.ended_at, log.ring_ms)
    return derive_id(pbx, "offer", log.callid, log.queue, log.agent, *end)


def unite_live(one: LiveOffer, other: LiveOffer) -> LiveOffer:
    """Both pieces. How it ended is one group of one fact; an end that was seen is better than one that was missed."""
    ended = min(one, other, key=_rank_end)
    others = {name: _least(getattr(one, name), getattr(other, name)) for name in ("callid", "visit", "seat", "made_at")}
    return ended._replace(**others)


def _rank_end(offer: LiveOffer) -> tuple[bool, bool, str]:
    return offer.outcome in UNSEEN, offer.outcome is None, repr(offer[-3:])


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


def combine_offer(pbx: str, live: LiveOffer | None, log: LogOffer | None, site: Site) -> OfferRow:
    """The row of this evidence, revision 0. One of the two there must be."""
    told = log or LogOffer("", "", "", OfferOutcome.UNKNOWN)
    seen = live or LiveOffer(make_offer_id(pbx, told), site.queue_id(told.queue), told.agent, told.callid)
    is_seen = seen.ring_us is not None or (seen.outcome is None and log is None)
    ring = seen.ring_us if seen.ring_us is not None or told.ring_ms is None else told.ring_ms * 1000
    ended = seen.ended_at if told.ended_at is None or seen.ring_us is not None else told.ended_at
    begun = ended - ring if ended is not None and ring is not None else None
    made = seen.made_at if seen.made_at is not None else begun
    return OfferRow(
        seen.id, pbx, seen.visit, seen.callid or told.callid or None, seen.queue, seen.agent, seen.seat, made, ended,
        told.outcome if seen.outcome in UNSEEN and log is not None else seen.outcome, ring, told.dumped_at is not None,
        EXACT if seen.made_at is not None and is_seen else SECONDS,
        "both" if live and log else "live" if live else "log", 0, live, log,
    )  # fmt: skip


def revise_offer(old: OfferRow | None, new: OfferRow) -> OfferRow:
    """The new row with its revision: one more when how the ring had ended became something else."""
    if old is None:
        return new
    was, now = (old.outcome, old.ring_us, old.dumped), (new.outcome, new.ring_us, new.dumped)
    return new._replace(revision=old.revision + (old.outcome is not None and was != now))


def measure_offer(live: LiveOffer, log: LogOffer, site: Site) -> int | None:
    """How far the ring of the log is from that of the feed, µs and more; None when it is another.

    The log's second is cut off: a ring of the same agent ends no sooner than a second after the last one.
    """
    if (live.callid, live.queue, live.agent) != (log.callid, site.queue_id(log.queue), log.agent) or log.leg:
        return None
    if live.ended_at is None or (live.outcome is OfferOutcome.ANSWERED) != (log.dumped_at is not None):
        return None
    if log.dumped_at is not None:
        since = log.dumped_at + SECOND - live.ended_at
        return since if 0 < since <= DUMP_MAX_US else None
    return _measure_end(live.ended_at, live, log.ended_at or 0)


def measure_readings(one: LogOffer, other: LogOffer) -> int | None:
    """How unlike two readings of one record are, µs: 0 alike, more when of file and table; None: of two records."""
    if one._replace(ended_at=None, dumped_at=None) != other._replace(ended_at=None, dumped_at=None):
        return None
    moments = ((one.ended_at, other.ended_at), (one.dumped_at, other.dumped_at))
    apart = [find_distance(a, b) for a, b in moments if a is not None and b is not None]
    is_one = bool(apart) and None not in apart and all((a is None) == (b is None) for a, b in moments)
    return sum(distance or 0 for distance in apart) if is_one else None


def choose_reading(old: LogOffer | None, new: LogOffer) -> LogOffer:
    """The better of two readings of one record: the table's, which is exact."""
    told = (old.ended_at or old.dumped_at) if old is not None else None
    return old if old is not None and told is not None and not is_whole(told) else new


def _measure_end(ended_at: int, live: LiveOffer, logged_at: int) -> int | None:
    if live.ring_us is not None:
        apart = abs(ended_at - logged_at - SECOND // 2)
        return apart if apart <= NEAR_US else None
    made_at = live.made_at if live.made_at is not None else ended_at
    is_within = made_at - SECOND < logged_at <= ended_at
    return NEAR_US + abs(logged_at - made_at) if is_within else None


NEAR_US = 3 * SECOND // 2
DUMP_MAX_US = 120 * SECOND
"""An agent hears an announcement of at most so long before he is joined to the caller."""
