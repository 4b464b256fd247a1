"""A gateway's inner half - connection, pump, journal, core - beside a real Asterisk with a few accounts more.

Law: wired as the application wires them; what is added only remembers.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.asterisk import Account, Connection, Retry
from gateway.canonical import spell_fact
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site
from gateway.journal import Journal
from gateway.pump import Door, Pump
from gateway.replay import replay
from lab import local
from lab.site import Site as Lab
from tests.shells.peer import Delays
from tests.shells.test_tls import certify

SITE = Site(
    lines=(Line("12345", "main"), Line("12315", "second")),
    queues=tuple(QueueRule(name, wrap_up_us=2_000_000) for name in ("hotline", "enterprise", "yi", "overflow")),
    seats=tuple(SeatRule(f"{seat:02}", f"PJSIP/80{seat:02}") for seat in range(1, 10)),
    agents=tuple(AgentRule(str(number)) for number in range(1001, 1019)),
)
# No write class at all: what Asterisk lets every account do is all it may do.
BARE = "[bare]\nsecret = lab-bare-secret\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.0/255.0.0.0\nread = agent\nwrite =\n"
SINGLE = "[single]\nsecret = lab-single-secret\nread = system\nwrite =\nallowmultiplelogin = no\n"
TLS_PORT = 5039


class WireLab(Lab):
    """A plain site with AMI over TLS and a few more accounts."""

    def _prepare(self) -> None:
        super()._prepare()
        keys = self.pbx.folder / "keys"
        certify(keys, "pbx")
        inside = f"/srv/lab/{self.pbx.name}/keys"
        general = self.pbx.etc / "local/manager-general.conf"
        tls = f"tlsenable = yes\ntlsbindaddr = {self.place.pbx_host}:{TLS_PORT}\n"
        general.write_text(
            general.read_text() + f"{tls}tlscertfile = {inside}/pbx.pem\ntlsprivatekey = {inside}/pbx.key\n"
        )
        accounts = self.pbx.etc / "local/manager.conf"
        accounts.write_text(accounts.read_text() + BARE + SINGLE)


@dataclass
class Heard:
    """An outlet that remembers."""

    facts: list[Fact] = field(default_factory=list)

    def offer(self, fact: Fact) -> None:
        self.facts.append(fact)

    def names(self) -> list[str]:
        return [type(fact).__name__ for fact in self.facts]


@dataclass
class Gateway:
    """Journal, pump, feed and connection of one PBX, as the application wires them."""

    journal: Journal
    pump: Pump
    feed: Feed
    door: Door
    connection: Connection
    heard: Heard

    @property
    def is_live(self) -> bool:
        return self.feed.status.live


def account_of(lab: Lab, user: str = "reader", **more: object) -> Account:
    secret = local.secret(user)
    settings: Any = {"pbx": "pbx1", "host": lab.place.pbx_host, "port": 5038, "username": user, "secret": secret} | more
    return Account(**settings)


@asynccontextmanager
async def running(folder: Path, account: Account) -> AsyncIterator[Gateway]:
    journal = Journal(folder)
    journal.open()
    pump = Pump(journal, Feed)
    pump.attach(heard := Heard())
    door = pump.start("pbx1", SITE, time.time_ns() // 1000)
    connection = Connection(account, door, Retry(Delays(0.2)))
    pump.link("pbx1", connection)
    task = asyncio.create_task(connection.run())
    try:
        yield Gateway(journal, pump, pump.feeds["pbx1"], door, connection, heard)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        pump.close()
        journal.close()


def replayed(folder: Path) -> bytes:
    notes: list[str] = []
    text = b"\n".join(map(spell_fact, replay([folder], Feed, notes.append)))
    assert notes == []
    return text


def spelt(heard: Heard) -> bytes:
    return b"\n".join(map(spell_fact, heard.facts))
