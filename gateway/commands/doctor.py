"""`hotline doctor`: logs in to every PBX as the gateway would, looks at the table of its queue_log where there is one,
and says what is missing and which figure suffers.

Law: it looks and leaves; no journal is written and nothing is changed on the PBX or in its database.
"""

import argparse
import asyncio
import json
import os
from dataclasses import asdict, dataclass, replace

from gateway import logs
from gateway.asterisk import Connection
from gateway.asterisk.doctor import Answers, Finding, Weight, examine
from gateway.commands.choose import load_settings
from gateway.core.feed import Feed
from gateway.inputs import Input
from gateway.ledger import table_doctor
from gateway.ledger.queue_table import find_table_address
from gateway.parts import build_account
from gateway.pump import Pump
from gateway.settings import Settings, build_site

WAIT_SECONDS = 12.0
LISTEN_SECONDS = 5.5
"""How long to listen after live state is complete: what never comes (FullyBooted, Timestamp) is missed only then."""


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one PBX. `reached`: logged in and answering; else `reason` and `remedy` say why not."""

    pbx: str
    reached: bool
    reason: str | None
    remedy: str | None
    version: str | None
    findings: list[Finding]


class NoJournal:
    """A recorder that keeps nothing: a look is no part of the record."""

    position = "none"

    def append(self, item: Input) -> None:
        """Forget the input."""


def run(options: argparse.Namespace) -> int:
    """Print the findings; 69 when a PBX cannot be reached, 1 when a figure would be wrong."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    logs.configure("error", "text")
    diagnoses = asyncio.run(consult(settings))
    if options.json:
        print(json.dumps([asdict(diagnosis) for diagnosis in diagnoses], ensure_ascii=False, indent=2))
    else:
        print("\n".join(line for diagnosis in diagnoses for line in describe(diagnosis)))
    if not all(diagnosis.reached for diagnosis in diagnoses):
        return os.EX_UNAVAILABLE
    return int(any(finding.weight is Weight.WRONG for diagnosis in diagnoses for finding in diagnosis.findings))


async def consult(settings: Settings) -> list[Diagnosis]:
    """All PBXs at once."""
    return await asyncio.gather(*(examine_both(settings, name) for name in settings.pbx))


async def examine_both(settings: Settings, name: str) -> Diagnosis:
    """One PBX, and the table it writes its queue_log to."""
    diagnosis, found = await asyncio.gather(examine_one(settings, name), examine_table(settings, name))
    return replace(diagnosis, findings=[*diagnosis.findings, *found])


async def examine_table(settings: Settings, name: str) -> list[Finding]:
    """What is found of the table; nothing where there is none to look at."""
    address = find_table_address(settings, name)
    found = await table_doctor.examine(address) if address is not None else []
    return [
        Finding(finding.code, Weight(finding.weight), finding.what, finding.figure, finding.remedy) for finding in found
    ]


async def examine_one(settings: Settings, name: str) -> Diagnosis:
    """Log in, wait for live state and answers, listen a little, judge."""
    pump = Pump(NoJournal(), Feed)
    connection = Connection(build_account(name, settings.pbx[name]), pump.start(name, build_site(settings, name)))
    pump.link(name, connection)
    feed = pump.feeds[name]
    task = asyncio.create_task(connection.run(), name=f"doctor {name}")
    try:
        listened = await listen(connection, feed)
        return diagnose(name, connection, feed, listened)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        pump.close()


async def listen(connection: Connection, feed: Feed) -> float:
    """Seconds listened since login; 0 when it never came to that, or as soon as a login was refused."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_SECONDS
    while loop.time() < end and not (feed.status.live and len(connection.status.answers) >= 2):
        if connection.status.reason is not None and not connection.status.connected:
            return 0.0
        await asyncio.sleep(0.05)
    await asyncio.sleep(LISTEN_SECONDS)
    return LISTEN_SECONDS if connection.status.connected else 0.0


def diagnose(name: str, connection: Connection, feed: Feed, listened: float) -> Diagnosis:
    """What the answers and the events seen say."""
    status, answers = connection.status, connection.status.answers
    if not status.connected:
        reason = f"{status.reason}: {status.detail}" if status.detail else str(status.reason or "no answer")
        return Diagnosis(name, reached=False, reason=reason, remedy=status.remedy, version=None, findings=[])
    found = examine(
        Answers(
            settings=answers.get("CoreSettings"),
            commands=answers.get("ListCommands"),
            events=feed.events,
            stamped=feed.decoder.timestamped or None,
            logged_in_s=listened,
        )
    )
    return Diagnosis(name, reached=True, reason=None, remedy=None, version=feed.status.version, findings=found)


def describe(diagnosis: Diagnosis) -> list[str]:
    """Lines for people."""
    lines = [
        f"{diagnosis.pbx}: Asterisk {diagnosis.version or 'of unknown version'}: {len(diagnosis.findings)} findings"
    ]
    if not diagnosis.reached:
        lines = [f"{diagnosis.pbx}: NOT REACHED: {diagnosis.reason}", f"    {diagnosis.remedy}"]
    for finding in diagnosis.findings:
        lines += [
            f"  {finding.weight}: {finding.what}",
            f"    figure: {finding.figure}",
            f"    remedy: {finding.remedy}",
        ]
    return lines
