"""Recorded runs of real PBXs: calls, offers, spells and surveys once each, whoever comes first, twice or in pieces."""

import re
from collections import Counter as Tally
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.agent_spells import SpellRow
from gateway.core.contacts import Contacts
from gateway.core.facts import AgentChanged, CallAnswered, CallArrived, FeedUp, OfferEnded, WrapUpEnded
from gateway.core.surveys import SurveyRow
from gateway.core.words import Direction, OfferOutcome
from tests.e2e.compare import of
from tests.scenarios.counter import PBX, Counter, log_records, records_of, told_by
from tests.scenarios.feeds import SITE, TRACES
from tests.scenarios.shelf import log_of
from tests.scenarios.test_traces import COMPARED, HONEST, played, truth_of

HOSTILE = [path.name.removesuffix(".ami") for path in TRACES.glob("*hostile*.ami")]
RUNG = re.compile(rb"^\d+\|([^|]+)\|[^|]+\|([^|]+)\|(RINGNOANSWER|RINGCANCELED|CONNECT|AGENTDUMP)\b", re.MULTILINE)


@cache
def counted(name: str, order: str) -> Counter:
    """All rows of a run: `live` alone, `log` alone, or one after the other."""
    counter = Counter()
    for source in order.split():
        facts, records = (played(name).facts, []) if source == "live" else ([], log_records(name))
        counter.take(told_by(facts, records))
    return counter


def piecewise(name: str) -> Counter:
    """Written after each fact and each record."""
    counter, contacts = Counter(), Contacts(PBX, "here")
    for fact in played(name).facts:
        counter.take(told_by([fact], [], contacts))
    for record in log_records(name):
        counter.take(told_by([], [record], contacts))
    return counter


@pytest.mark.parametrize("name", HONEST + HOSTILE)
def test_whoever_comes_first_the_rows_say_the_same(name: str) -> None:
    assert counted(name, "live log").said() == counted(name, "log live").said() == piecewise(name).said()


