"""Gauges: live state as it is when somebody asks.

Law: `take` copies plain numbers in one go, between two inputs, so one page shows one moment; `write` writes them out
at leisure and looks at nothing that changes. What is unknown has no sample: 0 would be a lie.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from gateway.core.agents import PRECEDENCE
from gateway.core.seats import Seat
from gateway.core.site import SECOND, Promise
from gateway.core.visits import VisitPhase
from gateway.core.words import AgentState, SeatState
from gateway.metrics.ami_names import name_event
from gateway.metrics.exposition import PREFIX, Prefixes, write_header
from gateway.metrics.sources import Durations
from gateway.views import Feed

Row = tuple[tuple[str, ...], float]
Rows = dict[str, list[Row]]
Buckets = list[tuple[str, int]]

QUEUE: Final = ("queue",)
PBX: Final = ("pbx",)
GAUGES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "queue_waiting": (QUEUE, "Visits waiting."),
    "queue_longest_wait_seconds": (
        QUEUE,
        "Wait of the one who waits longest, 0 when nobody waits; no sample: unknown.",
    ),
    "agents": (("queue", "state"), "Agents that serve the queue, by state; who serves two queues counts in both."),
    "agents_distinct": (("state",), "Agents of the site by state, each once."),
    "seats": (("state",), "Positions by state."),
    "promise_seconds": (QUEUE, "Answer within this time is what is promised."),
    "promise_target_ratio": (QUEUE, "Share of visits for which the promise has to be kept."),
    "feed_connected": (PBX, "1 when the connection to the PBX is up."),
    "feed_live": (PBX, "1 when live state is complete: logged in, snapshots taken and agreed."),
    "feed_lag_seconds": (PBX, "Arrival minus the PBX's time stamp of the last event, clock offset taken off."),
    "feed_last_event_timestamp_seconds": (PBX, "The PBX's time stamp of the last event."),
    "clock_offset_seconds": (PBX, "Clock of the PBX minus clock of the gateway."),
    "loop_lag_seconds": ((), "How late the event loop last woke."),
    "journal_bytes": ((), "Size of the journal on disk."),
    "ledger_backlog": ((), "Visits and what stands beside them that wait to be written."),
}
COUNTERS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "blind_seconds_total": (PBX, "Time not seen, the present outage included."),
    "ledger_rows_total": ((), "Rows written to the ledger."),
    "recovered_visits_total": (("pbx", "source"), "Visits that the feed did not see and another source told of."),
    "queue_log_quarantined_total": (("pbx", "reason"), "Records of queue_log that were not believed."),
    "events_total": (("pbx", "event"), "AMI events received; other: not a known name."),
}
HISTOGRAMS: Final[Mapping[str, str]] = {
    "apply_seconds": "Time to apply one input to live state.",
    "ledger_flush_seconds": "Time to write one batch to the ledger.",
}
PRESENCE: Final = (
    *(row[0] for row in PRECEDENCE if row[0] is not AgentState.OFFLINE),
    AgentState.OFFLINE,
)
"""Which state counts for an agent known on several PBXs: the core's order, but being signed out says least."""


class Gauges:
    """Live state as gauges, and what other parts count as counters and histograms."""

    def __init__(
        self,
        feeds: Callable[[], Iterable[Feed]],
        clock: Callable[[], int],
        readings: Mapping[str, Callable[[], float | None]],
        durations: Mapping[str, Durations],
        counts: Mapping[str, Callable[[], Mapping[tuple[str, ...], float]]] = MappingProxyType({}),
    ) -> None:
        """`clock`: µs UTC. `readings`, `durations` and `counts` (by label values): what other parts measure, by metric
        name without prefix."""
        unknown = set(readings) - set(GAUGES) | set(durations) - set(HISTOGRAMS) | set(counts) - set(COUNTERS)
        if unknown:
            raise ValueError(f"readings without a metric: {sorted(unknown)}")
        self._feeds, self._clock, self._readings = feeds, clock, dict(readings)
        self._counts = dict(counts)
        self._durations = dict(durations)
        self._blind: dict[str, float] = {}
        self._rows: Rows = {}
        self._buckets: dict[str, tuple[Buckets, float]] = {}
        self._prefixes = Prefixes({name: labels for name, (labels, _) in (GAUGES | COUNTERS).items()})

    def take(self) -> None:
        """Copies the present moment."""
        now = self._clock()
        rows: Rows = {name: [] for name in (*GAUGES, *COUNTERS)}
        feeds = list(self._feeds())
        _take_queues(rows, feeds, now)
        _take_agents(rows, feeds)
        _take_seats(rows, feeds)
        for feed in feeds:
            _take_feed(rows, feed)
            rows["blind_seconds_total"].append(((feed.pbx,), self._measure_blind(feed, now)))
        for name, read in self._readings.items():
            value = read()
            if value is not None:
                rows[name].append(((), value))
        for name, count in self._counts.items():
            rows[name] += count().items()
        self._rows = rows
        self._buckets = {name: _accumulate(found) for name, found in self._durations.items()}

    def write(self) -> Iterator[str]:
        """The families of the last `take`, one piece each."""
        rows, prefixes = self._rows, self._prefixes
        for table, kind in ((GAUGES, "gauge"), (COUNTERS, "counter")):
            for name, (_, text) in table.items():
                lines = [f"{prefixes[name, values]}{value!r}\n" for values, value in rows.get(name, ())]
                yield write_header(name, text, kind) + "".join(lines)
        for name, (buckets, total) in self._buckets.items():
            yield write_header(name, HISTOGRAMS[name], "histogram") + _write_histogram(name, buckets, total)

    def _measure_blind(self, feed: Feed, now: int) -> float:
        """Never less than before: a counter that falls reads as a restart, and the wall clock may be set back."""
        status = feed.status
        open_us = max(0, now - status.blind_since) if status.blind_since is not None else 0
        seconds = max((status.blind_us + open_us) / SECOND, self._blind.get(feed.pbx, 0.0))
        self._blind[feed.pbx] = seconds
        return seconds


