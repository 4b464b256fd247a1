"""A real Asterisk rotates its queue_log in every way it has while records are written: each one in the files is read
exactly once and in order, and each one that is in no file falls into a gap the tail has named.
"""

import asyncio
from collections.abc import Callable

import pytest

from gateway.asterisk.tail_status import TailState
from gateway.core.log_places import Gap, GapCause
from gateway.core.log_records import Connected, TalkEnded
from gateway.core.site import SECOND
from lab.site import Site
from tests.e2e.rotating import (
    GRAIN_US,
    Attempt,
    Follower,
    Writer,
    numbers_in_files,
    reload_logger,
    rename_log,
    rotate_itself,
    set_up,
)

pytestmark = pytest.mark.asterisk
BATCH = 60
ROTATIONS = 4


def rotate_once_a_second(writer: Writer) -> None:
    """The time is the name: Asterisk overwrites a file of the same second (seen on 22.10), by its own coarse clock."""
    stamps = [int(path.name.split(".")[1]) for path in writer.site.queue_log.parent.glob("queue_log.*")]
    due = (max(stamps, default=0) + 1) * SECOND + GRAIN_US
    writer.wait(lambda: writer.attempts[-1].sent >= due)
    rotate_itself(writer.site)


def rotate_as_debian(writer: Writer, creates: bool) -> None:
    """Logrotate renames first and tells Asterisk afterwards; with `create` it makes the new file itself."""
    rename_log(writer.site, creates)
    writer.wait_more(BATCH // 2)
    reload_logger(writer.site)


WAYS: dict[str, tuple[str, Callable[[Writer], None]]] = {
    "sequential": ("sequential", lambda writer: rotate_itself(writer.site)),
    "rotate": ("rotate", lambda writer: rotate_itself(writer.site)),
    "timestamp": ("timestamp", rotate_once_a_second),
    "none": ("none", lambda writer: rotate_itself(writer.site)),
    "debian": ("none", lambda writer: rotate_as_debian(writer, creates=False)),
    "debian-create": ("none", lambda writer: rotate_as_debian(writer, creates=True)),
}


def rotate_often(writer: Writer, rotate: Callable[[Writer], None]) -> None:
    for _ in range(ROTATIONS):
        writer.wait_more(BATCH)
        rotate(writer)
    writer.wait_more(BATCH)


def assert_all_read(site: Site, writer: Writer, follower: Follower) -> None:
    """Once each, in order; what no file has was written within a named gap."""
    written = numbers_in_files(site)
    lost = sorted(set(range(len(writer.attempts))) - set(written))
    print(
        f"{len(writer.attempts)} confirmed, {len(written)} in the files, {len(follower.numbers)} read, {len(lost)} lost"
    )
    assert follower.faults == []
    assert follower.numbers == written
    assert {gap.cause for gap in follower.gaps} <= {GapCause.CLOSED}
    for number in lost:
        attempt = writer.attempts[number]
        assert is_in_gap(attempt, follower.gaps) or is_near(attempt, follower), (number, attempt, follower)


def is_near(attempt: Attempt, follower: Follower) -> bool:
    """Reopened under the same name no file shows it, only Asterisk's own CONFIGRELOAD, to the second."""
    return not follower.gaps and any(abs(attempt.sent - at) < 2 * SECOND for at in follower.reopened)


def is_in_gap(attempt: Attempt, gaps: list[Gap]) -> bool:
    return any(
        gap.since is not None
        and gap.until is not None
        and attempt.confirmed >= gap.since - GRAIN_US
        and attempt.sent <= gap.until + GRAIN_US
        for gap in gaps
    )


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_of_rotation(plain_pbx: Site, way: str) -> None:
    strategy, rotate = WAYS[way]
    await asyncio.to_thread(set_up, plain_pbx, strategy)
    writer, follower = Writer(plain_pbx), Follower(plain_pbx.queue_log)
    async with follower.following():
        with writer.writing():
            await asyncio.to_thread(rotate_often, writer, rotate)
        last = (await asyncio.to_thread(numbers_in_files, plain_pbx))[-1]
        await follower.wait_read(last)
        assert follower.tail is not None
        assert follower.tail.status.state is TailState.FOLLOWING
    assert_all_read(plain_pbx, writer, follower)
    assert (len(follower.gaps) == 0) == (way == "none")


@pytest.mark.parametrize("way", ["rotate", "timestamp", "debian"])
async def test_a_gateway_that_dies_at_each_rotation(plain_pbx: Site, way: str) -> None:
    """It comes again after one rotation more, with the position of the last record it had decided."""
    strategy, rotate = WAYS[way]
    await asyncio.to_thread(set_up, plain_pbx, strategy)
    writer, follower = Writer(plain_pbx), Follower(plain_pbx.queue_log)
    with writer.writing():
        for _ in range(ROTATIONS):
            async with follower.following():
                await asyncio.to_thread(writer.wait_more, BATCH)
                await asyncio.to_thread(rotate, writer)
                await asyncio.to_thread(writer.wait_more, BATCH)
            await asyncio.to_thread(rotate, writer)
            await asyncio.to_thread(writer.wait_more, BATCH)
    async with follower.following():
        await follower.wait_read((await asyncio.to_thread(numbers_in_files, plain_pbx))[-1])
    assert follower.faults == []
    assert follower.numbers == numbers_in_files(plain_pbx)
    assert {gap.cause for gap in follower.gaps} <= {GapCause.CLOSED}


async def test_records_lost_behind_exec_after_rotate_lie_in_a_named_gap(plain_pbx: Site) -> None:
    """Asterisk confirms them and writes them nowhere (asterisk-facts 3.1): the tail can only say when."""
    await asyncio.to_thread(set_up, plain_pbx, "sequential", "exec_after_rotate = sleep 1")
    writer, follower = Writer(plain_pbx), Follower(plain_pbx.queue_log)
    async with follower.following():
        with writer.writing():
            await asyncio.to_thread(writer.wait_more, BATCH)
            await asyncio.to_thread(rotate_itself, plain_pbx)
            await asyncio.to_thread(writer.wait_more, BATCH)
        await follower.wait_read((await asyncio.to_thread(numbers_in_files, plain_pbx))[-1])
    assert_all_read(plain_pbx, writer, follower)
    assert len(writer.attempts) - len(follower.numbers) > 0
    (gap,) = follower.gaps
    assert gap.since is not None
    assert gap.until is not None
    assert 900_000 < gap.until - gap.since < 5_000_000


async def test_real_calls_are_read_through_a_rotation(plain_pbx: Site) -> None:
    """One visit whose entry stands in one file and its end in the next."""
    await asyncio.to_thread(set_up, plain_pbx, "rotate")
    records: list[object] = []

    class Everything(Follower):
        def take(self, what: object) -> None:
            records.append(what)

    def saw(kind: type) -> Callable[[], bool]:
        return lambda: any(isinstance(record, kind) for record in records)

    follower = Everything(plain_pbx.queue_log)
    async with follower.following():
        call = await asyncio.to_thread(plain_pbx.farm.place_call, "12333")
        await follower.wait(saw(Connected))  # one that is being written while the log is rotated is lost
        await asyncio.to_thread(rotate_itself, plain_pbx)
        await asyncio.to_thread(call.hang_up)
        await asyncio.to_thread(call.wait_settled)
        await follower.wait(saw(TalkEnded))
    kinds = [type(record).__name__ for record in records]
    assert [kind for kind in kinds if kind != "LogReopened"] == ["Entered", "Connected", "TalkEnded"]
    assert len({getattr(record, "callid", "") for record in records} - {"NONE"}) == 1
