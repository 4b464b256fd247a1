"""The pump with the real core: order, timer, faults, outlets; and a journal of its inputs, replayed."""

import asyncio
import io
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.canonical import spell_fact
from gateway.core.facts import CallArrived, Direction, Fact
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site
from gateway.inputs import Input, Kind
from gateway.journal import Journal, Limits
from gateway.pump import Backlog, Clock, Door, Pump
from gateway.records import segments_of
from gateway.replay import main, replay
from tests.shells.peer import until

TRACE = Path(__file__).parents[1] / "scenarios" / "traces" / "plain22-basic.mask.ami"
SITE = Site(
    lines=(Line("12345", "main"),),
    queues=(QueueRule("hotline"),),
    seats=tuple(SeatRule(f"{seat:02}", f"PJSIP/80{seat:02}") for seat in range(1, 10)),
    agents=tuple(AgentRule(str(number)) for number in range(1001, 1019)),
)


class Log:
    """An outlet and a recorder in one: what happened, in order."""

    position = "nowhere"

    def __init__(self) -> None:
        self.order: list[str] = []
        self.facts: list[Fact] = []
        self.requests: list[Request] = []
        self.closes: list[str] = []

    def append(self, item: Input) -> None:
        self.order.append(item.kind.name)

    def offer(self, fact: Fact) -> None:
        self.order.append(type(fact).__name__)
        self.facts.append(fact)

    def obey(self, requests: Any, replies: Any, close: str | None) -> None:  # noqa: ARG002
        self.order += [request.action for request in requests]
        self.requests += requests
        if close:
            self.closes.append(close)


def built(log: Log, recorder: Any = None, make: Any = Feed) -> tuple[Pump, Door]:
    pump = Pump(recorder or log, make)
    pump.attach(log)
    door = pump.start("pbx1", SITE)
    pump.link("pbx1", log)
    return pump, door


def blocks_of(path: Path) -> list[bytes]:
    data, blocks, offset = path.read_bytes(), [], 0
    while offset < len(data):
        end = data.index(b"\n", offset)
        length = int(data[offset:end].split()[1])
        blocks.append(data[end + 1 : end + 1 + length])
        offset = end + 2 + length
    return blocks


def spelt(facts: list[Fact]) -> bytes:
    return b"\n".join(map(spell_fact, facts))


async def test_an_input_is_in_the_journal_before_it_is_applied_and_facts_come_at_once() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    for block in blocks_of(TRACE)[:12]:
        door.received(block)
    pump.close()
    assert log.order[:2] == ["STARTED", "CONNECTED"]
    first = next(place for place, what in enumerate(log.order) if what not in Kind.__members__)
    assert log.order[first - 1] == "RECEIVED"


async def test_the_timer_ticks_when_the_core_wants_it() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    door.logged_in()
    assert log.requests[0].action == "CoreSettings"
    began = time.monotonic()
    await until(lambda: any(request.action == "Ping" for request in log.requests))
    pump.close()
    assert 0.9 < time.monotonic() - began < 2.5
    assert 0 < log.order.count("TICK") < 20, "it ticks at deadlines and does not spin"


async def test_a_peer_that_answers_nothing_is_closed_as_half_open() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    door.logged_in()
    await until(lambda: log.closes, 8)
    pump.close()
    assert log.closes[0] == "half_open"


async def test_ticks_are_not_starved_by_a_flood_of_inputs() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    door.logged_in()
    until_s = time.monotonic() + 2.3
    while time.monotonic() < until_s:
        door.received(b"")
        await asyncio.sleep(0)
    pump.close()
    assert [request.action for request in log.requests].count("Ping") == 1
    assert log.order.count("TICK") >= 1


async def test_nothing_ticks_after_close() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    door.logged_in()
    pump.close()
    before = len(log.order)
    await asyncio.sleep(1.2)
    assert len(log.order) == before


