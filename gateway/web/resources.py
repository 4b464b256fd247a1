"""The resources of `/v1` as a table: what each shows, how its items are named, by what they can be filtered.

Law: one row gives the list, the single item, their filters and their description; none is written twice. An answer is
made whole in one call, so that its parts agree with each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from gateway.core.access import Principal
from gateway.core.calls import CallPhase
from gateway.core.site import SECOND
from gateway.core.words import AgentState, Direction, SeatState
from gateway.views import Feed
from gateway.web import live, shapes
from gateway.web.envelopes import Many, One, Totalled
from gateway.web.filters import Query
from gateway.web.lines import show_lines
from gateway.web.problems import RefusalError
from gateway.web.sources import House
from gateway.web.spelling import spell_time

Item = TypeVar("Item")
Value = str | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Filter(Generic[Item]):
    """`read`: the value or values of an item that are compared; `allowed`: all it can be, empty for any."""

    read: Callable[[Item], Value]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource(Generic[Item]):
    """One kind of thing. `name`: what identifies an item on its own path, `place`: the PBXs it is on."""

    path: str
    summary: str
    item: type[Item]
    gather: Callable[[House, Principal], Iterable[Item]]
    name: Callable[[Item], str]
    place: Callable[[Item], Value]
    filters: Mapping[str, Filter[Item]]
    totals: Callable[[Sequence[Feed], Principal], dict[str, int]] | None = None
    reveal: Callable[[Feed, Item], Item] | None = None
    """The same item with numbers in full."""

    def show_in_full(self, house: House, items: Iterable[Item]) -> list[Item]:
        """The same items with numbers in full: whoever asks this has them accounted for (`web/callers.py`)."""
        feeds = {feed.pbx: feed for feed in house.feeds()}
        reveal = self.reveal or (lambda _, item: item)
        return [reveal(feeds[pbx], item) for item in items for pbx in _as_set(self.place(item))]

    @property
    def noun(self) -> str:
        return self.path.removesuffix("s")

    def show(self, house: House, who: Principal, query: Query) -> Many[Item]:
        """The items that the query wants and `who` may see, one page of them."""
        found = (item for item in self.gather(house, who) if self._is_wanted(item, query))
        items, following = query.cut(found, self._spell_key)
        around = make_envelope(house)
        if self.totals:
            return Totalled(**around, items=items, next=following, totals=self.totals(house.feeds(), who))
        return Many(**around, items=items, next=following)

    def show_one(self, house: House, who: Principal, name: str, query: Query) -> One[Item]:
        """The one item of that name. RefusalError: 404 for none that `who` may see, 409 when several PBXs have one."""
        pbx = query.wanted.get("pbx")
        named = [item for item in self.gather(house, who) if self.name(item) == name]
        found = [item for item in named if pbx is None or pbx & _as_set(self.place(item))]
        if not found:
            raise RefusalError(404, f"There is no such {self.noun} now.")
        if len(found) > 1:
            raise RefusalError(409, f"Several PBXs have this {self.noun}: add pbx=NAME.", "pbx")
        return One(**make_envelope(house), item=found[0])

    def _is_wanted(self, item: Item, query: Query) -> bool:
        return all(asked & _as_set(self.filters[name].read(item)) for name, asked in query.wanted.items())

    def _spell_key(self, item: Item) -> str:
        return "/".join((self.name(item), *sorted(_as_set(self.place(item)))))


def make_envelope(house: House) -> dict[str, Any]:
    """What stands around every live answer."""
    now = house.clock()
    feeds = house.feeds()
    blind = sum(house.tally.blind_today(feed.pbx, now, feed.status.blind_since) for feed in feeds)
    return {
        "as_of": spell_time(now),
        "blind_seconds_today": blind / SECOND,
        "counts_since": spell_time(house.tally.counts_since(now)),
        "feeds": [live.show_feed(feed, house.tally, now) for feed in feeds],
    }


def _as_set(value: Value) -> set[str]:
    return {value} if isinstance(value, str) else set(value or ())


def _on_each(show: Callable[[live.Moment], Iterable[Item]]) -> Callable[[House, Principal], Iterator[Item]]:
    def gather(house: House, who: Principal) -> Iterator[Item]:
        now = house.clock()
        for feed in house.feeds():
            yield from show(live.look(feed, house.tally, now, who))

    return gather


def _values(states: type[StrEnum]) -> tuple[str, ...]:
    return tuple(state.value for state in states)


QUEUES: Final = Resource[shapes.Queue](
    path="queues",
    summary="Queues: who waits, who serves, what is promised.",
    item=shapes.Queue,
    gather=_on_each(live.show_queues),
    name=lambda item: item.id,
    place=lambda item: item.pbx,
    filters={
        "queue": Filter(lambda item: item.id),
        "agent": Filter(lambda item: [member.agent for member in item.members]),
        "line": Filter(lambda item: [caller.line for caller in item.callers]),
        "pbx": Filter(lambda item: item.pbx),
    },
)
AGENTS: Final = Resource[shapes.Agent](
    path="agents",
    summary="Agents: in which state, since when, where.",
    item=shapes.Agent,
    gather=_on_each(live.show_agents),
    name=lambda item: item.number,
    place=lambda item: item.pbx,
    filters={
        "agent": Filter(lambda item: item.number),
        "queue": Filter(lambda item: [*item.queues, *([item.queue] if item.queue else [])]),
        "line": Filter(lambda item: item.line),
        "pbx": Filter(lambda item: item.pbx),
        "state": Filter(lambda item: item.state.value, _values(AgentState)),
    },
    totals=live.count_agents,
)
SEATS: Final = Resource[shapes.Seat](
    path="seats",
    summary="Positions: who sits there, in which state.",
    item=shapes.Seat,
    gather=_on_each(live.show_seats),
    name=lambda item: item.id,
    place=lambda item: item.pbx,
    filters={
        "agent": Filter(lambda item: item.agent),
        "pbx": Filter(lambda item: item.pbx),
        "state": Filter(lambda item: item.state.value, _values(SeatState)),
    },
    totals=live.count_seats,
)
LINES: Final = Resource[shapes.Line](
    path="lines",
    summary="Lines: the numbers of the hotline, their live calls and their counts.",
    item=shapes.Line,
    gather=lambda house, who: show_lines(house.feeds(), house.tally, house.clock(), who),
    name=lambda item: item.did,
    place=lambda item: item.pbxs,
    filters={
        "line": Filter(lambda item: item.did),
        "queue": Filter(lambda item: item.queues),
        "pbx": Filter(lambda item: item.pbxs),
    },
)
CALLS: Final = Resource[shapes.Call](
    path="calls",
    summary="Calls that last: where each is.",
    item=shapes.Call,
    gather=_on_each(live.show_calls),
    name=lambda item: item.id,
    place=lambda item: item.pbx,
    filters={
        "queue": Filter(lambda item: item.queue),
        "agent": Filter(lambda item: item.agent),
        "line": Filter(lambda item: item.line),
        "pbx": Filter(lambda item: item.pbx),
        "state": Filter(lambda item: item.phase.value, _values(CallPhase)),
        "direction": Filter(lambda item: item.direction.value, _values(Direction)),
    },
    reveal=live.reveal_call,
)
RESOURCES: Final[tuple[Resource[Any], ...]] = (QUEUES, AGENTS, SEATS, LINES, CALLS)