def _accumulate(durations: Durations) -> tuple[Buckets, float]:
    """Cumulative buckets and the sum, in seconds, as the text format wants them."""
    bounds = [repr(bound / SECOND) for bound in durations.bounds]
    return list(zip((*bounds, "+Inf"), accumulate(durations.counts), strict=True)), durations.total_us / SECOND


def _write_histogram(name: str, buckets: Buckets, total: float) -> str:
    lines = [f'{PREFIX}{name}_bucket{{le="{bound}"}} {count}\n' for bound, count in buckets]
    return "".join((*lines, f"{PREFIX}{name}_count {buckets[-1][1]}\n", f"{PREFIX}{name}_sum {total!r}\n"))


def _take_queues(rows: Rows, feeds: Iterable[Feed], now: int) -> None:
    """Queues of several PBXs that the settings give one id are one queue here."""
    waiting: Counter[str] = Counter()
    waits: dict[str, list[int | None]] = {}
    promises: dict[str, Promise] = {}
    for feed in feeds:
        there = now + (feed.status.clock_offset_us or 0)
        for queue in feed.state.queues.values():
            joins = [visit.joined_at for visit in queue.waiting.values() if visit.phase is VisitPhase.WAITING]
            waiting[queue.id] += len(joins)
            waits.setdefault(queue.id, []).extend(None if join is None else max(0, there - join) for join in joins)
            promises.setdefault(queue.id, queue.rule.promise)
    rows["queue_waiting"] = [((queue,), count) for queue, count in waiting.items()]
    rows["queue_longest_wait_seconds"] = [
        ((queue,), max((wait for wait in found if wait is not None), default=0) / SECOND)
        for queue, found in waits.items()
        if None not in found
    ]
    rows["promise_seconds"] = [((queue,), promise.within_us / SECOND) for queue, promise in promises.items()]
    rows["promise_target_ratio"] = [((queue,), promise.target) for queue, promise in promises.items()]


def _take_agents(rows: Rows, feeds: Iterable[Feed]) -> None:
    serving: dict[str, dict[AgentState, int]] = {}
    present: dict[str, AgentState] = {}
    for feed in feeds:
        ids = {name: queue.id for name, queue in feed.state.queues.items()}
        for queue in ids.values():
            serving.setdefault(queue, dict.fromkeys(AgentState, 0))
        for agent in feed.state.agents.values():
            for name in agent.queues:
                if name in ids:
                    serving[ids[name]][agent.state] += 1
            before = present.get(agent.number, AgentState.OFFLINE)
            present[agent.number] = min(agent.state, before, key=PRESENCE.index)
    rows["agents"] = [
        ((queue, state.value), count) for queue, counts in serving.items() for state, count in counts.items()
    ]
    totals = Counter(present.values())
    rows["agents_distinct"] = [((state.value,), totals[state]) for state in AgentState]


def _take_seats(rows: Rows, feeds: Iterable[Feed]) -> None:
    """A position stands in the settings of every PBX: what counts is where somebody sits, else where it is ready."""
    found: dict[str, Seat] = {}
    for feed in feeds:
        for seat in feed.state.seats.values():
            if seat.id not in found or _rank_seat(seat) > _rank_seat(found[seat.id]):
                found[seat.id] = seat
    totals = Counter(seat.state for seat in found.values())
    rows["seats"] = [((state.value,), totals[state]) for state in SeatState]


def _rank_seat(seat: Seat) -> tuple[bool, bool]:
    return seat.agent is not None, seat.state is not SeatState.UNREACHABLE


def _take_feed(rows: Rows, feed: Feed) -> None:
    status, label = feed.status, (feed.pbx,)
    rows["feed_connected"].append((label, float(status.connected)))
    rows["feed_live"].append((label, float(status.live)))
    for name, value in (
        ("feed_lag_seconds", status.lag_us),
        ("feed_last_event_timestamp_seconds", status.last_event_at),
        ("clock_offset_seconds", status.clock_offset_us),
    ):
        if value is not None:
            rows[name].append((label, value / SECOND))
    counts: Counter[str] = Counter()
    for event, count in feed.events.items():
        counts[name_event(event)] += count
    rows["events_total"] += [((feed.pbx, event), count) for event, count in counts.items()]
