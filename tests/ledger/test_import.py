"""`hotline import`: files of a real PBX's log, rotated and packed, in any order, twice; hostile lines; wrong use."""

import asyncio
import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.__main__ import main
from gateway.commands.importing import fill
from gateway.commands.reading import Work, read_apart, read_batches
from gateway.core.contacts import Contacts
from gateway.core.log_reader import LogReader
from gateway.core.log_visits import LogBook
from gateway.core.queue_log import Fault
from gateway.core.row_book import Places
from gateway.ledger.address import Address
from gateway.ledger.engine import reading
from gateway.ledger.intake import Intake, write_batch
from gateway.ledger.migrate import upgrade
from gateway.ledger.sealing import load_sealer, make_key_file
from gateway.ledger.tables import calls, offers, visits
from tests.ledger.conftest import sqlite
from tests.ledger.writing import opened
from tests.scenarios.feeds import SITE
from tests.scenarios.shelf import Shelf, log_of

RUN = "hotline22-across.all"


@pytest.fixture
def config(database: Address, tmp_path: Path) -> Path:
    return write_config(database, tmp_path)


def write_config(database: Address, tmp_path: Path) -> Path:
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


def test_copies_and_overlaps_in_one_command_are_told_once(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two visits of one reading are two; a file that begins before the last one ended is another reading."""
    lines = log_of(RUN).splitlines(keepends=True)
    pieces = {"whole": lines, "copy": lines, "half": lines[: len(lines) // 2], "rest": lines[len(lines) // 3 :]}
    files = [tmp_path / name for name in pieces]
    for file, piece in zip(files, pieces.values(), strict=True):
        file.write_bytes(b"".join(piece))
    shelf = Shelf()
    shelf.see_log(log_of(RUN))
    assert import_files(config, files, capsys)["new"] == len(shelf.rows)
    assert import_files(config, files[::-1], capsys)["new"] == 0


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


async def rows_of(database: Address) -> dict[str, list[tuple[object, ...]]]:
    """All rows of visits, calls and offers, without what depends on when they were written and how often."""
    found = {}
    async with opened(database) as engine, reading(engine) as connection:
        for table in (visits, calls, offers):
            columns = [column for column in table.c if column.name not in {"written_at", "revision"}]
            rows = await connection.execute(select(*columns).order_by(table.c.id))
            found[table.name] = [tuple(row) for row in rows]
    return found


async def take(database: Address, key: Path, files: list[Path], records: int, apart: bool = False) -> None:
    work = Work("pbx1", SITE, "here", key, files, records)
    async with opened(database) as engine:
        intake = Intake(engine, "pbx1", SITE, "here", load_sealer(key))
        await fill(intake, read_apart(work) if apart else read_batches(work), database)


async def take_slowly(database: Address, key: Path, data: bytes) -> None:
    """Each record reconciled over what is stored, as the service does it with a log it follows."""
    sealer, places, book = load_sealer(key), Places(), LogBook()
    reader, contacts = LogReader(), Contacts("pbx1", "here", keeps_callers=True)
    async with opened(database) as engine:
        for item in reader.feed(data) + reader.begin(0):
            if isinstance(item.what, Fault):
                continue
            contacts.see_record(item.what, SITE)
            async with engine.begin() as connection:
                await write_batch(
                    connection, "pbx1", SITE, "here", 1, places, (), book.see(item.what), contacts.take(), sealer
                )


@pytest.mark.parametrize("name", ["hotline22-across.all", "plain22-odd.all", "plain22-consult-across.all"])
async def test_in_bulk_or_one_by_one_the_rows_are_the_same(
    make_empty: Callable[[], Address], tmp_path: Path, name: str
) -> None:
    """Big batches, small ones that cut visits, another process, a ledger that has a part already: byte for byte."""
    key, log, part = tmp_path / "key", tmp_path / "queue_log", tmp_path / "part"
    make_key_file(key)
    data = log_of(name)
    log.write_bytes(data)
    part.write_bytes(data[len(data) // 3 : len(data) // 2])
    said = []
    for way in range(5):
        database = make_empty()
        await upgrade(database)
        if way == 0:
            await take_slowly(database, key, data)
        elif way < 3:
            await take(database, key, [log], (10_000, 7)[way - 1])
        elif way == 3:
            await take(database, key, [log], 50, apart=True)
        else:
            await take(database, key, [part], 10_000)
            await take(database, key, [log], 10_000)
        said.append(await rows_of(database))
    assert all(said[0].values())
    # Where a transfer gives a place to another callid, or a piece begins in mid-visit, the id tells how far was read.
    plain = [{table: sorted(repr(row[1:]) for row in rows) for table, rows in each.items()} for each in said]
    assert plain[1] == plain[2] == plain[3] == plain[4] == plain[0]
    if "consult" not in name:
        assert said[1] == said[2] == said[3] == said[0]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["hotline22-across.all", "plain22-odd.all", "plain16-everyday.all"]), st.data())
def test_random_cuts_in_any_order_come_to_what_the_whole_file_says(
    template_file: Path, tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Pieces from any byte to any other, each imported by itself, then the whole; and all of it again: nothing more."""
    folder, log = tmp_path_factory.mktemp("cuts"), log_of(name)
    ends = st.tuples(st.integers(0, len(log)), st.integers(0, len(log)))
    cuts = [log[min(both) : max(both)] for both in data.draw(st.lists(ends, min_size=1, max_size=4))]
    files = [folder / str(number) for number in range(len(cuts) + 1)]
    for file, piece in zip(files, [*cuts, log], strict=True):
        file.write_bytes(piece)
    whole, pieces = (sqlite(shutil.copyfile(template_file, folder / f"{way}.sqlite")) for way in ("whole", "pieces"))
    key = folder / "key"
    make_key_file(key)

    async def compare() -> None:
        await take(whole, key, files[-1:], 10_000)
        for file in files:
            await take(pieces, key, [file], 100)
        before = await rows_of(pieces)
        assert sorted(repr(row[1:]) for row in before["visits"]) == sorted(
            repr(row[1:]) for row in (await rows_of(whole))["visits"]
        )
        for file in files:
            await take(pieces, key, [file], 10_000)
        assert await rows_of(pieces) == before

    asyncio.run(compare())
