"""A gateway killed anywhere goes on with what it knew: the checkpoint, and the journal behind it."""

import asyncio
import random
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway import checkpoints
from gateway.canonical import spell_fact
from gateway.checkpoints import Checkpoint, CheckpointError, freeze, read_checkpoint, thaw, write_checkpoint
from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.inputs import Kind
from gateway.journal import Journal, Limits
from gateway.pump import Clock, Pump
from gateway.records import segments_of
from gateway.replay import replay
from gateway.restart import Checkpoints, Keeper, Restart, restore
from gateway.web.tally import Tally
from tests.shells.test_pump import SITE, TRACE, Log, blocks_of
from tests.shells.test_replay import Paced

ZONE = ZoneInfo("Asia/Shanghai")
BLOCKS = list(blocks_of(TRACE))
SMALL = Limits(max_bytes=64 * 1024**2, segment_bytes=65_536)


class Recorded:
    """An outlet that remembers every fact, as the ledger's writer does those not written."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def offer(self, fact: Fact) -> None:
        self.facts.append(fact)

    def begin(self, at: int) -> None:
        assert at > 0
        self.facts = []

    def remember(self) -> object:
        return list(self.facts)

    def recall(self, memory: Any) -> None:
        self.facts = list(memory)


class Hurried(Clock):
    """Fifty times as fast as the world."""

    def wall(self) -> int:
        return super().wall() * 50

    def mono(self) -> int:
        return super().mono() * 50


class Life:
    """One gateway's process over a folder: `run` gives it blocks of the trace until it is killed."""

    def __init__(self, folder: Path, clock: Clock, limits: Limits = SMALL) -> None:
        self.journal = Journal(folder, limits)
        self.journal.open()
        self.log = Log()
        self.pump = Pump(self.journal, Feed, clock)
        self.tally = Tally(clock.wall(), ZONE)
        self.recorded = Recorded()
        self.notes: list[str] = []
        keepers: dict[str, Keeper] = {"tally": self.tally, "recorded": self.recorded}
        self.restart: Restart = restore(folder, 0, self.pump.feeds, Feed, keepers, {"pbx1"}, self.notes.append)
        self.checkpoints = Checkpoints(self.journal, self.pump.feeds, keepers, clock.wall)
        for outlet in (self.tally, self.recorded, self.log):
            self.pump.attach(outlet)
        self.brought = [*self.recorded.facts]
        is_known = "pbx1" in self.pump.feeds
        door = self.pump.resume("pbx1", SITE) if is_known else self.pump.start("pbx1", SITE, blind_since=1)
        self.pump.link("pbx1", self.log)
        self.door = door

    def run(self, blocks: list[bytes], *, is_new: bool = True) -> None:
        if is_new:
            self.door.connected("00ff")
            self.door.logged_in()
        for number, block in enumerate(blocks):
            self.door.received(block)
            if number % 40 == 0:
                self.pump.put(Kind.TICK, "pbx1")

    def kill(self) -> None:
        """What is in the kernel stays; nothing else is done."""
        self.pump.close()
        self.journal.close()


def spelt(facts: list[Fact]) -> list[bytes]:
    return [spell_fact(fact) for fact in facts]


def show(tally: Tally) -> object:
    _, *counts = tally.remember()
    return counts


