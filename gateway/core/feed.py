"""One PBX's feed: every input of the core in order, facts and requests out. Synchronous; the shell only carries bytes.

Inputs: connected, logged_in, received, cut, tick, configured. After each the shell drains `facts`, `requests`,
`replies` and `close`. The same inputs give the same outputs, always (law 2).
"""

from typing import Any

from gateway.core import events as ev
from gateway.core.ami import Listed
from gateway.core.decoding import Decoder
from gateway.core.facts import BlindTime, Fact, FeedDown, FeedUp, PbxRestarted
from gateway.core.framing import Framer
from gateway.core.quarantine import Quarantine
from gateway.core.repair import salvage
from gateway.core.requests import Request, read_reply
from gateway.core.resync import Step, close_all
from gateway.core.site import SECOND, Site
from gateway.core.snapshots import Snapshots
from gateway.core.state import APPLY, LiveState
from gateway.core.status import FeedStatus

PING_US = SECOND
"""A Ping a second finds a dead peer and flushes events a lost wake-up holds back (asterisk-facts 1.6)."""
PONG_US = 4 * SECOND
TRIP_AGING_US = 50
"""The best trip is forgotten slowly, so that a clock that was set is followed within minutes."""
BOOT_SLACK_US = 3 * SECOND
"""Uptime is in whole seconds; two readings of one boot differ by less than this."""


