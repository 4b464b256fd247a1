"""Everything Prometheus sees, built once by `app`.

Law: no global registry, so that a library cannot add a series; no `_created` series, which double the page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import prometheus_client
from prometheus_client import Histogram

from gateway.core.facts import Fact
from gateway.core.site import Site
from gateway.metrics.counted import Counted
from gateway.metrics.exposition import CONTENT_TYPE, PREFIX, Family
from gateway.metrics.gauges import Gauges
from gateway.metrics.page import Page
from gateway.metrics.sources import Durations
from gateway.views import Feed

REQUEST_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """`offer` makes it an outlet of the stream of facts; `page` is the text of `/metrics`."""

    content_type: Final = CONTENT_TYPE

    def __init__(
        self,
        feeds: Callable[[], Iterable[Feed]],
        clock: Callable[[], int],
        readings: Mapping[str, Callable[[], float | None]],
        durations: Mapping[str, Durations],
        keep_seconds: float = 1.0,
        counts: Mapping[str, Callable[[], Mapping[tuple[str, ...], float]]] = MappingProxyType({}),
    ) -> None:
        """`feeds`: those of all PBXs, asked at every scrape. `clock`: wall clock in µs. `readings`: present values of
        `loop_lag_seconds`, `journal_bytes`, `ledger_backlog`; `durations`: `apply_seconds`, `ledger_flush_seconds`;
        `counts`: `ledger_rows_total`, `recovered_visits_total`, `queue_log_quarantined_total`. Raises
        ValueError for any other name."""
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left it untyped
        self._feeds = feeds
        self._counted = Counted(self._sites())
        self._gauges = Gauges(feeds, clock, readings, durations, counts)
        name, text = f"{PREFIX}http_request_duration_seconds", "HTTP requests answered."
        labels = ("method", "route", "status")
        self._requests = Family(Histogram(name, text, labels, registry=None, buckets=REQUEST_BUCKETS), labels)
        self._page = Page(self._gauges.take, self._write, keep_seconds)

    def offer(self, fact: Fact) -> None:
        """Counts one fact; never waits."""
        self._counted.offer(fact)

    def configured(self) -> None:
        """The settings of the feeds were reloaded, or there is another PBX."""
        self._counted.configured(self._sites())

    def request_took(self, method: str, route: str, status: int, seconds: float) -> None:
        """One HTTP request was answered. `route` is the template, never the path; the caller bounds all three."""
        self._requests.move(method, route, str(status)).observe(seconds)

    async def page(self) -> bytes:
        """The text exposition, at most one second old."""
        return await self._page.read()

    @property
    def families(self) -> list[Family]:
        """What facts and requests move."""
        return [*self._counted.families, self._requests]

    def _write(self) -> Iterator[str]:
        yield from self._gauges.write()
        for family in self.families:
            yield from family.write()

    def _sites(self) -> dict[str, Site]:
        return {feed.pbx: feed.state.site for feed in self._feeds()}
