"""What is asked of the list of unreached callers, and what comes back. Law: values; who is one: `core/unreached.py`."""

from typing import NamedTuple

from gateway.core.history import Cursor
from gateway.core.unreached import Claim, Unreached


class Seek(NamedTuple):
    """Whose first lost call is in [`since`, `until`), after `after`; `due_us` to call him back. UTC µs.

    `only_open`: leave out whom somebody talked with since."""

    since: int
    until: int
    due_us: int
    only_open: bool = False
    after: Cursor | None = None


class Found(NamedTuple):
    """A batch: unreached callers in order of their first lost call, and where the next batch begins."""

    unreached: tuple[Unreached, ...]
    next: Cursor | None


class Held(NamedTuple):
    """Why somebody may not: another one holds the caller, or he is unreached no more."""

    claim: Claim | None
    now: Unreached
