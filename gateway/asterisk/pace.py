"""How many bytes the kernel gathers before it wakes us (SO_RCVLOWAT, socket(7)): pure.

Law: one, unless the feed is busy. A wake-up costs more than ten events, and Asterisk writes each event on its own: from
some 2,000 events/s on, what comes within `gather_s` is read together. The rate says how many bytes that is, so an
event waits no longer whatever the rate; when it drops, `is_over` says so and the next event comes alone again.
"""

from dataclasses import dataclass

WINDOW_S = 0.05
BUSY_BYTES_S = 850_000.0
"""About 2,000 events/s."""
MOST = 16_384
STEP = 0.25
"""The mark is set anew only when it is off by more."""


@dataclass(slots=True)
class Pace:
    """The rate of one connection and the low-water mark that goes with it."""

    gather_s: float
    low: int = 1
    _began: float = 0.0
    _bytes: int = 0
    _last: float = 0.0

    def see_read(self, nbytes: int, now: float) -> int | None:
        """A read of `nbytes` at `now` (monotonic seconds): the mark to set, or None when it may stay."""
        self._bytes += nbytes
        self._last = now
        span = now - self._began
        if span < WINDOW_S:
            return None
        rate, self._began, self._bytes = self._bytes / span, now, 0
        wanted = min(int(rate * self.gather_s), MOST) if rate >= BUSY_BYTES_S else 1
        if wanted == self.low or (wanted > 1 and abs(wanted - self.low) <= STEP * self.low):
            return None
        self.low = wanted
        return wanted

    def is_over(self, now: float, quiet_s: float) -> bool:
        """Whether nothing was read for `quiet_s`, so that bytes below the mark may lie waiting; then the mark is 1."""
        if now - self._last < quiet_s:
            return False
        self.low, self._began, self._bytes = 1, now, 0
        return True
