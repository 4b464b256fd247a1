"""UserEvent: what stands before its `UserEvent` header is Asterisk's, the fields behind it are the dialplan's own.

Any fields may come, but none twice: a line break in a caller's text would add one, and it must not pass for ours.
"""

import re
from collections.abc import Sequence

from gateway.core import events as ev
from gateway.core.shapes import find_fault

NAME = b"UserEvent"
OURS = b"Hotline"
PROLOGUES_MAX = 16
_OWN = rb"UserEvent: ([^\r\n]*+)\r\n((?:[A-Za-z][\w\-]*+: [^\r\n]*+\r\n)*+)\r\n(?:Event: ([^\r\n]*+)\r\n)?+"
_CAPTURED = {"Timestamp": rb"(\d{9,11}\.\d{6})", "Uniqueid": rb"([^\r\n]*+)"}


def find_user_fault(keys: list[str | None], timestamped: bool) -> str | None:
    """Why a UserEvent is not believed, or None."""
    if NAME.decode() not in keys:
        return "UserEvent is missing"
    place = keys.index(NAME.decode())
    own = keys[place + 1 :]
    if None in own or len(set(own)) != len(own):
        return "a field of a UserEvent is broken"
    return find_fault(NAME, keys[:place], True, timestamped)


class UserEvents:
    """Reads the UserEvents of a connection by the prologues seen: with a channel, or without (sent by AMI)."""

    def __init__(self, texts: dict[bytes, str]) -> None:
        self._texts = texts
        self._prologues: dict[tuple[str, ...], re.Pattern[bytes]] = {}

    @property
    def prologues(self) -> list[tuple[str, ...]]:
        """What was seen to stand before the `UserEvent` header, in the order learned."""
        return list(self._prologues)

    def learn(self, keys: Sequence[str]) -> None:
        """Remember what stands before the `UserEvent` header."""
        prologue = tuple(keys[: keys.index(NAME.decode())])
        if prologue in self._prologues or len(self._prologues) >= PROLOGUES_MAX:
            return
        if prologue[:2] == ("Privilege", "Timestamp"):
            lines = [re.escape(key).encode() + b": " + _CAPTURED.get(key, rb"[^\r]*+") + rb"\r\n" for key in prologue]
            sender = b"" if "Uniqueid" in prologue else b"()"
            self._prologues[prologue] = re.compile(b"".join(lines) + sender + _OWN)

    def read(self, data: bytes, place: int) -> tuple[ev.MarkerSet | None, bytes | None, int] | None:
        """(our marker or None for somebody else's, the event that follows, where that begins); None: not learned."""
        for pattern in self._prologues.values():
            found = pattern.match(data, place)
            if found is None:
                continue
            stamp, uniqueid, name, own, following = found.groups()
            fields = own.split(b"\r\n")
            pairs = [line.split(b": ", 1) for line in fields[:-1]]
            if len({key for key, _ in pairs}) != len(pairs):
                return None
            at = int(stamp.replace(b".", b""))
            return (self._mark(at, uniqueid, pairs) if name == OURS else None), following, found.end()
        return None

    def _mark(self, at: int, uniqueid: bytes, pairs: Sequence[Sequence[bytes]]) -> ev.MarkerSet:
        texts, marker = self._texts, ""
        data = []
        for key, value in pairs:
            if key == b"Marker":
                marker = texts[value]
            else:
                data.append((texts[key], texts[value]))
        return ev.MarkerSet(at, texts[uniqueid], marker, tuple(data))

    def build(self, at: int, headers: Sequence[tuple[str | None, bytes]]) -> ev.MarkerSet | None:
        """The same from headers read one by one."""
        keys = [key for key, _ in headers]
        place = keys.index(NAME.decode())
        if headers[place][1] != OURS:
            return None
        uniqueid = next((value for key, value in headers[:place] if key == "Uniqueid"), b"")
        return self._mark(at, uniqueid, [((key or "").encode(), value) for key, value in headers[place + 1 :]])
