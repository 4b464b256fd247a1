"""What the site is made of: lines, queues, promises, seats, agents. Frozen; built by the settings, read by the core.

Nothing here changes at run time: a reload of the settings builds a new `Site` and hands it over whole.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from gateway.core.numbering import HERE, Numbering

SECOND = 1_000_000
UNKNOWN_LINE = "unknown"


@dataclass(frozen=True, slots=True)
class Promise:
    """Target of a queue or line: `target` of the visits answered within `within_us` (inclusive unless `strict`).

    Default is the hotline's contract: 95 % within 15 s, `<=` (Civil Code art. 1259: 以内 includes the number).
    """

    within_us: int = 15 * SECOND
    target: float = 0.95
    strict: bool = False
    definition: str = "SL-A"

    def is_kept(self, latency_us: int) -> bool:
        """Whether an answer after `latency_us` keeps the promise."""
        return latency_us < self.within_us if self.strict else latency_us <= self.within_us


@dataclass(frozen=True, slots=True)
class QueueRule:
    """What the settings say of one queue; `wrap_up_us` is the queue's own wrapuptime, which AMI does not show."""

    name: str
    promise: Promise = Promise()
    short_abandon_us: int = 5 * SECOND
    wrap_up_us: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One consolidated hotline number (热线)."""

    did: str
    name: str
    department: str = ""
    mode: str = ""
    queue: str = ""
    promise: Promise | None = None
    window: str = ""


@dataclass(frozen=True, slots=True)
class SeatRule:
    """One position (坐席) and the device that stands on it, as app_queue spells it (`PJSIP/8001`)."""

    id: str
    device: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AgentRule:
    """One person (话务员) by agent number, which is the queue member's name."""

    number: str
    name: str = ""


@dataclass(frozen=True)
class Site:
    """Everything the core must be told of one PBX's place in the site."""

    lines: tuple[Line, ...] = ()
    queues: tuple[QueueRule, ...] = ()
    seats: tuple[SeatRule, ...] = ()
    agents: tuple[AgentRule, ...] = ()
    trunks: tuple[str, ...] = ()
    default_rule: QueueRule = QueueRule(name="")
    wrap_up_reasons: frozenset[str] = frozenset({"wrap-up"})
    queue_ids: tuple[tuple[str, str], ...] = field(default=())
    """(queue name in lower case, site-wide queue id); a queue not named keeps its plain name."""
    queue_prefix: str = ""
    """Before the name of a queue the settings do not name, where several PBXs might have one of that name."""
    numbering: Numbering = HERE

    @cached_property
    def line_by_did(self) -> dict[str, Line]:
        return {line.did: line for line in self.lines}

    @cached_property
    def seat_by_device(self) -> dict[str, SeatRule]:
        return {seat.device.lower(): seat for seat in self.seats}

    @cached_property
    def agent_by_number(self) -> dict[str, AgentRule]:
        return {agent.number: agent for agent in self.agents}

    @cached_property
    def queue_id_by_name(self) -> dict[str, str]:
        return dict(self.queue_ids)

    @cached_property
    def _name_by_queue_id(self) -> dict[str, str]:
        return {queue_id: name for name, queue_id in self.queue_ids}

    @cached_property
    def _rule_by_name(self) -> dict[str, QueueRule]:
        return {rule.name.lower(): rule for rule in self.queues}

    def rule_of(self, queue: str) -> QueueRule:
        """The rule of a queue by its name on the PBX, any case; unnamed queues get the default."""
        found = self._rule_by_name.get(queue.lower())
        return found or replace(self.default_rule, name=queue)

    def names_queue(self, queue: str) -> bool:
        """Whether the settings have a rule of this name, any case."""
        return queue.lower() in self._rule_by_name

    def queue_id(self, queue: str) -> str:
        """The site-wide id of a queue of this PBX (design section 4, queues of several PBXs); an id stays itself."""
        named = self.queue_id_by_name.get(queue.lower())
        if named is not None:
            return named
        plain = self.names_queue(queue) or queue.startswith(self.queue_prefix)
        return queue if plain else self.queue_prefix + queue

    def queue_name(self, queue_id: str) -> str:
        """The queue's name on its PBX, in lower case, of a site-wide id: the reverse of `queue_id`."""
        named = self._name_by_queue_id.get(queue_id)
        if named is not None:
            return named
        is_prefixed = self.queue_prefix and not self.names_queue(queue_id) and queue_id.startswith(self.queue_prefix)
        return (queue_id[len(self.queue_prefix) :] if is_prefixed else queue_id).lower()

    def line_of(self, did: str) -> str:
        """The line a dialled number belongs to; an unknown one counts on the unknown line, never nowhere."""
        return did if did in self.line_by_did else UNKNOWN_LINE
