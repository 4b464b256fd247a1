"""Asterisk takes the configuration without complaint, and the accounts have no more than they need."""

import re
import socket

import pytest

from lab import local
from lab.ami import Ami, RefusedError
from lab.instance import Instance
from lab.place import AMI_PORT
from tests.lab.dialplans.conftest import DIALPLANS
from tests.lab.dialplans.walker import AT, Caller, is_marker

pytestmark = pytest.mark.asterisk


def test_loads_without_complaint(pbx: Instance) -> None:
    text = (pbx.folder / "console.log").read_text(errors="replace")
    assert [line for line in text.splitlines() if re.search(r"\b(WARNING|ERROR)\[", line)] == []


def test_everything_is_there(ami: Ami) -> None:
    contexts = ami.command("dialplan show")
    for name in (
        "from-trunk",
        "from-seat",
        "hotline-lines",
        "hotline-keys",
        "hotline-redirect",
        "trunk-out",
        "hotline-transfer",
    ):
        assert f"[ Context '{name}' created by 'pbx_config' ]" in contexts
    queues = ami.command("queue show")
    assert all(f"{name} has 0 calls" in queues for name in ("hotline", "enterprise", "yi", "overflow"))
    endpoints = ami.command("pjsip show endpoints")
    assert all(f" {name} " in endpoints.replace("/", " ") for name in ("trunk", *map(str, range(8001, 8010))))
    wanted = set(re.findall(r"^load = (\S+)", (DIALPLANS / "modules.conf").read_text(), re.MULTILINE))
    running = set(re.findall(r"^(\S+\.so) .*Running", ami.command("module show"), re.MULTILINE))
    assert wanted <= running


def test_accounts_have_no_more_than_they_need(pbx: Instance) -> None:
    with Ami(pbx.host, AMI_PORT, "reader", local.secret("reader")) as reader:
        assert reader.items("CoreShowChannels") == []
        for action, headers in (
            ("Originate", {"Channel": "Local/s@from-trunk"}),
            ("Command", {"Command": "core show version"}),
        ):
            with pytest.raises(RefusedError):
                reader.act(action, 10, **headers)
    with Ami(pbx.host, AMI_PORT, "controller", local.secret("controller")) as controller:
        with pytest.raises(RefusedError, match="Interface not found"):
            controller.act("QueuePause", Interface="PJSIP/8001", Paused="true")
        with pytest.raises(RefusedError, match="denied"):
            controller.act("Originate", Channel="Local/s@from-trunk", Application="Wait", Data="1")
    assert b"Authentication failed" in try_login(pbx.host, "pager", "")


def try_login(host: str, user: str, secret: str) -> bytes:
    """What the PBX answers to a login, up to its end."""
    with socket.create_connection((host, AMI_PORT), 5) as connection:
        connection.sendall(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer


def test_reader_hears_what_it_needs_and_nothing_else(ami: Ami, pbx: Instance) -> None:
    with Ami(pbx.host, AMI_PORT, "reader", local.secret("reader")) as reader:
        call = Caller(ami, pbx, "12345@from-trunk")
        mark = reader.wait("hang-up mark", lambda e: is_marker(e, "hangup", call.id))
        reader.wait("hang-up", lambda e: e["Event"] == "Hangup" and e["Uniqueid"] == mark["Uniqueid"])
        seen = [event for _, event in reader.events]
    assert {e["Variable"] for e in seen if e["Event"] == "VarSet"} == {"QUEUESTATUS"}
    assert "Newexten" not in {e["Event"] for e in seen}
    assert {"Newchannel", "UserEvent", "Hangup"} <= {e["Event"] for e in seen}
    assert all(re.fullmatch(AT, e["Timestamp"]) for e in seen if e["Event"] != "FullyBooted" and "Privilege" in e)
