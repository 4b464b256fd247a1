"""A gateway with good visits stored, to which bad things are done through the product's own door."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.ledger.migrate import Schema
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


def later(data: bytes, seconds: int) -> bytes:
    """The same calls so much later: times of lines, of markers, and of callids."""
    return re.sub(rb"\b1795\d{6}\b", lambda found: b"%d" % (int(found[0]) + seconds), data)
