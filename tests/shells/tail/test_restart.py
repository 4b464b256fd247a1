"""A restart reads on where it was, through whatever happened to the log meanwhile."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.asterisk.log_tail import LogTail
from gateway.asterisk.tail_status import TailState
from gateway.core.log_places import GapCause, Position
from tests.shells.tail.writing import (
    WAYS,
    Log,
    causes,
    delete,
    drain,
    nothing,
    numbers,
    pack_at_once,
    rotate_and_reload,
    rotate_sequential,
    rotate_timestamp,
    shift,
)


def restart(tail: LogTail) -> LogTail:
    """A gateway that died and comes again with the stored position."""
    tail.close()
    return LogTail(tail.path, tail.position)


def write_some(log: Log) -> None:
    log.write(3)


def twice(rotate: Callable[[Log], None]) -> Callable[[Log], None]:
    def rotate_twice(log: Log) -> None:
        rotate(log)
        log.write(20)
        rotate(log)

    return rotate_twice


AGAIN = [twice(rotate) for rotate in (rotate_timestamp, pack_at_once, rotate_and_reload, rotate_sequential)]
CLOSES = [rotate_timestamp, rotate_and_reload, rotate_sequential]
MEANWHILE = [nothing, write_some, *WAYS, *AGAIN]


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_restart_reads_on_through_whatever_happened(
    log: Log, path: Path, meanwhile: Callable[[Log], None], turns: int
) -> None:
    """Stopped in the middle of a file or at its end; the log went on without us."""
    log.write(25)
    tail = LogTail(path, limit=450)
    chunks = [chunk for chunk in (tail.turn() for _ in range(turns)) if chunk is not None]
    read_so_far = chunks[-1].after.offset
    tail = restart(tail)
    meanwhile(log)
    log.write(4)
    after = drain(tail)
    tail.close()
    if meanwhile is delete:
        assert causes(after) == [GapCause.POSITION_LOST]
        assert numbers(after) == [25, 26, 27, 28]
    else:
        assert numbers(chunks + after) == log.written
        assert GapCause.POSITION_LOST not in causes(after)
        assert read_so_far > 0


@pytest.mark.parametrize(("rotate", "times"), [*((way, 1) for way in CLOSES), *((twice(way), 2) for way in CLOSES)])
def test_a_rotation_that_nobody_followed_is_a_gap(
    log: Log, path: Path, rotate: Callable[[Log], None], times: int
) -> None:
    """Asterisk may have lost records while it was closed, whether the gateway was there or not; told once."""
    log.write(25)
    tail = LogTail(path)
    drain(tail)
    tail = restart(tail)
    rotate(log)
    log.write(4)
    assert causes(drain(tail)) == [GapCause.CLOSED] * times
    tail = restart(tail)
    log.write(1)
    assert causes(drain(tail)) == []
    tail.close()


def test_what_was_rotated_before_our_time_is_no_gap(log: Log, path: Path) -> None:
    log.write(25)
    rotate_timestamp(log)
    log.write(4)
    tail = LogTail(path)
    assert causes(drain(tail)) == []
    tail.close()


def test_a_restart_after_truncation(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    os.truncate(path, 0)
    log.write(3)
    again = restart(tail)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == [25, 26, 27]
    assert causes(chunks) == [GapCause.REPLACED]


def test_an_inode_used_again_is_not_the_old_file(log: Log, path: Path, tail: LogTail) -> None:
    """The stored inode is another log now, longer than the position."""
    log.write(25)
    drain(tail)
    place = tail.position
    assert place is not None
    path.unlink()
    log.reopen()
    log.write(40)
    reused = path.stat()
    stored = Position(reused.st_dev, reused.st_ino, *place[2:])
    again = LogTail(path, stored)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == log.written[25:]
    assert causes(chunks) == [GapCause.REPLACED]


def test_a_restart_in_an_empty_log(log: Log, tail: LogTail) -> None:
    drain(tail)
    assert tail.position is not None
    again = restart(tail)
    log.write(3)
    rotate_timestamp(log)
    log.write(2)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == log.written
    assert causes(chunks) == [GapCause.CLOSED]


def test_a_restart_while_the_log_has_no_name(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    shift(path)
    again = restart(tail)
    log.write(2)
    chunks = drain(again)
    assert again.status.state is TailState.LINGERING
    log.reopen()
    log.write(2)
    chunks += drain(again)
    again.close()
    assert numbers(chunks) == log.written[25:]


def test_all_gone_is_waited_for_and_said_once(log: Log, path: Path, tail: LogTail) -> None:
    log.write(25)
    drain(tail)
    delete(log)
    path.unlink()
    again = restart(tail)
    for _ in range(5):
        assert again.turn() is None
    assert again.status.state is TailState.MISSING
    log.reopen()
    log.write(2)
    chunks = drain(again)
    again.close()
    assert numbers(chunks) == [25, 26]
    assert causes(chunks) == [GapCause.POSITION_LOST]
