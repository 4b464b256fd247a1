"""`hotline token create|list|revoke`: who may ask the gateway over HTTP. Works beside a running gateway or without.

Law: what is made or revoked is in the audit log in the same transaction. The token is printed once, alone on standard
output, so that a script can keep it; everything else about it goes to standard error.
"""

import argparse
import asyncio
import getpass
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from gateway import logs
from gateway.commands.choose import load_settings
from gateway.commands.db import report_trouble
from gateway.commands.moments import MomentError, read_moment, spell_moment
from gateway.core.access import Role, TokenKind
from gateway.core.audit import Deed, NotAuditedError
from gateway.core.tokens import NAME_MAX, TokenRow, is_fit_name, judge_token
from gateway.ledger.address import find_address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.ledger import Ledger
from gateway.ledger.migrate import prepare
from gateway.ledger.tokens import hash_token, load_tokens, make_secret, make_token_id, revoke_token, save_token
from gateway.ledger.troubles import LedgerError
from gateway.settings import Settings

EX_USAGE = 2


class UsageError(Exception):
    """What is asked for cannot be done; the text says why."""


def run(options: argparse.Namespace) -> int:
    """Do it and print what came of it; 2 for what cannot be done, else the code of the ledger's trouble."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    logs.configure("warning", settings.log.format)
    acts = {"create": create, "list": show, "revoke": revoke}
    try:
        asyncio.run(acts[options.action](settings, options))
    except (UsageError, MomentError) as error:
        print(f"hotline token: {error}", file=sys.stderr)
        return EX_USAGE
    except NotAuditedError as error:
        if not isinstance(error.__cause__, LedgerError):
            raise
        report_trouble(error.__cause__, as_json=options.json, command="token")
        return error.__cause__.trouble.exit_code
    except LedgerError as error:
        report_trouble(error, as_json=options.json, command="token")
        return error.trouble.exit_code
    return os.EX_OK


# --- what can be done -------------------------------------------------------------------------------------------------


async def create(settings: Settings, options: argparse.Namespace) -> None:
    """A new token."""
    now = time.time_ns() // 1000
    secret = make_secret()
    row = make_row(settings, options, hash_token(secret), now)
    book = await open_book(settings)
    try:
        async with book.writing(describe(row, "token.create")) as connection:
            # Looked at inside: of two who make one of the same name at once, one is refused.
            if any(one.name == row.name and judge_token(one, now) is None for one in await load_tokens(connection)):
                raise UsageError(f"there is a token called {row.name!r} already; revoke it first, or take another name")
            await save_token(connection, row)
    finally:
        await book.close()
    if options.json:
        print(json.dumps(show_row(row, now) | {"token": secret}, ensure_ascii=False))
        return
    print(f"{spell_row(row, now)}\nThe token, shown this once:", file=sys.stderr)
    print(secret)


async def show(settings: Settings, options: argparse.Namespace) -> None:
    """All tokens; none of them itself, which nobody has."""
    await prepare(find_address(settings))
    ledger, now = Ledger(find_address(settings)), time.time_ns() // 1000
    try:
        async with ledger.reading() as connection:
            rows = await load_tokens(connection)
    finally:
        await ledger.close()
    if options.json:
        print(json.dumps([show_row(row, now) for row in rows], ensure_ascii=False))
    else:
        print("\n".join(spell_row(row, now) for row in rows) or "no tokens")


async def revoke(settings: Settings, options: argparse.Namespace) -> None:
    """The token of this name or id counts no more; a running gateway knows within seconds."""
    now = time.time_ns() // 1000
    book = await open_book(settings)
    try:
        async with book.reading() as connection:
            row = find_token(await load_tokens(connection), options.which, now)
        async with book.writing(describe(row, "token.revoke")) as connection:
            if not await revoke_token(connection, row.id, find_actor(), now):
                raise UsageError(f"{row.name!r} was revoked meanwhile")
    finally:
        await book.close()
    revoked = row._replace(revoked_at=now, revoked_by=find_actor())
    print(json.dumps(show_row(revoked, now), ensure_ascii=False) if options.json else spell_row(revoked, now))


# --- how --------------------------------------------------------------------------------------------------------------


async def open_book(settings: Settings) -> AuditBook:
    """The audit log of the gateway of these settings. Raises LedgerError."""
    address = find_address(settings)
    await prepare(address)
    anchors = Anchors(Path(settings.state.folder))
    return AuditBook(Ledger(address), socket.gethostname(), lambda: time.time_ns() // 1000, anchors)


def make_row(settings: Settings, options: argparse.Namespace, hashed: bytes, now: int) -> TokenRow:
    """What is to be stored. Raises UsageError, MomentError."""
    if not is_fit_name(options.name):
        raise UsageError(
            f"--name: 1 to {NAME_MAX} printable characters, no blanks at the ends, none of the gateway's words"
        )
    kind = TokenKind(options.kind)
    if kind is TokenKind.KIOSK and options.role not in {None, Role.VIEWER}:
        raise UsageError("--kind kiosk shows the present only: leave --role out")
    if kind is not TokenKind.KIOSK and options.role is None:
        raise UsageError("--role is needed")
    expires = read_moment(options.expires, now, settings.site.time_zone) if options.expires else None
    if expires is not None and expires <= now:
        raise UsageError("--expires is past")
    queues = [queue.strip() for queue in options.queue] if options.queue else None
    if queues is not None and not all(queues):
        raise UsageError("--queue is empty")
    warn_of_queues(settings, queues or [])
    role = options.role or Role.VIEWER
    return TokenRow(
        make_token_id(hashed), options.name, hashed, kind, role, queues, now, find_actor(), expires, None, None, None
    )


def warn_of_queues(settings: Settings, queues: list[str]) -> None:
    """Name those that no setting has: they may be on the PBX all the same, or be misspelt."""
    ids = {queue_id for pbx in settings.pbx.values() for queue_id in pbx.queue_ids.values()}
    names = {*settings.queues, *(queue for pbx in settings.pbx.values() for queue in pbx.queues), *ids}
    known = {name.lower() for name in (*names, *(f"{pbx}/{name}" for pbx in settings.pbx for name in names))}
    for queue in queues:
        if queue.lower() not in known:
            print(
                f"hotline token: the settings name no queue {queue!r}; the token will see it if a PBX has it",
                file=sys.stderr,
            )


def find_token(rows: list[TokenRow], which: str, now: int) -> TokenRow:
    """The one that counts of this name or id. Raises UsageError."""
    found = [row for row in rows if which in {row.name, row.id} and row.revoked_at is None]
    found = [row for row in found if judge_token(row, now) is None] or found
    if not found:
        raise UsageError(f"there is no token {which!r} to revoke; `hotline token list` names them")
    if len(found) > 1:
        raise UsageError(f"several tokens are called {which!r}: give the id, {', '.join(row.id for row in found)}")
    return found[0]


def find_actor() -> str:
    """Who runs the command, as the system knows him."""
    try:
        return f"user {getpass.getuser()}"
    except (KeyError, OSError):  # no such name in the system's list of users
        return f"user {os.getuid()}"


def describe(row: TokenRow, action: str) -> Deed:
    """For the audit log."""
    said = (row.name, f"role {row.role}", f"kind {row.kind}", *(f"queue {queue}" for queue in row.queues or ()))
    return Deed(find_actor(), action, object=row.id, details=said)


def show_row(row: TokenRow, now: int) -> dict[str, Any]:
    """As JSON has it."""
    times = {
        name: spell_moment(getattr(row, name)) for name in ("created_at", "expires_at", "last_used_at", "revoked_at")
    }
    return {
        "id": row.id, "name": row.name, "kind": row.kind, "role": row.role, "queues": row.queues,
        "state": judge_token(row, now) or "valid", "created_by": row.created_by, "revoked_by": row.revoked_by, **times,
    }  # fmt: skip


def spell_row(row: TokenRow, now: int) -> str:
    """As people read it."""
    queues = "all queues" if row.queues is None else f"queues {', '.join(row.queues)}"
    until = "never expires" if row.expires_at is None else f"expires {spell_moment(row.expires_at)}"
    used = "never used" if row.last_used_at is None else f"used {spell_moment(row.last_used_at)}"
    return f"{row.id}  {row.name}  {judge_token(row, now) or 'valid'}  {row.kind} {row.role}, {queues}; {until}; {used}"
