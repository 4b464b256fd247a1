"""Who was not answered and has not been since. Law: each rule of `core/unreached.py` has a test of its name."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.callback_rate import Rate, count_unreached
from gateway.core.site import SECOND
from gateway.core.unreached import (
    LONGEST_US,
    Attempt,
    CallbackState,
    Note,
    Result,
    Stop,
    Try,
    Unreached,
    find_unreached,
    is_lost,
)
from gateway.core.words import Direction, VisitOutcome

T0 = 1_790_000_000 * SECOND
HOUR = 3600 * SECOND
DUE = 24 * HOUR
IN, OUT = Direction.INBOUND, Direction.OUTBOUND


def lost(name: str, at: int, outcome: VisitOutcome | None = VisitOutcome.ABANDONED, queue: str = "hotline") -> Try:
    """An inbound call that waits 20 s in a queue; times in seconds from T0."""
    begun, left = T0 + at * SECOND, T0 + (at + 20) * SECOND
    return Try(name, "main", f"u{name}", begun, IN, "12345", None, left, False, False, False,
               (Stop(queue, "12345", left, outcome),))  # fmt: skip


def answered(name: str, at: int, direction: Direction = IN) -> Try:
    stops = (Stop("hotline", "12345", None, VisitOutcome.ANSWERED),) if direction is IN else ()
    return lost(name, at)._replace(direction=direction, answered_at=T0 + (at + 5) * SECOND, stops=stops)


def tried(name: str, at: int) -> Try:
    """An outbound call that nobody picked up."""
    return answered(name, at, OUT)._replace(answered_at=None)


@dataclass
class Story:
    """Calls of one number."""

    calls: list[Try]
    notes: list[Note] = field(default_factory=list)
    now: int = T0 + HOUR

    def tell(self) -> list[Unreached]:
        return find_unreached(self.calls, self.notes, DUE, self.now)

    def one(self) -> Unreached:
        (found,) = self.tell()
        return found


def noted(*results: Result, call: str = "a", by: str = "1001", at: int = 60) -> Note:
    attempts = tuple(Attempt(T0 + (at + n) * SECOND, by, result, None, call) for n, result in enumerate(results))
    return Note("n", call, attempts)


# -- who is one --------------------------------------------------------------------------------------------------------


def test_a_caller_who_was_not_answered_is_unreached() -> None:
    one = Story([lost("a", 0)]).one()
    assert (one.id, one.state, one.opened_at, one.due_at) == ("a", CallbackState.OPEN, T0, T0 + DUE)
    assert (one.queues, one.lines, one.attempts, one.is_certain) == (("hotline",), ("12345",), (), True)


def test_a_caller_who_was_answered_is_not() -> None:
    assert Story([answered("a", 0)]).tell() == []


def test_he_is_one_however_often_he_was_lost() -> None:
    one = Story([lost("a", 0), lost("b", 300, queue="Enterprise"), lost("c", 600)]).one()
    assert [call.id for call in one.lost] == ["a", "b", "c"]
    assert (one.id, one.queues) == ("a", ("hotline", "Enterprise"))


@pytest.mark.parametrize("outcome", [o for o in VisitOutcome if o not in {VisitOutcome.ANSWERED, VisitOutcome.UNKNOWN}])
def test_every_way_of_not_being_answered_counts_short_abandons_too(outcome: VisitOutcome) -> None:
    assert Story([lost("a", 0, outcome)]).one().is_certain


@pytest.mark.parametrize("outcome", [VisitOutcome.UNKNOWN, None])
def test_where_the_outcome_is_unknown_he_is_listed_and_it_is_said(outcome: VisitOutcome | None) -> None:
    assert not Story([lost("a", 0, outcome)]).one().is_certain
    assert Story([lost("a", 0, outcome), lost("b", 90)]).one().is_certain, "one call that was surely lost decides"


def test_a_second_queue_that_answers_him_makes_the_call_answered() -> None:
    call = lost("a", 0, VisitOutcome.TIMEOUT)
    call = call._replace(stops=(*call.stops, Stop("overflow", "12345", None, VisitOutcome.ANSWERED)))
    assert Story([call]).tell() == []


def test_emergency_services_or_a_supervisor_beside_the_queue_answer_him_too() -> None:
    assert Story([lost("a", 0, VisitOutcome.KEY)._replace(answered_at=T0 + 9)]).tell() == []


def test_who_hung_up_in_the_greeting_asked_for_nobody() -> None:
    assert Story([lost("a", 0)._replace(stops=())]).tell() == []


def test_who_asked_to_be_called_back_is_unreached_without_a_queue() -> None:
    one = Story([lost("a", 0)._replace(stops=(), asked_back=True)]).one()
    assert one.asked_back
    assert one.is_certain


def test_a_test_call_neither_opens_nor_closes() -> None:
    assert Story([lost("a", 0)._replace(is_test=True)]).tell() == []
    assert Story([lost("a", 0), answered("b", 90)._replace(is_test=True)]).one().is_open


@pytest.mark.parametrize("direction", [Direction.INTERNAL, OUT])
def test_only_calls_from_outside_are_lost(direction: Direction) -> None:
    assert Story([lost("a", 0)._replace(direction=direction)]).tell() == []


def test_a_call_on_a_plain_queue_has_no_direction_and_counts() -> None:
    assert Story([lost("a", 0)._replace(direction=None)]).one().is_open


def test_a_call_that_lasts_is_not_lost_yet() -> None:
    waiting = lost("a", 0, None)._replace(ended_at=None, stops=(Stop("hotline", "12345", None, None),))
    assert Story([waiting]).tell() == []
    between = lost("a", 0, VisitOutcome.TIMEOUT)._replace(ended_at=None)
    assert Story([between]).tell() == [], "he may be in the next queue"


def test_a_call_whose_end_nobody_told_is_over_by_what_it_did_or_after_hours() -> None:
    assert is_lost(lost("a", 0)._replace(ended_at=None), T0 + HOUR), "who gave up has hung up"
    between = lost("a", 0, VisitOutcome.TIMEOUT)._replace(ended_at=None)
    assert is_lost(between, T0 + 21 * SECOND + LONGEST_US)


def test_who_calls_again_at_this_moment_is_shown_to_do_so() -> None:
    waiting = lost("b", 300, None)._replace(ended_at=None, stops=(Stop("hotline", "12345", None, None),))
    now = T0 + 330 * SECOND
    assert Story([lost("a", 0), waiting], now=now).one().is_calling
    assert not Story([lost("a", 0)], now=now).one().is_calling
    assert not Story([lost("a", 0), waiting._replace(direction=OUT)], now=now).one().is_calling
    assert not Story([lost("a", 0), waiting], now=now + LONGEST_US).one().is_calling, "its end was missed"


# -- what closes it ----------------------------------------------------------------------------------------------------


def test_he_calls_again_and_is_answered() -> None:
    one = Story([lost("a", 0), answered("b", 300)]).one()
    assert (one.state, one.closed_at, one.closing_call) == (CallbackState.CALLED_AGAIN, T0 + 305 * SECOND, "b")


def test_he_is_called_from_here_and_picks_up() -> None:
    one = Story([lost("a", 0), answered("b", 300, OUT)]).one()
    assert (one.state, one.closing_call) == (CallbackState.REACHED, "b")


def test_an_outbound_call_that_nobody_picks_up_is_an_attempt() -> None:
    one = Story([lost("a", 0), tried("b", 300)]).one()
    assert one.is_open
    assert [(attempt.result, attempt.by) for attempt in one.attempts] == [(Result.NO_ANSWER, None)]


def test_an_answer_before_he_was_lost_closes_nothing() -> None:
    assert Story([answered("b", -300), lost("a", 0)]).one().is_open
    assert Story([answered("b", 10), lost("a", 0)]).one().is_open, "he was answered on another telephone meanwhile"


def test_lost_again_after_he_was_reached_he_is_unreached_anew() -> None:
    first, second = Story([lost("a", 0), answered("b", 300), lost("c", 900)]).tell()
    assert (first.id, first.state) == ("a", CallbackState.CALLED_AGAIN)
    assert (second.id, second.state) == ("c", CallbackState.OPEN)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Result.REACHED, CallbackState.REACHED),
        (Result.WRONG_NUMBER, CallbackState.GIVEN_UP),
        (Result.REFUSED, CallbackState.GIVEN_UP),
        (Result.NO_ANSWER, CallbackState.OPEN),
        (Result.BUSY, CallbackState.OPEN),
    ],
)
def test_what_an_attempt_comes_to(result: Result, state: CallbackState) -> None:
    one = Story([lost("a", 0)], [noted(result)]).one()
    assert (one.state, len(one.attempts), one.note) == (state, 1, "n")


def test_what_was_noted_after_a_lost_call_is_after_it_whatever_the_clocks_say() -> None:
    early = noted(Result.REACHED, at=-500)
    assert Story([lost("a", 0)], [early]).one().state is CallbackState.REACHED


def test_the_first_thing_that_closes_it_counts() -> None:
    one = Story([lost("a", 0), answered("b", 300, OUT)], [noted(Result.WRONG_NUMBER, at=600)]).one()
    assert (one.state, one.attempts) == (CallbackState.REACHED, ())


def test_time_alone_closes_nothing() -> None:
    assert Story([lost("a", 0)], now=T0 + 10_000 * HOUR).one().is_open


# -- notes -------------------------------------------------------------------------------------------------------------


def test_a_claim_holds_until_its_time_and_no_longer() -> None:
    note = noted()._replace(claimed_by="1001", claimed_at=T0 + 60 * SECOND, claimed_until=T0 + 2 * HOUR)
    held = Story([lost("a", 0)], [note]).one()
    assert held.claim is not None
    assert (held.state, held.claim.by) == (CallbackState.CLAIMED, "1001")
    over = Story([lost("a", 0)], [note], now=T0 + 2 * HOUR).one()
    assert (over.state, over.claim, over.note) == (CallbackState.OPEN, None, "n")
    closed = Story([lost("a", 0), answered("b", 300)], [note]).one()
    assert (closed.state, closed.claim) == (CallbackState.CALLED_AGAIN, None)


def test_notes_stay_his_when_an_earlier_call_comes_to_light() -> None:
    """An import, or a log read late: the first call is another one then."""
    note = noted(Result.BUSY, call="b")
    one = Story([lost("b", 300), lost("a", 0)], [note]).one()
    assert (one.id, one.note, len(one.attempts)) == ("a", "n", 1)


def test_notes_of_two_times_that_become_one_are_not_doubled() -> None:
    busy = noted(Result.BUSY)
    both = [busy, Note("m", "b", busy.attempts)]
    assert len(Story([lost("a", 0), lost("b", 30)], both).one().attempts) == 1


# -- any order, any number ---------------------------------------------------------------------------------------------

CALLS = st.lists(
    st.builds(
        lambda kind, at: (kind, at),
        st.sampled_from([lost, answered, tried, lambda n, at: answered(n, at, OUT)]),
        st.integers(0, 2000),
    ),
    max_size=8,
).map(lambda made: [kind(str(number), at) for number, (kind, at) in enumerate(made)])


@given(CALLS, st.randoms())
def test_the_order_of_calls_says_nothing_and_each_lost_one_is_somewhere(calls: list[Try], random: object) -> None:
    found = Story(calls).tell()
    shuffled = list(calls)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Story(shuffled + shuffled).tell() == found
    inside = [call.id for one in found for call in one.lost]
    assert sorted(inside) == sorted(call.id for call in calls if is_lost(call, T0 + HOUR))
    assert len({one.id for one in found}) == len(found)
    assert all(not one.is_open for one in found[:-1]), "only the last time may still be open"
    for one in found:
        assert one.closed_at is None or one.closed_at >= max(call.ended_at or 0 for call in one.lost)


# -- the rate ----------------------------------------------------------------------------------------------------------


def rate_of(*stories: Story, now: int) -> Rate:
    rate = Rate()
    for story in stories:
        story.now = now
        for one in story.tell():
            rate = count_unreached(rate, one, now)
    return rate


def test_the_rate_counts_those_called_back_in_time_of_those_who_had_to_be() -> None:
    late = Story([lost("a", 0), answered("b", 100_000, OUT)])
    rate = rate_of(
        Story([lost("a", 0), answered("b", 300, OUT)]),
        Story([lost("a", 0), answered("b", 300)]),
        Story([lost("a", 0)], [noted(Result.REFUSED)]),
        Story([lost("a", 0)]),
        late,
        now=T0 + 2 * DUE,
    )
    assert rate == Rate(in_time=1, late=1, given_up=1, overdue=1, called_again=1)
    assert (rate.numerator, rate.denominator, rate.ratio) == (1, 4, 0.25)


def test_the_rate_of_nobody_is_unknown() -> None:
    rate = rate_of(Story([lost("a", 0)]), Story([lost("a", 0), answered("b", 300)]), now=T0 + HOUR)
    assert (rate.undecided, rate.called_again, rate.denominator, rate.ratio) == (1, 1, 0, None)
