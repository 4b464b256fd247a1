"""Whole messages of the stream -> events, with every message's shape checked and only the wanted ones built.

The loop in `Decoder._run` is the hot path of the product (docs/performance.md): one match of a learned layout per
message checks all its headers, takes the wanted values and finds the next message. No piece is cut out, nothing is
built of a message nobody needs.
"""

import re
from collections.abc import Sequence
from operator import getitem
from typing import Any, NamedTuple

from gateway.core import user_events
from gateway.core.ami import SPECS, Spec
from gateway.core.layouts import Match, Reading, compile_layouts
from gateway.core.shapes import Header, find_fault, is_torn_reply, read_headers
from gateway.core.texts import Memory

LAYOUTS_MAX = 32
NAMES_MAX = 400
"""Distinct event names counted; Asterisk has about 180, the rest of a hostile stream counts as `other`."""
_END = b"\r\n\r\n"
_STAMP = re.compile(rb"\d{9,11}\.\d{6}")
_OTHER = b"other"


class Fault(NamedTuple):
    """Where a message begins that is not believed, and why."""

    place: int
    reason: str


class Kind:
    """What is known of the messages of one name: how many came, and their shapes as patterns."""

    __slots__ = ("check", "count", "readings")

    def __init__(self) -> None:
        self.count = 0
        self.check: Match | None = None
        self.readings: Sequence[Reading] = ()


