"""What only the neighbours of a line show: forged lines, broken entries, times out of place."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import log_records as rec
from gateway.core.log_reader import FOREIGN_MAX, HELD_MAX, OTHER, Item, LogReader
from gateway.core.queue_log import Fault, FaultReason
from gateway.core.site import SECOND

TRACES = Path(__file__).parent.parent / "scenarios/traces"
HOSTILE = (TRACES / "plain22-hostile.queue_log").read_bytes()
T = 1_795_459_000
DAY = 86_400


def entry(number: str, at: int = T, call: str = "1795459000.1", place: int = 4) -> str:
    """What Asterisk writes of a caller with this number."""
    return f"{at}|{call}|hotline|NONE|ENTERQUEUE||{number}|{place}\n"


def gone(at: int = T + 1, call: str = "1795459000.9") -> str:
    return f"{at}|{call}|hotline|NONE|ABANDON|1|1|3\n"


def read_all(text: str | bytes, queues: frozenset[str] | None = None) -> list[Item]:
    reader = LogReader(queues)
    return reader.feed(text.encode() if isinstance(text, str) else text) + reader.begin(0)


def believed(items: list[Item]) -> list[rec.Record]:
    return [item.what for item in items if not isinstance(item.what, Fault)]


def reasons(items: list[Item]) -> list[FaultReason]:
    return [item.what.reason for item in items if isinstance(item.what, Fault)]


def test_real_hostile_callers_keep_their_visits_and_forge_nothing() -> None:
    items = read_all(HOSTILE)
    entered = [record for record in believed(items) if isinstance(record, rec.Entered)]
    assert [record.position for record in entered] == list(range(1, 19))
    assert {record.callid for record in entered} == {f"1795459487.{n}" for n in range(19) if n != 11}
    left = [record for record in believed(items) if isinstance(record, rec.Left)]
    assert {record.callid for record in left} == {record.callid for record in entered}
    assert not any(isinstance(record, rec.Connected | rec.Foreign) for record in believed(items))
    assert reasons(items).count(FaultReason.FORGED) == 1
    assert reasons(items).count(FaultReason.BROKEN_ENTRY) == 12


FORGED = f"{T}|1795459000.7|hotline|1001|CONNECT|9|1795459000.3|1"
SHORT = f"{T}|1795459000.7|q|a|"


@pytest.mark.parametrize(
    "number",
    [
        f"91\n{FORGED}\n",
        f"91|1\n{FORGED}\n",
        f"91\n{FORGED}",
        f"91|1\n{FORGED}",
        f"9\n|3\n{FORGED}\n"[:79],
        f"9\n{SHORT}ABANDON|1|1",
        f"9\n{SHORT}PAUSE|\n",
        f"9|1\n{T}|NONE|q|a|PAUSE|x\n{T}|NONE|q|b|PAUSE|x\n"[:79],
        f"9\n{SHORT}ENTERQUEUE||5|1\n",
        f"9|1\n{SHORT}ENTERQUEUE||5|1\n",
        f"9\n{SHORT}ENTERQUEUE||5\n",
    ],
)
def test_lines_inside_a_callers_number_are_not_believed(number: str) -> None:
    assert len(number) <= 79
    before, after = gone(T - 1), gone()
    items = read_all(before + entry(number) + after)
    assert [type(record) for record in believed(items)] == [rec.Left, rec.Entered, rec.Left]
    entered = believed(items)[1]
    assert isinstance(entered, rec.Entered)
    assert (entered.callid, entered.caller) == ("1795459000.1", None)
    assert FaultReason.BROKEN_ENTRY in reasons(items)


def test_a_forgery_that_fits_at_both_ends_is_exposed() -> None:
    """The log cannot show it: whoever merges must ask the feed."""
    items = read_all(entry(f"9|1\n{SHORT}ABANDON|1|1") + gone(T + 1) + gone(T + 1))
    assert [item.is_exposed for item in items] == [False, True, False, False]


def test_a_forged_line_with_a_time_of_its_own_is_out_of_place() -> None:
    for wrong in (T - 60, T + 60):
        number = f"9|1\n{wrong}|{wrong}.1|q|a|ABANDON|1|1"
        items = read_all(gone(T) + entry(number) + gone(T + 1))
        assert reasons(items) == [FaultReason.OUT_OF_PLACE]
        assert len(believed(items)) == 3


def test_nobody_reaches_beyond_his_own_number() -> None:
    """A number that never ends its line must not make the records of others his own."""
    first = entry("9\nx")
    torn = first[: first.rindex("|")] + "\n"
    others = "".join(entry("13900000001", T + n, f"1795459000.{n}", n) for n in range(2, 9))
    items = read_all(torn + others + gone())
    entered = [record for record in believed(items) if isinstance(record, rec.Entered)]
    assert [record.position for record in entered] == [None, *range(3, 9)]
    assert reasons(items).count(FaultReason.FORGED) == 1


def test_the_end_of_a_torn_record_is_not_given_to_the_caller_before() -> None:
    """Both within reach: an honest caller, or a torn one that has its end, and another whose record is torn."""
    torn = entry("5\n", call="1795459000.2", place=7)
    for first, place in ((entry("9"), 4), (entry("9\n", place=3), 3)):
        items = read_all(first + torn + gone())
        one, two, _ = believed(items)
        assert isinstance(one, rec.Entered)
        assert isinstance(two, rec.Entered)
        assert (one.position, two.position) == (place, 7)
        assert one.caller == (None if place == 3 else "9")
        assert FaultReason.FORGED not in reasons(items)


def test_a_clock_set_back_an_hour_leaves_every_record_valid_in_file_order() -> None:
    times = [*range(T, T + 10), *range(T - 3600, T - 3590), *range(T + 10, T + 20)]
    items = read_all("".join(gone(at, f"{at}.{n}") for n, at in enumerate(times)))
    assert [record.at for record in believed(items)] == [at * SECOND for at in times]
    assert not reasons(items)


@pytest.mark.parametrize("wrong", [T - 400 * DAY, T + 400 * DAY])
def test_a_single_time_far_from_neighbours_that_agree_is_not_believed(wrong: int) -> None:
    items = read_all(gone(T) + gone(wrong) + gone(T + 2))
    assert reasons(items) == [FaultReason.OUT_OF_PLACE]
    assert [record.at for record in believed(items)] == [T * SECOND, (T + 2) * SECOND]


def test_a_quiet_year_and_a_clock_set_for_good_are_believed() -> None:
    for far in (T + 400 * DAY, T - 400 * DAY):
        items = read_all(gone(T) + gone(far) + gone(far + 1))
        assert len(believed(items)) == 3


def test_a_queue_that_does_not_exist_is_not_believed() -> None:
    text = gone() + gone().replace("hotline", "Hotline") + gone().replace("hotline", "forged")
    text += f"{T + 1}|NONE|NONE|1001|PAUSEALL|x\n"
    items = read_all(text, frozenset({"hotline"}))
    assert reasons(items) == [FaultReason.UNKNOWN_QUEUE]
    assert len(believed(items)) == 3


def test_nuls_of_a_power_cut_do_not_take_the_record_behind_them() -> None:
    items = read_all(b"\0" * 5000 + gone().encode())
    assert reasons(items) == [FaultReason.NULS]
    assert len(believed(items)) == 1
    assert items[-1].end == 5000 + len(gone())


def test_a_line_cut_by_the_end_of_its_file_is_said() -> None:
    reader = LogReader()
    reader.feed((gone() + gone()[:-4]).encode())
    items = reader.begin(0)
    assert reasons(items) == [FaultReason.CUT]
    (item,) = reader.feed(gone().encode())
    assert item.end == len(gone())


def test_what_waits_for_its_neighbours_comes_when_it_is_quiet() -> None:
    reader = LogReader()
    assert reader.feed(entry("139").encode()) == []
    (item,) = reader.settle()
    assert isinstance(item.what, rec.Entered)
    assert reader.settle() == []


def test_foreign_verbs_are_counted_by_name_and_bounded() -> None:
    items = read_all("".join(f"{T}|x|q|a|{verb}|x\n" for verb in ["MINE", "MINE", "Theirs"]))
    assert [record.verb for record in believed(items) if isinstance(record, rec.Foreign)] == ["MINE", "MINE", "Theirs"]
    reader = LogReader()
    for number in range(1000):
        reader.feed(f"{T}|x|q|a|N{number}|x\n".encode())
    assert len(reader.foreign) == FOREIGN_MAX + 1
    assert reader.foreign[OTHER] == 1000 - FOREIGN_MAX


def test_garbage_behind_a_time_out_of_place_is_not_collected() -> None:
    reader = LogReader()
    reader.feed((gone(T) + gone(T - 400 * DAY)).encode())
    for _ in range(3 * HELD_MAX):
        reader.feed(b"garbage\n")
    assert len(reader._held) <= HELD_MAX + 1


LINES = [line + b"\n" for line in HOSTILE.split(b"\n")[:-1]]


@given(st.lists(st.integers(0, len(HOSTILE)), max_size=12))
def test_any_split_of_the_bytes_gives_the_same(cuts: list[int]) -> None:
    reader = LogReader()
    places = [0, *sorted(cuts), len(HOSTILE)]
    items = [item for a, b in pairwise(places) for item in reader.feed(HOSTILE[a:b])]
    assert items + reader.begin(0) == read_all(HOSTILE)


@given(st.randoms(use_true_random=False))
def test_damaged_logs_never_raise_and_every_byte_is_accounted_for(chance: random.Random) -> None:
    data = b"".join(chance.choice(LINES) for _ in range(30))
    for _ in range(5):
        place = chance.randrange(len(data))
        data = data[:place] + chance.choice([b"\n", b"|", b"\0", b"\xff", b"|4\n", b""]) + data[place + 1 :]
    ends = [item.end for item in read_all(data)]
    assert ends == sorted(ends)
    assert ends[-1] == len(data)


@given(st.integers(0, len(LINES)))
def test_what_is_decided_before_a_cut_and_read_again_after_it_is_the_whole(cut: int) -> None:
    """The position kept is the end of the last item; a restart reads on from there."""
    reader = LogReader()
    first = reader.feed(b"".join(LINES[:cut]))
    again = LogReader()
    place = first[-1].end if first else 0
    again.begin(place)
    second = again.feed(HOSTILE[place:]) + again.begin(0)
    assert believed(first + second) == believed(read_all(HOSTILE))
