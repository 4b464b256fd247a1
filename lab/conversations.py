"""Scenarios of talking: answered calls, hold, transfers, survey, feature codes, and calls that see no queue.

Law: each function returns calls with their steps and the outcome that must come about.
"""

from dataclasses import replace

from lab.numbers import Numbers, anybody, call, deed, one, slowly
from lab.plan import Group, PlannedCall, Step, Visit
from lab.scripts import answer


def answered(n: Numbers, to: tuple[str, str], after: float, talk: float, ended_by: str = "caller") -> Group:
    """A phone picks up `after` s; caller or agent hangs up after `talk` s."""
    steps = [
        Step("picked_up", talk, "hang_up" if ended_by == "caller" else "agent_hang_up"),
        Step("placed", 0.5, "hang_up"),
    ]
    planned = call(n, f"answered_{ended_by}_ends", to[0], anybody(after), steps, Visit(to[1], "answered", ended_by, 1))
    return one(planned)


def hold(n: Numbers, seat: int) -> Group:
    """The agent puts the caller on hold twice."""
    number, queue = n.main
    steps = [
        Step("picked_up", 0.6, "hold"),
        Step("placed", 1.2, "unhold"),
        Step("placed", 0.5, "hold"),
        Step("placed", 0.8, "unhold"),
        Step("placed", 0.5, "agent_hang_up"),
        Step("placed", 0.5, "hang_up"),
    ]
    return one(call(n, "hold", number, n.picks_up(seat, 0.5, held=True), steps, Visit(queue, "answered", "agent", 1)))


def blind_refer(n: Numbers, seat: int, target: int) -> Group:
    """The phone's transfer key (REFER) to another seat, which picks up."""
    number, queue = n.main
    seats = ((str(target), answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [Step("picked_up", 0.8, "refer", str(target)), Step("picked_up:2", 0.8, "hang_up")]
    return one(call(n, "blind_transfer_refer", number, seats, steps, Visit(queue, "answered", "blind_transfer", 1)))


def blind_code(n: Numbers, seat: int, target: int, code: str) -> Group:
    """Blind transfer by feature code."""
    number, queue = n.main
    seats = ((str(target), answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 0.8, "agent_press", str(target)),
        Step("picked_up:2", 0.8, "hang_up"),
    ]
    return one(call(n, "blind_transfer_code", number, seats, steps, Visit(queue, "answered", "blind_transfer", 1)))


def attended(n: Numbers, seat: int, target: str, code: str, then: Visit | None = None) -> Group:
    """The agent consults `target` (a seat, or a queue's number), then joins the two by the same code and is out.

    Not by hanging up: on a busy machine app_queue then finds his channel gone and logs COMPLETEAGENT (seen on 16.28).
    """
    number, queue = n.main
    seats = ((target, answer(1.6)), *n.picks_up(seat, 0.5))
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 1.0, "agent_press", target),
        Step("picked_up:2", 1.5, "first_agent_press", code),
        Step("placed", 1.5, "hang_up"),
    ]
    name = "attended_transfer_into_queue" if then else "attended_transfer"
    visits = [Visit(queue, "answered", "attended_transfer", 1), *([then] if then else [])]
    return one(call(n, name, number, seats, steps, *visits))


def attended_by_phone(n: Numbers, to: tuple[str, str], target: str, then: Visit | None = None) -> Group:
    """The agent consults on his phone's second line and joins the calls by REFER with Replaces.

    `then`: the visit when `target` leads into a queue, where nobody has answered yet at the transfer.
    """
    number, queue = to
    steps = [
        Step("picked_up", 0.8, "consult", target),
        Step("placed", 1.0, "connect"),
        Step("picked_up:2", 1.5, "hang_up"),
    ]
    first = Visit(queue, "answered", "attended_transfer", 1)
    if then is None:
        return one(call(n, "attended_by_phone", number, anybody(0.4), steps, first))
    planned = call(n, "attended_by_phone_into_queue", number, anybody(0.4), steps, first, then)
    return one(planned, *slowly(n.last_seat))


