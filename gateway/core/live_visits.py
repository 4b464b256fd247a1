"""Facts of the feed -> visits as the feed alone tells them, each said again when more of it is known."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gateway.core import facts as ft
from gateway.core.words import EndedBy, OfferOutcome, VisitOutcome

OPEN_MAX = 20_000


class LiveVisit(NamedTuple):
    """One visit by the feed. Times UTC µs, durations µs; None is unknown, or not yet. `queue` is the site-wide id."""

    id: str
    callid: str
    queue: str
    line: str
    entered_as: str | None = None
    """The callid it joined with, where a transfer gave its place to another channel."""
    position: int | None = None
    agent: str | None = None
    seat: str | None = None
    joined_at: int | None = None
    picked_up_at: int | None = None
    connected_at: int | None = None
    left_at: int | None = None
    ended_at: int | None = None
    outcome: VisitOutcome | None = None
    reason: str | None = None
    ended_by: EndedBy | None = None
    wait_us: int | None = None
    ring_us: int | None = None
    hold_us: int | None = None
    talk_us: int | None = None
    wrap_up_us: int | None = None
    wrap_up_by: str | None = None
    within_promise: bool | None = None
    precision: str = "us"
    is_over: bool = False
    seen_at: int | None = None
    """When the feed saw it first; of one found in a snapshot that is all the time there may be."""


class LiveBook:
    """The visits the feed has open, and those whose after-call work may still end."""

    def __init__(self, opened: tuple[LiveVisit, ...] = ()) -> None:
        self.open: dict[str, LiveVisit] = {visit.id: visit for visit in opened}

    def see(self, fact: ft.Fact) -> list[LiveVisit]:
        """The visits that this fact says something new of, as they stand now."""
        follow = _FOLLOW.get(type(fact))
        return list(follow(self, fact)) if follow is not None else []

    def _keep(self, visit: LiveVisit) -> LiveVisit:
        self.open.pop(visit.id, None)
        self.open[visit.id] = visit
        if len(self.open) > OPEN_MAX:
            del self.open[next(iter(self.open))]
        return visit

    def _find(self, fact: Any) -> LiveVisit:
        known = self.open.get(fact.visit)
        if known is None:
            return LiveVisit(fact.visit, fact.call, fact.queue, fact.line)
        if known.callid == fact.call:
            return known
        return known._replace(callid=fact.call, line=fact.line, entered_as=known.entered_as or known.callid)

    def _join(self, fact: ft.VisitJoined) -> Iterator[LiveVisit]:
        yield self._keep(
            self._find(fact)._replace(
                position=fact.position, joined_at=fact.joined_at, precision=fact.precision, seen_at=fact.at
            )
        )

    def _pick_up(self, fact: ft.VisitPickedUp) -> Iterator[LiveVisit]:
        """Not the last word: AgentDump may undo it, so it is no outcome."""
        yield self._keep(self._find(fact)._replace(picked_up_at=fact.at, agent=fact.agent, seat=fact.seat))

    def _ring(self, fact: ft.OfferEnded) -> Iterator[LiveVisit]:
        visit = self.open.get(fact.visit or "")
        if visit is not None and fact.outcome is OfferOutcome.ANSWERED:
            yield self._keep(visit._replace(ring_us=fact.ring_us))

    def _settle(self, fact: ft.VisitSettled) -> Iterator[LiveVisit]:
        is_answered = fact.outcome is VisitOutcome.ANSWERED
        visit = self._find(fact)._replace(
            agent=fact.agent, seat=fact.seat, joined_at=fact.joined_at, picked_up_at=fact.picked_up_at,
            connected_at=fact.connected_at, left_at=None if is_answered else fact.left_at, outcome=fact.outcome,
            reason=fact.reason, wait_us=fact.wait_us, within_promise=fact.within_promise, precision=fact.precision,
            is_over=not is_answered,
        )  # fmt: skip
        if not is_answered:
            visit = visit._replace(ring_us=None)
            self.open.pop(fact.visit, None)
            yield visit
        else:
            yield self._keep(visit)

    def _end(self, fact: ft.VisitEnded) -> Iterator[LiveVisit]:
        yield self._keep(
            self._find(fact)._replace(
                agent=fact.agent or None, seat=fact.seat, ended_at=fact.at if fact.talk_us is not None else None,
                ended_by=fact.ended_by, talk_us=fact.talk_us, hold_us=fact.hold_us, is_over=True,
            )
        )  # fmt: skip

    def _wrap_up(self, fact: ft.WrapUpEnded) -> Iterator[LiveVisit]:
        visit = self.open.pop(fact.visit or "", None)
        if visit is not None:
            yield visit._replace(wrap_up_us=fact.at - fact.start, wrap_up_by=fact.ended_by)


_FOLLOW: dict[type, Callable[[LiveBook, Any], Iterator[LiveVisit]]] = {
    ft.VisitJoined: LiveBook._join,  # noqa: SLF001 - its own table
    ft.VisitPickedUp: LiveBook._pick_up,  # noqa: SLF001
    ft.OfferEnded: LiveBook._ring,  # noqa: SLF001
    ft.VisitSettled: LiveBook._settle,  # noqa: SLF001
    ft.VisitEnded: LiveBook._end,  # noqa: SLF001
    ft.WrapUpEnded: LiveBook._wrap_up,  # noqa: SLF001
}
