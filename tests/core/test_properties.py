"""Properties of the core over whole recorded runs: however the bytes come, the same is known in the end.

Real messages, the real Feed, no mocks. Examples are drawn the same way in every run (derandomized).
"""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.site import SECOND
from tests.core.feeding import Session, load, time_of

MASKED = "plain22-everyday.mask"
TRACES = ("plain22-basic.mask", "plain22-across.all", "plain16-everyday.mask", "hotline22-across.mask")
RUN = settings(derandomize=True, max_examples=80, database=None)
Sent = list[bytes]


def play(name: str, logged_in: bool, sent: Sent | None = None, split: int = 0) -> Session:
    members, messages = load(name)
    session = Session(members, logged_in, start=time_of(messages[0]) - 5 * SECOND)
    session.play(messages, sent, split)
    session.finish()
    return session


def said(session: Session) -> list[str]:
    return [repr(fact) for fact in session.facts]


ENDS: dict[tuple[str, bool], dict[str, Any]] = {}


def end_of(name: str, logged_in: bool) -> dict[str, Any]:
    if (name, logged_in) not in ENDS:
        ENDS[name, logged_in] = play(name, logged_in).end
    return ENDS[name, logged_in]


def assert_same_end(name: str, session: Session) -> None:
    """The same agents, seats, members and queues as after the undisturbed run, and nobody still calling."""
    wanted, got = end_of(name, session.logged_in), session.end
    known = set(wanted["agents"])
    got["agents"] = {number: agent for number, agent in got["agents"].items() if number in known or agent[3]}
    assert got == wanted
    assert not any(got[kind] for kind in ("calls", "visits", "offers", "channels"))
    assert len(session.feed.state.tombs) < 2 * len(load(name)[1])


# -- splits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRACES)
def test_both_ways_of_seeing_a_run_agree(name: str) -> None:
    """With lists asked for and without: the same end."""
    assert end_of(name, True) == end_of(name, False)


@pytest.mark.parametrize("logged_in", [True, False], ids=["live", "trace"])
@pytest.mark.parametrize("split", [1, 2, 3, 5, 64, 1448])
def test_split_says_the_same(logged_in: bool, split: int) -> None:
    whole, parts = play(TRACES[0], logged_in), play(TRACES[0], logged_in, split=split)
    assert said(parts) == said(whole)
    assert parts.end == whole.end


def receive_in_parts(cuts: list[int]) -> Session:
    members, messages = load(TRACES[0])
    stream = b"".join(messages)
    session = Session(members, False, start=time_of(messages[0]) - 5 * SECOND)
    places = [0, *sorted({cut % len(stream) for cut in cuts}), len(stream)]
    for begin, end in pairwise(places):
        session.receive(stream[begin:end])
    session.finish()
    return session


UNCUT: list[list[str]] = []


@RUN
@given(st.lists(st.integers(0, 1 << 24), max_size=30))
def test_any_split_says_the_same(cuts: list[int]) -> None:
    if not UNCUT:
        UNCUT.append(said(receive_in_parts([])))
    assert said(receive_in_parts(cuts)) == UNCUT[0]


def test_every_byte_is_a_split_point() -> None:
    """The first messages of a real trace, cut in two at every byte."""
    members, messages = load(TRACES[0])
    stream = b"".join(messages[:6])
    whole = None
    for cut in range(len(stream) + 1):
        session = Session(members, False, start=time_of(messages[0]) - 5 * SECOND)
        session.receive(stream[:cut])
        session.receive(stream[cut:])
        whole = whole or said(session)
        assert said(session) == whole, cut
        assert session.feed.counters["faults"] == 0


# -- messages more than once, late, never, in part -------------------------------------------------------------------


def disturb(data: st.DataObject, name: str, kinds: tuple[str, ...]) -> Sent:
    """The messages of a trace, some of them doubled, delayed, cut short or left out."""
    messages = load(name)[1]
    sent = list(messages)
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(sent) - 1))
        kind = data.draw(st.sampled_from(kinds))
        later = min(len(sent) - 1, place + data.draw(st.integers(1, 6)))
        if kind == "twice":
            sent[place] += messages[place]
        elif kind == "again":
            sent[later] += messages[place]
        elif kind == "late":
            sent[place], sent[later] = b"", sent[later] + sent[place]
        elif kind == "lost":
            sent[place] = b""
        else:
            cut = data.draw(st.integers(0, len(messages[place])))
            sent[place] = messages[place][:cut] + (b"\r\n\r\n" if kind == "torn" else b"")
    return sent


@RUN
@given(data=st.data(), name=st.sampled_from(TRACES), logged_in=st.booleans())
def test_doubled_and_late_messages_change_nothing(data: st.DataObject, name: str, logged_in: bool) -> None:
    session = play(name, logged_in, disturb(data, name, ("twice", "again", "late")))
    assert_same_end(name, session)
    assert session.feed.counters["faults"] == 0


@RUN
@given(data=st.data(), name=st.sampled_from(TRACES))
def test_truncated_and_lost_messages_are_made_good(data: st.DataObject, name: str) -> None:
    """On a live connection: the lists tell what was not heard. A cut connection is made anew, as the shell does."""
    session = play(name, True, disturb(data, name, ("cut", "torn", "lost", "twice", "late")))
    assert_same_end(name, session)


@pytest.mark.long
@settings(RUN, max_examples=2_000)
@given(data=st.data(), name=st.sampled_from(TRACES))
def test_everything_at_once_is_made_good(data: st.DataObject, name: str) -> None:
    session = play(name, True, disturb(data, name, ("cut", "torn", "lost", "twice", "again", "late")))
    assert_same_end(name, session)
