"""Feed and PBX on a wire: requests go out, answers come back a trip later, time passes by the feed's own deadlines."""

from typing import TypeVar

from gateway.core.facts import BlindTime, Fact, FeedUp, StateCorrected, Unexpected, VisitSettled
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import SECOND, Site
from tests.core.pbx import BANNER, Pbx
from tests.core.world import SITE, T0

TRIP = 400
F = TypeVar("F", bound=Fact)


class Link:
    """One connection after the other between a feed and a PBX model."""

    def __init__(self, pbx: Pbx | None = None, site: Site = SITE, blind_since: int | None = None) -> None:
        self.pbx = pbx or Pbx(T0, booted=T0 - 3600 * SECOND)
        self.feed = Feed("pbx1", site, blind_since)
        self.facts: list[Fact] = []
        self.asked: list[Request] = []
        self.wall = T0
        self.count = 0
        self.ticks = 0
        self.close: str | None = None

    def connect(self, boots: bool = True) -> "Link":
        """TCP, login and FullyBooted; then the requests that are due at once."""
        self.log_in(boots)
        self.serve()
        return self

    def connect_until(self, action: str) -> None:
        """As `connect`, but the first request of this action is not answered any more, nor what comes after it."""
        self.log_in()
        while not any(request.action == action for request in self.feed.requests):
            self.serve_once()
        self._take()

    def log_in(self, boots: bool = True) -> None:
        self.count += 1
        self.close = None
        self.feed.connected(self.wall, self.wall, f"nonce{self.count}")
        self.feed.received(BANNER + (self.pbx.booted_event() if boots else b""), self.wall, self.wall)
        self.feed.logged_in(self.wall, self.wall)

    def up(self) -> "Link":
        """Connected and live."""
        self.connect()
        self.wait(1.5)
        assert self.is_live()
        return self

    def is_live(self) -> bool:
        return self.feed.status.live

    def wants_close(self) -> str | None:
        """What the feed wants now, not yet drained."""
        return self.feed.close

    def serve(self) -> None:
        """Answer what is asked until nothing is; each answer takes a trip."""
        while self.feed.requests and not self.close:
            self.serve_once()
        self._take()

    def serve_once(self) -> None:
        """Answer what is asked now."""
        requests = self.feed.requests[:]
        self.feed.requests.clear()
        self.asked += requests
        self.pass_time(TRIP)
        answer = b"".join(self.pbx.reply(request) for request in requests)
        if answer:
            self.feed.received(answer, self.wall, self.wall)
        self._take()

    def _take(self) -> None:
        self.facts += self.feed.facts
        self.feed.facts.clear()
        self.close = self.feed.close or self.close

    def pass_time(self, micros: int) -> None:
        self.wall += micros
        self.pbx.now = self.wall

    def hear(self, *data: bytes) -> None:
        """Live events arrive."""
        self.pass_time(TRIP)
        self.feed.received(b"".join(data), self.wall, self.wall)
        self.serve()

    def wait(self, seconds: float) -> None:
        """Time passes by deadlines; each tick must move the next deadline on."""
        until = self.wall + round(seconds * SECOND)
        while (deadline := self.feed.deadline) is not None and deadline <= until and not self.close:
            self.pass_time(max(deadline - self.wall, 0))
            self.feed.tick(self.wall, self.wall)
            self.ticks += 1
            after = self.feed.deadline
            assert after is None or after > self.wall, "a deadline that does not move on is a busy loop"
            self.serve()
        self.pass_time(max(until - self.wall, 0))

    def cut(self, reason: str = "closed") -> None:
        self.feed.cut(self.wall, self.wall, reason)
        self._take()

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def surprises(self) -> list[str]:
        return [fact.kind for fact in self.of(Unexpected)]

    @property
    def corrections(self) -> list[str]:
        return [fact.kind for fact in self.of(StateCorrected)]

    @property
    def outcomes(self) -> list[str]:
        return [fact.outcome.value for fact in self.of(VisitSettled)]

    @property
    def blind(self) -> list[tuple[int, str]]:
        """Length and cause of the blind times."""
        return [(fact.at - fact.start, fact.cause) for fact in self.of(BlindTime)]

    @property
    def ups(self) -> int:
        return len(self.of(FeedUp))

    def states(self) -> dict[str, str]:
        """What every signed-in agent does."""
        agents = self.feed.state.agents.values()
        return {agent.number: agent.state.value for agent in agents if agent.state != "offline"}
