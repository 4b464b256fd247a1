"""A caller and an agent whose phones have no codec in common: Asterisk drops the call and writes SYSCOMPAT.

app_queue bridges nothing before `ast_channel_make_compatible` agrees; one phone that speaks g729 only, for which no
translator can be had, beside a trunk that speaks ulaw only, is enough to make it refuse (asterisk-facts 2.4).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.facts import AgentChanged, Fact, OfferEnded, Unexpected, VisitEnded, VisitSettled
from lab.record import Recorder
from lab.scripts import answer
from lab.site import Site
from tests.e2e.compare import of
from tests.e2e.inside import Inside
from tests.e2e.settings import free_port, write_settings
from tests.truth.queue_log import LogStay, read_stays
from tests.truth.stays import Stay, Wire
from tests.truth.wire import read_wire

pytestmark = pytest.mark.asterisk
PHONE, AGENT, NUMBER = "8007", "1007", "12333"
OTHER_CODEC = f"\n[{PHONE}](+)\ndisallow = all\nallow = g729\n"
MILLISECOND = 1_000


class OddPhone(Site):
    """A plain site where one seat's phone speaks g729 only."""

    def _prepare(self) -> None:
        super()._prepare()
        for path in (self.pbx.etc / "local/pjsip-seats.conf", self.farm_pbx.etc / "local/pjsip-lines.conf"):
            path.write_text(path.read_text() + OTHER_CODEC)


@dataclass
class Dropped:
    """The call as the log, the wire and the gateway tell it."""

    log: list[LogStay]
    wire: list[Stay]
    facts: list[Fact]
    metrics: dict[str, float]


def drop_a_call(folder: Path, version: str) -> Dropped:
    folder.mkdir()
    with OddPhone(version, plain=True) as site:
        settings = write_settings(folder, {"main": site.account("reader")}, free_port())
        with Inside(settings) as inside, Recorder(site.ami, folder / "wire.ami"):
            inside.wait_live()
            since = inside.mark()
            call = site.farm.place_call(NUMBER, {"any": answer(0.5)})
            call.wait_settled(15)
            inside.wait_fact(VisitSettled, lambda _: True, since=since)
            inside.wait("it is over", lambda: not inside.feed().state.calls)
            inside.wait("he is free", lambda: inside.feed().state.agents[AGENT].state.value == "available")
            http = inside.http
            metrics = http.metrics()
            http.close()
        messages = read_wire(folder / "wire.ami")
        return Dropped(read_stays(site.queue_log.read_text()).all, Wire(messages).stays, inside.facts[since:], metrics)


@pytest.fixture(scope="module")
def drops(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dropped]:
    folder = tmp_path_factory.mktemp("incompatible")
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda version: drop_a_call(folder / version, version), versions)
        return dict(zip(versions, found, strict=True))


@pytest.fixture(params=["22", "16"])
def dropped(request: pytest.FixtureRequest, drops: dict[str, Dropped]) -> Dropped:
    return drops[request.param]


def test_asterisk_writes_syscompat_and_abandons_twice(dropped: Dropped) -> None:
    """Else the other test here shows nothing."""
    assert [stay.verb for stay in dropped.log] == ["SYSCOMPAT"]
    assert [stay.abandons for stay in dropped.wire] == [2]


def test_the_visit_is_incompatible_and_nobody_talked(dropped: Dropped) -> None:
    (stay,) = dropped.wire
    (settled,) = of(dropped.facts, VisitSettled)
    assert (settled.outcome, settled.agent, settled.within_promise) == ("incompatible", None, None)
    assert settled.wait_us is not None
    assert stay.wait_us is not None
    assert abs(settled.wait_us - stay.wait_us) <= MILLISECOND
    (offer,) = of(dropped.facts, OfferEnded)
    assert (offer.agent, offer.outcome) == (AGENT, "answered")
    assert [fact.state for fact in of(dropped.facts, AgentChanged)][-1] == "available"
    assert of(dropped.facts, VisitEnded) == []
    assert of(dropped.facts, Unexpected) == []
    counted = {name for name, value in dropped.metrics.items() if name.startswith("hotline_visits_total{") and value}
    assert len(counted) == 1
    assert 'outcome="incompatible"' in counted.pop()
