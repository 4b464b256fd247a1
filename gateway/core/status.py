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
UNTIMED = "timestampevents=yes", "durations run on arrival time, so milliseconds depend on the network"


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

    def go_down(self, wall: int, reason: str, heard: bool) -> None:
        """The connection is gone or never came; `heard`: it was logged in, so what was seen ends with its last byte."""
        if heard and self.blind_since is None:
            self.blind_since = self.last_arrival
        if self.live or self.since is None:
            self.since = wall
        self.connected = self.live = False
        self.reason = reason

    def come_up(self, wall: int) -> tuple[int, str] | None:
        """The live state is complete; since when and why it was blind before, if it was."""
        blind = (self.blind_since, self.reason or "start") if self.blind_since is not None else None
        self.blind_us += wall - blind[0] if blind is not None else 0
        self.live, self.since, self.reason, self.blind_since = True, wall, None, None
        return blind

    def miss_class(self, name: str, counts: dict[bytes, int]) -> None:
        """An event of a read class ought to have come: missing, unless others of the class do come."""
        what, proof, figure = MISSING_CLASS[name]
        if proof is None or proof not in counts:
            self.miss(what, figure)

    def miss(self, what: str, figure: str) -> None:
        """Remember once what is missing and which figure it makes wrong."""
        if (what, figure) not in self.missing:
            self.missing = (*self.missing, (what, figure))
