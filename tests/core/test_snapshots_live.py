"""Lists beside live events: races are no corrections, silent changes are, a clean hour has none."""

from gateway.core.facts import StateCorrected, VisitEnded, VisitJoined
from tests.core.hall import Hall, look
from tests.core.pbx import Member


def test_a_join_racing_the_first_snapshot_is_one_visit_and_exact(hall: Hall) -> None:
    hall.link.connect()
    channel, waiting = hall.caller()
    joined_at = hall.link.wall
    join = hall.pbx.joined(waiting)
    hall.link.wait(1.5)
    assert hall.link.feed.state.visits
    hall.link.hear(join)
    (visit,) = hall.link.feed.state.visits.values()
    assert (visit.precision, visit.joined_at) == ("us", joined_at)
    assert len(hall.link.of(VisitJoined)) == 1
    assert channel.uniqueid in hall.link.feed.state.calls


def test_what_a_list_shows_before_its_event_is_here_is_no_correction(hall: Hall) -> None:
    hall.link.up()
    hall.link.wait(44)
    channel, waiting = hall.caller()
    channel.exten = "12345"
    created = hall.pbx.created(channel)
    channel.exten = "queue"
    late = [created, hall.pbx.joined(waiting)]
    hall.second.paused = "meal"
    late.append(hall.pbx.member_event(hall.second, "QueueMemberPause"))
    third = Member("hotline", "PJSIP/8003", "1003")
    hall.pbx.members.append(third)
    late.append(hall.pbx.member_event(third, "QueueMemberAdded"))
    look(hall)
    hall.link.hear(*late)
    hall.link.wait(60)
    assert not hall.link.corrections
    (visit,) = hall.link.feed.state.visits.values()
    assert (visit.precision, visit.line) == ("us", "12345")
    assert hall.link.states() == {"1001": "available", "1002": "paused", "1003": "available"}


def test_an_event_older_than_the_list_may_undo_it_only_until_the_newer_one(hall: Hall) -> None:
    hall.link.up()
    hall.first.status = 6
    old = hall.pbx.member_event(hall.first)
    hall.first.status = 5
    new = hall.pbx.member_event(hall.first)
    look(hall)
    hall.link.hear(old, new)
    hall.link.wait(60)
    assert hall.link.states()["1001"] == "unreachable"
    assert not hall.link.corrections


def test_stale_leave_and_hangup_of_a_caller_the_list_no_longer_showed(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    events = [hall.pbx.abandoned(caller), hall.pbx.left(caller), hall.pbx.hung_up(caller)]
    hall.link.wait(44)
    hall.pbx.end(caller)
    look(hall)
    hall.link.hear(*events)
    hall.link.wait(5)
    assert not hall.link.corrections
    assert len(hall.link.outcomes) == 1
    hall.link.hear(*events)
    assert len(hall.link.outcomes) == 1


def test_a_talk_known_from_the_list_hears_of_its_own_beginning(hall: Hall) -> None:
    hall.link.connect()
    caller, leg = hall.talking()
    hall.link.wait(1.5)
    hall.link.hear(
        hall.pbx.ringing(caller, leg, hall.first),
        hall.pbx.dial_ended(caller, leg, "ANSWER"),
        hall.pbx.left(caller),
        hall.pbx.connected(caller, leg, hall.first),
    )
    assert hall.link.outcomes == ["answered"]
    assert hall.link.states()["1001"] == "talking"
    assert not hall.link.surprises
    hall.pbx.end(leg)
    hall.link.hear(hall.pbx.hung_up(leg))
    assert hall.link.of(VisitEnded)[0].talk_us is not None


def test_a_clean_hour_corrects_nothing(hall: Hall) -> None:
    hall.link.up()
    for _ in range(30):
        caller, _ = hall.hear_caller()
        leg = hall.hear_ring(caller, hall.first)
        hall.link.wait(40.3)
        hall.hear_answer(caller, leg, hall.first)
        hall.link.wait(70.7)
        hall.pbx.end(leg, caller)
        hall.link.hear(hall.pbx.hung_up(leg), hall.pbx.hung_up(caller))
        hall.link.wait(9)
    assert not hall.link.corrections
    assert not hall.link.surprises
    assert hall.link.outcomes == ["answered"] * 30


def test_the_periodic_check_corrects_silent_changes_and_says_each_kind(hall: Hall) -> None:
    hall.link.up()
    lost, _ = hall.hear_caller()
    hall.pbx.end(lost)
    hall.caller()
    hall.pbx.begin("PJSIP/trunk", application="Playback")
    hall.first.paused = "meal"
    hall.second.status = 5
    hall.pbx.members.append(Member("yi", "PJSIP/8003", "1003"))
    hall.link.wait(50)
    assert sorted(hall.link.corrections) == [
        "channel_added", "channel_removed", "device_state", "member_added", "pause", "visit_added", "visit_removed",
    ]  # fmt: skip
    assert hall.link.states() == {"1001": "paused", "1002": "unreachable", "1003": "available"}
    hall.pbx.members.pop()
    hall.link.wait(50)
    assert hall.link.corrections[-1] == "member_removed"
    hall.link.wait(200)
    assert len(hall.link.corrections) == 8
    assert "read=agent (QueueCaller*, Agent*)" not in [what for what, _ in hall.link.feed.status.missing]


def test_a_channel_that_vanished_silently_is_removed_with_its_talk(hall: Hall) -> None:
    hall.link.up()
    caller, _ = hall.hear_caller()
    leg = hall.hear_ring(caller, hall.first)
    hall.hear_answer(caller, leg, hall.first)
    hall.pbx.end(leg)
    hall.link.wait(50)
    assert hall.link.corrections == ["channel_removed"]
    assert hall.link.states()["1001"] == "available"
    assert hall.link.of(VisitEnded)[0].ended_by is None


def test_callers_seen_only_in_lists_mean_read_agent_is_missing() -> None:
    hall = Hall()
    hall.link.up()
    hall.caller()
    hall.link.wait(50)
    assert "read=agent (QueueCaller*, Agent*)" in [what for what, _ in hall.link.feed.status.missing]


def test_a_reload_event_asks_for_a_look_at_once(hall: Hall) -> None:
    hall.link.up()
    hall.link.wait(5)
    hall.first.paused = "meal"
    hall.link.hear(hall.pbx.event("Reload", "system", [("Module", "app_queue.so"), ("Status", "0")]))
    hall.link.wait(2.5)
    assert [fact.kind for fact in hall.link.of(StateCorrected)] == ["pause"]
    assert hall.link.states()["1001"] == "paused"


def test_a_wish_during_a_look_is_granted_after_it(hall: Hall) -> None:
    hall.link.up()
    reload = hall.pbx.event("Reload", "system", [("Module", "app_queue.so"), ("Status", "0")])
    look(hall)
    hall.link.wait(1.0)
    hall.link.hear(reload)
    hall.first.paused = "meal"
    hall.link.wait(4)
    assert hall.link.states()["1001"] == "paused"


def test_a_queue_that_was_deleted_is_forgotten(hall: Hall) -> None:
    hall.pbx.queues.append("old")
    hall.link.up()
    assert "old" in hall.link.feed.state.queues
    hall.pbx.queues.remove("old")
    hall.link.wait(50)
    assert "old" not in hall.link.feed.state.queues
    assert "overflow" in hall.link.feed.state.queues, "the settings name it"
