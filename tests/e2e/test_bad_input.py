"""What a site gets wrong: a number of no line, a phone that is no seat, too many sign-ins, an account that may not,
an Asterisk that is too old, a wrong password."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.app import LOOK_SECONDS
from gateway.core.facts import CallArrived, DeviceUnknown, SeatsExceeded, Unexpected
from lab.ami import Ami
from lab.local import LOOPBACK
from lab.scripts import answer
from lab.site import Account, Site
from tests.e2e.aged import Aged
from tests.e2e.inside import Inside
from tests.e2e.process import Poller, Process, wait_until
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
NO_LINE = "19999"
STRANGER = "PJSIP/9999"
DEAF = f"[deaf]\nsecret = lab-deaf-secret\n{LOOPBACK}read = system,agent,user\nwrite = reporting\n"
on_newest = pytest.mark.parametrize("desk", ["22"], indirect=True, scope="module")
on_both = pytest.mark.parametrize("desk", ["22", "16"], indirect=True, scope="module")


@dataclass
class Desk:
    """A plain PBX where all nine seats are taken, its session, and the gateway."""

    site: Site
    ami: Ami
    inside: Inside


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest, versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    assert request.param in versions
    with Site(request.param, plain=True) as site, site.login() as ami:
        settings = write_settings(tmp_path_factory.mktemp("desk"), {"main": site.account("reader")}, free_port())
        with Inside(settings) as inside:
            inside.wait_live()
            yield Desk(site, ami, inside)


@on_both
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


@on_both
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
    wanted = {
        f'hotline_odd_sign_ins_total{{pbx="main",kind="{kind}"}}' for kind in ("unknown_device", "more_than_seats")
    }
    # the page of metrics is kept for a moment
    wait_until("both are figures", lambda: {n for n, v in http.metrics().items() if v and n in wanted} == wanted, 5)
    http.close()
    assert (agent["state"], agent["seat"], agent["device"]) == ("unreachable", None, STRANGER)
    desk.ami.act("QueueRemove", Queue="overflow", Interface=STRANGER)
    desk.inside.wait("he is gone", lambda: desk.inside.feed().state.agents["1015"].state.value == "offline")
    assert desk.inside.of(Unexpected) == []


@on_both
def test_an_account_that_may_not_is_named_with_the_figure(desk: Desk, tmp_path: Path) -> None:
    """The controller's account: no read=agent, no write=reporting. Nothing is shown as if it were complete."""
    said = listen(desk.site.account("controller"), tmp_path, "FullyBooted")
    rights = {line["what"]: line["figure"] for line in said.lines("feed.missing")}
    assert any("write=reporting" in what for what in rights), rights
    assert any("read=system" in what for what in rights), rights
    assert {item["what"]: item["makes_wrong"] for item in said.judged("feed:main")["missing"]} == rights
    assert all(f"{what}: {figure}" in said.judged("feed:main")["why"] for what, figure in rights.items())
    findings = said.lines("pbx.finding")
    assert {"no_coreshowchannels", "version_unknown"} <= {line["code"] for line in findings}
    assert all(line["remedy"] for line in findings)
    assert all(f"{line['what']}: {line['figure']}" in said.judged("doctor:main")["why"] for line in findings)


@on_newest
def test_an_account_that_hears_no_calls_is_named_with_the_figure(desk: Desk, tmp_path: Path) -> None:
    """It shows when a caller joins a queue of whom nothing was heard before."""
    accounts = desk.site.pbx.etc / "local/manager.conf"
    accounts.write_text(accounts.read_text() + DEAF)
    desk.ami.act("Reload", Module="manager")

    def call_once() -> None:
        call = desk.site.farm.place_call("12333", {"any": answer(0.2)})
        call.wait_agent()
        call.hang_up()
        call.wait_settled()

    reader = desk.site.account("reader")
    deaf = Account(reader.host, reader.port, "deaf", "lab-deaf-secret")
    said = listen(deaf, tmp_path, "read=call", call_once)
    (right,) = [line for line in said.lines("feed.missing") if "read=call" in line["what"]]
    assert "calls" in right["figure"]
    assert f"{right['what']}: {right['figure']}" in said.judged("feed:main")["why"]


