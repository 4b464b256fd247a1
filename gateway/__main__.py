"""The command line: `hotline COMMAND`; each command is a module of `gateway.commands`.

Law: arguments in, exit code out, and nothing decided here. Codes: 0 ok, 1 unexpected, 2 usage, 69 dependency
unreachable, 75 try later, 77 permission, 78 configuration (sysexits.h). A command's module is imported only when it is
called, so that `hotline probe` costs a health check little.
"""

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

CODES = {
    errno.EACCES: os.EX_NOPERM,
    errno.EPERM: os.EX_NOPERM,
    errno.EADDRINUSE: os.EX_TEMPFAIL,
    errno.EAGAIN: os.EX_TEMPFAIL,
    errno.ENOSPC: os.EX_TEMPFAIL,
    errno.ECONNREFUSED: os.EX_UNAVAILABLE,
}
MODULES = {"import": "importing"}
"""Commands whose name is a word of Python's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Usage errors exit with 2."""
    options = build_parser().parse_args(arguments)
    command = import_module(f"gateway.commands.{MODULES.get(options.command, options.command)}")
    try:
        return int(command.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough (`hotline replay ... | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return os.EX_OK
    except OSError as error:
        print(f"hotline {options.command}: {error}", file=sys.stderr)
        return CODES.get(error.errno or 0, 1)


def build_parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    parser = argparse.ArgumentParser(prog="hotline", description="Knows how well a telephone hotline answers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="watch the PBX and answer over HTTP, until SIGTERM or Ctrl-C")
    check = commands.add_parser("check", help="read the settings; name every mistake, or show what is in force")
    doctor = commands.add_parser("doctor", help="ask every PBX for what the gateway needs; say which figure suffers")
    probe = commands.add_parser("probe", help="ask the running gateway whether it lives; for health checks")
    replay = commands.add_parser("replay", help="put a journal or a bare AMI trace through the core; print the facts")
    db = commands.add_parser("db", help="upgrade the ledger's schema, or say where it stands")
    importing = commands.add_parser("import", help="read queue_log files into the ledger; again changes nothing")
    token = commands.add_parser("token", help="make, list and revoke the tokens of who may ask over HTTP")
    audit = commands.add_parser("audit", help="check that the audit log is as it was written, or print all of it")
    version = commands.add_parser("version", help="print the version")

    for command in (run, check, doctor, probe, db, importing, token, audit):
        command.add_argument(
            "--config", type=Path, metavar="FILE", help="settings (else $HOTLINE_CONFIG, else config/gateway.toml)"
        )
    for command in (check, doctor, probe, replay, db, importing, token, audit, version):
        command.add_argument("--json", action="store_true", help="print JSON")
    db.add_argument(
        "action", choices=("upgrade", "current", "retain", "backup"),
        help="current: only look; retain: remove what is due; backup: copy an SQLite ledger that is in use",
    )  # fmt: skip
    db.add_argument("file", nargs="?", type=Path, metavar="FILE", help="of backup: the copy, not there yet")
    probe.add_argument("--ready", action="store_true", help="ask /readyz instead of /livez")
    probe.add_argument("--timeout", type=float, default=3.0, metavar="SECONDS", help="default %(default)s")
    replay.add_argument("--config", type=Path, metavar="FILE", help="settings for traces; a journal holds its own")
    replay.add_argument(
        "sources", nargs="+", type=Path, metavar="JOURNAL|TRACE", help="journal folder or segment, or trace"
    )
    importing.add_argument("--pbx", metavar="NAME", help="whose log it is; needed where the settings name several")
    add_token(token)
    audit.add_argument("action", choices=("verify", "export"), help="verify: exit 1 when a chain does not hold")
    audit.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="of export; default %(default)s")
    audit.add_argument(
        "--head", action="append", default=[], metavar="GATEWAY=NUMBER:HASH", help="one verify printed once"
    )
    importing.add_argument("files", nargs="+", type=Path, metavar="QUEUE_LOG", help="in any order, also .gz .bz2 .xz")
    return parser


def add_token(token: argparse.ArgumentParser) -> None:
    """What `hotline token` can do."""
    actions = token.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="print a new token, this once")
    listing = actions.add_parser("list", help="all of them, without what nobody has")
    revoke = actions.add_parser("revoke", help="a running gateway knows within seconds")
    create.add_argument("--name", required=True, help="who uses it: in the audit log, and for revoke")
    create.add_argument("--role", choices=("viewer", "supervisor", "manager", "auditor", "admin"))
    create.add_argument("--queue", action="append", metavar="ID", help="repeat it for several; without it, all queues")
    create.add_argument("--expires", metavar="WHEN", help="90d, 12h, 2026-12-31 or a time; without it, never")
    create.add_argument(
        "--kind", choices=("api", "kiosk"), default="api", help="kiosk: the present only; default %(default)s"
    )
    revoke.add_argument("which", metavar="NAME|ID")
    for action in (create, listing, revoke):
        # Given before the action they stand in `token`'s own options: a default here would write over them.
        action.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


if __name__ == "__main__":
    sys.exit(main())
