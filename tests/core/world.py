"""A small PBX in words: what a scenario says becomes events, in the order and with the times Asterisk would use.

Law: pure and in order. Every event takes a millisecond; `wait` lets time pass with every tick the state asks for.
"""

from typing import Any, TypeVar

from gateway.core import events as ev
from gateway.core.agents import Agent
from gateway.core.calls import Call
from gateway.core.facts import AgentChanged, Fact, Unexpected, VisitSettled
from gateway.core.site import SECOND, AgentRule, Line, Promise, QueueRule, SeatRule, Site
from gateway.core.state import LiveState
from gateway.core.visits import NOWHERE

T0 = 1_800_000_000 * SECOND
MS = 1_000
SITE = Site(
    lines=(Line("12345", "hotline"), Line("12320", "health", promise=Promise(within_us=20 * SECOND))),
    queues=(QueueRule("hotline"), QueueRule("yi", wrap_up_us=10 * SECOND), QueueRule("overflow")),
    seats=(SeatRule("01", "PJSIP/8001"), SeatRule("02", "PJSIP/8002"), SeatRule("03", "PJSIP/8003")),
    agents=tuple(AgentRule(str(number)) for number in range(1001, 1006)),
)
PLACE = ("in", "queue", "3")
F = TypeVar("F", bound=Fact)


