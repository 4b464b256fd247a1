"""The words facts are told in: directions, outcomes, states. One meaning each, everywhere (design section 4)."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way a call goes, seen from the site."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class VisitOutcome(StrEnum):
    """How a visit ended (design section 4). UNKNOWN: the feed does not show it; `reason` says why."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"
    TIMEOUT = "timeout"
    LEFT_EMPTY = "left_empty"
    KEY = "key"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    INCOMPATIBLE = "incompatible"
    REFUSED = "refused"
    CUT = "cut"
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who ended the talk of an answered visit."""

    CALLER = "caller"
    AGENT = "agent"
    BLIND_TRANSFER = "blind_transfer"
    ATTENDED_TRANSFER = "attended_transfer"


class OfferOutcome(StrEnum):
    """How one ring of one agent ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    TAKEN_ELSEWHERE = "taken_elsewhere"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class AgentState(StrEnum):
    """One at a time; precedence is the table in `agents.py`."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    OTHER_CALL = "other_call"
    UNREACHABLE = "unreachable"


class SeatState(StrEnum):
    """State of a position: the state of who sits there, or empty."""

    EMPTY = "empty"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    OTHER_CALL = "other_call"
    UNREACHABLE = "unreachable"
