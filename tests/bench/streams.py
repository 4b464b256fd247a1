"""Streams to measure with: recorded real traces, replicated with distinct Uniqueids, channels, bridges and times.

Law: nothing is generated that Asterisk did not send; copies differ from the recording only in names, ids and times.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site

TRACES = Path(__file__).parent.parent / "scenarios" / "traces"
SEPARATOR = b"\r\n\r\nEvent: "
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
SITE = Site(
    lines=(Line("12345", "12345"),),
    queues=(QueueRule("hotline"), QueueRule("overflow")),
    seats=tuple(SeatRule(f"0{n}", f"PJSIP/800{n}") for n in range(1, 10)),
    agents=tuple(AgentRule(str(1000 + n)) for n in range(1, 19)),
)
_STAMP = re.compile(rb"Timestamp: (\d{10})\.(\d{6})\r\n")
_UNIQUEID = re.compile(rb"(?<=: )(\d{10})\.(\d{1,5})(?=\r\n)")
_SERIAL = re.compile(rb"-([0-9a-f]{8})(?=[;\r])")
_BRIDGE = re.compile(rb"(?<=BridgeUniqueid: )[0-9a-f]{8}")
_EPOCH = re.compile(rb"(LastCall|LastPause): (\d{10})(?=\r\n)")


def read_blocks(name: str) -> Iterator[tuple[int, bytes]]:
    """The timed blocks of a recorded trace: (arrival in UTC µs, bytes)."""
    data = (TRACES / f"{name}.ami").read_bytes()
    place = 0
    while place < len(data):
        line = data.index(b"\n", place)
        arrival, length = (int(word) for word in data[place:line].split())
        yield arrival, data[line + 1 : line + 1 + length]
        place = line + 1 + length + 1


def read_messages(name: str) -> list[bytes]:
    """The live events of a trace, each `Event: ...` with its final empty line; replies and list items are left out."""
    whole = b"".join(block for _, block in read_blocks(name))
    messages = [message + b"\r\n\r\n" for message in whole.split(b"\r\n\r\n")]
    return [message for message in messages if message.startswith(b"Event: ") and b"\r\nPrivilege: " in message[:60]
            and b"Event: FullyBooted" not in message]  # fmt: skip


def read_members(name: str) -> list[bytes]:
    """The member records of the first list of a trace, as the QueueMemberAdded events that make the same members."""
    whole = b"".join(block for _, block in read_blocks(name))
    first = whole[: whole.index(b"QueueStatusComplete")]
    stamp = _STAMP.search(whole)
    assert stamp is not None
    return [
        _tell_member(item, stamp.group(0))
        for item in first.split(b"\r\n\r\n")
        if item.startswith(b"Event: QueueMember\r\n")
    ]


def _tell_member(item: bytes, stamp: bytes) -> bytes:
    lines = [line for line in item.split(b"\r\n")[1:] if not line.startswith(b"ActionID")]
    body = (
        b"\r\n".join(lines).replace(b"\r\nName: ", b"\r\nMemberName: ").replace(b"\r\nLocation: ", b"\r\nInterface: ")
    )
    return b"Event: QueueMemberAdded\r\nPrivilege: agent,all\r\n" + stamp + body + b"\r\n\r\n"


def span_of(messages: list[bytes]) -> int:
    """Seconds between the first and the last Timestamp, rounded up."""
    stamps = [match for message in messages if (match := _STAMP.search(message)) is not None]
    return int(stamps[-1].group(1)) - int(stamps[0].group(1)) + 2


def copy_messages(messages: list[bytes], number: int, later_s: int) -> list[bytes]:
    """The same events of other calls: copy `number`, `later_s` seconds later."""
    if number == 0:
        return messages

    def shift(match: re.Match[bytes]) -> bytes:
        return b"Timestamp: %d.%s\r\n" % (int(match.group(1)) + later_s, match.group(2))

    def rename(match: re.Match[bytes]) -> bytes:
        return b"%d.%d" % (int(match.group(1)) + later_s, int(match.group(2)) + number * 10_000)

    def age(match: re.Match[bytes]) -> bytes:
        return b"%s: %d" % (match.group(1), int(match.group(2)) + later_s)

    joined = b"".join(messages)
    joined = _UNIQUEID.sub(rename, joined)
    joined = _STAMP.sub(shift, joined)
    joined = _SERIAL.sub(lambda m: b"-%08x" % (int(m.group(1), 16) + number * 0x1000), joined)
    joined = _BRIDGE.sub(b"%08x" % number, joined)
    joined = _EPOCH.sub(age, joined)
    return split_messages(joined)


def split_messages(stream: bytes) -> list[bytes]:
    return [b"Event: " + piece + b"\r\n\r\n" for piece in stream[7:-4].split(SEPARATOR)]


def replicate(names: tuple[str, ...], copies: int) -> list[bytes]:
    """Events of the named traces, `copies` times one after the other; the members come first."""
    stream = read_members(names[0])
    later = 0
    number = 0
    for _ in range(copies):
        for name in names:
            messages = read_messages(name)
            base = _epoch_of(messages) - _epoch_of(read_messages(names[0]))
            stream += copy_messages(messages, number, later - base) if number else messages
            later += span_of(messages)
            number += 1
    return stream


def _epoch_of(messages: list[bytes]) -> int:
    match = next(found for message in messages if (found := _STAMP.search(message)) is not None)
    return int(match.group(1))


def chop(stream: bytes, size: int = 65_536) -> list[bytes]:
    """As a socket read with a buffer of `size` gives it."""
    return [stream[place : place + size] for place in range(0, len(stream), size)]
