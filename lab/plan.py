"""What a lab run will do, as data: calls, their steps, and the outcome each must have.

Law: a plan holds no clock and no socket; it is the same for the same seed, and every expected outcome in it is certain,
not likely.
"""

from dataclasses import dataclass

# A wait below this counts as short_abandoned; tests set the gateway's promise to the same.
SHORT_ABANDON_SECONDS = 5.0

WAITED_IN_VAIN = ("abandoned", "short_abandoned", "timeout", "left_empty", "key", "withdrawn", "redirected", "refused")
OUTCOMES = frozenset(("answered", *WAITED_IN_VAIN, "cut"))
ENDINGS = frozenset(("caller", "agent", "blind_transfer", "attended_transfer"))


@dataclass(frozen=True)
class Visit:
    """One stay in one queue that must come about. `pickup`: which pick-up of the call (1 ...) answered it.

    `joined_as`: "consult" when not the caller's channel but the agent's consultation entered the queue.
    """

    queue: str
    outcome: str
    ended_by: str | None = None
    pickup: int | None = None
    joined_as: str = "caller"

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES or (self.ended_by or "caller") not in ENDINGS:
            raise ValueError(f"no such outcome: {self}")


@dataclass(frozen=True)
class Step:
    """Wait for `after`, then `wait` seconds, then do `do` with `what`.

    `after` is one of placed, up, ringing, missed, joined:N, left:N, picked_up:N, ended (see lab/play.py);
    steps of a call run one after the other.
    """

    after: str
    wait: float
    do: str
    what: str = ""


@dataclass(frozen=True)
class PlannedCall:
    """One call of the plan."""

    seq: int
    scenario: str
    dialled: str
    seats: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    visits: tuple[Visit, ...] = ()
    source: str = "trunk"
    direction: str = "inbound"
    follows: str = ""  # start only when the call before in this group has reached this trigger
    survey: str | None = None


@dataclass(frozen=True)
class Group:
    """Calls that belong together and run at the same time, with what is done at the PBX before and after."""

    calls: tuple[PlannedCall, ...]
    before: tuple[Step, ...] = ()
    afterwards: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Lane:
    """Groups that share agents, so they run one after the other."""

    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Phase:
    """Lanes that touch different agents, so they run side by side."""

    name: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class Plan:
    """The whole run."""

    seed: int
    variant: str
    phases: tuple[Phase, ...]

    def calls(self) -> list[PlannedCall]:
        """All planned calls by number."""
        found = [c for p in self.phases for lane in p.lanes for g in lane.groups for c in g.calls]
        return sorted(found, key=lambda call: call.seq)
