"""Codes pressed during a call, on real phones: what only the bridge of a real conversation can show."""

import time
from collections.abc import Callable, Iterator

import pytest

from lab.farm import Call
from lab.farm.calls import Leg
from lab.site import Site
from tests.lab.dialplans.conftest import find_versions

pytestmark = pytest.mark.asterisk
LEAD_SEAT = "8009"


@pytest.fixture(scope="module", params=find_versions() or ["22"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    if not find_versions():
        pytest.skip("no Asterisk root file system: ./do pbx up builds one")
    with Site(request.param) as site:
        yield site


@pytest.fixture
def talk(site: Site) -> Iterator[tuple[Call, Leg]]:
    """A caller of 12345 in conversation with agent 1001 at seat 8001."""
    site.farm.place_call("*411001", source="8001").wait_ended()
    wait_row(site, "HL_SIGNIN|")
    call = site.farm.place_call("12345", {"8001": "answer:0.2:0:plain"})
    leg = call.wait_agent()
    wait_row(site, "|CONNECT|")
    yield call, leg
    call.hang_up()
    call.wait_settled()
    site.farm.place_call("*42", source="8001").wait_ended()
    site.queue_log.write_text("")


def wait_row(site: Site, part: str, timeout: float = 15) -> str:
    """The first row of queue_log that holds `part`."""
    found: list[str] = []

    def look() -> bool:
        found[:] = [row for row in site.queue_log.read_text(encoding="utf-8").splitlines() if part in row]
        return bool(found)

    wait_for(look, lambda: f"no {part} in\n{site.queue_log.read_text(encoding='utf-8')}", timeout)
    return found[0]


def wait_for(test: Callable[[], bool], words: Callable[[], str], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not test():
        assert time.monotonic() < deadline, words()
        time.sleep(0.05)


def test_agent_escalates_the_call_he_is_in(site: Site, talk: tuple[Call, Leg]) -> None:
    call, leg = talk
    call.press("*46", leg)
    assert call.wait_agent(nth=2).phone == LEAD_SEAT
    assert wait_row(site, "HL_ESCALATION").endswith("|12345|agent|call")
    assert "|1001|BLINDTRANSFER|agent|hotline-escalation|" in wait_row(site, "BLINDTRANSFER")


def test_agent_hands_over_to_the_police_with_one_key(site: Site, talk: tuple[Call, Leg]) -> None:
    call, leg = talk
    call.press("*110", leg)
    assert call.wait_agent(nth=2).phone == "110"
    assert wait_row(site, "HL_EMERGENCY").endswith("|12345|110|started")
    call.hang_up()
    wait_row(site, "|12345|110|ANSWER")


def test_three_way_call(site: Site, talk: tuple[Call, Leg]) -> None:
    call, leg = talk
    call.press("*2", leg)
    time.sleep(1.2)  # "transfer" is spoken, digits of the target count after it
    call.press("8003", leg)
    third = call.wait_agent(nth=2)
    call.press("*3", leg)
    with site.login() as ami:
        wait_for(lambda: is_bridge_of_three(ami.command("bridge show all")), lambda: ami.command("bridge show all"), 10)
    call.hang_up(leg)
    time.sleep(1)
    assert (third.phone, third.ended_at, call.own.ended_at) == ("8003", None, None)  # the caller keeps somebody


def is_bridge_of_three(text: str) -> bool:
    return any("softmix" in row and " 3 " in row for row in text.splitlines())


def test_agent_in_a_call_is_not_moved_to_another_seat(site: Site, talk: tuple[Call, Leg]) -> None:
    call, leg = talk
    site.farm.place_call("*411001", source="8002").wait_ended()
    assert wait_row(site, "HL_SIGNINREFUSED").endswith("|1001|02|busy_elsewhere")
    assert leg.ended_at is None
    assert call.own.ended_at is None


def test_caller_is_asked_after_the_agent_hung_up(site: Site, talk: tuple[Call, Leg]) -> None:
    call, leg = talk
    call.hang_up(leg)
    wait_row(site, "|12345|CONTINUE")
    call.press("4")
    assert wait_row(site, "HL_SURVEY").endswith("|12345|4|1001")
