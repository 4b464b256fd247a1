"""Real Asterisk 22 and 16, recorded: the facts are those committed, and they agree with the farm and with queue_log.

Three witnesses of one run: what the farm placed, what the PBX logged, what was on the wire. The masked feed has no
QUEUESTATUS: what only that would tell is unknown there, with its reason.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from gateway.core.facts import (
    AgentChanged,
    CallArrived,
    CallEnded,
    Fact,
    OfferEnded,
    OfferMade,
    SeatChanged,
    StateCorrected,
    Unexpected,
    VisitEnded,
    VisitSettled,
)
from gateway.core.visits import NO_STATUS
from gateway.core.words import VisitOutcome
from tests.e2e.compare import call_lives, differ, of, wait_errors
from tests.scenarios.feeds import FEEDS, TRACES, Played, facts_of
from tests.truth.joined import Truth, read_truth
from tests.truth.queue_log import OUTCOMES, read_stays
from tests.truth.wire import read_wire

COMPARED = [
    name
    for name in FEEDS
    if "hostile" not in name
    and '"pbx_uniqueid"' in (TRACES / f"{name.rpartition('.')[0]}.placed.jsonl").read_text(encoding="utf-8")[:9000]
]
"""Runs whose farm wrote down which Uniqueid each call had."""
HONEST = [name for name in FEEDS if "hostile" not in name]


@cache
def played(name: str) -> Played:
    return Played(name)


@cache
def truth_of(name: str) -> Truth:
    """The truth of a run; the wire's part from the fuller feed there is."""
    run = name.rpartition(".")[0]
    full = TRACES / f"{run}.all.ami"
    wire = read_wire(full if full.exists() else TRACES / f"{run}.mask.ami")
    log = (TRACES / f"{run}.queue_log").read_text(encoding="utf-8")
    return read_truth(TRACES / f"{run}.placed.jsonl", log, wire)


def is_told(name: str) -> bool:
    """Whether this feed shows why a caller left: read=dialplan, or the markers of our dialplan."""
    return name.endswith(".all") or name.startswith("hotline")


@pytest.mark.parametrize("name", FEEDS)
def test_the_facts_are_those_committed(name: str) -> None:
    expected = facts_of(name).read_text(encoding="utf-8").splitlines()
    assert list(played(name).spelt()) == expected


@pytest.mark.parametrize("name", FEEDS)
def test_twice_the_same(name: str) -> None:
    assert played(name).facts == Played(name).facts


@pytest.mark.parametrize("name", HONEST)
def test_nothing_is_unexpected_and_nothing_corrected(name: str) -> None:
    facts = played(name).facts
    assert not of(facts, Unexpected)
    assert not of(facts, StateCorrected)
    assert set(played(name).feed.counters.values()) == {played(name).feed.counters["bytes"], 0}


@pytest.mark.parametrize("name", COMPARED)
def test_call_for_call_what_the_farm_placed(name: str) -> None:
    truth = truth_of(name)
    found = differ(truth, list(named(played(name).facts, truth)), is_told(name))
    assert [text for text in found if not is_known_of_16(name, text)] == []


def named(facts: list[Fact], truth: Truth) -> Iterator[Fact]:
    """A plain dialplan's refusal is seen by VarSet only, which names no queue: give it the one the farm dialled."""
    queues = {v.call: v.expected.queue for v in truth.visits if v.expected.outcome == "refused"}
    for fact in facts:
        if isinstance(fact, VisitSettled) and fact.queue == "unknown" and fact.call in queues:
            yield fact._replace(queue=queues[fact.call])
        else:
            yield fact


def is_known_of_16(name: str, text: str) -> bool:
    """16 shows a redirected caller at his old place until he dies: without QUEUESTATUS he looks like a timeout."""
    return name.startswith("plain16") and name.endswith(".mask") and " redirected: unknown (QUEUESTATUS" in text


@pytest.mark.parametrize("name", COMPARED)
def test_every_wait_is_within_a_millisecond_of_the_wire(name: str) -> None:
    errors = wait_errors(truth_of(name), played(name).facts)
    assert [(str(visit), error) for visit, error in errors if error is None or abs(error) > 1000] == []


