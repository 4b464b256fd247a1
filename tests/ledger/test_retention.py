"""What has been kept as long as it may be goes, in small steps, once, and is recorded; on both databases."""

import asyncio
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from gateway.__main__ import main
from gateway.core.audit import Asked
from gateway.core.retention import DAY_US, Limits, find_due
from gateway.ledger.address import Address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.engine import reading
from gateway.ledger.ledger import Ledger
from gateway.ledger.retention import FACTS, Retention
from gateway.ledger.sealing import make_key_file
from gateway.ledger.tables import calls
from tests.ledger.test_import import write_config
from tests.ledger.town import Town
from tests.ledger.writing import opened
from tests.scenarios.shelf import log_of

LIMITS = Limits(180, 1096)


def test_what_is_due_and_a_number_never_outlives_its_facts() -> None:
    assert find_due(LIMITS, 2000 * DAY_US) == (1820 * DAY_US, 904 * DAY_US)
    assert find_due(Limits(180, 30), 2000 * DAY_US) == (1970 * DAY_US, 1970 * DAY_US)


async def count(database: Address) -> tuple[int, dict[str, int]]:
    """Calls with a number, and rows by table."""
    async with opened(database) as engine, reading(engine) as connection:
        numbers = select(func.count()).where(calls.c.caller_sealed.is_not(None) | calls.c.caller_hash.is_not(None))
        rows = {
            table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0) for table, _ in FACTS
        }
        return int(await connection.scalar(numbers) or 0), rows


async def test_numbers_go_first_then_the_facts_once_and_recorded(database: Address, tmp_path: Path) -> None:
    town = Town()
    town.serve("13900000001")
    town.lose("13900000002")
    first = town.now
    town.wait(90 * 86_400)
    town.serve("13900000003")
    await town.write(database)
    numbers, rows = await count(database)
    assert numbers == 3
    assert min(rows[name] for name in ("calls", "visits", "offers", "agent_spells")) > 1
    now = first
    ledger = Ledger(database)
    audit = AuditBook(ledger, "here", lambda: now, Anchors(tmp_path))
    retention = Retention(ledger, audit, lambda: LIMITS, lambda: now)
    assert (await retention.enforce("gateway"))[1].is_nothing
    assert await count(database) == (numbers, rows)
    assert await audit.read(Asked(), 10) == []

    now = first + 181 * DAY_US
    assert (await retention.enforce("gateway"))[1].numbers == 2
    assert await count(database) == (1, rows), "the calls stay"
    await town.write(database)
    assert await count(database) == (1, rows), "told again, an erased number does not come back"
    assert (await retention.enforce("gateway"))[1].is_nothing

    now = first + 1097 * DAY_US
    _, removed = await retention.enforce("somebody")
    left = await count(database)
    assert removed.numbers == 1
    assert (left[0], left[1]["calls"], left[1]["visits"], left[1]["offers"]) == (0, 1, 1, 1)
    assert removed.facts["calls"] == 2
    said = await audit.read(Asked(), 10)
    assert [(row.actor, row.action) for row in said] == [
        ("somebody", "retention.removed"), ("gateway", "retention.removed"),
    ]  # fmt: skip
    assert "calls=2" in said[0].body
    await ledger.close()


def import_old(database: Address, folder: Path) -> Path:
    """A real run of years ago, its numbers sealed; settings that name the database."""
    config = write_config(database, folder)
    with config.open("a") as file:
        file.write(
            f'[privacy]\nkey_file = "{folder / "callers.key"}"\n[retention]\nnumbers_days = 1\nfacts_days = 9999\n'
        )
    make_key_file(folder / "callers.key")
    (folder / "queue_log").write_bytes(log_of("hotline22-across.all").replace(b"17954", b"16954"))
    return config


def test_by_command(database: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = import_old(database, tmp_path)
    assert main(["import", "--config", str(config), str(tmp_path / "queue_log")]) == 0
    assert asyncio.run(count(database))[0] > 0
    for numbers in (asyncio.run(count(database))[0], 0):
        capsys.readouterr()
        assert main(["db", "retain", "--config", str(config), "--json"]) == 0
        assert orjson.loads(capsys.readouterr().out)["numbers"] == numbers
    assert asyncio.run(count(database))[0] == 0
