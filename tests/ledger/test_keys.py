"""A key file that does not fit: named by `hotline check`, and noticed where other keys have sealed what is stored."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.__main__ import main
from gateway.ledger.address import Address
from gateway.ledger.engine import reading
from gateway.ledger.keys import KeyWatch
from gateway.ledger.ledger import Ledger
from gateway.ledger.sealing import Sealer
from gateway.ledger.tables import calls
from tests.ledger.test_import import take
from tests.ledger.writing import opened
from tests.scenarios.shelf import log_of

OLD, NEW = Sealer(bytes(range(32)), "old.key"), Sealer(bytes(range(1, 33)), "new.key")


async def test_a_key_that_others_have_sealed_before_is_noticed_and_stops_nothing(
    database: Address, tmp_path: Path
) -> None:
    log, old, new = tmp_path / "queue_log", tmp_path / "old", tmp_path / "new"
    for file, root in ((old, bytes(range(32))), (new, bytes(range(1, 33)))):
        file.write_bytes(root)
        file.chmod(0o600)
    ledger = Ledger(database)
    fits, differs = KeyWatch(ledger, OLD, lambda: 7), KeyWatch(ledger, NEW, lambda: 7)
    assert await fits.look()
    assert await differs.look()
    assert (fits.why, differs.why) == ("", "")
    log.write_bytes(log_of("hotline22-across.all"))
    await take(database, old, [log], 100)
    assert await fits.look()
    assert await differs.look()
    assert fits.why == ""
    assert differs.since == 7
    for word in ("new.key", OLD.key, NEW.key, "privacy.key_file"):
        assert word in differs.why
    log.write_bytes(log_of("plain22-odd.all"))
    await take(database, new, [log], 100)
    async with opened(database) as engine, reading(engine) as connection:
        keys = set((await connection.execute(select(calls.c.caller_key).distinct())).scalars()) - {None}
    assert keys == {OLD.key, NEW.key}, "what is new is written all the same"
    await ledger.close()


@pytest.mark.parametrize(
    ("content", "mode", "word"),
    [
        (None, 0o600, "no such key file"),
        (b"short", 0o600, "5"),
        (bytes(range(32)), 0o644, "chmod 600"),
        (b"\0" * 32, 0o600, "one byte over and over"),
    ],
    ids=["missing", "short", "open to others", "no key at all"],
)
def test_check_names_a_key_file_that_does_not_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, mode: int, word: str
) -> None:
    secret, key, config = tmp_path / "secret", tmp_path / "callers.key", tmp_path / "gateway.toml"
    secret.write_text("s3cret")
    secret.chmod(0o600)
    config.write_text(
        f'[pbx.pbx1]\nsecret_file = "{secret}"\n[queues.hotline]\n[privacy]\nkey_file = "{key}"\n', encoding="utf-8"
    )
    if content is not None:
        key.write_bytes(content)
        key.chmod(mode)
    assert main(["check", "--config", str(config)]) == os.EX_CONFIG
    said = capsys.readouterr().err
    assert str(key) in said
    assert "privacy.key_file" in said
    assert word in said
