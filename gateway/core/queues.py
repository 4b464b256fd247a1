"""Queues and their members as the PBX shows them. Every member event carries the whole record, so the last one wins."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.core.site import QueueRule

if TYPE_CHECKING:
    from gateway.core.visits import Visit

UNREACHABLE = frozenset({4, 5})
"""Device states INVALID and UNAVAILABLE (asterisk-facts 2.6)."""

ON_HOLD = 8
"""All channels of the device are on hold."""

STATUS_BY_NAME = {
    "UNKNOWN": 0, "NOT_INUSE": 1, "INUSE": 2, "BUSY": 3, "INVALID": 4, "UNAVAILABLE": 5, "RINGING": 6,
    "RINGINUSE": 7, "ONHOLD": 8,
}  # fmt: skip


@dataclass(slots=True)
class Member:
    """An agent's place in one queue. `status` is app_queue's cached device state; `last_call` epoch seconds or None."""

    queue: str
    interface: str
    device: str
    agent: str
    membership: str
    penalty: int
    paused: bool
    reason: str
    status: int
    last_call: int | None
    wrap_up_us: int
    updated_at: int
    generation: int = 0


@dataclass(slots=True)
class Queue:
    """One queue by the name the PBX is configured with; `id` is the site-wide one."""

    name: str
    id: str
    rule: QueueRule
    strategy: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    waiting: dict[str, "Visit"] = field(default_factory=dict)
    generation: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether no snapshot has shown it, nobody serves it and nobody waits."""
        return not self.generation and not self.members and not self.waiting
