"""What a message must look like to be believed."""

import pytest

from gateway.core.shapes import CHANNEL_KEYS, find_fault, is_torn_reply, read_headers

PROLOGUE = ("Privilege", "Timestamp")
WHOLE = (*PROLOGUE, *CHANNEL_KEYS, "Cause")


def test_whole_channel_is_believed() -> None:
    assert find_fault(b"Hangup", WHOLE, live=True, timestamped=True) is None


def test_versions_and_channel_variables_are_believed() -> None:
    keys = (*PROLOGUE, *CHANNEL_KEYS, "Tenantid", "ChanVariable", "ChanVariable", "ChanVariable(X)", "ChanVariable(X)")
    assert find_fault(b"Newchannel", keys, live=True, timestamped=True) is None


@pytest.mark.parametrize("stop", range(4, 16))
def test_torn_channel_is_not(stop: int) -> None:
    assert find_fault(b"Hangup", WHOLE[:stop], live=True, timestamped=True) is not None


@pytest.mark.parametrize(
    "keys",
    [
        (*WHOLE, None),
        (*WHOLE, "Cause"),
        ("Timestamp", *WHOLE[2:]),
        ("Privilege", *WHOLE[2:]),
        (*PROLOGUE, "Foo", "CallerIDName"),
        (*PROLOGUE, "Event"),
        (*PROLOGUE, "Response"),
        (*PROLOGUE, *CHANNEL_KEYS[:4], "CallerIDName", "CallerIDNum", *CHANNEL_KEYS[6:]),
    ],
    ids=["no header", "repeated", "no privilege", "no time", "stray", "event inside", "reply inside", "order"],
)
def test_what_is_not_believed(keys: tuple[str | None, ...]) -> None:
    assert find_fault(b"Hangup", keys, live=True, timestamped=True) is not None


def test_list_item_has_no_prologue() -> None:
    keys = ("ActionID", *CHANNEL_KEYS, "Application", "ApplicationData", "Duration", "BridgeId")
    assert find_fault(b"CoreShowChannel", keys, live=False, timestamped=True) is None


def test_time_is_demanded_only_of_a_pbx_that_sends_it() -> None:
    assert find_fault(b"Reload", ("Privilege", "Module"), live=True, timestamped=False) is None


def test_reply_that_swallowed_a_message_is_torn() -> None:
    assert is_torn_reply(b"Response: x\r\nCallerIDName: y\r\nLinkedid: 1.1")
    assert not is_torn_reply(b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted")


def test_headers_are_read_without_fear() -> None:
    headers = read_headers(b"A: b\r\nC:\r\nno\r\n: x\r\n\xff: y")
    assert [header.key for header in headers] == ["A", "C", None, None, None]
