"""The query of a request: which items, and which page of them.

Law: a parameter nobody asked for is refused by name, never ignored - a misspelt filter would show the wrong figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from multidict import MultiMapping

from gateway.web.problems import ECHO_MAX, RefusalError

LIMIT_MAX = 1_000
PAGING = ("limit", "after")
VALUE_MAX = 200
VALUES_MAX = 100
Item = TypeVar("Item")
Wanted = Mapping[str, frozenset[str]]
NOTHING: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Query:
    """What the client wants. `wanted`: filter -> values; a repeated parameter means any of its values. `once`: those
    that are given once."""

    wanted: Wanted
    limit: int | None = None
    after: str | None = None
    once: Mapping[str, str] = field(default_factory=dict)

    def cut(self, items: Iterable[Item], key: Callable[[Item], str]) -> tuple[list[Item], str | None]:
        """One page in order of `key`, and the cursor of the next page if there is one."""
        after = self.after
        found = sorted((item for item in items if after is None or key(item) > after), key=key)
        if self.limit is None or len(found) <= self.limit:
            return found, None
        return found[: self.limit], key(found[self.limit - 1])


def read_query(
    query: MultiMapping[str],
    filters: Mapping[str, tuple[str, ...]],
    is_paged: bool,
    once: Mapping[str, tuple[str, ...]] = NOTHING,
) -> Query:
    """`filters`, and `once` for those that may be given once: name -> the values it may have, none for any. Raises
    RefusalError (400) naming the parameter."""
    known = [*once, *filters, *(PAGING if is_paged else ())]
    for name in query:
        if name not in known:
            raise RefusalError(400, f"There is no such parameter; {_advise(name, known)}", name)
    wanted = {name: _read_values(query, name, values) for name, values in filters.items() if name in query}
    single = {name: _read_single(query, name, values) for name, values in once.items() if name in query}
    return Query(wanted, _read_limit(query), _read_once(query, "after"), single)


def _advise(name: str, known: Sequence[str]) -> str:
    if not known:
        return "this takes none."
    near = get_close_matches(name[:ECHO_MAX], known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}."


def _read_values(query: MultiMapping[str], name: str, allowed: tuple[str, ...]) -> frozenset[str]:
    values = query.getall(name)
    if len(values) > VALUES_MAX or any(not value or len(value) > VALUE_MAX for value in values):
        raise RefusalError(400, f"Give 1 to {VALUES_MAX} values of 1 to {VALUE_MAX} characters.", name)
    if allowed and not set(values) <= set(allowed):
        raise RefusalError(400, f"One of: {', '.join(allowed)}.", name)
    return frozenset(values)


def _read_single(query: MultiMapping[str], name: str, allowed: tuple[str, ...]) -> str:
    value = _read_once(query, name) or ""
    if allowed and value not in allowed:
        raise RefusalError(400, f"One of: {', '.join(allowed)}.", name)
    return value


def _read_once(query: MultiMapping[str], name: str) -> str | None:
    values = query.getall(name, [])
    if len(values) > 1 or any(not value or len(value) > VALUE_MAX for value in values):
        raise RefusalError(400, f"Give it once, with 1 to {VALUE_MAX} characters.", name)
    return values[0] if values else None


def _read_limit(query: MultiMapping[str]) -> int | None:
    text = _read_once(query, "limit")
    if text is None:
        return None
    # int() also reads "+5", " 5 " and other scripts' digits: only plain digits are meant.
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LIMIT_MAX):
        raise RefusalError(400, f"A whole number from 1 to {LIMIT_MAX}.", "limit")
    return int(text)
