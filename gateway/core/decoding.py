"""Whole messages of the stream -> events, with every message's shape checked and only the wanted ones built.

The loop in `Decoder._run` is the hot path of the product (docs/performance.md): one match of a learned layout per
message checks all its headers, takes the wanted values and finds the next message. No piece is cut out, nothing is
built of a message nobody needs.
"""

import re
from typing import Any, NamedTuple

from gateway.core import events as ev
from gateway.core.ami import SPECS, Spec
from gateway.core.shapes import Header, Layout, compile_layout, find_fault, read_headers

TEXTS_MAX = 20_000
LAYOUTS_MAX = 32
VALUE_MAX = 1024
NAMES_MAX = 400
"""Distinct event names counted; Asterisk has about 180, the rest of a hostile stream counts as `other`."""
_END = b"\r\n\r\n"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_STAMP = re.compile(rb"\d{9,11}\.\d{6}")
_OTHER = b"other"


class Fault(NamedTuple):
    """Where a message begins that is not believed, and why."""

    place: int
    reason: str


class Decoder:
    """Learns the shapes of one connection's messages and reads them. Bounded in everything it learns."""

    def __init__(self) -> None:
        self.counts: dict[bytes, int] = {}
        self.timestamped = False
        self.last_at = 0
        self.slow = 0
        self.shapes: dict[bytes, list[tuple[str, ...]]] = {}
        """The headers of every shape learned, for `repair.py`."""
        self._layouts: dict[bytes, list[Layout]] = {}
        self._texts: dict[bytes, str] = {}

    def decode(self, data: bytes, place: int, end: int, arrived: int, out: list[Any]) -> Fault | None:
        """Append what `data[place:end]` says to `out` (events, list items, raw replies); stop at what is not believed.

        `data[:end]` ends with an empty line; `arrived` is the time of events without a Timestamp.
        """
        while place < end:
            if data.startswith(b"Event: ", place):
                line = data.find(b"\r\n", place, end)
                result = self._run(data, data[place + 7 : line], line + 2, end, arrived, out)
                if isinstance(result, Fault):
                    return result
                place = result
            elif data.startswith(b"Response: ", place):
                stop = data.find(_END, place, end)
                out.append(data[place:stop])
                place = stop + 4
            elif data.startswith(b"\r\n", place):
                place += 2
            else:
                return Fault(place, "a block is neither event nor response")
        return None

    def _run(
        self, data: bytes, name: bytes | None, place: int, end: int, arrived: int, out: list[Any]
    ) -> int | Fault:
        """Read events one after the other, from the line behind an `Event: <name>`; where the run ends, or a fault."""
        layouts, counts, texts, at = self._layouts, self.counts, self._texts, 0
        while place < end and name is not None:
            for match, last, order, build in layouts.get(name, ()):
                found = match(data, place)
                if found is None:
                    continue
                counts[name] += 1
                if order:
                    values = found.group(*order)
                    at = int(values[0].replace(b".", b"")) if values[0] else arrived
                    try:
                        event = build(at, *[texts[value] for value in values[1:]])
                    except KeyError:
                        event = build(at, *[self._text(value) for value in values[1:]])
                    out.append(event)
                name, place, behind = found[last], found.end(), place
                break
            else:
                behind = data.find(_END, place - 2, end)
                fault = self._read_slowly(name, data, place, behind, arrived, out)
                if fault is not None:
                    return Fault(place - len(name) - 9, fault)
                return self._stop(behind + 4, at)
        return self._stop(place if name is None else place - len(name) - 9, at)

    def _stop(self, place: int, at: int) -> int:
        self.last_at = at or self.last_at
        return place

    def _text(self, value: bytes) -> str:
        """Text of a value: UTF-8 with replacement, no control characters, bounded; remembered, because names recur."""
        text = self._texts.get(value)
        if text is None:
            text = _CONTROL.sub("\ufffd", value[:VALUE_MAX].decode("utf-8", "replace"))
            if len(self._texts) >= TEXTS_MAX:
                self._texts.clear()
            if len(value) <= VALUE_MAX:
                self._texts[value] = text
        return text

    # -- the slow way: a shape not seen before, or a broken message ----------------------------------------------

    def check(self, name: bytes, body: bytes) -> str | None:
        """Why an event with these lines behind its `Event:` line is not believed, or None. Learns and counts nothing."""
        if name == b"UserEvent":
            headers = read_headers(body)
            return self._check_user_event([header.key for header in headers])
        return self._judge(name, [header.key for header in read_headers(body)] if body else [])

    def _read_slowly(self, name: bytes, data: bytes, place: int, behind: int, arrived: int, out: list[Any]) -> str | None:
        """Check an event in full, learn its shape and build it. Returns why it is not believed, or None."""
        self.slow += 1
        headers = read_headers(data[place:behind]) if behind > place else []
        keys = [header.key for header in headers]
        fault = self._check_user_event(keys) if name == b"UserEvent" else self._judge(name, keys)
        if fault is not None:
            return fault
        self._count(name)
        self.timestamped = self.timestamped or keys[1:2] == ["Timestamp"]
        if name == b"UserEvent":
            self._read_user_event(headers, arrived, out)
            return None
        spec = SPECS.get(name)
        self._learn(name, spec, tuple(key or "" for key in keys), data, place)
        if spec is not None:
            self._build(spec, headers, arrived, out)
        return None

    def _judge(self, name: bytes, keys: list[str | None]) -> str | None:
        spec = SPECS.get(name)
        if not name.isalnum():
            return "an event has no proper name"
        fault = find_fault(name, keys, not is_listed(spec, keys), self.timestamped)
        if fault is None and spec is not None:
            missing = [key for key in spec.wanted if key not in keys and key not in spec.optional]
            fault = f"{missing[0]} is missing" if missing else None
        return fault

    def _learn(self, name: bytes, spec: Spec | None, keys: tuple[str, ...], data: bytes, place: int) -> None:
        """Remember the layout of this message, if its pattern fits the message itself (a bare CR in it does not)."""
        layouts = self._layouts.get(name)
        if layouts is None:
            if len(self._layouts) >= NAMES_MAX:
                return
            layouts = self._layouts[name] = []
        fresh = compile_spec(keys, spec)
        if len(layouts) < LAYOUTS_MAX and any(layout.match(data, place) for layout in fresh):
            layouts.extend(fresh)
            self.shapes.setdefault(name, []).append(keys)
            self.counts.setdefault(name, 0)
            self._texts.setdefault(b"", "")

    def _count(self, name: bytes) -> None:
        key = name if name in self.counts or len(self.counts) < NAMES_MAX else _OTHER
        self.counts[key] = self.counts.get(key, 0) + 1

    def _build(self, spec: Spec, headers: list[Header], arrived: int, out: list[Any]) -> None:
        values: dict[str | None, bytes] = {}
        for header in headers:
            values.setdefault(header.key, header.value)
        at = self._time_of(values, arrived)
        event = spec.build(at, *[self._text(values.get(key, b"")) for key in spec.wanted])
        if event is not None:
            out.append(event)

    def _time_of(self, values: dict[str | None, bytes], arrived: int) -> int:
        stamp = values.get("Timestamp", b"")
        if _STAMP.fullmatch(stamp) is None:
            return arrived
        self.last_at = int(stamp.replace(b".", b""))
        return self.last_at

    # -- UserEvent -----------------------------------------------------------------------------------------------

    def _check_user_event(self, keys: list[str | None]) -> str | None:
        """What stands before its `UserEvent` header is Asterisk's, the rest is the dialplan's own."""
        if "UserEvent" not in keys:
            return "UserEvent is missing"
        place = keys.index("UserEvent")
        own = keys[place + 1 :]
        if None in own or len(set(own)) != len(own):
            return "a field of a UserEvent is broken"
        return find_fault(b"UserEvent", keys[:place], True, self.timestamped)

    def _read_user_event(self, headers: list[Header], arrived: int, out: list[Any]) -> None:
        place = next(at for at, header in enumerate(headers) if header.key == "UserEvent")
        if headers[place].value != b"Hotline":
            return
        values = {header.key: header.value for header in headers[:place]}
        own = [(header.key or "", self._text(header.value)) for header in headers[place + 1 :]]
        marker = next((value for key, value in own if key == "Marker"), "")
        data = tuple(pair for pair in own if pair[0] != "Marker")
        at = self._time_of(values, arrived)
        out.append(ev.MarkerSet(at, self._text(values.get("Uniqueid", b"")), marker, data))


def is_listed(spec: Spec | None, keys: list[str | None]) -> bool:
    """Whether a message may be a list item: those have an ActionID and neither Privilege nor Timestamp (1.4)."""
    if spec is not None and spec.listed:
        return True
    return "ActionID" in keys and keys[0] != "Privilege" and (spec is None or "ActionID" in spec.wanted)


def compile_spec(keys: tuple[str, ...], spec: Spec | None) -> list[Layout]:
    """The layouts by which a shape is recognised: one to skip it, or one to read it, or one of each."""
    if spec is None:
        return [compile_layout(keys, None)]
    if spec.only is None or "ActionID" in keys:
        return [compile_layout(keys, spec.wanted, build=spec.build)]
    header, read, skipped = spec.only
    return [
        compile_layout(keys, None, (header, skipped)),
        compile_layout(keys, spec.wanted, (header, read), spec.build),
    ]
