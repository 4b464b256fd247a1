"""The test cases that asterisk-facts section 9 says every client of AMI must have, each by its name.

Three of them are in every mix and are looked at there; `%0D%0A` in From is test_hostile.py; log rotation and the
case of queue names belong to the ledger.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.facts import OfferEnded, StateCorrected, Unexpected, VisitEnded, VisitSettled
from lab.ami import Ami
from lab.farm import Call
from lab.record import Recorder
from lab.scripts import answer
from lab.site import Site
from tests.e2e.compare import ended_by_visit, of, settled_by_key
from tests.e2e.inside import Inside
from tests.e2e.mixes import Mix
from tests.e2e.settings import free_port, write_settings
from tests.truth.wire import Message, read_wire

pytestmark = pytest.mark.asterisk
SECOND = 1_000_000
MILLISECOND = 1_000


# -- what every mix holds ----------------------------------------------------------------------------------------------


def test_duplicate_dial_end(mix: Mix) -> None:
    """The first DialEnd of a leg counts, the second changes nothing (asterisk-facts 2.8)."""
    ends = Counter(message.get("DestUniqueid") for message in mix.messages if message.event == "DialEnd")
    assert sum(count > 1 for count in ends.values()) >= 10
    offers = Counter(fact.offer for fact in of(mix.facts, OfferEnded))
    assert set(offers.values()) == {1}
    assert of(mix.facts, Unexpected) == []


def test_abandon_on_timeout_withdraw_and_redirect(mix: Mix) -> None:
    """QueueCallerAbandon comes for each of them and none is an abandoned visit (asterisk-facts 2.4)."""
    settled = settled_by_key(mix.facts)
    wanted = {"timeout", "withdrawn", "redirected", "left_empty"}
    seen: Counter[str] = Counter()
    for visit in mix.truth.visits:
        if visit.expected.outcome in wanted:
            assert visit.wire is not None
            assert visit.wire.abandons == 1
            assert settled[visit.key].outcome.value in (visit.expected.outcome, "unknown")
            seen[visit.expected.outcome] += 1
    assert seen.keys() == wanted


def test_queue_reload_and_reset_in_mid_call(mix: Mix) -> None:
    """app_queue forgets what it had counted of these calls (asterisk-facts 2.9); the gateway does not."""
    settled, ended = settled_by_key(mix.facts), ended_by_visit(mix.facts)
    disturbed = [v for v in mix.truth.visits if v.placed.scenario in ("reload_in_mid_call", "reset_in_mid_call")]
    assert {visit.placed.scenario for visit in disturbed} == {"reload_in_mid_call", "reset_in_mid_call"}
    for visit in disturbed:
        fact = settled[visit.key]
        assert fact.outcome.value == visit.expected.outcome
        assert ended[fact.visit].ended_by == visit.expected.ended_by
        assert ended[fact.visit].talk_us is not None
    assert {agent["state"] for agent in mix.agents} <= {"available", "offline"}


def test_agent_complete_without_channel_fields(mix: Mix, capsys: pytest.CaptureFixture[str]) -> None:
    """It comes from a pool thread when channels may be gone (asterisk-facts 2.7): who ended is known all the same."""
    torn = [m for m in mix.messages if m.event == "AgentComplete" and not (m.get("Channel") and m.get("DestChannel"))]
    with capsys.disabled():
        print(f"\n{mix.name}: {len(torn)} AgentComplete without Channel or DestChannel")
    settled, ended = settled_by_key(mix.facts), ended_by_visit(mix.facts)
    for visit in mix.truth.visits:
        if visit.expected.outcome == "answered":
            assert ended[settled[visit.key].visit].ended_by == visit.expected.ended_by, str(visit)


# -- what is brought about here ----------------------------------------------------------------------------------------


@dataclass
class Ward:
    """A plain PBX, a gateway and a recorder beside it."""

    site: Site
    ami: Ami
    inside: Inside
    wire: Path

    def messages(self) -> list[Message]:
        return read_wire(self.wire)

    def channel_of(self, call: Call) -> str:
        """The caller's channel at the PBX."""
        found = [c["Channel"] for c in self.ami.items("CoreShowChannels") if c["CallerIDNum"] == call.placed.caller]
        return found[0]


