"""Started in mid-call, and lists that are not ours."""

import pytest

from gateway.core.facts import VisitEnded, VisitJoined, VisitSettled
from gateway.core.site import SECOND
from tests.core.hall import Hall
from tests.core.world import T0


def test_started_while_callers_wait_their_joins_are_known_to_the_second(hall: Hall) -> None:
    caller, _ = hall.caller()
    hall.link.up()
    (joined,) = hall.link.of(VisitJoined)
    assert joined.at == pytest.approx(T0 - 60 * SECOND, abs=SECOND)
    (visit,) = hall.link.feed.state.visits.values()
    assert (visit.precision, visit.position) == ("s", 1)
    assert hall.link.feed.state.calls[caller.uniqueid].phase == "waiting"
    hall.link.wait(10)
    hall.link.hear(hall.pbx.abandoned(caller), hall.pbx.left(caller))
    hall.link.wait(1.5)
    (settled,) = hall.link.of(VisitSettled)
    assert settled.precision == "s"
    assert not hall.link.corrections


def test_started_in_mid_talk_the_talk_goes_on_and_its_length_stays_unknown(hall: Hall) -> None:
    caller, leg = hall.talking()
    hall.link.up()
    assert hall.link.states() == {"1001": "talking", "1002": "available"}
    agent = hall.link.feed.state.agents["1001"]
    assert not agent.exact, "since is only an upper bound"
    (settled,) = hall.link.of(VisitSettled)
    assert (settled.outcome, settled.wait_us, settled.within_promise) == ("answered", None, None)
    assert settled.reason is not None
    assert settled.at > T0
    assert hall.link.feed.state.calls[caller.uniqueid].phase == "talking"
    hall.pbx.end(leg)
    hall.link.hear(hall.pbx.hung_up(leg))
    (ended,) = hall.link.of(VisitEnded)
    assert (ended.talk_us, ended.hold_us) == (None, None)
    assert hall.link.states()["1001"] == "available"


def test_a_hold_before_the_start_is_not_known_and_its_unhold_is_harmless(hall: Hall) -> None:
    _, leg = hall.talking()
    hall.link.up()
    hall.link.hear(hall.pbx.event("Unhold", "call", hall.pbx.of(leg)))
    assert hall.link.states()["1001"] == "talking"
    hall.link.hear(hall.pbx.event("Hold", "call", hall.pbx.of(leg)))
    assert hall.link.states()["1001"] == "held"


def test_a_hold_before_the_start_is_told_by_the_phone(hall: Hall) -> None:
    hall.talking()
    hall.first.status = 8
    hall.link.up()
    assert hall.link.states()["1001"] == "held"
    assert not hall.link.feed.state.agents["1001"].exact


def test_started_in_mid_ring(hall: Hall) -> None:
    caller, _ = hall.caller()
    leg = hall.leg(caller, hall.second)
    hall.link.up()
    assert hall.link.states() == {"1001": "available", "1002": "ringing"}
    (visit,) = hall.link.feed.state.visits.values()
    assert list(visit.offers) == [leg.uniqueid]
    hall.hear_answer(caller, leg, hall.second)
    assert hall.link.states()["1002"] == "talking"
    assert hall.link.outcomes == ["answered"]
    assert not hall.link.surprises


def test_started_while_a_local_member_talks(hall: Hall) -> None:
    hall.first.interface, hall.first.device = "Local/8001@dial/n", "PJSIP/8001"
    caller, _ = hall.caller()
    one = hall.pbx.begin("Local/8001@dial", caller.uniqueid, application="AppQueue")
    one.name += ";1"
    two = hall.pbx.begin("Local/8001@dial", caller.uniqueid, application="Dial")
    two.name = one.name[:-1] + "2"
    phone = hall.pbx.begin("PJSIP/8001", caller.uniqueid, application="AppDial", bridge="b2")
    two.bridge = "b2"
    hall.pbx.answer(caller, one)
    hall.link.up()
    assert hall.link.states()["1001"] == "talking"
    assert set(hall.link.feed.state.calls) == {caller.uniqueid}, "the second half is nobody's call"
    hall.link.hear(hall.pbx.event("Hold", "call", hall.pbx.of(phone)))
    assert hall.link.states()["1001"] == "held"
    hall.pbx.end(phone, two, one)
    hall.link.hear(*[hall.pbx.hung_up(channel) for channel in (phone, two, one)])
    assert hall.link.states()["1001"] == "available"


