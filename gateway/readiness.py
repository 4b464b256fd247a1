"""How readyz shows each part: what works, since when, and what is wrong with it. Pure looks at plain counters."""

from collections.abc import Mapping

from gateway.asterisk import Connection
from gateway.asterisk.doctor import Answers, Finding, Weight, examine
from gateway.asterisk.log_feed import LogFeed
from gateway.asterisk.tail_status import REMEDY, TailState
from gateway.core.log_table import REMEDY as TABLE_REMEDY
from gateway.core.log_table import WORKS
from gateway.journal import Journal
from gateway.ledger.keys import KeyWatch
from gateway.ledger.table_feed import TableFeed
from gateway.ledger.writer import Writer
from gateway.web.sources import Dependency


def judge_journal(journal: Journal) -> Dependency:
    """The journal: writable, or how many inputs are not in it."""
    status = journal.status
    why = f"{status.error}; {status.lost_inputs} inputs are not in it" if status.error else ""
    return Dependency("journal", status.error is None, status.since, why)


def judge_ledger(writer: Writer) -> Dependency:
    """The ledger: written to, or why not and how much waits."""
    status = writer.status
    why = f"{status.error}; {writer.backlog} rows wait to be written" if status.error else ""
    return Dependency("ledger", status.error is None, status.since, why)


def judge_key(watch: KeyWatch | None) -> list[Dependency]:
    """The key of callers' numbers, where there is one: whether it fits those that are stored."""
    return [] if watch is None else [Dependency("callers_key", not watch.why, watch.since, watch.why)]


def judge_logs(logs: Mapping[str, LogFeed]) -> list[Dependency]:
    """Each queue_log that is to be followed."""
    shown = []
    for name, feed in logs.items():
        tail = feed.tail
        why = ": ".join(part for part in (tail.error, REMEDY.get(tail.state)) if part) or tail.state.value
        works = tail.state in {TailState.HISTORY, TailState.FOLLOWING}
        shown.append(Dependency(f"queue_log:{name}", works, tail.since, "" if works else why))
    return shown


def judge_tables(tables: Mapping[str, TableFeed]) -> list[Dependency]:
    """Each realtime queue_log that is to be followed."""
    shown = []
    for name, feed in tables.items():
        table = feed.table
        works = table.state in WORKS
        why = ": ".join(part for part in (table.error, TABLE_REMEDY.get(table.state)) if part) or table.state.value
        shown.append(Dependency(f"queue_log:{name}", works, table.since, "" if works else why))
    return shown


def judge_pbxs(connections: Mapping[str, Connection]) -> list[Dependency]:
    """What the doctor finds: each PBX with the figures that suffer."""
    shown = []
    for name, connection in connections.items():
        bad = [finding for finding in examine_pbx(connection) if finding.weight is not Weight.NOTE]
        why = "; ".join(f"{finding.what}: {finding.figure}" for finding in bad)
        shown.append(Dependency(f"doctor:{name}", not bad, None, why))
    return shown


def examine_pbx(connection: Connection) -> list[Finding]:
    """What the doctor finds from the answers that the connection got."""
    answers = connection.status.answers
    return examine(Answers(settings=answers.get("CoreSettings"), commands=answers.get("ListCommands")))
