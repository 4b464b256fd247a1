"""`hotline audit verify|export`: whether the audit log is as it was written, and all of it for whoever keeps a copy.

Law: only reads. What cannot be found out is said with the result, so that nobody believes more than was checked.
"""

import argparse
import asyncio
import csv
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.commands.choose import load_settings
from gateway.commands.db import report_trouble
from gateway.commands.moments import spell_moment
from gateway.core.audit import Anchor, AuditRow, Fault, Verifier, read_details
from gateway.ledger.address import find_address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit import load_chains, walk_chain
from gateway.ledger.ledger import Ledger
from gateway.ledger.migrate import prepare
from gateway.ledger.troubles import LedgerError
from gateway.settings import Settings

EX_TAMPERED = 1
EX_USAGE = 2
FAULTS_MAX = 100
"""Printed of one chain; all are counted."""
NOT_FOUND = (
    "Not found by this: rows cut off behind the newest head that was kept, and what somebody did who can write to the "
    "database and to every place where heads are kept."
)
COLUMNS = ("gateway", "number", "at", "actor", "role", "address", "action", "object", "result", "reason", "details",
           "previous_hash", "hash", "body")  # fmt: skip
_HEAD = re.compile(r"(.+)=(\d{1,18}):([0-9a-f]{64})")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def run(options: argparse.Namespace) -> int:
    """0: every chain holds; 1: one does not; else usage (2), or the code of the ledger's trouble."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    heads = [_HEAD.fullmatch(head) for head in options.head]
    if None in heads or (options.action == "export" and heads):
        print("hotline audit: --head GATEWAY=NUMBER:HASH, as verify prints it, and only with verify", file=sys.stderr)
        return EX_USAGE
    try:
        if options.action == "export":
            return asyncio.run(export(settings, as_csv=options.format == "csv"))
        told = [(head[1], Anchor(int(head[2]), bytes.fromhex(head[3]), "--head")) for head in heads if head]
        return asyncio.run(verify(settings, told, as_json=options.json))
    except LedgerError as error:
        report_trouble(error, as_json=options.json, command="audit")
        return error.trouble.exit_code


async def verify(settings: Settings, told: Sequence[tuple[str, Anchor]], *, as_json: bool) -> int:
    """Every chain there is, or was when a head was kept."""
    ledger = await open_ledger(settings)
    # Heads before rows: a head is kept after its row is written, so none of these is of a row that is not seen.
    heads = load_heads(Anchors(Path(settings.state.folder)), told)
    try:
        async with ledger.reading() as connection:
            names = sorted({*heads, *await load_chains(connection)})
            found = [await verify_one(connection, name, heads.get(name, [])) for name in names]
    finally:
        await ledger.close()
    if as_json:
        print(json.dumps({"chains": found, "not_found": NOT_FOUND}, ensure_ascii=False))
    else:
        tell(found)
    return EX_TAMPERED if any(chain["faults"] for chain in found) else os.EX_OK


def load_heads(anchors: Anchors, told: Sequence[tuple[str, Anchor]]) -> dict[str, list[Anchor]]:
    """All that are known, by gateway."""
    heads = {name: anchors.load(name) for name in anchors.names()}
    for name, anchor in told:
        heads.setdefault(name, []).append(anchor)
    return heads


async def verify_one(connection: AsyncConnection, name: str, heads: Sequence[Anchor]) -> dict[str, Any]:
    """What is found of one chain."""
    verifier = Verifier(name, heads)
    faults: list[Fault] = []
    async for row in walk_chain(connection, name):
        faults += verifier.see(row)
    faults += verifier.end()
    return describe(name, verifier, faults, len(heads))


async def open_ledger(settings: Settings) -> Ledger:
    """Raises LedgerError."""
    await prepare(find_address(settings))
    return Ledger(find_address(settings))


def describe(name: str, verifier: Verifier, faults: Sequence[Fault], anchors: int) -> dict[str, Any]:
    """What was found of one chain."""
    number, hashed = verifier.head
    return {
        "gateway": name, "rows": verifier.rows, "first": verifier.first,
        "head": {"number": number, "hash": hashed.hex()}, "heads_compared": anchors, "faults": len(faults),
        "found": [{"number": one.number, "kind": one.kind, "what": one.what} for one in faults[:FAULTS_MAX]],
    }  # fmt: skip


def tell(found: Sequence[dict[str, Any]]) -> None:
    """For people."""
    for chain in found:
        verdict = f"{chain['faults']} FAULTS" if chain["faults"] else "holds"
        print(f"{chain['gateway']}: {chain['rows']} rows, {chain['heads_compared']} heads compared: {verdict}")
        for fault in chain["found"]:
            print(f"    row {fault['number']}: {fault['kind']}: {fault['what']}")
        if chain["rows"]:
            print(f"    head: {chain['gateway']}={chain['head']['number']}:{chain['head']['hash']}")
    print(NOT_FOUND if found else "the audit log is empty")


async def export(settings: Settings, *, as_csv: bool) -> int:
    """All rows of all chains, chain by chain in order of number, as JSON lines or CSV."""
    ledger = await open_ledger(settings)
    sheet = csv.writer(sys.stdout)
    if as_csv:
        sheet.writerow(COLUMNS)
    try:
        async with ledger.reading() as connection:
            for name in await load_chains(connection):
                async for row in walk_chain(connection, name):
                    told = show(row)
                    if as_csv:
                        sheet.writerow([guard(told[column]) for column in COLUMNS])
                    else:
                        print(json.dumps(told, ensure_ascii=False))
    finally:
        await ledger.close()
    return os.EX_OK


def show(row: AuditRow) -> dict[str, Any]:
    """`body` is the text that was hashed: with it and `previous_hash` anybody can check `hash`."""
    said = row._asdict() | {
        "at": spell_moment(row.at), "details": list(read_details(row.body)),
        "previous_hash": row.previous_hash.hex(), "hash": row.hash.hex(),
    }  # fmt: skip
    return {column: said[column] for column in COLUMNS}


def guard(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: strangers write some of these texts."""
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
