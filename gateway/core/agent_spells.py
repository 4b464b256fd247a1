"""Facts -> spells: how long an agent was in one state. Each is told when it begins and again when it ends.

Law: a spell has the id of its agent, state and beginning, and what is told of it twice unites. What was found in a
snapshot began then or before, and says so (`start_is_bound`); queue_log knows no states.
"""

from typing import NamedTuple

from gateway.core import facts as ft
from gateway.core.ids import derive_id
from gateway.core.waits import EXACT, SECONDS
from gateway.core.words import AgentState

WORK = frozenset({AgentState.TALKING, AgentState.HELD, AgentState.WRAP_UP})
"""States in which he works on a visit."""


class SpellRow(NamedTuple):
    """One spell. Times UTC µs; `ended_at` None: not yet, or not seen. `queue` and `visit`: of what he talks, or wraps
    up. `precision`: `us` when the beginning was seen."""

    id: str
    pbx: str
    agent: str
    state: AgentState
    detail: str | None
    seat: str | None
    queue: str | None
    visit: str | None
    started_at: int
    ended_at: int | None
    start_is_bound: bool
    precision: str
    source: str = "live"
    revision: int = 0


class SpellBook:
    """The spells that last, of one PBX."""

    def __init__(self) -> None:
        self.open: dict[str, SpellRow] = {}
        self._is_live = False
        self._listed_at: int | None = None
        self._work: dict[str, tuple[str, str]] = {}
        """{agent: (queue, visit)} from pick-up until he is free again."""

    def see(self, fact: ft.Fact) -> list[SpellRow]:
        """The spells that this fact ends or begins."""
        match fact:
            case ft.FeedUp() | ft.FeedDown():
                self._is_live = isinstance(fact, ft.FeedUp)
            case ft.StateCorrected():
                self._listed_at = fact.at
            case ft.VisitPickedUp():
                self._work[fact.agent] = fact.queue, fact.visit
                return self._name_talk(fact)
            case ft.VisitEnded():
                self._work.setdefault(fact.agent, (fact.queue, fact.visit))
            case ft.AgentChanged():
                return self._change(fact)
        return []

    def _change(self, fact: ft.AgentChanged) -> list[SpellRow]:
        last = self.open.pop(fact.agent, None) or self._recall(fact)
        is_bound = not self._is_live or fact.at == self._listed_at
        queue, visit = self._find_work(fact)
        begun = make_spell(fact.pbx, fact.agent, fact.state, fact.detail, fact.at)._replace(
            seat=fact.seat, queue=queue, visit=visit, start_is_bound=is_bound, precision=SECONDS if is_bound else EXACT
        )
        self.open[fact.agent] = begun
        return [begun] if last is None else [last._replace(ended_at=fact.at), begun]

    def _find_work(self, fact: ft.AgentChanged) -> tuple[str | None, str | None]:
        if fact.state in WORK:
            return self._work.get(fact.agent, (None, None))
        if fact.state is not AgentState.OTHER_CALL:  # after which he may go on with his after-call work
            self._work.pop(fact.agent, None)
        return None, None

    def _name_talk(self, fact: ft.VisitPickedUp) -> list[SpellRow]:
        """A call that cuts after-call work changes the state before it is said whose it is."""
        last = self.open.get(fact.agent)
        if last is None or last.state not in WORK or last.started_at != fact.at:
            return []
        self.open[fact.agent] = last = last._replace(queue=fact.queue, visit=fact.visit)
        return [last]

    @staticmethod
    def _recall(fact: ft.AgentChanged) -> SpellRow | None:
        """The spell that ends, when its beginning was told to another book: what only that knew is not said again."""
        if fact.previous_since is None:
            return None
        return make_spell(fact.pbx, fact.agent, fact.previous, fact.previous_detail, fact.previous_since)


def make_spell(pbx: str, agent: str, state: AgentState, detail: str | None, started_at: int) -> SpellRow:
    """A spell that was seen to begin; where and for whom is not known."""
    identity = derive_id(pbx, "spell", agent, state, started_at)
    return SpellRow(identity, pbx, agent, state, detail, None, None, None, started_at, None, False, EXACT)


def unite_spells(old: SpellRow, new: SpellRow) -> SpellRow:
    """Both of one id. An end stays; a later one of the two was told by a feed that had lost him meanwhile."""
    ends = [end for end in (old.ended_at, new.ended_at) if end is not None]
    is_bound = old.start_is_bound or new.start_is_bound
    return old._replace(
        detail=_greatest(old.detail, new.detail), seat=_greatest(old.seat, new.seat),
        queue=_greatest(old.queue, new.queue), visit=_greatest(old.visit, new.visit), ended_at=min(ends, default=None),
        start_is_bound=is_bound, precision=SECONDS if is_bound else EXACT,
        revision=old.revision + (old.ended_at is not None and min(ends) != old.ended_at),
    )  # fmt: skip


def _greatest(*texts: str | None) -> str | None:
    return max((text for text in texts if text is not None), default=None)
