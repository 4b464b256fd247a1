"""What happens when the way to the PBX breaks: the right state within 5 s of contact, no ghosts, blind time recorded.

One PBX and one gateway of each version for all; readyz is polled from the first second to the last and must never have
lied. Everything runs on the newest Asterisk, what depends most on the PBX's own ways on the oldest too.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from gateway.core.facts import BlindTime, CallEnded, FeedDown, FeedUp, PbxRestarted, Unexpected, VisitSettled
from gateway.core.words import VisitOutcome
from lab.relay import Relay
from lab.scripts import answer, never
from lab.site import Account, Site
from tests.e2e.inside import Inside
from tests.e2e.outages import SECOND, TALK, agree, clear_lines, end_calls, kick, start_calls
from tests.e2e.pbx_view import View
from tests.e2e.process import Poller, now_us, wait_until
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
NOTICE_SECONDS = 8.0  # a dead peer: Ping every second, 4 s for the Pong, and a slow machine
POLL_US = 100_000
on_newest = pytest.mark.parametrize("pbx", ["22"], indirect=True, scope="module")
on_both = pytest.mark.parametrize("pbx", ["22", "16"], indirect=True, scope="module")


@dataclass
class Outages:
    """The PBX, the way to it that can be cut, the gateway, and the answers of readyz."""

    site: Site
    relay: Relay
    inside: Inside
    ready: Poller
    down: list[tuple[int, int]] = field(default_factory=list)  # when readyz must say no
    up: list[tuple[int, int]] = field(default_factory=list)  # when it must say yes

    def see_up(self, right: int) -> None:
        """Since `right` readyz must say yes; the poll of before is let go by, then two more are waited for."""
        seen = self.ready.asked + 3
        self.inside.wait("three answers of readyz", lambda: self.ready.asked >= seen)
        self.up.append((right + POLL_US, now_us()))

    @property
    def logins(self) -> int:
        return self.inside.gateway.connections["main"].status.logins


@pytest.fixture(scope="module")
def pbx(request: pytest.FixtureRequest, versions: tuple[str, ...]) -> Iterator[Site]:
    assert request.param in versions
    with Site(request.param, plain=True) as site:
        site.farm.set_script("any", "8007", never())
        site.farm.set_script("any", "8009", never())
        yield site


@pytest.fixture(scope="module")
def outages(pbx: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outages]:
    with Relay(pbx.place.pbx_host, pbx.account("reader").port) as relay:
        reader = pbx.account("reader")
        account = Account(relay.host, relay.port, reader.user, reader.secret)
        port = free_port()
        settings = write_settings(tmp_path_factory.mktemp("outages"), {"main": account}, port)
        with Inside(settings) as inside, Poller(port, "/readyz", 0.05, lambda body: body["status"]) as ready:
            inside.wait_live()
            yield Outages(pbx, relay, inside, ready)


def contact(outages: Outages, before: int, timeout: float = 20) -> int:
    """When the gateway has logged in again."""
    outages.inside.wait("logged in again", lambda: outages.logins > before, timeout)
    return now_us()


@on_both
def test_started_in_mid_call(pbx: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    talking, waiting = start_calls(pbx)
    time.sleep(1)
    settings = write_settings(tmp_path_factory.mktemp("midcall"), {"main": pbx.account("reader")}, free_port())
    with Inside(settings) as inside:
        inside.wait("logged in", lambda: inside.gateway.connections["main"].status.logins > 0)
        view = agree(inside, pbx, now_us(), "started in mid-call")
        assert (len(view.calls), len(view.waiting), len(view.talking)) == (2, 1, 1)
        http = inside.http
        (agent,) = http.items("/v1/agents?state=talking")
        assert agent["since_exact"] is False
        (caller,) = [c for queue in http.items("/v1/queues") for c in queue["callers"]]
        assert caller["precision"] == "s"
        assert 1 <= caller["waiting_seconds"] <= 15
        http.close()
        end_calls(talking, waiting)
        inside.wait("no ghosts", lambda: not inside.feed().state.calls and not inside.feed().state.visits)
        outcomes = {fact.outcome: fact for fact in inside.of(VisitSettled)}
        assert outcomes.keys() == {VisitOutcome.ANSWERED, VisitOutcome.SHORT_ABANDONED} or outcomes.keys() == {
            VisitOutcome.ANSWERED,
            VisitOutcome.ABANDONED,
        }
        assert outcomes[VisitOutcome.ANSWERED].wait_us is None
        assert outcomes[VisitOutcome.ANSWERED].within_promise is None
        assert inside.of(Unexpected) == []


@on_both
def test_session_kicked(outages: Outages) -> None:
    calls = start_calls(outages.site)
    inside, site, before = outages.inside, outages.site, outages.logins
    inside.wait("both seen", lambda: len(inside.feed().state.visits) == 2)
    inside.wait("one talks", lambda: any(v.connected_at for v in list(inside.feed().state.visits.values())))
    visits = set(inside.feed().state.visits)
    since = inside.mark()
    end_session(outages)
    seen = contact(outages, before)
    view, right = agree(inside, site, seen, "session kicked"), now_us()
    assert (len(view.calls), len(view.waiting), len(view.talking)) == (2, 1, 1)
    assert set(inside.feed().state.visits) == visits
    end_calls(*calls)
    check_outage(inside, since, {"kicked", "closed"})
    settled = [fact for fact in inside.of(VisitSettled) if fact.visit in visits]
    assert {fact.precision for fact in settled} == {"us"}
    assert all(fact.wait_us is not None for fact in settled)
    outages.see_up(right)


def end_session(outages: Outages) -> None:
    """The PBX kicks the reader; 16 has no command for it (asterisk-facts 7), so there the relay sends the same FIN."""
    if outages.site.version == "16":
        outages.relay.cut()
        return
    with outages.site.login("off") as ami:
        kick(ami, "127.0.0.1")


def check_outage(inside: Inside, since: int, reasons: set[str]) -> BlindTime:
    """The cut and its end were said, with a blind time between that covers it. Returns the blind time."""
    facts = [heard.fact for heard in inside.heard[since:]]
    (down,) = [fact for fact in facts if isinstance(fact, FeedDown)]
    (blind,) = [fact for fact in facts if isinstance(fact, BlindTime)]
    assert down.reason in reasons
    assert any(isinstance(fact, FeedUp) for fact in facts)
    assert blind.start <= down.at < blind.at
    assert [fact for fact in facts if isinstance(fact, Unexpected)] == []
    return blind


@on_newest
def test_network_cut_without_fin(outages: Outages) -> None:
    """While nothing comes, one caller hangs up and another arrives; nobody closes a socket."""
    talking, waiting = start_calls(outages.site)
    inside, site, before, since = outages.inside, outages.site, outages.logins, outages.inside.mark()
    inside.wait("both seen", lambda: len(inside.feed().state.visits) == 2)
    outages.relay.darken()
    dark = now_us()
    end_calls(talking)
    late = site.farm.place_call("12301")
    late.wait_ringing()
    wait_until("readyz says no", lambda: outages.ready.samples[-1].status == 503, NOTICE_SECONDS)
    print(f"\ncut noticed after {(now_us() - dark) / SECOND:.2f} s")
    outages.down.append((now_us(), now_us() + SECOND))
    time.sleep(1.2)
    outages.relay.light()
    seen = contact(outages, before)
    view, right = agree(inside, site, seen, "network cut without FIN"), now_us()
    assert (len(view.calls), len(view.waiting), len(view.talking)) == (2, 2, 0)
    blind = check_outage(inside, since, {"half_open", "timeout"})
    assert blind.start <= dark + 2 * SECOND
    lost = [fact for fact in inside.of(CallEnded) if fact.at >= dark and fact.duration_us is not None]
    assert lost, "the call that ended in the dark is over"
    end_calls(waiting, late)
    inside.wait("no ghosts", lambda: not inside.feed().state.calls and not inside.feed().state.visits)
    outages.see_up(right)


@on_both
def test_pbx_dies_and_comes_back(outages: Outages) -> None:
    """Every open visit is cut, never guessed; nobody talks to a ghost afterwards."""
    talking, waiting = start_calls(outages.site)
    inside, site, before, since = outages.inside, outages.site, outages.logins, outages.inside.mark()
    inside.wait("both seen", lambda: len(inside.feed().state.visits) == 2)
    inside.wait("one talks", lambda: any(v.connected_at for v in list(inside.feed().state.visits.values())))
    visits = {visit.connected_at is None: visit.id for visit in inside.feed().state.visits.values()}
    site.kill()
    killed = now_us()
    outages.down.append((killed + SECOND, killed + int(1.5 * SECOND)))
    time.sleep(1.5)
    site.restart()
    seen = contact(outages, before)
    view, right = agree(inside, site, seen, "PBX restarted"), now_us()
    assert view == View(frozenset(), frozenset(), frozenset())
    check_outage(inside, since, {"kicked", "closed"})
    assert len([f for f in inside.of(PbxRestarted) if f.at > killed]) == 1
    settled = {fact.visit: fact.outcome for fact in inside.of(VisitSettled)}
    assert settled[visits[True]] is VisitOutcome.CUT
    assert settled[visits[False]] is VisitOutcome.ANSWERED
    assert not inside.feed().state.visits
    clear_lines(talking, waiting)
    again = site.farm.place_call(TALK, {"any": answer(0.3)})
    again.wait_agent()
    inside.wait("the next call is seen", lambda: len(inside.feed().state.visits) == 1)
    end_calls(again)
    outages.see_up(right)


@on_newest
def test_pbx_stopped_and_started(outages: Outages) -> None:
    """An orderly stop: what Asterisk still says of the calls is believed, the rest is cut; each visit settles once."""
    calls = start_calls(outages.site)
    inside, site, before, since = outages.inside, outages.site, outages.logins, outages.inside.mark()
    inside.wait("both seen", lambda: len(inside.feed().state.visits) == 2)
    inside.wait("one talks", lambda: any(v.connected_at for v in list(inside.feed().state.visits.values())))
    visits = set(inside.feed().state.visits)
    site.pbx.stop()
    outages.down.append((now_us() + SECOND // 2, now_us() + SECOND))
    time.sleep(1)
    site.restart()
    seen = contact(outages, before)
    view, right = agree(inside, site, seen, "PBX stopped and started"), now_us()
    assert view == View(frozenset(), frozenset(), frozenset())
    check_outage(inside, since, {"shutdown", "kicked", "closed"})
    assert len([fact for fact in inside.facts[since:] if isinstance(fact, PbxRestarted)]) == 1
    settled = Counter(fact.visit for fact in inside.of(VisitSettled) if fact.visit in visits)
    assert settled == Counter(visits)
    assert not inside.feed().state.visits
    clear_lines(*calls)
    outages.see_up(right)


@on_both
def test_readyz_never_lied(outages: Outages) -> None:
    """Whenever the test knows better: no while blind, yes while seeing; with one more cut of its own."""
    outages.see_up(now_us())
    before = outages.logins
    outages.relay.darken()
    dark = now_us()
    wait_until("readyz says no", lambda: outages.ready.samples[-1].status == 503, NOTICE_SECONDS)
    outages.down.append((now_us(), now_us() + SECOND))
    time.sleep(1.2)
    outages.relay.light()
    seen = contact(outages, before)
    agree(outages.inside, outages.site, seen, f"dark for {(seen - dark) / SECOND:.1f} s with no call")
    outages.see_up(now_us())
    assert outages.ready.fault is None
    for window, wanted in ((outages.down, 503), (outages.up, 200)):
        for begin, end in window:
            assert statuses(outages.ready, begin, end) == {wanted}, (begin, end)
    for sample in outages.ready.samples:
        (feed,) = [item for item in sample.body["dependencies"] if item["name"] == "feed:main"]
        assert (feed["status"] == "down") == (sample.status == 503)
        assert feed["since"] is not None or sample is outages.ready.samples[0]
        assert feed["why"] is not None or feed["status"] == "ok"


def statuses(ready: Poller, begin: int, end: int) -> set[int]:
    """Every status readyz gave between two times."""
    before = [sample.status for sample in ready.samples if sample.at <= begin][-1:]
    return {*before, *(sample.status for sample in ready.samples if begin < sample.at <= end)}


@on_both
def test_blind_time_adds_up(outages: Outages) -> None:
    """What /metrics and the live answers say is the sum of what was said, fact by fact."""
    blind = sum(fact.at - fact.start for fact in outages.inside.of(BlindTime))
    http = outages.inside.http
    shown = http.get("/v1/agents")
    metered = [value for name, value in http.metrics().items() if name.startswith("hotline_blind_seconds_total{")]
    http.close()
    assert shown["feeds"][0]["blind_seconds"] == pytest.approx(blind / SECOND, abs=0.001)
    assert metered == [pytest.approx(blind / SECOND, abs=0.001)]
