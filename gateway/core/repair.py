"""After a forged break: what of the held stream may be believed, and the broken message put together again.

A break is made by caller data printed raw (asterisk-facts 8.3). A torn message begins with headers of Asterisk's own
and ends with the rest of them; between the two lies what the caller sent. Asterisk keeps at most 79 bytes of such a
value (AST_MAX_EXTENSION and the buffers of res_pjsip.c:2586), and the rest of a torn channel block is longer than
that: the last place within `REACH` of the wound at which the missing headers follow is therefore the true one, and
everything before it is dropped, well formed or not. A message that cannot be put together so was not broken by
Asterisk's rules: from it on nothing is believed until the fence, and the snapshots tell what was missed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gateway.core.shapes import CHANNEL_KEYS, PREFIXES, read_headers

REACH = 160
"""Bytes of hostile text allowed in one value: twice what Asterisk can print, and less than a forged splice needs."""
_RAW = ("CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "AccountCode", "Context", "Exten")
RAW_KEYS = frozenset(prefix + key for prefix in PREFIXES for key in _RAW) | {
    "MemberName", "Name", "PausedReason", "ApplicationData", "AppData", "Extension", "DialString", "Value",
}  # fmt: skip
"""Headers that may carry a caller's or member's own text. Names are raw in list items (asterisk-facts 1.8)."""

_LIVE = ("Privilege", "Timestamp")
_BLOCK = (*_LIVE, *CHANNEL_KEYS)
_BLOCKS = (*_BLOCK, *("Dest" + key for key in CHANNEL_KEYS))
_BRIDGE = (
    *_LIVE, "BridgeUniqueid", "BridgeType", "BridgeTechnology", "BridgeCreator", "BridgeName", "BridgeNumChannels",
    "BridgeVideoSourceMode", *CHANNEL_KEYS,
)  # fmt: skip
CANONICAL: dict[bytes, tuple[tuple[str, ...], ...]] = {
    b"Newchannel": (_BLOCK,),
    b"Newstate": (_BLOCK,),
    b"NewConnectedLine": (_BLOCK,),
    b"NewCallerid": ((*_BLOCK, "CID-CallingPres"),),
    b"Newexten": ((*_BLOCK, "Extension", "Application", "AppData"),),
    b"VarSet": ((*_BLOCK, "Variable", "Value"),),
    b"UserEvent": ((*_BLOCK, "UserEvent"),),
    b"Hold": (_BLOCK, (*_BLOCK, "MusicClass")),
    b"Unhold": (_BLOCK,),
    b"MusicOnHoldStart": ((*_BLOCK, "Class"),),
    b"MusicOnHoldStop": (_BLOCK,),
    b"HangupRequest": ((*_BLOCK, "Cause"), _BLOCK),
    b"SoftHangupRequest": ((*_BLOCK, "Cause"),),
    b"Hangup": ((*_BLOCK, "Cause", "Cause-txt", "TechCause"), (*_BLOCK, "Cause", "Cause-txt")),
    b"QueueCallerJoin": ((*_BLOCK, "Queue", "Position", "Count"),),
    b"QueueCallerLeave": ((*_BLOCK, "Queue", "Position", "Count"),),
    b"QueueCallerAbandon": ((*_BLOCK, "Queue", "Position", "OriginalPosition", "HoldTime"),),
    b"AgentCalled": ((*_BLOCKS, "Queue", "Interface", "MemberName"),),
    b"AgentConnect": ((*_BLOCKS, "Queue", "Interface", "MemberName", "HoldTime", "RingTime"),),
    b"AgentRingNoAnswer": ((*_BLOCKS, "Queue", "Interface", "MemberName", "RingTime"),),
    b"AgentComplete": ((*_BLOCKS, "Queue", "Interface", "MemberName", "HoldTime", "TalkTime", "Reason"),),
    b"DialBegin": ((*_BLOCKS, "DialString"), (*_BLOCKS,)),
    b"DialState": ((*_BLOCKS, "DialStatus"),),
    b"DialEnd": ((*_BLOCKS, "DialStatus"),),
    b"BridgeEnter": (_BRIDGE,),
    b"BridgeLeave": (_BRIDGE,),
    b"QueueEntry": (
        ("Queue", "Position", "Channel", "Uniqueid", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
         "ConnectedLineName", "Wait", "Priority", "ActionID"),
    ),
    b"CoreShowChannel": (
        ("ActionID", *CHANNEL_KEYS, "Application", "ApplicationData", "Duration", "BridgeId"),
    ),
}  # fmt: skip
"""Shapes to look for when the very first message of a kind is torn; those learned are looked for first."""

Shapes = Mapping[bytes, Sequence[tuple[str, ...]]]
Check = Callable[[bytes, bytes], str | None]
"""(event name, lines behind it) -> why it is not believed, or None (`Decoder.check`)."""


class Salvage(NamedTuple):
    """Stream to apply, and how many messages were mended or dropped."""

    stream: bytes
    mended: int
    dropped: int


class Mend(NamedTuple):
    """A torn message as Asterisk meant it, and where it ends in the stream."""

    message: bytes
    end: int


def salvage(held: bytes, check: Check, shapes: Shapes, secret: bytes = b"") -> Salvage:
    """What of a held stream may be applied. It ends with an empty line; `secret` is how every ActionID of ours begins.

    One message that cannot be explained makes all of it doubtful: what was mended before may be part of a longer lie.
    """
    kept: list[bytes] = []
    place = mended = dropped = 0
    while place < len(held):
        if held.startswith(b"\r\n", place):
            place += 2
            continue
        stop = held.find(b"\r\n\r\n", place) + 4
        if is_clean(held[place:stop], check):
            kept.append(held[place:stop])
            place = stop
            continue
        mend = mend_message(held, place, shapes, secret)
        if mend is None:
            return Salvage(b"", 0, held.count(b"\r\n\r\n"))
        kept.append(mend.message)
        mended += 1
        dropped += held[place : mend.end].count(b"\r\n\r\n") - 1
        place = mend.end
    return Salvage(b"".join(kept), mended, dropped)


def is_clean(message: bytes, check: Check) -> bool:
    """Whether one message, with its empty line, is believed as it stands."""
    if not message.startswith(b"Event: "):
        return message.startswith(b"Response: ")
    name, _, body = message[7:-4].partition(b"\r\n")
    return check(name, body) is None


def mend_message(held: bytes, place: int, shapes: Shapes, secret: bytes = b"") -> Mend | None:
    """The torn message at `place` put together by a shape of its kind, or None."""
    line = held.find(b"\r\n", place)
    name = held[place + 7 : line] if held.startswith(b"Event: ", place) else b""
    for keys in (*shapes.get(name, ()), *CANONICAL.get(name, ())):
        reach = _reach_of(held, line, secret) if "ActionID" in keys else None
        mend = _mend_by(held, line + 2, keys, reach)
        if mend is not None:
            return Mend(b"Event: " + name + b"\r\n" + mend.message, mend.end)
    return None


def _reach_of(held: bytes, place: int, secret: bytes) -> int | None:
    """Where a list item must have ended: lists are never interleaved with live events (asterisk-facts 1.5), so the
    true rest of an item is the last one before the next ActionID of ours, however long the hostile text is."""
    if not secret:
        return None
    place = held.find(secret, place) if held.startswith(b"\r\nActionID: " + secret, place) else place
    following = held.find(secret, place + len(secret))
    return following if following >= 0 else len(held)


def _mend_by(held: bytes, place: int, keys: tuple[str, ...], reach: int | None) -> Mend | None:
    lines: list[bytes] = []
    for at, key in enumerate(keys):
        if at and keys[at - 1] in RAW_KEYS:
            place = _find_rest(held, place, keys[at:], reach)
        if place < 0 or not _is_line(held, place, key):
            return None
        stop = held.find(b"\r\n", place)
        lines.append(held[place : stop + 2])
        place = stop + 2
    if not held.startswith(b"\r\n", place):
        return None
    return Mend(b"".join(lines) + b"\r\n", place + 2)


def _is_line(held: bytes, place: int, key: str) -> bool:
    return held.startswith(key.encode() + b": ", place)


def _find_rest(held: bytes, wound: int, keys: tuple[str, ...], reach: int | None) -> int:
    """The last line within reach of the wound from which the missing headers follow, up to the next raw one."""
    first = b"\r\n" + keys[0].encode() + b": "
    stop = wound + REACH + len(first) if reach is None else reach
    place = held.rfind(first, wound - 2, stop)
    while place >= 0:
        if _follows(held, place + 2, keys):
            return place + 2
        place = held.rfind(first, wound - 2, place + len(first) - 1)
    return -1


def _follows(held: bytes, place: int, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not _is_line(held, place, key):
            return False
        place = held.find(b"\r\n", place) + 2
        if key in RAW_KEYS:
            return True
    return held.startswith(b"\r\n", place)
