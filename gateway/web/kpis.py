"""`/v1/kpis`: the figures of a period, each with what it is made of and how sure it is.

Law: every figure a promise is judged by carries definition, numerator, denominator and precision; what was not seen
makes a range, and is said beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from aiohttp import web
from pydantic import Field

from gateway.core.access import Right
from gateway.core.gaps import read_outage
from gateway.core.history import Wanted
from gateway.core.period_figures import DEFINITION, Blindness, Count, Figures, judge_blindness, sum_up
from gateway.core.site import SECOND
from gateway.web.access import principal_of
from gateway.web.filters import read_query
from gateway.web.operations import Operation, send
from gateway.web.pages import PERIOD, past_of, read_wanted, spell_now, telling
from gateway.web.periods import FROM, TO
from gateway.web.problems import RefusalError
from gateway.web.shapes import Reasons, Time
from gateway.web.sources import House
from gateway.web.spelling import spell_time

FILTERS: Final = {"queue": (), "line": (), "pbx": ()}
NOBODY: Final = "nobody asked in this period"
UNDECIDED: Final = "answers whose wait is known to the second only, or whose end nobody saw, may be within the promise"
SUMMARY: Final = "Figures of a period: counts by outcome and the service level, as a range where time was not seen."
GAPS_MAX: Final = 1_000
NO_PERIOD: Final = "Say from when: a time or a date."


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Answered within the promise, of all requests."""

    definition: str
    least: Annotated[float | None, Field(description="If every answer in doubt was late.")]
    most: Annotated[float | None, Field(description="If every answer in doubt was in time; equal to `least`: exact.")]
    numerator_least: int
    numerator_most: int
    denominator: int
    precision: Annotated[str, Field(json_schema_extra={"enum": ["exact", "range"]})]
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Kpis:
    """Of one queue, or of all together (`queue` null)."""

    queue: str | None
    visits: Annotated[dict[str, int], Field(description="Settled visits that joined in the period, by outcome.")]
    visits_open: Annotated[int, Field(description="They last, or nobody has seen how they ended; in no other figure.")]
    counts_exact: Annotated[bool, Field(description="false: at least so many; `reasons` say why.")]
    service_level: ServiceLevel
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Answer:
    """The period's figures, all queues together first."""

    as_of: Time
    period: dict[str, Time | None]
    blind_seconds: Annotated[float, Field(description="Not seen by the feeds; the sum over PBXs.")]
    items: list[Kpis]


def make_kpis(house: House) -> tuple[Operation, ...]:
    """The operation."""

    async def show(request: web.Request) -> web.Response:
        query = read_query(request.query, FILTERS, is_paged=False, once=PERIOD)
        wanted = read_wanted(query, house, principal_of(request))
        if wanted.since is None:
            raise RefusalError(400, NO_PERIOD, FROM)
        until = min(wanted.until or house.clock(), house.clock())
        with telling():
            counts = await past_of(house).figures.count(wanted)
            blindness = await _look_for_gaps(house, wanted, until)
        period = {FROM: spell_time(wanted.since), TO: spell_time(wanted.until)}
        items = list(_show_all(counts, blindness))
        return send(Answer(spell_now(house), period, blindness.blind_us / SECOND, items))

    return (
        Operation(
            "/v1/kpis", "get_kpis", Right.HISTORY, SUMMARY, show, Answer, filters=FILTERS, once=PERIOD,
            refusals=(400, 503),
        ),
    )  # fmt: skip


async def _look_for_gaps(house: House, wanted: Wanted, until: int) -> Blindness:
    match = {name: values for name, values in wanted.match.items() if name == "pbx"}
    page = await past_of(house).history.gaps(Wanted(wanted.since, until, match, limit=GAPS_MAX))
    lasting = [
        read_outage(feed.pbx, past_of(house).gateway, feed.status.blind_since, feed.status.reason or "")
        for feed in house.feeds()
        if feed.status.blind_since is not None and feed.pbx in match.get("pbx", {feed.pbx})
    ]
    known = {row.id: row for row in (*page.rows, *lasting)}
    seen = judge_blindness(wanted.since or 0, until, known.values(), house.followed())
    more = "there are more gaps in the period than are looked at; ask for a shorter one"
    return seen._replace(doubts=(*seen.doubts, more)) if page.next is not None else seen


def _show_all(counts: Sequence[Count], blindness: Blindness) -> Iterable[Kpis]:
    yield _show(None, sum_up(counts), blindness)
    for queue in sorted({count.queue for count in counts}):
        yield _show(queue, sum_up(count for count in counts if count.queue == queue), blindness)


def _show(queue: str | None, figures: Figures, blindness: Blindness) -> Kpis:
    doubts = "; ".join(blindness.doubts)
    reasons = {"counts_exact": doubts} if doubts else {}
    return Kpis(queue, dict(figures.outcomes), figures.open, not doubts, _show_level(figures, doubts), reasons)


def _show_level(figures: Figures, doubts: str) -> ServiceLevel:
    asked, is_sure = figures.asked, figures.least == figures.most and not doubts
    reasons = {} if is_sure else {"precision": doubts or UNDECIDED}
    if not asked:
        reasons |= dict.fromkeys(("least", "most"), NOBODY)
    return ServiceLevel(
        DEFINITION, figures.least / asked if asked else None, figures.most / asked if asked else None, figures.least,
        figures.most, asked, "exact" if is_sure else "range", reasons,
    )  # fmt: skip
