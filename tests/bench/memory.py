"""Memory over very many calls: whatever a call leaves behind is forgotten.

One recorded abandoned call, placed again and again with other ids and times.
"""

import gc
from collections.abc import Sized
from pathlib import Path
from typing import NamedTuple

from gateway.core.site import SECOND
from tests.bench.ratios import Ours
from tests.bench.streams import read_members, read_messages

TRACE = "plain22-everyday.mask"
BATCH = 200
GAP_S = 2


class Growth(NamedTuple):
    """Resident bytes at the settled start and at the end, and what is still held."""

    calls: int
    before: int
    after: int
    held: int

    @property
    def per_call(self) -> float:
        return (self.after - self.before) / self.calls


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def find_short_call() -> bytes:
    """All messages of the recorded caller of whom the fewest speak and who joined a queue."""
    messages = read_messages(TRACE)
    joins = [message for message in messages if message.startswith(b"Event: QueueCallerJoin")]
    ids = [join.rpartition(b"\r\nUniqueid: ")[2].partition(b"\r\n")[0] for join in joins]
    calls = [[message for message in messages if b"\r\nUniqueid: " + one + b"\r\n" in message] for one in ids]
    whole = [b"".join(call) for call in calls if call[0].startswith(b"Event: Newchannel")]
    return min((call for call in whole if b"AgentConnect" not in call), key=len)


def place_calls(count: int) -> Growth:
    """Play so many calls, one after the other, with the clock; a fifth of them first, to settle."""
    call = find_short_call()
    uniqueid = call.partition(b"\r\nUniqueid: ")[2].partition(b"\r\n")[0]
    channel = call.partition(b"\r\nChannel: ")[2].partition(b"\r\n")[0]
    epoch = int(call.partition(b"\r\nTimestamp: ")[2][:10])
    seconds = [b"%d." % (epoch + step) for step in range(60) if b"\r\nTimestamp: %d." % (epoch + step) in call]
    ours = Ours()
    ours.received(b"".join(read_members(TRACE)))
    before = 0
    for number in range(count + count // 5):
        if number == count // 5:
            gc.collect()
            before = resident()
        later = number * (GAP_S + len(seconds))
        one = call.replace(uniqueid, b"%d.%d" % (epoch + later, number)).replace(channel, b"PJSIP/trunk-%08x" % number)
        for second in seconds:
            one = one.replace(b"Timestamp: " + second, b"Timestamp: %d." % (int(second[:-1]) + later))
        ours.received(one)
        ours.feed.state.tick((epoch + later) * SECOND)
    gc.collect()
    ours.feed.state.tick((epoch + count * 100) * SECOND)
    state = ours.feed.state
    kinds: tuple[Sized, ...] = (
        state.calls, state.visits, state.channels, state.offers, state.tombs, state.timers,
    )  # fmt: skip
    held = sum(len(kind) for kind in kinds)
    return Growth(count, before, resident(), held)