class Decoder:
    """Learns the shapes of one connection's messages and reads them. Bounded in everything it learns."""

    def __init__(self) -> None:
        self.kinds: dict[bytes | None, Kind] = {}
        self.begin()

    def begin(self) -> None:
        """A connection begins: another PBX may answer, with other shapes. What was counted stays."""
        for kind in self.kinds.values():
            kind.check, kind.readings = None, ()
        self.timestamped = False
        self.untimed = False
        self.last_at = 0
        self.slow = 0
        self.shapes: dict[bytes, list[tuple[str, ...]]] = {}
        """The headers of every shape learned, for `repair.py`."""
        self._memory = Memory()
        self._user_events = user_events.UserEvents(self._memory.texts)

    def __getstate__(self) -> dict[str, Any]:
        """What was learned, as it stands on the wire; patterns are compiled from it again."""
        said = {name: getattr(self, name) for name in ("timestamped", "untimed", "last_at", "slow", "shapes")}
        counts = {name: kind.count for name, kind in self.kinds.items()}
        return said | {"counts": counts, "prologues": self._user_events.prologues}

    def __setstate__(self, said: dict[str, Any]) -> None:
        self.kinds = {name: Kind() for name in said["counts"]}
        self.begin()
        for own in ("timestamped", "untimed", "last_at", "slow", "shapes"):
            setattr(self, own, said[own])
        for name, kind in self.kinds.items():
            kind.count = said["counts"][name]
            if name is not None and name in self.shapes:
                kind.check, kind.readings = compile_layouts(name, self.shapes[name], self._memory)
        for prologue in said["prologues"]:
            self._user_events.learn((*prologue, user_events.NAME.decode()))

    @property
    def counts(self) -> dict[bytes, int]:
        """Messages read by event name."""
        return {name: kind.count for name, kind in self.kinds.items() if name is not None}

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
                if is_torn_reply(data[place:stop]):
                    return Fault(place, "a reply is torn")
                out.append(data[place:stop])
                place = stop + 4
            elif data.startswith(b"\r\n", place):
                place += 2
            else:
                return Fault(place, "a block is neither event nor response")
        return None

    def _run(self, data: bytes, name: bytes | None, place: int, end: int, arrived: int, out: list[Any]) -> int | Fault:
        """Read events one after the other, from the line behind an `Event: <name>`; where the run ends, or a fault."""
        kinds = self.kinds
        while place < end:
            try:
                kind = kinds[name]
            except KeyError:
                break
            check = kind.check
            if check is not None:
                found = check(data, place)
                if found is not None:
                    kind.count += 1
                    name, place = found[1], found.end()
                    continue
            for reading in kind.readings:
                found = reading[0](data, place)
                if found is not None:
                    break
            else:
                marked = self._user_events.read(data, place) if name == user_events.NAME else None
                if marked is None:
                    break
                kind.count += 1
                event, name, place = marked
                if event is not None:
                    out.append(event)
                continue
            kind.count += 1
            _, last, order, looks, build = reading
            stamp, *values = found.group(*order)
            at = arrived
            if stamp:
                self.last_at = at = int(stamp.replace(b".", b""))
            out.append(build(at, *map(getitem, looks, values)))
            name, place = found[last], found.end()
        if name is None:
            return place
        return self._read_slowly(name, data, place, end, arrived, out) if place < end else place - len(name) - 9

    # -- the slow way: a shape not seen before, or a broken message ----------------------------------------------

    def check(self, name: bytes, body: bytes) -> str | None:
        """Why an event with these lines behind its `Event:` line is not believed, or None. Learns nothing."""
        return self._judge(name, [header.key for header in read_headers(body)] if body else [])

    def _read_slowly(self, name: bytes, data: bytes, place: int, end: int, arrived: int, out: list[Any]) -> int | Fault:
        """Check an event in full, learn its shape and build it."""
        self.slow += 1
        behind = data.find(_END, place - 2, end)
        headers = read_headers(data[place:behind]) if behind > place else []
        keys = [header.key for header in headers]
        fault = self._judge(name, keys)
        if fault is not None:
            return Fault(place - len(name) - 9, fault)
        self._count(name)
        if keys[:1] == ["Privilege"] and name != b"FullyBooted":
            self.timestamped = self.timestamped or keys[1:2] == ["Timestamp"]
            self.untimed = self.untimed or keys[1:2] != ["Timestamp"]
        self._learn(name, tuple(key or "" for key in keys), data, place)
        event = self._build(name, headers, arrived)
        out.extend([] if event is None else [event])
        return behind + 4

    def _count(self, name: bytes) -> None:
        key = name if name in self.kinds or len(self.kinds) < NAMES_MAX else _OTHER
        self.kinds.setdefault(key, Kind()).count += 1

    def _judge(self, name: bytes, keys: list[str | None]) -> str | None:
        spec = SPECS.get(name)
        if name == user_events.NAME:
            return user_events.find_user_fault(keys, self.timestamped)
        if not name.isalnum():
            return "an event has no proper name"
        fault = find_fault(name, keys, not is_listed(spec, keys), self.timestamped)
        if fault is None and spec is not None:
            missing = [key for key in spec.keys if key not in keys and key not in spec.optional]
            fault = f"{missing[0]} is missing" if missing else None
        return fault

    def _learn(self, name: bytes, keys: tuple[str, ...], data: bytes, place: int) -> None:
        """Remember a shape, if its pattern fits the message it is learned from (a bare CR in a value does not)."""
        kind = self.kinds.get(name)
        if kind is None:
            return
        if name == user_events.NAME:
            self._user_events.learn(keys)
            return
        known = self.shapes.setdefault(name, []) if name in self.shapes or len(self.shapes) < NAMES_MAX else None
        if known is None or keys in known or len(known) >= LAYOUTS_MAX:
            return
        check, readings = compile_layouts(name, (*known, keys), self._memory)
        matches = [reading.match for reading in readings] + ([check] if check else [])
        if all(match(data, place) is None for match in matches):
            return
        known.append(keys)
        kind.check, kind.readings = check, readings

    def _build(self, name: bytes, headers: list[Header], arrived: int) -> Any:
        """The event of a message read header by header, or None when nobody needs it."""
        values: dict[str | None, bytes] = {}
        for header in headers:
            values.setdefault(header.key, header.value)
        if name == user_events.NAME:
            return self._user_events.build(self._time_of(values, arrived), headers)
        spec = SPECS.get(name)
        if spec is None:
            return None
        at = self._time_of(values, arrived)
        return spec.read(at, lambda key: self._memory.texts[values.get(key, b"")])

    def _time_of(self, values: dict[str | None, bytes], arrived: int) -> int:
        stamp = values.get("Timestamp", b"")
        if _STAMP.fullmatch(stamp) is None:
            return arrived
        self.last_at = int(stamp.replace(b".", b""))
        return self.last_at


def is_listed(spec: Spec | None, keys: list[str | None]) -> bool:
    """Whether a message may be a list item: those have an ActionID and neither Privilege nor Timestamp (1.4)."""
    if spec is not None and spec.listed:
        return True
    return "ActionID" in keys and keys[0] != "Privilege" and (spec is None or "ActionID" in spec.keys)
