"""Label values: which texts may become a time series.

Law: the number of series is bounded by the settings and the PBX's configuration, whatever arrives on the wire.
"""

from collections.abc import Mapping

from gateway.core.follow_calls import NO_LINE
from gateway.core.site import UNKNOWN_LINE, Site

OTHER = "other"
MOST_QUEUES = 1_000
MOST_KINDS = 100


class Labels:
    """Maps what facts say to label values; a value with no place becomes `unknown` or `other`."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """`sites` by PBX name."""
        self._queues: set[str] = set()
        self._kinds: set[str] = set()
        self.configured(sites)

    def configured(self, sites: Mapping[str, Site]) -> None:
        """The settings were reloaded. Series that exist stay."""
        self._sites = dict(sites)
        self._lines = {line.did for site in sites.values() for line in site.lines} | {NO_LINE}

    def line(self, line: str) -> str:
        """A line of the settings, `none` for a call that came over no line, else the unknown line."""
        return line if line in self._lines else UNKNOWN_LINE

    def queue(self, pbx: str, queue: str) -> str:
        """The site-wide id of a queue. Asterisk lets only a configured queue exist, but realtime queues are rows of
        a database: the cap keeps a mistake there from becoming a million series."""
        site = self._sites.get(pbx)
        found = site.queue_id(queue) if site else queue
        return _admit(self._queues, found, MOST_QUEUES)

    def named_queue(self, pbx: str, queue: str) -> str:
        """As `queue`, for a name that came in a dialplan marker: only queues that had a visit or a rule are known."""
        site = self._sites.get(pbx)
        found = site.queue_id(queue) if site else queue
        ruled = site is not None and any(rule.name.lower() == queue.lower() for rule in site.queues)
        return found if ruled or found in self._queues else OTHER

    def kind(self, kind: str) -> str:
        """A short fixed word of the core."""
        return _admit(self._kinds, kind, MOST_KINDS)


def score_survey(text: str) -> str:
    """1 to 5 as keyed by the caller, else `none`: he may have pressed anything or nothing."""
    return text if text in {"1", "2", "3", "4", "5"} else "none"


def _admit(known: set[str], value: str, most: int) -> str:
    if value in known:
        return value
    if len(known) >= most:
        return OTHER
    known.add(value)
    return value
