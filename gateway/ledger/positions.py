"""How far a PBX's log is in the rows: kept in their transaction, read at the start."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.log_places import Position
from gateway.core.log_visits import LogVisit
from gateway.ledger.rows import read_evidence, spell_evidence
from gateway.ledger.tables import log_positions
from gateway.ledger.visits import WORDS

FILE = "file"


class Bookmark(NamedTuple):
    """Where a reading stands: the place in the file, and the visits it has begun and not ended there."""

    position: Position
    open: tuple[LogVisit, ...]


async def load_bookmark(connection: AsyncConnection, gateway: str, pbx: str) -> Bookmark | None:
    """The bookmark this gateway left, or None when it never read this log."""
    table = log_positions
    wanted = select(table).where(table.c.gateway == gateway, table.c.pbx == pbx, table.c.source == FILE)
    row = (await connection.execute(wanted)).mappings().first()
    if row is None:
        return None
    position = Position(
        row["device"], row["inode"], row["position"], row["head_bytes"], row["head_hash"], row["modified_at"]
    )
    opened = (read_evidence(LogVisit, said, WORDS) for said in row["open_visits"] or ())
    return Bookmark(position, tuple(visit for visit in opened if visit is not None))


async def save_bookmark(
    connection: AsyncConnection, gateway: str, pbx: str, bookmark: Bookmark, records: int, now: int
) -> None:
    """Move the bookmark on; `records`: how many were read since."""
    place = bookmark.position
    values: dict[str, Any] = {
        "gateway": gateway, "pbx": pbx, "source": FILE, "device": place.device, "inode": place.inode,
        "position": place.offset, "head_bytes": place.head_bytes, "head_hash": place.head_hash,
        "modified_at": place.modified_at, "open_visits": [spell_evidence(visit) for visit in bookmark.open],
        "records": records, "written_at": now,
    }  # fmt: skip
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = make(log_positions).values(values)
    kept: dict[str, Any] = {
        name: new.excluded[name] for name in values if name not in {"gateway", "pbx", "source", "records"}
    }
    kept["records"] = log_positions.c.records + new.excluded.records
    await connection.execute(new.on_conflict_do_update(index_elements=["gateway", "pbx", "source"], set_=kept))
