"""Callers walk through the hotline and leave the promised marks."""

import re
import time

import pytest

from lab.ami import Ami
from lab.instance import Instance
from tests.lab.dialplans.walker import AT, Caller, hang_up_all, is_marker

pytestmark = pytest.mark.asterisk


def test_nobody_on_duty(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk")
    call.wait("HL_HANGUP", "12345", "16")
    assert call.wait("HL_ARRIVAL")[4:] == ["12345", "12345"]
    assert call.wait("HL_JOIN")[0] == "hotline"
    assert call.wait("HL_EXIT", "12345", "JOINEMPTY")[0] == "hotline"
    expected = ["HL_ARRIVAL", "HL_JOIN", "HL_EXIT", "HL_JOIN", "HL_EXIT", "HL_CALLBACK", "HL_HANGUP"]
    assert call.verbs() == expected
    assert call.wait_event("callback")["Number"] == "13908780001"
    assert all(re.fullmatch(AT, row[3]) for row in call.rows())
    assert any(not row[3].endswith(".000000") for row in call.rows())


@pytest.mark.usefixtures("agent")
def test_join_mark_is_the_join(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk", "K4")
    mark, join = (
        call.wait_event("join"),
        ami.wait("join", lambda e: e["Event"] == "QueueCallerJoin" and e["Uniqueid"] == call.id),
    )
    assert mark["At"] == call.wait("HL_JOIN")[3]
    assert abs(float(join["Timestamp"]) - float(mark["At"])) < 0.05


@pytest.mark.usefixtures("agent")
def test_survey_after_the_agent_hung_up(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk", "late-5")
    call.wait("COMPLETEAGENT")
    assert call.wait("HL_EXIT")[4:] == ["12345", "CONTINUE"]
    assert call.wait("HL_SURVEY")[:2] == ["hotline", "1007"]
    assert call.wait("HL_SURVEY")[4:] == ["12345", "5", "1007"]
    event = call.wait_event("survey")
    assert (event["Score"], event["Agent"], event["Queue"], event["Line"]) == ("5", "1007", "hotline", "12345")


@pytest.mark.usefixtures("agent")
def test_survey_left_out_is_an_invitation_without_score(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk")
    call.wait("HL_EXIT", "12345", "CONTINUE")
    time.sleep(0.5)
    hang_up_all(ami)
    assert call.wait("HL_SURVEY")[4:] == ["12345", "", "1007"]


@pytest.mark.usefixtures("deaf_agent")
def test_timeout_then_second_tier(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk")
    assert call.wait("HL_EXIT")[4:] == ["12345", "TIMEOUT"]
    assert call.wait("HL_EXIT", "12345", "JOINEMPTY")[0] == "overflow"


@pytest.mark.usefixtures("deaf_agent")
def test_key_0_asks_for_a_call_back(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk", "K0")
    call.wait("EXITWITHKEY")
    assert call.wait("HL_EXIT")[4:] == ["12345", ""]
    assert call.wait("HL_CALLBACK")[4:] == ["12345"]


@pytest.mark.usefixtures("deaf_agent")
def test_key_9_escalates(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk", "K9")
    assert call.wait("HL_ESCALATION")[4:] == ["12345", "caller", "key"]
    assert call.wait_event("escalation")["By"] == "caller"
    call.wait("HL_EXIT", "12345", "JOINEMPTY")


@pytest.mark.usefixtures("deaf_agent")
def test_emergency_key_while_waiting(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk", "K119")
    assert call.wait("HL_EMERGENCY")[4:] == ["12345", "119", "started"]
    call.wait("HL_EXIT", "12345", "JOINEMPTY")  # no carrier here; a failed transfer comes back to a human
    results = [row[6] for row in call.rows() if row[2] == "HL_EMERGENCY"]
    assert len(results) == 2
    assert results[1] in {"CHANUNAVAIL", "NOANSWER", "CONGESTION"}


def test_human_key(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12366@from-trunk", "K0")
    assert call.wait("HL_HUMANKEY")[4:] == ["12366", "0"]
    assert call.wait("HL_JOIN")[0] == "enterprise"
    silent = Caller(ami, pbx, "12366@from-trunk")
    silent.wait("HL_JOIN")
    assert "HL_HUMANKEY" not in silent.verbs()


@pytest.mark.parametrize("extension", ["99999", "nobody", "h", "s"])
def test_unknown_number_is_never_lost(ami: Ami, pbx: Instance, extension: str) -> None:
    call = Caller(ami, pbx, f"{extension}@from-trunk")
    assert call.wait("HL_ARRIVAL")[4] == "unknown"
    assert call.wait("HL_JOIN")[0] == "hotline"


@pytest.mark.usefixtures("deaf_agent")
def test_caller_data_is_filtered_first(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12|345@from-trunk", CallerID='"Eve|1|X" <139|NONE|ABANDON>')
    assert call.wait("HL_ARRIVAL")[4:] == ["12345", "12345"]
    assert call.wait("ENTERQUEUE")[3:] == ["", "139", "1"]


def test_test_call_enters_no_queue(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "1234500@from-trunk", "K3")
    call.wait("HL_HANGUP")
    assert call.verbs() == ["HL_ARRIVAL", "HL_TEST", "HL_TEST", "HL_HANGUP"]
    ami.wait("step key", lambda e: is_marker(e, "test", call.id) and e["Step"] == "key")
    caller = Caller(ami, pbx, "12345@from-trunk", CallerID="19912345000")
    caller.wait("HL_HANGUP")
    assert "HL_JOIN" not in caller.verbs()


@pytest.mark.usefixtures("deaf_agent")
def test_full_queue_is_refused_with_a_mark(ami: Ami, pbx: Instance) -> None:
    first = Caller(ami, pbx, "12345@from-trunk")
    first.wait("ENTERQUEUE")
    second = Caller(ami, pbx, "12345@from-trunk")
    assert second.wait("HL_EXIT")[4:] == ["12345", "FULL"]


@pytest.mark.usefixtures("deaf_agent")
def test_withdrawn_caller_goes_where_he_is_sent(ami: Ami, pbx: Instance) -> None:
    # a withdrawal waits for the end of a ring attempt: behind a paused agent the caller waits without one
    ami.act("QueuePause", Interface="Local/never@test-agent/n", Paused="true", Reason="break")
    call = Caller(ami, pbx, "12345@from-trunk")
    call.wait("ENTERQUEUE")
    entry = next(item for item in ami.items("QueueStatus") if item.get("Uniqueid") == call.id)
    ami.act("QueueWithdrawCaller", Queue="hotline", Caller=entry["Channel"], WithdrawInfo="callback")
    call.wait("HL_EXIT", "12345", "WITHDRAW")
    call.wait("HL_CALLBACK", timeout=5)
    assert "overflow" not in {row[0] for row in call.rows()}


@pytest.mark.usefixtures("deaf_agent")
def test_redirected_caller_joins_the_second_tier(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12345@from-trunk")
    call.wait("ENTERQUEUE")
    entry = next(item for item in ami.items("QueueStatus") if item.get("Uniqueid") == call.id)
    ami.act("Redirect", Channel=entry["Channel"], Context="hotline-redirect", Exten="overflow", Priority="1")
    call.wait("ABANDON")
    assert call.wait("HL_EXIT", "12345", "JOINEMPTY")[0] == "overflow"


def test_emergency_number_instead_of_the_human_key(ami: Ami, pbx: Instance) -> None:
    call = Caller(ami, pbx, "12366@from-trunk", "K110")
    assert call.wait("HL_EMERGENCY")[4:] == ["12366", "110", "started"]
    hang_up_all(ami)
    call.wait("HL_HANGUP")
    assert [row[6] for row in call.rows() if row[2] == "HL_EMERGENCY"][1:]
    assert "HL_HUMANKEY" not in call.verbs()