@pytest.mark.parametrize("name", HONEST + HOSTILE)
def test_the_same_again_writes_nothing(name: str) -> None:
    counter = counted(name, "live log")
    before, written = counter.said(), counter.written
    counter.take(told_by(records=log_records(name)))
    counter.take(told_by(played(name).facts))
    counter.take(told_by(played(name).facts[len(played(name).facts) // 3 :]))
    assert counter.said() == before
    assert counter.written == written


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(COMPARED), st.data())
def test_any_interleaving_of_batches_and_pieces_gives_the_same(name: str, data: st.DataObject) -> None:
    """Feed and log in any mixture of batches, pieces of the log again from any byte to any other."""
    facts, records, counter = list(played(name).facts), log_records(name), Counter()
    live, log = Contacts(PBX, "here"), Contacts(PBX, "here")
    while facts or records:
        if facts and (not records or data.draw(st.booleans())):
            some = data.draw(st.integers(min(20, len(facts)), len(facts)))
            counter.take(told_by(facts[:some], contacts=live))
            del facts[:some]
        else:
            some = data.draw(st.integers(min(20, len(records)), len(records)))
            counter.take(told_by(records=records[:some], contacts=log))
            del records[:some]
    raw = log_of(name)
    begin = data.draw(st.integers(0, len(raw)))
    counter.take(told_by(records=records_of(raw[begin : data.draw(st.integers(begin, len(raw)))])))
    assert counter.said() == counted(name, "live log").said()


@pytest.mark.parametrize("name", COMPARED)
def test_every_call_placed_is_one_row_with_exact_times(name: str) -> None:
    rows = {row.callid: row for row in counted(name, "live log").calls.values()}
    assert (
        len(rows)
        == len(counted(name, "live log").calls)
        == len({fact.call for fact in of(played(name).facts, CallArrived)})
    )
    for visit in truth_of(name).visits:
        if visit.wire is not None:
            row = rows[visit.wire.call]
            assert (row.source, row.precision) == ("both", "us")
            assert row.arrived_at is not None
            assert row.arrived_at <= visit.wire.joined_at


@pytest.mark.parametrize("name", COMPARED)
def test_the_log_alone_knows_when_its_calls_came(name: str) -> None:
    """To the second by the Uniqueid, exactly by our markers; who came by no trunk of ours has no direction."""
    live = counted(name, "live").calls
    beside = {fact.call for fact in of(played(name).facts, CallAnswered)}
    for row in counted(name, "log").calls.values():
        seen = live[row.id]
        assert row.arrived_at is not None
        assert seen.arrived_at is not None
        apart = seen.arrived_at - row.arrived_at
        assert abs(apart) < 20_000 if row.precision == "us" else 0 <= apart < 1_000_000
        assert row.direction is (Direction.INBOUND if row.precision == "us" else None)
        assert row.precision == "s" or name.startswith("hotline")
        assert (row.answered_at is None) == (seen.answered_at is None) or row.callid in beside, "queues have a log"
        if row.precision == "us" and row.ended_at is not None:
            assert seen.ended_at is not None
            assert abs(row.ended_at - seen.ended_at) < 50_000
            assert (row.did, row.cause) == (seen.did, seen.cause)


@pytest.mark.parametrize("name", HONEST)
def test_every_ring_of_the_log_is_one_of_the_feed(name: str) -> None:
    """Counted in the raw file: each of its rings is one row, and no ring of the feed became two."""
    rows = counted(name, "live log").offers.values()
    told = Tally(
        (callid.decode(), agent.decode(), verb == b"AGENTDUMP") for callid, agent, verb in RUNG.findall(log_of(name))
    )
    assert Tally((row.log.callid, row.agent, row.dumped) for row in rows if row.log is not None) == told
    assert {row.id for row in rows} == {fact.offer for fact in of(played(name).facts, OfferEnded)}
    assert {row.precision for row in rows} <= {"us"}
    alone = {row.outcome for row in rows if row.source == "live"}
    assert alone <= {OfferOutcome.TAKEN_ELSEWHERE, OfferOutcome.ANSWERED}, (
        "losers, and callers gone in the announcement"
    )


@pytest.mark.parametrize("name", HONEST)
def test_the_log_alone_times_rings_to_the_second(name: str) -> None:
    seen = counted(name, "live log").offers.values()
    by_log = {row.log: row for row in seen if row.log is not None}
    for row in counted(name, "log").offers.values():
        assert row.log is not None
        both = by_log[row.log]
        assert (row.source, row.precision) == ("log", "s")
        if row.ring_us is not None:
            assert both.ring_us is not None
            assert row.made_at is not None
            assert both.made_at is not None
            assert abs(row.ring_us - both.ring_us) < 1_100_000
            assert abs(row.made_at - both.made_at) < (2_000_000 if row.queue != "announced" else 5_000_000)


@pytest.mark.parametrize("name", HONEST)
def test_spells_of_an_agent_follow_one_another(name: str) -> None:
    facts = [FeedUp(PBX, 0, None, None), *played(name).facts]
    told = told_by(facts).spells
    assert len(told) == len(of(facts, AgentChanged))
    last: dict[str, SpellRow] = {}
    for spell in sorted(told.values(), key=lambda spell: spell.started_at):
        if spell.agent in last:
            assert last[spell.agent].ended_at == spell.started_at
        last[spell.agent] = spell
        assert not spell.start_is_bound
        assert (spell.visit is not None) == (spell.state.value in {"talking", "held"}) or spell.state.value == "wrap_up"
    wraps = {spell.visit for spell in told.values() if spell.state.value == "wrap_up"}
    assert wraps == {fact.visit for fact in of(facts, WrapUpEnded)}
    assert all(spell.ended_at is None for spell in last.values())


def test_surveys_of_feed_and_log_are_one() -> None:
    rows = [row for name in HONEST for row in counted(name, "live log").others.values() if isinstance(row, SurveyRow)]
    assert [(row.source, row.precision) for row in rows] == [("both", "us")] * 3
    assert sorted((row.agent or "", row.score, row.outcome) for row in rows if row.score) == [("1002", 4, "rated")]
    assert {row.outcome for row in rows if row.score is None} == {None}
    assert {row.queue for row in rows} == {"hotline"}
    assert all(row.visit is not None for row in rows)
    alone = [row for name in HONEST for row in counted(name, "log").others.values()]
    assert {row.id for row in alone} == {row.id for row in rows}
    assert all(row.visit is None for row in alone)


@pytest.mark.parametrize("name", HONEST)
def test_no_row_has_the_callers_number(name: str) -> None:
    numbers = {fact.caller for fact in of(played(name).facts, CallArrived) if len(fact.caller) > 5}
    text = repr(counted(name, "live log").said())
    assert not {number for number in numbers if number in text}


def test_a_masked_feed_and_a_full_one_have_the_same_rings() -> None:
    full, masked = (counted(f"plain22-everyday.{feed}", "live log") for feed in ("all", "mask"))
    assert len(full.offers) == len(masked.offers) > 10
    assert SITE.queue_id("hotline") in {row.queue for row in full.offers.values()}
