"""Bad input of the ledger through the product's own door: real processes, real files, real disks.

Each case stores good visits first, does the bad thing, reads what the product says (which file, what to do, no
traceback), puts it right and finds all that was stored before. Read-only and full disks are tmpfs mounts of our own, so
those cases need root. A disk cannot be made read-only under a service that has the ledger open for writing (the
kernel: EBUSY; an ext4 that does it after an error needs a broken disk), so the service is started on the read-only one.
"""

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway.ledger.ledger import Ledger
from gateway.ledger.migrate import Schema
from gateway.ledger.troubles import LedgerError
from tests.ledger.conftest import sqlite
from tests.shells.test_cli import Service, find_free_port, hotline

TRACES = Path(__file__).parents[1] / "scenarios/traces"
STORED, LOG = (TRACES / f"{name}.queue_log" for name in ("plain22-everyday", "hotline22-across"))
KNOWN, NEW = 20, 12
"""Their visits."""
KNOWN_SCHEMA = Schema.of_nothing().known
TABLES = ("visits", "calls", "offers")
Rows = dict[str, dict[str, tuple[object, ...]]]


@dataclass
class Site(Service):
    """A gateway with a ledger on a disk of its own, a queue_log to follow, and good visits stored."""

    disk: Path = Path()

    @property
    def ledger(self) -> Path:
        return self.disk / "ledger.sqlite"

    @property
    def log(self) -> Path:
        return self.folder / "queue_log"

    def write_settings(self, more: str = "") -> None:
        Path(self.config).write_text(
            f'[pbx.main]\nhost = "127.0.0.1"\nport = {find_free_port()}\nsecret = "hush"\nqueue_log = "{self.log}"\n'
            f'[http]\nport = {self.port}\n[state]\nfolder = "{self.folder / "state"}"\n[log]\nformat = "json"\n'
            f'[database]\nurl = "sqlite+aiosqlite:///{self.ledger}"\n[queues.hotline]\n{more}'
        )

    def say(self, *arguments: str) -> tuple[int, str]:
        """Exit code and all that is printed; never a traceback."""
        answer = hotline(*arguments, "--config", self.config)
        said = answer.stdout + answer.stderr
        assert "Traceback" not in said
        return answer.returncode, said

    def take(self, *files: Path) -> dict[str, Any]:
        """Import; what it says as JSON."""
        code, said = self.say("import", "--json", *map(str, files))
        assert code == 0, said
        return dict(json.loads(said))

    def rows(self) -> Rows:
        """All that is stored, without what depends on when and how often it was written."""
        found: Rows = {}
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as ledger:
            ledger.row_factory = sqlite3.Row
            for table in TABLES:
                rows = ledger.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
                found[table] = {
                    row["id"]: tuple(row[key] for key in row.keys() if key not in {"written_at", "revision"})  # noqa: SIM118
                    for row in rows
                }
        return found

    def why(self, name: str) -> str | None:
        """What readyz says is wrong with a part; None: it is well."""
        body = json.loads(self.get("/readyz")[1])
        (found,) = [part for part in body["dependencies"] if part["name"] == name]
        return str(found["why"]) if found["status"] != "ok" else None

    def follow(self, data: bytes) -> None:
        """What Asterisk writes now."""
        with self.log.open("ab") as log:
            log.write(data)

    def wait_written(self, count: int) -> None:
        self.wait(lambda: len(self.rows()["visits"]) >= count, f"{count} visits")
        self.wait(lambda: self.why("ledger") is None, "a ledger that is well")

    def end(self) -> list[dict[str, object]]:
        """An orderly stop; its log, without a traceback."""
        code, lines = self.stop()
        assert code == 0
        assert not [line for line in lines if "exception" in line or line["event"] == "ledger.defect"]
        return lines


def holds(now: Rows, before: Rows) -> bool:
    """Whether all that was stored is there, as it was."""
    return all(before[table].items() <= now[table].items() for table in TABLES)


