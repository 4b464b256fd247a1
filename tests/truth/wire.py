"""AMI bytes -> messages, read by the tests' own code.

Law: nothing here comes from the gateway, so a defect of its parser cannot hide itself. Written for being plainly right,
not for speed; a message that is not made of `Key: Value` lines is an error, not something to step over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BANNER = b"Asterisk Call Manager/"
END = b"\r\n\r\n"


@dataclass(frozen=True)
class Message:
    """One AMI message. `arrived`: epoch microseconds of the read that completed it."""

    fields: tuple[tuple[str, str], ...]
    arrived: int

    def get(self, key: str, default: str = "") -> str:
        """The first value of `key`."""
        return next((value for name, value in self.fields if name == key), default)

    @property
    def event(self) -> str:
        """Name of the event; empty for a response and for an item of a list somebody asked for."""
        is_live = not self.get("ActionID") or self.get("Timestamp")
        return self.get("Event") if is_live else ""

    @property
    def at(self) -> int:
        """`Timestamp` in epoch microseconds. Raises ValueError when the event has none."""
        return micros(self.get("Timestamp"))


def micros(text: str) -> int:
    """`1795457680.210955` -> 1795457680210955. Raises ValueError."""
    seconds, dot, fraction = text.partition(".")
    if not dot or len(fraction) != 6:
        raise ValueError(f"not a time with microseconds: {text!r}")
    return int(seconds) * 1_000_000 + int(fraction)


def read_record(path: Path) -> Iterator[tuple[int, bytes]]:
    """The reads of a recorded feed: `<arrival us> <n>\\n<n bytes>\\n`, repeated. Raises ValueError on damage."""
    data = path.read_bytes()
    place = 0
    while place < len(data):
        head, _, _ = data[place : place + 64].partition(b"\n")
        arrived, size = (int(word) for word in head.split())
        begin = place + len(head) + 1
        if data[begin + size : begin + size + 1] != b"\n":
            raise ValueError(f"{path}: damaged at byte {place}")
        yield arrived, data[begin : begin + size]
        place = begin + size + 1


def split_messages(reads: Iterable[tuple[int, bytes]]) -> Iterator[Message]:
    """The whole messages of a feed, in order; what is left over at its end was cut off and is no message."""
    rest = b""
    for arrived, data in reads:
        *whole, rest = (rest + data).split(END)
        for block in whole:
            fields = tuple(read_fields(block))
            if fields:
                yield Message(fields, arrived)


def read_fields(block: bytes) -> Iterator[tuple[str, str]]:
    """Keys and values of one message; the banner has none. Raises ValueError on a line without a colon."""
    for line in block.strip(b"\r\n").split(b"\r\n"):
        if line.startswith(BANNER) or not line:
            continue
        key, colon, value = line.decode("utf-8", "replace").partition(":")
        if not colon:
            raise ValueError(f"no AMI line: {line!r}")
        yield key, value.removeprefix(" ")


def read_wire(path: Path) -> list[Message]:
    """All messages of a recorded feed."""
    return list(split_messages(read_record(path)))
