"""One PBX's feed: every input of the core in order, facts and requests out. Synchronous; the shell only carries bytes.

Inputs: connected, logged_in, received, cut, tick, configured. After each the shell drains `facts`, `requests`,
`replies` and `close`. The same inputs give the same outputs, always (law 2).
"""

from typing import Any

from gateway.core import events as ev
from gateway.core import listed as li
from gateway.core.ami import Listed
from gateway.core.clock import PbxClock
from gateway.core.decoding import Decoder
from gateway.core.facts import BlindTime, Fact, FeedDown, FeedUp, PbxRestarted
from gateway.core.follow_agents import reseat
from gateway.core.framing import Framer
from gateway.core.pulse import PONG_US, Pulse
from gateway.core.quarantine import Quarantine
from gateway.core.repair import Repair
from gateway.core.requests import Request, read_reply
from gateway.core.resync import Step, close_all, lose_unexplained
from gateway.core.site import SECOND, Site
from gateway.core.snapshots import Snapshots
from gateway.core.state import APPLY, LiveState
from gateway.core.status import UNTIMED, FeedStatus

QUIET_US = SECOND
"""Without a login nobody answers a fence: what is held is judged when this long nothing more came of it."""


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
        self._wall = self._mono = self._serial = self._overflowed = 0
        self._clock = PbxClock()
        self._closing: tuple[int, str] | None = None
        self._logged_in = self._booted = False
        self._pulse = Pulse(self._clock, self._ask)

    def __setstate__(self, said: dict[str, Any]) -> None:
        self.__dict__.update(said)
        self._snapshots.bind(self._ask, self._go_live)
        self._pulse.bind(self._ask)

    @property
    def events(self) -> dict[str, int]:
        """Messages seen by AMI event name, since the process started."""
        return {name.decode("ascii", "replace"): count for name, count in self.decoder.counts.items()}

    @property
    def _now(self) -> int:
        return self._wall + self._clock.offset

    # -- inputs ------------------------------------------------------------------------------------------------

    def connected(self, wall: int, mono: int, nonce: str) -> None:
        """TCP is up. `nonce` makes this connection's ActionIDs unguessable (asterisk-facts 8.3)."""
        self._wall, self._mono = wall, mono
        self._overflowed += self._framer.overflows
        self._framer = Framer()
        self.decoder.begin()
        self._nonce, self._serial = nonce, 0
        self._forget_connection()
        self._clock.begin()
        self.state.status_visible = False
        self.status.connected = True

    def _forget_connection(self) -> None:
        self._logged_in = self._booted = False
        self._quarantine = self._closing = None
        self._pulse.stop()
        self._snapshots.stop()
        self.close = None
        self.requests.clear()

    def logged_in(self, wall: int, mono: int) -> None:
        """The login was accepted: measure the clock, then take the snapshots, whose items bear no time of their own."""
        self._wall, self._mono = wall, mono
        self._logged_in = True
        self.status.missing = ()
        self._pulse.ping(wall)
        self._snapshots.start(wall)

    def received(self, data: bytes, wall: int, mono: int) -> None:
        """Bytes as they came, in any split."""
        self._wall, self._mono = wall, mono
        self.counters["bytes"] += len(data)
        self.status.last_arrival = wall
        whole, end = self._framer.feed(data)
        self.counters["overflows"] = self._overflowed + self._framer.overflows
        self._take(whole, end)
        if self.decoder.untimed:
            self.status.miss(*UNTIMED)
        last = self.decoder.last_at
        if last and last != self.status.last_event_at:
            self.status.last_event_at = last
            self.status.lag_us = self._now - last

    def cut(self, wall: int, mono: int, reason: str) -> None:
        """The connection is gone. A message cut short is never parsed (asterisk-facts 5.3.10)."""
        self._clock.span(self._wall, self._mono, wall, mono)
        self._wall, self._mono = wall, mono
        if not self._logged_in:
            self._release()
        if self._logged_in:
            lose_unexplained(self.state, self._now)
            self.state.say(FeedDown(self.pbx, wall, reason))
        self.state.live = False
        self.status.go_down(wall, reason, heard=self._logged_in)
        self._forget_connection()

    def tick(self, wall: int, mono: int) -> None:
        """Time has passed; nothing happened."""
        self._wall, self._mono = wall, mono
        self.state.tick(self._now)
        if self._closing is not None:
            if wall - self._closing[0] >= PONG_US:
                self._end(self._closing[1])
            return
        if not self._logged_in:
            if self._quarantine is not None and wall - self._quarantine.began_at >= QUIET_US:
                self._release()
            return
        fenced_at = self._quarantine.began_at if self._quarantine is not None else wall
        if wall - fenced_at >= PONG_US or not self._pulse.tick(wall):
            self._end("half_open")
            return
        self._snapshots.tick(wall)
        if self._snapshots.overdue:
            self._end("list_timeout")

    def _end(self, reason: str) -> None:
        """Want the connection closed; said again when nobody obeys."""
        self._closing = self._wall, reason
        self.close = self.close or reason

    def configured(self, site: Site, wall: int) -> None:
        """The settings were loaded anew."""
        self._wall = wall
        self.state.configure(site)
        reseat(self.state, self._now)

    @property
    def deadline(self) -> int | None:
        """Gateway time at which the next tick is wanted."""
        timer = self.state.deadline
        wanted = [timer - self._clock.offset] if timer is not None else []
        if self._closing is not None:
            return min([*wanted, self._closing[0] + PONG_US])
        if self._quarantine is not None:
            wanted.append(self._quarantine.began_at + (PONG_US if self._logged_in else QUIET_US))
        if self._logged_in:
            wanted += [at for at in (self._pulse.deadline, self._snapshots.deadline) if at is not None]
        return min(wanted) if wanted else None

    # -- bytes -------------------------------------------------------------------------------------------------

    def _take(self, data: bytes, end: int) -> None:
        """Decode whole messages and apply them; at the first one not believed, hold what follows until a fence."""
        place = 0
        while place < end:
            if self._quarantine is None:
                place = self._read(data, place, end)
            else:
                place = self._hold(self._quarantine, data, place, end)

    def _read(self, data: bytes, place: int, end: int) -> int:
        out: list[Any] = []
        fault = self.decoder.decode(data, place, end, self._now, out)
        self._apply(out)
        if fault is None:
            return end
        self._distrust(fault.reason)
        return fault.place

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
        elif type(event) is li.ListEnded:
            self._snapshots.end_list(event, self._wall, self._now)
        elif type(event) is ev.Booted:
            self._see_boot(event)
        elif type(event) is ev.ShutDown:
            self.status.reason = "the PBX is shutting down"
        elif type(event) is ev.Reloaded:
            self._snapshots.want("reload", self._wall)

    def _distrust(self, reason: str) -> None:
        """Apply nothing more until a fence; without a login nobody would answer one."""
        self.counters["faults"] += 1
        self.state.wonder("damaged_message", self._now, reason)
        self._quarantine = Quarantine(self._ask(Step.FENCE.value) if self._logged_in else "", self._wall)

    def _hold(self, quarantine: Quarantine, data: bytes, place: int, end: int) -> int:
        stop = quarantine.hold(data, place, end)
        if stop is not None:
            self._release()
        elif quarantine.is_full:
            self._end("hostile_stream")
        return end if stop is None else stop

    def _release(self) -> None:
        """Apply what of the held stream may be believed; the snapshots mend what was lost."""
        quarantine, self._quarantine = self._quarantine, None
        if quarantine is None:
            return
        secret = f"hl-{self._nonce}-".encode() if quarantine.fence_id else b""
        repair = Repair(
            quarantine.held, self.decoder.check, self.decoder.shapes, secret, cut_short=not quarantine.fence_id
        )
        saved = repair.salvage() if quarantine.fence_id else repair.salvage_first()
        self.counters["mended"] += saved.mended
        self.counters["dropped"] += saved.dropped
        self._take(saved.stream, len(saved.stream))
        if quarantine.fence_id and not saved.mended:
            self._snapshots.spoil(self._wall)
        self._snapshots.want("damaged", self._wall)

    # -- replies and requests ------------------------------------------------------------------------------------

    def _ask(self, action: str) -> str:
        self._serial += 1
        action_id = f"hl-{self._nonce}-{self._serial}"
        self.requests.append(Request(action, action_id))
        return action_id

    def _see_reply(self, frame: bytes) -> None:
        reply = read_reply(frame)
        action_id = reply.get("ActionID", "")
        if self._pulse.see_reply(reply, self._wall):
            self.status.clock_offset_us = self._clock.offset
        elif self._snapshots.see_reply(reply, self._wall, self._now):
            return
        elif self._foreign_lists and reply.get("EventList") == "start":
            self._snapshots.adopt(action_id)
        elif not self._nonce or not action_id.startswith(f"hl-{self._nonce}-"):
            self.replies.append(frame)

    def _see_boot(self, event: ev.Booted) -> None:
        """FullyBooted: Uptime says whether this is the PBX we knew. Asterisk says it once per connection."""
        if self._booted:
            self.state.wonder("second_boot", self._now, event.uptime)
            return
        self._booted = True
        if self._logged_in:
            # Logged in while the PBX still booted: what was refused or empty then may be there now (manager.c:3396).
            self.status.missing = ()
            self._snapshots.start(self._wall)
        if event.uptime < 0:
            return
        self.status.started_at = self._now - event.uptime * SECOND
        if self._clock.see_uptime(event.uptime, self._mono):
            self.state.say(PbxRestarted(self.pbx, self._now, self.status.started_at))
            close_all(self.state, self._now)

    def _go_live(self, now: int) -> None:
        """Two snapshots agree: the live state is complete, and what was blind is over."""
        if self.status.live:
            return
        self.state.live = True
        blind = self.status.come_up(self._wall)
        if self._clock.booted is not None:
            # Read once more: at the login the PBX's clock was not known yet.
            self.status.started_at = now - (self._mono - self._clock.booted)
        else:
            self.status.miss("read=system (FullyBooted)", "a PBX restart is not told from a network cut")
        if blind is not None:
            self.state.say(BlindTime(self.pbx, self._wall, *blind, "snapshot"))
        self.state.say(FeedUp(self.pbx, now, self.status.version, self.status.started_at))
