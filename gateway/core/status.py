"""How well one PBX's feed is seen: connected, live, lag, clock offset, blind time, what is missing."""

from dataclasses import dataclass


@dataclass(slots=True)
class FeedStatus:
    """Read by readyz, metrics and every live answer. Times UTC µs on the gateway's clock unless said otherwise."""

    connected: bool = False
    live: bool = False
    since: int | None = None
    reason: str | None = "never connected"
    version: str | None = None
    system: str | None = None
    started_at: int | None = None
    """When the PBX booted, on its own clock, from FullyBooted's Uptime."""
    last_event_at: int | None = None
    last_arrival: int | None = None
    lag_us: int | None = None
    clock_offset_us: int | None = None
    """PBX clock minus gateway clock."""
    blind_us: int = 0
    blind_since: int | None = None
    missing: tuple[tuple[str, str], ...] = ()
    """(what is missing, which figure it makes wrong)"""

    def miss(self, what: str, figure: str) -> None:
        if (what, figure) not in self.missing:
            self.missing = (*self.missing, (what, figure))
