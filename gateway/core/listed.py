"""What lists say: one frozen tuple per kind of item, and the end of a list. Items bear no Timestamp: `at` is arrival.

Members and devices are listed in the form of their live events (`events.MemberSeen`, `events.DeviceChanged`).
"""

from typing import NamedTuple


class QueueListed(NamedTuple):
    """QueueParams list item."""

    at: int
    queue: str
    strategy: str
    calls: int


class CallerListed(NamedTuple):
    """QueueEntry list item; `wait` in whole seconds."""

    at: int
    queue: str
    position: int
    channel: str
    uniqueid: str
    wait: int


class ChannelListed(NamedTuple):
    """CoreShowChannel list item; `duration` in whole seconds, -1 unknown."""

    at: int
    uniqueid: str
    channel: str
    linkedid: str
    context: str
    exten: str
    caller: str
    application: str
    data: str
    duration: int
    bridge: str


class ListEnded(NamedTuple):
    """`<X>Complete` of a list of ours; `items` is what the PBX says it sent."""

    at: int
    action_id: str
    name: str
    items: int
