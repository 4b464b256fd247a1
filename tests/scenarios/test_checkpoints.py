"""A feed frozen and thawed anywhere, in the middle of a message too, says what one that ran on says."""

import pytest

from gateway.checkpoints import Checkpoint, freeze, thaw
from gateway.core.feed import Feed
from tests.scenarios.feeds import FEEDS, Played

PIECE = 4_099
EVERY = 7


class Restarted:
    """Puts a thawed copy in the place of every seventh feed."""

    def __init__(self) -> None:
        self.turns = 0
        self.times = 0

    def __call__(self, feed: Feed) -> Feed:
        self.turns += 1
        if self.turns % EVERY:
            return feed
        self.times += 1
        return thaw(freeze(Checkpoint(0, "", 0, {"pbx1": feed}))).feeds["pbx1"]


@pytest.mark.parametrize("name", FEEDS)
def test_a_thawed_feed_goes_on_as_if_nothing_had_been(name: str) -> None:
    restarted = Restarted()
    said = list(Played(name, PIECE, restarted).spelt())
    assert restarted.times > 0
    assert said == list(Played(name, PIECE).spelt())