@on_newest
def test_an_old_version_is_named_with_the_figure(desk: Desk, tmp_path: Path) -> None:
    reader = desk.site.account("reader")
    with Aged(reader.host, reader.port) as way:
        said = listen(Account(way.host, way.port, reader.user, reader.secret), tmp_path, "13.38.3 is older")
    (finding,) = said.lines("pbx.finding")
    assert (finding["pbx"], finding["code"], finding["weight"]) == ("main", "version_old", "wrong")
    assert "16" in finding["remedy"]
    judged = said.judged("doctor:main")
    assert (said.ready["status"], judged["status"]) == ("degraded", "degraded")
    assert judged["why"] == f"{finding['what']}: {finding['figure']}"
    assert "13.38.3" in judged["why"]
    assert "visits" in finding["figure"]


@dataclass
class Said:
    """What a gateway says of its PBX, in readyz and in the log, when it has seen it for a while."""

    ready: dict[str, Any]
    log: list[dict[str, Any]]

    def judged(self, name: str) -> dict[str, Any]:
        """One dependency of readyz."""
        (found,) = [item for item in self.ready["dependencies"] if item["name"] == name]
        return dict(found)

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log's lines of one kind; each must be said once only."""
        found = [line for line in self.log if line["event"] == event]
        assert len({line["what"] for line in found}) == len(found)
        return found


def listen(account: Account, folder: Path, awaited: str, meanwhile: Callable[[], None] = lambda: None) -> Said:
    """Run a gateway until its log speaks of `awaited`, then until the log has had its next turn."""
    port = free_port()
    with Process(write_settings(folder, {"main": account}, port), port) as gateway:
        gateway.wait_live()
        meanwhile()
        wait_until(f"the log says {awaited}", lambda: awaited in gateway.log.read_text(), 15)
        time.sleep(2 * LOOK_SECONDS)
        http = gateway.http
        ready = http.get("/readyz")
        http.close()
        return Said(ready, gateway.events())


@on_newest
def test_wrong_password(desk: Desk, tmp_path: Path) -> None:
    """Said in readyz and once in the log with what to do, and tried rarely: fail2ban counts."""
    good = desk.site.account("reader")
    wrong = Account(good.host, good.port, good.user, "not the secret")
    port = free_port()
    settings = write_settings(tmp_path, {"main": wrong}, port)
    refusals = count_refusals(desk.site)
    with Process(settings, port) as gateway, Poller(port, "/readyz", 0.05, lambda body: body["status"]) as ready:
        wait_until("said", lambda: [e for e in gateway.events() if e["event"] == "ami.cut"], 5)
        time.sleep(4)
        assert count_refusals(desk.site) == refusals + 1
        assert {sample.status for sample in ready.samples} == {503}
        http = gateway.http
        code, body = http.ask("/readyz")
        assert (code, json.loads(body)["dependencies"][0]["why"]) == (503, "auth")
        assert http.ask("/livez")[0] == 200
        http.close()
        (said,) = [event for event in gateway.events() if event["level"] != "info"]
    assert (said["event"], said["pbx"], said["host"], said["reason"]) == ("ami.cut", "main", good.host, "auth")
    assert "manager.conf" in said["remedy"]
    assert "secret" in said["remedy"]
    assert "not the secret" not in gateway.log.read_text()


def count_refusals(pbx: Site) -> int:
    """How often the PBX says that it refused the reader."""
    text = (pbx.pbx.folder / "log/full").read_text(errors="replace")
    return sum("failed to authenticate as 'reader'" in line for line in text.splitlines())
