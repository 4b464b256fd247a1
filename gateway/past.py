"""What stands on the ledger, built of the settings: the past for those who ask, audit log, tokens, the key of numbers.

Law: nothing is opened here; durations of the settings become microseconds.
"""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gateway.core.retention import Limits
from gateway.ledger.address import find_address
from gateway.ledger.anchors import Anchors
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.figures import FigureBook
from gateway.ledger.history import History
from gateway.ledger.ledger import Ledger
from gateway.ledger.reader import Reader
from gateway.ledger.sealing import Sealer, load_sealer
from gateway.ledger.token_book import TokenBook
from gateway.ledger.unreached import UnreachedBook
from gateway.settings import Settings
from gateway.web.sources import Past

POOL = 3
"""Connections for questions: apart from the writer's, and few, for they are short."""
ACCESS_POOL = 2
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


def build_ledger(settings: Settings) -> Ledger:
    """The ledger for questions."""
    address = find_address(settings)
    return Ledger(replace(address, pool_size=min(POOL, address.pool_size)))


def build_past(settings: Settings, ledger: Ledger, sealer: Sealer | None) -> Past:
    """All that HTTP asks the ledger."""
    terms, reader = settings.unreached, Reader(ledger)
    due_us = round(terms.due_hours * HOUR_US)
    return Past(
        History(reader, sealer), UnreachedBook(reader, due_us), FigureBook(reader), socket.gethostname(), due_us,
        round(terms.claim_minutes * MINUTE_US), round(terms.look_back_days * DAY_US),
    )  # fmt: skip


def build_sealer(settings: Settings) -> Sealer | None:
    """What seals and opens callers' numbers; None where the settings name no key. Raises SealingError."""
    key = settings.privacy.key_file
    return load_sealer(Path(key)) if key is not None else None


def find_limits(settings: Settings) -> Limits:
    """How long numbers and facts are kept."""
    return Limits(settings.retention.numbers_days, settings.retention.facts_days)


def build_access(settings: Settings, wall: Callable[[], int]) -> tuple[AuditBook, TokenBook]:
    """The audit log, its heads in the state folder, and the tokens: connections of their own, so that no question about
    years keeps a token waiting."""
    address, anchors = find_address(settings), Anchors(Path(settings.state.folder))
    ledger = Ledger(replace(address, pool_size=min(ACCESS_POOL, address.pool_size)))
    return AuditBook(ledger, socket.gethostname(), wall, anchors), TokenBook(ledger, wall)