def test_started_while_a_local_member_nobody_knows_rings(hall: Hall) -> None:
    caller, _ = hall.caller()
    hall.pbx.begin("Local/7@other", caller.uniqueid, application="AppQueue").name += ";1"
    hall.link.up()
    assert hall.link.states() == {"1001": "available", "1002": "available"}


def test_started_while_an_agent_is_on_other_calls(hall: Hall) -> None:
    inbound = hall.pbx.begin("PJSIP/trunk", application="Dial", bridge="b1")
    hall.pbx.begin("PJSIP/8001", inbound.uniqueid, application="AppDial", bridge="b1")
    hall.pbx.begin("PJSIP/8002", application="Dial", bridge="b2")
    gone_on = hall.pbx.begin("PJSIP/8001", "gone.1", application="AppQueue", bridge="b3")
    hall.link.up()
    agents = hall.link.feed.state.agents
    assert hall.link.states() == {"1001": "other_call", "1002": "other_call"}
    assert agents["1002"].detail == "internal"
    assert gone_on.uniqueid in agents["1001"].others


def test_started_with_an_unplugged_empty_seat(hall: Hall) -> None:
    hall.pbx.unplugged = {"PJSIP/8003"}
    hall.link.up()
    assert hall.link.feed.state.seats["03"].state == "unreachable"


def test_the_configured_case_of_a_queue_wins(hall: Hall) -> None:
    hall.pbx.queues = ["HotLine"]
    for member in hall.pbx.members:
        member.queue = "HotLine"
    hall.link.up()
    assert {queue.name for queue in hall.link.feed.state.queues.values()} == {"HotLine", "yi", "overflow"}
    assert hall.link.feed.state.queues["hotline"].strategy == "ringall"


def test_foreign_list_items_are_refused(hall: Hall) -> None:
    hall.link.up()
    item = hall.pbx._show_queue("hotline", ("ActionID", "hl-guess-3"))[1]
    hall.link.hear(item.replace(b"1001", b"6666"))
    assert hall.link.surprises == ["foreign_list_item"]
    assert "6666" not in hall.link.feed.state.agents
    end = b"Event: QueueStatusComplete\r\nActionID: hl-guess-3\r\nEventList: Complete\r\nListItems: 1\r\n\r\n"
    hall.link.hear(end)
    assert hall.link.surprises == ["foreign_list_item"]


def test_the_rest_of_our_own_list_that_a_new_beginning_left_is_no_surprise(hall: Hall) -> None:
    hall.link.connect(boots=False)
    hall.link.wait(46)
    hall.pbx.dumb = {"QueueStatus"}
    hall.link.wait(1)
    asked = next(r for r in reversed(hall.link.asked) if r.action == "QueueStatus")
    hall.pbx.dumb = set()
    hall.link.hear(hall.pbx.booted_event(), hall.pbx.reply(asked))
    hall.link.wait(2)
    assert not hall.link.surprises
    assert hall.link.is_live()


def test_a_channel_that_hung_up_just_now_is_not_listed_back_to_life(hall: Hall) -> None:
    hall.link.up()
    caller, waiting = hall.hear_caller()
    hall.link.hear(hall.pbx.abandoned(caller), hall.pbx.left(caller), hall.pbx.hung_up(caller))
    hall.link.wait(48)
    assert waiting in hall.pbx.callers, "the model still lists him, as a lagging list would"
    assert not hall.link.feed.state.calls
    assert not hall.link.feed.state.visits
