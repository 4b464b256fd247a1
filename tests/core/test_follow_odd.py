"""What real feeds do once in ten thousand calls: lost and late events, two things at once, and nothing left behind."""

from gateway.core import events as ev
from gateway.core.facts import OfferEnded, VisitEnded, VisitSettled
from tests.core.hall import Hall
from tests.core.world import World


def ready() -> World:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "02")
    return world


def outcomes(world: World) -> list[str]:
    return [fact.outcome.value for fact in world.of(OfferEnded)]


def test_a_ring_whose_channel_was_never_seen() -> None:
    world = ready()
    call = world.wait_in()
    world.ring_leg(call, "1001", "PJSIP/8001", "unseen.1")
    assert world.agent("1001").state == "ringing"
    world.hang_up("unseen.1")
    assert outcomes(world) == ["cancelled"]
    assert world.agent("1001").state == "available"


def test_dial_begin_before_agent_called_is_the_queues_ring_after_all() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.channel("PJSIP/8001", linkedid=call)
    world.dial(call, leg)
    assert world.agent("1001").state == "other_call"
    world.ring_leg(call, "1001", "PJSIP/8001", leg)
    assert world.agent("1001").state == "ringing"
    assert not world.agent("1001").others


def test_an_agent_with_two_talks_is_free_after_the_last() -> None:
    world = ready()
    first, one = world.talk()
    second, two = world.talk()
    world.end_talk(first, one)
    assert world.agent("1001").state == "talking"
    world.end_talk(second, two)
    assert world.agent("1001").state == "available"
    assert len(world.of(VisitEnded)) == 2


def test_losers_whose_dial_end_is_lost_end_with_the_connect_or_the_leaving() -> None:
    world = ready()
    call = world.wait_in()
    first, _ = world.ring(call, "1001", "01"), world.ring(call, "1002", "02")
    world.answer(call, "1001", "01", first)
    assert outcomes(world) == ["answered", "taken_elsewhere"]
    alone = world.wait_in()
    world.ring(alone, "1002", "02")
    world.request(alone)
    world.abandon(alone)
    assert outcomes(world)[2:] == ["cancelled"]
    assert world.agent("1002").state == "available"


def test_a_connect_that_comes_after_everything_is_an_echo() -> None:
    world = ready()
    call, leg = world.talk()
    world.end_talk(call, leg)
    before = len(world.facts)
    world.connect(call, "1001", "01", leg)
    world.complete(call)
    assert len(world.facts) == before


def test_a_connect_under_a_uniqueid_nobody_knows_is_found_by_its_leg() -> None:
    world = ready()
    call = world.wait_in()
    leg = world.ring(call, "1001", "01")
    world.end_dial(call, leg, "ANSWER")
    world.connect("masqueraded.1", "1001", "01", leg)
    assert world.of(VisitSettled)[0].call == call


def test_the_same_last_call_twice_moves_no_bar() -> None:
    world = World()
    world.sign_in("1001", "01", "yi")
    call, leg = world.talk(queue="yi")
    world.end_talk(call, leg)
    wrap_up = world.agent("1001").wrap_up
    assert wrap_up is not None
    assert wrap_up.until is not None
    world.member("1001", "01", "yi", last_call=wrap_up.until // 1_000_000 - 10)
    assert world.agent("1001").wrap_up == wrap_up
    world.wait(11)
    assert world.agent("1001").wrap_up is None


def test_a_local_half_whose_other_half_never_came() -> None:
    world = World()
    call = world.arrive()
    half = world.channel("Local/1@x", linkedid=call, tail=";1")
    world.hang_up(half)
    assert not world.state.local_halves


def test_settled_by_patience_when_the_timer_finds_it_gone_already() -> None:
    world = ready()
    call = world.wait_in()
    world.abandon(call)
    world.status(call, "TIMEOUT")
    world.wait(2)
    assert world.outcome == "timeout"


def test_started_in_mid_ring_of_an_agent_in_two_queues(hall: Hall) -> None:
    hall.pbx.members += [member for queue in ("yi",) for member in [type(hall.first)(queue, "PJSIP/8001", "1001")]]
    caller, _ = hall.caller("yi")
    leg = hall.leg(caller, hall.first)
    hall.link.up()
    (visit,) = hall.link.feed.state.visits.values()
    assert (visit.queue.name, list(visit.offers)) == ("yi", [leg.uniqueid])


def test_a_ring_for_an_unknown_caller_that_vanishes_silently(hall: Hall) -> None:
    hall.link.up()
    stranger = hall.pbx.begin("PJSIP/trunk")
    leg = hall.leg(stranger, hall.first)
    hall.link.hear(hall.pbx.created(leg), hall.pbx.ringing(stranger, leg, hall.first))
    hall.pbx.end(stranger, leg)
    hall.link.wait(60)
    assert [(fact.outcome.value, fact.ring_us) for fact in hall.link.of(OfferEnded)] == [("unknown", None)]
    assert hall.link.states()["1001"] == "available"


def test_a_join_of_a_stranger_on_the_wire_makes_the_feed_look(hall: Hall) -> None:
    hall.link.up()
    hall.link.wait(5)
    channel, waiting = hall.caller()
    hall.link.hear(hall.pbx.joined(waiting))
    assert hall.link.surprises == ["join_without_channel"]
    assert not hall.link.feed.state.visits
    hall.link.wait(3)
    (visit,) = hall.link.feed.state.visits.values()
    assert (visit.call.id, visit.precision) == (channel.uniqueid, "s")


def test_a_second_fully_booted_on_one_connection_is_not_believed(hall: Hall) -> None:
    hall.link.up()
    hall.pbx.booted = hall.link.wall
    hall.link.hear(hall.pbx.booted_event())
    assert hall.link.surprises == ["second_boot"]


def test_ticks_while_closing_ask_nothing(hall: Hall) -> None:
    hall.link.up()
    hall.pbx.dumb = {"Ping", "QueueStatus"}
    hall.link.wait(6)
    hall.link.feed.tick(hall.link.wall + 1, hall.link.wall + 1)
    assert not hall.link.feed.requests


def test_events_of_an_unknown_kind_of_end_change_nothing() -> None:
    world = ready()
    call, leg = world.talk()
    world.apply(ev.DialEnded(world.now, call, leg, "ANSWER"))
    world.apply(ev.AgentMissed(world.now, call, "hotline", "PJSIP/8001", leg))
    assert world.agent("1001").state == "talking"
