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
    """Rows alike: where, since when (µs) they are known, how many."""

    key: int
    since: int
    alike: int


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
    """The rows known near the end of the table. `depth`: how far below `low` rows are kept in memory, in keys."""

    def __init__(self, by: str, depth: int = 0, cursor: Cursor | None = None) -> None:
        self.by = by
        self.depth = depth
        known = cursor if cursor is not None and cursor.by == by else None
        self.low: int | None = known.low if known is not None else None
        self.top: int | None = known.top if known is not None else None
        self._seen: dict[int, Seen] = {}
        self._stored = Counter(known.prints) if known is not None else Counter[int]()

    def __len__(self) -> int:
        return len(self._seen) + len(self._stored)

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
            known = self._seen.get(mark.print)
            fresh.append(met[mark.print] > (known.alike if known is not None else self._stored[mark.print]))
        return fresh

    def take(self, marks: Iterable[Mark], since: Iterable[int]) -> None:
        """These rows of one read are done. `since`: when each counts as seen first, µs."""
        met: Counter[int] = Counter()
        for mark, at in zip(marks, since, strict=True):
            met[mark.print] += 1
            known = self._seen.get(mark.print)
            if known is None:
                known = Seen(mark.key, at, self._stored.pop(mark.print, 0))
            self._seen[mark.print] = known._replace(alike=max(known.alike, met[mark.print]))
            self.top = mark.key if self.top is None else max(self.top, mark.key)

    def remember(self, marks: Iterable[Mark]) -> None:
        """Rows below `low`, which are done: kept in mind in case the time of the table goes back."""
        for mark in marks:
            known = self._seen.get(mark.print)
            self._seen[mark.print] = Seen(mark.key, 0, known.alike + 1 if known is not None else 1)

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
        self.low = low if low is None or ceiling is None else min(low, ceiling)
        if self.low is not None:
            bottom = self.low - self.depth
            self._seen = {print_: seen for print_, seen in self._seen.items() if seen.key >= bottom}

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
        low = self.low
        prints = Counter({print_: seen.alike for print_, seen in self._seen.items() if low is None or seen.key >= low})
        return Cursor(self.by, low, self.top, tuple(sorted((prints + self._stored).elements())), looked_at, server)
