"""Whether the key file fits the numbers that are stored: looked at once the ledger can be read, and daily after.

Law: a key that does not fit stops nothing: new numbers are sealed with it, and readyz says which file is missing.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.ledger.ledger import Ledger
from gateway.ledger.sealing import Sealer
from gateway.ledger.tables import calls
from gateway.ledger.troubles import LedgerError

log = structlog.get_logger()

AGAIN_S = 30.0
DAY_S = 86_400.0


async def count_keys(connection: AsyncConnection) -> dict[str, int]:
    """{name of a key: numbers sealed with it}."""
    sealed = (
        select(calls.c.caller_key, func.count()).where(calls.c.caller_key.is_not(None)).group_by(calls.c.caller_key)
    )
    return {str(key): int(count) for key, count in await connection.execute(sealed)}


def judge_keys(counts: Mapping[str, int], sealer: Sealer) -> str:
    """What is wrong with the key file, and the remedy; empty when all stored numbers open with it."""
    others = {key: count for key, count in sorted(counts.items()) if key != sealer.key}
    if not others:
        return ""
    said = ", ".join(f"{count} with key {key}" for key, count in others.items())
    return (
        f"{sealer.where} is key {sealer.key}, and callers' numbers are stored that other keys have sealed ({said}): "
        "they cannot be read, and repeat callers are not known again; name that key's file in privacy.key_file, or "
        "restore it from its copy. New calls are written, their numbers sealed with this file"
    )


@dataclass(slots=True)
class KeyWatch:
    """Looks and remembers. `why` is empty while nothing is known to be wrong."""

    ledger: Ledger
    sealer: Sealer
    wall: Callable[[], int]
    why: str = ""
    since: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            could = await self.look()
            await asyncio.sleep(DAY_S if could else AGAIN_S)

    async def look(self) -> bool:
        """Whether the ledger could be asked."""
        try:
            async with self.ledger.reading() as connection:
                why = judge_keys(await count_keys(connection), self.sealer)
        except LedgerError:
            return False  # readyz says so of the ledger itself
        if why and why != self.why:
            log.error("callers.key_does_not_fit", why=why)
        if why != self.why:
            self.why, self.since = why, self.wall()
        return True
