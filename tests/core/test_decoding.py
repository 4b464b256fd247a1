"""Bytes to events: what is built, what is only checked, what is learned, where it stops."""

from typing import Any

import pytest

from gateway.core import events as ev
from gateway.core.ami import Listed
from gateway.core.decoding import LAYOUTS_MAX, Decoder, Fault
from gateway.core.texts import TEXTS_MAX, VALUE_MAX
from tests.core.feeding import load

HANGUP = (
    b"Event: Hangup\r\nPrivilege: call,all\r\nTimestamp: 1795457123.669746\r\nChannel: PJSIP/8001-00000001\r\n"
    b"ChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: 1\r\nCallerIDName: n\r\nConnectedLineNum: \r\n"
    b"ConnectedLineName: \r\nLanguage: en\r\nAccountCode: \r\nContext: c\r\nExten: s\r\nPriority: 1\r\n"
    b"Uniqueid: 1795457123.7\r\nLinkedid: 1795457123.7\r\nCause: 16\r\nCause-txt: Normal Clearing\r\n\r\n"
)
GONE = ev.ChannelHungUp(1795457123669746, "1795457123.7", 16, ("c", "s", "1"))
MEMBER = (
    b"Event: QueueMember\r\nQueue: q\r\nName: 1001\r\nLocation: PJSIP/8001\r\nStateInterface: PJSIP/8001\r\n"
    b"Membership: static\r\nPenalty: 2\r\nCallsTaken: 0\r\nLastCall: 0\r\nLastPause: 0\r\nLoginTime: 1\r\nInCall: 0\r\n"
    b"Status: 1\r\nPaused: 1\r\nPausedReason: break\r\nWrapuptime: 5\r\nActionID: x-1\r\n\r\n"
)
MARKER = HANGUP.replace(b"Event: Hangup", b"Event: UserEvent").partition(b"Cause: 16")[0]


def decode(stream: bytes, decoder: Decoder | None = None) -> tuple[list[Any], Fault | None]:
    out: list[Any] = []
    fault = (decoder or Decoder()).decode(stream, 0, len(stream), 5, out)
    return out, fault


def test_event_is_built_with_its_own_time() -> None:
    assert decode(HANGUP) == ([GONE], None)


def test_learned_shape_says_the_same() -> None:
    decoder = Decoder()
    assert decode(HANGUP * 3, decoder) == ([GONE] * 3, None)
    assert decoder.slow == 1
    assert decoder.counts == {b"Hangup": 3}


def test_whole_traces_say_the_same_the_slow_way_and_the_learned_way() -> None:
    for name in ("plain22-across.all", "plain16-everyday.all", "hotline22-across.all"):
        messages = load(name)[1]
        learned, fault = decode(b"".join(messages))
        assert fault is None
        assert learned == [event for message in messages for event in decode(message)[0]]


def test_list_item_bears_its_action_id() -> None:
    (item,), fault = decode(MEMBER)
    assert fault is None
    assert isinstance(item, Listed)
    assert item.action_id == "x-1"
    assert item.event[1:5] == ("q", "PJSIP/8001", "1001", "PJSIP/8001")
    assert (item.event.at, item.event.paused, item.event.reason, item.event.wrap_up) == (5, True, "break", 5)


def test_replies_come_as_they_are_between_events() -> None:
    reply = b"Response: Success\r\nActionID: 1"
    assert decode(HANGUP + reply + b"\r\n\r\n\r\n" + HANGUP) == ([GONE, reply, GONE], None)


def test_only_the_status_of_a_queue_is_read_of_variables() -> None:
    decoder = Decoder()
    start = HANGUP.replace(b"Event: Hangup", b"Event: VarSet").partition(b"Cause: 16")[0]
    other, status = start + b"Variable: X\r\nValue: y\r\n\r\n", start + b"Variable: QUEUESTATUS\r\nValue: FULL\r\n\r\n"
    assert (
        decode(other + status + other + status + other, decoder)[0]
        == [ev.QueueStatusSet(GONE.at, GONE.uniqueid, "FULL")] * 2
    )
    assert decoder.counts == {b"VarSet": 5}
    assert decoder.slow == 1


def test_markers_of_our_dialplan_are_read_and_others_counted() -> None:
    ours = MARKER + b"UserEvent: Hotline\r\nMarker: join\r\nAt: 1.5\r\nQueue: q\r\n\r\n"
    foreign = MARKER + b"UserEvent: Other\r\nMarker: join\r\n\r\n"
    decoder = Decoder()
    marker = ev.MarkerSet(GONE.at, GONE.uniqueid, "join", (("At", "1.5"), ("Queue", "q")))
    assert decode((ours + foreign) * 3 + HANGUP, decoder) == ([marker] * 3 + [GONE], None)
    assert decoder.counts[b"UserEvent"] == 6


@pytest.mark.parametrize("rounds", [1, 3])
def test_marker_with_a_field_twice_is_not_believed(rounds: int) -> None:
    good = MARKER + b"UserEvent: Hotline\r\nMarker: join\r\nQueue: q\r\n\r\n"
    bad = MARKER + b"UserEvent: Hotline\r\nMarker: join\r\nLine: 1\r\nMarker: exit\r\n\r\n"
    out, fault = decode(good * rounds + bad + HANGUP)
    assert fault == Fault(len(good) * rounds, "a field of a UserEvent is broken")
    assert len(out) == rounds


def test_decoding_stops_where_a_message_is_torn() -> None:
    torn = HANGUP.replace(b"CallerIDNum: 1\r\n", b"CallerIDNum: 1\r\n\r\n")
    out, fault = decode(HANGUP + torn + HANGUP)
    assert out == [GONE]
    assert fault is not None
    assert fault.place == len(HANGUP)


def test_values_are_made_harmless() -> None:
    long = b"9" * (VALUE_MAX + 50)
    hostile = HANGUP.replace(b"1795457123.7\r\nLinkedid", b"a\nb\x00\xff\xe2\x80\xa8" + long + b"\r\nLinkedid")
    (gone,), fault = decode(HANGUP.partition(b"x")[0] and hostile)
    assert fault is None
    assert len(gone.uniqueid) <= VALUE_MAX
    assert gone.uniqueid.startswith("a\ufffdb\ufffd")
    assert gone.uniqueid.isprintable()


def test_what_is_learned_is_bounded() -> None:
    decoder = Decoder()
    for number in range(3 * LAYOUTS_MAX):
        message = b"Event: Odd\r\nPrivilege: x\r\nKey%d: v\r\n\r\n" % number
        assert decode(message, decoder)[1] is None
    for number in range(TEXTS_MAX + 100):
        decode(HANGUP.replace(b"1795457123.7\r\nLinkedid", b"1.%d\r\nLinkedid" % number), decoder)
    assert len(decoder.shapes[b"Odd"]) == LAYOUTS_MAX
    assert len(decoder._memory.texts) <= TEXTS_MAX
    assert decoder.counts[b"Odd"] == 3 * LAYOUTS_MAX


def test_time_is_demanded_once_it_was_seen() -> None:
    decoder = Decoder()
    untimed = b"Event: Reload\r\nPrivilege: system,all\r\nModule: x\r\n\r\n"
    assert decode(untimed, decoder)[1] is None
    assert decoder.untimed
    assert decode(HANGUP, decoder)[1] is None
    assert decode(b"Event: Peer\r\nPrivilege: x\r\n\r\n", decoder)[1] is not None
