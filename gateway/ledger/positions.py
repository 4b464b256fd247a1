"""How far a PBX's log is in the rows: kept in their transaction, read at the start."""

import json
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.log_places import Position
from gateway.core.log_visits import LogVisit
from gateway.core.log_window import Cursor
from gateway.ledger.rows import read_evidence, spell_evidence
from gateway.ledger.tables import log_positions
from gateway.ledger.visits import WORDS

FILE, TABLE = "file", "table"


class Bookmark(NamedTuple):
    """Where a reading stands: the place in file or table, and the visits it has begun and not ended there."""

    position: Position | Cursor
    open: tuple[LogVisit, ...]


async def load_bookmark(connection: AsyncConnection, gateway: str, pbx: str, source: str = FILE) -> Bookmark | None:
    """The bookmark this gateway left in the log's file or table, or None when it never read it."""
    table = log_positions
    wanted = select(table).where(table.c.gateway == gateway, table.c.pbx == pbx, table.c.source == source)
    row = (await connection.execute(wanted)).mappings().first()
    if row is None:
        return None
    position = _read_cursor(row["cursor"]) if source == TABLE else Position(*(row[name] for name in _PLACE))
    opened = (read_evidence(LogVisit, said, WORDS) for said in row["open_visits"] or ())
    return Bookmark(position, tuple(visit for visit in opened if visit is not None))


async def save_bookmark(
    connection: AsyncConnection, gateway: str, pbx: str, bookmark: Bookmark, records: int, now: int
) -> None:
    """Move the bookmark on; `records`: how many were read since."""
    place = bookmark.position
    values: dict[str, Any] = {
        "gateway": gateway, "pbx": pbx, **_spell_place(place),
        "open_visits": [spell_evidence(visit) for visit in bookmark.open], "records": records, "written_at": now,
    }  # fmt: skip
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = make(log_positions).values(values)
    kept: dict[str, Any] = {
        name: new.excluded[name] for name in values if name not in {"gateway", "pbx", "source", "records"}
    }
    kept["records"] = log_positions.c.records + new.excluded.records
    await connection.execute(new.on_conflict_do_update(index_elements=["gateway", "pbx", "source"], set_=kept))


_PLACE = ("device", "inode", "position", "head_bytes", "head_hash", "modified_at")
_PRINT = 16


def _spell_place(place: Position | Cursor) -> dict[str, Any]:
    if isinstance(place, Position):
        return {"source": FILE, **dict(zip(_PLACE, place, strict=True))}
    said = place._asdict() | {"prints": "".join(f"{mark:0{_PRINT}x}" for mark in place.prints)}
    return {"source": TABLE, "cursor": json.dumps(said)}


def _read_cursor(text: str) -> Cursor:
    said = json.loads(text)
    prints = said.pop("prints")
    starts = range(0, len(prints), _PRINT)
    return Cursor(**said, prints=tuple(int(prints[start : start + _PRINT], 16) for start in starts))
