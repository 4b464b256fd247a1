"""What a site gets wrong: a number of no line, a phone that is no seat, too many sign-ins, an account that may not."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.core.facts import CallArrived, DeviceUnknown, SeatsExceeded, Unexpected
from lab.ami import Ami
from lab.site import Site
from tests.e2e.inside import Inside
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
NO_LINE = "19999"
STRANGER = "PJSIP/9999"


@dataclass
class Desk:
    """A plain PBX where all nine seats are taken, its session, and the gateway."""

    site: Site
    ami: Ami
    inside: Inside


@pytest.fixture(scope="module")
def desk(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Site(versions[0], plain=True) as site, site.login() as ami:
        settings = write_settings(tmp_path_factory.mktemp("desk"), {"main": site.account("reader")}, free_port())
        with Inside(settings) as inside:
            inside.wait_live()
            yield Desk(site, ami, inside)


def test_an_unknown_number_counts_on_the_unknown_line(desk: Desk) -> None:
    call = desk.site.farm.place_call(NO_LINE)
    call.wait_up()
    arrived = desk.inside.wait_fact(CallArrived, lambda fact: fact.did == NO_LINE)
    call.hang_up()
    call.wait_settled()
    assert arrived.line == "unknown"
    http = desk.inside.http
    desk.inside.wait("call over", lambda: not desk.inside.feed().state.calls)
    (line,) = [line for line in http.items("/v1/lines") if line["did"] == "unknown"]
    counted = {
        n: v for n, v in http.metrics().items() if n.startswith("hotline_calls_total{") and 'line="unknown"' in n
    }
    http.close()
    assert line["calls"] == 1
    assert sum(counted.values()) == 1


def test_a_phone_that_is_no_seat_and_one_agent_too_many(desk: Desk) -> None:
    """The nine agents of queues.conf fill the nine seats; a tenth signs in on a phone that nobody named."""
    since = desk.inside.mark()
    desk.ami.act("QueueAdd", Queue="overflow", Interface=STRANGER, MemberName="1015", StateInterface=STRANGER)
    unknown = desk.inside.wait_fact(DeviceUnknown, lambda _: True, since=since)
    many = desk.inside.wait_fact(SeatsExceeded, lambda _: True, since=since)
    assert (unknown.device, unknown.agent) == (STRANGER, "1015")
    assert (many.signed_in, many.seats) == (10, 9)
    http = desk.inside.http
    (agent,) = http.items("/v1/agents?agent=1015")
    http.close()
    assert (agent["state"], agent["seat"], agent["device"]) == ("unreachable", None, STRANGER)
    desk.ami.act("QueueRemove", Queue="overflow", Interface=STRANGER)
    desk.inside.wait("he is gone", lambda: desk.inside.feed().state.agents["1015"].state.value == "offline")
    assert desk.inside.of(Unexpected) == []


def test_an_account_that_may_not_is_named_with_the_figure(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The controller's account: no read=agent, no write=reporting. Nothing is shown as if it were complete."""
    folder = tmp_path_factory.mktemp("poor")
    with Inside(write_settings(folder, {"main": desk.site.account("controller")}, free_port())) as inside:
        inside.wait("logged in", lambda: inside.gateway.connections["main"].status.logins > 0)
        inside.wait("the lists are answered", lambda: len(inside.feed().status.missing) >= 2, 15)
        http = inside.http
        _, ready = http.ask("/readyz")
        shown = http.get("/v1/agents")["feeds"][0]["missing"]
        http.close()
        named = {item["what"]: item["makes_wrong"] for item in shown}
        assert any("reporting" in what for what in named), named
        assert all(named.values())
        assert all(what in ready.decode() for what in named)
