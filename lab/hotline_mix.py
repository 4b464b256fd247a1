"""The mix for our own dialplans: hot-desk agents, callers who go on to the second tier, survey, markers."""

from lab import both_mixes
from lab import conversations as c
from lab import scenarios as s
from lab.numbers import Numbers
from lab.plan import Group, Lane, Phase, Visit

# Who sits where. 1013 and 1014 have skills of the lab's own (lab/local.py), so that their callers meet nobody else.
SHIFT = {8001: 1001, 8002: 1002, 8003: 1003, 8005: 1017, 8007: 1014, 8008: 1013}
# nobody signs in there: the targets of transfers, of two lanes
FREE_SEAT = 8006
SPARE_SEAT = 8004


def hotline_numbers() -> Numbers:
    """Lines of config/lines.toml, and the lab's own 190xx (lab/local.py)."""
    return Numbers(
        main=("12345", "hotline"),
        second=("12312", "enterprise"),
        single=("19004", "yi"),
        last=("74", "overflow"),
        alone=("19002", "alone"),
        small=("19003", "small"),
        short=("19001", "brief"),
        again=("19001", "brief"),
        onward=("19001", "brief", "overflow"),
        survey=("12312", "enterprise"),
        single_seat=8008,
        last_seat=8005,
        alone_seat=8007,
        exit_key="0",
        moved_to="hotline-redirect,callback",
        named_seats=False,
        next_queue="overflow",
    )


def hotline_phases(n: Numbers) -> tuple[Phase, ...]:
    """The phases, from sign-in to sign-out."""
    signs_in = tuple(Lane(str(seat), (c.sign_in(n, seat, agent),)) for seat, agent in SHIFT.items())
    main = (
        c.answered(n, n.main, 0.8, 1.2),
        c.answered(n, n.main, 0.5, 1.0, "agent"),
        c.hold(n, 8001),
        c.blind_refer(n, 8001, FREE_SEAT),
        c.blind_code(n, 8001, FREE_SEAT, "#1"),
        c.attended(n, 8001, str(FREE_SEAT), "*2"),
    )
    second = (
        c.answered(n, n.second, 0.6, 1.0),
        c.answered(n, ("12315", "hotline"), 0.6, 1.0),
        c.attended_by_phone(n, n.second, str(SPARE_SEAT)),
        c.survey(n, "4"),
    )
    single = (*both_mixes.single(n), s.two_queues(n))
    alone = both_mixes.alone(n)
    lanes = (Lane("main", main), Lane("second", second), Lane("single", single), Lane("alone", alone))
    return Phase("sign in", signs_in), Phase("everyday", lanes), across(n), changes(n), signs_out(n)


def across(n: Numbers) -> Phase:
    """Calls that move between queues and people, and those that never see a queue."""
    into_queue = Visit(n.last[1], "answered", "caller", 2, "consult")
    main = Lane(
        "main", (c.attended(n, 8001, n.last[0], "*2", into_queue), c.attended_while_waiting(n, 8001, n.last[0], "*2"))
    )
    moves = Lane("single", (s.key_exit(n), s.withdrawn(n), s.redirected(n)))
    others = Lane("others", (c.internal(n, 8004, FREE_SEAT), c.outbound(n, 8004, "9"), c.direct(n, FREE_SEAT)))
    return Phase("across", (main, moves, others, Lane("alone", hot_desk(n))))


def hot_desk(n: Numbers) -> tuple[Group, ...]:
    """Pauses by feature code with change of reason, an unplugged phone, another agent at the same seat."""
    seat = n.alone_seat
    return (
        c.feature(n, "pause", seat, "*431"),
        c.feature(n, "pause_other_reason", seat, "*434"),
        c.feature(n, "unpause", seat, "*44"),
        c.feature(n, "pause_wrap_up", seat, "*439"),
        c.feature(n, "wrap_up_finished", seat, "*45"),
        c.answered(n, n.alone, 0.5, 1.0),
        s.unplugged_join_empty(n),
        c.sign_in(n, seat, 1015),
        c.answered(n, n.alone, 0.5, 1.0),
    )


def changes(n: Numbers) -> Phase:
    """The same queue twice (it needs the second tier for itself), reload and reset in mid-call."""
    disturbed = both_mixes.disturbed(n, "hang_up", "caller")
    return Phase("changes", (Lane("single", (s.same_queue_twice(n),)), Lane("second", disturbed)))


def signs_out(n: Numbers) -> Phase:
    """Everybody goes home."""
    return Phase("sign out", tuple(Lane(str(seat), (c.feature(n, "sign_out", seat, "*42"),)) for seat in SHIFT))
