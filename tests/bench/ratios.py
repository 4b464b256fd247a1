"""Ours against stock panoramisk, in process, on the same chunks of the same stream, turn by turn.

Turn by turn, in the CPU time of this thread: whatever else the machine does meanwhile hits both alike. A turn is long
enough that the caches belong to whose turn it is, as they do when one of them runs alone.
"""

import gc
from time import thread_time
from typing import NamedTuple

from gateway.core.feed import Feed
from gateway.core.site import Site
from tests.bench.stock import Stock
from tests.bench.streams import BANNER, SITE, chop

WALL = 1_795_457_000_000_000
WARM = 0.2
"""Part of a stream fed before the clock starts: shapes are learned once per connection."""


TURN = 64
"""Chunks per turn, at most."""


class Ratio(NamedTuple):
    """CPU time per event of both, in µs, and what they made of it."""

    events: int
    ours_us: float
    stock_us: float
    facts: int
    stock_facts: int

    @property
    def value(self) -> float:
        return self.stock_us / self.ours_us


class Ours:
    """A Feed fed in process, as the pump does it."""

    def __init__(self, site: Site = SITE) -> None:
        self.feed = Feed("bench", site)
        self.feed.connected(WALL, 0, "")
        self.feed.received(BANNER, WALL, 0)

    def received(self, data: bytes) -> int:
        """Bytes in; how many facts came of them."""
        self.feed.received(data, WALL, 0)
        if self.feed.state.deadline is not None:
            self.feed.state.tick(self.feed.decoder.last_at)
        facts = len(self.feed.facts)
        self.feed.facts.clear()
        return facts


def drain_stock(stock: Stock, data: bytes, until: int) -> int:
    """The same for stock; it has no clock of the PBX, so it is told the time."""
    stock.received(data)
    stock.state.tick(until)
    facts = len(stock.state.facts)
    stock.state.facts.clear()
    return facts


def compare(messages: list[bytes], site: Site = SITE) -> Ratio:
    """Feed both the same stream, chunk by chunk, turn by turn."""
    chunks = chop(b"".join(messages))
    warm = int(len(chunks) * WARM)
    ours, stock = Ours(site), Stock(site)
    spent = [0.0, 0.0]
    facts = [0, 0]
    timed = 0
    gc.collect()
    size = max(1, min(TURN, len(chunks) // 6))
    for place in range(0, len(chunks), size):
        turn = chunks[place : place + size]
        begin = thread_time()
        made = sum([ours.received(chunk) for chunk in turn])
        middle = thread_time()
        made_by_stock = sum([drain_stock(stock, chunk, ours.feed.decoder.last_at) for chunk in turn])
        end = thread_time()
        facts[0] += made
        facts[1] += made_by_stock
        if place >= warm:
            timed += sum(chunk.count(b"\r\n\r\nEvent: ") for chunk in turn)
            spent[0] += middle - begin
            spent[1] += end - middle
    return Ratio(len(messages), spent[0] / timed * 1e6, spent[1] / timed * 1e6, facts[0], facts[1])
