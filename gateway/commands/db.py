"""`hotline db upgrade|current|retain|backup`: the ledger's schema, and what has been kept as long as it may be."""

import argparse
import asyncio
import getpass
import json
import os
import sys
import time

from gateway import logs
from gateway.commands.choose import load_settings
from gateway.core.audit import NotAuditedError
from gateway.ledger.address import Address, find_address
from gateway.ledger.backup import back_up
from gateway.ledger.engine import open_engine
from gateway.ledger.migrate import REASONS, Schema, Standing, look, upgrade
from gateway.ledger.retention import Retention
from gateway.ledger.troubles import TROUBLES, LedgerError
from gateway.past import build_access, build_ledger, find_limits
from gateway.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Print what was found and done; the exit code of the trouble where there is one (69, 75, 77 or 78)."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    logs.configure("warning", settings.log.format)
    address = find_address(settings)
    if (options.action == "backup") != (options.file is not None):
        print("hotline db: backup needs the FILE to make, and nothing else takes one", file=sys.stderr)
        return os.EX_USAGE
    if options.action == "backup":
        return copy(address, options)
    act = {"upgrade": lambda: apply(address), "current": lambda: show(address), "retain": lambda: retain(settings)}
    try:
        answer, line = asyncio.run(act[options.action]())
    except NotAuditedError as error:
        print(f"hotline db: what went could not be recorded: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL
    except LedgerError as error:
        report_trouble(error, as_json=options.json)
        return error.trouble.exit_code
    print(json.dumps(answer) if options.json else line)
    return os.EX_OK


async def apply(address: Address) -> tuple[dict[str, object], str]:
    """Apply what is pending."""
    before = await upgrade(address)
    answer: dict[str, object] = {
        "database": address.name,
        "from": before.found,
        "to": before.known,
        "applied": before.pending,
    }
    if not before.pending:
        return answer, f"{address.name}: schema {before.known}, nothing to apply"
    return answer, f"{address.name}: schema {before.found or 'none'} -> {before.known}: {', '.join(before.pending)}"


def copy(address: Address, options: argparse.Namespace) -> int:
    """A copy of an SQLite ledger that may be in use."""
    if address.file is None:
        print(f"hotline db: {address.name} is PostgreSQL: use pg_dump (docs/operations.md)", file=sys.stderr)
        return os.EX_USAGE
    try:
        size = back_up(address, options.file)
    except LedgerError as error:
        report_trouble(error, as_json=options.json)
        return error.trouble.exit_code
    except FileExistsError:
        print(f"hotline db: {options.file} is there already; a backup is never written over", file=sys.stderr)
        return os.EX_CANTCREAT
    said = {"database": address.name, "backup": str(options.file), "bytes": size}
    print(json.dumps(said) if options.json else f"{address.name} -> {options.file}: {size} bytes, checked")
    return os.EX_OK


async def retain(settings: Settings) -> tuple[dict[str, object], str]:
    """Remove what has been kept as long as `[retention]` says, as the running gateway does daily."""
    ledger, wall = build_ledger(settings), lambda: time.time_ns() // 1000
    audit, _ = build_access(settings, wall)
    try:
        due, removed = await Retention(ledger, audit, lambda: find_limits(settings), wall).enforce(getpass.getuser())
    finally:
        await audit.close()
        await ledger.close()
    answer: dict[str, object] = {**due._asdict(), "numbers": removed.numbers, **removed.facts}
    rows = ", ".join(f"{count} {name}" for name, count in removed.facts.items())
    return answer, f"removed: {removed.numbers} callers' numbers; rows: {rows}"


async def show(address: Address) -> tuple[dict[str, object], str]:
    """Where the schema stands; a missing SQLite file is not made."""
    schema = await find_schema(address)
    answer = {"database": address.name, **schema._asdict()}
    return answer, f"{address.name}: schema {schema.found or 'none'}, known here {schema.known}: {describe(schema)}"


async def find_schema(address: Address) -> Schema:
    """The schema as it is found. Raises LedgerError."""
    if address.file is not None and not address.file.exists():
        return Schema.of_nothing()
    engine = open_engine(address)
    try:
        return await look(engine, address)
    finally:
        await engine.dispose()


def describe(schema: Schema) -> str:
    """Words for people."""
    if schema.standing in {Standing.EMPTY, Standing.PENDING}:
        return f"migrations pending: {', '.join(schema.pending)}; run `hotline db upgrade`"
    trouble = TROUBLES.get(REASONS[schema.standing]) if schema.standing in REASONS else None
    return f"{schema.standing}: {trouble.problem}; {trouble.remedy}" if trouble else str(schema.standing)


def report_trouble(error: LedgerError, *, as_json: bool, command: str = "db") -> None:
    """The trouble on standard error; as JSON on standard output, where a script reads it."""
    if as_json:
        told = {"where": error.where, **error.trouble._asdict()}
        print(json.dumps(told))
    else:
        print(f"hotline {command}: {error}", file=sys.stderr)
