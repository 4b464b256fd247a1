"""Writes dialplans/lines.conf from config/lines.toml.

Law: the line table has one source. What the PBX dials by is made from what the gateway counts by, and everything wrong
with the table is named at once, before a file is written.
"""

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
TABLE = HERE / "config/lines.toml"
DIALPLAN = HERE / "dialplans/lines.conf"
MODES = ("整体并入", "双号并行", "设分中心")
QUEUES = ("hotline", "enterprise", "yi")
NEEDED = ("did", "name", "department", "mode", "queue", "window")
HEAD = """\
; MADE by `python -m lab.lines` from config/lines.toml: edit that table, not this file.
; {count} lines by DID. Gosub(hotline-lines,<did>,1) sets HL_LINE, HL_NAME (shown to the agent) and HL_QUEUE.
[hotline-lines]
"""
DID = re.compile(r"[0-9]{3,20}")
TEXT = re.compile(r"[^\x00-\x1f,;|$\\\"(){}\[\]]{1,40}")
WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


class TableError(ValueError):
    """The table has mistakes; the text names all of them, one a line."""


@dataclass(frozen=True)
class Line:
    """One row of the table, as far as the dialplan needs it."""

    did: str
    name: str
    department: str
    mode: str
    queue: str
    window: str


def read_table(text: str) -> list[Line]:
    """The lines of a table in TOML. Raises TableError with every mistake, TOMLDecodeError when it is no TOML."""
    rows = tomllib.loads(text).get("lines", [])
    mistakes = [f"line {number}: {mistake}" for number, row in enumerate(rows, 1) for mistake in find_mistakes(row)]
    dids = [row.get("did") for row in rows]
    mistakes += [
        f"did {did} stands there {dids.count(did)} times"
        for did in sorted({str(d) for d in dids})
        if dids.count(did) > 1
    ]
    if not rows:
        mistakes.append("no [[lines]] at all")
    if mistakes:
        raise TableError("\n".join(mistakes))
    return [Line(**{key: row[key] for key in NEEDED}) for row in rows]


def find_mistakes(row: dict[str, Any]) -> list[str]:
    """What is wrong with one row. A name may hold nothing that means something to the dialplan or to AMI."""
    missing = [key for key in NEEDED if not isinstance(row.get(key), str)]
    if missing:
        return [f"{key} is missing or no text" for key in missing]
    checks = {
        "did": DID.fullmatch(row["did"]) is not None,
        "name": TEXT.fullmatch(row["name"]) is not None,
        "department": TEXT.fullmatch(row["department"]) is not None,
        "mode": row["mode"] in MODES,
        "queue": row["queue"] in QUEUES,
        "window": WINDOW.fullmatch(row["window"]) is not None,
    }
    return [f"{key} = {row[key]!r} is not allowed" for key, good in checks.items() if not good]


def format_line(line: Line) -> str:
    """The dialplan entry of one line."""
    return (
        f"; {line.mode} | {line.department} | {line.window}\n"
        f"exten => {line.did},1,Set(HL_LINE={line.did})\n"
        f" same => n,Set(HL_NAME={line.name})\n"
        f" same => n,Set(HL_QUEUE={line.queue})\n"
        " same => n,Return()\n"
    )


def make_dialplan(lines: list[Line]) -> str:
    """The whole of dialplans/lines.conf."""
    return HEAD.format(count=len(lines)) + "\n".join(format_line(line) for line in lines)


def main(words: list[str] | None = None) -> int:
    """Write the file, or with --check only say whether it is up to date. Returns the exit code."""
    parser = argparse.ArgumentParser(description="make dialplans/lines.conf from config/lines.toml")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    check: bool = parser.parse_args(words).check
    try:
        made = make_dialplan(read_table(TABLE.read_text(encoding="utf-8")))
    except (TableError, tomllib.TOMLDecodeError) as error:
        print(f"{TABLE.name}: {error}", file=sys.stderr)
        return 78
    if check:
        return 0 if DIALPLAN.exists() and DIALPLAN.read_text(encoding="utf-8") == made else 1
    DIALPLAN.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
