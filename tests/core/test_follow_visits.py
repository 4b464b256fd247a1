"""Visits as they happen: joined, answered, un-answered, joined anew, event by event."""

from gateway.core import events as ev
from gateway.core.facts import CallEnded, VisitEnded, VisitJoined, VisitPickedUp, VisitSettled
from gateway.core.site import SECOND
from gateway.core.visits import NO_CONNECT
from gateway.core.words import VisitOutcome
from tests.core.world import T0, World

ELSEWHERE = ("ivr", "s", "1")


def ready() -> World:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02")
    return world


def test_answered_with_the_latency_of_the_pick_up_not_of_the_bridge() -> None:
    world = ready()
    call = world.wait_in()
    joined = world.now - 1_000
    leg = world.ring(call, "1001", "01")
    world.wait(2)
    picked_up = world.now
    world.end_dial(call, leg, "ANSWER")
    world.wait(3)
    assert world.agent("1001").state == "talking", "an announcement to him is part of the answer"
    assert not world.of(VisitSettled), "AgentDump could still undo it"
    world.leave(call)
    world.connect(call, "1001", "01", leg)
    (settled,) = world.of(VisitSettled)
    assert (settled.outcome, settled.agent, settled.seat) == ("answered", "1001", "01")
    assert (settled.joined_at, settled.at, settled.wait_us) == (joined, picked_up, picked_up - joined)
    assert settled.within_promise is True
    assert settled.precision == "us"
    assert world.of(VisitPickedUp)[0].latency_us == settled.wait_us
    world.connect(call, "1001", "01", leg)
    world.leave(call)
    world.join(call)
    assert len(world.of(VisitSettled)) == 1


def test_a_promise_kept_and_broken_and_a_lines_own_goes_first() -> None:
    for did, seconds, kept in (("12345", 14, True), ("12345", 16, False), ("12320", 16, True), ("12320", 21, False)):
        world = ready()
        call = world.wait_in(did=did)
        leg = world.ring(call, "1001", "01")
        world.wait(seconds)
        world.answer(call, "1001", "01", leg)
        assert world.of(VisitSettled)[0].within_promise is kept


def test_the_caller_hangs_up_during_the_agents_announcement() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.wait(6)
    world.end_dial(call, leg, "ANSWER")
    world.request(call)
    world.abandon(call)
    world.hang_up(leg, call)
    (settled,) = world.of(VisitSettled)
    assert (settled.outcome, settled.agent) == (VisitOutcome.ABANDONED, None)
    assert world.states("1001")[-2:] == ["talking", "available"]
    assert not world.of(VisitEnded)


def test_agent_dump_unanswers_and_another_agent_answers_later() -> None:
    world = ready()
    call = world.wait_in()
    first = world.ring(call, "1001", "01")
    world.end_dial(call, first, "ANSWER")
    world.request(first)
    world.apply(ev.AgentDumped(world.now, call, "hotline", "PJSIP/8001", first))
    world.apply(ev.AgentDumped(world.now, call, "hotline", "PJSIP/8001", first))
    world.hang_up(first)
    (visit,) = world.state.visits.values()
    assert (visit.is_waiting, visit.agent, world.call(call).phase) == (True, None, "waiting")
    assert world.agent("1001").state == "available"
    second = world.ring(call, "1002", "02")
    world.wait(4)
    world.answer(call, "1002", "02", second)
    (settled,) = world.of(VisitSettled)
    assert (settled.outcome, settled.agent) == ("answered", "1002")
    assert settled.wait_us is not None
    assert settled.wait_us > 4 * SECOND
    world.end_talk(call, second, by="caller")
    assert world.of(VisitEnded)[0].ended_by == "caller", "the first agent's hang-up is forgotten"
    assert not world.surprises


def test_agent_dump_found_by_the_caller_when_the_leg_is_gone() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.leave(call)
    world.hang_up(leg)
    world.apply(ev.AgentDumped(world.now, call, "hotline", "PJSIP/8001", ""))
    (visit,) = world.state.visits.values()
    assert visit.is_waiting
    assert list(world.state.queue_of("hotline").waiting) == [visit.id]


def test_membergosub_puts_a_gap_between_leave_and_connect() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.leave(call)
    world.wait(90)
    assert not world.of(VisitSettled)
    world.connect(call, "1001", "01", leg)
    assert world.outcome == "answered"


def test_a_caller_who_hangs_up_in_that_gap_is_unknown_with_its_reason() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.leave(call)
    world.request(call)
    world.hang_up(call, leg)
    (settled,) = world.of(VisitSettled)
    assert (settled.outcome, settled.reason) == (VisitOutcome.UNKNOWN, NO_CONNECT)
    assert world.agent("1001").state == "available"


