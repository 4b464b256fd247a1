"""The shape of an AMI message: which headers, in which order. What a forged break always gets wrong.

Caller data is printed raw into some headers (asterisk-facts 8.3), so a message may be cut short inside a value and a
well-formed forged one may follow. A message is believed only when its headers are complete and in the order Asterisk
prints them (manager_channels.c:555 for channels). The check is done in full once per shape; after that every message
must match the pattern of a whole learned shape, header by header.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

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
    if "Event" in names or "Response" in names and name != b"OriginateResponse":
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


# -- layouts: a whole shape as one pattern -----------------------------------------------------------------------

Match = Callable[[bytes, int], "re.Match[bytes] | None"]


class Layout(NamedTuple):
    """`match` from the line after `Event: ...`; its group `last` is the name of the event that follows, if any does.

    `order` are the groups of (Timestamp, *wanted), empty for a message that need not be read.
    """

    match: Match
    last: int
    order: tuple[int, ...]
    build: Callable[..., Any]


def compile_layout(
    keys: Sequence[str],
    wanted: tuple[str, ...] | None,
    only: tuple[str, bytes] | None = None,
    build: Callable[..., Any] = tuple,
) -> Layout:
    """A pattern for a message of exactly these headers, its empty line and the `Event:` line that follows it.

    A wanted header the layout lacks maps to the group before the last, which is always empty. `only` is a header and
    a lookahead its value must meet. Possessive repeats keep a match linear in its bytes, whatever they are.
    """
    captured = frozenset() if wanted is None else frozenset(("Timestamp", *wanted))
    groups: dict[str, int] = {}
    lines = []
    for key in keys:
        look = only[1] if only is not None and key == only[0] else b""
        if key in captured and key not in groups:
            groups[key] = len(groups) + 1
            value = rb"(\d{9,11}\.\d{6})" if key == "Timestamp" else rb"([^\r\n]*+)"
        else:
            value = rb"[^\r]*+"
        lines.append(re.escape(key).encode() + b": " + look + value + rb"\r\n")
    empty = len(groups) + 1
    pattern = re.compile(b"".join(lines) + rb"()\r\n(?:Event: ([^\r\n]*+)\r\n)?+")
    order = () if wanted is None else tuple(groups.get(key, empty) for key in ("Timestamp", *wanted))
    return Layout(pattern.match, empty + 1, order, build)
