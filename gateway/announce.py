"""The outlet that speaks to operators: what changed about a feed, and what does not fit, as log lines.

Law: an outlet like any other. Nothing per call, nothing a caller can say, and one line a minute for a kind of trouble
that repeats, with how often it came. What is amiss with a PBX - a right it withholds, its age - is said once, in the
words of readyz, whenever it comes to light.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import structlog

from gateway.asterisk.doctor import Finding
from gateway.core.facts import (
    BlindTime,
    DeviceUnknown,
    Fact,
    FeedDown,
    FeedUp,
    PbxRestarted,
    SeatsExceeded,
    StateCorrected,
    Unexpected,
)
from gateway.views import Feed

log = structlog.get_logger()

QUIET_US = 60_000_000
Trouble = tuple[str, str, str]
Line = tuple[str, dict[str, str]]
"""(event, its words)"""


class Announcer:
    """Logs facts, and what `look` finds. `feeds` are all there are, `examine(pbx)` gives the doctor's findings."""

    def __init__(self, feeds: Callable[[], Iterable[Feed]], examine: Callable[[str], Iterable[Finding]]) -> None:
        self._feeds = feeds
        self._examine = examine
        self._amiss: dict[str, list[Line]] = {}
        self._said_at: dict[Trouble, int] = {}
        self._unsaid: Counter[Trouble] = Counter()

    def offer(self, fact: Fact) -> None:
        """Log a fact that concerns operators; all others pass."""
        match fact:
            case FeedUp():
                log.info("feed.up", pbx=fact.pbx, version=fact.version)
            case FeedDown():
                log.warning("feed.down", pbx=fact.pbx, reason=fact.reason)
            case BlindTime():
                seconds = (fact.at - fact.start) / 1_000_000
                log.info("feed.blind_time", pbx=fact.pbx, seconds=seconds, cause=fact.cause, repaired=fact.repaired)
            case PbxRestarted():
                log.warning("pbx.restarted", pbx=fact.pbx)
            case DeviceUnknown():
                log.warning("seats.device_unknown", pbx=fact.pbx, device=fact.device, agent=fact.agent)
            case SeatsExceeded():
                log.warning("seats.exceeded", pbx=fact.pbx, signed_in=fact.signed_in, seats=fact.seats)
            case StateCorrected():
                self._tell_rarely("state.corrected", fact.kind, fact)
            case Unexpected():
                self._tell_rarely("core.unexpected", fact.kind, fact)

    def look(self) -> None:
        """Say what is amiss with a PBX and was not said yet; called again and again, for answers come when they come.

        While a feed is down nothing counts as mended: what is still amiss afterwards is not said again.
        """
        for feed in self._feeds():
            said = self._amiss.get(feed.pbx, [])
            amiss = [*map(_spell_finding, self._examine(feed.pbx)), *map(_spell_missing, feed.status.missing)]
            for line in amiss:
                if line not in said:
                    log.warning(line[0], pbx=feed.pbx, **line[1])
            self._amiss[feed.pbx] = amiss if feed.status.live else [*amiss, *(old for old in said if old not in amiss)]

    def _tell_rarely(self, event: str, kind: str, fact: Fact) -> None:
        """`detail` of a fact is hostile text and stays out of the log; the journal has it."""
        trouble = event, fact.pbx, kind
        self._unsaid[trouble] += 1
        said_at = self._said_at.get(trouble)
        if said_at is None or not 0 <= fact.at - said_at < QUIET_US:
            self._said_at[trouble] = fact.at
            log.warning(event, pbx=fact.pbx, kind=kind, times=self._unsaid.pop(trouble))


def _spell_finding(finding: Finding) -> Line:
    return "pbx.finding", {
        "code": finding.code, "weight": str(finding.weight), "what": finding.what, "figure": finding.figure,
        "remedy": finding.remedy,
    }  # fmt: skip


def _spell_missing(missing: tuple[str, str]) -> Line:
    return "feed.missing", {"what": missing[0], "figure": missing[1]}
