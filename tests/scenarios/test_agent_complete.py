"""AgentComplete stripped of its channel fields, as Asterisk sends it when the channels are gone before (2.7).

The same facts must come: it may name who ended, never more.
"""

from pathlib import Path

import pytest

from gateway.core.facts import Fact, VisitEnded, VisitSettled
from gateway.core.feed import Feed
from gateway.core.site import Site
from tests.truth.wire import read_record

TRACES = Path(__file__).parent / "traces"
SET = (b"Channel", b"CallerID", b"ConnectedLine", b"Language", b"AccountCode", b"Context", b"Exten", b"Priority")


def strip_channels(block: bytes) -> bytes:
    """AgentComplete without `Channel ... Linkedid` and without `DestChannel ... DestLinkedid`; others unchanged."""
    if not block.startswith(b"Event: AgentComplete\r\n"):
        return block
    gone = (*SET, *(b"Dest" + name for name in SET), b"DestUniqueid", b"DestLinkedid", b"Uniqueid", b"Linkedid")
    return b"\r\n".join(line for line in block.split(b"\r\n") if not line.startswith(gone))


def play(trace: Path, strip: bool) -> list[Fact]:
    feed = Feed("main", Site(), foreign_lists=True)
    feed.connected(0, 0, "0")
    rest = b""
    for wall, data in read_record(trace):
        *whole, rest = (rest + data).split(b"\r\n\r\n")
        blocks = [strip_channels(block) if strip else block for block in whole]
        feed.tick(wall, wall)
        feed.received(b"".join(block + b"\r\n\r\n" for block in blocks), wall, wall)
    return feed.facts


@pytest.mark.parametrize("run", ["plain22-everyday.all", "plain22-across.mask", "plain16-everyday.mask"])
def test_agent_complete_without_channel_fields(run: str) -> None:
    trace = TRACES / f"{run}.ami"
    whole, stripped = play(trace, strip=False), play(trace, strip=True)
    for kind in (VisitSettled, VisitEnded):
        assert [fact for fact in stripped if isinstance(fact, kind)] == [f for f in whole if isinstance(f, kind)]
    assert sum(isinstance(fact, VisitEnded) for fact in whole) > 5
