"""After a forged break: what of the held stream may be believed, and the broken message put together again.

A break is made by caller data printed raw (asterisk-facts 8.3). A torn message begins with headers of Asterisk's own
and ends with the rest of them; between the two lies what the caller sent, and all of that is dropped, well formed or
not. Where the rest begins: Asterisk keeps at most 79 bytes of such a value (AST_MAX_EXTENSION, res_pjsip.c:2586) and
the rest of a torn channel block is longer than that, so the last place within `REACH` of the wound at which the
missing headers follow is the true one. When that leaves something unexplained the value was longer: then the first
place is taken that explains everything up to the fence. When none does, nothing of it is believed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gateway.core.ami import SPECS
from gateway.core.shapes import CHANNEL_KEYS, RAW_KEYS, is_torn_reply

END = b"\r\n\r\n"
REACH = 160
"""Bytes of hostile text allowed in one value: twice what Asterisk can print, and less than a forged splice needs."""
TRIALS = 5_000
"""Places looked at in one held stream; a flood of look-alikes is not worth more work."""
DEPTH = 200
"""Torn messages explained in one held stream; recursion is as deep."""
UNFINISHED = 4096
"""A torn message this close to the end of a stream cut short may have its rest behind it."""
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

REST = "*"
ANY_CHANNEL = (
    (*_BLOCK, REST), (*_LIVE, "SystemName", *CHANNEL_KEYS, REST), ("Privilege", *CHANNEL_KEYS, REST),
)  # fmt: skip
"""A message nobody reads: one channel, then whatever headers; only where it ends is of interest."""
_HEADERS = re.compile(rb"(?:[A-Za-z][\w\-]*+: [^\r\n]*+\r\n)*+")
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


class Repair:
    """One held stream. It begins with a message not believed and ends with an empty line.

    `secret` is how every ActionID of ours begins. `cut_short`: it was held without a fence, so its end means nothing.
    """

    def __init__(self, held: bytes, check: Check, shapes: Shapes, secret: bytes = b"", cut_short: bool = False) -> None:
        self._held = held
        self._check = check
        self._shapes = shapes
        self._secret = secret
        self._cut_short = cut_short
        self._trials = TRIALS
        self._dead: set[int] = set()

    def salvage(self) -> Salvage:
        """All that may be applied; nothing, when one message cannot be explained: the rest may be part of a lie."""
        return self._explain(0, 0) or self._give_up()

    def salvage_first(self) -> Salvage:
        """The first message mended and everything that follows it, as it came."""
        for mend in self._mends(0):
            if self._explain(mend.end, 1) is not None:
                lost = self._held[: mend.end].count(END) - 1
                return Salvage(mend.message + self._held[mend.end :], 1, lost)
        return self._give_up()

    def _give_up(self) -> Salvage:
        return Salvage(b"", 0, self._held.count(END))

    def _explain(self, place: int, depth: int) -> Salvage | None:
        """What the stream from `place` on says when every message of it is clean or can be mended, else None."""
        begin = place
        place = self._skip_clean(place)
        clean = self._held[begin:place]
        if place >= len(self._held):
            return Salvage(clean, 0, 0)
        for mend in self._mends(place) if depth < DEPTH and place not in self._dead else ():
            after = self._explain(mend.end, depth + 1)
            if after is not None:
                lost = self._held[place : mend.end].count(END) - 1
                return Salvage(clean + mend.message + after.stream, after.mended + 1, after.dropped + lost)
        self._dead.add(place)
        if self._cut_short and depth and len(self._held) - place < UNFINISHED:
            return Salvage(clean, 0, 0)
        return None

    def _skip_clean(self, place: int) -> int:
        while place < len(self._held):
            stop = self._held.find(END, place) + 4
            if self._held.startswith(b"\r\n", place):
                place += 2
            elif self._is_clean(self._held[place:stop]):
                place = stop
            else:
                break
        return place

    def _is_clean(self, message: bytes) -> bool:
        if not message.startswith(b"Event: "):
            return message.startswith(b"Response: ") and not is_torn_reply(message)
        name, _, body = message[7:-4].partition(b"\r\n")
        return self._check(name, body) is None

    # -- one torn message ----------------------------------------------------------------------------------------

    def _mends(self, place: int) -> Iterator[Mend]:
        """The ways to put the message at `place` together by a shape of its kind, the likeliest first."""
        line = self._held.find(b"\r\n", place)
        name = self._held[place + 7 : line] if self._held.startswith(b"Event: ", place) else b""
        shapes = list(dict.fromkeys((*self._shapes.get(name, ()), *CANONICAL.get(name, ()))))
        head = b"Event: " + name + b"\r\n"
        for keys in shapes:
            reach = self._end_of_item(line) if self._secret and "ActionID" in keys else None
            for rest, end in self._fit(line + 2, keys, reach):
                if self._is_clean(head + rest):
                    yield Mend(head + rest, end)
        fits = [fit for keys in shapes for fit in self._fit_long(line + 2, keys)]
        for rest, end in sorted(fits, key=lambda fit: fit[1]):
            if self._is_clean(head + rest):
                yield Mend(head + rest, end)
        if name.isalnum() and name not in SPECS and name not in CANONICAL:
            for keys in ANY_CHANNEL:
                yield from (Mend(b"", end) for _, end in self._fit(line + 2, keys, None))

    def _end_of_item(self, place: int) -> int:
        """Where a list item has ended: lists are never interleaved with live events (asterisk-facts 1.5), so its true
        rest is the last one before the next ActionID of ours, however long the hostile text is."""
        tag = b"\r\nActionID: " + self._secret
        behind = place + len(tag) if self._held.startswith(tag, place) else place
        following = self._held.find(tag, behind)
        return following + len(tag) if following >= 0 else len(self._held)

    def _fit(self, place: int, keys: Sequence[str], reach: int | None) -> Iterator[tuple[bytes, int]]:
        """(lines, end) of every way in which these headers follow, with short hostile text cut out behind raw ones."""
        begin = place
        for at, key in enumerate(keys):
            if key == REST:
                place = self._skip_headers(place)
                continue
            if not self._held.startswith(key.encode() + b": ", place):
                return
            place = self._held.find(b"\r\n", place) + 2
            if key in RAW_KEYS and at + 1 < len(keys):
                for rest in self._find_near(place, keys[at + 1 :], reach):
                    for lines, end in self._fit(rest, keys[at + 1 :], reach):
                        yield self._held[begin:place] + lines, end
                return
        if self._held.startswith(b"\r\n", place):
            yield self._held[begin : place + 2], place + 2

    def _find_near(self, wound: int, keys: Sequence[str], reach: int | None) -> Iterator[int]:
        """Where the headers behind a raw one may go on within reach, the last place first."""
        first = b"\r\n" + keys[0].encode() + b": "
        place = self._held.rfind(first, wound - 2, wound + REACH + len(first) if reach is None else reach)
        while place >= 0 and self._may_try():
            if self._follows(place + 2, keys):
                yield place + 2
            place = self._held.rfind(first, wound - 2, place + len(first) - 1)

    def _fit_long(self, place: int, keys: Sequence[str]) -> Iterator[tuple[bytes, int]]:
        """The same for one text of any length, which then stands the same behind every raw header it came to."""
        begin = place
        for at, key in enumerate(keys):
            if not self._held.startswith(key.encode() + b": ", place):
                return
            place = self._held.find(b"\r\n", place) + 2
            if key in RAW_KEYS and at + 1 < len(keys):
                for rest in self._find_far(place, keys[at + 1]):
                    fit = self._fit_around(rest, keys[at + 1 :], self._held[place:rest])
                    if fit is not None:
                        yield self._held[begin:place] + fit[0], fit[1]

    def _find_far(self, wound: int, key: str) -> Iterator[int]:
        line = b"\r\n" + key.encode() + b": "
        place = self._held.find(line, wound)
        while place >= 0 and self._may_try():
            yield place + 2
            place = self._held.find(line, place + 2)

    def _fit_around(self, place: int, keys: Sequence[str], text: bytes) -> tuple[bytes, int] | None:
        lines = []
        for key in keys:
            if key == REST:
                place = self._skip_headers(place)
                continue
            if not self._held.startswith(key.encode() + b": ", place):
                return None
            stop = self._held.find(b"\r\n", place) + 2
            lines.append(self._held[place:stop])
            place = stop + len(text) if key in RAW_KEYS and self._held.startswith(text, stop) else stop
        return (b"".join(lines) + b"\r\n", place + 2) if self._held.startswith(b"\r\n", place) else None

    def _may_try(self) -> bool:
        self._trials -= 1
        return self._trials >= 0

    def _skip_headers(self, place: int) -> int:
        found = _HEADERS.match(self._held, place)
        return found.end() if found is not None else place

    def _follows(self, place: int, keys: Sequence[str]) -> bool:
        for key in keys:
            if key == REST:
                place = self._skip_headers(place)
                continue
            if not self._held.startswith(key.encode() + b": ", place):
                return False
            place = self._held.find(b"\r\n", place) + 2
            if key in RAW_KEYS:
                return True
        return self._held.startswith(b"\r\n", place)
