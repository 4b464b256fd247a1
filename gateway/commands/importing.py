"""`hotline import`: years of queue_log into the ledger. Read again, nothing changes."""

import argparse
import asyncio
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import orjson

from gateway.commands.choose import load_settings
from gateway.commands.db import report_trouble
from gateway.commands.reading import Spot, Told, Work, count_lines, read_files, uncollected
from gateway.ledger.address import Address, find_address
from gateway.ledger.engine import open_engine, told
from gateway.ledger.intake import Intake
from gateway.ledger.migrate import prepare
from gateway.ledger.sealing import SealingError, load_sealer
from gateway.ledger.troubles import LedgerError
from gateway.settings import Settings, build_site


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


async def take_files(settings: Settings, pbx: str, files: list[Path], as_json: bool) -> int:
    """Read all files into the ledger and say what came of it."""
    address = find_address(settings)
    await prepare(address)
    key = Path(settings.privacy.key_file) if settings.privacy.key_file is not None else None
    work = Work(pbx, build_site(settings, pbx), socket.gethostname(), key, files)
    engine, began = open_engine(address), time.monotonic()
    intake = Intake(engine, pbx, work.site, work.gateway, load_sealer(key) if key is not None else None)
    try:
        read = await fill(intake, read_files(work), address)
    finally:
        await engine.dispose()
    return report(address, intake, read, time.monotonic() - began, as_json)


class Read(NamedTuple):
    """Lines read, those not believed by their reason, and the first of each."""

    lines: int
    faults: Counter[str]
    first: dict[str, Spot]


async def fill(intake: Intake, read: Generator[Told], address: Address) -> Read:
    """Batch by batch, so that memory stays bounded; what all of it came to."""
    whole = Read(0, Counter(), {})
    with uncollected(), closing(read):
        for some in read:
            if some.begins:
                intake.begin()
            with told(address):
                await intake.take(some.batch, time.time_ns() // 1000)
            whole = Read(some.lines, some.faults, some.first)
    return whole


def report(address: Address, intake: Intake, read: Read, seconds: float, as_json: bool) -> int:
    """The figures; every line that was not believed is counted by its reason, and the first of each is named."""
    tally, lines = intake.tally, read.lines
    quarantined = {str(reason): count for reason, count in sorted(read.faults.items())}
    first = {str(reason): (str(spot.file), count_lines(spot)) for reason, spot in sorted(read.first.items())}
    said = {
        "database": address.name, "pbx": intake.pbx, "lines": lines, "visits": tally.told, "new": tally.new,
        "changed": tally.changed, "same": tally.same, "quarantined": quarantined,
        "first_quarantined": {reason: {"file": file, "line": line} for reason, (file, line) in first.items()},
        "seconds": round(seconds, 3),
    }  # fmt: skip
    if as_json:
        print(orjson.dumps(said).decode())
    else:
        print(
            f"{address.name}: {lines} lines, {tally.told} visits: {tally.new} new, {tally.changed} changed, "
            f"{tally.same} known already; {seconds:.1f} s"
        )
        for reason, count in quarantined.items():
            file, line = first[reason]
            print(f"not believed, {reason}: {count}, the first is line {line} of {file}")
    if lines > read.faults.total():
        return os.EX_OK
    print("hotline import: no line is a record; name files that Asterisk wrote (queue_log in its log folder)",
          file=sys.stderr)  # fmt: skip
    return os.EX_DATAERR
