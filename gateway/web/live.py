"""Live state -> shapes. One function for each kind of thing; what they need in common is `Moment`.

Law: pure; reads the core and the tally, writes nothing, waits for nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from gateway.core import agents, calls, queues, seats, site, visits, words
from gateway.core.access import Principal
from gateway.core.agents import PRECEDENCE
from gateway.core.words import AgentState, SeatState
from gateway.views import Feed
from gateway.web import scope, shapes
from gateway.web.spelling import mask, measure, spell_duration, spell_time
from gateway.web.tally import Day, Tally

DEVICE_STATES: Final = {number: name.lower() for name, number in queues.STATUS_BY_NAME.items()}
NOBODY_WAITS: Final = "nobody waits"
JOIN_UNSEEN: Final = "a caller joined before the gateway looked, and the PBX does not say when"
ARRIVAL_UNSEEN: Final = "the call arrived before the gateway looked, and the PBX does not say when"
STATE_UNSEEN: Final = "the state began before the gateway looked, and the PBX does not say when"
PRESENCE: Final = (
    *(row[0] for row in PRECEDENCE if row[0] is not AgentState.OFFLINE),
    AgentState.OFFLINE,
)
"""Which state counts for an agent known on several PBXs: the core's order, but being signed out says least."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One feed at one time, as `principal` may see it. `now` is on the clock of its PBX, as its state's times are."""

    feed: Feed
    today: Day
    now: int
    principal: Principal

    @property
    def pbx(self) -> str:
        return self.feed.pbx


def look(feed: Feed, tally: Tally, clock: int, principal: Principal) -> Moment:
    """The moment `clock` (gateway's wall clock, µs) of one feed."""
    return Moment(feed, tally.today(clock), clock + (feed.status.clock_offset_us or 0), principal)


def _explain(began: int | None, why: str, *fields: str) -> dict[str, str]:
    """The reasons of an item's null fields: none when it is known when it began."""
    return {} if began is not None else dict.fromkeys(fields, why)


def show_feed(feed: Feed, tally: Tally, clock: int) -> shapes.Feed:
    """The connection to one PBX at `clock` (gateway's wall clock, µs)."""
    status = feed.status
    open_us = 0 if status.blind_since is None else max(0, clock - status.blind_since)
    return shapes.Feed(
        pbx=feed.pbx,
        connected=status.connected,
        live=status.live,
        since=spell_time(status.since),
        reason=status.reason,
        version=status.version,
        clock_offset_seconds=spell_duration(status.clock_offset_us),
        lag_seconds=spell_duration(status.lag_us),
        last_event_at=spell_time(status.last_event_at),
        blind_since=spell_time(status.blind_since),
        blind_seconds=(status.blind_us + open_us) / site.SECOND,
        blind_seconds_today=tally.blind_today(feed.pbx, clock, status.blind_since) / site.SECOND,
        missing=[shapes.Missing(what, figure) for what, figure in status.missing],
    )


def show_promise(promise: site.Promise) -> shapes.Promise:
    """What is promised of a queue or a line."""
    return shapes.Promise(promise.within_us / site.SECOND, promise.target, promise.strict, promise.definition)


def show_queues(moment: Moment) -> Iterator[shapes.Queue]:
    """The queues of one PBX."""
    serving: dict[str, Counter[AgentState]] = {name: Counter() for name in moment.feed.state.queues}
    for agent in moment.feed.state.agents.values():
        for name in agent.queues:
            if name in serving:
                serving[name][agent.state] += 1
    for name, queue in moment.feed.state.queues.items():
        if scope.sees(moment.principal, queue.id):
            yield _show_queue(moment, queue, serving[name])


def _show_queue(moment: Moment, queue: queues.Queue, states: Counter[AgentState]) -> shapes.Queue:
    callers = [_show_waiting(moment, visit) for visit in queue.waiting.values()]
    waits = [caller.waiting_seconds for caller in callers if caller.picked_up_at is None]
    known = [wait for wait in waits if wait is not None]
    is_known = bool(waits) and len(known) == len(waits)
    visits_of = moment.today.queue_visits
    return shapes.Queue(
        id=queue.id,
        pbx=moment.pbx,
        live=moment.feed.status.live,
        name=queue.name,
        strategy=queue.strategy,
        promise=show_promise(queue.rule.promise),
        short_abandon_seconds=queue.rule.short_abandon_us / site.SECOND,
        waiting=len(waits),
        longest_wait_seconds=max(known) if is_known else None,
        callers=callers,
        agents={state.value: states[state] for state in AgentState},
        members=[_show_member(member) for member in queue.members.values()],
        visits={outcome.value: visits_of[moment.pbx, queue.id, outcome.value] for outcome in words.VisitOutcome},
        reasons={} if is_known else {"longest_wait_seconds": JOIN_UNSEEN if waits else NOBODY_WAITS},
    )


def _show_waiting(moment: Moment, visit: visits.Visit) -> shapes.Waiting:
    until = moment.now if visit.picked_up_at is None else visit.picked_up_at
    return shapes.Waiting(
        visit=visit.id,
        call=visit.call.id,
        line=visit.line,
        joined_at=spell_time(visit.joined_at),
        precision=visit.precision,
        waiting_seconds=measure(visit.joined_at, until),
        position_at_join=visit.position,
        picked_up_at=spell_time(visit.picked_up_at),
        ringing=[offer.agent for offer in visit.offers.values() if offer.ended_at is None],
        reasons=_explain(visit.joined_at, JOIN_UNSEEN, "joined_at", "waiting_seconds"),
    )


def _show_member(member: queues.Member) -> shapes.Member:
    return shapes.Member(
        agent=member.agent,
        interface=member.interface,
        device=member.device,
        device_state=DEVICE_STATES.get(member.status, "unknown"),
        membership=member.membership,
        penalty=member.penalty,
        paused=member.paused,
        pause_reason=member.reason or None,
    )


def show_agents(moment: Moment) -> Iterator[shapes.Agent]:
    """The agents as one PBX knows them."""
    state, who = moment.feed.state, moment.principal
    ids = {name: queue.id for name, queue in state.queues.items()}
    for agent in state.agents.values():
        if scope.sees_agent(who, state, agent):
            served = [ids[name] for name in agent.queues if name in ids]
            yield _show_agent(moment, agent, [queue for queue in served if scope.sees(who, queue)])


def _show_agent(moment: Moment, agent: agents.Agent, served: list[str]) -> shapes.Agent:
    visit = scope.find_visit(agent)
    reasons = _explain(agent.since, STATE_UNSEEN, "since", "in_state_seconds")
    if visit is not None and not scope.sees(moment.principal, visit.queue.id):
        visit = None
        reasons |= dict.fromkeys(("queue", "line", "visit", "call"), scope.ELSEWHERE)
    if is_limited := moment.principal.queues is not None:
        reasons["calls_answered"] = scope.OVER_ALL
    return shapes.Agent(
        number=agent.number,
        pbx=moment.pbx,
        live=moment.feed.status.live,
        name=agent.name,
        state=agent.state,
        detail=agent.detail,
        since=spell_time(agent.since),
        since_exact=agent.exact and agent.since is not None,
        in_state_seconds=measure(agent.since, moment.now),
        seat=agent.seat,
        device=agent.device,
        queues=served,
        queue=visit.queue.id if visit else None,
        line=visit.line if visit else None,
        visit=visit.id if visit else None,
        call=visit.call.id if visit else None,
        calls_answered=None if is_limited else moment.today.answered[moment.pbx, agent.number],
        reasons=reasons,
    )


def count_agents(feeds: Iterable[Feed], who: Principal) -> dict[str, int]:
    """Distinct agents that he sees, by state."""
    present: dict[str, AgentState] = {}
    for feed in feeds:
        for agent in feed.state.agents.values():
            if not scope.sees_agent(who, feed.state, agent):
                continue
            before = present.get(agent.number, AgentState.OFFLINE)
            present[agent.number] = min(agent.state, before, key=PRESENCE.index)
    totals = Counter(present.values())
    return {state.value: totals[state] for state in AgentState}


def count_seats(feeds: Iterable[Feed], who: Principal) -> dict[str, int]:
    """Positions that he sees, by state. Each PBX knows all of them: what counts is where somebody sits, else where it
    is ready."""
    found: dict[str, seats.Seat] = {}
    for feed in feeds:
        for seat in feed.state.seats.values():
            if not scope.sees_seat(who, feed.state, seat):
                continue
            if seat.id not in found or _rank_seat(seat) > _rank_seat(found[seat.id]):
                found[seat.id] = seat
    totals = Counter(seat.state for seat in found.values())
    return {state.value: totals[state] for state in SeatState}


def _rank_seat(seat: seats.Seat) -> tuple[bool, bool]:
    return seat.agent is not None, seat.state is not SeatState.UNREACHABLE


def show_seats(moment: Moment) -> Iterator[shapes.Seat]:
    """The positions as one PBX knows them."""
    for seat in moment.feed.state.seats.values():
        if scope.sees_seat(moment.principal, moment.feed.state, seat):
            yield _show_seat(moment, seat)


def _show_seat(moment: Moment, seat: seats.Seat) -> shapes.Seat:
    occupant = moment.feed.state.agents.get(seat.agent) if seat.agent else None
    return shapes.Seat(
        id=seat.id,
        pbx=moment.pbx,
        live=moment.feed.status.live,
        name=seat.name,
        device=seat.device,
        state=seat.state,
        since=spell_time(seat.since),
        in_state_seconds=measure(seat.since, moment.now),
        agent=seat.agent,
        agent_name=occupant.name if occupant else None,
        reasons=_explain(seat.since, STATE_UNSEEN, "since", "in_state_seconds"),
    )


def show_calls(moment: Moment) -> Iterator[shapes.Call]:
    """The calls that last on one PBX."""
    site = moment.feed.state.site
    for call in moment.feed.state.calls.values():
        if scope.sees_call(moment.principal, site, call):
            # Who calls in dials a number of the site, also one that the settings forgot; who calls out, somebody's.
            is_own = call.direction is words.Direction.INBOUND or call.did in site.line_by_did
            yield _show_call(moment, call, is_own)


def reveal_call(feed: Feed, shown: shapes.Call) -> shapes.Call:
    """The same call with its numbers in full, for whom `web/callers.py` lets see them."""
    call = feed.state.calls.get(shown.id)
    return shown if call is None else replace(shown, caller=call.caller or None, did=call.did)


def _show_call(moment: Moment, call: calls.Call, is_own: bool) -> shapes.Call:
    return shapes.Call(
        id=call.id,
        pbx=moment.pbx,
        live=moment.feed.status.live,
        line=call.line,
        did=call.did if is_own else mask(call.did),
        direction=call.direction,
        caller=mask(call.caller),
        arrived_at=spell_time(call.arrived_at),
        age_seconds=measure(call.arrived_at, moment.now),
        phase=call.phase,
        queue=call.queue,
        agent=call.agent,
        visit=call.visit.id if call.visit else None,
        reasons=_explain(call.arrived_at, ARRIVAL_UNSEEN, "arrived_at", "age_seconds"),
    )
