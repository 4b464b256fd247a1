"""The shape of an AMI message: which headers, in which order. What a forged break always gets wrong.

Caller data is printed raw into some headers (asterisk-facts 8.3), so a message may be cut short inside a value and a
well-formed forged one may follow. A message is believed only when its headers are complete and in the order Asterisk
prints them (manager_channels.c:555 for channels). The check is done in full once per shape; after that a message needs
only the same number of lines and the same last header, or, for the messages we read, a match of the whole shape.
"""

import re
from typing import NamedTuple

CHANNEL_KEYS = (
    "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
    "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
)  # fmt: skip
PREFIXES = (
    "", "Dest", "LocalOne", "LocalTwo", "Source", "Transferer", "Transferee", "OrigTransferer", "SecondTransferer",
    "TransferTarget", "Parkee", "Retriever", "Parker", "Spyer", "Spyee", "Target", "Swap",
)  # fmt: skip
REPEATABLE = frozenset({"ChanVariable", "Variable", "Output", "State"})
"""`State` twice: the TestEvent of a build with TEST_FRAMEWORK, such as Debian's (asterisk-facts, baseline)."""
_KEY = re.compile(rb"([A-Za-z][\w\-]*):(?: |$)")
_BLOCKS = {prefix + "ChannelState": tuple(prefix + key for key in CHANNEL_KEYS) for prefix in PREFIXES}
_OWNED = {prefix + key for prefix in PREFIXES for key in ("CallerIDNum", "CallerIDName", "ConnectedLineNum", "Linkedid")}


class Header(NamedTuple):
    """One line of a message: its key, or None when the line has none (the rest of a broken value)."""

    key: str | None
    value: bytes


def read_headers(body: bytes) -> list[Header]:
    """The lines of a message. Never raises."""
    return [_read_line(line) for line in body.split(b"\r\n")]


def _read_line(line: bytes) -> Header:
    match = _KEY.match(line)
    if match is None:
        return Header(None, line)
    return Header(match.group(1).decode("ascii"), line[match.end() :])


def find_fault(keys: list[str | None], live: bool, timestamped: bool) -> str | None:
    """Why a message is not believed, or None. `keys` without the `Event` line; `live` for events, not list items."""
    if None in keys:
        return "a line is no header"
    names = [key for key in keys if key is not None and key not in REPEATABLE]
    if len(set(names)) != len(names):
        return "a header is repeated"
    if live and (names[:1] != ["Privilege"] or (timestamped and names[1:2] != ["Timestamp"])):
        return "the prologue is not Asterisk's"
    return _find_torn_block(names)


def _find_torn_block(names: list[str]) -> str | None:
    """A channel's headers come all together and in one order; Tenantid and ChanVariable may follow."""
    covered: set[str] = set()
    for place, name in enumerate(names):
        block = _BLOCKS.get(name)
        if block is None:
            continue
        if place == 0 or tuple(names[place - 1 : place + 13]) != block:
            return f"the headers of {block[0]} are torn"
        covered.update(block)
    stray = next((name for name in names if name in _OWNED and name not in covered), None)
    return f"{stray} stands alone" if stray and "ChannelState" in names else None


def compile_layout(keys: list[str], wanted: tuple[str, ...]) -> tuple[re.Pattern[bytes], tuple[int, ...]]:
    """A pattern for a whole message body with exactly these headers, and the group numbers of (Timestamp, *wanted).

    A wanted header the layout lacks maps to the last group, which is always empty.
    """
    captured = {"Timestamp", *wanted}
    groups: dict[str, int] = {}
    lines = []
    for key in keys:
        if key in captured and key not in groups:
            groups[key] = len(groups) + 1
            value = rb"(\d+\.\d{6})" if key == "Timestamp" else rb"([^\r\n]*)"
        else:
            value = rb"[^\r\n]*"
        lines.append(re.escape(key).encode() + b": " + value)
    empty = len(groups) + 1
    pattern = re.compile(rb"\r\n".join(lines) + rb"()")
    return pattern, tuple(groups.get(key, empty) for key in ("Timestamp", *wanted))
