"""Seats: positions with a device. What a seat shows is the state of who sits there; an empty one may be unplugged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.core.queues import UNREACHABLE
from gateway.core.words import AgentState, SeatState

if TYPE_CHECKING:
    from gateway.core.agents import Agent


@dataclass(slots=True)
class Seat:
    """One position (坐席). `agent` is the number of who signed in there, or None."""

    id: str
    device: str
    name: str
    agent: str | None = None
    state: SeatState = SeatState.EMPTY
    since: int | None = None
    device_status: int = 0


_OCCUPIED = {state: SeatState(state.value) for state in AgentState if state is not AgentState.OFFLINE}


def judge_seat(device_status: int, occupant: "Agent | None") -> SeatState:
    """State of a position from its device (0..8) and its occupant."""
    if occupant is not None and occupant.state is not AgentState.OFFLINE:
        return _OCCUPIED[occupant.state]
    return SeatState.UNREACHABLE if device_status in UNREACHABLE else SeatState.EMPTY
