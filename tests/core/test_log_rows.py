"""A row of a realtime queue_log: its time in its zone, its data in either layout, its place in quarantine."""

from typing import Any

import pytest

from gateway.core import log_records as rec
from gateway.core.log_reader import LogReader
from gateway.core.log_rows import TableRow, choose_time, find_shift, read_row, unescape
from gateway.core.log_table import Layout, choose_data, find_layout
from gateway.core.log_visits import LogBook
from gateway.core.queue_log import Fault, FaultReason
from gateway.core.reconcile import combine
from gateway.core.site import SECOND, QueueRule, Site
from gateway.core.words import VisitOutcome

AT = 1_795_480_279
HOUR = 3600
CALL = f"{AT}.7"


def row(verb: str, *data: str, at: float | None = AT, callid: str = CALL, **more: Any) -> TableRow:
    times = (round(at * SECOND),) if at is not None else ()
    said = {"times": times, "id": None, "written": str(at), "queue": "hotline", "agent": "NONE"} | more
    return TableRow(1, callid=callid, verb=verb, data=data, **said)


def test_row_and_line_are_one_record() -> None:
    read = read_row(row("ENTERQUEUE", "", "139", "1", "", "", at=AT + 0.25), None)
    assert read == rec.Entered(AT * SECOND + 250_000, CALL, "hotline", "NONE", "", "139", 1, None)
    assert read == read_row(row("ENTERQUEUE", "|139|1", at=AT + 0.25), None)


def test_fifth_column_holds_the_rest() -> None:
    read = read_row(row("ATTENDEDTRANSFER", "LINK", "SIP/a", "SIP/b", "3", "4|1", agent="1001"), None)
    assert isinstance(read, rec.TalkEnded)
    assert (read.hold_s, read.talk_s, read.position) == (3, 4, 1)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (row("ENTERQUEUE", "", "1", "1", at=None), FaultReason.EPOCH),
        (row("ENTERQUEUE", "", "1", "1", at=10), FaultReason.EPOCH),
        (row("CONNECT", "x", "1.1", "1"), FaultReason.NUMBER),
        (row("CONNECT", "1", "1.1"), FaultReason.COLUMNS),
        (row("ABANDON", "1", "1", "5", callid="nobody"), FaultReason.CALLID),
        (row("ABANDON", "1", "1", "5", queue="a\nb"), FaultReason.CONTROL),
        (row("not a verb!"), FaultReason.VERB),
    ],
)
def test_what_is_no_record_goes_to_quarantine(found: TableRow, reason: FaultReason) -> None:
    read = read_row(found, None)
    assert isinstance(read, Fault)
    assert read.reason is reason


def test_line_feeds_of_a_caller_forge_nothing() -> None:
    """In a file they make lines; in a table they are a number that is not believed, in a visit that is."""
    forged = f"1|2\n{AT}|{CALL}|hotline|1001|CONNECT|1|{CALL}|1"
    read = read_row(row("ENTERQUEUE", "", forged, "1"), None)
    items = LogReader().take([read, read_row(row("ABANDON", "1", "1", "2", at=AT + 2), None)])
    assert [type(item.what) for item in items] == [Fault, rec.Entered, rec.Left]


def test_one_row_far_from_its_neighbours_is_not_believed() -> None:
    kept = [read_row(row("ABANDON", "1", "1", "5", at=AT + late), None) for late in (0, 400 * 86_400, 1)]
    assert [isinstance(item.what, Fault) for item in LogReader().take(kept)] == [False, True, False]


def test_unknown_queue_is_named() -> None:
    (item,) = LogReader({"hotline"}).take([read_row(row("ABANDON", "1", "1", "5", queue="else"), None)])
    assert isinstance(item.what, Fault)
    assert item.what.reason is FaultReason.UNKNOWN_QUEUE


def test_escapes_of_the_driver() -> None:
    assert unescape("Local/1@x-0;1 ^ ^3B".replace("^", "^5E").replace(";", "^3B")) == "Local/1@x-0;1 ^ ^3B"


# --- times and zones --------------------------------------------------------------------------------------------------


def test_hour_that_comes_twice_is_told_by_the_call() -> None:
    two = (AT * SECOND, (AT + HOUR) * SECOND)
    assert choose_time(row("ABANDON", times=two), None) == AT * SECOND
    assert choose_time(row("ABANDON", times=two, callid=f"{AT + HOUR - 9}.1"), None) == (AT + HOUR) * SECOND
    assert choose_time(row("PAUSE", times=two, callid="NONE"), (AT + HOUR - 60) * SECOND) == (AT + HOUR) * SECOND
    assert choose_time(row("PAUSE", times=two, callid="NONE"), None) == AT * SECOND
    assert choose_time(row("PAUSE", times=(), callid="NONE"), 1) is None


