"""Finding the one message on the wire that made something true, to compare a `since` with its `Timestamp`."""

import re
from collections.abc import Callable, Sequence

from tests.truth.wire import Message

Finder = Callable[[Sequence[Message]], int]


class NotOnWireError(LookupError):
    """The wire has no such message; the text says which."""


def when(event: str, nth: int = 1, **fields: str) -> Finder:
    """Time of the `nth` message of `event` whose fields match the patterns as a whole (-1: the last)."""

    def find(messages: Sequence[Message]) -> int:
        found = [m.at for m in messages if m.event == event and matches(m, fields)]
        if len(found) < abs(nth):
            raise NotOnWireError(f"{event} {fields}: {len(found)} of them, wanted number {nth}")
        return found[nth - 1 if nth > 0 else nth]

    return find


def after(finder: Finder, event: str, **fields: str) -> Finder:
    """The first such message later than what `finder` finds."""

    def find(messages: Sequence[Message]) -> int:
        begin = finder(messages)
        return when(event, 1, **fields)([m for m in messages if m.get("Timestamp") and m.at > begin])

    return find


def first_of(*finders: Finder) -> Finder:
    """The earliest of several."""
    return lambda messages: min(find(messages) for find in finders)


def wrap_up_end(device: str, seconds: int) -> Finder:
    """When app_queue may ring `device` again: its LastCall, in whole seconds, + wrapuptime (app_queue.c:2813)."""

    def find(messages: Sequence[Message]) -> int:
        last = [m.get("LastCall") for m in messages if m.event == "QueueMemberStatus" and m.get("Interface") == device]
        if not last or int(last[-1]) == 0:
            raise NotOnWireError(f"no LastCall of {device}")
        return (max(int(text) for text in last) + seconds) * 1_000_000

    return find


def matches(message: Message, fields: dict[str, str]) -> bool:
    return all(re.fullmatch(pattern, message.get(name)) for name, pattern in fields.items())
