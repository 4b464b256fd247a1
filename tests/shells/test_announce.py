"""What operators read in the log: once what is amiss, a minute's quiet for what repeats, nothing a caller can say."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from gateway.announce import QUIET_US, Announcer
from gateway.asterisk.doctor import Finding, Weight
from gateway.core.facts import FeedDown, Unexpected
from gateway.core.feed import Feed
from gateway.core.site import Site
from tests.shells.house import T0

OLD = Finding("version_old", Weight.WRONG, "Asterisk 13 is older than 16", "visits", "update")
Lines = list[structlog.typing.EventDict]


@pytest.fixture
def lines() -> Iterator[Lines]:
    structlog.reset_defaults()
    with capture_logs() as found:
        yield found


@pytest.fixture
def feed() -> Feed:
    made = Feed("main", Site())
    made.status.live = True
    return made


def announce(feed: Feed, *findings: Finding) -> Announcer:
    return Announcer(lambda: [feed], lambda _: findings)


def test_what_is_amiss_is_said_once_with_its_figure(lines: Lines, feed: Feed) -> None:
    announcer = announce(feed, OLD)
    announcer.look()
    feed.status.miss("read=agent", "every visit")
    announcer.look()
    announcer.look()
    assert [(line["event"], line["pbx"], line["what"], line["figure"]) for line in lines] == [
        ("pbx.finding", "main", OLD.what, "visits"),
        ("feed.missing", "main", "read=agent", "every visit"),
    ]
    assert {line["log_level"] for line in lines} == {"warning"}


def test_a_cut_does_not_make_it_said_again(lines: Lines, feed: Feed) -> None:
    announcer = announce(feed)
    feed.status.miss("read=agent", "every visit")
    announcer.look()
    feed.status.live, feed.status.missing = False, ()
    announcer.look()
    feed.status.miss("read=agent", "every visit")
    announcer.look()
    feed.status.live = True
    announcer.look()
    assert len(lines) == 1


def test_what_was_mended_and_comes_back_is_said_again(lines: Lines, feed: Feed) -> None:
    announcer = announce(feed)
    for missing in ((("read=agent", "every visit"),), (), (("read=agent", "every visit"),)):
        feed.status.missing = missing
        announcer.look()
    assert [line["what"] for line in lines] == ["read=agent", "read=agent"]


def test_it_is_said_also_of_a_pbx_that_never_comes_up(lines: Lines, feed: Feed) -> None:
    feed.status.live = False
    announce(feed, OLD).look()
    assert [line["code"] for line in lines] == ["version_old"]


def test_trouble_that_repeats_is_one_line_a_minute_and_quotes_nobody(lines: Lines, feed: Feed) -> None:
    announcer = announce(feed)
    for second in range(0, 121, 10):
        announcer.offer(Unexpected("main", T0 + second * QUIET_US // 60, "damaged_message", "<what a caller wrote>"))
    assert [(line["event"], line["kind"], line["times"]) for line in lines] == [
        ("core.unexpected", "damaged_message", 1),
        ("core.unexpected", "damaged_message", 6),
        ("core.unexpected", "damaged_message", 6),
    ]
    assert "caller wrote" not in repr(lines)


def test_a_feed_that_goes_down_says_why(lines: Lines, feed: Feed) -> None:
    announce(feed).offer(FeedDown("main", T0, "half_open"))
    assert [(line["event"], line["reason"]) for line in lines] == [("feed.down", "half_open")]
