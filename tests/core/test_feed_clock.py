"""Clocks, restarts and blind time: what the feed makes of the PBX's time and of its own absence."""

import pytest

from gateway.core.facts import FeedDown, PbxRestarted
from gateway.core.site import SECOND
from tests.core.link import TRIP, Link
from tests.core.pbx import Member, Pbx
from tests.core.world import T0

HOUR = 3600 * SECOND


def sitting() -> Pbx:
    return Pbx(T0, booted=T0 - HOUR, members=[Member("hotline", "PJSIP/8001", "1001")])


@pytest.mark.parametrize("ahead", [0, 3 * HOUR, -3 * HOUR, 400_000])
def test_another_clock_is_measured_and_deadlines_run_by_it(ahead: int) -> None:
    pbx = sitting()
    pbx.ahead = ahead
    pbx.members[0].wrap_up = 10
    link = Link(pbx).up()
    offset = link.feed.status.clock_offset_us
    assert offset is not None
    assert abs(offset - ahead) <= TRIP
    caller = pbx.begin("PJSIP/trunk", exten="12345")
    leg = pbx.begin("PJSIP/8001", caller.uniqueid)
    link.hear(
        pbx.created(caller), pbx.joined(pbx.wait(caller)), pbx.created(leg), pbx.ringing(caller, leg, pbx.members[0])
    )
    assert link.states() == {"1001": "ringing"}
    pbx.members[0].status = 2
    link.hear(pbx.dial_ended(caller, leg, "ANSWER"), pbx.left(caller), pbx.connected(caller, leg, pbx.members[0]))
    pbx.answer(caller, leg)
    link.hear(pbx.member_event(pbx.members[0]))
    pbx.end(leg)
    link.hear(pbx.hung_up(leg))
    assert link.states() == {"1001": "wrap_up"}
    link.wait(8)
    assert link.states() == {"1001": "wrap_up"}
    link.wait(2.5)
    assert link.states() == {"1001": "available"}
    lag = link.feed.status.lag_us
    assert lag is not None
    assert abs(lag) < SECOND
    assert not link.corrections


def test_a_clock_behind_does_not_make_live_member_events_look_old() -> None:
    pbx = sitting()
    pbx.ahead = -3 * HOUR
    link = Link(pbx).up()
    pbx.members[0].status = 5
    link.hear(pbx.member_event(pbx.members[0]))
    assert link.states() == {"1001": "unreachable"}


def test_the_shortest_trip_is_the_truest_and_a_clock_that_is_set_is_followed() -> None:
    link = Link().up()
    feed = link.feed
    assert feed.status.clock_offset_us == 200
    feed._clock.sample(f"{(link.wall + 5000) // SECOND}.{(link.wall + 5000) % SECOND:06}", link.wall, link.wall + 9000)
    assert feed._clock.offset == 200
    link.pbx.ahead = -HOUR
    link.wait(3)
    assert feed.status.clock_offset_us is not None
    assert abs(feed.status.clock_offset_us + HOUR) <= TRIP
    before = feed._clock.offset
    for stamp, sent, received in (("nonsense", 0, 1), ("", 0, 1), ("1.5", 0, 1), ("1800000000.000000", 5, 1)):
        assert not feed._clock.sample(stamp, sent, received)
    assert feed._clock.offset == before


def test_blind_time_is_booked_once_and_from_the_last_byte_seen() -> None:
    link = Link(sitting()).up()
    last = link.feed.status.last_arrival
    assert last is not None
    link.wait(0.3)
    link.cut("closed")
    since = link.feed.status.since
    for reason in ("refused", "auth"):
        link.wait(5)
        link.feed.connected(link.wall, link.wall, "n")
        link.cut(reason)
    assert link.feed.status.since == since, "down since the cut, not since the last try"
    assert link.feed.status.reason == "auth", "the latest try tells why"
    assert [fact.reason for fact in link.of(FeedDown)] == ["closed"]
    assert link.feed.status.blind_since == last
    link.up()
    ((length, cause),) = link.blind
    assert cause == "auth"
    assert length == link.feed.status.blind_us
    assert 11 * SECOND < length < 13 * SECOND
    assert not link.feed.status.blind_since
    link.wait(60)
    assert len(link.blind) == 1
    assert link.ups == 2