@pytest.fixture(scope="module")
def good_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `hotline import` made of a real PBX's log."""
    folder = tmp_path_factory.mktemp("good")
    site = Site(folder, find_free_port(), disk=folder)
    site.write_settings()
    assert site.take(STORED)["new"] == KNOWN
    return site.ledger


@pytest.fixture
def site(tmp_path: Path, good_ledger: Path) -> Iterator[Site]:
    yield from open_site(tmp_path, tmp_path / "disk", good_ledger)


def open_site(folder: Path, disk: Path, good_ledger: Path) -> Iterator[Site]:
    disk.mkdir(exist_ok=True)
    site = Site(folder, find_free_port(), disk=disk)
    site.write_settings()
    site.log.touch()
    shutil.copyfile(good_ledger, site.ledger)
    yield site
    if site.process is not None:
        site.process.kill()
        site.process.communicate()


@pytest.fixture
def own_disk(tmp_path: Path, good_ledger: Path) -> Iterator[Site]:
    """The ledger on a disk of 2 MiB that can be filled, and made read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False, capture_output=True)
    if done.returncode:
        pytest.skip(f"no disk of our own: {done.stderr.decode().strip()}")
    try:
        yield from open_site(tmp_path, disk, good_ledger)
    finally:
        subprocess.run(["umount", disk], check=True)


def later(data: bytes, seconds: int) -> bytes:
    """The same calls so much later: times of lines, of markers, and of callids."""
    return re.sub(rb"\b1795\d{6}\b", lambda found: b"%d" % (int(found[0]) + seconds), data)


# --- lines of a queue_log ---------------------------------------------------------------------------------------------


def spread(data: bytes, bad: list[bytes]) -> bytes:
    """The bad lines among the good ones: the first as line 1, the others from line 22 on, where no caller enters (what
    stands close behind his entry could be his own text)."""
    lines = data.splitlines(keepends=True)
    for place, line in reversed([*zip([0, *range(20, 34, 2)], bad, strict=False)]):
        lines.insert(place, line)
    return b"".join(lines)


def edit_number(data: bytes, number: bytes) -> bytes:
    """The first caller's number is what he wrote himself."""
    return data.replace(b"|ENTERQUEUE||13900000030|1\n", b"|ENTERQUEUE||" + number + b"|1\n", 1)


GARBAGE = [b"garbage\n", b"\xff\xfe\x80|\n", b"\0\0\0\0\n", b"|||||||\n", b"x" * 9000 + b"\n", b"\n", b"a|b|c|d|e|f\n"]
EPOCHS = [
    b"%s|1795459535.900|hotline|NONE|ABANDON|1|1|1\n" % epoch
    for epoch in (b"0", b"99", b"-1795459535", b"99999999999", b"1.5e9", b"1795459535123", b"1700000000")
]
BARS = [
    b"1795459535|1795459535.900|hot|line|NONE|ABANDON|1|1|1\n",
    b"1795459535|1795459535.901|hotline|1003|CONNECT|1|17954|59535.71|0\n",
    b"1795459535|1795459535.902|hotline|10|03|RINGNOANSWER|1000\n",
]
FORGED = b"1390\n1795459535|1795459535.64|yi|NONE|ABANDON|1|1|1\n1795459535|139"


@dataclass(frozen=True)
class Bad:
    """A log with bad lines, the lines of it that are not believed by reason, and the first of each."""

    log: bytes
    quarantined: dict[str, int]
    first: dict[str, int]


