"""What a phone's user does during a call: the farm's half of the steps in a plan."""

from collections.abc import Callable

from lab.farm import Call
from lab.farm.calls import Leg


def agent(call: Call) -> Leg:
    """The phone that picked up last and still talks, else the last that picked up."""
    legs = call.picked_up()
    talking = [leg for leg in legs if leg.ended_at is None]
    return (talking or legs)[-1]


def first_agent(call: Call) -> Leg:
    """The phone that picked up first."""
    return call.picked_up()[0]


def consult(call: Call, what: str) -> None:
    """The agent's second line calls `what`; goes on when it is answered there."""
    leg = call.farm.consult(call.placed, agent(call), what)
    call.farm.wait(f"consultation with {what} up", lambda: leg.up_at is not None, 10)


def connect(call: Call, _: str) -> None:
    """Caller and consulted party are joined by the phone."""
    call.connect(agent_of_consultation(call), call.placed.consultations[-1])


def agent_of_consultation(call: Call) -> Leg:
    phone = call.placed.consultations[-1].phone
    return next(leg for leg in call.picked_up() if leg.phone == phone)


PHONE_DEEDS: dict[str, Callable[[Call, str], None]] = {
    "hang_up": lambda call, _: call.hang_up(),
    "press": lambda call, what: call.press(what),
    "agent_hang_up": lambda call, _: call.hang_up(agent(call)),
    "agent_press": lambda call, what: call.press(what, agent(call)),
    "first_agent_press": lambda call, what: call.press(what, first_agent(call)),
    "hold": lambda call, _: call.hold(agent(call)),
    "unhold": lambda call, _: call.unhold(agent(call)),
    "consult": consult,
    "connect": connect,
    "refer": lambda call, what: call.refer(agent(call), what),
}
