"""A real PBX, a real farm, a real call between them."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.hostile import attacks, place_hostile
from lab.place import cache_folder
from lab.record import Recorder, read
from lab.scripts import answer
from lab.site import Site, wait_device

READY = os.environ.get("CI") == "true" or shutil.which("mmdebstrap") or (cache_folder() / "asterisk-22").exists()
pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(os.geteuid() != 0 or not READY, reason="needs root, and mmdebstrap for the root file system"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(22, plain=True) as running:
        yield running


def test_a_call_is_answered_and_both_sides_say_the_same(site: Site, tmp_path: Path) -> None:
    with Recorder(site.ami, tmp_path / "feed.ami") as recorder:
        call = site.farm.place_call("12333", {"any": answer(0.5)})
        leg = call.wait_agent()
        call.hang_up()
        call.wait_settled()
        site.farm.write(call.placed)
        assert recorder.snapshots == 1
    feed = b"".join(data for _, data in read(tmp_path / "feed.ami"))
    assert leg.phone == "8007"
    assert feed.count(b"Event: AgentConnect\r\n") == 1
    assert f"CallerIDNum: {call.placed.caller}\r\n".encode() in feed
    assert feed.count(b"Event: DeviceStateListComplete\r\n") == 2
    verbs = [line.split("|")[4] for line in site.queue_log.read_text().splitlines()]
    assert verbs[-3:] == ["ENTERQUEUE", "CONNECT", "COMPLETECALLER"]
    placed = json.loads(site.placed.read_text().splitlines()[-1])
    assert placed["own"]["up_at"] < placed["legs"][0]["up_at"] < placed["own"]["ended_at"]
    assert placed["own"]["ended_by"] == "phone"
    assert placed["legs"][0]["ended_by"] == "pbx"


def test_two_sites_side_by_side_have_equal_uniqueids(site: Site) -> None:
    with Site(22, plain=True) as other:
        assert other.place.pbx_host != site.place.pbx_host
        call = other.farm.place_call("12333", {"any": answer(0.2)})
        call.wait_agent()
        call.hang_up()
        call.wait_settled()
        assert site.pbx.pid != other.pbx.pid
    assert site.pbx.pid is not None


def test_hostile_callers_reach_the_feed_raw(site: Site, tmp_path: Path) -> None:
    with Recorder(site.ami, tmp_path / "feed.ami"):
        placed = place_hostile(site.place, "12333")
    assert placed.keys() == attacks("", "").keys()
    assert placed.pop("event_in_dialled") == 200
    assert set(placed.values()) == {200}
    feed = b"".join(data for _, data in read(tmp_path / "feed.ami"))
    # the forged events stand in the feed after a blank line, as messages of their own, with the prologue of live ones
    for event in (b"Event: Hangup\r\nPrivilege: call,all", b"Event: AgentDump\r\nPrivilege: agent,all"):
        assert re.search(rb"CallerIDNum: 9100\d\r\n\r\n" + event + rb"\r\nTimestamp: \d{10}\.\d{6}\r\n", feed)
    assert b"\r\n\r\nEvent: Shutdown\r\nPrivilege: system,all\r\nRestart: False\r\n\r\n" in feed
    assert "|forged|CONNECT|9|" in site.queue_log.read_text()


def test_killed_and_restarted(site: Site) -> None:
    site.kill()
    assert site.pbx.pid is None
    site.restart()
    call = site.farm.place_call("12333", {"any": answer(0.2)})
    call.wait_agent()
    call.hang_up()
    call.wait_settled()
    starts = [line for line in site.queue_log.read_text().splitlines() if line.endswith("|QUEUESTART|")]
    assert len(starts) == 2


def test_an_unplugged_phone_is_unavailable_until_plugged_in(site: Site) -> None:
    with site.login() as ami:
        site.darken(8009)
        wait_device(ami, "PJSIP/8009", 15, ("UNAVAILABLE",))
        site.farm.register(8009)
        wait_device(ami, "PJSIP/8009", 15)