GOOD = LOG.read_bytes()
LINES = {
    "garbage": Bad(spread(GOOD, GARBAGE), {"not_a_record": 7, "nuls": 1}, {"not_a_record": 1, "nuls": 25}),
    "wrong epoch": Bad(
        spread(GOOD, EPOCHS),
        {"epoch": 4, "not_a_record": 2, "out_of_place": 1},
        {"epoch": 1, "not_a_record": 25, "out_of_place": 37},
    ),
    "bar in a field": Bad(spread(GOOD, BARS), {"columns": 1, "verb": 1}, {"columns": 22, "verb": 25}),
    "bar in a number": Bad(edit_number(GOOD, b"139|0000|0030"), {"broken_entry": 1}, {"broken_entry": 12}),
    "line break in a number": Bad(
        edit_number(GOOD, FORGED),
        {"broken_entry": 1, "forged": 1, "not_a_record": 1},
        {"broken_entry": 12, "forged": 13, "not_a_record": 14},
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_bad_lines_are_counted_with_their_place_and_the_good_ones_stored(site: Site, name: str) -> None:
    """The file is named with the line of the first."""
    bad, stored, file = LINES[name], site.rows(), site.folder / "bad"
    file.write_bytes(bad.log)
    said = site.take(file)
    assert said["new"] == NEW
    assert said["quarantined"] == bad.quarantined
    assert said["first_quarantined"] == {why: {"file": str(file), "line": line} for why, line in bad.first.items()}
    assert holds(site.rows(), stored)
    assert len(site.rows()["visits"]) == KNOWN + NEW


def test_a_file_without_a_record_is_named_with_what_to_do(site: Site) -> None:
    stored, file = site.rows(), site.folder / "notes.txt"
    file.write_text("this is\nno log\n")
    code, said = site.say("import", str(file))
    assert code == 65
    assert f"not believed, not_a_record: 2, the first is line 1 of {file}" in said
    assert "name files that Asterisk wrote" in said
    code, said = site.say("import", str(site.folder))
    assert code != 0
    assert str(site.folder) in said
    assert site.rows() == stored


def test_a_packed_file_that_is_torn_is_read_as_far_as_it_goes(site: Site) -> None:
    torn = site.folder / "queue_log.2.gz"
    packed = gzip.compress(GOOD)
    torn.write_bytes(packed[: len(packed) * 2 // 3])
    code, said = site.say("import", str(torn))
    assert code != 0
    assert f"{torn}: " in said
    assert "restore the file, import it again" in said
    part = len(site.rows()["visits"])
    assert KNOWN < part < KNOWN + NEW
    torn.write_bytes(packed)
    site.take(torn)
    assert len(site.rows()["visits"]) == KNOWN + NEW


def set_back(data: bytes) -> bytes:
    """From the second of line 60 on the PBX's clock is an hour early, in mid-visit of some callers."""
    lines = data.splitlines(keepends=True)
    since = int(lines[60].split(b"|")[0])
    cut = next(number for number, line in enumerate(lines) if int(line.split(b"|")[0]) >= since)
    is_after = [re.sub(rb"\b1795\d{6}\b", lambda at: at[0] if int(at[0]) < since else later(at[0], -3600), line)
                for line in lines[cut:]]  # fmt: skip
    return b"".join([*lines[:cut], *is_after])


def test_a_clock_set_back_an_hour_costs_no_visit_and_no_wait_is_negative(site: Site) -> None:
    """Back, and an hour right again, in one file: every visit is there, what cannot be known is unknown."""
    stored, file = site.rows(), site.folder / "back"
    file.write_bytes(set_back(GOOD) + later(GOOD, 60))
    said = site.take(file)
    assert (said["new"], said["quarantined"]) == (2 * NEW, {})
    assert holds(site.rows(), stored)
    with closing(sqlite3.connect(site.ledger)) as ledger:
        ledger.row_factory = sqlite3.Row
        spans = {
            key: value
            for row in ledger.execute("SELECT * FROM visits")
            for key, value in dict(row).items()
            if key.endswith("_us") and isinstance(value, int) and value < 0
        }
    assert spans == {}


def test_the_service_counts_bad_lines_of_the_log_it_follows(site: Site) -> None:
    stored = site.rows()
    site.start()
    site.follow(LINES["garbage"].log)
    site.wait_written(KNOWN + NEW)
    counted = 'hotline_queue_log_quarantined_total{pbx="main",reason="not_a_record"} 7'
    site.wait(lambda: counted in site.get("/metrics")[1], "a count of bad lines")
    told = [line for line in site.end() if line["event"] == "queue_log.quarantined"]
    assert {line["reason"] for line in told} == {"not_a_record", "nuls"}
    assert {line["file"] for line in told} == {"queue_log"}
    assert holds(site.rows(), stored)


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
