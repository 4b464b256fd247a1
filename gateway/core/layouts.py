"""Learned shapes as patterns: one match checks every header of a message, takes its values and finds the next one.

Possessive repeats keep a match linear in the bytes, whatever they are. A pattern ends behind the message's empty line
and, when an event follows, behind its `Event: <name>` line. Of a value nobody reads only the line feed matters: what
Asterisk prints has none but at its line ends, and a forged one would have to bring all headers that follow.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gateway.core.ami import SPECS, Span, Spec
from gateway.core.texts import Memory

Match = Callable[[bytes, int], "re.Match[bytes] | None"]
_ANY = rb".*+\n"
"""A quarter faster than to look for the carriage return: `.` is the one repeat that has a loop of its own in `re`."""
_STAMP = rb"(\d{9,11}\.\d{6})\r\n"
_NEXT = rb"\r\n(?:Event: ([^\r\n]*+)\r\n)?+"


class Reading(NamedTuple):
    """How to read one shape: groups `order` are (Timestamp, *wanted), group `last` names the event that follows.

    `looks`: for each wanted unit the memory that turns its bytes into what `build` is given.
    """

    match: Match
    last: int
    order: tuple[int, ...]
    looks: tuple[Mapping[bytes, Any], ...]
    build: Callable[..., Any]


class Layouts(NamedTuple):
    """All shapes of one event: `check` fits those that need not be read, its group 1 names the event that follows."""

    check: Match | None
    readings: list[Reading]


Shapes = Sequence[tuple[str, ...]]
Only = tuple[str, bytes]
"""A header and what must (not) follow it."""


def compile_layouts(name: bytes, shapes: Shapes, memory: Memory) -> Layouts:
    """The patterns of all shapes of event `name`."""
    spec = SPECS.get(name)
    if spec is None:
        return Layouts(compile_check(shapes), [])
    if spec.only is None:
        return Layouts(None, _compile_readings(shapes, spec, memory))
    header, read, skipped = spec.only
    events = [keys for keys in shapes if "ActionID" not in keys]
    items = [keys for keys in shapes if "ActionID" in keys]
    readings = _compile_readings(events, spec, memory, (header, read)) + _compile_readings(items, spec, memory)
    return Layouts(compile_check(events, (header, skipped)) if events else None, readings)


def _compile_readings(shapes: Shapes, spec: Spec, memory: Memory, only: Only | None = None) -> list[Reading]:
    readings = [compile_reading(keys, spec, memory, only) for keys in shapes]
    return [reading for reading in readings if reading is not None]


def compile_check(shapes: Shapes, only: Only | None = None) -> Match:
    """One pattern for several shapes."""
    same = 0
    while all(len(keys) > same and keys[same] == shapes[0][same] for keys in shapes):
        same += 1
    head = [_line(key, _ANY, only) for key in shapes[0][:same]]
    tails = [b"".join(_line(key, _ANY, only) for key in keys[same:]) for keys in shapes]
    tail = b"" if not any(tails) else b"(?:" + b"|".join(tails) + b")"
    return re.compile(b"".join(head) + tail + _NEXT).match


def compile_reading(keys: Sequence[str], spec: Spec, memory: Memory, only: Only | None = None) -> Reading | None:
    """How to read one shape; None where a span's headers are not neighbours: such a message is read the slow way.

    A header wanted that the shape lacks maps to the group before the last, which is always empty.
    """
    spans = {unit: _find_span(keys, unit) for unit in spec.wanted if isinstance(unit, Span)}
    if None in spans.values():
        return None
    owner: dict[str, Span] = {key: unit for unit, own in spans.items() for key in own or ()}
    groups: dict[str | Span, int] = {}
    lines = []
    for key in keys:
        unit = owner.get(key) or key
        if unit in groups or (unit not in spec.wanted and unit != "Timestamp"):
            lines += [] if key in owner else [_line(key, _ANY, only)]
            continue
        groups[unit] = len(groups) + 1
        lines.append(_line(key, _capture(key, spans.get(unit) if isinstance(unit, Span) else None), only))
    empty = len(groups) + 1
    pattern = re.compile(b"".join(lines) + rb"()" + _NEXT)
    looks = tuple(memory.find(unit, (spans[unit] or ()) if isinstance(unit, Span) else ()) for unit in spec.wanted)
    order = tuple(groups.get(unit, empty) for unit in ("Timestamp", *spec.wanted))
    return Reading(pattern.match, empty + 1, order, looks, spec.build)


def _find_span(keys: Sequence[str], span: Span) -> tuple[str, ...] | None:
    """The headers of a span as a shape has them, or None when others stand between."""
    own = [key for key in keys if key in span.keys]
    begin = keys.index(own[0]) if own else 0
    return tuple(own) if own and list(keys[begin : begin + len(own)]) == own else None


def _capture(key: str, span: tuple[str, ...] | None) -> bytes:
    if key == "Timestamp":
        return _STAMP
    rest = b"".join(rb"\r\n" + re.escape(other).encode() + rb": [^\r\n]*+" for other in (span or ())[1:])
    return rb"([^\r\n]*+" + rest + rb")\r\n"


def _line(key: str, value: bytes, only: Only | None) -> bytes:
    look = only[1] if only is not None and key == only[0] else b""
    return re.escape(key).encode() + b": " + look + value
