"""One line, one record: every verb, and every way of not being one."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import log_records as rec
from gateway.core.follow_markers import MARKERS
from gateway.core.queue_log import RECORD_MAX, SPECS, Fault, FaultReason, Head, read_columns, read_line
from gateway.core.site import SECOND
from gateway.core.words import EndedBy, OfferOutcome, VisitOutcome

AT = 1_795_459_535 * SECOND
CALL = "1795459535.64"
TRACES = sorted((Path(__file__).parent.parent / "scenarios/traces").glob("*.queue_log"))


def read(rest: str, callid: str = CALL, queue: str = "hotline", agent: str = "1003") -> rec.Record | Fault:
    return read_line(f"1795459535|{callid}|{queue}|{agent}|{rest}".encode())


def head(callid: str = CALL, queue: str = "hotline", agent: str = "1003") -> Head:
    return Head(AT, callid, queue, agent)


KNOWN: list[tuple[str, rec.Record]] = [
    ("ENTERQUEUE||13900000030|1", rec.Entered(*head(), "", "13900000030", 1, None)),
    ("ENTERQUEUE|http://a|139|12|Zhang_San", rec.Entered(*head(), "http://a", "139", 12, "Zhang_San")),
    ("CONNECT|1|1795459535.71|0", rec.Connected(*head(), 1, "1795459535.71", 0)),
    ("CONNECT|-3599|1795459535.71|0", rec.Connected(*head(), None, "1795459535.71", 0)),
    ("COMPLETEAGENT|1|5|2", rec.TalkEnded(*head(), EndedBy.AGENT, "", 1, 5, 2)),
    ("COMPLETECALLER|1|5|2", rec.TalkEnded(*head(), EndedBy.CALLER, "", 1, 5, 2)),
    ("BLINDTRANSFER|8006|seats|0|1|1", rec.TalkEnded(*head(), EndedBy.BLIND_TRANSFER, "8006|seats", 0, 1, 1)),
    ("ATTENDEDTRANSFER|BRIDGE|9d03|1|5|1", rec.TalkEnded(*head(), EndedBy.ATTENDED_TRANSFER, "BRIDGE|9d03", 1, 5, 1)),
    ("ATTENDEDTRANSFER|APP|Queue|1|5|1", rec.TalkEnded(*head(), EndedBy.ATTENDED_TRANSFER, "APP|Queue", 1, 5, 1)),
    (
        "ATTENDEDTRANSFER|LINK|PJSIP/1|PJSIP/2|1|5|1",
        rec.TalkEnded(*head(), EndedBy.ATTENDED_TRANSFER, "LINK|PJSIP/1|PJSIP/2", 1, 5, 1),
    ),
    ("RINGNOANSWER|5000", rec.Rung(*head(), OfferOutcome.NO_ANSWER, 5000)),
    ("RINGCANCELED|1121", rec.Rung(*head(), OfferOutcome.CANCELLED, 1121)),
    ("ABANDON|1|2|9", rec.Left(*head(), VisitOutcome.ABANDONED, 1, 2, 9, "")),
    ("EXITWITHTIMEOUT|1|2|9", rec.Left(*head(), VisitOutcome.TIMEOUT, 1, 2, 9, "")),
    ("EXITEMPTY|1|2|9", rec.Left(*head(), VisitOutcome.LEFT_EMPTY, 1, 2, 9, "")),
    ("EXITWITHKEY|0|1|2|9", rec.Left(*head(), VisitOutcome.KEY, 1, 2, 9, "0")),
    ("WITHDRAW|1|2|9|", rec.Left(*head(), VisitOutcome.WITHDRAWN, 1, 2, 9, "")),
    ("WITHDRAW|1|2|9|a|b", rec.Left(*head(), VisitOutcome.WITHDRAWN, 1, 2, 9, "a|b")),
    ("SYSCOMPAT|", rec.Left(*head(), VisitOutcome.INCOMPATIBLE, None, None, None, "")),
    ("AGENTDUMP|", rec.Dumped(*head())),
    ("AGENTLOGIN|PJSIP/8001", rec.Signed(*head(), True, "PJSIP/8001", None)),
    ("AGENTLOGOFF|PJSIP/8001|3600", rec.Signed(*head(), False, "PJSIP/8001", 3600)),
    ("HL_ARRIVAL|1795459535.066885|19004|123", rec.Marked(
        AT + 66_885, *head()[1:], "arrival", (("Line", "19004"), ("Ddi", "123")), AT)),
    ("HL_EXIT|1795459534.999999|19004|", rec.Marked(
        AT - 1, *head()[1:], "exit", (("Line", "19004"), ("Status", "")), AT)),
    ("HL_SURVEY|1795459535.000000|12345||1002", rec.Marked(
        AT, *head()[1:], "survey", (("Line", "12345"), ("Score", ""), ("Agent", "1002")), AT)),
    ("MYVERB|what|ever", rec.Foreign(*head(), "MYVERB")),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "wanted"), KNOWN, ids=[rest for rest, _ in KNOWN])
def test_known_verbs(rest: str, wanted: rec.Record) -> None:
    assert read(rest) == wanted


MEMBERS: list[tuple[str, str, rec.Record]] = [
    ("MANAGER", "ADDMEMBER|PAUSED", rec.Membered(*head("MANAGER"), True, True)),
    (CALL, "ADDMEMBER|", rec.Membered(*head(), True, False)),
    ("CLI", "REMOVEMEMBER|", rec.Membered(*head("CLI"), False, False)),
    ("NONE", "PAUSE|lunch", rec.Paused(*head("NONE"), True, False, "lunch")),
    ("NONE", "PAUSE|lunch|or so", rec.Paused(*head("NONE"), True, False, "lunch|or so")),
    ("NONE", "UNPAUSE|", rec.Paused(*head("NONE"), False, False, "")),
    ("NONE", "PAUSEALL|lunch", rec.Paused(*head("NONE"), True, True, "lunch")),
    ("NONE", "UNPAUSEALL|", rec.Paused(*head("NONE"), False, True, "")),
    ("NONE", "PENALTY|3", rec.Tuned(*head("NONE"), "penalty", 3)),
    ("NONE", "RINGINUSE|1", rec.Tuned(*head("NONE"), "ringinuse", 1)),
    ("NONE", "QUEUESTART|", rec.QueuesStarted(*head("NONE"))),
    ("NONE", "CONFIGRELOAD|", rec.LogReopened(*head("NONE"))),
    ("x", "OUTCALL|ANSWER|20|p", rec.CalledOut(*head("x"), "ANSWER", 20, "p")),
]


@pytest.mark.parametrize(("callid", "rest", "wanted"), MEMBERS, ids=[row[1] for row in MEMBERS])
def test_verbs_that_are_of_no_call(callid: str, rest: str, wanted: rec.Record) -> None:
    assert read(rest, callid=callid) == wanted


@pytest.mark.parametrize(
    ("rest", "caller", "position"),
    [
        ("ENTERQUEUE||91010|forged|x|5", None, 5),
        ("ENTERQUEUE||91009", None, None),
        ("ENTERQUEUE||", None, None),
        ("ENTERQUEUE|", None, None),
        ("ENTERQUEUE||910\x0711|8", None, 8),
        ("ENTERQUEUE||910|not a place", None, None),
        ("ENTERQUEUE||910|\u0665", None, None),
        ("ENTERQUEUE||910|" + "9" * 400, None, None),
        ("ENTERQUEUE||" + "9" * 9000, None, None),
    ],
)
def test_a_caller_cannot_unmake_his_own_visit(rest: str, caller: str | None, position: int | None) -> None:
    entered = read(rest, agent="NONE")
    assert isinstance(entered, rec.Entered)
    assert (entered.callid, entered.queue, entered.caller, entered.position) == (CALL, "hotline", caller, position)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", FaultReason.NOT_A_RECORD),
        (b"|4", FaultReason.NOT_A_RECORD),
        (b"Event: forged", FaultReason.NOT_A_RECORD),
        (b"1795459535|" + CALL.encode(), FaultReason.NOT_A_RECORD),
        (b"\xff\xfe\x00", FaultReason.NOT_A_RECORD),
        (b"-795459535|1.1|q|a|CONNECT|1|2|3", FaultReason.NOT_A_RECORD),
        (b"0|1795459535.64|q|a|CONNECT|1|2|3", FaultReason.EPOCH),
        (b"99999999999|1795459535.64|q|a|CONNECT|1|2|3", FaultReason.EPOCH),
        (b"17954595351795459535|1795459535.64|q|a|CONNECT|1|2|3", FaultReason.EPOCH),
        (b"1795459535|MANAGER|q|a|CONNECT|1|2|3", FaultReason.CALLID),
        (b"1795459535|../../etc|q|a|ABANDON|1|1|1", FaultReason.CALLID),
        (b"1795459535|1.1|q|a|ABANDON|1|1|1", FaultReason.CALLID),
        (b"1795459535|1795459535.64|q\x1b[2J|a|ABANDON|1|1|1", FaultReason.CONTROL),
        (b"1795459535|1795459535.64|q|\xff|ABANDON|1|1|1", FaultReason.CONTROL),
        (b"1795459535|1795459535.64||a|ABANDON|1|1|1", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a||1|1|1", FaultReason.VERB),
        (b"1795459535|1795459535.64|q|a|<script>|1|1|1", FaultReason.VERB),
        (b"1795459535|1795459535.64|q|a|CONNECT|1|2", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|CONNECT|1|2|3|4", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|ATTENDEDTRANSFER|LINK|a|1|2|3", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|ATTENDEDTRANSFER|BRIDGE|a|1|2|3|4", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|SYSCOMPAT|1", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|ABANDON|1|x|1", FaultReason.NUMBER),
        (b"1795459535|1795459535.64|q|a|RINGNOANSWER|99999999999", FaultReason.NUMBER),
        (b"1795459535|1795459535.64|q|a|HL_JOIN|1795459535|19004", FaultReason.MARKER_TIME),
        (b"1795459535|1795459535.64|q|a|HL_JOIN|1795459515.000000|19004", FaultReason.MARKER_TIME),
        (b"1795459535|1795459535.64|q|a|HL_JOIN|1795459535.000000|19004|more", FaultReason.COLUMNS),
        (b"1795459535|1795459535.64|q|a|CONNECT|1|" + b"2" * RECORD_MAX, FaultReason.TOO_LONG),
    ],
)
def test_what_is_not_believed(line: bytes, reason: FaultReason) -> None:
    found = read_line(line)
    assert isinstance(found, Fault)
    assert found.reason is reason
    assert line.startswith(found.text)


@pytest.mark.parametrize("callid", ["pbx-1-1795459535.64", "a.b_c-1795459535.0", "999999999.1"])
def test_callids_with_a_system_name(callid: str) -> None:
    assert isinstance(read("ABANDON|1|1|1", callid=callid), rec.Left)


def test_an_action_of_somebody_else_without_an_agent() -> None:
    """What Action QueueLog writes when it names no interface (22.10)."""
    assert read_line(b"1795470531|1795470531.0|trial||TRIAL|x") == rec.Foreign(
        1_795_470_531 * SECOND, "1795470531.0", "trial", "", "TRIAL"
    )


@given(st.binary(max_size=300))
def test_noise_never_raises(noise: bytes) -> None:
    read_line(noise)
    read_line(b"1795459535|1795459535.64|q|a|" + noise)


@given(st.sampled_from(sorted(SPECS)), st.lists(st.text(max_size=12), max_size=8))
def test_no_data_of_a_known_verb_raises(verb: str, data: list[str]) -> None:
    read_columns(head(), verb, data)
    read_line("|".join(["1795459535", CALL, "q", "a", verb, *data]).encode("utf-8", "replace"))


@pytest.mark.parametrize(("rest", "wanted"), [row for row in KNOWN if row[0].count("|") <= 6])
def test_a_row_of_the_database_says_the_same(rest: str, wanted: rec.Record) -> None:
    """data1 to data5, empty at the end; the fifth column takes the rest (asterisk-facts 3.2)."""
    verb, *data = rest.split("|", 5)
    assert read_columns(head(), verb, [*data, *[""] * (5 - len(data))]) == wanted


def test_every_marker_that_is_followed_live_is_read() -> None:
    words = set()
    for verb in [verb for verb in SPECS if verb.startswith("HL_")]:
        marked = read(f"{verb}|1795459535.000001|x")
        assert isinstance(marked, rec.Marked)
        words.add(marked.marker)
    assert words == MARKERS


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_recorded_logs_are_read_whole(path: Path) -> None:
    """Every line a real Asterisk wrote of itself; none of its verbs is unknown to the table."""
    faults = [line for line in path.read_bytes().splitlines() if isinstance(read_line(line), Fault | rec.Foreign)]
    assert not faults or path.stem == "plain22-hostile"


def test_the_columns_of_markers_are_those_the_dialplan_writes() -> None:
    marks = (Path(__file__).parents[2] / "dialplans/hotline/marks.conf").read_text(encoding="utf-8")
    written = dict(re.findall(r"QueueLog\(.*,(HL_\w+),\$\{AT\}\|(.*)\)", marks))
    assert written.keys() == {verb for verb in SPECS if verb.startswith("HL_")}
    assert {verb: data.count("|") + 2 for verb, data in written.items()} == {verb: SPECS[verb].most for verb in written}
