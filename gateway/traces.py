"""Bare AMI traces as inputs: what somebody recorded without the gateway.

Two forms. Plain: the bytes as a socket gave them, without times; a message arrives at its own `Timestamp`. Timed:
blocks of `<arrival in epoch us> <length>`, newline, the bytes, newline - as the lab records them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.inputs import Input, Kind

NONCE = b"trace"
_HEAD = re.compile(rb"(\d{13,17}) (\d{1,9})\n")
_STAMP = re.compile(rb"(?:^|\r\n)Timestamp: (\d{9,11})\.(\d{6})\r\n")
_END = b"\r\n\r\n"


class NotATrace(ValueError):  # noqa: N818 - what the file is
    """A file is neither a journal nor a trace; the message names file and offset."""


def read_trace(file: Path, pbx: str, setting: bytes) -> Iterator[Input]:
    """A trace as the inputs of one connection, cut at its end. Raises `NotATrace` and `OSError`.

    Nothing is logged in: the feed then asks for no lists and no Pings, which nobody could answer.
    """
    data = file.read_bytes()
    blocks = _timed(file, data) if _HEAD.match(data) else _plain(file, data)
    wall = None
    for wall, block in blocks:
        if block is None:
            yield Input(Kind.STARTED, pbx, wall, wall, setting)
            yield Input(Kind.CONNECTED, pbx, wall, wall, NONCE)
        else:
            yield Input(Kind.RECEIVED, pbx, wall, wall, block)
    if wall is not None:
        yield Input(Kind.CUT, pbx, wall, wall, b"closed")


def _timed(file: Path, data: bytes) -> Iterator[tuple[int, bytes | None]]:
    offset, first = 0, True
    while offset < len(data):
        head = _HEAD.match(data, offset)
        if head is None:
            raise NotATrace(f"{file}: offset {offset}: no `<arrival us> <length>` line")
        begin, length = head.end(), int(head[2])
        if data[begin + length : begin + length + 1] != b"\n":
            if begin + length < len(data):
                raise NotATrace(f"{file}: offset {begin + length}: the block of {length} bytes does not end there")
            return  # the recorder was stopped in mid-block
        if first:
            yield int(head[1]), None
            first = False
        yield int(head[1]), data[begin : begin + length]
        offset = begin + length + 1


def _plain(file: Path, data: bytes) -> Iterator[tuple[int, bytes | None]]:
    stamp = _STAMP.search(data)
    if stamp is None:
        raise NotATrace(f"{file}: neither a journal nor a trace: no AMI `Timestamp` in it")
    wall = _read_stamp(stamp)
    yield wall, None
    begin = 0
    while (end := data.find(_END, begin)) >= 0:
        block = data[begin : end + len(_END)]
        if stamp := _STAMP.search(block):
            # A stamp of a forged or late message must not turn time back.
            wall = max(wall, _read_stamp(stamp))
        yield wall, block
        begin = end + len(_END)


def _read_stamp(stamp: re.Match[bytes]) -> int:
    return int(stamp[1]) * 1_000_000 + int(stamp[2])