@pytest.fixture(scope="module")
def ward(plain_pbx: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("ward")
    settings = write_settings(folder, {"main": plain_pbx.account("reader")}, free_port())
    wire = folder / "wire.ami"
    with Inside(settings) as inside, Recorder(plain_pbx.ami, wire), plain_pbx.login() as ami:
        inside.wait_live()
        yield Ward(plain_pbx, ami, inside, wire)


def test_agent_complete_with_late_talk_time(ward: Ward) -> None:
    """A supervisor redirects the caller who talks: the agent is free at once, AgentComplete comes when he dies."""
    since, mark = ward.inside.mark(), ward.ami.mark()
    call = ward.site.farm.place_call("12315", {"any": answer(0.3)})
    call.wait_agent()
    ward.inside.wait("he talks", lambda: any(v.connected_at for v in list(ward.inside.feed().state.visits.values())))
    time.sleep(0.5)
    ward.ami.act("Redirect", Channel=ward.channel_of(call), Context="moved", Exten="s", Priority="1")
    end = ward.inside.wait_fact(VisitEnded, lambda _: True, since=since)
    late = ward.ami.wait("AgentComplete", lambda event: event["Event"] == "AgentComplete", 10, mark)
    call.wait_settled()
    assert "DestChannel" not in late
    messages = ward.messages()
    joined = next(m for m in messages if m.event == "QueueCallerJoin" and m.get("CallerIDNum") == call.placed.caller)
    mine = [m for m in messages if m.get("Uniqueid") == joined.get("Uniqueid")]
    connected = next(m for m in mine if m.event == "AgentConnect")
    left = next(m for m in messages if m.event == "BridgeLeave" and m.arrived >= connected.arrived)
    assert end.talk_us is not None
    assert abs(end.talk_us - (left.at - connected.at)) <= MILLISECOND
    assert int(late["TalkTime"]) * SECOND > end.talk_us + SECOND
    assert float(late["Timestamp"]) * SECOND > end.at + SECOND
    state = next(f for f in ward.inside.facts[since:] if isinstance(f, VisitSettled) and f.visit == end.visit)
    assert state.outcome.value == "answered"
    assert ward.inside.of(Unexpected) == []


def test_same_state_interface_twice(ward: Ward) -> None:
    """Two members on one phone: app_queue updates only the first it finds (asterisk-facts 2.6)."""
    since, mark = ward.inside.mark(), ward.ami.mark()
    twins = {"Local/8006@local-seat/n": "1011", "Local/8006@local-seat": "1012"}
    ward.site.farm.set_script("any", "8006", answer(0.2))
    for interface, agent in twins.items():
        ward.ami.act("QueueAdd", Queue="overflow", Interface=interface, MemberName=agent, StateInterface="PJSIP/8006")
    agents = ward.inside.feed().state.agents
    ward.inside.wait("both there", lambda: {agents[n].state.value for n in twins.values()} == {"available"})
    call = ward.site.farm.place_call("8006")
    call.wait_agent()
    status = "QueueMemberStatus"
    ward.ami.wait(status, lambda e: e["Event"] == status and e["Interface"] in twins and e["Status"] == "2", 5, mark)
    call.hang_up()
    call.wait_settled()
    ward.ami.wait(status, lambda e: e["Event"] == status and e["Interface"] in twins and e["Status"] == "1", 5, mark)
    events = [e for n, e in list(ward.ami.events) if n > mark and e["Event"] == status and e["Interface"] in twins]
    assert len({event["Interface"] for event in events}) == 1, "this PBX updates both: the case is gone"
    ward.inside.wait("nobody stuck", lambda: {agents[n].state.value for n in twins.values()} == {"available"})
    for interface in twins:
        ward.ami.act("QueueRemove", Queue="overflow", Interface=interface)
    ward.inside.wait("both gone", lambda: {agents[n].state.value for n in twins.values()} == {"offline"})
    assert not any(isinstance(fact, Unexpected) for fact in ward.inside.facts[since:])


def test_originate_response_is_no_response(ward: Ward) -> None:
    """`OriginateResponse` has `Event:` and `Response:` and an ActionID (asterisk-facts 1.4): it answers nothing."""
    feed = ward.inside.feed()
    before = feed.events.get("OriginateResponse", 0)
    logins = ward.inside.gateway.connections["main"].status.logins
    for channel in ("PJSIP/nobody", "Local/s@moved"):
        mark = ward.ami.mark()
        ward.ami.act("Originate", Channel=channel, Application="Wait", Data="0.2", Async="true", Timeout="3000")
        seen = ward.ami.wait("OriginateResponse", lambda e: e["Event"] == "OriginateResponse", 10, mark)
        assert "Response" in seen
        assert "ActionID" in seen
    ward.inside.wait("both seen", lambda: feed.events.get("OriginateResponse", 0) == before + 2)
    assert ward.inside.of(Unexpected) == []
    assert feed.status.live
    assert ward.inside.gateway.connections["main"].status.logins == logins


def test_nothing_was_corrected_on_a_clean_run(ward: Ward) -> None:
    """The last word: what snapshots had to mend while everything went well is nothing."""
    assert ward.inside.of(StateCorrected) == []
