"""A recorded feed played through the core: the bytes as they arrived, time by the core's own deadlines.

Law: nothing but the file decides; the same file gives the same facts, for ever. `python -m tests.scenarios.feeds`
writes the facts of every trace beside it, to be looked at and committed when the core was changed on purpose.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.canonical import spell_fact
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.site import SECOND, AgentRule, Line, QueueRule, SeatRule, Site
from gateway.traces import read_trace

TRACES = Path(__file__).parent / "traces"
SITE = Site(
    lines=tuple(Line(did, did) for did in ("12345", "12301", "12320", "12333")),
    queues=(QueueRule("hotline"),),
    seats=tuple(SeatRule(f"{seat:02}", f"PJSIP/80{seat:02}") for seat in range(1, 10)),
    agents=tuple(AgentRule(str(number)) for number in range(1001, 1019)),
)
AFTER_US = 120 * SECOND
"""How much later every wrap-up and every tombstone is over."""
FEEDS = sorted(path.name.removesuffix(".ami") for path in TRACES.glob("*.ami"))


class Played:
    """A feed after its trace and the two minutes behind it."""

    def __init__(self, name: str, piece: int = 1 << 20, between: Callable[[Feed], Feed] = lambda feed: feed) -> None:
        """`piece`: bytes given at once; `between`: what becomes of the feed before each."""
        self.feed = Feed("pbx1", SITE, foreign_lists=True)
        self.facts: list[Fact] = []
        self.ticks = 0
        wall = 0
        for item in read_trace(TRACES / f"{name}.ami", "pbx1", b""):
            wall = item.wall
            self._pass_time(wall)
            if item.kind.name == "CONNECTED":
                self.feed.connected(wall, wall, "trace")
            elif item.kind.name == "RECEIVED":
                for place in range(0, len(item.data), piece):
                    self.feed = between(self.feed)
                    self.feed.received(item.data[place : place + piece], wall, wall)
                    self._take()
            self._take()
        self._pass_time(wall + AFTER_US)
        self.feed.tick(wall + AFTER_US, wall + AFTER_US)
        self._take()

    def _pass_time(self, wall: int) -> None:
        while (deadline := self.feed.deadline) is not None and deadline <= wall:
            self.feed.tick(deadline, deadline)
            self.ticks += 1
            self._take()

    def _take(self) -> None:
        self.facts += self.feed.facts
        self.feed.facts.clear()

    def spelt(self) -> Iterator[str]:
        """The facts as JSON lines."""
        for fact in self.facts:
            yield spell_fact(fact).decode()


def facts_of(name: str) -> Path:
    """Where the expected facts of a feed stand."""
    return TRACES / f"{name}.facts.jsonl"


def renew() -> None:
    """Write what every trace gives today."""
    for name in FEEDS:
        facts_of(name).write_text("\n".join(Played(name).spelt()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()
