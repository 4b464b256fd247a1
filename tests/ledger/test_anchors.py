"""The heads of audit chains in the state folder: who may read them, which stay, which is the newest."""

import os
from pathlib import Path

import pytest

from gateway.core.audit import Deed, make_row
from gateway.ledger.anchors import Anchors

T0 = 1_790_000_000_000_000


def test_heads_are_for_the_owner_alone_and_one_a_day_stays(tmp_path: Path) -> None:
    anchors, before, rows = Anchors(tmp_path), (0, bytes(32)), []
    for day in range(3):
        for minute in range(4):
            at = T0 + day * 86_400_000_000 + minute * 60_000_000
            rows.append(make_row("../evil host", before, at, Deed("x", "y")))
            before = rows[-1].number, rows[-1].hash
            anchors.keep(rows[-1])
    assert [anchor.number for anchor in anchors.load("../evil host")] == [4, 8, 12]
    folder = tmp_path / "audit"
    assert {path.parent for path in folder.iterdir()} == {folder}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))


def test_an_older_row_does_not_take_the_head_back(tmp_path: Path) -> None:
    """The service and a command keep theirs in any order."""
    first = make_row("here", (0, bytes(32)), T0, Deed("x", "y"))
    second = make_row("here", (1, first.hash), T0, Deed("x", "y"))
    anchors = Anchors(tmp_path)
    anchors.keep(second)
    anchors.keep(first)
    assert [anchor.number for anchor in anchors.load("here")] == [2]


def test_what_cannot_be_read_of_the_heads_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "here.anchors").write_bytes(b"1 zz 3\n\xff\xfe\n7 " + b"ab" * 32 + b" 5\n\n")
    (tmp_path / "audit" / "here.head").write_bytes(b"")
    assert [anchor.number for anchor in Anchors(tmp_path).load("here")] == [7]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of others")
def test_heads_belong_to_who_owns_the_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 65534, 65534)
    Anchors(state).keep(make_row("here", (0, bytes(32)), T0, Deed("x", "y")))
    assert {path.stat().st_uid for path in (state / "audit", *(state / "audit").iterdir())} == {65534}
