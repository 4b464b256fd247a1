"""Ping: finds a dead peer, flushes events that a lost wake-up holds back (asterisk-facts 1.6), compares the clocks."""

from collections.abc import Callable
from typing import Any

from gateway.core.clock import PbxClock
from gateway.core.site import SECOND

PING = "Ping"
PING_US = SECOND
PONG_US = 4 * SECOND


class Pulse:
    """The Pings of one connection after the other; `ask` sends an action and gives its ActionID."""

    def __init__(self, clock: PbxClock, ask: Callable[[str], str]) -> None:
        self._clock = clock
        self._ask = ask
        self._pinged_at: int | None = None
        self._ping_id = ""
        self._next_at: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_ask"}

    def bind(self, ask: Callable[[str], str]) -> None:
        """After a restart: where questions go."""
        self._ask = ask

    def stop(self) -> None:
        """The connection is gone."""
        self._pinged_at = self._next_at = None

    def ping(self, wall: int) -> None:
        """Ask now."""
        self._pinged_at, self._next_at, self._ping_id = wall, None, self._ask(PING)

    def tick(self, wall: int) -> bool:
        """Ask when it is time; False when the last one stays unanswered: the peer is gone."""
        if self._pinged_at is not None and wall - self._pinged_at >= PONG_US:
            return False
        if self._next_at is not None and wall >= self._next_at:
            self.ping(wall)
        return True

    def see_reply(self, reply: dict[str, str], wall: int) -> bool:
        """A `Response:`; False when it is not to the Ping that is out."""
        if self._pinged_at is None or reply.get("ActionID") != self._ping_id:
            return False
        self._clock.sample(reply.get("Timestamp", ""), self._pinged_at, wall)
        self._pinged_at, self._next_at = None, wall + PING_US
        return True

    @property
    def deadline(self) -> int | None:
        """Gateway time of the next tick wanted."""
        return self._pinged_at + PONG_US if self._pinged_at is not None else self._next_at
