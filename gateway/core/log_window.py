"""Which rows of a database table are new: the cursor of a log that is a table (issue 3; asterisk-facts 3.2).

A table has no order of its own. Rows are read by a key, the DBA's `id` or else the time written, from some way below
the newest one on, and a row is new when the window does not know it, by content and by how many alike there are: a row
whose transaction ends late, or whose time is earlier than its neighbour's, is still found. `settle` gives up waiting
below a bound. Deleted rows are simply not seen again. Nothing here knows what a row says.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Mark(NamedTuple):
    """One row: its `key`, and a fingerprint of id and content (63 bits), which is not personal."""

    key: int
    print: int


class Seen(NamedTuple):
    """Rows alike: where, since when (µs) they are known, how many were seen, and were there the last time."""

    key: int
    since: int
    alike: int
    there: int


class Hole(NamedTuple):
    """Keys `first` to `last` that never came; µs of the rows before and after."""

    first: int
    last: int
    since: int
    until: int


class Cursor(NamedTuple):
    """What is stored: all rows below key `low` are done; from there on, with None of all, those with `prints`.
    `by`: what the key is; `top`: the greatest key done; `looked_at`: when, µs of the gateway's clock; `server`: when
    the database's server had been started, by its own clock."""

    by: str
    low: int | None
    top: int | None
    prints: tuple[int, ...]
    looked_at: int
    server: int | None = None


class Window:
    """The rows known near the end of the table.

    `depth`: how far below `low` rows are kept in mind, in keys, in case the table's time goes back.
    """

    def __init__(self, by: str, depth: int = 0, cursor: Cursor | None = None) -> None:
        self.by = by
        self.depth = depth
        known = cursor if cursor is not None and cursor.by == by else None
        self.low: int | None = known.low if known is not None else None
        self.top: int | None = known.top if known is not None else None
        self._seen: dict[int, Seen] = {}
        self._deep: dict[int, Seen] = {}
        """Those below `low`."""
        self._stored = Counter(known.prints) if known is not None else Counter[int]()

    def __len__(self) -> int:
        return len(self._seen) + len(self._deep) + len(self._stored)

    @property
    def waiting(self) -> int:
        """Rows it was made with and has not met."""
        return self._stored.total()

    def is_stranger(self, marks: Sequence[Mark]) -> bool:
        """Whether these, read from `low` on, are another table's: keys known, and not one row of those stored."""
        is_known = any(mark.print in self._stored for mark in marks)
        return bool(self._stored) and not is_known and any(mark.key <= (self.top or 0) for mark in marks)

    def find_start(self, before: int | None = None) -> int | None:
        """Where to read from: what was first seen at `before` (µs) or earlier is not read again. None: all."""
        old = [seen.key for seen in self._seen.values() if before is not None and seen.since <= before]
        return max([*old, *([self.low] if self.low is not None else [])], default=None)

    def sift(self, marks: Iterable[Mark]) -> list[bool]:
        """For each row of one read from some key on: is it new?"""
        met: Counter[int] = Counter()
        fresh = []
        for mark in marks:
            met[mark.print] += 1
            known = self._find(mark)
            fresh.append(met[mark.print] > (known.alike if known is not None else self._stored[mark.print]))
        return fresh

    def _find(self, mark: Mark) -> Seen | None:
        return self._seen.get(mark.print) or self._deep.get(mark.print)

    def take(self, marks: Iterable[Mark], since: Iterable[int]) -> None:
        """These rows of one read are done. `since`: when each counts as seen first, µs."""
        met: Counter[int] = Counter()
        for mark, at in zip(marks, since, strict=True):
            met[mark.print] += 1
            count = met[mark.print]
            known = self._find(mark) or Seen(mark.key, at, self._stored.pop(mark.print, 0), 0)
            place = self._deep if mark.print in self._deep else self._seen
            place[mark.print] = Seen(known.key, known.since, max(known.alike, count), count)
            self.top = mark.key if self.top is None else max(self.top, mark.key)

    def miss(self, marks: Iterable[Mark], start: int | None) -> None:
        """These are all rows there are from `start` on: of the others known there, none is there any more."""
        met = {mark.print for mark in marks}
        for place in (self._seen, self._deep):
            gone = [key for key, seen in place.items() if key not in met and (start is None or seen.key >= start)]
            place.update((key, place[key]._replace(there=0)) for key in gone)

    def count(self, start: int, end: int) -> int:
        """How many rows there were from `start` on and below `end`; another number, and one came late or is gone."""
        known = [*self._seen.values(), *self._deep.values()]
        return sum(seen.there for seen in known if start <= seen.key < end)

    def remember(self, marks: Iterable[Mark]) -> None:
        """Rows below `low`, which are done."""
        for mark, alike in Counter(marks).items():
            self._deep[mark.print] = Seen(mark.key, 0, alike, alike)

    def forget_stored(self) -> None:
        """All from `low` on was read: what of the stored rows was not met is deleted."""
        self._stored.clear()

    def settle(self, horizon: int, ceiling: int | None = None) -> None:
        """Give up waiting below the first row seen at `horizon` (µs) or later, but nowhere above key `ceiling`."""
        low = self.low
        for seen in sorted(self._seen.values()):
            if seen.since >= horizon:
                break
            low = seen.key if low is None else max(low, seen.key)
        if low is not None:
            self._move(low if ceiling is None else min(low, ceiling))

    def _move(self, low: int) -> None:
        """Let the window begin there."""
        self.low, bottom = low, low - self.depth
        known = self._deep | self._seen
        self._seen = {key: seen for key, seen in known.items() if seen.key >= low}
        self._deep = {key: seen for key, seen in known.items() if bottom <= seen.key < low}

    def find_holes(self, horizon: int) -> list[Hole]:
        """Keys missing between rows from `low` on that were first seen before `horizon`: before `settle` to it."""
        known = sorted(seen for seen in self._seen.values() if seen.since < horizon)
        return [
            Hole(one.key + 1, two.key - 1, one.since, two.since)
            for one, two in pairwise(known)
            if two.key > one.key + 1
        ]

    def spell(self, looked_at: int, server: int | None = None) -> Cursor:
        """The cursor to store."""
        prints = Counter({key: seen.alike for key, seen in self._seen.items()})
        return Cursor(self.by, self.low, self.top, tuple(sorted((prints + self._stored).elements())), looked_at, server)