class World:
    """One PBX's live state under test; `facts` keeps everything it said."""

    def __init__(self, site: Site = SITE, live: bool = True) -> None:
        self.state = LiveState("pbx1", site)
        self.state.live = live
        self.now = T0
        self.facts: list[Fact] = []
        self.count = 0

    # -- time and facts ------------------------------------------------------------------------------------------

    def apply(self, event: Any) -> None:
        """One event; the next one comes a millisecond later."""
        self.state.apply(event)
        self._take()
        self.now += MS

    def wait(self, seconds: float) -> None:
        """Time passes, with a tick at every deadline and one at the end."""
        until = self.now + round(seconds * SECOND)
        while (deadline := self.state.deadline) is not None and deadline <= until:
            self.state.tick(deadline)
        self.state.tick(until)
        self._take()
        self.now = until

    def _take(self) -> None:
        self.facts += self.state.facts
        self.state.facts.clear()

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one kind, in order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def forget(self) -> None:
        """What was said so far is no longer asked for."""
        self.facts.clear()

    @property
    def outcome(self) -> str:
        """Of the only settled visit."""
        (settled,) = self.of(VisitSettled)
        return settled.outcome.value

    @property
    def surprises(self) -> list[str]:
        return [fact.kind for fact in self.of(Unexpected)]

    def states(self, agent: str) -> list[str]:
        """The states an agent went through."""
        return [fact.state.value for fact in self.of(AgentChanged) if fact.agent == agent]

    def agent(self, number: str) -> Agent:
        return self.state.agents[number]

    def call(self, uniqueid: str) -> Call:
        return self.state.calls[uniqueid]

    # -- agents --------------------------------------------------------------------------------------------------

    def member(self, agent: str, seat: str, queue: str = "hotline", **changes: Any) -> None:
        """Any live member event: `paused`, `reason`, `status`, `last_call`, `wrap_up`, `penalty`, `device` ..."""
        device = f"PJSIP/80{seat}"
        event = ev.MemberSeen(
            self.now, queue, device, agent, device, "dynamic", 0, 0, 1, False, "", 0, False
        )._replace(**changes)  # fmt: skip
        self.apply(event)

    def sign_in(self, agent: str, seat: str, *queues: str, **changes: Any) -> None:
        for queue in queues or ("hotline",):
            self.member(agent, seat, queue, **changes)

    def sign_out(self, agent: str, seat: str, *queues: str) -> None:
        for queue in queues or ("hotline",):
            self.apply(ev.MemberRemoved(self.now, queue, f"PJSIP/80{seat}", agent))

    # -- channels ------------------------------------------------------------------------------------------------

    def channel(self, device: str, linkedid: str = "", exten: str = "", uniqueid: str = "", tail: str = "") -> str:
        """Newchannel; its own family unless `linkedid` names another."""
        self.count += 1
        uniqueid = uniqueid or f"{T0 // SECOND}.{self.count}"
        name = f"{device}-{self.count:08x}{tail}"
        self.apply(ev.ChannelCreated(self.now, uniqueid, name, linkedid or uniqueid, "from", exten, "13900000001"))
        return uniqueid

    def arrive(self, did: str = "12345", uniqueid: str = "") -> str:
        """A caller from the trunk."""
        return self.channel("PJSIP/trunk", exten=did, uniqueid=uniqueid)

    def dial(self, caller: str, leg: str) -> None:
        self.apply(ev.DialBegun(self.now, caller, leg, ""))

    def end_dial(self, caller: str, leg: str, status: str) -> None:
        self.apply(ev.DialEnded(self.now, caller, leg, status))

    def bridge(self, *channels: str, name: str = "b1") -> None:
        for channel in channels:
            self.apply(ev.BridgeEntered(self.now, channel, name))

    def unbridge(self, *channels: str, name: str = "b1") -> None:
        for channel in channels:
            self.apply(ev.BridgeLeft(self.now, channel, name))

    def request(self, channel: str, cause: int = 16) -> None:
        self.apply(ev.HangupRequested(self.now, channel, cause))

    def soft(self, channel: str, flag: int = 32) -> None:
        self.apply(ev.SoftHangupRequested(self.now, channel, flag))

    def hang_up(self, *channels: str, cause: int = 16, place: tuple[str, str, str] = NOWHERE) -> None:
        for channel in channels:
            self.apply(ev.ChannelHungUp(self.now, channel, cause, place))

    def hold(self, leg: str) -> None:
        self.apply(ev.HoldBegun(self.now, leg))

    def unhold(self, leg: str) -> None:
        self.apply(ev.HoldEnded(self.now, leg))

    # -- the queue -----------------------------------------------------------------------------------------------

    def join(self, call: str, queue: str = "hotline", position: int = 1) -> None:
        self.apply(ev.CallerJoined(self.now, call, "PJSIP/trunk-1", queue, position, PLACE))

    def wait_in(self, queue: str = "hotline", did: str = "12345") -> str:
        """A caller arrives and joins."""
        call = self.arrive(did)
        self.join(call, queue)
        return call

    def ring(self, call: str, agent: str, seat: str, queue: str = "hotline") -> str:
        """A member is rung; his leg."""
        leg = self.channel(f"PJSIP/80{seat}", linkedid=call)
        self.ring_leg(call, agent, f"PJSIP/80{seat}", leg, queue)
        return leg

    def ring_leg(self, call: str, agent: str, interface: str, leg: str, queue: str = "hotline") -> None:
        self.apply(ev.AgentCalled(self.now, call, queue, interface, agent, leg, ""))
        self.dial(call, leg)

    def leave(self, call: str, queue: str = "hotline") -> None:
        self.apply(ev.CallerLeft(self.now, call, queue))

    def abandon(self, call: str, queue: str = "hotline", place: tuple[str, str, str] = PLACE) -> None:
        """QueueCallerAbandon and Leave, as they come together."""
        self.apply(ev.CallerAbandoned(self.now, call, queue, place))
        self.leave(call, queue)

    def connect(self, call: str, agent: str, seat: str, leg: str, queue: str = "hotline") -> None:
        self.apply(ev.AgentConnected(self.now, call, queue, f"PJSIP/80{seat}", agent, leg, ""))

    def answer(self, call: str, agent: str, seat: str, leg: str, queue: str = "hotline") -> None:
        """DialEnd ANSWER, Leave, AgentConnect and the bridge."""
        self.end_dial(call, leg, "ANSWER")
        self.leave(call, queue)
        self.connect(call, agent, seat, leg, queue)
        self.bridge(call, leg, name=f"b{leg}")

    def talk(self, agent: str = "1001", seat: str = "01", queue: str = "hotline") -> tuple[str, str]:
        """A caller arrives, joins, rings the agent two seconds and is answered; (call, leg)."""
        call = self.wait_in(queue)
        leg = self.ring(call, agent, seat, queue)
        self.wait(2)
        self.answer(call, agent, seat, leg, queue)
        return call, leg

    def complete(self, call: str, reason: str = "caller", queue: str = "hotline") -> None:
        self.apply(ev.AgentCompleted(self.now, call, queue, "", reason))

    def end_talk(self, call: str, leg: str, by: str = "caller") -> None:
        """One side hangs up, everything that follows follows."""
        self.request(call if by == "caller" else leg)
        self.complete(call, by)
        self.unbridge(call, leg, name=f"b{leg}")
        self.hang_up(call, leg)

    def status(self, call: str, value: str) -> None:
        """VarSet QUEUESTATUS."""
        self.apply(ev.QueueStatusSet(self.now, call, value))

    def mark(self, call: str, marker: str, **data: str) -> None:
        """Our dialplan's UserEvent."""
        self.apply(ev.MarkerSet(self.now, call, marker, tuple(data.items())))
