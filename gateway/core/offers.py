"""An offer: one ring of one agent. The first DialEnd of its leg ends it; later ones are echoes (asterisk-facts 2.8)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.core.words import OfferOutcome

if TYPE_CHECKING:
    from gateway.core.visits import Visit

REJECT_CAUSES = frozenset({17, 21})
"""Q.850 user busy and call rejected: the phone refused (486/603); anything else just did not answer."""


@dataclass(slots=True)
class Offer:
    """One ring of `agent` on the leg `dest`, for `visit` (None when its join was not seen)."""

    id: str
    dest: str
    agent: str
    seat: str | None
    queue: str
    visit: "Visit | None"
    made_at: int
    outcome: OfferOutcome | None = None
    ended_at: int | None = None
    refusal: int = 0
    """Cause of a HangupRequest seen on the leg before its DialEnd."""
    inner: str | None = None
    """The phone's channel behind a Local leg."""


def judge_offer(status: str, refusal: int, visit_picked_up: bool) -> OfferOutcome:
    """How a ring ended, from DialEnd's DialStatus. PJSIP reports a 486/603 as NOANSWER: the cause tells."""
    if status == "ANSWER":
        return OfferOutcome.ANSWERED
    if status in ("BUSY", "CONGESTION") or refusal in REJECT_CAUSES:
        return OfferOutcome.REJECTED
    if status == "CANCEL":
        return OfferOutcome.TAKEN_ELSEWHERE if visit_picked_up else OfferOutcome.CANCELLED
    return OfferOutcome.NO_ANSWER
