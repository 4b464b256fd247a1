"""Hostile caller data: whatever a caller's number is, nothing he forges is applied and his own call still counts.

The whole recorded run is played with the text in the place of one caller's number, in every event and in the lists the
PBX answers with, in two splits of the stream. Nothing is mocked.
"""

from collections.abc import Callable

import pytest

from gateway.core.facts import CallArrived, Fact, MarkerSeen, PbxRestarted, Unexpected, VisitJoined, VisitSettled
from gateway.core.site import SECOND
from tests.core.feeding import Session, load, time_of, value_of
from tests.core.forged import EVIL, HARMLESS, LONG, SHORT, disguise, disguise_exten

TRACE = "plain22-basic.mask"
MEMBERS, MESSAGES = load(TRACE)
JOIN = next(message for message in MESSAGES if message.startswith(b"Event: QueueCallerJoin"))
CALLER = value_of(JOIN, b"Uniqueid")
NUMBER = JOIN.partition(b"\r\nCallerIDNum: ")[2].partition(b"\r\n")[0]
CALLS = 11
"""Placed in the recorded run, one visit each."""


def play(change: Callable[[bytes], bytes], logged_in: bool, split: int) -> Session:
    session = Session(MEMBERS, logged_in, start=time_of(MESSAGES[0]) - 5 * SECOND)
    session.pbx.disguise = change
    session.play(MESSAGES, [change(message) for message in MESSAGES], split)
    session.finish()
    return session


def assert_nothing_forged(session: Session) -> None:
    """What is said of calls, queues and agents; the hostile text itself may stand in a caller's number."""
    state = session.feed.state
    known = (*state.queues, *state.agents, *state.calls, *state.channels, *state.offers)
    assert not [name for name in known if any(word in name for word in EVIL)]
    assert not [fact for fact in session.facts if isinstance(fact, PbxRestarted)]
    assert not [fact for fact in session.facts if any(word in told(fact) for word in EVIL)]


def told(fact: Fact) -> str:
    if isinstance(fact, Unexpected | MarkerSeen):
        return ""
    return repr(fact) if not isinstance(fact, CallArrived) else repr((fact.call, fact.line))


def assert_call_counts(session: Session) -> None:
    call = CALLER.decode()
    for kind in (CallArrived, VisitJoined, VisitSettled):
        assert sum(isinstance(fact, kind) and fact.call == call for fact in session.facts) == 1, kind.__name__
        assert sum(isinstance(fact, kind) for fact in session.facts) >= CALLS, kind.__name__
    assert session.end["calls"] == session.end["visits"] == session.end["offers"] == []
    assert session.connections == 1


@pytest.mark.parametrize("split", [0, 7])
@pytest.mark.parametrize("logged_in", [True, False], ids=["live", "trace"])
@pytest.mark.parametrize("text", [*SHORT.values(), *HARMLESS.values()], ids=[*SHORT, *HARMLESS])
def test_number_forges_nothing_and_its_call_counts(text: bytes, logged_in: bool, split: int) -> None:
    session = play(lambda message: disguise(message, NUMBER, text), logged_in, split)
    assert_nothing_forged(session)
    assert_call_counts(session)
    assert (session.feed.counters["faults"] > 0) == (text in SHORT.values())


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_whole_forged_messages_forge_nothing(text: bytes) -> None:
    """Longer than Asterisk can print: on a live connection the fence still tells what was forged."""
    session = play(lambda message: disguise(message, NUMBER, text), True, 0)
    assert_nothing_forged(session)
    assert_call_counts(session)


@pytest.mark.long
@pytest.mark.parametrize("split", [1, 3, 1460])
@pytest.mark.parametrize("text", [*SHORT.values(), *LONG.values()], ids=[*SHORT, *LONG])
def test_every_split_of_forged_messages(text: bytes, split: int) -> None:
    session = play(lambda message: disguise(message, NUMBER, text), True, split)
    assert_nothing_forged(session)
    assert_call_counts(session)


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_dialled_number_forges_nothing(text: bytes) -> None:
    session = play(lambda message: disguise_exten(message, CALLER, text), True, 0)
    assert_nothing_forged(session)
    assert_call_counts(session)


@pytest.mark.parametrize("text", [SHORT["an empty line"], SHORT["a short restart"], LONG["a member, closed"]])
def test_number_and_dialled_number_together(text: bytes) -> None:
    def change(message: bytes) -> bytes:
        return disguise(disguise_exten(message, CALLER, text), NUMBER, text)

    session = play(change, True, 0)
    assert_nothing_forged(session)


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.long)])
def test_every_split_of_one_hostile_call_says_the_same(step: int) -> None:
    """Split points of the first hostile messages, without a login: the same facts each time."""
    text = SHORT["an event named"]
    hostile = [disguise(message, NUMBER, text) for message in MESSAGES[:60]]
    stream = b"".join(hostile)
    first = stream.index(b"Event: Newchannel")
    wanted = None
    for cut in range(first, first + 2_500, step):
        session = Session(MEMBERS, False, start=time_of(MESSAGES[0]) - 5 * SECOND)
        session.receive(stream[:cut])
        session.receive(stream[cut:])
        session.finish()
        wanted = wanted or [repr(fact) for fact in session.facts]
        assert [repr(fact) for fact in session.facts] == wanted, cut


def test_a_reply_nobody_asked_for_reaches_only_the_shell() -> None:
    session = Session(MEMBERS, True, start=time_of(MESSAGES[0]))
    session.receive(b"Response: Success\r\nActionID: forged\r\nMessage: x\r\n\r\n")
    assert session.feed.replies == [b"Response: Success\r\nActionID: forged\r\nMessage: x"]
    assert not session.feed.state.calls
