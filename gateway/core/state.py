"""LiveState: one PBX as it is now. `apply(event)` is the only way in, facts the only way out.

What each event does is one row of `APPLY`; the functions live in `follow_*.py`, one file per aggregate.
"""

from collections.abc import Callable
from typing import Any

from gateway.core import events as ev
from gateway.core.follow_agents import remove_member, see_device, see_member
from gateway.core.follow_calls import (
    begin_dial,
    begin_hold,
    create_channel,
    end_dial,
    end_hold,
    enter_bridge,
    hang_up,
    leave_bridge,
    request_hangup,
    request_soft_hangup,
)
from gateway.core.follow_markers import see_marker, see_queue_status
from gateway.core.follow_offers import make_offer, miss_offer
from gateway.core.follow_talk import complete_visit, transfer_attended, transfer_blind
from gateway.core.follow_visits import abandon_queue, connect_agent, dump_agent, join_queue, leave_queue, try_settle
from gateway.core.follow_wrap_up import finish_wrap_up
from gateway.core.live import LiveData

APPLY: dict[type, Callable[[LiveData, Any], None]] = {
    ev.ChannelCreated: create_channel,
    ev.ChannelHungUp: hang_up,
    ev.HangupRequested: request_hangup,
    ev.SoftHangupRequested: request_soft_hangup,
    ev.DialBegun: begin_dial,
    ev.DialEnded: end_dial,
    ev.BridgeEntered: enter_bridge,
    ev.BridgeLeft: leave_bridge,
    ev.HoldBegun: begin_hold,
    ev.HoldEnded: end_hold,
    ev.BlindTransferred: transfer_blind,
    ev.AttendedTransferred: transfer_attended,
    ev.CallerJoined: join_queue,
    ev.CallerLeft: leave_queue,
    ev.CallerAbandoned: abandon_queue,
    ev.AgentCalled: make_offer,
    ev.AgentConnected: connect_agent,
    ev.AgentMissed: miss_offer,
    ev.AgentCompleted: complete_visit,
    ev.AgentDumped: dump_agent,
    ev.MemberSeen: see_member,
    ev.MemberRemoved: remove_member,
    ev.DeviceChanged: see_device,
    ev.QueueStatusSet: see_queue_status,
    ev.MarkerSet: see_marker,
}


class LiveState(LiveData):
    """Live queues, agents, seats, calls and visits of one PBX."""

    def apply(self, event: Any) -> None:
        """Apply one decoded event; facts are appended to `facts` in the order they became true."""
        APPLY[type(event)](self, event)

    def tick(self, now: int) -> None:
        """Let time pass up to `now` (PBX time): settle what waited for evidence, end wrap-ups, forget the dead."""
        for at, kind, key in self.due_timers(now):
            if kind == "settle" and key in self.visits:
                try_settle(self, self.visits[key], waited=True)
            elif kind == "wrap_up" and key in self.agents:
                finish_wrap_up(self, self.agents[key], at)
        self.forget_dead(now)

    @property
    def deadline(self) -> int | None:
        """PBX time of the next timer, or None."""
        return self.timers[0][0] if self.timers else None
