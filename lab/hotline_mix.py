"""The mix for our own dialplans: hot-desk agents, callers who go on to the second tier, survey, markers."""

from lab import scenarios as s
from lab.plan import Group, Lane, Phase, Step, Visit
from lab.scripts import answer, busy, decline, never

# Who sits where. 1013 and 1014 have skills of the lab's own (lab/local.py), so that their callers meet nobody else.
SHIFT = {8001: 1001, 8002: 1002, 8003: 1003, 8005: 1017, 8007: 1014, 8008: 1013}
FREE_SEAT = 8006  # nobody signs in there: the target of transfers


def hotline_numbers() -> s.Numbers:
    """Lines of config/lines.toml, and the lab's own 190xx (lab/local.py)."""
    return s.Numbers(
        main=("12345", "hotline"),
        second=("12312", "enterprise"),
        single=("19004", "yi"),
        last=("74", "overflow"),
        alone=("19002", "alone"),
        small=("19003", "small"),
        short=("19001", "brief"),
        again=("19001", "brief"),
        onward=("19001", "brief", "overflow"),
        survey=("12345", "hotline"),
        single_seat=8008,
        last_seat=8005,
        alone_seat=8007,
        exit_key="0",
        moved_to="hotline-redirect,callback",
        named_seats=False,
        next_queue="overflow",
    )


def hotline_phases(n: s.Numbers) -> tuple[Phase, ...]:
    """The phases, from sign-in to sign-out."""
    signs_in = tuple(Lane(str(seat), (s.sign_in(n, seat, agent),)) for seat, agent in SHIFT.items())
    main = (
        s.answered(n, n.main, 0.8, 1.2),
        s.answered(n, n.main, 0.5, 1.0, "agent"),
        s.hold(n, 8001),
        s.blind_refer(n, 8001, FREE_SEAT),
        s.blind_code(n, 8001, FREE_SEAT, "#1"),
        s.attended(n, 8001, str(FREE_SEAT), "*2"),
        s.attended_by_phone(n, n.main, str(FREE_SEAT)),
        s.survey(n, 8001, "4"),
    )
    second = (s.answered(n, n.second, 0.6, 1.0), s.answered(n, ("12315", "hotline"), 0.6, 1.0))
    alone = (s.leave_empty(n), s.paused_join_empty(n), s.full(n), s.answered(n, n.alone, 0.5, 1.0))
    lanes = (Lane("main", main), Lane("second", second), Lane("single", single(n)), Lane("alone", alone))
    return Phase("sign in", signs_in), Phase("everyday", lanes), across(n), changes(n), signs_out(n)


def single(n: s.Numbers) -> tuple[Group, ...]:
    """One agent: what happens to callers he does not get to, and when his phone is not answered."""
    return (
        s.gives_up(n, n.single, 6.5, "abandoned"),
        s.gives_up(n, n.single, 1.5, "short_abandoned"),
        s.timeout(n),
        s.misses_then_answers(n, "never_answers", never()),
        s.misses_then_answers(n, "busy", busy()),
        s.misses_then_answers(n, "declines", decline()),
        s.two_queues(n),
    )


def across(n: s.Numbers) -> Phase:
    """Calls that move between queues and people, and those that never see a queue."""
    into_queue = Visit(n.last[1], "answered", "caller", 2, "consult")
    main = Lane(
        "main", (s.attended(n, 8001, n.last[0], "*2", into_queue), s.attended_while_waiting(n, 8001, n.last[0], "*2"))
    )
    moves = Lane("single", (s.key_exit(n), s.withdrawn(n), s.redirected(n)))
    others = Lane("others", (s.internal(n, 8004, FREE_SEAT), s.outbound(n, 8004, "9"), s.direct(n, FREE_SEAT)))
    return Phase("across", (main, moves, others, Lane("alone", hot_desk(n))))


def hot_desk(n: s.Numbers) -> tuple[Group, ...]:
    """Pauses by feature code with change of reason, an unplugged phone, another agent at the same seat."""
    seat = n.alone_seat
    return (
        s.feature(n, "pause", seat, "*431"),
        s.feature(n, "pause_other_reason", seat, "*434"),
        s.feature(n, "unpause", seat, "*44"),
        s.feature(n, "pause_wrap_up", seat, "*439"),
        s.feature(n, "wrap_up_finished", seat, "*45"),
        s.answered(n, n.alone, 0.5, 1.0),
        s.unplugged_join_empty(n),
        s.sign_in(n, seat, 1015),
        s.answered(n, n.alone, 0.5, 1.0),
    )


def changes(n: s.Numbers) -> Phase:
    """The same queue twice (it needs the second tier for itself), reload and reset in mid-call."""
    number, queue = n.second
    seats = (("any", answer(0.5)),)
    reload_steps = [Step("picked_up", 0.7, "cli", "queue reload all"), Step("placed", 0.7, "hang_up")]
    reset_steps = [Step("picked_up", 0.7, "reset", queue), Step("placed", 0.7, "hang_up")]
    disturbed = (
        s.one(s.call(n, "reload_in_mid_call", number, seats, reload_steps, Visit(queue, "answered", "caller", 1))),
        s.one(s.call(n, "reset_in_mid_call", number, seats, reset_steps, Visit(queue, "answered", "caller", 1))),
    )
    return Phase("changes", (Lane("single", (s.same_queue_twice(n),)), Lane("second", disturbed)))


def signs_out(n: s.Numbers) -> Phase:
    """Everybody goes home."""
    return Phase("sign out", tuple(Lane(str(seat), (s.feature(n, "sign_out", seat, "*42"),)) for seat in SHIFT))
