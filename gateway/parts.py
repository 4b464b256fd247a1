"""The parts of the running gateway, and one function that builds each.

Law: no `if` but what the settings ask for, or what a restart brought back.
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from gateway.asterisk import Account, Connection
from gateway.core.feed import Feed
from gateway.core.site import SECOND
from gateway.journal import Journal, Limits
from gateway.ledger.address import find_address
from gateway.ledger.audit_book import AuditBook
from gateway.ledger.keys import KeyWatch
from gateway.ledger.ledger import Ledger
from gateway.ledger.retention import Retention
from gateway.ledger.sealing import Sealer
from gateway.ledger.token_book import TokenBook
from gateway.ledger.writer import Writer
from gateway.metrics import Metrics
from gateway.past import find_limits
from gateway.pump import Clock, Pump
from gateway.queue_logs import QueueLogs
from gateway.readiness import judge_journal, judge_key, judge_ledger, judge_logs, judge_pbxs, judge_tables
from gateway.restart import Checkpoints, Keeper, restore
from gateway.settings import Pbx, Settings, build_site
from gateway.web.access import Access
from gateway.web.server import Server
from gateway.web.sources import House, Past
from gateway.web.tally import Tally

log = structlog.get_logger()

DAY_US = 86_400 * SECOND
BACK = timedelta(hours=4)
"""Without a checkpoint at least so much of the journal is read: calls that last longer lose their exact beginning."""


@dataclass
class Gateway:
    """The running parts."""

    settings: Settings
    clock: Clock
    journal: Journal
    pump: Pump
    tally: Tally
    connections: dict[str, Connection] = field(default_factory=dict)
    metrics: Metrics = field(init=False)
    writer: Writer = field(init=False)
    audit: AuditBook = field(init=False)
    logs: QueueLogs = field(init=False)
    tokens: TokenBook = field(init=False)
    sealer: Sealer | None = None
    past: Past | None = None
    key_watch: KeyWatch | None = None

    @property
    def feeds(self) -> list[Feed]:
        """The core's feeds, one per PBX."""
        return list(self.pump.feeds.values())

    @property
    def keepers(self) -> dict[str, Keeper]:
        """The outlets whose memory outlives the process, by their names in a checkpoint."""
        return {"tally": self.tally, "ledger": self.writer}


def build_journal(settings: Settings) -> Journal:
    """The journal, in the state folder unless the settings say otherwise."""
    folder = Path(settings.journal.folder or Path(settings.state.folder) / "journal")
    limits = Limits(settings.journal.max_bytes, round(settings.journal.max_age_days * DAY_US))
    return Journal(folder, limits)


def build_pump(journal: Journal, clock: Clock) -> Pump:
    """The pump, with the core's own feeds."""
    return Pump(journal, Feed, clock)


def build_tally(settings: Settings, clock: Clock) -> Tally:
    """The counts since start, with days of the site's time zone."""
    return Tally(clock.wall(), ZoneInfo(settings.site.time_zone))


def bring_back(gateway: Gateway) -> None:
    """Feeds and counts as they were when the gateway stopped or was killed."""
    now = datetime.fromtimestamp(gateway.clock.wall() / SECOND, ZoneInfo(gateway.settings.site.time_zone))
    earliest = min(now.replace(hour=0, minute=0, second=0, microsecond=0), now - BACK)
    began = gateway.clock.mono()
    done = restore(
        gateway.journal.folder, round(earliest.timestamp()) * SECOND, gateway.pump.feeds, Feed, gateway.keepers,
        set(gateway.settings.pbx), lambda text: log.warning("restart.not_known", what=text),
    )  # fmt: skip
    if done.since is not None or done.inputs:
        seconds = (gateway.clock.mono() - began) / SECOND
        log.info("restart.brought_back", checkpoint=done.since is not None, inputs=done.inputs, facts=done.facts,
                 seconds=round(seconds, 3))  # fmt: skip


def build_checkpoints(gateway: Gateway) -> Checkpoints:
    """What a restart goes on from, written now and then."""
    return Checkpoints(gateway.journal, gateway.pump.feeds, gateway.keepers, gateway.clock.wall)


def build_feed(gateway: Gateway, name: str) -> None:
    """The feed of one PBX, as a restart brought it back or fresh, and the connection that fills it."""
    site = build_site(gateway.settings, name)
    if name in gateway.pump.feeds:
        door = gateway.pump.resume(name, site)
    else:
        door = gateway.pump.start(name, site, blind_since=gateway.clock.wall())
    connection = Connection(build_account(name, gateway.settings.pbx[name]), door)
    gateway.connections[name] = connection
    gateway.pump.link(name, connection)


def build_account(name: str, pbx: Pbx) -> Account:
    """How the connection reaches a PBX and logs in."""
    context = ssl.create_default_context(cafile=pbx.tls_ca_file) if pbx.tls else None
    secret = pbx.secret.get_secret_value() if pbx.secret is not None else ""
    return Account(
        name, pbx.host, pbx.port, pbx.username, secret, pbx.login, pbx.events, context, gather_s=pbx.gather_ms / 1000
    )  # fmt: skip


def build_metrics(gateway: Gateway) -> Metrics:
    """Prometheus over the feeds and the shells' own figures."""
    status = gateway.pump.status
    readings: dict[str, Callable[[], float | None]] = {
        "journal_bytes": lambda: gateway.journal.status.kept_bytes,
        "loop_lag_seconds": lambda: status.loop_lag_us / 1_000_000,
        "ledger_backlog": lambda: gateway.writer.backlog,
    }
    ledger = gateway.writer.status
    return Metrics(
        lambda: gateway.feeds, gateway.clock.wall, readings,
        {"apply_seconds": status.apply, "ledger_flush_seconds": ledger.flush},
        counts={
            "ledger_rows_total": lambda: {(): ledger.rows},
            "recovered_visits_total": lambda: {(pbx, "log"): count for pbx, count in ledger.recovered.items()},
            "queue_log_quarantined_total": lambda: gateway.logs.quarantined,
        },
    )  # fmt: skip


def build_server(gateway: Gateway) -> Server:
    """HTTP over the live state."""
    house = House(
        feeds=lambda: gateway.feeds,
        dependencies=lambda: [
            judge_journal(gateway.journal),
            judge_ledger(gateway.writer),
            *judge_key(gateway.key_watch),
            *judge_logs(gateway.logs.files),
            *judge_tables(gateway.logs.tables),
            *judge_pbxs(gateway.connections),
        ],
        tally=gateway.tally,
        meters=gateway.metrics,
        clock=gateway.clock.wall,
        audit=gateway.audit,
        zone=ZoneInfo(gateway.settings.site.time_zone),
        past=gateway.past,
        followed=lambda: gateway.logs.followed,
    )
    http = gateway.settings.http
    token = http.token.get_secret_value() if http.token is not None else None
    return Server(house, http.host, http.port, Access(token, http.loopback_role, gateway.tokens))


def build_retention(gateway: Gateway, ledger: Ledger) -> Retention:
    """What ends the keeping of numbers and facts, by the settings in force."""
    return Retention(ledger, gateway.audit, lambda: find_limits(gateway.settings), gateway.clock.wall)


def build_writer(gateway: Gateway) -> Writer:
    """What writes the ledger, by the settings in force of each PBX."""
    return Writer(
        find_address(gateway.settings), socket.gethostname(), lambda pbx: gateway.pump.feeds[pbx].state.site,
        gateway.clock.wall, gateway.sealer,
    )  # fmt: skip
