"""Learned shapes as patterns: one match checks every header of a message, takes its values and finds the next one.

Possessive repeats keep a match linear in the bytes, whatever they are. A pattern ends behind the message's empty line
and, when an event follows, behind its `Event: <name>` line.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.core.ami import SPECS

Match = Callable[[bytes, int], "re.Match[bytes] | None"]
_ANY = rb"[^\r]*+\r\n"
_VALUE = rb"([^\r\n]*+)\r\n"
_STAMP = rb"(\d{9,11}\.\d{6})\r\n"
_NEXT = rb"\r\n(?:Event: ([^\r\n]*+)\r\n)?+"


class Reading(NamedTuple):
    """How to read one shape: groups `order` are (Timestamp, *wanted), group `last` names the event that follows."""

    match: Match
    last: int
    order: tuple[int, ...]
    build: Callable[..., Any]


class Layouts(NamedTuple):
    """All shapes of one event: `check` fits those that need not be read, its group 1 names the event that follows."""

    check: Match | None
    readings: list[Reading]


Shapes = Sequence[tuple[str, ...]]


def compile_layouts(name: bytes, shapes: Shapes) -> Layouts:
    """The patterns of all shapes of event `name`."""
    spec = SPECS.get(name)
    if spec is None:
        return Layouts(compile_check(shapes), [])
    if spec.only is None:
        return Layouts(None, [compile_reading(keys, spec.wanted, spec.build) for keys in shapes])
    header, read, skipped = spec.only
    events = [keys for keys in shapes if "ActionID" not in keys]
    readings = [
        compile_reading(keys, spec.wanted, spec.build, (header, read) if keys in events else None) for keys in shapes
    ]
    return Layouts(compile_check(events, (header, skipped)) if events else None, readings)


def compile_check(shapes: Shapes, only: tuple[str, bytes] | None = None) -> Match:
    """One pattern for several shapes. A value with a bare CR is read the slow way."""
    same = 0
    while all(len(keys) > same and keys[same] == shapes[0][same] for keys in shapes):
        same += 1
    head = [_line(key, _ANY, only) for key in shapes[0][:same]]
    tails = [b"".join(_line(key, _ANY, only) for key in keys[same:]) for keys in shapes]
    tail = b"" if not any(tails) else b"(?:" + b"|".join(tails) + b")"
    return re.compile(b"".join(head) + tail + _NEXT).match


def compile_reading(
    keys: Sequence[str], wanted: tuple[str, ...], build: Callable[..., Any], only: tuple[str, bytes] | None = None
) -> Reading:
    """A header wanted that the shape lacks maps to the group before the last, which is always empty."""
    captured = frozenset(("Timestamp", *wanted))
    groups: dict[str, int] = {}
    lines = []
    for key in keys:
        if key in captured and key not in groups:
            groups[key] = len(groups) + 1
            lines.append(_line(key, _STAMP if key == "Timestamp" else _VALUE, only))
        else:
            lines.append(_line(key, _ANY, only))
    empty = len(groups) + 1
    pattern = re.compile(b"".join(lines) + rb"()" + _NEXT)
    return Reading(pattern.match, empty + 1, tuple(groups.get(key, empty) for key in ("Timestamp", *wanted)), build)


def _line(key: str, value: bytes, only: tuple[str, bytes] | None) -> bytes:
    look = only[1] if only is not None and key == only[0] else b""
    return re.escape(key).encode() + b": " + look + value