def attended_while_waiting(n: Numbers, seat: int, target: str, code: str) -> Group:
    """The agent asks for another queue and is out before anybody answers there: the caller waits on in his place."""
    number, queue = n.main
    then = n.last[1]
    seats = n.picks_up(seat, 0.5)
    steps = [
        Step("picked_up", 0.8, "agent_press", code),
        Step("placed", 1.0, "agent_press", target),
        Step("ringing_phone:" + str(n.last_seat), 0.7, "first_agent_press", code),
        Step("picked_up:2", 1.5, "hang_up"),
    ]
    visits = (
        Visit(queue, "answered", "attended_transfer", 1),
        Visit(then, "answered", "caller", 2, "consult"),
    )
    planned = call(n, "attended_transfer_while_waiting", number, seats, steps, *visits)
    return one(planned, *slowly(n.last_seat))


def survey(n: Numbers, score: str) -> Group:
    """The agent hangs up first, the caller gives a score."""
    number, queue = n.survey
    steps = [Step("picked_up", 1, "agent_hang_up"), Step("placed", 1.5, "press", score), Step("ended", 0, "wait")]
    planned = call(n, "survey", number, anybody(0.5), steps, Visit(queue, "answered", "agent", 1))
    return one(replace(planned, survey=score))


def feature(n: Numbers, scenario: str, seat: int, code: str, afterwards: tuple[Step, ...] = ()) -> Group:
    """A seat's phone dials a feature code; the PBX answers, confirms and hangs up."""
    steps = (Step("ended", 0, "wait"),)
    return one(PlannedCall(n.next(), scenario, code, (), steps, (), str(seat), "feature"), (), afterwards)


def sign_in(n: Numbers, seat: int, agent: int) -> Group:
    """The agent sits down at the seat."""
    return feature(n, "sign_in", seat, f"*41{agent}", (deed("agent_at", f"{seat} {agent}"),))


def internal(n: Numbers, seat: int, target: int) -> Group:
    """Seat calls seat."""
    seats = ((str(target), answer(0.5)),)
    steps = (Step("picked_up", 1, "hang_up"),)
    return one(PlannedCall(n.next(), "internal", str(target), seats, steps, (), str(seat), "internal"))


def outbound(n: Numbers, seat: int, prefix: str) -> Group:
    """Seat calls a citizen over the trunk."""
    number = "13812345678"
    steps = (Step("picked_up", 1.2, "hang_up"),)
    seats = ((number, answer(0.7)), ("any", answer(0.7)))
    return one(PlannedCall(n.next(), "outbound", prefix + number, seats, steps, (), str(seat), "outbound"))


def direct(n: Numbers, seat: int) -> Group:
    """A caller dials the number of a seat, no queue."""
    steps = (Step("picked_up", 1, "agent_hang_up"),)
    return one(PlannedCall(n.next(), "direct", str(seat), ((str(seat), answer(0.6)),), steps))


def redirected_talking(n: Numbers, to: tuple[str, str]) -> Group:
    """A supervisor takes the caller out of the conversation: the agent is free at once, the log says so much later."""
    number, queue = to
    steps = [Step("picked_up", 1, "redirect", n.moved_to), Step("placed", 1.5, "hang_up")]
    return one(call(n, "redirected_talking", number, anybody(0.5), steps, Visit(queue, "answered", None, 1)))


def cleared_agent(n: Numbers, to: tuple[str, str]) -> Group:
    """The agent's channel is ended by AMI Hangup: Asterisk reports that as the caller's doing."""
    number, queue = to
    steps = [Step("picked_up", 1, "clear_agent"), Step("placed", 0.5, "hang_up")]
    return one(call(n, "agent_leg_cleared", number, anybody(0.5), steps, Visit(queue, "answered", None, 1)))