def test_blind_time_before_the_start_is_known_from_the_journal() -> None:
    link = Link(blind_since=T0 - 60 * SECOND)
    link.cut("refused")
    link.up()
    assert [cause for _, cause in link.blind] == ["refused"]
    assert link.blind[0][0] > 60 * SECOND


def test_cut_again_before_it_was_live_is_one_blind_time() -> None:
    link = Link(sitting()).up()
    link.cut("closed")
    link.wait(3)
    link.connect()
    link.cut("kicked")
    link.wait(3)
    link.up()
    assert len(link.blind) == 1
    assert link.blind[0][0] > 6 * SECOND


def test_a_restart_is_told_by_uptime_and_cuts_every_open_visit() -> None:
    pbx = sitting()
    link = Link(pbx).up()
    waiting, talking = pbx.begin("PJSIP/trunk", exten="12345"), pbx.begin("PJSIP/trunk", exten="12345")
    leg = pbx.begin("PJSIP/8001", talking.uniqueid)
    for caller in (waiting, talking):
        link.hear(pbx.created(caller), pbx.joined(pbx.wait(caller)))
    link.hear(pbx.created(leg), pbx.ringing(talking, leg, pbx.members[0]), pbx.dial_ended(talking, leg, "ANSWER"))
    link.hear(pbx.left(talking), pbx.connected(talking, leg, pbx.members[0]))
    assert link.states() == {"1001": "talking"}
    link.cut("closed")
    pbx.channels.clear()
    pbx.callers.clear()
    link.wait(20)
    pbx.booted = link.wall - 5 * SECOND
    link.up()
    assert link.outcomes == ["answered", "cut"]
    (restarted,) = link.of(PbxRestarted)
    assert restarted.started_at is not None
    assert abs(restarted.started_at - pbx.booted) < 2 * SECOND
    assert link.states() == {"1001": "available"}
    state = link.feed.state
    assert (state.calls, state.visits, state.channels, state.offers) == ({}, {}, {}, {})
    assert not link.surprises


def test_the_same_boot_seen_again_is_no_restart_even_when_clocks_differ_by_hours() -> None:
    pbx = sitting()
    pbx.ahead = 3 * HOUR
    link = Link(pbx).up()
    for _ in range(3):
        link.wait(7.7)
        link.cut()
        link.up()
    assert not link.of(PbxRestarted)
    started = link.feed.status.started_at
    assert started is not None
    assert abs(started - (pbx.booted + pbx.ahead)) < 2 * SECOND


def test_a_pbx_that_boots_while_we_are_logged_in_is_asked_again() -> None:
    pbx = sitting()
    pbx.refused = {"QueueStatus"}
    link = Link(pbx).connect(boots=False)
    assert link.feed.status.missing
    pbx.refused = set()
    link.hear(pbx.booted_event())
    link.wait(1.5)
    assert link.is_live()
    assert not link.feed.status.missing
    assert link.states() == {"1001": "available"}
    assert not link.surprises


def test_a_shutdown_is_the_reason_until_the_cut_gives_another() -> None:
    link = Link().up()
    link.hear(link.pbx.event("Shutdown", "system", [("Shutdown", "Cleanly"), ("Restart", "True")]))
    assert link.feed.status.reason == "the PBX is shutting down"


def test_an_uptime_that_is_none_says_nothing() -> None:
    link = Link()
    link.feed.connected(T0, T0, "n")
    link.feed.received(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n", T0, T0)
    assert link.feed.status.started_at is None
