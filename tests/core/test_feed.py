"""The feed's conversation: snapshots asked and agreed, Ping, closing, permissions, replies."""

import pytest

from gateway.core.facts import FeedUp
from gateway.core.site import SECOND
from tests.core.link import TRIP, Link
from tests.core.pbx import Member, Pbx
from tests.core.world import SITE, T0

HOUR = 3600 * SECOND


def sitting() -> Pbx:
    return Pbx(T0, booted=T0 - HOUR, members=[Member("hotline", "PJSIP/8001", "1001")])


def test_the_first_connection_measures_the_clock_looks_twice_and_is_live() -> None:
    link = Link(sitting()).connect()
    assert [request.action for request in link.asked] == [
        "Ping", "CoreSettings", "QueueStatus", "CoreShowChannels", "DeviceStateList", "Ping",
    ]  # fmt: skip
    assert not link.is_live()
    link.wait(1.5)
    (up,) = link.of(FeedUp)
    status = link.feed.status
    assert (status.live, status.reason, status.version, up.version) == (True, None, "22.10.1", "22.10.1")
    assert up.started_at is not None
    assert abs(up.started_at - (T0 - HOUR)) < 2 * SECOND
    assert link.states() == {"1001": "available"}
    assert not link.blind, "nothing was seen before, so nothing was missed"
    assert not link.surprises
    assert not status.missing


def test_action_ids_bear_the_nonce_and_never_repeat() -> None:
    link = Link().up()
    link.cut()
    link.up()
    ids = [request.action_id for request in link.asked]
    assert len(set(ids)) == len(ids)
    assert {action_id.rpartition("-")[0] for action_id in ids} == {"hl-nonce1", "hl-nonce2"}


def test_a_ping_a_second_and_no_busy_loop_for_ten_minutes() -> None:
    link = Link(sitting()).up()
    before = len(link.asked)
    link.wait(600)
    pings = [request for request in link.asked[before:] if request.action == "Ping"]
    assert 590 <= len(pings) <= 640
    assert link.ticks < 700
    assert not link.corrections
    assert not link.surprises


def test_an_unanswered_ping_is_half_open_and_said_until_obeyed() -> None:
    link = Link().up()
    link.pbx.dumb = {"Ping", "QueueStatus"}
    link.wait(6)
    assert link.wants_close() == "half_open"
    feed = link.feed
    feed.close = None
    link.pass_time((feed.deadline or 0) - link.wall)
    feed.tick(link.wall, link.wall)
    assert link.wants_close() == "half_open", "nobody obeyed"
    assert (feed.deadline or 0) > link.wall
    link.cut("half_open")
    assert feed.deadline is None
    link.pbx.dumb = set()
    link.up()
    assert link.blind[0][1] == "half_open"


def test_a_list_that_never_ends_closes_the_connection() -> None:
    link = Link()
    link.pbx.dumb = {"QueueStatus"}
    link.connect()
    link.wait(15)
    assert link.close == "list_timeout"
    assert not link.is_live()


def test_a_short_list_is_said_and_asked_again() -> None:
    link = Link(sitting())
    link.pbx.short = {"QueueStatus"}
    link.connect()
    link.wait(3)
    assert "short_list" in link.surprises
    assert not link.is_live()
    link.pbx.short = set()
    link.wait(3)
    assert link.is_live()
    assert link.states() == {"1001": "available"}


@pytest.mark.parametrize(
    ("action", "figure"),
    [
        ("CoreShowChannels", "calls in progress at start, and other calls of agents"),
        ("DeviceStateList", "unplugged phones of empty seats"),
        ("CoreSettings", "the PBX's version"),
        ("QueueStatus", "waiting callers and members at start"),
    ],
)
def test_permission_denied_names_the_figure_that_is_wrong(action: str, figure: str) -> None:
    link = Link(sitting())
    link.pbx.refused = {action}
    link.up()
    assert figure in [wrong for _, wrong in link.feed.status.missing]
    link.wait(120)
    assert not link.corrections, "what a refused list does not show is not gone"
    link.pbx.refused = set()
    link.cut()
    link.up()
    assert not link.feed.status.missing


def test_no_fully_booted_means_a_restart_is_not_told() -> None:
    link = Link()
    link.connect(boots=False)
    link.wait(1.5)
    assert [what for what, _ in link.feed.status.missing] == ["read=system (FullyBooted)"]
    assert link.of(FeedUp)[0].started_at is None


def test_no_timestamps_are_named_and_arrival_counts() -> None:
    link = Link(sitting()).up()
    link.pbx.stamped = False
    caller = link.pbx.begin("PJSIP/trunk", exten="12345")
    link.hear(link.pbx.created(caller), link.pbx.joined(link.pbx.wait(caller)))
    assert [what for what, _ in link.feed.status.missing] == ["timestampevents=yes"]
    arrived_at = link.feed.state.calls[caller.uniqueid].arrived_at
    assert arrived_at is not None
    assert abs(arrived_at - link.wall) <= TRIP


def test_replies_to_the_shell_are_handed_on_and_own_ones_are_not() -> None:
    link = Link().up()
    link.feed.received(b"Response: Success\r\nActionID: shell-1\r\nMessage: ok\r\n\r\n", link.wall, link.wall)
    assert [reply.splitlines()[1] for reply in link.feed.replies] == [b"ActionID: shell-1"]
    link.feed.received(b"Response: Success\r\nActionID: hl-nonce1-999\r\n\r\n", link.wall, link.wall)
    assert len(link.feed.replies) == 1


def test_what_was_seen_is_counted_over_connections() -> None:
    link = Link(sitting()).up()
    seen = link.feed.events["QueueMember"]
    size = link.feed.counters["bytes"]
    link.cut()
    link.up()
    assert link.feed.events["QueueMember"] > seen
    assert link.feed.counters["bytes"] > size


def test_ticks_and_settings_before_any_connection() -> None:
    link = Link()
    link.feed.tick(T0, T0)
    link.feed.configured(SITE, T0)
    assert link.feed.deadline is None
    assert not link.feed.requests
