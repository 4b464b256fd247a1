"""Feature codes of a seat's phone: sign-in, sign-out, pause, after-call work."""

import pytest

from lab.ami import Ami
from lab.instance import Instance
from tests.lab.dialplans.walker import dial_seat

pytestmark = pytest.mark.asterisk


def test_agent_day(ami: Ami, pbx: Instance) -> None:
    sign_in = dial_seat(ami, pbx, "*411001", "01")
    assert sign_in.wait("HL_SIGNIN")[1:] == ["1001", "HL_SIGNIN", sign_in.wait("HL_SIGNIN")[3], "1001", "01", ""]
    assert [row[0] for row in sign_in.rows() if row[2] == "ADDMEMBER"] == ["hotline", "enterprise", "overflow"]
    member = next(item for item in ami.items("QueueStatus", Queue="hotline") if item["Event"] == "QueueMember")
    assert (member["Name"], member["Location"], member["StateInterface"]) == ("1001", "PJSIP/8001", "PJSIP/8001")
    dial_seat(ami, pbx, "*431", "01").wait("HL_PAUSE", "1001", "01", "break")
    dial_seat(ami, pbx, "*439", "01").wait("HL_PAUSE", "1001", "01", "wrap-up")
    member = next(item for item in ami.items("QueueStatus", Queue="hotline") if item["Event"] == "QueueMember")
    assert (member["Paused"], member["PausedReason"]) == ("1", "wrap-up")
    dial_seat(ami, pbx, "*45", "01").wait("HL_WRAPUPFINISH", "1001", "01", "wrap-up")
    member = next(item for item in ami.items("QueueStatus", Queue="hotline") if item["Event"] == "QueueMember")
    assert member["Paused"] == "0"
    dial_seat(ami, pbx, "*432", "01").wait("HL_PAUSE", "1001", "01", "meal")
    dial_seat(ami, pbx, "*44", "01").wait("HL_UNPAUSE", "1001", "01", "meal")
    dial_seat(ami, pbx, "*46", "01").wait("HL_ESCALATION", "", "agent", "dialled")
    dial_seat(ami, pbx, "*42", "01").wait("HL_SIGNOUT", "1001", "01", "key")
    assert [item for item in ami.items("QueueStatus") if item["Event"] == "QueueMember"] == []


def test_agent_moves_and_seat_is_taken_over(ami: Ami, pbx: Instance) -> None:
    dial_seat(ami, pbx, "*411001", "01").wait("HL_SIGNIN")
    moved = dial_seat(ami, pbx, "*411001", "02")
    moved.wait("HL_SIGNIN", "1001", "02", "moved")
    moved.wait("HL_SIGNOUT", "1001", "01", "moved")
    taken = dial_seat(ami, pbx, "*411002", "02")
    taken.wait("HL_SIGNIN", "1002", "02", "replaced")
    taken.wait("HL_SIGNOUT", "1001", "02", "replaced")
    dial_seat(ami, pbx, "*419999", "03").wait("HL_SIGNINREFUSED", "9999", "03", "unknown_agent")
    dial_seat(ami, pbx, "*42", "02").wait("HL_SIGNOUT", "1002", "02", "key")