@pytest.mark.parametrize("name", HONEST)
def test_as_many_endings_as_queue_log_has(name: str) -> None:
    text = (TRACES / f"{name.rpartition('.')[0]}.queue_log").read_text(encoding="utf-8")
    verbs = Counter(stay.verb for stay in read_stays(text).all)
    settled = Counter(fact.outcome.value for fact in of(played(name).facts, VisitSettled))
    untold = settled.pop("unknown", 0)
    short = {verb: verbs[verb] - sum(settled[outcome] for outcome in outcomes) for verb, outcomes in OUTCOMES.items()}
    assert min(short.values()) >= 0, "nothing is told that the log does not know"
    assert sum(short.values()) == untold
    assert untold == 0 or not is_told(name)


@pytest.mark.parametrize("name", [name for name in HONEST if not is_told(name)])
def test_what_the_masked_feed_cannot_tell_names_its_reason(name: str) -> None:
    unknown = [fact for fact in of(played(name).facts, VisitSettled) if fact.outcome is VisitOutcome.UNKNOWN]
    assert {fact.reason for fact in unknown} <= {NO_STATUS}
    assert not [fact for fact in of(played(name).facts, VisitSettled) if fact.outcome is VisitOutcome.REFUSED]


@pytest.mark.parametrize("name", HONEST)
def test_everything_that_begins_ends_once(name: str) -> None:
    facts = played(name).facts
    assert set(map(tuple, call_lives(facts).values())) <= {("arrived", "ended")}
    made, ended = [f.offer for f in of(facts, OfferMade)], [f.offer for f in of(facts, OfferEnded)]
    assert sorted(made) == sorted(ended)
    assert len(set(made)) == len(made)
    answered = [f.visit for f in of(facts, VisitSettled) if f.outcome is VisitOutcome.ANSWERED]
    assert sorted(answered) == sorted(f.visit for f in of(facts, VisitEnded))
    assert len({f.visit for f in of(facts, VisitSettled)}) == len(of(facts, VisitSettled))


@pytest.mark.parametrize("name", FEEDS)
def test_states_of_agents_and_seats_follow_one_another(name: str) -> None:
    last: dict[str, tuple[str, str | None]] = {}
    for fact in of(played(name).facts, AgentChanged):
        before = last.get(fact.agent, ("offline", None))
        assert (fact.previous.value, fact.previous_detail) == before
        assert (fact.state.value, fact.detail) != before
        assert fact.previous_since is None or fact.previous_since <= fact.at
        last[fact.agent] = fact.state.value, fact.detail
    seats: dict[str, str] = {}
    for seat in of(played(name).facts, SeatChanged):
        assert seat.previous.value == seats.get(seat.seat, "empty") != seat.state.value
        seats[seat.seat] = seat.state.value


@pytest.mark.parametrize("name", HONEST)
def test_nothing_is_left_behind(name: str) -> None:
    state = played(name).feed.state
    left = {
        key: value
        for key, value in vars(state).items()
        if isinstance(value, dict | list | set)
        and value
        and key not in {"queues", "agents", "seats", "agent_by_device"}
    }
    assert left == {}
    assert len(state.agent_by_device) == len({a.device for a in state.agents.values() if a.queues})
    assert all(not queue.waiting for queue in state.queues.values())
    assert {agent.state.value for agent in state.agents.values()} <= {"offline", "available", "paused", "unreachable"}
    assert played(name).ticks < 500


@pytest.mark.parametrize("name", [name for name in FEEDS if name.endswith(".all") and "hostile" not in name])
def test_full_and_masked_feed_of_a_run_say_the_same_but_for_what_only_dialplan_shows(name: str) -> None:
    masked = name.replace(".all", ".mask")
    if is_told(masked):
        assert essence(played(name).facts) == essence(played(masked).facts)
        return
    untold = {"timeout", "left_empty", "withdrawn", "redirected", "refused", "unknown"}
    full, less = essence(played(name).facts), essence(played(masked).facts)
    assert {row for row in full ^ less if row[-1] not in untold} == set()


def essence(facts: list[Fact]) -> set[tuple[str, ...]]:
    """Calls, visits and talks without the times, which differ by the feed's own formatting."""
    rows: set[tuple[str, ...]] = {("ended", f.call, f.direction.value) for f in of(facts, CallEnded)}
    rows |= {("arrived", f.call, f.line) for f in of(facts, CallArrived)}
    rows |= {("talk", f.call, f.agent, str(f.ended_by)) for f in of(facts, VisitEnded)}
    return rows | {("visit", f.call, f.queue, f.agent or "", f.outcome.value) for f in of(facts, VisitSettled)}
