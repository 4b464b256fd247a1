"""The mix for the plain variant (lab/plain): static members, ringall and others, no markers."""

from lab import scenarios as s
from lab.plan import Group, Lane, Phase, Step, Visit
from lab.scripts import answer, busy, decline, never


def plain_numbers() -> s.Numbers:
    """The numbers of lab/plain/extensions.conf."""
    return s.Numbers(
        main=("12345", "hotline"),
        second=("12315", "enterprise"),
        single=("12333", "yi"),
        last=("12320", "overflow"),
        alone=("12301", "alone"),
        small=("12302", "small"),
        short=("12305", "yi"),
        again=("12307", "yi"),
        onward=("12306", "yi", "overflow"),
        survey=("12308", "hotline"),
    )


def plain_phases(n: s.Numbers) -> tuple[Phase, ...]:
    """The phases."""
    main = (
        s.answered(n, n.main, 0.8, 1.2),
        s.answered(n, n.main, 0.5, 1.0, "agent"),
        s.hold(n, 8002),
        s.blind_refer(n, 8001, 8003),
        s.blind_code(n, 8002, 8001, "##"),
        s.attended(n, 8003, "8002", "*2"),
        s.survey(n, 8001, "4"),
    )
    second = (s.answered(n, n.second, 0.6, 1.0), s.answered(n, ("12304", "hotline"), 0.6, 1.0))
    lanes = (Lane("main", main), Lane("second", second), Lane("single", single(n)), Lane("alone", alone(n)))
    return Phase("everyday", lanes), across(n), disturbed(n)


def single(n: s.Numbers) -> tuple[Group, ...]:
    """One agent: what happens to callers he does not get to, and when his phone is not answered."""
    return (
        s.gives_up(n, n.single, 6.5, "abandoned"),
        s.gives_up(n, n.single, 1.5, "short_abandoned"),
        s.timeout(n),
        s.misses_then_answers(n, "never_answers", never()),
        s.misses_then_answers(n, "busy", busy()),
        s.misses_then_answers(n, "declines", decline()),
        s.same_queue_twice(n),
    )


def alone(n: s.Numbers) -> tuple[Group, ...]:
    """One agent who goes away, and a queue with room for one."""
    return s.leave_empty(n), s.paused_join_empty(n), s.full(n), s.answered(n, n.alone, 0.5, 1.0)


def across(n: s.Numbers) -> Phase:
    """Calls that move between queues and people, and those that never see a queue."""
    number, queue = n.last
    consulted = Visit(queue, "answered", "caller", 2, "consult")
    moves = (
        s.two_queues(n),
        s.attended(n, 8003, number, "*2", consulted),
        s.attended_while_waiting(n, 8002, number, "*2"),
        another_agent(n),
    )
    phone = (s.attended_by_phone(n, n.second, "8001"), s.attended_by_phone(n, n.second, number, consulted))
    single = (s.key_exit(n), s.withdrawn(n), s.redirected(n))
    local = s.answered(n, ("12303", "local"), 0.5, 1.0)
    others = (s.internal(n, 8002, 8005), s.outbound(n, 8002, "9"), s.direct(n, 8005), local)
    lanes = {"moves": moves, "phone": phone, "single": single, "others": others, "alone": hot_desk(n)}
    return Phase("across", tuple(Lane(name, groups) for name, groups in lanes.items()))


def hot_desk(n: s.Numbers) -> tuple[Group, ...]:
    """Pauses with reasons, an unplugged phone."""
    seat = n.alone_seat
    reasons = tuple(s.deed("pause", f"{seat} {reason}", 0.3) for reason in ("break", "meeting", "paperwork"))
    back = s.answered(n, n.alone, 0.5, 1.0)
    return Group(back.calls, (*reasons, s.deed("unpause", str(seat)))), s.unplugged_join_empty(n)


def another_agent(n: s.Numbers) -> Group:
    """Agent 1012 sits down at the lone agent's seat for the second tier, and leaves."""
    _, queue = n.last
    sits = (s.deed("add", f"{queue} {n.alone_seat} 1012"), s.deed("pause", f"{n.last_seat} meal"))
    goes = (s.deed("remove", f"{queue} {n.alone_seat}"), s.deed("unpause", str(n.last_seat)))
    return Group(s.answered(n, n.last, 0.5, 1.0).calls, sits, goes)


def disturbed(n: s.Numbers) -> Phase:
    """Reload and reset in mid-call: they change every agent, so nothing else runs."""
    number, queue = n.second
    seats = (("any", answer(0.5)),)
    reload_steps = [Step("picked_up", 0.7, "cli", "queue reload all"), Step("placed", 0.7, "hang_up")]
    reset_steps = [Step("picked_up", 0.7, "reset", queue), Step("placed", 0.7, "agent_hang_up")]
    groups = (
        s.one(s.call(n, "reload_in_mid_call", number, seats, reload_steps, Visit(queue, "answered", "caller", 1))),
        s.one(s.call(n, "reset_in_mid_call", number, seats, reset_steps, Visit(queue, "answered", "agent", 1))),
    )
    return Phase("disturbed", (Lane("second", groups),))
