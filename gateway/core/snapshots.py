"""The conversation that keeps the live state true: which list to ask next, when to look again, when the feed is live.

Pure: asks by returning Requests through `ask`, learns by replies and list items (asterisk-facts 5.3).
"""

from collections.abc import Callable
from typing import Any

from gateway.core import events as ev
from gateway.core import listed as li
from gateway.core.ami import Listed
from gateway.core.follow_agents import see_device, see_member
from gateway.core.rebuild import rebuild_talks, review_holds
from gateway.core.resync import (
    FIRST_PASS,
    LIST_DEADLINE_US,
    MISSING,
    NEXT_PASS,
    PASS_GAP_US,
    PERIOD_US,
    RETRY_US,
    Resync,
    Step,
    see_caller,
    see_channel,
    see_queue,
    sweep,
)
from gateway.core.state import LiveState
from gateway.core.status import FeedStatus

SEE: dict[type, Callable[[LiveState, Any], None]] = {
    ev.MemberSeen: see_member,
    li.QueueListed: see_queue,
    li.CallerListed: see_caller,
    li.ChannelListed: see_channel,
    ev.DeviceChanged: see_device,
}


class Snapshots:
    """Drives one connection's snapshots; `finished` is called when two passes agree on the live state."""

    def __init__(
        self, state: LiveState, status: FeedStatus, ask: Callable[[str], str], finished: Callable[[int], None]
    ) -> None:
        self.state = state
        self.status = status
        self.overdue = False
        self._ask = ask
        self._finished = finished
        self._resync: Resync | None = None
        self._next_at: int | None = None
        self._why = "period"
        self._again = False
        self._given_up = ""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in {"_ask", "_finished"}}

    def bind(self, ask: Callable[[str], str], finished: Callable[[int], None]) -> None:
        """After a restart: where questions go, and who hears that the lists agree."""
        self._ask, self._finished = ask, finished

    def start(self, wall: int) -> None:
        """The login was accepted: two full passes."""
        self._begin("connected", FIRST_PASS, wall)

    def stop(self) -> None:
        """The connection is gone."""
        self._resync = self._next_at = None
        self.overdue = False

    def want(self, why: str, wall: int) -> None:
        """Something does not fit: look again soon, but not in a loop."""
        self._again = self._resync is not None
        if self._resync is None and self._next_at is not None and self._next_at > wall + RETRY_US:
            self._next_at, self._why = wall + RETRY_US, why

    def spoil(self, wall: int) -> None:
        """Part of the stream was thrown away: a list under way is not believed and asked for anew."""
        if self._resync is not None:
            self._resync, self._next_at, self._why = None, wall + RETRY_US, "damaged"

    def tick(self, wall: int) -> None:
        """Begin what is due; notice a list that never ends."""
        resync = self._resync
        if resync is None:
            if self._next_at is not None and wall >= self._next_at:
                self._begin(self._why, NEXT_PASS if self.status.live else FIRST_PASS, wall)
        elif resync.next_at is not None and wall >= resync.next_at:
            resync.next_at = None
            self.state.generation += 1
            self.state.look_again(first=False)
            resync.steps = list(NEXT_PASS)
            self._next_step(resync, wall)
        elif resync.asked_at is not None and wall - resync.asked_at >= LIST_DEADLINE_US:
            self.overdue = True

    @property
    def deadline(self) -> int | None:
        """Gateway time of the next tick wanted."""
        resync = self._resync
        if resync is None:
            return self._next_at
        return resync.next_at if resync.asked_at is None else resync.asked_at + LIST_DEADLINE_US

    # -- what comes back -----------------------------------------------------------------------------------------

    def see_reply(self, reply: dict[str, str], wall: int, now: int) -> bool:
        """A `Response:`; False when it is not ours."""
        resync = self._resync
        if resync is None or not resync.awaited or reply.get("ActionID") != resync.awaited:
            return False
        if reply.get("Response") != "Success":
            if resync.step is not None:
                resync.refused.add(resync.step)
            if resync.step in MISSING:
                self.status.miss(*MISSING[resync.step])
            self._next_step(resync, wall, now)
        elif resync.step is Step.SETTINGS:
            self.status.version = reply.get("AsteriskVersion")
            self.status.system = reply.get("SystemName") or None
            self._next_step(resync, wall, now)
        elif resync.step is Step.FENCE:
            self._next_step(resync, wall, now)
        return True

    def adopt(self, action_id: str) -> None:
        """Take part in a list somebody else asked for: a bare trace has no requests of ours."""
        self._resync = Resync("foreign", [], 0, 0, awaited=action_id)

    def see_item(self, item: Listed, now: int) -> None:
        """One item of a list; believed only under the ActionID that is awaited (asterisk-facts 8.3)."""
        resync = self._resync
        if resync is None or item.action_id != resync.awaited:
            if item.action_id != self._given_up:
                self.state.wonder("foreign_list_item", now, item.action_id)
            return
        resync.items += 1
        SEE[type(item.event)](self.state, item.event)

    def end_list(self, event: li.ListEnded, wall: int, now: int) -> None:
        """`<X>Complete`; ListItems tells whether anything was lost on the way (app_queue.c:11005)."""
        resync = self._resync
        if resync is None or event.action_id != resync.awaited:
            return
        if resync.why == "foreign":
            self._resync = None
            rebuild_talks(self.state, now)
        elif event.items not in (-1, resync.items):
            self.state.wonder("short_list", now, f"{resync.step}: {resync.items} of {event.items}")
            self._resync, self._next_at, self._why = None, wall + RETRY_US, "short_list"
        else:
            self._next_step(resync, wall, now)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _begin(self, why: str, steps: tuple[Step, ...], wall: int) -> None:
        self.state.generation += 1
        self.state.look_again(first=True)
        self._given_up = self._resync.awaited if self._resync is not None else ""
        self._next_at, self._again = None, False
        self._resync = Resync(why, list(steps), 1, self.state.generation)
        self._next_step(self._resync, wall)

    def _next_step(self, resync: Resync, wall: int, now: int = 0) -> None:
        if not resync.steps:
            self._end_pass(resync, wall, now)
            return
        resync.step = resync.steps.pop(0)
        resync.items, resync.asked_at = 0, wall
        resync.awaited = self._ask(resync.step.value)

    def _end_pass(self, resync: Resync, wall: int, now: int) -> None:
        rebuild_talks(self.state, now, not resync.passes_left, resync.first_generation)
        if resync.passes_left:
            resync.passes_left -= 1
            resync.next_at, resync.asked_at, resync.awaited = wall + PASS_GAP_US, None, ""
            return
        sweep(self.state, resync, now)
        if not self.state.live:
            review_holds(self.state, now)
        self.state.look_again(first=True)
        self._resync, self._next_at, self._why = None, wall + (RETRY_US if self._again else PERIOD_US), "period"
        self._finished(now)
