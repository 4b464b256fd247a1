"""Memory over very many calls: whatever a call leaves behind is forgotten, and who waits or idles weighs what he did.

Two recorded calls, one answered by the last of four phones that ring and one abandoned, placed again and again with
other ids and times.
"""

import gc
import re
import sys
from collections.abc import Iterator, Sized
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from gateway.core.queues import Queue
from gateway.core.site import SECOND
from gateway.core.state import LiveState
from tests.bench.ratios import Ours
from tests.bench.streams import read_members, read_messages

TRACE = "plain22-everyday.mask"
GAP_S = 2
OPEN = 100
"""Calls open at once when live calls are weighed."""


class Growth(NamedTuple):
    """Resident bytes at the settled start and at the end, what is still held, and bytes per (idle agent, live call)."""

    calls: int
    before: int
    after: int
    held: int
    agent: tuple[float, float]
    call: tuple[float, float]

    @property
    def per_call(self) -> float:
        return (self.after - self.before) / self.calls


class Recorded:
    """One call of the trace, by the Linkedid of its caller: `spell` gives it with ids and times of its own."""

    def __init__(self, linkedid: bytes) -> None:
        messages = [m for m in read_messages(TRACE) if b"\r\nLinkedid: " + linkedid + b"\r\n" in m]
        self.text = b"".join(messages)
        rung = next((place for place, m in enumerate(messages) if m.startswith(b"Event: DialState")), len(messages) - 4)
        self.opening = len(b"".join(messages[:rung]))
        """Bytes until it waits, and phones ring for it."""
        self._ids = sorted(set(re.findall(rb"(?:Uniqueid|Linkedid): (\d+\.\d+)\r\n", self.text)))
        self._serials = sorted(set(re.findall(rb"Channel: \S+-([0-9a-f]{8})\r\n", self.text)))
        self._bridges = sorted(set(re.findall(rb"BridgeUniqueid: (\S+)\r\n", self.text)))
        self._seconds = sorted(set(re.findall(rb"Timestamp: (\d+)\.", self.text)))
        self.lasts_s = int(self._seconds[-1]) - int(self._seconds[0]) + GAP_S

    def spell(self, number: int, epoch: int) -> tuple[bytes, bytes]:
        """(until it waits, the rest) of copy `number`, which begins at `epoch` seconds."""
        text = self._rename(self.text[: self.opening] + b"|" + self.text[self.opening :], number, epoch)
        opening, _, rest = text.partition(b"|")
        return opening, rest

    def _rename(self, part: bytes, number: int, epoch: int) -> bytes:
        for place, one in enumerate(self._ids):
            part = part.replace(b" " + one + b"\r", b" %d.%d\r" % (epoch, number * 16 + place))
        for place, one in enumerate(self._serials):
            part = part.replace(b"-" + one + b"\r", b"-%08x\r" % (number * 16 + place))
        for place, one in enumerate(self._bridges):
            part = part.replace(one, b"bridge-%d-%d" % (number, place))
        for second in self._seconds:
            moved = epoch + int(second) - int(self._seconds[0])
            part = part.replace(b"Timestamp: " + second, b"Timestamp: %d" % moved)
        return part


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def find_calls() -> list[Recorded]:
    """An answered call and an abandoned one."""
    messages = read_messages(TRACE)

    def first(name: bytes) -> bytes:
        return next(m for m in messages if m.startswith(name)).partition(b"\r\nLinkedid: ")[2].partition(b"\r\n")[0]

    return [Recorded(first(b"Event: AgentConnect")), Recorded(first(b"Event: QueueCallerAbandon"))]


def weigh(thing: Any, seen: set[int]) -> int:
    """Bytes of an object and all it alone leads to; settings, queues and words are everybody's."""
    if id(thing) in seen or isinstance(thing, Queue | Enum | type):
        return 0
    seen.add(id(thing))
    return sys.getsizeof(thing) + sum(weigh(part, seen) for part in _parts(thing))


def _parts(thing: Any) -> Iterator[Any]:
    if isinstance(thing, dict):
        yield from thing.keys()
        yield from thing.values()
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from thing
    else:
        yield from (getattr(thing, name) for name in getattr(thing, "__slots__", ()))


def _weigh_agent(state: LiveState) -> float:
    idle = [agent for agent in state.agents.values() if agent.queues and not agent.offers and agent.visit is None]
    seen: set[int] = set()
    return sum(weigh(agent, seen) for agent in idle) / len(idle)


class Hall:
    """One feed, its members signed in, and the clock of the calls placed."""

    def __init__(self) -> None:
        self.calls = find_calls()
        self.ours = Ours()
        self.ours.received(b"".join(read_members(TRACE)))
        self.state = self.ours.feed.state
        self.epoch = 1_795_500_000
        self.number = 0

    def place(self, count: int) -> None:
        """So many calls, one after the other."""
        for _ in range(count):
            call = self.calls[self.number % len(self.calls)]
            self.ours.received(b"".join(call.spell(self.number, self.epoch)))
            self._pass(call.lasts_s)

    def _pass(self, seconds: int) -> None:
        self.number += 1
        self.epoch += seconds
        self.state.tick(self.epoch * SECOND)
        self.ours.feed.facts.clear()

    def open_calls(self) -> float:
        """Bytes of a call that waits while phones ring; the calls are ended again."""
        self.state.tick((self.epoch + 120) * SECOND)
        self.epoch += 120
        spelt = [self.calls[0].spell(self.number + place, self.epoch) for place in range(OPEN)]
        self.number += OPEN
        self.ours.received(b"".join(opening for opening, _ in spelt))
        assert len(self.state.visits) == OPEN
        seen: set[int] = {id(agent) for agent in self.state.agents.values()}
        weight = sum(weigh(kind, seen) for kind in (self.state.calls, self.state.channels, self.state.offers)) / OPEN
        self.ours.received(b"".join(rest for _, rest in spelt))
        self._pass(120)
        return weight


def place_calls(count: int) -> Growth:
    """Play so many calls with the clock, a fifth of them first to settle; weigh agent and call before and after."""
    hall = Hall()
    hall.place(count // 5)
    call, agent = hall.open_calls(), _weigh_agent(hall.state)
    gc.collect()
    before = resident()
    hall.place(count)
    gc.collect()
    after = resident()
    calls, agents = (call, hall.open_calls()), (agent, _weigh_agent(hall.state))
    hall.state.tick((hall.epoch + 1_000) * SECOND)
    state = hall.state
    kinds: tuple[Sized, ...] = (
        state.calls, state.visits, state.channels, state.offers, state.tombs, state.timers,
    )  # fmt: skip
    return Growth(count, before, after, sum(len(kind) for kind in kinds), agents, calls)
