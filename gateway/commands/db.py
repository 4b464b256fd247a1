"""`hotline db upgrade|current`: brings the ledger's schema to the present, or says where it stands."""

import argparse
import asyncio
import json
import os
import sys

from gateway.commands.choose import load_settings
from gateway.ledger.address import Address, find_address
from gateway.ledger.engine import open_engine
from gateway.ledger.migrate import Schema, Standing, look, upgrade
from gateway.ledger.troubles import LedgerError


def run(options: argparse.Namespace) -> int:
    """Print what was found and done; the exit code of the trouble where there is one (69, 75, 77 or 78)."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    address = find_address(settings)
    act = apply if options.action == "upgrade" else show
    try:
        answer, line = asyncio.run(act(address))
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
    return str(schema.standing)


def report_trouble(error: LedgerError, *, as_json: bool, command: str = "db") -> None:
    """The trouble on standard error; as JSON on standard output, where a script reads it."""
    if as_json:
        told = {"where": error.where, **error.trouble._asdict()}
        print(json.dumps(told))
    else:
        print(f"hotline {command}: {error}", file=sys.stderr)