def test_two_queues_and_the_same_queue_twice_are_three_visits_of_one_call() -> None:
    world = ready()
    call = world.wait_in()
    for before, after in (("hotline", "yi"), ("yi", "hotline")):
        world.wait(3)
        world.abandon(call, before)
        world.status(call, "TIMEOUT")
        world.join(call, after)
    world.wait(6)
    world.request(call)
    world.abandon(call)
    world.hang_up(call)
    settled = world.of(VisitSettled)
    assert [(fact.queue, fact.outcome.value) for fact in settled] == [
        ("hotline", "timeout"), ("yi", "timeout"), ("hotline", "abandoned"),
    ]  # fmt: skip
    assert len({fact.visit for fact in settled}) == 3
    assert len(world.of(VisitJoined)) == 3
    assert len(world.of(CallEnded)) == 1


def test_queue_names_are_one_in_any_case() -> None:
    world = ready()
    call = world.arrive()
    world.join(call, "HotLine")
    world.leave(call, "hotline")
    world.wait(1.1)
    assert (world.outcome, world.of(VisitSettled)[0].queue) == ("key", "hotline")


def test_a_join_seen_twice_is_one_visit_before_and_after_the_pick_up() -> None:
    world = ready()
    call = world.arrive()
    join = ev.CallerJoined(world.now, call, "", "hotline", 1)
    world.apply(join)
    world.apply(join)
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.apply(join)
    assert len(world.of(VisitJoined)) == 1
    assert world.agent("1001").visit is not None


def test_joining_anew_while_the_leaving_was_not_seen() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.wait(5)
    world.join(call)
    (settled,) = world.of(VisitSettled)
    assert settled.outcome is VisitOutcome.UNKNOWN
    assert settled.reason is not None
    assert len(world.state.visits) == 1
    assert world.call(call).phase == "waiting"


def test_joining_anew_just_after_leaving_settles_what_is_known() -> None:
    world = ready()
    call = world.wait_in()
    world.leave(call)
    world.join(call)
    assert world.outcome == "key"
    assert len(world.state.visits) == 1


def test_a_talking_caller_redirected_back_into_the_queue_before_his_agents_leg_is_gone() -> None:
    world = ready()
    call, leg = world.talk()
    world.unbridge(call, leg, name=f"b{leg}")
    world.join(call)
    assert world.call(call).phase == "waiting"
    world.hang_up(leg)
    assert world.call(call).phase == "waiting", "the talk that ended is no longer his present"
    assert world.agent("1001").state == "available"
    second = world.ring(call, "1002", "02")
    world.answer(call, "1002", "02", second)
    world.end_talk(call, second)
    assert [fact.agent for fact in world.of(VisitEnded)] == ["1001", "1002"]
    assert not world.state.visits


def test_a_call_that_ends_without_leaving_is_unknown_not_guessed() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.hang_up(call)
    (settled,) = world.of(VisitSettled)
    assert settled.outcome is VisitOutcome.UNKNOWN
    assert world.agent("1001").state == "available"
    world.end_dial(call, leg, "CANCEL")
    world.hang_up(leg)
    assert not world.state.visits


def test_agent_connect_without_a_dial_end_is_an_answer_all_the_same() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.wait(2)
    world.connect(call, "1001", "01", leg)
    assert world.outcome == "answered"
    world.hang_up(leg)
    assert len(world.of(VisitEnded)) == 1


def test_agent_connect_after_leave_without_dial_end_or_offer() -> None:
    world = ready()
    call = world.wait_in()
    world.leave(call)
    world.apply(ev.AgentConnected(world.now, call, "hotline", "PJSIP/8001", "1001", "", ""))
    assert world.outcome == "answered"
    assert world.agent("1001").state == "talking"
    world.request(call)
    world.hang_up(call)
    assert world.agent("1001").state == "available"


def test_agent_connect_names_another_than_the_dial_end_did() -> None:
    world = ready()
    call = world.wait_in()
    first, second = world.ring(call, "1001", "01"), world.ring(call, "1002", "02")
    world.end_dial(call, first, "ANSWER")
    world.leave(call)
    world.connect(call, "1002", "02", second)
    assert world.of(VisitSettled)[0].agent == "1002"
    assert (world.agent("1001").state, world.agent("1002").state) == ("available", "talking")


def test_an_agent_connect_nobody_joined_for_asks_for_a_look() -> None:
    world = ready()
    call = world.arrive()
    leg = world.channel("PJSIP/8001", linkedid=call)
    world.connect(call, "1001", "01", leg)
    assert world.surprises == ["connect_without_visit"]
    assert world.state.resync_wanted == "connect_without_visit"


def test_a_join_of_a_caller_nobody_introduced_is_not_believed_alone() -> None:
    world = ready()
    world.join("forged.1")
    assert world.surprises == ["join_without_channel"]
    assert not world.state.visits
    early = World(live=False)
    early.join("1.1")
    assert early.of(VisitJoined)[0].line == "unknown", "before the first snapshot everybody is unknown"


def test_leaving_abandoning_and_completing_what_is_not_known_says_nothing() -> None:
    world = ready()
    before = len(world.facts)
    world.abandon("1.1")
    world.status("1.1", "TIMEOUT")
    world.complete("1.1")
    world.apply(ev.AgentDumped(T0, "1.1", "hotline", "PJSIP/8001", ""))
    call = world.arrive()
    world.abandon(call)
    world.status(call, "TIMEOUT")
    assert len(world.facts) == before + 1
