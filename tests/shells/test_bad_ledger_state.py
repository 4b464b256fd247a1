"""Bad input of the ledger through the product's own door: real processes, real files, real disks.

Each case stores good visits first, does the bad thing, reads what the product says (which file, what to do, no
traceback), puts it right and finds all that was stored before. Read-only and full disks are tmpfs mounts of our own, so
those cases need root. A disk cannot be made read-only under a service that has the ledger open for writing (the
kernel: EBUSY; an ext4 that does it after an error needs a broken disk), so the service is started on the read-only one.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from gateway.ledger.ledger import Ledger
from gateway.ledger.troubles import LedgerError
from tests.ledger.conftest import sqlite
from tests.shells.bad_ledger import KNOWN, KNOWN_SCHEMA, LOG, NEW, Site, holds

GOOD = LOG.read_bytes()


# --- the database -----------------------------------------------------------------------------------------------------


def remount(site: Site, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", site.disk], check=True)


def set_schema(site: Site, version: str) -> None:
    with closing(sqlite3.connect(site.ledger)) as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = ?", (version,))
        ledger.commit()


def damage(site: Site) -> None:
    """All pages but the first."""
    assert site.say("db", "backup", str(site.folder / "backup.sqlite"))[0] == 0
    size = site.ledger.stat().st_size
    with site.ledger.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def restore(site: Site) -> None:
    """As docs/operations.md says."""
    (site.folder / "away").mkdir()
    for file in site.disk.glob("ledger.sqlite*"):
        shutil.move(file, site.folder / "away")
    shutil.copyfile(site.folder / "backup.sqlite", site.ledger)


@dataclass(frozen=True)
class Trouble:
    """How a ledger is made unfit and fit again; what is said of it, and the exit code."""

    spoil: Callable[[Site], None]
    mend: Callable[[Site], None]
    words: tuple[str, ...]
    code: int


TROUBLES = {
    "read-only": Trouble(
        lambda site: remount(site, "ro"), lambda site: remount(site, "rw"), ("let the gateway's user write",), 77
    ),
    "unknown schema": Trouble(
        lambda site: set_schema(site, "9999"), lambda site: set_schema(site, KNOWN_SCHEMA),
        ("schema 9999", "newer gateway", "install that version again"), 78,
    ),
    "corrupt": Trouble(damage, restore, ("damaged", "move it away together with its -wal and -shm"), 69),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_an_unfit_ledger_is_named_with_the_remedy_and_written_again_by_itself(own_disk: Site, name: str) -> None:
    """Commands end with the exit code of the trouble; the service runs, says so, and goes on when it is put right."""
    site, trouble = own_disk, TROUBLES[name]
    stored = site.rows()
    trouble.spoil(site)
    code, said = site.say("import", str(LOG))
    assert code == trouble.code
    site.follow(GOOD)
    site.start()
    why = site.why("ledger") or ""
    for words in (f"{site.ledger}", *trouble.words):
        assert words in said
        assert words in why
    trouble.mend(site)
    site.wait_written(KNOWN + NEW)
    assert holds(site.rows(), stored)
    site.end()


def test_a_full_disk_is_named_and_written_again_when_there_is_room(own_disk: Site) -> None:
    site = own_disk
    stored, ballast = site.rows(), site.disk / "ballast"
    site.start()
    with pytest.raises(OSError, match="No space left"):
        ballast.write_bytes(b"\0" * 4_000_000)
    site.follow(GOOD)
    site.wait(lambda: site.why("ledger"), "a full disk")
    why = site.why("ledger") or ""
    code, said = site.say("import", str(LOG))
    assert code == 75
    for words in (f"{site.ledger}: the disk of the database is full", "make room"):
        assert words in said
        assert words in why
    assert "rows wait to be written" in why
    ballast.unlink()
    site.wait_written(KNOWN + NEW)
    assert holds(site.rows(), stored)
    site.end()


async def test_who_asked_on_a_read_only_disk_writes_when_it_is_writable(own_disk: Site) -> None:
    """The pools of tokens and audit: a connection that was opened read-only is not kept."""
    ledger = Ledger(sqlite(own_disk.ledger))

    async def write() -> None:
        async with ledger.writing() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    remount(own_disk, "ro")
    with pytest.raises(LedgerError, match="let the gateway's user"):
        await write()
    remount(own_disk, "rw")
    await write()
    await ledger.close()


# --- the key file -----------------------------------------------------------------------------------------------------


def make_key(site: Site, content: bytes, mode: int = 0o600) -> None:
    key = site.folder / "callers.key"
    key.write_bytes(content)
    key.chmod(mode)


def test_a_key_file_that_does_not_fit_is_named_and_nothing_is_lost(site: Site) -> None:
    """Short, and open to others: nothing starts. Another site's: it runs, and says which numbers cannot be read."""
    key, good, other = site.folder / "callers.key", bytes(range(32)), bytes(range(1, 33))
    site.write_settings(f'[privacy]\nkey_file = "{key}"\n')
    make_key(site, good)
    site.take(LOG)
    stored = site.rows()
    for content, mode, words in ((b"short", 0o600, "of 5 letters"), (good, 0o644, f"chmod 600 {key}")):
        make_key(site, content, mode)
        command = ["run"] if mode == 0o600 else ["import", str(LOG)]
        code, said = site.say(*command)
        assert code == 78
        assert f"hotline {command[0]}: privacy.key_file: {key}: " in said
        assert words in said
    make_key(site, other)
    site.start()
    site.wait(lambda: site.why("callers_key"), "a key that does not fit")
    why = site.why("callers_key") or ""
    assert str(key) in why
    assert "name that key's file in privacy.key_file" in why
    site.end()
    make_key(site, good)
    site.start()
    site.wait(lambda: site.why("callers_key") is None, "a key that fits")
    site.end()
    assert site.rows() == stored
