"""The truth's own code, on recorded runs: its three sources must agree before anything is compared with them."""

from pathlib import Path

import pytest

from tests.truth.joined import read_truth
from tests.truth.queue_log import read_stays
from tests.truth.wire import micros, read_wire, split_messages

TRACES = Path(__file__).parent.parent / "scenarios/traces"
RUNS = sorted(
    path.name.removesuffix(".placed.jsonl")
    for path in TRACES.glob("*.placed.jsonl")
    if '"visits": [{' in path.read_text(encoding="utf-8")
)


def find_feed(run: str) -> Path:
    """The fuller feed of a run; large ones are kept by their mask only."""
    whole = TRACES / f"{run}.all.ami"
    return whole if whole.exists() else TRACES / f"{run}.mask.ami"


@pytest.mark.parametrize("run", RUNS)
def test_farm_log_and_wire_agree(run: str) -> None:
    log = (TRACES / f"{run}.queue_log").read_text(encoding="utf-8")
    truth = read_truth(TRACES / f"{run}.placed.jsonl", log, read_wire(find_feed(run)))
    assert truth.disagreements() == []
    assert truth.visits
    for visit in truth.visits:
        assert visit.wire is None or visit.wire.wait_us is not None
        assert visit.expected.outcome != "answered" or (visit.wire and visit.wire.latency_us is not None)


def test_a_message_cut_off_at_the_end_is_none() -> None:
    whole = b"Asterisk Call Manager/11.0.0\r\nEvent: Join\r\nTimestamp: 1.000002\r\n\r\n"
    reads = [(1, whole[:40]), (2, whole[40:] + b"Event: Hangup\r\nTimestamp: 2.0000")]
    assert [(m.event, m.at, m.arrived) for m in split_messages(reads)] == [("Join", 1_000_002, 2)]


def test_a_line_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="no AMI line"):
        list(split_messages([(1, b"Event: Join\r\nwhat\r\n\r\n")]))
    with pytest.raises(ValueError, match="not a time"):
        micros("1795457680")


def test_agent_dump_takes_the_answer_back() -> None:
    rows = (
        "1|c|q|NONE|ENTERQUEUE||1|1",
        "2|c|Q|1001|CONNECT|1|leg|0",
        "2|c|Q|1001|AGENTDUMP",
        "9|c|q|NONE|ABANDON|1|1|8",
    )
    stays = read_stays("\n".join(rows))
    assert [(stay.verb, stay.ended_at) for stay in stays.all] == [("ABANDON", 9)]


def test_transfers_say_how_long_the_talk_was() -> None:
    rows = (
        "1|c|q|NONE|ENTERQUEUE||1|1",
        "2|c|q|1001|CONNECT|1|leg|0",
        "9|c|q|1001|ATTENDEDTRANSFER|BRIDGE|b|1|7|1",
        "9|c|q|NONE|ENTERQUEUE||1|1",
        "9|d|q|1002|CONNECT|0|leg2|0",
    )
    first, second = read_stays("\n".join(rows)).all
    assert (first.ended_by, first.talk_seconds) == ("attended_transfer", 7)
    assert (second.callid, second.verb, second.hold_seconds) == ("d", "CONNECT", 0)


def test_refusals_are_joined_from_the_markers() -> None:
    """A marker that is missing, says something else or was placed by nobody is a disagreement; no markers are none."""
    run = TRACES / "hotline22-everyday"
    log = (TRACES / f"{run.name}.queue_log").read_text(encoding="utf-8")
    wire = read_wire(find_feed(run.name))

    def join(text: str) -> list[str]:
        truth = read_truth(TRACES / f"{run.name}.placed.jsonl", text, wire)
        statuses.append(sorted(str(v.refused_as) for v in truth.visits if v.expected.outcome == "refused"))
        return truth.disagreements()

    statuses: list[list[str]] = []
    lines = log.splitlines()
    markers = [line for line in lines if line.endswith(("|FULL", "|JOINEMPTY"))]
    assert join(log) == []
    assert statuses.pop() == ["FULL", "JOINEMPTY"]
    assert len(join("\n".join(line for line in lines if line not in markers))) == len(markers)
    assert len(join(log.replace("|FULL", "|JOINUNAVAIL"))) == 1
    assert len(join(log + markers[0])) == 1
    assert join("\n".join(line for line in lines if "|HL_" not in line)) == []
