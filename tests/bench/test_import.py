"""The short form of the import's row of `./do bench`, held to a fifth of its target."""

import asyncio
from pathlib import Path

import pytest

from gateway.ledger.address import Address
from gateway.ledger.migrate import upgrade
from tests.bench.importing import measure_import
from tests.ledger.cluster import open_server_or_skip
from tests.ledger.conftest import sqlite

VISITS = 10_000


def check(bare: Address, address: Address, folder: Path) -> None:
    for each in (bare, address):
        asyncio.run(upgrade(each))
    speed = asyncio.run(measure_import(bare, address, folder, VISITS))
    print(f"\n{speed}; of all rows {speed.ratio_of_rows:.2f}")
    assert speed.ratio >= 0.1


def test_import_keeps_up_with_executemany(tmp_path: Path) -> None:
    check(sqlite(tmp_path / "bare.sqlite"), sqlite(tmp_path / "ledger.sqlite"), tmp_path)


@pytest.mark.postgres
def test_import_keeps_up_with_executemany_on_postgres(tmp_path: Path) -> None:
    with open_server_or_skip(quick=False) as server:
        check(Address(server.create()), Address(server.create()), tmp_path)