@pytest.fixture(params=range(6))
def luck(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


async def test_all_that_was_said_before_the_kill_is_known_after_it(tmp_path: Path, luck: random.Random) -> None:
    clock = Paced()
    life = Life(tmp_path, clock)
    first, second = sorted(luck.sample(range(10, len(BLOCKS)), 2))
    life.run(BLOCKS[:first])
    if luck.random() < 0.7:
        life.checkpoints.keep()
    life.run(BLOCKS[first:second], is_new=False)
    before, counts = [*life.recorded.facts], show(life.tally)
    life.kill()
    after = Life(tmp_path, clock)
    assert spelt(after.brought) == spelt(before)
    assert abs(after.tally.started_at - life.tally.started_at) < 1_000
    assert after.notes == []
    assert show(after.tally) == counts
    assert after.pump.feeds["pbx1"].status.reason == "gateway_down"
    assert not after.pump.feeds["pbx1"].status.live
    after.kill()


async def test_what_was_open_goes_on_with_its_exact_times(tmp_path: Path) -> None:
    clock = Paced()
    life = Life(tmp_path, clock)
    number = next(n for n, _ in enumerate(BLOCKS) if n > 100 and n % 17 == 0)
    life.run(BLOCKS[:number])
    state = life.pump.feeds["pbx1"].state
    calls = {call.id: (call.arrived_at, call.exact) for call in state.calls.values()}
    agents = {agent.number: (agent.state, agent.since, agent.exact) for agent in state.agents.values()}
    assert any(exact for _, exact in calls.values())
    life.kill()
    after = Life(tmp_path, clock)
    state = after.pump.feeds["pbx1"].state
    assert {call.id: (call.arrived_at, call.exact) for call in state.calls.values()} == calls
    assert {agent.number: (agent.state, agent.since, agent.exact) for agent in state.agents.values()} == agents
    after.kill()


async def test_the_journal_of_several_lives_replays_to_the_facts_they_said(tmp_path: Path, luck: random.Random) -> None:
    clock = Paced()
    cuts = [0, *sorted(luck.sample(range(10, len(BLOCKS)), 3)), len(BLOCKS)]
    lived: list[bytes] = []
    for begin, end in pairwise(cuts):
        life = Life(tmp_path, clock)
        life.run(BLOCKS[begin:end])
        if luck.random() < 0.5:
            life.checkpoints.keep()
        lived += spelt(life.log.facts)
        life.kill()
    notes: list[str] = []
    assert spelt(list(replay([tmp_path], Feed, notes.append))) == lived
    assert notes == []
    # Every later segment says of itself in which settings it begins.
    for segment in segments_of(tmp_path)[1:]:
        assert list(replay([segment], Feed, notes.append))
    assert notes
    assert all("begins anew" in note for note in notes)


async def test_time_passes_for_a_feed_that_was_brought_back(tmp_path: Path) -> None:
    clock = Hurried()
    for _ in range(2):
        life = Life(tmp_path, clock)
        life.door.connected("00ff")
        life.door.logged_in()
        asked = len(life.log.requests)
        async with asyncio.timeout(20):
            await life.log.closed.wait()  # nobody answers: the core must find that out by itself
        assert asked > 0
        life.kill()


async def test_a_stopped_gateway_reads_no_input_twice(tmp_path: Path) -> None:
    clock = Paced()
    life = Life(tmp_path, clock)
    life.run(BLOCKS[:200])
    life.door.cut("stopped")
    life.checkpoints.keep()
    life.kill()
    after = Life(tmp_path, clock)
    assert after.restart.inputs == 0
    assert after.restart.since is not None
    assert spelt(after.brought) == spelt(life.recorded.facts)
    after.kill()


# --- what cannot be gone on from --------------------------------------------------------------------------------------


async def live_once(folder: Path) -> Life:
    life = Life(folder, Paced(), Limits())
    life.run(BLOCKS[:300])
    life.checkpoints.keep()
    life.run(BLOCKS[300:400], is_new=False)
    life.kill()
    return life


async def test_a_changed_checkpoint_is_none_and_the_journal_is_read_instead(tmp_path: Path) -> None:
    life = await live_once(tmp_path)
    path = tmp_path / checkpoints.NAME
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    after = Life(tmp_path, Paced())
    assert after.notes == [f"{path}: it is not whole; the journal is read from further back"]
    assert spelt(after.brought) == spelt(life.recorded.facts)
    after.kill()


async def test_another_versions_checkpoint_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = await live_once(tmp_path)
    monkeypatch.setattr(checkpoints, "version", lambda: bytes(32))
    after = Life(tmp_path, Paced())
    assert "another version" in after.notes[0]
    assert spelt(after.brought) == spelt(life.recorded.facts)
    after.kill()


async def test_a_checkpoint_whose_journal_is_gone_is_none(tmp_path: Path) -> None:
    await live_once(tmp_path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint is not None
    (tmp_path / checkpoint.segment).unlink()
    after = Life(tmp_path, Paced())
    assert "is gone" in after.notes[0]
    after.kill()


async def test_a_journal_that_is_damaged_is_known_as_far_as_it_is_whole(tmp_path: Path) -> None:
    await live_once(tmp_path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint is not None
    path = tmp_path / checkpoint.segment
    data = bytearray(path.read_bytes())
    data[checkpoint.offset + 40] ^= 1
    path.write_bytes(data)
    after = Life(tmp_path, Paced())
    assert any("checksum" in note or "not a record" in note for note in after.notes)
    assert len(after.brought) > 0
    after.run(BLOCKS)
    assert after.log.facts
    after.kill()


async def test_a_defect_on_the_way_does_not_stop_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await live_once(tmp_path)

    def fail(_self: Tally, _memory: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Tally, "recall", fail)
    after = Life(tmp_path, Paced())
    assert after.notes == ["a defect of the gateway (RuntimeError); it begins with what was brought back until then"]
    after.run(BLOCKS)
    assert after.log.facts
    after.kill()


@pytest.mark.parametrize(
    "hostile",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x05\x8c\x08builtins\x8c\x04eval\x93\x8c\x031+1\x85R.",
        b"\x80\x05\x8c\x13gateway.core.resync\x8c\x05sweep\x93.",
        b"\x80\x05\x8c\x14gateway.core.canonical\x8c\x05spell\x93.",
        b"",
        b"not a pickle",
    ],
)
def test_a_file_that_somebody_wrote_runs_nothing(hostile: bytes) -> None:
    with pytest.raises(CheckpointError, match="it cannot be read"):
        thaw(hostile)


def test_it_is_for_its_owners_eyes_and_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.new").write_bytes(b"torn by a kill")
    write_checkpoint(tmp_path, freeze(Checkpoint(1, "2.journal", 3, {})))
    assert (tmp_path / checkpoints.NAME).stat().st_mode & 0o777 == 0o600
    found = read_checkpoint(tmp_path)
    assert found is not None
    assert (found.at, found.segment, found.offset, found.feeds) == (1, "2.journal", 3, {})
    assert not (tmp_path / "checkpoint.new").exists()


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert read_checkpoint(tmp_path) is None
