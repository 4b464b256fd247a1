"""Counters and histograms, moved only by facts.

Law: a visit counts when it is settled (`VisitSettled`), once and for ever; nothing here looks at live state, so a
replay of the journal moves these numbers exactly as the live run did.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram

from gateway.core.facts import (
    CallArrived,
    DeviceUnknown,
    Fact,
    MarkerSeen,
    OfferEnded,
    SeatsExceeded,
    StateCorrected,
    Unexpected,
    VisitEnded,
    VisitSettled,
    WrapUpEnded,
)
from gateway.core.site import SECOND, Site
from gateway.core.words import Direction, OfferOutcome, VisitOutcome
from gateway.metrics.exposition import PREFIX, Family
from gateway.metrics.labels import Labels, score_survey

ANSWER_BUCKETS: Final = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 300)
RING_BUCKETS: Final = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 45, 60)
TALK_BUCKETS: Final = (5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
ABANDONED: Final = frozenset({VisitOutcome.ABANDONED, VisitOutcome.SHORT_ABANDONED})


def choose_buckets(sites: Iterable[Site]) -> tuple[float, ...]:
    """Seconds: the fixed ones and every promise of the settings, so that the share in time is exact."""
    promises = [rule.promise for site in sites for rule in (*site.queues, site.default_rule)]
    promises += [line.promise for site in sites for line in site.lines if line.promise]
    return tuple(sorted({float(bound) for bound in ANSWER_BUCKETS} | {item.within_us / SECOND for item in promises}))


class Counted:
    """All metrics that facts move. `offer` takes every fact; most need nothing."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """`sites` by PBX name."""
        self._labels = Labels(sites)
        self._buckets = choose_buckets(sites.values())
        self._latency = self._make_latency()
        self._families: list[Family] = []
        self._make_counters()
        self._make_histograms()
        self._moves: dict[type[Fact], Callable[[Any], None]] = {
            CallArrived: self._call_arrived,
            VisitSettled: self._visit_settled,
            VisitEnded: self._visit_ended,
            OfferEnded: self._offer_ended,
            WrapUpEnded: self._wrap_up_ended,
            MarkerSeen: self._marker_seen,
            StateCorrected: self._state_corrected,
            Unexpected: self._unexpected_seen,
            DeviceUnknown: lambda fact: self._sign_in_odd(fact, "unknown_device"),
            SeatsExceeded: lambda fact: self._sign_in_odd(fact, "more_than_seats"),
        }
        self._start_at_zero(sites)

    @property
    def families(self) -> list[Family]:
        """For the page."""
        return [self._latency, *self._families]

    def offer(self, fact: Fact) -> None:
        """One fact of the stream."""
        move = self._moves.get(type(fact))
        if move:
            move(fact)

    def configured(self, sites: Mapping[str, Site]) -> None:
        """Settings were reloaded. A new promise needs a new bucket: that histogram starts anew, which Prometheus
        sees as a counter reset; all others go on."""
        self._labels.configured(sites)
        buckets = choose_buckets(sites.values())
        if buckets != self._buckets:
            self._buckets = buckets
            self._latency = self._make_latency()
        self._start_at_zero(sites)

    def _make_latency(self) -> Family:
        text, labels = "Visit joined to agent picked up, of answered visits.", ("queue", "line")
        metric = Histogram("hotline_answer_latency_seconds", text, labels, registry=None, buckets=self._buckets)
        return Family(metric, labels)

    def _make_counters(self) -> None:
        def counter(name: str, text: str, *labels: str) -> Family:
            return self._keep(Counter(f"{PREFIX}{name}", text, labels, registry=None), labels)

        self._visits = counter("visits_total", "Visits settled, by outcome.", "queue", "line", "outcome")
        self._kept = counter("visits_within_promise_total", "Visits answered within the promise.", "queue", "line")
        self._calls = counter("calls_total", "Calls arrived.", "line", "direction")
        self._offers = counter("offers_total", "Rings of one agent for one visit, by outcome.", "queue", "outcome")
        self._surveys = counter("survey_total", "Survey answers; none: no valid key pressed.", "queue", "score")
        self._corrections = counter("state_corrections_total", "Differences a snapshot found and won.", "pbx", "kind")
        self._unexpected = counter("unexpected_total", "Input that the tables have no place for.", "pbx", "kind")
        text = "Sign-ins the settings have no place for: on a device that is no seat, or beyond the seats there are."
        self._odd_sign_ins = counter("odd_sign_ins_total", text, "pbx", "kind")
        text = "Arrival of the last inbound call."
        last_call = Gauge(f"{PREFIX}line_last_call_timestamp_seconds", text, ("line",), registry=None)
        self._last_call = self._keep(last_call, ("line",))

    def _make_histograms(self) -> None:
        def histogram(name: str, text: str, buckets: tuple[int, ...]) -> Family:
            labels = ("queue",)
            return self._keep(Histogram(f"{PREFIX}{name}", text, labels, registry=None, buckets=buckets), labels)

        self._abandon_wait = histogram("abandon_wait_seconds", "Wait of abandoned visits.", ANSWER_BUCKETS)
        self._talk = histogram("talk_seconds", "Agent connected to parting, hold included.", TALK_BUCKETS)
        self._hold = histogram("hold_seconds", "Part of the talk on hold.", TALK_BUCKETS)
        self._wrap_up = histogram("wrap_up_seconds", "After-call work.", TALK_BUCKETS)
        self._ring = histogram("ring_seconds", "Ring of one agent, however it ended.", RING_BUCKETS)

    def _keep(self, metric: Counter | Gauge | Histogram, labels: tuple[str, ...]) -> Family:
        family = Family(metric, labels)
        self._families.append(family)
        return family

    def _start_at_zero(self, sites: Mapping[str, Site]) -> None:
        """A series that appears with its first count has no rate: what the settings name exists from the start."""
        for pbx, site in sites.items():
            for kind in ("unknown_device", "more_than_seats"):
                self._odd_sign_ins.start(pbx, kind)
            for rule in site.queues:
                queue = self._labels.queue(pbx, rule.name)
                for outcome in OfferOutcome:
                    self._offers.start(queue, outcome.value)
            for line in site.lines:
                self._calls.start(line.did, Direction.INBOUND.value)
                if line.queue:
                    self._start_pair(self._labels.queue(pbx, line.queue), line.did)

    def _start_pair(self, queue: str, line: str) -> None:
        self._latency.start(queue, line)
        self._kept.start(queue, line)
        for outcome in VisitOutcome:
            self._visits.start(queue, line, outcome.value)

    def _call_arrived(self, fact: CallArrived) -> None:
        line = self._labels.line(fact.line)
        self._calls.move(line, fact.direction.value).inc()
        if fact.direction is Direction.INBOUND:
            self._last_call.move(line).set(fact.at / SECOND)

    def _visit_settled(self, fact: VisitSettled) -> None:
        queue, line = self._labels.queue(fact.pbx, fact.queue), self._labels.line(fact.line)
        self._visits.move(queue, line, fact.outcome.value).inc()
        if fact.within_promise:
            self._kept.move(queue, line).inc()
        if fact.wait_us is None:
            return
        if fact.outcome is VisitOutcome.ANSWERED:
            self._latency.move(queue, line).observe(fact.wait_us / SECOND)
        elif fact.outcome in ABANDONED:
            self._abandon_wait.move(queue).observe(fact.wait_us / SECOND)

    def _visit_ended(self, fact: VisitEnded) -> None:
        queue = self._labels.queue(fact.pbx, fact.queue)
        if fact.talk_us is not None:
            self._talk.move(queue).observe(fact.talk_us / SECOND)
        if fact.hold_us is not None:
            self._hold.move(queue).observe(fact.hold_us / SECOND)

    def _offer_ended(self, fact: OfferEnded) -> None:
        queue = self._labels.queue(fact.pbx, fact.queue)
        self._offers.move(queue, fact.outcome.value).inc()
        if fact.ring_us is not None:
            self._ring.move(queue).observe(fact.ring_us / SECOND)

    def _wrap_up_ended(self, fact: WrapUpEnded) -> None:
        queue = self._labels.queue(fact.pbx, fact.queue)
        self._wrap_up.move(queue).observe((fact.at - fact.start) / SECOND)

    def _marker_seen(self, fact: MarkerSeen) -> None:
        if fact.marker == "survey":
            data = {name.lower(): value for name, value in fact.data}
            queue = self._labels.named_queue(fact.pbx, data.get("queue", ""))
            self._surveys.move(queue, score_survey(data.get("score", ""))).inc()

    def _state_corrected(self, fact: StateCorrected) -> None:
        self._corrections.move(fact.pbx, self._labels.kind(fact.kind)).inc()

    def _unexpected_seen(self, fact: Unexpected) -> None:
        self._unexpected.move(fact.pbx, self._labels.kind(fact.kind)).inc()

    def _sign_in_odd(self, fact: Fact, kind: str) -> None:
        self._odd_sign_ins.move(fact.pbx, kind).inc()