@pytest.mark.parametrize(
    ("late", "is_wrong"),
    [
        ((0, 3, 2), False),
        ((8 * HOUR, 8 * HOUR + 5), True),
        ((-8 * HOUR,), True),
        ((900, 905), False),
        ((900, 905, 910), True),
        ((8 * HOUR, 8 * HOUR, 2), False),
        ((4000, 5000, 6000), False),
        ((), False),
    ],
)
def test_wrong_zone_shows_in_entries(late: tuple[int, ...], is_wrong: bool) -> None:
    rows = [row("ENTERQUEUE", at=AT + seconds) for seconds in late]
    assert (find_shift(rows) is not None) is is_wrong


def test_other_records_say_nothing_of_the_zone() -> None:
    assert (
        find_shift([row("COMPLETECALLER", at=AT + 8 * HOUR), row("ENTERQUEUE", callid="own", at=AT + 8 * HOUR)]) is None
    )


# --- layouts ----------------------------------------------------------------------------------------------------------

FIVE = ("data1", "data2", "data3", "data4", "data5")
FULL = dict.fromkeys(("callid", "queuename", "agent", "event", *FIVE), "text")
STAMP = "timestamp without time zone"


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (FULL | {"time": "text"}, Layout("time", FIVE, False, False)),
        (
            FULL | {"time": STAMP, "id": "bigint", "data": "character varying"},
            Layout("id", (*FIVE, "data"), True, False),
        ),
        (FULL | {"time": "text", "id": "uuid"}, Layout("time", FIVE, False, False)),
        (FULL | {"time": "bigint"}, "time is of type bigint"),
        (FULL, "missing: time"),
        ({"time": "text"} | {name: FULL[name] for name in FULL if name != "data3"}, "missing: data3"),
        (dict.fromkeys(("time", "callid", "queuename", "agent", "event"), "text"), "missing: data1"),
        (FULL | {"time": "text", "agent": "integer"}, "not text: agent"),
    ],
)  # fmt: skip
def test_layouts(columns: dict[str, str], found: Layout | str) -> None:
    said = find_layout(columns)
    assert said == found if isinstance(found, Layout) else isinstance(said, str) and said.startswith(found)


def test_old_layout_alone() -> None:
    columns = dict.fromkeys(("time", "callid", "queuename", "agent", "event", "data"), "text")
    assert find_layout(columns) == Layout("time", ("data",), False, False)


def test_data_of_both_layouts() -> None:
    names = ("data1", "data2", "data3", "data4", "data5", "data")
    assert choose_data(["1", "2", "", "", "", ""], names) == ("1", "2", "", "", "")
    assert choose_data(["", "", "", "", "", "1|2"], names) == ("1|2",)
    assert choose_data(["", "", "", "", "", ""], names) == ("", "", "", "", "")


# --- what microseconds are good for -----------------------------------------------------------------------------------

SITE = Site(queues=(QueueRule("hotline"),))


def tell(*rows: TableRow) -> list[Any]:
    book = LogBook(is_exact=True)
    told: dict[int, Any] = {}
    for item in LogReader().take([read_row(found, None) for found in rows]):
        assert not isinstance(item.what, Fault)
        told |= {visit.seq: visit for visit in book.see(item.what)}
    return [combine("x", "main", "hotline", None, visit, SITE) for visit in told.values()]


def test_wait_without_an_answer_is_exact() -> None:
    (visit,) = tell(row("ENTERQUEUE", "", "1", "1", at=AT + 0.25), row("ABANDON", "1", "1", "6", at=AT + 6.5))
    assert (visit.wait_us, visit.precision, visit.outcome) == (6_250_000, "us", VisitOutcome.ABANDONED)


@pytest.mark.parametrize(("wait", "is_kept"), [(15.0, True), (15.9, None), (16.1, False)])
def test_answer_is_known_to_the_connection(wait: float, is_kept: bool | None) -> None:
    """CONNECT comes after what the agent heard first, so the pick-up may have been earlier, and never later."""
    (visit,) = tell(
        row("ENTERQUEUE", "", "1", "1", at=AT + 0.5), row("CONNECT", "15", "1.1", "2", at=AT + 0.5 + wait, agent="1001")
    )
    assert (visit.wait_us, visit.precision, visit.within_promise) == (round(wait * SECOND), "s", is_kept)


def test_dumped_waits_on() -> None:
    (visit,) = tell(
        row("ENTERQUEUE", "", "1", "1"), row("CONNECT", "1", "1.1", "1", at=AT + 1.5, agent="1001"),
        row("AGENTDUMP", at=AT + 2.5, agent="1001"), row("ABANDON", "1", "1", "9", at=AT + 9.5),
    )  # fmt: skip
    assert (visit.wait_us, visit.precision) == (9_500_000, "us")
