"""The PBX's clock against ours, measured by Ping; and by its Uptime, whether it is still the boot we knew."""

from gateway.core.site import SECOND

TRIP_AGING_US = 50
"""The best trip is forgotten slowly, so that a clock that was set is followed within minutes."""
STEP_US = SECOND
"""A sample this far off is no jitter of the network: the clock was set."""
BOOT_SLACK_US = 3 * SECOND
"""Uptime is in whole seconds; two readings of one boot differ by less than this."""
NO_TRIP = 1 << 62


class PbxClock:
    """What is known of one PBX's clock. `offset` is PBX minus gateway in µs, 0 until the first sample."""

    def __init__(self) -> None:
        self.offset = 0
        self.booted: int | None = None
        """When the PBX booted, on the gateway's monotonic clock: no clock that is set makes a restart of it."""
        self._best_trip = NO_TRIP

    def begin(self) -> None:
        """A new connection: trips of the old one say nothing of the new network path."""
        self._best_trip = NO_TRIP

    def span(self, last_wall: int, last_mono: int, wall: int, mono: int) -> None:
        """Both clocks as they were last read and are now: when the machine booted, its monotonic clock began anew."""
        if mono < last_mono and self.booted is not None:
            self.booted -= (wall - mono) - (last_wall - last_mono)

    def sample(self, stamp: str, sent: int, received: int) -> bool:
        """A Pong's `<sec>.<usec>` with the times of question and answer. True when the offset is measured by it.

        The sample with the shortest trip is the truest; one that differs by more than its trip can explain is a new
        clock.
        """
        digits = stamp.replace(".", "")
        trip = received - sent
        if not (digits.isascii() and digits.isdigit() and len(digits) == 16) or trip < 0:
            return False
        offset = int(digits) - (sent + received) // 2
        if trip > self._best_trip and abs(offset - self.offset) < trip + STEP_US:
            self._best_trip += TRIP_AGING_US
            return False
        self._best_trip, self.offset = trip, offset
        return True

    def see_uptime(self, seconds: int, mono: int) -> bool:
        """FullyBooted's Uptime. True when the PBX booted anew since it was last seen."""
        booted, known = mono - seconds * SECOND, self.booted
        self.booted = booted
        return known is not None and booted > known + BOOT_SLACK_US
