"""Every way of rotation, and truncation: no line twice, and what is lost is a named gap."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.asterisk.log_tail import LogTail
from gateway.asterisk.tail_status import TailState
from gateway.core.log_places import GapCause
from tests.shells.tail.writing import WAYS, Log, T, causes, delete, drain, numbers, shift, state_of


def test_renamed_and_still_written_to_until_the_reload(log: Log, path: Path, tail: LogTail) -> None:
    """Debian's logrotate: rename now, logger reload a moment later."""
    log.write(2)
    chunks = drain(tail)
    shift(path)
    log.write(2)
    chunks += drain(tail)
    assert state_of(tail) is TailState.LINGERING
    log.write(1)
    log.reopen()
    chunks += drain(tail)
    log.write(2)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == [GapCause.CLOSED]
    assert tail.status.state is TailState.FOLLOWING


def test_an_empty_new_file_made_by_logrotate_is_no_end_of_the_old(log: Log, path: Path, tail: LogTail) -> None:
    log.write(2)
    chunks = drain(tail)
    shift(path)
    path.touch()
    log.write(2)
    chunks += drain(tail)
    log.write(1)
    log.reopen()
    log.write(1)
    chunks += drain(tail)
    assert numbers(chunks) == log.written


@pytest.mark.parametrize("rotate", WAYS)
@pytest.mark.parametrize("looks_between", [True, False], ids=["seen", "unseen"])
def test_rotation_again_and_again(log: Log, tail: LogTail, rotate: Callable[[Log], None], looks_between: bool) -> None:
    """Every record once and in order, whether the tail looked before each rotation or missed several of them."""
    log.write(30)
    chunks = drain(tail)
    for _ in range(4):
        if looks_between:
            chunks += drain(tail)
        elif rotate is delete:
            chunks += drain(tail)  # a file deleted unread is gone
        rotate(log)
        log.write(20)
    chunks += drain(tail)
    assert numbers(chunks) == log.written


def test_two_rotations_in_one_second_that_take_one_name(log: Log, path: Path, tail: LogTail) -> None:
    """rotatestrategy=timestamp: the second file overwrites the first, which is open and so not lost."""
    log.write(30)
    chunks = drain(tail)
    for _ in range(3):
        path.rename(path.with_name(f"queue_log.{T}"))
        log.reopen()
        log.write(20)
        chunks += drain(tail)
    assert numbers(chunks) == log.written


@pytest.mark.parametrize("cut", [0, 50])
def test_copytruncate_is_a_named_gap(log: Log, path: Path, tail: LogTail, cut: int) -> None:
    log.write(10)
    chunks = drain(tail)
    shutil.copy(path, path.with_name("queue_log.1"))
    os.truncate(path, 0)
    log.write(1 if cut else 0)
    chunks += drain(tail)
    log.write(3)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    (gap,) = [gap for chunk in chunks for gap in chunk.gaps]
    assert (gap.cause, gap.name) == (GapCause.TRUNCATED, "queue_log")
    assert gap.since is not None
    assert gap.until is not None
    assert gap.since <= gap.until


def test_a_gap_is_said_at_once_and_quiet_only_after_a_poll(log: Log, path: Path, tail: LogTail) -> None:
    log.write(10)
    drain(tail)
    os.truncate(path, 0)
    first, second, third = tail.turn(), tail.turn(), tail.turn()
    assert first is not None
    assert (len(first.gaps), first.is_quiet) == (1, False)
    assert second is not None
    assert (len(second.gaps), second.is_quiet) == (0, True)
    assert third is None


def test_truncated_and_grown_beyond_in_one_poll(log: Log, path: Path, tail: LogTail) -> None:
    log.write(3)
    chunks = drain(tail)
    os.truncate(path, 0)
    log.write(10)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
    assert causes(chunks) == [GapCause.REPLACED]


def test_edited_in_place_goes_on_where_it_was(log: Log, path: Path, tail: LogTail) -> None:
    log.write(30)
    chunks = drain(tail)
    shutil.copy(path, path.with_name("edited"))
    path.with_name("edited").rename(path)
    log.reopen()
    log.write(3)
    chunks += drain(tail)
    assert numbers(chunks) == log.written
