"""What all rows of the ledger have in common: upserts, evidence as JSON, words as enums. Law: no table of its own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import FromClause, Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite

Words = Mapping[str, Any]
"""{column or field: the enum its value is of}."""


@cache
def make_upsert(table: Table, names: tuple[str, ...], dialect: str, source: FromClause | None = None) -> Insert:
    """Write a row by its id: twice is as good as once; columns that are not named stay as they are. From `source`, the
    rows that stand there."""
    new = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    changed = {name: new.excluded[name] for name in names if name != "id"}
    if source is not None:
        new = new.from_select(names, select(*[source.c[name] for name in names]))
    return new.on_conflict_do_update(index_elements=["id"], set_=changed)


def spell_evidence(piece: Any) -> dict[str, Any] | None:
    """A NamedTuple as JSON keeps it: what is known of it."""
    if piece is None:
        return None
    return {name: value for name, value in zip(piece._fields, piece, strict=True) if value is not None}


def read_evidence(kind: Any, said: Mapping[str, Any] | None, words: Words) -> Any:
    """The reverse; what a later version wrote beside is left out."""
    return None if said is None else kind(**read_words({n: v for n, v in said.items() if n in kind._fields}, words))


def read_words(said: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The same with words as their enums."""
    return {name: words[name](value) if name in words and value else value for name, value in said.items()}
