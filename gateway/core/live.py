"""The data of one PBX's live state and the small verbs every follower shares. Who may change what is in `follow_*.py`.

Mutable on purpose: it is read and written by one thread, between two messages, and never leaves the core except to be
looked at. Facts are the only thing it says.
"""

from collections.abc import Iterable
from heapq import heappop, heappush

from gateway.core.agents import Agent, judge_agent
from gateway.core.calls import Call, Channel, find_device
from gateway.core.facts import AgentChanged, CallArrived, Fact, SeatChanged, Unexpected
from gateway.core.offers import Offer
from gateway.core.queues import Queue
from gateway.core.seats import Seat, judge_seat
from gateway.core.site import SECOND, Site
from gateway.core.visits import TRANSITIONS, Visit, VisitInput
from gateway.core.words import AgentState

TOMBSTONE_US = 60 * SECOND
"""How long a dead Uniqueid, visit or member is remembered so that late events do not bring it back (5.3)."""
TOMBSTONES_MAX = 100_000
DETAIL_MAX = 200


class LiveData:
    """Queues, agents, seats, calls and visits of one PBX, with the facts not yet taken."""

    def __init__(self, pbx: str, site: Site) -> None:
        self.pbx = pbx
        self.site = site
        self.facts: list[Fact] = []
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.seats: dict[str, Seat] = {}
        self.calls: dict[str, Call] = {}
        self.visits: dict[str, Visit] = {}
        self.channels: dict[str, Channel] = {}
        self.offers: dict[str, Offer] = {}
        self.joining: dict[str, tuple[str, int]] = {}
        self.agent_by_device: dict[str, Agent] = {}
        self.channels_by_device: dict[str, dict[str, Channel]] = {}
        self.local_halves: dict[str, Channel] = {}
        self.tombs: dict[object, int] = {}
        self.timers: list[tuple[int, int, str, str]] = []
        self.timer_count = 0
        self.status_visible = False
        self.live = False
        self.signed_in = 0
        """Agents who are not offline."""
        self.live_since = 0
        self.generation = 0
        self.resync_wanted: str | None = None
        self.doubts: dict[object, object] = {}
        self.doubts_before: dict[object, object] = {}
        self.hints: set[str] = set()
        """AMI read classes whose events ought to have come and did not."""
        self.unknown_devices: set[str] = set()
        self.configure(site)

    def configure(self, site: Site) -> None:
        """Take new settings: names, seats and rules; what is live stays, what is neither named nor live goes."""
        self.site = site
        for number in [n for n, agent in self.agents.items() if n not in site.agent_by_number and agent.is_idle]:
            del self.agents[number]
        for key in [k for k, queue in self.queues.items() if not site.names_queue(k) and queue.is_idle]:
            del self.queues[key]
        self.seats = {rule.id: self._place_seat(rule.id, rule.device, rule.name) for rule in site.seats}
        for rule in site.agents:
            agent = self.agents.get(rule.number)
            if agent is None:
                self.agents[rule.number] = Agent(rule.number, rule.name)
            else:
                agent.name = rule.name
        for queue in self.queues.values():
            queue.rule, queue.id = site.rule_of(queue.name), site.queue_id(queue.name)
        for named in site.queues:
            self.queue_of(named.name)

    def _place_seat(self, seat: str, device: str, name: str) -> Seat:
        known = self.seats.get(seat)
        if known is not None and known.device == device:
            known.name = name
            return known
        return Seat(seat, device, name)

    # -- finding, creating -------------------------------------------------------------------------------------

    def queue_of(self, name: str) -> Queue:
        """The queue by its name in any case (app_queue matches names case-insensitively)."""
        key = name.lower()
        queue = self.queues.get(key)
        if queue is None:
            queue = self.queues[key] = Queue(name, self.site.queue_id(name), self.site.rule_of(name))
        return queue

    def agent_of(self, number: str) -> Agent:
        agent = self.agents.get(number)
        if agent is None:
            rule = self.site.agent_by_number.get(number)
            agent = self.agents[number] = Agent(number, rule.name if rule else "")
        return agent

    def seat_of(self, device: str | None) -> str | None:
        rule = self.site.seat_by_device.get(device.lower()) if device else None
        return rule.id if rule else None

    def is_inside(self, device: str) -> bool:
        """Whether a device is a seat or an agent's phone."""
        key = device.lower()
        return key in self.site.seat_by_device or key in self.agent_by_device

    def add_channel(self, uniqueid: str, name: str, at: int | None) -> Channel:
        """Know a channel from now on; the two halves of a Local channel find each other by name."""
        channel = self.channels[uniqueid] = Channel(uniqueid, name, find_device(name), at, generation=self.generation)
        channel.offer = self.offers.get(uniqueid)
        self.channels_by_device.setdefault(channel.device.lower(), {})[uniqueid] = channel
        if name.endswith((";1", ";2")):
            self._pair_local(channel)
        return channel

    def _pair_local(self, channel: Channel) -> None:
        other = self.local_halves.pop(channel.name[:-2], None)
        if other is None:
            self.local_halves[channel.name[:-2]] = channel
        else:
            channel.twin, other.twin = other.id, channel.id

    # -- saying ------------------------------------------------------------------------------------------------

    def say(self, fact: Fact) -> None:
        self.facts.append(fact)

    def wonder(self, kind: str, at: int, detail: object = "") -> None:
        """A surprise is a fact (law 7); `kind` is a fixed word, the detail may be hostile and is cut short."""
        self.facts.append(Unexpected(self.pbx, at, kind, str(detail)[:DETAIL_MAX]))

    def announce(self, call: Call, at: int) -> None:
        """Say that a call exists, once."""
        if call.announced:
            return
        call.announced = True
        self.facts.append(
            CallArrived(self.pbx, call.arrived_at or at, call.id, call.line, call.did, call.direction, call.caller)
        )

    # -- lists against events ----------------------------------------------------------------------------------

    def look_again(self, first: bool) -> None:
        """A pass of lists begins; `first` of its check."""
        self.doubts_before, self.doubts = {} if first else self.doubts, {}

    def confirm(self, key: object, value: object) -> bool:
        """Whether a list may change the live state: at once before it is live, later when two looks in a row say so.

        What happened just now is in the list before its event is here (asterisk-facts 5.2): that is no correction.
        """
        if not self.live:
            return True
        self.doubts[key] = value
        return self.doubts_before.get(key) == value

    # -- dead things -------------------------------------------------------------------------------------------

    def bury(self, key: object, at: int) -> None:
        self.tombs.pop(key, None)
        self.tombs[key] = at
        if len(self.tombs) > TOMBSTONES_MAX:
            del self.tombs[next(iter(self.tombs))]

    def forget_dead(self, now: int) -> None:
        """Drop tombstones older than a minute; they are in order of burial."""
        limit = now - TOMBSTONE_US
        while self.tombs:
            key = next(iter(self.tombs))
            if self.tombs[key] > limit:
                return
            del self.tombs[key]

    # -- timers ------------------------------------------------------------------------------------------------

    def set_timer(self, at: int, kind: str, key: str) -> None:
        """Ask for a tick at `at` (PBX time); a timer that is no longer meant is ignored when it rings."""
        self.timer_count += 1
        heappush(self.timers, (at, self.timer_count, kind, key))

    def due_timers(self, now: int) -> Iterable[tuple[int, str, str]]:
        while self.timers and self.timers[0][0] <= now:
            at, _, kind, key = heappop(self.timers)
            yield at, kind, key

    # -- visits ------------------------------------------------------------------------------------------------

    def advance(self, visit: Visit, happened: VisitInput, at: int) -> bool:
        """Move a visit along its table; what the table has no row for is said and changes nothing."""
        after = TRANSITIONS[visit.phase].get(happened)
        if after is None:
            self.wonder("visit_transition", at, f"{happened} in {visit.phase}")
            return False
        visit.phase = after
        return True

    # -- agents and seats --------------------------------------------------------------------------------------

    def touch(self, agent: Agent, at: int, exact: bool = True) -> None:
        """Judge an agent anew; when the answer differs, say so with the time it became true."""
        state, detail = judge_agent(agent, self.site.wrap_up_reasons)
        if state is agent.state and detail == agent.detail:
            return
        previous, before, since = agent.state, agent.detail, agent.since
        self.signed_in += (previous is AgentState.OFFLINE) - (state is AgentState.OFFLINE)
        agent.state, agent.detail, agent.since, agent.exact = state, detail, at, exact
        self.facts.append(AgentChanged(self.pbx, at, agent.number, state, detail, agent.seat, previous, before, since))
        if agent.seat:
            self.touch_seat(agent.seat, at)

    def touch_seat(self, seat_id: str, at: int) -> None:
        seat = self.seats.get(seat_id)
        if seat is None:
            return
        occupant = self.agents.get(seat.agent) if seat.agent else None
        state = judge_seat(seat.device_status, occupant)
        if state is seat.state:
            return
        previous, seat.state, seat.since = seat.state, state, at
        sitting = occupant is not None and occupant.state is not AgentState.OFFLINE
        self.facts.append(SeatChanged(self.pbx, at, seat_id, state, seat.agent if sitting else None, previous))
