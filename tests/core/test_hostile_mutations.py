"""Messages that are no messages any more: never an exception, memory bounded, every fault counted (law 7)."""

import random
from pathlib import Path

import pytest

from gateway.core.decoding import LAYOUTS_MAX, NAMES_MAX, Decoder
from gateway.core.facts import Unexpected
from gateway.core.framing import LIMIT, Framer
from gateway.core.live import TOMBSTONES_MAX
from gateway.core.site import SECOND
from gateway.core.texts import TEXTS_MAX
from tests.core.feeding import Session, load, time_of

MEMBERS, MESSAGES = load("plain22-across.all")
PIECES = (
    b"\r\n", b"\r\n\r\n", b"\r\n\r\nEvent: ", b"Response: Success\r\n", b"\x00", b"\xff\xfe", b": ", b"Uniqueid: 1.1",
    b"\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\n", b"\r", b"\n", "通话\U0001f4de".encode(), b"Event: ",
)  # fmt: skip
BOUND = 64 * 1024 * 1024
"""Growth of the process over a whole stream: what is learned is bounded, what is held is bounded."""


def resident() -> int:
    """Bytes of memory of this process that are in use."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def mutate(chance: random.Random, message: bytes) -> bytes:
    """One message, damaged in one of eight ways; one in nine stays whole, so that good ones come between."""
    kind = chance.randrange(9)
    place = chance.randrange(len(message))
    if kind == 0:
        return message[:place] + bytes([chance.randrange(256)]) + message[place + 1 :]
    if kind == 1:
        return message[:place]
    if kind == 2:
        return message[:place] + chance.choice(PIECES) + message[place:]
    if kind == 3:
        lines = message.split(b"\r\n")
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
        return b"\r\n".join(lines)
    if kind == 4:
        text = "".join(chr(chance.randrange(0x10000)) for _ in range(40)).encode("utf-8", "replace")
        return message[:place] + text + message[place:]
    if kind == 5:
        return message[:place] + b"9" * chance.choice((100, 10_000)) + message[place:]
    if kind == 6:
        return message[:place] + message[chance.randrange(len(message)) :]
    if kind == 7:
        return b"Event: N%d\r\nPrivilege: x\r\nK%d: v\r\n\r\n" % (chance.randrange(1 << 30), chance.randrange(1 << 30))
    return message


def feed_mutants(count: int, logged_in: bool, seed: int) -> Session:
    chance = random.Random(seed)
    session = Session(MEMBERS, logged_in, start=time_of(MESSAGES[0]))
    wonders = 0
    for number in range(count):
        session.receive(mutate(chance, MESSAGES[number % len(MESSAGES)]))
        if number % 10 == 0:
            session.pass_time(session.wall + SECOND // 20)
            session.answer()
        wonders += sum(isinstance(fact, Unexpected) for fact in session.facts)
        session.facts.clear()
        session.obey()
    assert wonders >= session.feed.counters["faults"] > 0
    return session


def assert_bounded(session: Session) -> None:
    feed = session.feed
    decoder = feed.decoder
    assert len(decoder.counts) <= NAMES_MAX + 1
    assert len(decoder.shapes) <= NAMES_MAX
    assert max(map(len, decoder.shapes.values())) <= LAYOUTS_MAX
    assert len(decoder._memory.texts) <= TEXTS_MAX
    assert len(feed.state.tombs) <= TOMBSTONES_MAX


@pytest.mark.parametrize("logged_in", [True, False], ids=["live", "trace"])
def test_twenty_thousand_mutants(logged_in: bool) -> None:
    before = resident()
    session = feed_mutants(10_000, logged_in, 1)
    assert resident() - before < BOUND
    assert_bounded(session)


@pytest.mark.long
@pytest.mark.parametrize("logged_in", [True, False], ids=["live", "trace"])
def test_a_million_mutants(logged_in: bool) -> None:
    feed_mutants(20_000, logged_in, 2)
    before = resident()
    session = feed_mutants(500_000, logged_in, 3)
    assert resident() - before < BOUND
    assert_bounded(session)


def test_a_message_that_never_ends_is_given_up() -> None:
    framer = Framer()
    framer.feed(b"Asterisk Call Manager/11.0.0\r\n")
    for _ in range(2 * LIMIT // 65_536):
        assert framer.feed(b"x" * 65_536) == (b"", 0)
    assert framer.overflows >= 1
    assert framer.feed(b"\r\n\r\n")[1] > 0


def test_noise_is_a_fault_and_no_more() -> None:
    chance = random.Random(3)
    decoder = Decoder()
    for _ in range(300):
        noise = chance.randbytes(chance.randrange(2_000)) + b"\r\n\r\n"
        out: list[object] = []
        decoder.decode(noise, 0, len(noise), 0, out)
        assert not out or all(isinstance(item, bytes) for item in out)
