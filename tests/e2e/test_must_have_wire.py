"""Must-have cases of asterisk-facts section 9 that lie on the way to the PBX: stale, truncated, stalled."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.facts import FeedDown, Unexpected, VisitEnded, VisitJoined, VisitSettled
from lab.ami import Ami
from lab.local import secret
from lab.scripts import answer, never
from lab.site import Account, Site
from tests.e2e.compare import of
from tests.e2e.inside import Inside
from tests.e2e.lagging import Lagging
from tests.e2e.pbx_view import ask_gateway, ask_pbx
from tests.e2e.process import Process, wait_until
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
LAG_SECONDS = 0.3
FLOOD_EVENTS = 16_000
FLOOD_TEXT = "x" * 700


def wait_same(inside: Inside, ami: Ami, what: str, timeout: float = 10) -> None:
    """Until gateway and PBX show the same calls, callers and talks."""
    http = inside.http
    wait_until(what, lambda: inside.feed().status.live and ask_gateway(http) == ask_pbx(ami), timeout)
    http.close()


@pytest.fixture
def lagging(plain_pbx: Site) -> Iterator[Lagging]:
    with Lagging(plain_pbx.place.pbx_host, plain_pbx.account("reader").port, LAG_SECONDS) as way:
        yield way


def through(way: Lagging, folder: Path) -> Inside:
    """A gateway that reaches the PBX over the lagging way."""
    account = Account(way.host, way.port, "reader", secret("reader"))
    return Inside(write_settings(folder, {"main": account}, free_port()))


def test_stale_events_after_a_snapshot(plain_pbx: Site, lagging: Lagging, tmp_path: Path) -> None:
    """Lists overtake the events that led to them, again and again while calls come and go (asterisk-facts 5.2)."""
    plain_pbx.farm.set_script("any", "8007", never())
    calls = [plain_pbx.farm.place_call("12315", {"any": answer(0.2)})]
    with through(lagging, tmp_path) as inside, plain_pbx.login("off") as ami:
        for number in range(6):
            calls.append(
                plain_pbx.farm.place_call(("12315", "12333")[number % 2], {"any": (answer(0.4), never())[number % 2]})
            )
            time.sleep(0.35)
            ami.act("Reload", Module="res_musiconhold.so")
            calls[-2].hang_up()
        inside.wait_live()
        time.sleep(0.5)
        calls[-1].hang_up()
        for call in calls:
            call.wait_settled()
        wait_same(inside, ami, "no ghosts")
        inside.wait("all over", lambda: not inside.feed().state.calls and not inside.feed().state.visits)
        assert lagging.late > 20, "no list overtook an event"
        joined = Counter(fact.call for fact in inside.of(VisitJoined))
        settled = Counter(fact.call for fact in inside.of(VisitSettled))
        assert joined == settled
        assert set(settled.values()) == {1}
        assert len(settled) >= len(calls) - 1  # the first may be over before the gateway looks
        assert inside.of(Unexpected) == []


def test_truncated_last_message_at_disconnect(plain_pbx: Site, lagging: Lagging, tmp_path: Path) -> None:
    """Half an event, then the end: it is never parsed (asterisk-facts 5.3.10), and what it said is seen afterwards."""
    with through(lagging, tmp_path) as inside, plain_pbx.login("off") as ami:
        inside.wait_live()
        talking = plain_pbx.farm.place_call("12315", {"any": answer(0.2)})
        talking.wait_agent()
        wait_same(inside, ami, "one talks")
        logins, since = inside.gateway.connections["main"].status.logins, inside.mark()
        lagging.break_off()
        ami.act("QueuePause", Interface="PJSIP/8004", Paused="true", Reason="break")
        inside.wait("logged in again", lambda: inside.gateway.connections["main"].status.logins > logins)
        wait_same(inside, ami, "the same again")
        agents = inside.feed().state.agents
        is_talking = agents["1004"].state.value in ("talking", "held")
        inside.wait("the pause is known", lambda: agents["1004"].state.value == ("talking" if is_talking else "paused"))
        ami.act("QueuePause", Interface="PJSIP/8004", Paused="false")
        talking.hang_up()
        talking.wait_settled()
        inside.wait("all over", lambda: not inside.feed().state.calls and not inside.feed().state.visits)
        facts = inside.facts[since:]
        assert len(of(facts, FeedDown)) == 1
        assert of(facts, Unexpected) == []
        (end,) = of(facts, VisitEnded)
        assert end.ended_by == "caller"


def test_stalled_reader(plain_pbx: Site, tmp_path: Path) -> None:
    """The gateway stands still until Asterisk cuts it in mid-message; calls go on meanwhile, and it finds back."""
    port = free_port()
    settings = write_settings(tmp_path, {"main": plain_pbx.account("reader")}, port)
    with Process(settings, port) as gateway, plain_pbx.login("off") as ami:
        gateway.wait_live()
        before = readers(ami)
        os.kill(gateway.pid, signal.SIGSTOP)
        flood(ami)
        call = plain_pbx.farm.place_call("12315", {"any": answer(0.2)})
        call.wait_agent()
        wait_until("Asterisk cut the reader", lambda: readers(ami) < before, 20)
        os.kill(gateway.pid, signal.SIGCONT)
        http = gateway.http
        wait_until("seen again", lambda: ask_gateway(http) == ask_pbx(ami) and is_live(gateway), 10)
        call.hang_up()
        call.wait_settled()
        wait_until("all over", lambda: not http.items("/v1/calls"), 10)
        metrics = http.metrics()
        http.close()
        assert sum(v for name, v in metrics.items() if name.startswith("hotline_unexpected_total{")) == 0
        assert sum(v for name, v in metrics.items() if name.startswith("hotline_blind_seconds_total{")) > 0


def flood(ami: Ami) -> None:
    """More events than sockets hold, without waiting for each reply."""
    for _ in range(FLOOD_EVENTS):
        ami.send("UserEvent", UserEvent="Flood", Text=FLOOD_TEXT)


def readers(ami: Ami) -> int:
    """Sessions of the reader that the PBX still has."""
    rows = ami.command("manager show connected").splitlines()
    return sum(row.split()[:1] == ["reader"] for row in rows)


def is_live(gateway: Process) -> bool:
    http = gateway.http
    live = all(feed["live"] for feed in http.get("/v1/agents")["feeds"])
    http.close()
    return live
