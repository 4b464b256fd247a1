"""Seats: what a position shows, who sits there, and what is said when the site has no such place."""

import pytest

from gateway.core.agents import Agent
from gateway.core.events import DeviceChanged
from gateway.core.facts import DeviceUnknown, SeatChanged, SeatsExceeded
from gateway.core.feed import Feed
from gateway.core.seats import judge_seat
from gateway.core.site import SeatRule, Site
from gateway.core.words import AgentState, SeatState
from tests.core.world import SITE, World


@pytest.mark.parametrize("state", AgentState)
def test_a_seat_shows_the_state_of_who_sits_there(state: AgentState) -> None:
    wanted = SeatState.EMPTY if state is AgentState.OFFLINE else SeatState(state.value)
    assert judge_seat(1, Agent("1001", "", state=state)) is wanted


@pytest.mark.parametrize(
    ("status", "state"), [(0, "empty"), (1, "empty"), (2, "empty"), (4, "unreachable"), (5, "unreachable")]
)
def test_an_empty_seat_may_be_unplugged(status: int, state: str) -> None:
    assert judge_seat(status, None) == state
    assert judge_seat(status, Agent("1001", "")) == state


def seen(world: World) -> list[tuple[str, str, str | None]]:
    return [(fact.seat, fact.state.value, fact.agent) for fact in world.of(SeatChanged)]


def test_sign_in_and_out_by_feature_code() -> None:
    world = World()
    phone = world.channel("PJSIP/8001", exten="*411001")
    world.sign_in("1001", "01", "hotline", "yi")
    world.hang_up(phone)
    assert world.states("1001") == ["other_call", "available"], "he is on the phone with the feature code"
    world.sign_out("1001", "01", "hotline", "yi")
    assert world.states("1001")[-1] == "offline"
    assert seen(world)[-2:] == [("01", "available", "1001"), ("01", "empty", None)]
    assert world.state.seats["01"].agent is None
    assert not world.state.agent_by_device


def test_the_same_agent_at_another_seat_without_signing_out() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1001", "02")
    assert world.agent("1001").seat == "02"
    assert world.state.seats["01"].agent is None
    world.sign_out("1001", "02")
    assert world.agent("1001").state == "available", "he is still signed in at the first seat"
    world.sign_out("1001", "01")
    assert world.agent("1001").state == "offline"


def test_the_old_place_left_later_changes_nothing_at_the_new_one() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1001", "02")
    world.sign_out("1001", "01")
    assert (world.agent("1001").state, world.agent("1001").seat) == ("available", "02")
    assert world.states("1001") == ["available"]


def test_another_agent_at_the_same_seat() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_out("1001", "01")
    world.sign_in("1002", "01")
    assert [(state, agent) for _, state, agent in seen(world)] == [
        ("available", "1001"), ("empty", None), ("available", "1002"),
    ]  # fmt: skip
    assert world.agent("1001").seat is None


def test_another_agent_at_a_seat_nobody_signed_out_of_and_back() -> None:
    world = World()
    world.sign_in("1001", "01")
    world.sign_in("1002", "01", "yi")
    assert world.state.seats["01"].agent == "1002"
    world.sign_out("1002", "01", "yi")
    assert world.state.seats["01"].agent == "1001"
    assert world.state.agent_by_device["pjsip/8001"].number == "1001"


def test_more_sign_ins_than_seats() -> None:
    world = World(Site(seats=SITE.seats[:1]))
    world.sign_in("1001", "01")
    assert not world.of(SeatsExceeded)
    world.sign_in("1002", "02", "hotline", "yi")
    (fact,) = world.of(SeatsExceeded)
    assert (fact.signed_in, fact.seats) == (2, 1)


def test_an_unknown_device_is_said_once_and_the_agent_works() -> None:
    world = World()
    world.sign_in("1001", "77", "hotline", "yi")
    (fact,) = world.of(DeviceUnknown)
    assert (fact.device, fact.agent) == ("PJSIP/8077", "1001")
    assert (world.agent("1001").state, world.agent("1001").seat) == ("available", None)
    call, leg = world.talk("1001", "77")
    world.end_talk(call, leg)
    assert world.states("1001")[-2:] == ["talking", "available"]


def test_a_site_without_seats_knows_no_unknown_device() -> None:
    world = World(Site())
    world.sign_in("1001", "01")
    assert not world.of(DeviceUnknown)
    assert not world.of(SeatsExceeded)


def test_the_same_state_interface_twice_in_one_queue() -> None:
    """Only the first member gets device states (asterisk-facts 2.6): who talks is told by AgentCalled all the same."""
    world = World()
    world.member("1001", "01")
    world.member("1002", "02", device="PJSIP/8001")
    call = world.wait_in()
    leg = world.channel("PJSIP/8001", linkedid=call)
    world.ring_leg(call, "1002", "PJSIP/8002", leg)
    world.member("1001", "01", status=6)
    world.answer(call, "1002", "02", leg)
    assert (world.agent("1001").state, world.agent("1002").state) == ("available", "talking")
    world.end_talk(call, leg)
    world.sign_out("1002", "02")
    assert world.state.seats["01"].agent == "1001"
    assert not world.surprises


def test_the_device_of_an_empty_seat() -> None:
    world = World()
    for state, wanted in (("UNAVAILABLE", "unreachable"), ("NOT_INUSE", "empty"), ("INVALID", "unreachable")):
        world.apply(DeviceChanged(world.now, "pjsip/8003", state))
        assert world.state.seats["03"].state == wanted
    before = len(world.facts)
    for device, state in (("PJSIP/8003", "INVALID"), ("PJSIP/8003", "NONSENSE"), ("PJSIP/9999", "UNAVAILABLE")):
        world.apply(DeviceChanged(world.now, device, state))
    assert len(world.facts) == before


def test_a_phone_unplugged_under_an_agent() -> None:
    world = World()
    world.sign_in("1001", "01", "hotline", "yi")
    world.member("1001", "01", "hotline", status=5)
    assert world.agent("1001").state == "available", "the second queue has not heard yet"
    world.member("1001", "01", "yi", status=5)
    assert world.agent("1001").state == "unreachable"
    assert world.state.seats["01"].state == "unreachable"
    world.member("1001", "01", "hotline", status=1)
    assert world.states("1001") == ["available", "unreachable", "available"]


def test_settings_loaded_anew_reseat_everybody() -> None:
    feed = Feed("pbx1", SITE)
    world = World()
    feed.state = world.state
    world.sign_in("1001", "01")
    world.sign_in("1002", "77")
    moved = Site(seats=(SeatRule("01", "PJSIP/8077", "window"), SeatRule("09", "PJSIP/8001")), queues=SITE.queues[:1])
    feed.configured(moved, world.now)
    assert (world.agent("1001").seat, world.agent("1002").seat) == ("09", "01")
    assert {seat.id: (seat.agent, seat.state.value) for seat in world.state.seats.values()} == {
        "01": ("1002", "available"), "09": ("1001", "available"),
    }  # fmt: skip
    assert set(world.state.agents) == {"1001", "1002"}, "who is neither named nor here is forgotten"
    assert set(world.state.queues) == {"hotline"}
    feed.configured(Site(seats=(SeatRule("01", "PJSIP/8077", "door"),)), world.now)
    assert (world.agent("1001").seat, world.state.seats["01"].name) == (None, "door")
    assert (world.agent("1002").seat, world.state.seats["01"].agent) == ("01", "1002")
