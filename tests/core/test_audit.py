"""The chain of the audit log. Law: what is done to its rows afterwards is found, or stands here as not found."""

from itertools import pairwise

import pytest

from gateway.core.audit import (
    HEAD_OF_NOTHING,
    TEXT_MAX,
    TRIMMED,
    Anchor,
    AuditRow,
    Deed,
    Fault,
    FaultKind,
    Verifier,
    filter_text,
    hash_row,
    make_row,
    read_details,
)
from gateway.core.thrift import BURST, EVERY_US, Purse, spend

T0 = 1_790_000_000_000_000


def make_chain(number: int = 6, gateway: str = "here") -> list[AuditRow]:
    rows: list[AuditRow] = []
    before = HEAD_OF_NOTHING
    for index in range(number):
        deed = Deed(f"实{index}", "token.create", object=f"id {index}", role="admin", details=(f"a{index}", "b"))
        rows.append(make_row(gateway, before, T0 + index, deed))
        before = rows[-1].number, rows[-1].hash
    return rows


def verify(rows: list[AuditRow], *anchors: Anchor) -> list[tuple[int, FaultKind]]:
    verifier = Verifier("here", anchors)
    faults: list[Fault] = [fault for row in rows for fault in verifier.see(row)]
    return [(fault.number, fault.kind) for fault in (*faults, *verifier.end())]


def anchor(row: AuditRow) -> Anchor:
    return Anchor(row.number, row.hash, "a file")


def test_an_untouched_chain_holds_with_all_its_anchors() -> None:
    rows = make_chain()
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(after.previous_hash == before.hash for before, after in pairwise(rows))
    assert verify(rows, *map(anchor, rows)) == []
    assert verify([]) == []
    assert read_details(rows[2].body) == ["a2", "b"]


@pytest.mark.parametrize("name", [*TEXT_MAX, "at", "body", "hash", "previous_hash", "gateway"])
@pytest.mark.parametrize("index", [0, 3, 5])
def test_a_changed_column_is_found_at_its_row(name: str, index: int) -> None:
    rows = make_chain()
    before = getattr(rows[index], name)
    changed = before + 1 if isinstance(before, int) else bytes(32) if isinstance(before, bytes) else f"{before or ''}x"
    if name == "previous_hash":
        changed = b"\1" * 32
    rows[index] = AuditRow(**{**rows[index]._asdict(), name: changed})
    found = verify(rows)
    assert (index + 1, FaultKind.CHANGED) in found


def test_a_row_changed_with_its_hash_is_found_at_the_next() -> None:
    """Whoever can compute hashes changes one row: the row after does not follow any more."""
    rows = make_chain()
    forged = make_row("here", (2, rows[1].hash), T0, Deed("nobody", "nothing"))
    rows[2] = forged
    assert verify(rows) == [(4, FaultKind.STRANGE)]


def test_a_chain_made_anew_is_found_by_what_was_kept_elsewhere_and_only_by_that() -> None:
    rows = make_chain()
    before = rows[1].number, rows[1].hash
    anew = rows[:2]
    for row in rows[2:]:
        anew.append(make_row("here", before, row.at, Deed("nobody", row.action)))
        before = anew[-1].number, anew[-1].hash
    assert verify(anew) == []
    assert verify(anew, anchor(rows[1])) == []
    assert verify(anew, anchor(rows[4])) == [(5, FaultKind.REWRITTEN)]


@pytest.mark.parametrize("gone", [[2], [1, 2, 3]])
def test_missing_rows_are_found(gone: list[int]) -> None:
    rows = [row for index, row in enumerate(make_chain()) if index not in gone]
    assert verify(rows) == [(gone[0] + 1, FaultKind.MISSING)]


def test_a_row_that_was_put_in_is_found() -> None:
    rows = make_chain()
    rows[3:3] = [make_row("here", (3, rows[2].hash), T0, Deed("nobody", "nothing"))]
    shifted = rows[:4] + [row._replace(number=row.number + 1) for row in rows[4:]]
    assert (5, FaultKind.STRANGE) in verify(shifted)
    assert (5, FaultKind.CHANGED) in verify(shifted)


