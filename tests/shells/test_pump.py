"""The pump with the real core: order, timer, faults, outlets; and a journal of its inputs, replayed."""

import asyncio
import time
from pathlib import Path
from typing import Any

from gateway.canonical import spell_fact
from gateway.core.facts import CallArrived, Fact
from gateway.core.feed import Feed
from gateway.core.requests import Request
from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site
from gateway.core.words import Direction
from gateway.inputs import Input, Kind
from gateway.journal import Journal
from gateway.pump import Backlog, Door, Pump
from gateway.replay import replay
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
        self.closed = asyncio.Event()

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
            self.closed.set()


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


def count_pings(log: Log) -> int:
    return [request.action for request in log.requests].count("Ping")


def pong(log: Log) -> bytes:
    """The answer to the first Ping, on a connection whose banner has not come yet."""
    reply = f"Response: Success\r\nActionID: {log.requests[0].action_id}\r\nPing: Pong\r\n"
    return f"Asterisk Call Manager/11.0.0\r\n{reply}Timestamp: {time.time():.6f}\r\n\r\n".encode()


async def test_the_timer_ticks_when_the_core_wants_it() -> None:
    pump, door = built(log := Log())
    door.connected("00ff")
    door.logged_in()
    assert [request.action for request in log.requests] == ["Ping", "CoreSettings"]
    began = time.monotonic()
    door.received(pong(log))
    await until(lambda: count_pings(log) == 2)
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
    door.received(pong(log))
    until_s = time.monotonic() + 2.3
    while time.monotonic() < until_s:
        door.received(b"")
        await asyncio.sleep(0)
    pump.close()
    assert count_pings(log) == 2
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
