"""What is wrong with the way a PBX lets itself be watched: pure.

Law: a finding names what is missing, the figure it makes wrong, and what to change on the PBX. What was not asked or
not answered yet is "not known", never "fine".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

OLDEST = (16, 0, 0)
"""The oldest version the gateway is tested with. LoginTime came in 16.23, QueueWithdrawCaller in 16.25 (asterisk-
facts 7)."""

SAFE = (22, 10, 1)
"""22.10.1 closed 20 advisories (asterisk-facts 8.1)."""


class Weight(StrEnum):
    """How bad a finding is: WRONG figures, LESS of them, or merely worth knowing."""

    WRONG = "wrong"
    LESS = "less"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor found. `code` is fixed; `figure` is what it makes wrong or null; `remedy` what to change."""

    code: str
    weight: Weight
    what: str
    figure: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What the PBX answered. `settings`: CoreSettings, `commands`: ListCommands (None: not answered yet).

    `events`: how many of each event were seen since login; `stamped`: whether live events carry `Timestamp` (None: none
    was seen yet); `logged_in_s`: seconds since login.
    """

    settings: Mapping[str, str] | None = None
    commands: Mapping[str, str] | None = None
    events: Mapping[str, int] | None = None
    stamped: bool | None = None
    logged_in_s: float = 0.0


NEEDED: tuple[tuple[str, str, str, Weight], ...] = (
    ("QueueStatus", "queues, waiting callers and agents after a reconnect", "load app_queue", Weight.WRONG),
    ("CoreShowChannels", "calls in progress after a reconnect", "write=reporting", Weight.WRONG),
    ("Status", "the line of calls in progress after a reconnect", "write=reporting", Weight.LESS),
    (
        "DeviceStateList",
        "seat and agent states (unreachable, other_call) after a reconnect",
        "write=reporting",
        Weight.LESS,
    ),
    ("CoreStatus", "detection of a PBX restart, and with it lost calls", "write=reporting", Weight.LESS),
)
"""(action, figure that suffers without it, how to allow it, weight): asterisk-facts 1.3 and 5.1."""

DANGEROUS = ("Originate", "Command", "Reload", "ModuleLoad", "UpdateConfig", "MixMonitor", "DBPut")
"""Actions a reading account should not have: each is a way to a shell or to free calls (asterisk-facts 8.1)."""

VERSIONED = "every figure whose rule differs by version"
FIRST_EVENTS_S = 5.0


def examine(answers: Answers) -> list[Finding]:
    """All findings, the worst first."""
    found = [*_settings(answers), *_commands(answers), *_events(answers)]
    return sorted(found, key=lambda finding: list(Weight).index(finding.weight))


def read_version(text: str) -> tuple[int, int, int] | None:
    """`22.10.1+dfsg` -> (22, 10, 1); `certified/18.9-cert1` -> (18, 9, 0); None when it is no version."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def _settings(answers: Answers) -> list[Finding]:
    if answers.settings is None:
        return []
    if answers.settings.get("Response") != "Success":
        what = "CoreSettings is not allowed, so the version of Asterisk is not known"
        return [Finding("version_unknown", Weight.LESS, what, VERSIONED, "write=reporting")]
    text = answers.settings.get("AsteriskVersion", "")
    version = read_version(text)
    if version is None:
        what = f"Asterisk calls its version {text[:40]!r}"
        return [Finding("version_unknown", Weight.NOTE, what, VERSIONED, "none")]
    if version < OLDEST:
        what = f"Asterisk {text} is older than {OLDEST[0]}"
        figure = "visits, offers and agent states: events and fields are missing"
        return [Finding("version_old", Weight.WRONG, what, figure, f"update Asterisk to {OLDEST[0]} or later")]
    if version < SAFE:
        what = f"Asterisk {text} has published security defects"
        figure = "none; but a caller may stop the PBX or forge records"
        return [Finding("version_unsafe", Weight.NOTE, what, figure, "update to 22.10.1 or later")]
    return []


def _commands(answers: Answers) -> list[Finding]:
    """ListCommands names only what the account may do (main/manager.c `action_listcommands`)."""
    if answers.commands is None or answers.commands.get("Response") != "Success":
        return []
    found = [
        Finding(f"no_{action.lower()}", weight, f"the account may not use {action}", figure, remedy)
        for action, figure, remedy, weight in NEEDED
        if action not in answers.commands
    ]
    if excess := [action for action in DANGEROUS if action in answers.commands]:
        what = f"the account may {', '.join(excess)}, which a reader does not need"
        remedy = "write=reporting, no more"
        found.append(Finding("too_much", Weight.NOTE, what, "none; but its secret opens the PBX", remedy))
    return found


def _events(answers: Answers) -> list[Finding]:
    if answers.events is None:
        return []
    found = []
    if "FullyBooted" not in answers.events and answers.logged_in_s >= FIRST_EVENTS_S:
        what = "no FullyBooted since login: the account cannot read class system, or Asterisk still boots"
        figure = "detection of restarts and reloads, trunk and seat reachability"
        found.append(Finding("no_system_events", Weight.LESS, what, figure, "read=system,call,agent,user"))
    if answers.stamped is False:
        what = "events carry no Timestamp, so they are timed on arrival"
        figure = "answer latency and every duration: off by the transport's delay instead of exact to the microsecond"
        found.append(Finding("no_timestamps", Weight.WRONG, what, figure, "manager.conf [general] timestampevents=yes"))
    found += _blind_spots(answers.events)
    return found


def _blind_spots(events: Mapping[str, int]) -> list[Finding]:
    """Classes of events that seem not to be readable, judged by what came without them."""
    has_queues = any(events.get(name) for name in ("QueueCallerJoin", "QueueMemberStatus", "AgentCalled"))
    if events.get("Newchannel") and not has_queues:
        what = "channels but no queue event: no call entered a queue yet, or the account cannot read class agent"
        return [Finding("no_agent_events", Weight.NOTE, what, "visits, offers and agent states", "read=agent")]
    if events.get("QueueCallerJoin") and not events.get("Newchannel"):
        what = "callers join queues but no channel is seen: the account cannot read class call"
        return [Finding("no_call_events", Weight.WRONG, what, "calls, lines, answer latency, talk time", "read=call")]
    return []
