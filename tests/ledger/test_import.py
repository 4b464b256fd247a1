"""`hotline import`: files of a real PBX's log, rotated and packed, in any order, twice; hostile lines; wrong use."""

import gzip
import os
from pathlib import Path

import orjson
import pytest

from gateway.__main__ import main
from gateway.ledger.address import Address
from tests.scenarios.shelf import Shelf, log_of

RUN = "hotline22-across.all"


@pytest.fixture
def config(database: Address, tmp_path: Path) -> Path:
    """Settings that name the database and one PBX."""
    path = tmp_path / "gateway.toml"
    secret = keep(tmp_path / "secret", "s3cret")
    url = database.url._replace(password=None)
    word = f'password_file = "{keep(tmp_path / "word", str(database.url.password))}"\n' if database.url.password else ""
    path.write_text(
        f'[database]\nurl = "{url.render_as_string(hide_password=False)}"\n{word}[state]\nfolder = "{tmp_path}"\n'
        f'[pbx.pbx1]\nhost = "127.0.0.1"\nsecret_file = "{secret}"\n[queues.hotline]\n',
        encoding="utf-8",
    )
    return path


def keep(path: Path, secret: str) -> Path:
    path.write_text(secret, encoding="utf-8")
    path.chmod(0o600)
    return path


def split_log(folder: Path) -> list[Path]:
    """The log as three files with an overlap, as rotation, packing and a careless copy leave it; newest first."""
    lines = log_of(RUN).splitlines(keepends=True)
    third = len(lines) // 3
    old, middle, new = folder / "queue_log.2.gz", folder / "queue_log.1", folder / "queue_log"
    old.write_bytes(gzip.compress(b"".join(lines[: third + 4])))
    middle.write_bytes(b"".join(lines[third : 2 * third]))
    new.write_bytes(b"".join(lines[2 * third :]))
    return [new, middle, old]


def import_files(config: Path, files: list[Path], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["import", "--config", str(config), "--json", *map(str, files)]) == os.EX_OK
    said: dict[str, object] = orjson.loads(capsys.readouterr().out)
    return said


def test_files_in_any_order_and_again(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = Shelf()
    shelf.see_log(log_of(RUN))
    files = split_log(tmp_path)
    first = import_files(config, files, capsys)
    assert first["new"] == len(shelf.rows)
    for again in (files, files[::-1], files[:1], files[1:]):
        said = import_files(config, again, capsys)
        assert (said["new"], said["changed"]) == (0, 0)


def test_garbage_is_counted_and_told(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(b"garbage\n\x00\xff|\n99|1.1|q|NONE|ABANDON|1|1|1\n" + log_of(RUN))
    said = import_files(config, [path], capsys)
    assert said["quarantined"]
    assert said["new"]
    empty = tmp_path / "notes.txt"
    empty.write_text("this is\nno log\n")
    assert main(["import", "--config", str(config), str(empty)]) == os.EX_DATAERR
    assert "not believed" in capsys.readouterr().out


def test_a_file_that_is_not_there_and_a_pbx_nobody_knows(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nowhere"
    assert main(["import", "--config", str(config), str(missing)]) != os.EX_OK
    assert str(missing) in capsys.readouterr().err
    assert main(["import", "--config", str(config), "--pbx", "nobody", str(config)]) == os.EX_USAGE
    assert "none of pbx1" in capsys.readouterr().err
