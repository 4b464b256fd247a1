"""Many rows at once, the fastest way a database has: the driver's own `executemany`, or COPY and one upsert.

Law: the same upsert as everywhere (`rows.make_upsert`), so what is stored already is overwritten by id, never doubled.
Rows are spelled apart from being written: whoever reads years of history spells in one process and writes in another.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.ledger.rows import make_upsert
from gateway.ledger.tables.columns import FreeText, JsonText, clean, spell_json

Values = tuple[Any, ...]


class Shape:
    """A table and the columns written, in the order in which each row has them."""

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        self.table = table
        self.names = names
        self._spellings = [(place, spell) for place, name in enumerate(names) if (spell := _spelling(table.c[name]))]

    def spell(self, said: Mapping[str, Any]) -> Values:
        """The row as drivers take it."""
        if len(said) != len(self.names):
            raise KeyError(f"{self.table.name}: {sorted(said.keys() ^ set(self.names))}")
        values = [said[name] for name in self.names]
        for place, spell in self._spellings:
            if values[place] is not None:
                values[place] = spell(values[place])
        return tuple(values)


def _spelling(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, FreeText):
        return clean
    return spell_json if isinstance(column.type, JsonText) else None


async def write_rows(connection: AsyncConnection, shape: Shape, rows: Sequence[Values]) -> None:
    """Upsert rows that `shape` has spelled, no two of one id."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await _copy(connection, shape, rows)
    else:
        statement, order = _spell_upsert(shape.table, shape.names)
        await connection.exec_driver_sql(statement, list(map(order, rows)))


@cache
def _spell_upsert(table: Table, names: tuple[str, ...]) -> tuple[str, Callable[[Values], Values]]:
    """The statement for SQLite, and what puts a row's values into the order of its question marks."""
    compiled = make_upsert(table, names, "sqlite").compile(
        dialect=sqlite.dialect(paramstyle="qmark"), column_keys=list(names)
    )
    return str(compiled), itemgetter(*(names.index(name) for name in compiled.positiontup or ()))


async def _copy(connection: AsyncConnection, shape: Shape, rows: Sequence[Values]) -> None:
    """Into a table of this transaction by COPY, which costs half of sending rows one by one, and from there by one
    upsert."""
    fresh, named = f"fresh_{shape.table.name}", ", ".join(f'"{name}"' for name in shape.names)
    await connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {fresh} ON COMMIT DROP AS SELECT {named} FROM {shape.table.name} WITH NO DATA"  # noqa: S608 - names of our own
    )
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101  for the type checker: the statement before went through it
    await driver.copy_records_to_table(fresh, records=rows, columns=shape.names)
    source = Table(fresh, MetaData(), *[Column(name, shape.table.c[name].type) for name in shape.names])
    await connection.execute(make_upsert(shape.table, shape.names, "postgresql", source))
    await connection.exec_driver_sql(f"DROP TABLE {fresh}")
