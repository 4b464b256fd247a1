"""How long something takes, counted in buckets: what the parts measure and Prometheus shows."""

from bisect import bisect_left
from dataclasses import dataclass, field


@dataclass(slots=True)
class Durations:
    """A histogram: counts per bucket (not cumulative, the last is everything longer), sum, in microseconds."""

    bounds: tuple[int, ...] = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000)
    counts: list[int] = field(default_factory=list)
    total_us: int = 0
    largest_us: int = 0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, duration_us: int) -> None:
        """Count one duration; a bound belongs to its bucket (`le`)."""
        self.counts[bisect_left(self.bounds, duration_us)] += 1
        self.total_us += duration_us
        self.largest_us = max(self.largest_us, duration_us)
