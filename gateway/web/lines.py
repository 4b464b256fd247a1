"""Lines (热线) over all PBXs: what the settings say, what is live, what was counted.

Law: pure. A call to a number of no line is on the line `unknown`, which is always listed: never lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.core.access import Principal
from gateway.core.calls import CallPhase
from gateway.core.site import UNKNOWN_LINE, Line
from gateway.core.words import Direction, VisitOutcome
from gateway.views import Feed
from gateway.web import scope, shapes
from gateway.web.live import show_promise
from gateway.web.spelling import spell_time
from gateway.web.tally import Day, Tally

WAITING: Final = frozenset({CallPhase.WAITING, CallPhase.RINGING})
TALKING: Final = frozenset({CallPhase.TALKING, CallPhase.HELD})
NO_CALL_YET: Final = "no call was seen yet"
Phases = dict[tuple[str, str], Counter[CallPhase]]
"""Live inbound calls of a line, by (pbx, line)."""


def show_lines(feeds: Iterable[Feed], tally: Tally, now: int, who: Principal) -> Iterator[shapes.Line]:
    """Every line of the settings of any PBX, then the unknown one; `now` in µs: which day it is. Who is limited to some
    queues sees of a line what is on the PBXs where its queue is one of them."""
    today = tally.today(now)
    feeds = list(feeds)
    phases = _count_phases(feeds)
    known = {line.did: line for feed in reversed(feeds) for line in feed.state.site.lines}
    unknown = Line(did=UNKNOWN_LINE, name="")
    for line in (*known.values(), unknown):
        homes = [feed for feed in feeds if line is unknown or line.did in feed.state.site.line_by_did]
        seen = [feed for feed in homes if scope.sees_line(who, feed.state.site, line)]
        calls = [at for feed in seen if (at := tally.last_call.get((feed.pbx, line.did))) is not None]
        if seen or who.queues is None:
            live = sum((phases[feed.pbx, line.did] for feed in seen), Counter[CallPhase]())
            yield _show_line(line, seen, today, live, max(calls, default=None))


def _count_phases(feeds: Iterable[Feed]) -> Phases:
    phases: Phases = defaultdict(Counter)
    for feed in feeds:
        for call in feed.state.calls.values():
            if call.direction is Direction.INBOUND:
                phases[feed.pbx, call.line][call.phase] += 1
    return phases


def _show_line(line: Line, homes: list[Feed], today: Day, phases: Counter[CallPhase], last: int | None) -> shapes.Line:
    pbxs = [feed.pbx for feed in homes]
    return shapes.Line(
        did=line.did,
        name=line.name,
        department=line.department,
        mode=line.mode,
        window=line.window,
        queues=_find_queues(line, homes),
        pbxs=pbxs,
        live=all(feed.status.live for feed in homes),
        promise=show_promise(line.promise) if line.promise else None,
        calls_live=phases.total(),
        waiting=sum(phases[phase] for phase in WAITING),
        talking=sum(phases[phase] for phase in TALKING),
        calls=sum(today.calls[pbx, line.did] for pbx in pbxs),
        last_call_at=spell_time(last),
        visits={
            outcome.value: sum(today.line_visits[pbx, line.did, outcome.value] for pbx in pbxs)
            for outcome in VisitOutcome
        },
        reasons={} if last is not None else {"last_call_at": NO_CALL_YET},
    )


def _find_queues(line: Line, homes: list[Feed]) -> list[str]:
    """Ids of the line's queue; PBXs that share an id share the queue."""
    if not line.queue:
        return []
    return list(dict.fromkeys(feed.state.site.queue_id(line.queue) for feed in homes))
