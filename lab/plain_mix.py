"""The mix for the plain variant (lab/plain): static members, ringall and others, no markers."""

from lab import both_mixes
from lab import conversations as c
from lab import scenarios as s
from lab.numbers import Numbers, deed
from lab.plan import Group, Lane, Phase, Visit


def plain_numbers() -> Numbers:
    """The numbers of lab/plain/extensions.conf."""
    return Numbers(
        main=("12345", "hotline"),
        second=("12315", "enterprise"),
        single=("12333", "yi"),
        last=("12320", "overflow"),
        alone=("12301", "alone"),
        small=("12302", "small"),
        short=("12305", "yi"),
        again=("12307", "yi"),
        onward=("12306", "yi", "overflow"),
        survey=("12308", "enterprise"),
    )


def plain_phases(n: Numbers) -> tuple[Phase, ...]:
    """The phases."""
    main = (
        c.answered(n, n.main, 0.8, 1.2),
        c.answered(n, n.main, 0.5, 1.0, "agent"),
        c.hold(n, 8002),
        c.blind_refer(n, 8001, 8003),
        c.blind_code(n, 8002, 8001, "##"),
        c.attended(n, 8003, "8002", "*2"),
    )
    second = (
        c.answered(n, n.second, 0.6, 1.0),
        c.answered(n, ("12304", "hotline"), 0.6, 1.0),
        c.survey(n, "4"),
    )
    announced = ("12309", "announced")
    lanes = {
        "main": main,
        "second": second,
        "single": (*both_mixes.single(n), s.same_queue_twice(n)),
        "alone": both_mixes.alone(n),
        "announced": (s.gives_up_in_announcement(n, announced), s.agent_dump(n, announced)),
        # endings that Asterisk reports in a way of its own
        "odd": (c.redirected_talking(n, n.second), c.cleared_agent(n, n.second)),
    }
    everyday = Phase("everyday", tuple(Lane(name, groups) for name, groups in lanes.items()))
    disturbed = both_mixes.disturbed(n, "agent_hang_up", "agent")
    return everyday, across(n), Phase("disturbed", (Lane("second", disturbed),))


def across(n: Numbers) -> Phase:
    """Calls that move between queues and people, and those that never see a queue."""
    number, queue = n.last
    consulted = Visit(queue, "answered", "caller", 2, "consult")
    moves = (
        s.two_queues(n),
        c.attended(n, 8003, number, "*2", consulted),
        c.attended_while_waiting(n, 8002, number, "*2"),
        another_agent(n),
    )
    phone = (c.attended_by_phone(n, n.second, "8001"), c.attended_by_phone(n, n.second, number, consulted))
    single = (s.key_exit(n), s.withdrawn(n), s.redirected(n))
    local = c.answered(n, ("12303", "local"), 0.5, 1.0)
    others = (c.internal(n, 8002, 8005), c.outbound(n, 8002, "9"), c.direct(n, 8005), local)
    lanes = {"moves": moves, "phone": phone, "single": single, "others": others, "alone": hot_desk(n)}
    return Phase("across", tuple(Lane(name, groups) for name, groups in lanes.items()))


def hot_desk(n: Numbers) -> tuple[Group, ...]:
    """Pauses with reasons, an unplugged phone."""
    seat = n.alone_seat
    reasons = tuple(deed("pause", f"{seat} {reason}", 0.3) for reason in ("break", "meeting", "paperwork"))
    back = c.answered(n, n.alone, 0.5, 1.0)
    return Group(back.calls, (*reasons, deed("unpause", str(seat)))), s.unplugged_join_empty(n)


def another_agent(n: Numbers) -> Group:
    """Agent 1012 sits down at the lone agent's seat for the second tier, and leaves."""
    _, queue = n.last
    sits = (deed("add", f"{queue} {n.alone_seat} 1012"), deed("pause", f"{n.last_seat} meal"))
    goes = (deed("remove", f"{queue} {n.alone_seat}"), deed("unpause", str(n.last_seat)))
    return Group(c.answered(n, n.last, 0.5, 1.0).calls, sits, goes)
