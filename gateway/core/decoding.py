"""Pieces of the stream -> events, with every message's shape checked and only the wanted ones built.

The loop in `Decoder.decode` is the hot path of the product (docs/performance.md): a message nobody needs costs a name
look-up, a line count and one comparison; a message we read costs one match of its learned layout.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from gateway.core import events as ev
from gateway.core.ami import LAYOUTS_MAX, NAMES_MAX, SHAPES_MAX, SPECS, TEXTS_MAX, VALUE_MAX, Spec
from gateway.core.shapes import Header, compile_layout, find_fault, read_headers

_STATUS_LINE = b"Variable: QUEUESTATUS\r\n"
_CONTROL = re.compile("[\x00-\x1f\x7f]+")
_OTHER = b"other"

Match = Callable[[bytes, int], "re.Match[bytes] | None"]


class Fault(NamedTuple):
    """A piece that is not believed, by its place in the batch."""

    place: int
    reason: str


class Decoder:
    """Learns the shapes of one connection's messages and reads them. Bounded in everything it learns."""

    def __init__(self) -> None:
        self.counts: dict[bytes, int] = {}
        self.timestamped = False
        self.untimed = False
        """A live event came without a Timestamp: timestampevents is off."""
        self.last_at = 0
        self.slow = 0
        self._texts: dict[bytes, str] = {}
        self._shapes: dict[bytes, dict[int, tuple[bytes, ...]]] = {}
        self._layouts: dict[bytes, list[tuple[Match, tuple[int, ...]]]] = {
            name: [] for name in SPECS if name != b"VarSet"
        }

    def decode(self, pieces: list[bytes], arrived: int, out: list[Any]) -> Fault | None:
        """Append what the pieces say to `out` (events, list items, raw replies); stop at the first one not believed."""
        counts, shapes, layouts = self.counts, self._shapes, self._layouts
        for place, piece in enumerate(pieces):
            end = piece.find(b"\r")
            name = piece[:end]
            known = layouts.get(name)
            if known is not None:
                for match, order in known:
                    found = match(piece, end + 2)
                    if found is not None:
                        event = self._build(SPECS[name], found.group(*order), arrived)
                        if event is not None:
                            out.append(event)
                        break
                else:
                    fault = self._read_slowly(piece, arrived, out)
                    if fault is not None:
                        return Fault(place, fault)
                    continue
            else:
                last = piece.rfind(b"\n") + 1
                tails = shapes.get(name)
                if tails is None or not piece.startswith(tails.get(piece.count(b"\r\n"), ()), last):
                    fault = self._read_slowly(piece, arrived, out)
                    if fault is not None:
                        return Fault(place, fault)
                    continue
                if name == b"VarSet" and piece.startswith(_STATUS_LINE, last - 23):
                    self._read_slowly(piece, arrived, out)
                    continue
            counts[name] = counts.get(name, 0) + 1
        return None

    # -- building ----------------------------------------------------------------------------------------------

    def _build(self, spec: Spec, values: tuple[bytes, ...], arrived: int) -> Any:
        stamp = values[0]
        at = int(stamp.replace(b".", b"")) if stamp else arrived
        self.last_at = at
        texts = self._texts
        try:
            return spec.build(at, *[texts[value] for value in values[1:]])
        except KeyError:
            return spec.build(at, *[self._text(value) for value in values[1:]])

    def _text(self, value: bytes) -> str:
        """Text of a value: UTF-8 with replacement, no control characters, bounded; remembered, because names recur."""
        text = self._texts.get(value)
        if text is None:
            text = _CONTROL.sub("�", value[:VALUE_MAX].decode("utf-8", "replace"))
            if len(self._texts) >= TEXTS_MAX:
                self._texts.clear()
            self._texts[value] = text
        return text

    # -- the slow way: a shape not seen before, a reply, a broken message ----------------------------------------

    def _read_slowly(self, piece: bytes, arrived: int, out: list[Any]) -> str | None:
        """Check a piece in full and learn its shape. Returns why it is not believed, or None."""
        self.slow += 1
        body, *others = piece.split(b"\r\n\r\n")
        if body:
            fault = self._read_event(body, arrived, out)
            if fault is not None:
                return fault
        for other in others:
            stripped = other.strip(b"\r\n")
            if stripped.startswith(b"Response: "):
                out.append(stripped)
            elif stripped:
                return "a block is neither event nor response"
        return None

    def _read_event(self, body: bytes, arrived: int, out: list[Any]) -> str | None:
        if body.startswith(b"\r\n"):
            stripped = body.strip(b"\r\n")
            if stripped.startswith(b"Response: "):
                out.append(stripped)
                return None
            return "a block is neither event nor response"
        name, _, rest = body.partition(b"\r\n")
        headers = read_headers(rest) if rest else []
        if name == b"UserEvent":
            return self._read_user_event(headers, arrived, out)
        spec = SPECS.get(name)
        keys = [header.key for header in headers]
        fault = self._judge(name, spec, keys)
        if fault is not None:
            return fault
        names = [key for key in keys if key is not None]
        if "Timestamp" in names:
            self.timestamped = True
        elif "Privilege" in names and name != b"FullyBooted":
            self.untimed = True
        self._learn(name, spec, body, names)
        self._count(name)
        if spec is not None:
            self._build_slowly(spec, headers, arrived, out)
        return None

    def _judge(self, name: bytes, spec: Spec | None, keys: list[str | None]) -> str | None:
        if not name.isalnum():
            return "an event has no proper name"
        live = not (spec.listed if spec else False) and "ActionID" not in keys
        fault = find_fault(keys, live, self.timestamped)
        if fault is None and spec is not None:
            missing = [key for key in spec.wanted if key not in keys and key not in spec.optional]
            fault = f"{missing[0]} is missing" if missing else None
        return fault

    def _learn(self, name: bytes, spec: Spec | None, body: bytes, keys: list[str]) -> None:
        if spec is None or name == b"VarSet":
            tails = self._shapes.setdefault(name, {}) if len(self._shapes) < NAMES_MAX else {}
            lines = body.count(b"\r\n")
            tail = (keys[-1] + ":").encode() if keys else name
            if len(tails) < SHAPES_MAX and tail not in tails.get(lines, ()):
                tails[lines] = (*tails.get(lines, ()), tail)
            return
        layouts = self._layouts[name]
        if len(layouts) < LAYOUTS_MAX:
            pattern, order = compile_layout(keys, spec.wanted)
            layouts.append((pattern.fullmatch, order))

    def _count(self, name: bytes) -> None:
        key = name if name in self.counts or len(self.counts) < NAMES_MAX else _OTHER
        self.counts[key] = self.counts.get(key, 0) + 1

    def _build_slowly(self, spec: Spec, headers: list[Header], arrived: int, out: list[Any]) -> None:
        values: dict[str | None, bytes] = {}
        for header in headers:
            values.setdefault(header.key, header.value)
        stamp = values.get("Timestamp", b"")
        if not re.fullmatch(rb"\d+\.\d{6}", stamp):
            stamp = b""
        event = self._build(spec, (stamp, *[values.get(key, b"") for key in spec.wanted]), arrived)
        if event is not None:
            out.append(event)

    def _read_user_event(self, headers: list[Header], arrived: int, out: list[Any]) -> str | None:
        """UserEvent: what stands before its `UserEvent` header is Asterisk's, the rest is the dialplan's own."""
        keys = [header.key for header in headers]
        place = keys.index("UserEvent") if "UserEvent" in keys else len(keys)
        fault = find_fault(keys[:place], True, self.timestamped) or ("UserEvent is missing" if place == len(keys) else None)
        if fault is not None:
            return fault
        self._count(b"UserEvent")
        values = {header.key: header.value for header in headers[:place]}
        own = [(header.key, self._text(header.value)) for header in headers[place + 1 :] if header.key]
        if headers[place].value == b"Hotline":
            stamp = values.get("Timestamp", b"")
            at = int(stamp.replace(b".", b"")) if re.fullmatch(rb"\d+\.\d{6}", stamp) else arrived
            out.append(self._mark(at, self._text(values.get("Uniqueid", b"")), own))
        return None

    def _mark(self, at: int, uniqueid: str, own: list[tuple[str, str]]) -> ev.MarkerSet:
        marker = next((value for key, value in own if key == "Marker"), "")
        return ev.MarkerSet(at, uniqueid, marker, tuple(pair for pair in own if pair[0] != "Marker"))
