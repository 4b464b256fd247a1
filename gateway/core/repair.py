"""After a forged break: what of the held messages may be believed, and the broken one put together again.

A break is made by caller data printed raw (asterisk-facts 8.3). Whatever was forged lies between the torn message and
the rest of its headers, and that rest has no `Event:` of its own: it is a fault too. So everything between the first
and the last fault of a held batch is hostile or doubtful and is dropped, except the torn messages themselves: their
headers before the hostile value and after it are Asterisk's own, and the join of both is believed.
"""

from typing import NamedTuple

from gateway.core.shapes import CHANNEL_KEYS, read_headers

RAW_KEYS = frozenset({
    "CallerIDNum", "ConnectedLineNum", "CallerIDName", "ConnectedLineName", "Exten", "Context", "DestCallerIDNum",
    "DestConnectedLineNum", "DestExten", "MemberName", "PausedReason", "ApplicationData", "Name",
})  # fmt: skip
"""Headers that may carry a caller's or member's own text. Names are raw in list items (asterisk-facts 1.8)."""

_LIVE = ("Privilege", "Timestamp")
CANONICAL: dict[bytes, tuple[tuple[str, ...], ...]] = {
    b"Newchannel": ((*_LIVE, *CHANNEL_KEYS),),
    b"HangupRequest": ((*_LIVE, *CHANNEL_KEYS, "Cause"), (*_LIVE, *CHANNEL_KEYS)),
    b"Hangup": (
        (*_LIVE, *CHANNEL_KEYS, "Cause", "Cause-txt"), (*_LIVE, *CHANNEL_KEYS, "Cause", "Cause-txt", "TechCause"),
    ),
    b"QueueCallerJoin": ((*_LIVE, *CHANNEL_KEYS, "Queue", "Position", "Count"),),
    b"QueueCallerLeave": ((*_LIVE, *CHANNEL_KEYS, "Queue", "Position", "Count"),),
    b"QueueCallerAbandon": ((*_LIVE, *CHANNEL_KEYS, "Queue", "Position", "OriginalPosition", "HoldTime"),),
    b"AgentCalled": (
        (*_LIVE, *CHANNEL_KEYS, *("Dest" + key for key in CHANNEL_KEYS), "Queue", "Interface", "MemberName"),
    ),
    b"AgentConnect": (
        (*_LIVE, *CHANNEL_KEYS, *("Dest" + key for key in CHANNEL_KEYS), "Queue", "Interface", "MemberName",
         "HoldTime", "RingTime"),
    ),
    b"DialBegin": ((*_LIVE, *CHANNEL_KEYS, *("Dest" + key for key in CHANNEL_KEYS), "DialString"),),
    b"DialEnd": ((*_LIVE, *CHANNEL_KEYS, *("Dest" + key for key in CHANNEL_KEYS), "DialStatus"),),
    b"BridgeEnter": (
        (*_LIVE, "BridgeUniqueid", "BridgeType", "BridgeTechnology", "BridgeCreator", "BridgeName",
         "BridgeNumChannels", "BridgeVideoSourceMode", *CHANNEL_KEYS),
    ),
    b"QueueEntry": (
        ("Queue", "Position", "Channel", "Uniqueid", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
         "ConnectedLineName", "Wait", "Priority", "ActionID"),
    ),
    b"CoreShowChannel": (
        ("ActionID", *CHANNEL_KEYS, "Application", "ApplicationData", "Duration", "BridgeId"),
    ),
}  # fmt: skip
CANONICAL[b"BridgeLeave"] = CANONICAL[b"BridgeEnter"]


class Salvage(NamedTuple):
    """Pieces to apply in order, and how many were dropped or mended."""

    pieces: list[bytes]
    mended: int
    dropped: int


def salvage(pieces: list[bytes], faults: list[int]) -> Salvage:
    """What of a held batch may be applied, given the places of its faulty pieces (at least one, ascending)."""
    mended: list[bytes] = []
    place = 0
    while place < len(faults):
        whole, used = _mend_from(pieces, faults, place)
        if whole is not None:
            mended.append(whole)
        place += used
    first, last = faults[0], faults[-1]
    kept = [*pieces[:first], *mended, *pieces[last + 1 :]]
    return Salvage(kept, len(mended), last - first + 1 - len(mended))


def _mend_from(pieces: list[bytes], faults: list[int], place: int) -> tuple[bytes | None, int]:
    """Join the torn piece at `faults[place]` with the shortest run of pieces up to a later fault that completes it."""
    start = faults[place]
    for used in range(1, len(faults) - place + 1):
        end = faults[place + used - 1]
        whole = mend(b"\r\n\r\nEvent: ".join(pieces[start : end + 1]))
        if whole is not None:
            return whole, used
    return None, 1


def mend(text: bytes) -> bytes | None:
    """A torn message with all that was forged into it -> the message as Asterisk meant it, or None.

    The hostile value is the earliest raw header at which the lines before it and the lines at the very end make up a
    complete message; its own value is cut at the break.
    """
    name, _, rest = text.lstrip(b"\r\n").partition(b"\r\n")
    headers = read_headers(rest)
    lines = rest.split(b"\r\n")
    for keys in CANONICAL.get(name, ()):
        for wound in (place for place, key in enumerate(keys) if key in RAW_KEYS):
            tail = len(keys) - wound - 1
            front = tuple(header.key for header in headers[: wound + 1])
            back = tuple(header.key for header in headers[len(headers) - tail :]) if tail else ()
            if len(headers) > len(keys) and front == keys[: wound + 1] and back == keys[wound + 1 :]:
                return b"\r\n".join([name, *lines[: wound + 1], *lines[len(lines) - tail :]])
    return None
