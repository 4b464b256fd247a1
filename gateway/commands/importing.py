"""`hotline import`: years of queue_log into the ledger. Read again, nothing changes."""

import argparse
import asyncio
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson

from gateway.asterisk.log_files import LogFile
from gateway.commands.choose import load_settings
from gateway.commands.db import report_trouble
from gateway.core.log_reader import Item, LogReader
from gateway.core.log_records import Record
from gateway.core.log_visits import LogBook, LogVisit
from gateway.core.queue_log import Fault
from gateway.ledger.address import Address, find_address
from gateway.ledger.engine import open_engine, told
from gateway.ledger.intake import Intake
from gateway.ledger.migrate import prepare
from gateway.ledger.sealing import SealingError, load_sealer
from gateway.ledger.troubles import LedgerError
from gateway.settings import Settings, build_site

READ = 1 << 20
BATCH = 5_000
"""Records a transaction."""


def run(options: argparse.Namespace) -> int:
    """Print what was read and what became of it; exit 65 when not one line of the files is a record."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    pbx = choose_pbx(settings, options.pbx)
    if pbx is None:
        return os.EX_USAGE
    try:
        return asyncio.run(take_files(settings, pbx, options.files, options.json))
    except SealingError as error:
        print(f"hotline import: privacy.key_file: {error}", file=sys.stderr)
        return os.EX_CONFIG
    except LedgerError as error:
        report_trouble(error, as_json=options.json, command="import")
        return error.trouble.exit_code


def choose_pbx(settings: Settings, name: str | None) -> str | None:
    """The PBX whose log it is: the one named, or the only one."""
    known = list(settings.pbx)
    if name in known or (name is None and len(known) == 1):
        return name or known[0]
    said = f"{name!r} is none of" if name is not None else "say by --pbx which of"
    print(f"hotline import: {said} {', '.join(known)}", file=sys.stderr)
    return None


class Reading:
    """The files of one log, oldest first, as one reading."""

    def __init__(self) -> None:
        self.lines = 0
        self.faults: Counter[str] = Counter()
        self._reader = LogReader()
        self._book = LogBook()

    def read(self, files: list[Path]) -> Iterator[tuple[Record, list[LogVisit]]]:
        """Every record believed, with the visits it says more of. Raises OSError naming the file."""
        for path in files:
            yield from self._see(self._reader.begin(0))
            with LogFile(path) as file:
                while data := file.read(READ):
                    yield from self._see(self._reader.feed(data))
        yield from self._see(self._reader.begin(0))

    def _see(self, items: list[Item]) -> Iterator[tuple[Record, list[LogVisit]]]:
        for item in items:
            self.lines += 1
            if isinstance(item.what, Fault):
                self.faults[item.what.reason] += 1
            else:
                yield item.what, self._book.see(item.what)


def sort_files(files: list[Path]) -> list[Path]:
    """Oldest first, by the first record in them: names and times of files say little after years of rotation."""

    def first_epoch(path: Path) -> int:
        with LogFile(path) as file:
            head = file.head.split(b"|", 1)[0]
        return int(head) if head.isdigit() else 0

    return sorted(files, key=first_epoch)


async def take_files(settings: Settings, pbx: str, files: list[Path], as_json: bool) -> int:
    """Read all files into the ledger and say what came of it."""
    address = find_address(settings)
    await prepare(address)
    engine = open_engine(address)
    reading, began = Reading(), time.monotonic()
    key = settings.privacy.key_file
    sealer = load_sealer(Path(key)) if key is not None else None
    intake = Intake(engine, pbx, build_site(settings, pbx), socket.gethostname(), sealer)
    try:
        await fill(intake, reading.read(sort_files(files)), address)
    finally:
        await engine.dispose()
    return report(address, reading, intake, time.monotonic() - began, as_json)


async def fill(intake: Intake, read: Iterator[tuple[Record, list[LogVisit]]], address: Address) -> None:
    """Batch by batch, so that memory stays bounded."""
    while batch := list(islice(read, BATCH)):
        visits = [visit for _, some in batch for visit in some]
        with told(address):
            await intake.take([record for record, _ in batch], visits, time.time_ns() // 1000)


def report(address: Address, reading: Reading, intake: Intake, seconds: float, as_json: bool) -> int:
    """The figures; every line that was not believed is counted by its reason."""
    tally = intake.tally
    quarantined = {str(reason): count for reason, count in sorted(reading.faults.items())}
    said = {
        "database": address.name, "pbx": intake.pbx, "lines": reading.lines, "visits": tally.told, "new": tally.new,
        "changed": tally.changed, "same": tally.same, "quarantined": quarantined,
        "seconds": round(seconds, 3),
    }  # fmt: skip
    if as_json:
        print(orjson.dumps(said).decode())
    else:
        print(
            f"{address.name}: {reading.lines} lines, {tally.told} visits: {tally.new} new, {tally.changed} changed, "
            f"{tally.same} known already; {seconds:.1f} s"
        )
        for reason, count in quarantined.items():
            print(f"not believed, {reason}: {count}")
    return os.EX_OK if reading.lines > reading.faults.total() else os.EX_DATAERR
