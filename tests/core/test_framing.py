"""Where the complete part of the stream ends, in every split."""

import pytest

from gateway.core.framing import LIMIT, Framer

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
ONE = b"Event: A\r\nB: c\r\n\r\n"
TWO = b"Response: Success\r\n\r\n"


def feed_in_parts(stream: bytes, size: int) -> bytes:
    framer = Framer()
    whole = b""
    for place in range(0, len(stream), size):
        data, end = framer.feed(stream[place : place + size])
        whole += data[:end]
    return whole


@pytest.mark.parametrize("size", range(1, 30))
def test_complete_messages_in_any_split(size: int) -> None:
    assert feed_in_parts(BANNER + ONE + TWO + ONE[:-1], size) == ONE + TWO


def test_banner_is_kept_apart() -> None:
    framer = Framer()
    assert framer.feed(BANNER[:10]) == (b"", 0)
    assert framer.feed(BANNER[10:] + ONE) == (ONE, len(ONE))
    assert framer.banner == BANNER[:-2]


def test_stream_without_banner_loses_nothing() -> None:
    assert feed_in_parts(ONE + TWO, 5) == ONE + TWO


def test_rest_comes_again_with_what_follows() -> None:
    framer = Framer()
    framer.feed(BANNER)
    data, end = framer.feed(ONE + ONE[:7])
    assert (data[:end], data[end:]) == (ONE, ONE[:7])
    assert framer.feed(ONE[7:]) == (ONE, len(ONE))


def test_message_without_end_is_given_up() -> None:
    framer = Framer()
    framer.feed(BANNER)
    for _ in range(LIMIT // 65_536 + 1):
        framer.feed(b"x" * 65_536)
    assert framer.overflows == 1
    assert framer.feed(ONE) == (ONE, len(ONE))