def test_a_row_of_another_chain_is_found() -> None:
    rows = make_chain()
    rows[3] = make_chain(gateway="there")[3]
    assert (4, FaultKind.STRANGE) in verify(rows)
    assert (4, FaultKind.CHANGED) in verify(rows)


def test_rows_cut_off_at_the_end_are_found_as_far_as_a_head_was_kept() -> None:
    rows = make_chain()
    assert verify(rows[:3]) == [], "the chain alone cannot say that it was longer"
    assert verify(rows[:3], anchor(rows[4])) == [(4, FaultKind.CUT)]
    assert verify([], anchor(rows[4])) == [(1, FaultKind.CUT)]


def test_a_beginning_that_is_gone_is_found_unless_a_row_says_that_its_time_was_over() -> None:
    rows = make_chain()
    assert verify(rows[2:]) == [(1, FaultKind.MISSING)]
    told = make_row("here", (6, rows[5].hash), T0, Deed("retention", TRIMMED, details=("2", rows[1].hash.hex())))
    assert verify([*rows[2:], told]) == []
    assert verify([*rows[3:], told]) == [(1, FaultKind.MISSING)], "more went than was said"
    for wrong in (("2", "xx"), ("two", rows[1].hash.hex()), ("2",)):
        liar = make_row("here", (6, rows[5].hash), T0, Deed("retention", TRIMMED, details=wrong))
        assert verify([*rows[2:], liar]) == [(1, FaultKind.MISSING)]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "\ud800", '{"number": 4}'])
def test_a_text_that_cannot_be_read_is_a_fault_not_a_failure(body: str) -> None:
    rows = make_chain()
    rows[3] = rows[3]._replace(body=body, hash=hash_row(rows[3].previous_hash, body))
    assert (4, FaultKind.CHANGED) in verify(rows)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  投诉\t核实\r\n ", "投诉 核实"),
        ("a\0b\x1b[31mc", "a b [31mc"),
        ("\u202eevil\u202c", "evil"),
        ("\ud800", ""),
        ("x" * 1000, "x" * 20),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_texts_of_strangers_are_filtered_and_bounded(text: str, kept: str) -> None:
    assert filter_text(text, 20) == kept


def test_every_text_of_a_row_is_bounded_however_long() -> None:
    long = "长" * 10_000
    row = make_row("here", HEAD_OF_NOTHING, T0, Deed(long, long, long, long, long, long, long, (long,) * 1_000))
    for name, limit in TEXT_MAX.items():
        assert len(getattr(row, name)) == limit
    assert len(row.body) < 200 * 201 + 2_000


# --- how often strangers can make a row -------------------------------------------------------------------------------


def play(times: list[int]) -> list[bool]:
    purse, granted = Purse(), []
    for at in times:
        purse, is_granted = spend(purse, at)
        granted.append(is_granted)
    return granted


def test_the_first_are_written_then_one_now_and_then() -> None:
    assert play([T0] * (BURST + 5)) == [True] * BURST + [False] * 5
    a_day = [T0 + second * 1_000_000 for second in range(86_400)]
    assert sum(play(a_day)) == BURST + 86_400 * 1_000_000 // EVERY_US - 1


def test_what_is_held_back_is_counted_until_one_is_written() -> None:
    purse = Purse()
    for _ in range(BURST + 7):
        purse, _ = spend(purse, T0)
    assert purse.held == 7
    purse, is_granted = spend(purse, T0 + EVERY_US)
    assert (is_granted, purse.held) == (True, 0)


@pytest.mark.parametrize("later", [T0 - 10**15, 0, T0])
def test_a_clock_that_goes_back_gives_nothing(later: int) -> None:
    assert sum(play([T0] * BURST + [later] * 100)) == BURST