async def test_lag_of_the_loop_is_measured() -> None:
    pump, _ = built(Log())
    await asyncio.sleep(0)
    time.sleep(0.7)  # noqa: ASYNC251 - the loop is held up on purpose
    await until(lambda: sum(pump.status.loop_lag.counts))
    pump.close()
    assert pump.status.loop_lag.largest_us > 100_000


class Brittle(Feed):
    """The core with a defect."""

    def received(self, data: bytes, wall: int, mono: int) -> None:
        if b"boom" in data:
            raise KeyError("boom")
        super().received(data, wall, mono)


async def test_a_defect_of_the_core_is_counted_and_the_service_goes_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    log = Log()
    pump = Pump(journal, Brittle)
    pump.attach(log)
    doors = {}
    for name in ("pbx1", "pbx2"):
        doors[name] = pump.start(name, SITE)
        pump.link(name, log)
        doors[name].connected("00ff")
    doors["pbx1"].received(b"boom")
    assert log.closes == ["fault"]
    assert pump.status.faults == 1
    assert "KeyError" in (pump.status.last_fault or "")
    assert ".journal:" in (pump.status.last_fault or "")
    doors["pbx1"].cut("fault")
    doors["pbx1"].connected("01ff")
    for block in blocks_of(TRACE):
        doors["pbx2"].received(block)
        doors["pbx1"].received(block)
    pump.close()
    journal.close()
    assert {fact.pbx for fact in log.facts} == {"pbx1", "pbx2"}
    notes: list[str] = []
    assert spelt(list(replay([tmp_path], Brittle, notes.append))) == spelt(log.facts)
    assert len(notes) == 1
    assert "boom" in notes[0]


async def test_an_outlet_that_fails_harms_nobody() -> None:
    class Bad:
        def offer(self, fact: Fact) -> None:
            raise RuntimeError(fact.pbx)

    pump = Pump(log := Log(), Feed)
    pump.attach(bad := Bad())
    pump.attach(log)
    door = pump.start("pbx1", SITE)
    door.connected("00ff")
    for block in blocks_of(TRACE):
        door.received(block)
    assert len(log.facts) > 50
    assert pump.status.outlet_faults == pump.status.facts == len(log.facts)
    pump.detach(bad)
    door.logged_in()
    door.cut("closed")
    pump.close()
    assert type(log.facts[-1]).__name__ == "FeedDown"
    assert pump.status.outlet_faults == pump.status.facts - 1


async def test_a_slow_outlet_sheds_its_oldest_and_says_so() -> None:
    backlog = Backlog(3)
    facts = [CallArrived("pbx1", at, str(at), "unknown", "1", Direction.INBOUND, "") for at in range(5)]
    for fact in facts:
        backlog.offer(fact)
    assert backlog.ready.is_set()
    assert backlog.shed == 2
    assert backlog.take() == facts[2:]
    assert not backlog.ready.is_set()
    assert backlog.take() == []


class Paced(Clock):
    """Clocks that move a little with every look, so that a trace takes time and the run can be repeated."""

    def __init__(self) -> None:
        self.now = 1_795_457_120_000_000

    def wall(self) -> int:
        self.now += 137
        return self.now

    def mono(self) -> int:
        return self.now


