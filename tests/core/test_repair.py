"""Torn messages put together again, and what is not believed."""

import pytest

from gateway.core.decoding import Decoder
from gateway.core.quarantine import WINDOW, Quarantine
from gateway.core.repair import Repair, Salvage
from tests.core.forged import LONG, SHORT
from tests.core.test_decoding import HANGUP, decode

OTHER = HANGUP.replace(b"1795457123.7", b"1795457123.9")
ITEM = (
    b"Event: QueueEntry\r\nQueue: q\r\nPosition: 1\r\nChannel: PJSIP/trunk-1\r\nUniqueid: 1.1\r\nCallerIDNum: 1\r\n"
    b"CallerIDName: n\r\nConnectedLineNum: \r\nConnectedLineName: \r\nWait: 3\r\nPriority: 0\r\n"
    b"ActionID: hl-x-4\r\n\r\n"
)
END_OF_LIST = b"Event: QueueStatusComplete\r\nActionID: hl-x-4\r\nEventList: Complete\r\nListItems: 1\r\n\r\n"


def tear(message: bytes, text: bytes) -> bytes:
    return message.replace(b"CallerIDNum: 1\r\n", b"CallerIDNum: " + text + b"\r\n")


def salvage(held: bytes, secret: bytes = b"") -> Salvage:
    decoder = Decoder()
    return Repair(held, decoder.check, decoder.shapes, secret).salvage()


@pytest.mark.parametrize("text", [*SHORT.values(), *LONG.values()], ids=[*SHORT, *LONG])
def test_torn_message_is_mended_and_its_neighbours_stay(text: bytes) -> None:
    saved = salvage(tear(HANGUP, text) + OTHER)
    assert saved.mended == 1
    assert saved.stream.count(b"Event: ") == 2
    assert decode(saved.stream) == decode(HANGUP + OTHER)


@pytest.mark.parametrize("text", [*SHORT.values(), *LONG.values()], ids=[*SHORT, *LONG])
def test_torn_list_item_is_mended(text: bytes) -> None:
    saved = salvage(tear(ITEM, text) + END_OF_LIST, b"hl-x-")
    assert decode(saved.stream) == decode(ITEM + END_OF_LIST)


def test_message_that_was_never_finished_makes_all_doubtful() -> None:
    torn = HANGUP.partition(b"CallerIDName")[0] + b"\r\n"
    assert salvage(torn + OTHER.replace(b"Cause: 16\r\n", b"")).stream == b""


def test_message_of_a_kind_nobody_knows_is_cut_out() -> None:
    """Its shape was never seen: one channel, then whatever follows."""
    odd = HANGUP.replace(b"Event: Hangup", b"Event: Odd").replace(b"Cause: 16\r\n", b"To: x\r\nMES: 1.0\r\n")
    saved = salvage(tear(odd, SHORT["a reply"]) + OTHER)
    assert saved.mended == 1
    assert decode(saved.stream) == decode(OTHER)


def test_garbage_makes_all_doubtful() -> None:
    assert salvage(tear(HANGUP, SHORT["a break"]) + b"Garbage: x\r\n\r\n") == Salvage(b"", 0, 3)


def test_work_on_look_alikes_is_bounded() -> None:
    """Thousands of lines that look like the rest of the torn message."""
    text = b"1\r\n" + b"CallerIDName: \r\nConnectedLineNum: \r\nConnectedLineName: \r\n" * 2_000
    repair = Repair(tear(HANGUP, text) * 20, Decoder().check, {})
    assert not repair.salvage().stream.startswith(b"Event: Evil")
    assert repair._trials >= -20_000


def test_fence_divides_what_is_held() -> None:
    quarantine = Quarantine("hl-x-9", 0)
    fence = b"Response: Success\r\nActionID: hl-x-9\r\nPing: Pong\r\n\r\n"
    assert quarantine.hold(OTHER, 0, len(OTHER)) is None
    data = HANGUP + fence + OTHER
    assert quarantine.hold(data, 0, len(data)) == len(HANGUP + fence)
    assert quarantine.held == OTHER + HANGUP


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_window_without_a_fence_is_the_same_in_any_split(size: int) -> None:
    stream = HANGUP * 40
    quarantine = Quarantine("", 0)
    place = 0
    for _ in range(100):
        end = min(len(stream), place + size * len(HANGUP))
        stop = quarantine.hold(stream, place, end)
        if stop is not None:
            break
        place = end
    assert quarantine.held == HANGUP * -(-WINDOW // len(HANGUP))


def test_flood_is_told() -> None:
    quarantine = Quarantine("hl-x-9", 0)
    for _ in range(5):
        quarantine.hold(b"x" * 1_048_576, 0, 1_048_576)
    assert quarantine.is_full
