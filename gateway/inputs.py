"""The inputs of the core, each a plain value, and the one way they are applied - live and in a replay.

Law 2: whatever can change a fact is an `Input`; the pump writes it to the journal before `apply` sees it. The pump and
`hotline replay` both call `apply`, so there is no second implementation to differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from gateway.canonical import build, spell
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import Site


class Kind(IntEnum):
    """What an input is; the numbers stand in journals and never change."""

    STARTED = 1
    CONNECTED = 2
    LOGGED_IN = 3
    RECEIVED = 4
    CUT = 5
    TICK = 6
    COMMAND = 7
    LOG = 8
    CONFIGURED = 9
    RESUMED = 10


class Input(NamedTuple):
    """One input. `wall` is UTC, `mono` the monotonic clock, both in microseconds; `data` by `kind`:

    STARTED: `Setting` of a fresh feed. CONFIGURED: `Setting` after a reload. RESUMED: `Setting` at the head of a
    further segment (no input, only the means to begin there). CONNECTED: the nonce. CUT: the reason. RECEIVED: bytes.
    """

    kind: Kind
    pbx: str
    wall: int
    mono: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Setting:
    """All a feed is made of, so that a journal needs nothing beside it.

    `nonce` and `logged_in` tell a RESUMED segment in which connection it begins; `lost` counts the inputs that the
    journal could not write just before it.
    """

    site: Site
    blind_since: int | None = None
    nonce: str | None = None
    logged_in: bool = False
    lost: int = 0

    def spell(self) -> bytes:
        return spell(self)


def read_setting(data: bytes) -> Setting:
    """The `Setting` of a STARTED, CONFIGURED or RESUMED input. Raises `ValueError`."""
    return build(Setting, data)


class Outputs(NamedTuple):
    """What the core answered to one input. `fault`: the exception it died of, with the traceback on it."""

    facts: Sequence[Fact]
    requests: Sequence[Request]
    replies: Sequence[bytes]
    close: str | None
    fault: Exception | None


QUIET = Outputs((), (), (), None, None)


class FeedMaker(Protocol):
    """How a feed is made; the class `Feed` itself is one."""

    def __call__(self, pbx: str, site: Site, blind_since: int | None = None, foreign_lists: bool = False) -> Feed: ...


def apply(feed: Feed, item: Input) -> Outputs:
    """Give one input to the feed and take what it answers. Never raises: an exception of the core is `fault`."""
    fault: Exception | None = None
    try:
        action = _ACTIONS.get(item.kind)
        if action is not None:
            action(feed, item)
    except Exception as error:  # noqa: BLE001 - law 7: the edge where a defect of the core becomes a figure
        fault = error
    if feed.facts or feed.requests or feed.replies or feed.close is not None or fault is not None:
        return drain(feed, fault)
    return QUIET


def drain(feed: Feed, fault: Exception | None = None) -> Outputs:
    """Take what the feed has to say and leave it empty."""
    outputs = Outputs(feed.facts[:], feed.requests[:], feed.replies[:], feed.close, fault)
    feed.facts.clear()
    feed.requests.clear()
    feed.replies.clear()
    feed.close = None
    return outputs


def _connected(feed: Feed, item: Input) -> None:
    feed.connected(item.wall, item.mono, item.data.decode("ascii"))


def _logged_in(feed: Feed, item: Input) -> None:
    feed.logged_in(item.wall, item.mono)


def _received(feed: Feed, item: Input) -> None:
    feed.received(item.data, item.wall, item.mono)


def _cut(feed: Feed, item: Input) -> None:
    feed.cut(item.wall, item.mono, item.data.decode())


def _tick(feed: Feed, item: Input) -> None:
    feed.tick(item.wall, item.mono)


def _configured(feed: Feed, item: Input) -> None:
    feed.configured(read_setting(item.data).site, item.wall)


_ACTIONS: dict[Kind, Callable[[Feed, Input], None]] = {
    Kind.CONNECTED: _connected,
    Kind.LOGGED_IN: _logged_in,
    Kind.RECEIVED: _received,
    Kind.CUT: _cut,
    Kind.TICK: _tick,
    Kind.CONFIGURED: _configured,
}