async def run_trace(folder: Path, limits: Limits) -> list[Fact]:
    """The lab's trace through pump and journal, with ticks, a cut, a reload and a second connection."""
    journal = Journal(folder, limits)
    journal.open()
    log = Log()
    pump = Pump(journal, Feed, Paced())
    pump.attach(log)
    door = pump.start("pbx1", SITE, blind_since=1_795_457_000_000_000)
    pump.link("pbx1", log)
    for nonce in ("00ff", "01ff"):
        door.connected(nonce)
        for number, block in enumerate(blocks_of(TRACE)):
            door.received(block)
            if number == 5:
                door.logged_in()
            if number % 50 == 0:
                pump.put(Kind.TICK, "pbx1")
                pump.configure("pbx1", SITE)
        door.cut("kicked")
    pump.close()
    journal.close()
    return log.facts


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(max_bytes=64 * 1024**2, segment_bytes=65_536)], ids=["one", "many"]
)
async def test_a_replay_of_the_journal_gives_the_same_bytes_twice_and_as_live(tmp_path: Path, limits: Limits) -> None:
    live = spelt(await run_trace(tmp_path, limits))
    notes: list[str] = []
    once = spelt(list(replay([tmp_path], Feed, notes.append)))
    again = spelt(list(replay(segments_of(tmp_path), Feed, notes.append)))
    assert live == once == again
    assert notes == []
    assert live.count(b"VisitSettled") > 10
    if limits.segment_bytes == 65_536:
        assert len(segments_of(tmp_path)) > 5


async def test_a_journal_whose_beginning_is_gone_is_read_from_its_next_message_on(tmp_path: Path) -> None:
    await run_trace(tmp_path, Limits(segment_bytes=65_536))
    first, *rest = segments_of(tmp_path)
    first.unlink()
    notes: list[str] = []
    facts = list(replay([tmp_path], Feed, notes.append))
    assert len(notes) == 1
    assert "begins anew" in notes[0]
    assert [fact for fact in facts if type(fact).__name__ == "VisitSettled"]
    assert len(rest) > 3


async def test_damage_in_the_middle_is_told_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await run_trace(tmp_path, Limits(segment_bytes=65_536))
    _, second, *_ = segments_of(tmp_path)
    data = bytearray(second.read_bytes())
    data[30_000] ^= 0xFF
    second.write_bytes(data)
    out = io.BytesIO()
    assert main([str(tmp_path)], True, Feed, out) == 1
    said = capsys.readouterr().err
    assert f"damage: {second}: offset " in said
    assert "begins anew" in said
    assert out.getvalue().count(b"VisitSettled") > 5


@pytest.mark.parametrize("form", ["timed", "plain"])
async def test_a_bare_trace_is_replayed_twice_alike(tmp_path: Path, form: str) -> None:
    path = TRACE
    if form == "plain":
        path = tmp_path / "trace.ami"
        path.write_bytes(b"".join(blocks_of(TRACE)))
    outs = [io.BytesIO(), io.BytesIO()]
    assert [main([str(path)], True, Feed, out, SITE) for out in outs] == [0, 0]
    assert outs[0].getvalue() == outs[1].getvalue()
    assert outs[0].getvalue().count(b'"fact":"VisitSettled"') == 11


def test_what_is_neither_journal_nor_trace_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (
        ("text", b"hello"),
        ("broken", b"1795457123671900 50\nshort\n1795457123671900 50\n" + b"x" * 80),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert main([str(path)], True, Feed, io.BytesIO()) == 2
        assert str(path) in capsys.readouterr().err
    assert main([str(tmp_path / "absent")], True, Feed, io.BytesIO()) == 2
    assert "absent" in capsys.readouterr().err


def test_text_for_people_spells_the_line_breaks_of_callers(tmp_path: Path) -> None:
    path = tmp_path / "trace.ami"
    path.write_bytes(
        b"Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1795457123.671900\r\nChannel: PJSIP/trunk-1\r\n"
        b"ChannelState: 0\r\nChannelStateDesc: Down\r\nCallerIDNum: 1\n2\r\nCallerIDName: \r\nConnectedLineNum: \r\n"
        b"ConnectedLineName: \r\nLanguage: en\r\nAccountCode: \r\nContext: from-trunk\r\nExten: 12345\r\n"
        b"Priority: 1\r\nUniqueid: 1795457123.1\r\nLinkedid: 1795457123.1\r\n\r\n"
    )
    out = io.BytesIO()
    main([str(path)], False, Feed, out, SITE)
    assert all(line.startswith(b"2026-") for line in out.getvalue().splitlines())
