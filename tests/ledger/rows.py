"""Rows for every table, made from the tables themselves: all words, nulls where they may be, and hostile texts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Table

from gateway.core.ids import derive_id
from gateway.ledger.tables import METADATA
from gateway.ledger.tables.columns import Flag, FreeText, JsonText

T0 = 1_790_000_000_000_000
TEXTS = ("热线", "=cmd|' /C calc'!A0", 'it\'s "quoted"', "ends\n\\", "🙂 ǆ", "")
VALUES = {"a": None, "乙": [1, 2.5, "x", True]}
HIGHEST = 2**63 - 1

Row = dict[str, Any]


def make_rows(table: Table, number: int = 8) -> Iterator[Row]:
    """Rows that every constraint of the table lets in, the same in every run."""
    for index in range(number):
        yield {column.name: make_value(table, column, index) for column in table.columns}


def make_value(table: Table, column: Column[Any], index: int) -> Any:
    """The first rows have everything, the last as many nulls as they may."""
    if column.nullable and index % 4 == 3:
        return None
    if "words" in column.info:
        return column.info["words"][index % len(column.info["words"])]
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and column.name in constraint.column_keys:
            return derive_id(constraint.referred_table.name, index)
    return _make_by_type(table, column, index)


def _make_by_type(table: Table, column: Column[Any], index: int) -> Any:
    if isinstance(column.type, Flag):
        return index % 2 == 1
    if isinstance(column.type, JsonText):
        return VALUES | {"row": index}
    if isinstance(column.type, FreeText):
        return f"{TEXTS[index % len(TEXTS)]} {column.name} {index}"
    kind = column.type.python_type
    if kind is str:
        return derive_id(table.name, index)
    if kind is bytes:
        return bytes(range(index, index + 32)) + b"\0\xff"
    if kind is float:
        return index / 3
    return _make_number(column.name, index)


def _make_number(name: str, index: int) -> int:
    if name == "starts_at":
        return T0 + index
    if name.endswith("_at"):
        return T0 + 60_000_000 + index
    return HIGHEST if index == 1 and not name.endswith("_at") else index


def all_tables() -> list[Table]:
    """What is referred to comes first."""
    return METADATA.sorted_tables
