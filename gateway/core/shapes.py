"""The shape of an AMI message: which headers, in which order. What a forged break always gets wrong.

Caller data is printed raw into some headers (asterisk-facts 8.3), so a message may be cut short inside a value and a
well-formed forged one may follow. A message is believed only when its headers are complete and in the order Asterisk
prints them (manager_channels.c:555 for channels). The check is done in full once per shape; after that every message
must match the pattern of a whole learned shape, header by header.
"""

import re
from collections.abc import Sequence
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
LOOSE = frozenset({b"QueueEntry", b"OriginateResponse", b"Cdr", b"CEL", b"ParkedCallerList", b"AGIExecStart"})
"""Messages that name a caller without the whole channel block."""
_RAW = ("CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "AccountCode", "Context", "Exten")
RAW_KEYS = frozenset(prefix + key for prefix in PREFIXES for key in _RAW) | {
    "MemberName", "Name", "PausedReason", "ApplicationData", "AppData", "Extension", "DialString", "Value",
}  # fmt: skip
"""Headers that may carry a caller's or member's own text. Names are raw in list items (asterisk-facts 1.8)."""
_KEY = re.compile(rb"([A-Za-z][\w\-]*(?:\([^():\r\n]*\))?):(?: |$)")
"""`ChanVariable(NAME)` is the one key with parentheses (manager.c, channelvars)."""
_BLOCKS = {prefix + "ChannelState": tuple(prefix + key for key in CHANNEL_KEYS) for prefix in PREFIXES}
_OWNED = {
    prefix + key
    for prefix in PREFIXES
    for key in ("CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "AccountCode", "Linkedid")
}


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
    return Header(match.group(1).decode("ascii", "replace"), line[match.end() :])


def find_fault(name: bytes, keys: Sequence[str | None], live: bool, timestamped: bool) -> str | None:
    """Why a message is not believed, or None. `keys` without the `Event` line; `live` for events, not list items."""
    if None in keys:
        return "a line is no header"
    names = [key for key in keys if key is not None and key not in REPEATABLE and "(" not in key]
    if len(set(names)) != len(names):
        return "a header is repeated"
    if "Event" in names or ("Response" in names and name != b"OriginateResponse"):
        return "a message begins inside another"
    if live and (names[:1] != ["Privilege"] or (timestamped and names[1:2] != ["Timestamp"])):
        return "the prologue is not Asterisk's"
    return _find_torn_block(name, names)


def _find_torn_block(event: bytes, names: list[str]) -> str | None:
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
    return f"{stray} stands alone" if stray and event not in LOOSE else None


_STRAY = re.compile(rb"\r\n(?:CallerIDN|ConnectedLineN)(?:um|ame): |\r\n(?:Uniqueid|Linkedid): ")


def is_torn_reply(reply: bytes) -> bool:
    """Whether a `Response:` block has swallowed the rest of a torn message: no reply asked for names a channel."""
    return _STRAY.search(reply) is not None
