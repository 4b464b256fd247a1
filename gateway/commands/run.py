"""`hotline run`: the service."""

import argparse
import asyncio
import os
import sys

import structlog

from gateway import logs
from gateway.app import TaskDiedError, serve
from gateway.commands.choose import find_file, load_settings
from gateway.journal import JournalError
from gateway.ledger.sealing import SealingError
from gateway.settings import load

log = structlog.get_logger()


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    logs.configure(settings.log.level, settings.log.format)
    path = find_file(options)
    try:
        asyncio.run(serve(lambda: load(path, os.environ), settings))
    except JournalError as error:
        print(f"hotline run: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL if isinstance(error.__cause__, BlockingIOError) else os.EX_NOPERM
    except SealingError as error:
        print(f"hotline run: privacy.key_file: {error}", file=sys.stderr)
        return os.EX_CONFIG
    except TaskDiedError as error:
        log.critical("gateway.task_died", task=str(error), exc_info=error.__cause__)
        return 1
    return os.EX_OK
