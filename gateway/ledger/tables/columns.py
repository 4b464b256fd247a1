"""Kinds of columns that behave alike on SQLite and PostgreSQL, and the names of constraints.

Law: no table here. What the two databases do differently by themselves is settled in this file alone:

- SQLite tables are STRICT: without it a text goes into a number column, which PostgreSQL refuses.
- Texts have no length: VARCHAR(40) is a limit to PostgreSQL and a remark to SQLite. Who writes, cuts.
- Texts sort by bytes (collation C), as SQLite does, so that a page of history goes on where the last one ended.
- PostgreSQL takes no NUL and no lone surrogate; both become U+FFFD in both, for caller data is hostile.
- Ids are the 36 letters of `derive_id`: the journal, the API and `psql` show the same; 20 bytes saved per id are not
  worth a second spelling.
- JSON is text, byte for byte as written, and read back by orjson: nothing here asks the database to look inside.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    literal_column,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
WORDS = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits in both: SQLite's STRICT tables know no BIGINT, and their INTEGER is as wide."""


def clean(text: str | None) -> str | None:
    """The text as both databases can keep it."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class FreeText(TypeDecorator[str]):
    """Text from outside."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def bind_processor(self, _dialect: Dialect) -> Callable[[str | None], str | None]:
        # Half the cost of `process_bind_param`, which goes through a wrapper: there are twenty texts in a row.
        return clean


def spell_json(value: Any) -> str | None:
    """The value as JSON, always in the same words."""
    # orjson writes a NUL as \\u0000, which both keep, and refuses lone surrogates: who builds the value cleans.
    return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


class JsonText(TypeDecorator[Any]):
    """A value as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return spell_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Flag(TypeDecorator[bool]):
    """Yes or no: BOOLEAN, and 0 or 1 in SQLite, whose STRICT tables know no BOOLEAN."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else Boolean()

    def process_bind_param(self, value: bool | None, _dialect: Dialect) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        raise TypeError(f"expected true or false, found {type(value).__name__}")

    def process_result_value(self, value: int | None, _dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


def make_table(name: str, *parts: Any) -> Table:
    """A table of the ledger; STRICT in SQLite, with a check for every column of words."""
    checks = [check_words(part) for part in parts if isinstance(part, Column) and "words" in part.info]
    return Table(name, METADATA, *parts, *checks, sqlite_strict=True)


def check_words(column: Column[Any]) -> CheckConstraint:
    """That the column holds one of its words; null passes, as it does in every check."""
    listed = ", ".join(f"'{item}'" for item in column.info["words"])
    return CheckConstraint(f"{column.name} IN ({listed})", name=column.name)


def uuid(name: str = "id", *, key: bool = False, null: bool = False) -> Column[str]:
    """An id of `derive_id`."""
    return Column(name, WORDS, primary_key=key, nullable=null)


def time(name: str, *, key: bool = False, null: bool = True) -> Column[int]:
    """UTC microseconds; null is unknown, or not yet."""
    return Column(name, NUMBER, primary_key=key, nullable=null and not key, autoincrement=False)


def number(name: str, *, key: bool = False, default: int | None = None) -> Column[int]:
    """A whole number. Without a default it may be null: unknown."""
    null = default is None and not key
    at_first: ColumnElement[int] | None = None if default is None else literal_column(str(default))
    return Column(name, NUMBER, primary_key=key, nullable=null, server_default=at_first, autoincrement=False)


def text(name: str, *, key: bool = False, null: bool = True) -> Column[str]:
    """Text from outside, or from people."""
    return Column(name, FreeText(), primary_key=key, nullable=null and not key)


def flag(name: str, *, null: bool = False) -> Column[bool]:
    """Yes or no; `null` where it may be unknown, else no until said."""
    return Column(name, Flag(), nullable=null, server_default=None if null else false())


def word(name: str, words: Iterable[str], *, null: bool = True) -> Column[str]:
    """One of a few words; null is unknown, or not yet."""
    return Column(name, WORDS, nullable=null, info={"words": tuple(str(item) for item in words)})


def bytes_(name: str, *, null: bool = True) -> Column[bytes]:
    """Sealed texts, hashes, packed values."""
    return Column(name, LargeBinary, nullable=null)


def json(name: str, *, null: bool = True) -> Column[Any]:
    """A value whose inside no query asks for."""
    return Column(name, JsonText(), nullable=null)


def ratio(name: str) -> Column[float]:
    """A number with a fraction; null is unknown."""
    return Column(name, Double().with_variant(REAL(), "sqlite"))
