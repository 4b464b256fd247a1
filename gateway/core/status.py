"""How well one PBX's feed is seen: connected, live, lag, clock offset, blind time, what is missing."""

from dataclasses import dataclass

MISSING_CLASS = {
    "call": ("read=call (Newchannel, Hangup, Bridge*)", b"Newchannel",
             "calls, hang-ups, ends of talk, other calls: visits are known only from snapshots"),
    "agent": ("read=agent (QueueCaller*, Agent*)", b"QueueCallerJoin",
              "every visit: joins are known to the second, answers not at all"),
    "dialplan": ("read=dialplan (VarSet QUEUESTATUS) or the exit marker of our dialplan", None,
                 "timeout, left_empty and withdrawn are told as unknown, refused is not seen"),
}  # fmt: skip
"""{read class: (what is missing, an event that proves it is not, which figure it makes wrong)}."""


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

    def miss_class(self, name: str, counts: dict[bytes, int]) -> None:
        """An event of a read class ought to have come: missing, unless others of the class do come."""
        what, proof, figure = MISSING_CLASS[name]
        if proof is None or proof not in counts:
            self.miss(what, figure)

    def miss(self, what: str, figure: str) -> None:
        """Remember once what is missing and which figure it makes wrong."""
        if (what, figure) not in self.missing:
            self.missing = (*self.missing, (what, figure))
