"""Connection, pump, journal and core against a real Asterisk: logins, ends, dark networks, and the replay of it all."""

import asyncio
import os
import shutil
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.asterisk import Retry
from gateway.asterisk.doctor import Answers, examine
from gateway.inputs import Input, Kind
from gateway.records import read_segment, segments_of
from lab import conversations, local, scenarios
from lab.place import cache_folder
from lab.plain_mix import plain_numbers
from lab.play import Player
from lab.relay import Relay
from lab.site import Site as Lab
from tests.shells.peer import Delays, Ear, connecting, until
from tests.shells.wire_lab import TLS_PORT, WireLab, account_of, replayed, running, spelt

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def lab() -> Iterator[WireLab]:
    if os.environ.get("CI") != "true" and not (cache_folder() / "asterisk-22").exists():
        pytest.skip("no Asterisk root file system: ./do pbx up builds one")
    with WireLab(22, f"wire-{os.getpid()}", plain=True) as site:
        yield site


@pytest.mark.parametrize("login", ["md5", "plain"])
async def test_login_and_survey(lab: WireLab, login: str) -> None:
    ear = Ear()
    async with connecting(5038, ear, host=lab.place.pbx_host, secret=local.secret("reader"), login=login) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        assert connection.status.answers["CoreSettings"]["AsteriskVersion"].startswith("22.")
        assert "QueueStatus" in connection.status.answers["ListCommands"]
        assert "Originate" not in connection.status.answers["ListCommands"]
        await until(lambda: b"Event: FullyBooted" in ear.received_bytes)
        assert connection.examine() == []


async def test_the_doctor_names_what_a_bare_account_lacks(lab: WireLab) -> None:
    settings: Any = {"host": lab.place.pbx_host, "username": "bare", "secret": "lab-bare-secret"}
    async with connecting(5038, ear := Ear(), **settings) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        assert b"FullyBooted" not in ear.received_bytes
        answers = connection.status.answers
        found = examine(Answers(answers["CoreSettings"], answers["ListCommands"], {}, None, 10.0))
        codes = [finding.code for finding in found]
        assert codes[0] == "no_coreshowchannels"
        assert {"version_unknown", "no_devicestatelist", "no_system_events"} <= set(codes)
        assert all(finding.figure and finding.remedy for finding in found)


async def test_the_doctor_names_what_an_account_may_too_much(lab: WireLab) -> None:
    settings: Any = {"host": lab.place.pbx_host, "username": "lab", "secret": local.secret("lab")}
    async with connecting(5038, Ear(), **settings) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        found = examine(Answers(None, connection.status.answers["ListCommands"]))
        assert [finding.code for finding in found] == ["too_much"]
        assert "Originate" in found[0].what


@pytest.mark.parametrize("login", ["md5", "plain"])
async def test_a_wrong_password_is_auth_and_waits_long(lab: WireLab, login: str) -> None:
    delays = Delays(1000)
    settings: Any = {"host": lab.place.pbx_host, "secret": "wrong", "login": login}
    async with connecting(5038, ear := Ear(), Retry(delays), **settings) as connection:
        await until(lambda: delays.asked)
        assert connection.status.reason == "auth"
        assert delays.asked == [(5.0, 10.0)]
        assert ear.cuts == ["auth"]


async def test_a_second_login_of_a_single_account_is_in_use(lab: WireLab) -> None:
    settings: Any = {"host": lab.place.pbx_host, "username": "single", "secret": "lab-single-secret"}
    async with connecting(5038, Ear(), **settings) as first:
        await until(lambda: first.status.connected)
        async with connecting(5038, Ear(), Retry(Delays(1000)), **settings) as second:
            await until(lambda: second.status.next_attempt_s)
            assert second.status.reason == "in_use"
            assert first.status.connected


async def test_tls_with_the_pbxs_own_certificate(lab: WireLab) -> None:
    context = ssl.create_default_context(cafile=str(lab.pbx.folder / "keys/pbx.pem"))
    settings: Any = {"host": lab.place.pbx_host, "secret": local.secret("reader"), "tls": context, "server_name": "pbx"}
    async with connecting(TLS_PORT, ear := Ear(), **settings) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        await until(lambda: b"FullyBooted" in ear.received_bytes)


async def test_an_untrusted_certificate_and_a_plain_port_are_tls_failures(lab: WireLab) -> None:
    for port in (TLS_PORT, 5038):
        settings: Any = {"host": lab.place.pbx_host, "tls": ssl.create_default_context(), "server_name": "pbx"}
        async with connecting(port, Ear(), Retry(Delays(1000)), connect_s=2.0, **settings) as connection:
            await until(lambda: connection.status.next_attempt_s)
            assert connection.status.reason == "tls", connection.status.detail


async def test_plain_to_the_tls_port_is_named(lab: WireLab) -> None:
    async with connecting(TLS_PORT, Ear(), Retry(Delays(1000)), host=lab.place.pbx_host, banner_s=1.0) as connection:
        await until(lambda: connection.status.next_attempt_s)
        assert connection.status.reason in {"timeout", "banner"}