class Feed:
    """The core of one PBX. Not thread-safe; times are arguments; never raises on any bytes."""

    def __init__(self, pbx: str, site: Site, blind_since: int | None = None, foreign_lists: bool = False) -> None:
        self.pbx = pbx
        self.state = LiveState(pbx, site)
        self.status = FeedStatus(blind_since=blind_since)
        self.decoder = Decoder()
        self.facts: list[Fact] = self.state.facts
        self.requests: list[Request] = []
        self.replies: list[bytes] = []
        self.close: str | None = None
        self.counters = {"bytes": 0, "faults": 0, "mended": 0, "dropped": 0, "overflows": 0}
        self._framer = Framer()
        self._snapshots = Snapshots(self.state, self.status, self._ask, self._go_live)
        self._quarantine: Quarantine | None = None
        self._foreign_lists = foreign_lists
        self._nonce = ""
        self._serial = 0
        self._wall = 0
        self._offset = 0
        self._best_trip = 1 << 62
        self._logged_in = False
        self._pinged_at: int | None = None
        self._ping_id = ""
        self._next_ping = 0

    @property
    def events(self) -> dict[str, int]:
        """Messages seen by AMI event name, since the process started."""
        return {name.decode("ascii", "replace"): count for name, count in self.decoder.counts.items()}

    @property
    def _now(self) -> int:
        """The PBX's clock, as far as it is known."""
        return self._wall + self._offset

    # -- inputs ------------------------------------------------------------------------------------------------

    def connected(self, wall: int, mono: int, nonce: str) -> None:
        """TCP is up. `nonce` makes this connection's ActionIDs unguessable (asterisk-facts 8.3)."""
        self._wall = wall
        self._framer = Framer()
        fresh = Decoder()
        fresh.counts = self.decoder.counts
        self.decoder = fresh
        self._nonce, self._serial = nonce, 0
        self._forget_connection()
        self._best_trip = 1 << 62
        self.status.connected = True

    def _forget_connection(self) -> None:
        self._logged_in = False
        self._quarantine = self._pinged_at = None
        self._snapshots.stop()
        self.close = None
        self.requests.clear()

    def logged_in(self, wall: int, mono: int) -> None:
        """The login was accepted: start the snapshots."""
        self._wall = wall
        self._logged_in = True
        self.status.missing = ()
        self._next_ping = wall + PING_US
        self._snapshots.start(wall)

    def received(self, data: bytes, wall: int, mono: int) -> None:
        """Bytes as they came, in any split."""
        self._wall = wall
        self.counters["bytes"] += len(data)
        self.status.last_arrival = wall
        pieces = self._framer.feed(data)
        self.counters["overflows"] = self._framer.overflows
        if self._quarantine is not None:
            self._hold(self._quarantine, pieces)
        elif pieces:
            self._take(pieces)
        if self.decoder.untimed:
            self.status.miss(
                "timestampevents=yes", "durations run on arrival time, so milliseconds depend on the network"
            )
        last = self.decoder.last_at
        if last and last != self.status.last_event_at:
            self.status.last_event_at = last
            self.status.lag_us = self._now - last

    def cut(self, wall: int, mono: int, reason: str) -> None:
        """The connection is gone. A message cut short is never parsed (asterisk-facts 5.3.10)."""
        self._wall = wall
        status = self.status
        if self._logged_in:
            status.blind_since = status.blind_since if status.blind_since is not None else status.last_arrival
            self.state.say(FeedDown(self.pbx, wall, reason))
        status.connected = status.live = self.state.live = False
        status.since, status.reason = wall, reason
        self._forget_connection()

    def tick(self, wall: int, mono: int) -> None:
        """Time has passed; nothing happened."""
        self._wall = wall
        self.state.tick(self._now)
        if not self._logged_in:
            return
        fence = self._quarantine.began_at if self._quarantine is not None else self._pinged_at
        waiting = min(at for at in (fence, self._pinged_at, wall) if at is not None)
        if wall - waiting >= PONG_US:
            self.close = self.close or "half_open"
        elif self._pinged_at is None and wall >= self._next_ping:
            self._pinged_at, self._ping_id = wall, self._ask(Step.FENCE.value)
        self._snapshots.tick(wall)
        if self._snapshots.overdue:
            self.close = self.close or "list_timeout"

    def configured(self, site: Site, wall: int) -> None:
        """The settings were loaded anew."""
        self._wall = wall
        self.state.configure(site)

    @property
    def deadline(self) -> int | None:
        """Gateway time at which the next tick is wanted."""
        timer = self.state.deadline
        wanted = [timer - self._offset] if timer is not None else []
        if self._logged_in:
            wanted.append(self._next_ping if self._pinged_at is None else self._pinged_at + PONG_US)
            if self._quarantine is not None:
                wanted.append(self._quarantine.began_at + PONG_US)
            if self._snapshots.deadline is not None:
                wanted.append(self._snapshots.deadline)
        return min(wanted) if wanted else None

    # -- bytes -------------------------------------------------------------------------------------------------

    def _take(self, pieces: list[bytes]) -> None:
        """Decode a batch, then apply it; at the first message not believed, hold what follows until a fence."""
        out: list[Any] = []
        fault = self.decoder.decode(pieces, self._now, out)
        self._apply(out)
        if fault is not None:
            self._distrust(pieces[fault.place :], fault.reason)

    def _apply(self, out: list[Any]) -> None:
        state = self.state
        for event in out:
            follow = APPLY.get(type(event))
            if follow is not None:
                follow(state, event)
            else:
                self._route(event)
        while state.hints:
            self.status.miss_class(state.hints.pop(), self.decoder.counts)
        if state.resync_wanted is not None:
            self._snapshots.want(state.resync_wanted, self._wall)
            state.resync_wanted = None

    def _route(self, event: Any) -> None:
        if type(event) is Listed:
            self._snapshots.see_item(event, self._now)
        elif type(event) is bytes:
            self._see_reply(event)
        elif type(event) is ev.ListEnded:
            self._snapshots.end_list(event, self._wall, self._now)
        elif type(event) is ev.Booted:
            self._see_boot(event)
        elif type(event) is ev.ShutDown:
            self.status.reason = "the PBX is shutting down"
        elif type(event) is ev.Reloaded:
            self._snapshots.want("reload", self._wall)

    # -- a forged or truncated message ---------------------------------------------------------------------------

    def _distrust(self, pieces: list[bytes], reason: str) -> None:
        """Apply nothing more until the fence; without a login nobody would answer it, so judge at once."""
        self.counters["faults"] += 1
        self.state.wonder("damaged_message", self._now, reason)
        quarantine = self._quarantine = Quarantine(self._ask(Step.FENCE.value) if self._logged_in else "", self._wall)
        self._hold(quarantine, pieces)
        if not quarantine.fence_id:
            self._release(quarantine, [])

    def _hold(self, quarantine: Quarantine, pieces: list[bytes]) -> None:
        rest = quarantine.hold(pieces)
        if rest is not None:
            self._release(quarantine, rest)
        elif quarantine.is_full:
            self.close = self.close or "hostile_stream"

    def _release(self, quarantine: Quarantine, rest: list[bytes]) -> None:
        """Apply what of the held pieces may be believed, then go on; the snapshots mend what was lost."""
        self._quarantine = None
        held = quarantine.pieces
        faults = [place for place, piece in enumerate(held) if self.decoder.decode([piece], 0, []) is not None]
        if faults:
            saved = salvage(held, faults)
            self.counters["mended"] += saved.mended
            self.counters["dropped"] += saved.dropped
            held = saved.pieces
        out: list[Any] = []
        for piece in held:
            self.decoder.decode([piece], self._now, out)
        self._apply(out)
        self._snapshots.want("damaged", self._wall)
        if rest:
            self._take(rest)

    # -- replies and requests ------------------------------------------------------------------------------------

    def _ask(self, action: str) -> str:
        self._serial += 1
        action_id = f"hl-{self._nonce}-{self._serial}"
        self.requests.append(Request(action, action_id))
        return action_id

    def _see_reply(self, frame: bytes) -> None:
        reply = read_reply(frame)
        action_id = reply.get("ActionID", "")
        if action_id == self._ping_id and self._pinged_at is not None:
            self._see_pong(reply, self._pinged_at)
        elif self._snapshots.see_reply(reply, self._wall, self._now):
            return
        elif self._foreign_lists and reply.get("EventList") == "start":
            self._snapshots.adopt(action_id)
        elif not self._nonce or not action_id.startswith(f"hl-{self._nonce}-"):
            self.replies.append(frame)

    def _see_pong(self, reply: dict[str, str], sent: int) -> None:
        """The PBX's clock against ours: the sample with the shortest trip is the truest."""
        self._pinged_at = None
        self._next_ping = self._wall + PING_US
        stamp = reply.get("Timestamp", "").replace(".", "")
        trip = self._wall - sent
        if not (stamp.isdigit() and len(stamp) == 16) or trip < 0:
            return
        if trip <= self._best_trip:
            self._best_trip = trip
            self._offset = int(stamp) - (sent + self._wall) // 2
            self.status.clock_offset_us = self._offset
        else:
            self._best_trip += TRIP_AGING_US

    def _see_boot(self, event: ev.Booted) -> None:
        """FullyBooted: Uptime says whether this is the PBX we knew."""
        if self._logged_in:
            # Logged in while the PBX still booted: what was refused or empty then may be there now (manager.c:3396).
            self.status.missing = ()
            self._snapshots.start(self._wall)
        if event.uptime < 0:
            return
        started = self._now - event.uptime * SECOND
        known = self.status.started_at
        self.status.started_at = started
        if known is not None and started > known + BOOT_SLACK_US:
            self.state.say(PbxRestarted(self.pbx, self._now, started))
            close_all(self.state, self._now)

    def _go_live(self, now: int) -> None:
        """Two snapshots agree: the live state is complete, and what was blind is over."""
        status = self.status
        if status.live:
            return
        status.live = self.state.live = True
        reason, status.since, status.reason = status.reason, self._wall, None
        if status.started_at is None:
            status.miss("read=system (FullyBooted)", "a PBX restart is not told from a network cut")
        if status.blind_since is not None:
            status.blind_us += self._wall - status.blind_since
            self.state.say(BlindTime(self.pbx, self._wall, status.blind_since, reason or "start", "snapshot"))
            status.blind_since = None
        self.state.say(FeedUp(self.pbx, now, status.version, status.started_at))
