"""A scripted day of two agents at one seat, as data: what is done in each part, and which states it must bring.

Law: every expected state names the message on the wire that made it true; nothing is compared with the gateway's own
idea of time.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lab import conversations
from lab.hotline_mix import FREE_SEAT, hotline_numbers
from lab.numbers import call, one
from lab.plan import Group, Step
from lab.play import Player
from lab.scripts import answer, never
from tests.e2e.settings import WRAP_UP_SECONDS
from tests.truth.moments import Finder, after, first_of, when, wrap_up_end

SEAT = 8001
DEVICE = f"PJSIP/{SEAT}"
LEG = f"{DEVICE}-.*"
FIRST, SECOND = "1001", "1002"

BEGAN = when("Newchannel", Channel=LEG)
HUNG_UP = when("Hangup", Channel=LEG)
RANG = when("AgentCalled", Interface=DEVICE)
PICKED_UP = when("DialEnd", DestChannel=LEG, DialStatus="ANSWER")
LEFT_BRIDGE = after(PICKED_UP, "BridgeLeave")  # whichever of the two goes first
STOPPED_RINGING = first_of(when("AgentRingNoAnswer", Interface=DEVICE), when("DialEnd", DestChannel=LEG))
WRAPPED_UP = wrap_up_end(DEVICE, round(WRAP_UP_SECONDS))


@dataclass(frozen=True)
class State:
    """An agent's state that must come, and since when. `brief`: it may be over before anybody asks over HTTP."""

    state: str
    detail: str | None
    since: Finder
    brief: bool = False


@dataclass
class Part:
    """One part of the day: what is done, and which states of `agent` it brings. Filled in while it is played."""

    name: str
    agent: str
    play: Callable[[Player], None]
    states: tuple[State, ...]
    began_at: int = 0
    ended_at: int = 0


def dialled(name: str, agent: str, code: str, *then: State, brief: bool = False) -> Part:
    """A feature code from the seat's phone: while he dials he is in a call of his own."""
    in_call = State("other_call", "internal", BEGAN, brief)
    return Part(name, agent, lambda player: player.play_group(feature(code)), (in_call, *then))


def feature(code: str) -> Group:
    return conversations.feature(hotline_numbers(), "day", SEAT, code)


def signs_in(agent: str) -> Part:
    # the call by which another agent signed out of this seat may end a moment later than he is seen to be gone
    added = when("QueueMemberAdded", Interface=DEVICE)
    states = (
        State("other_call", "internal", added),
        State("available", None, after(added, "Hangup", Channel=LEG)),
    )
    return Part(f"{agent} signs in", agent, lambda player: player.play_group(feature(f"*41{agent}")), states)


def signs_out(agent: str) -> Part:
    gone = State("offline", None, when("QueueMemberRemoved", -1, Interface=DEVICE))
    return dialled(f"{agent} signs out", agent, "*42", gone, brief=True)


def answers(name: str, agent: str, steps: Sequence[Step], *between: State, **scripts: str) -> Part:
    """A caller of the main queue rings the seat and is answered; `between`: what happens until the talk ends."""
    n = hotline_numbers()
    seats = tuple((phone.strip("_"), script) for phone, script in scripts.items())
    planned = replace(call(n, name, n.main[0], seats, list(steps)), visits=())
    states = (
        State("ringing", None, RANG),
        State("talking", None, PICKED_UP),
        *between,
        State("wrap_up", None, LEFT_BRIDGE),
        State("available", None, WRAPPED_UP),
    )
    return Part(name, agent, lambda player: player.play_group(one(planned)), states)


def holds() -> Part:
    steps = [
        Step("picked_up", 0.4, "hold"),
        Step("placed", 0.5, "unhold"),
        Step("placed", 0.4, "hold"),
        Step("placed", 0.5, "unhold"),
        Step("placed", 0.4, "agent_hang_up"),
        Step("placed", 0.3, "hang_up"),
    ]
    states = [
        State(state, None, when(event, nth, Channel=LEG))
        for nth in (1, 2)
        for state, event in (("held", "Hold"), ("talking", "Unhold"))
    ]
    return answers("talks and holds", FIRST, steps, *states, any=answer(0.4, held=True))


def misses() -> Part:
    n = hotline_numbers()
    steps = [Step("missed", 0, "hang_up")]
    planned = replace(call(n, "missed ring", n.main[0], (("any", never()),), steps), visits=())
    states = (
        State("ringing", None, RANG),
        State("available", None, STOPPED_RINGING),
    )
    return Part("misses a ring", FIRST, lambda player: player.play_group(one(planned)), states)


def transfers() -> Part:
    steps = [Step("picked_up", 0.5, "refer", str(FREE_SEAT)), Step("picked_up:2", 0.5, "hang_up")]
    scripts = {f"_{FREE_SEAT}": answer(0.8), "any": answer(0.4)}
    return answers("blind transfer", FIRST, steps, **scripts)


def calls_out() -> Part:
    states = (
        State("other_call", "internal", BEGAN, brief=True),
        State("other_call", "out", when("DialBegin", Channel=LEG)),
        State("available", None, HUNG_UP),
    )
    return Part(
        "outbound",
        FIRST,
        lambda player: player.play_group(conversations.outbound(hotline_numbers(), SEAT, "9")),
        states,
    )


def is_called() -> Part:
    states = (
        State("other_call", "in", when("DialBegin", DestChannel=LEG)),
        State("available", None, HUNG_UP),
    )
    return Part(
        "direct", FIRST, lambda player: player.play_group(conversations.direct(hotline_numbers(), SEAT)), states
    )


def unplugs() -> Part:
    def play(player: Player) -> None:
        player.do(Step("placed", 0, "unplug", str(SEAT)), None)
        time.sleep(0.5)
        player.do(Step("placed", 0, "plug_in", str(SEAT)), None)

    # one event for each queue: nobody can reach him once all say so, somebody can as soon as one does
    gone = when("QueueMemberStatus", -1, Interface=DEVICE, Status="[45]")
    states = (
        State("unreachable", None, gone),
        State("available", None, after(gone, "QueueMemberStatus", Interface=DEVICE, Status="1")),
    )
    return Part("phone unplugged", FIRST, play, states)


def quick_call(number: int) -> Part:
    steps = [Step("picked_up", 0.5, "hang_up")]
    return answers(f"answers call {number}", SECOND, steps, any=answer(0.3))


def whole_day() -> list[Part]:
    """All parts, in order."""
    available = State("available", None, HUNG_UP)
    return [
        signs_in(FIRST),
        holds(),
        dialled("pauses", FIRST, "*431", State("paused", "break", HUNG_UP)),
        dialled("other reason", FIRST, "*434", State("paused", "meeting", HUNG_UP)),
        dialled("unpauses", FIRST, "*44", available),
        misses(),
        transfers(),
        calls_out(),
        is_called(),
        unplugs(),
        signs_out(FIRST),
        signs_in(SECOND),
        *(quick_call(number) for number in range(1, 7)),
        signs_out(SECOND),
    ]
