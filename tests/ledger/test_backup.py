"""Backup and restore, the whole circle: what happened after the backup comes back from queue_log, once."""

import asyncio
import os
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import URL

from gateway.__main__ import main
from gateway.ledger.address import Address
from tests.ledger import test_writer
from tests.ledger.cluster import Server, find_programs
from tests.ledger.conftest import sqlite
from tests.ledger.test_import import rows_of, write_config
from tests.scenarios.shelf import log_of


def run_program(name: str, url: URL, *options: str | Path) -> None:
    """pg_dump or pg_restore, as docs/operations.md says."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([find_programs() / name, *options, f"--dbname={plain}"], check=True, capture_output=True)


def back_up(config: Path, database: Address, file: Path) -> None:
    if database.file is not None:
        assert main(["db", "backup", str(file), "--config", str(config)]) == os.EX_OK
    else:
        run_program("pg_dump", database.url, "--format=custom", f"--file={file}")


def restore(database: Address, file: Path, request: pytest.FixtureRequest) -> Address:
    """Into the place of what was lost: the same file; an empty database."""
    if database.file is not None:
        for old in database.file.parent.glob(f"{database.file.name}*"):
            old.unlink()
        database.file.write_bytes(file.read_bytes())
        return database
    server: Server = request.getfixturevalue("server")
    url = server.create()
    request.addfinalizer(lambda: server.drop(url))
    run_program("pg_restore", url, "--no-owner", "--exit-on-error", file)
    return Address(url)


async def test_what_came_after_the_backup_comes_back_from_the_log_once(
    database: Address, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, copy, config = tmp_path / "queue_log", tmp_path / "backup", write_config(database, tmp_path)
    monkeypatch.setattr(test_writer, "LOG", log)
    data = log_of("hotline22-across.all")
    log.write_bytes(data[: len(data) // 2])  # in mid-line, in mid-visit
    await test_writer.read_log(database)
    early = await rows_of(database)
    await asyncio.to_thread(back_up, config, database, copy)
    with log.open("ab") as file:
        file.write(data[len(data) // 2 :])
    await test_writer.read_log(database)
    wanted = await rows_of(database)
    assert len(wanted["visits"]) > len(early["visits"]) > 0
    restored = await asyncio.to_thread(restore, database, copy, request)
    assert await rows_of(restored) == early
    mark, records = await test_writer.read_log(restored)
    assert mark is not None
    assert records > 0
    assert await rows_of(restored) == wanted
    assert (await test_writer.read_log(restored))[1] <= 1


def test_a_backup_is_its_owner_s_and_never_written_over(
    template_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, copy = write_config(sqlite(template_file), tmp_path), tmp_path / "copy.sqlite"
    command = ["db", "backup", str(copy), "--config", str(config)]
    assert main(command) == os.EX_OK
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = copy.read_bytes()
    assert main(command) == os.EX_CANTCREAT
    assert f"{copy} is there already" in capsys.readouterr().err
    assert copy.read_bytes() == before
    assert main(["db", "backup", "--config", str(config)]) == os.EX_USAGE
    missing = tmp_path / "nowhere.sqlite"
    write_config(sqlite(missing), tmp_path)
    assert main(["db", "backup", str(tmp_path / "other"), "--config", str(config)]) != os.EX_OK
    assert str(missing) in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