async def test_a_kicked_session_is_back_at_once_and_blind_time_is_told(lab: WireLab, tmp_path: Path) -> None:
    async with running(tmp_path, account_of(lab)) as gateway:
        await until(lambda: gateway.is_live, 10)
        began = time.monotonic()
        assert await asyncio.to_thread(kick, lab, "reader")
        await until(lambda: gateway.connection.status.logins == 2)
        await until(lambda: gateway.is_live, 10)
        assert time.monotonic() - began < 5
        assert "FeedDown" in gateway.heard.names()
        assert gateway.connection.status.ended == {"kicked": 1}
        assert gateway.heard.names().count("BlindTime") == 2
    assert replayed(tmp_path) == spelt(gateway.heard)


def kick(lab: Lab, user: str) -> bool:
    """`manager kick session` for each session of `user`."""
    with lab.login() as ami:
        rows = ami.act("Command", Command="manager show connected")["Output"].splitlines()
        fds = [row.split()[4] for row in rows if row.split()[:1] == [user]]
        for fd in fds:
            ami.act("Command", Command=f"manager kick session {fd}")
        return bool(fds)


async def test_a_network_cut_without_fin_is_half_open_within_seconds(lab: WireLab, tmp_path: Path) -> None:
    with Relay(lab.place.pbx_host, 5038) as relay:
        async with running(tmp_path, account_of(lab, host=relay.host, port=relay.port)) as gateway:
            await until(lambda: gateway.is_live, 10)
            relay.darken()
            began = time.monotonic()
            await until(lambda: not gateway.is_live, 8)
            assert time.monotonic() - began < 6
            assert gateway.feed.status.reason == "half_open"
            relay.light()
            began = time.monotonic()
            await until(lambda: gateway.is_live, 10)
            assert time.monotonic() - began < 5
    assert replayed(tmp_path) == spelt(gateway.heard)


async def test_real_calls_are_seen_and_the_journal_replays_them_byte_for_byte(lab: WireLab, tmp_path: Path) -> None:
    async with running(tmp_path / "journal", account_of(lab)) as gateway:
        await until(lambda: gateway.is_live, 10)
        await asyncio.to_thread(place_calls, lab)
        await until(lambda: gateway.heard.names().count("VisitSettled") >= 3, 10)
        await until(lambda: gateway.heard.names().count("CallEnded") >= 3, 10)
        assert gateway.pump.status.faults == 0
        assert gateway.connection.status.refused_requests == 0
        assert gateway.connection.tally.orphan_responses == 0
    live = spelt(gateway.heard)
    assert live.count(b'"outcome":"answered"') >= 2
    assert replayed(tmp_path / "journal") == live
    shutil.copytree(tmp_path / "journal", tmp_path / "copy")
    assert replayed(tmp_path / "copy") == live


def place_calls(lab: Lab) -> None:
    player = Player(lab)
    try:
        numbers = plain_numbers()
        player.play_group(conversations.answered(numbers, numbers.main, 0.5, 1.0))
        player.play_group(conversations.answered(numbers, numbers.second, 0.5, 0.5, "agent"))
        player.play_group(scenarios.gives_up(numbers, numbers.single, 1.5, "short_abandoned"))
    finally:
        player.close()


async def test_a_restart_of_the_pbx_is_shutdown_then_refused_then_live(lab: WireLab, tmp_path: Path) -> None:
    async with running(tmp_path, account_of(lab)) as gateway:
        await until(lambda: gateway.is_live, 10)
        # Uptime is in whole seconds: two boots closer than that cannot be told apart.
        booted = gateway.feed.status.started_at
        assert booted is not None
        await until(lambda: time.time_ns() // 1000 - booted > 5_000_000, 10)
        await asyncio.to_thread(lab.restart)
        await until(lambda: gateway.connection.status.logins >= 2, 10)
        await until(lambda: gateway.is_live, 10)
        reasons = [item.data.decode() for item in inputs_of(tmp_path) if item.kind is Kind.CUT]
        assert reasons[0] == "shutdown"
        assert "PbxRestarted" in gateway.heard.names()
    assert replayed(tmp_path) == spelt(gateway.heard)


async def test_a_pbx_that_dies_is_seen_and_comes_back(lab: WireLab, tmp_path: Path) -> None:
    async with running(tmp_path, account_of(lab)) as gateway:
        await until(lambda: gateway.is_live, 10)
        await asyncio.to_thread(lab.kill)
        await until(lambda: not gateway.is_live, 2)
        await until(lambda: gateway.feed.status.reason == "refused", 5)
        await asyncio.to_thread(lab.restart)
        await until(lambda: gateway.is_live, 10)
    assert replayed(tmp_path) == spelt(gateway.heard)


def inputs_of(folder: Path) -> list[Input]:
    return [item for file in segments_of(folder) for item in read_segment(file) if isinstance(item, Input)]
