"""The short form of `./do bench`: the same measures, small, held to a fifth of their targets (the machine is busy)."""

import asyncio
import statistics
from pathlib import Path

import pytest

from tests.bench.memory import Growth, place_calls
from tests.bench.populations import ask_stock, compare_crowds, read_ours
from tests.bench.ratios import compare
from tests.bench.streams import replicate
from tests.bench.wire import build_sender, find_compiler, measure, receive_bare, receive_ours, receive_stock


@pytest.mark.parametrize(
    ("traces", "least"),
    [
        (("hotline22-across.all", "hotline22-changes.all"), 4.0),
        (("plain22-everyday.all",), 4.0),
        (("plain22-everyday.mask",), 1.5),
    ],
    ids=["full feed, our dialplan", "full feed, plain", "masked feed"],
)
def test_times_stock(traces: tuple[str, ...], least: float) -> None:
    ratio = compare(replicate(traces, 3))
    assert ratio.facts == ratio.stock_facts > 0
    assert ratio.value >= least


def test_as_fast_for_many_agents_and_queues() -> None:
    changes = [after / before for before, after in (compare_crowds((1, 1), (112, 112), 12) for _ in range(3))]
    assert statistics.median(changes) < 1.5


def test_long_list_is_read_faster_than_stock_collects_it() -> None:
    async def run() -> float:
        return statistics.median(ask_stock(2_000, False) / read_ours(2_000) for _ in range(3))

    assert asyncio.run(run()) >= 1.5


def check_growth(growth: Growth, per_call: float) -> None:
    print(f"\n{growth.calls:,} calls: {growth.per_call:+.2f} bytes each; agent {growth.agent}, call {growth.call}")
    assert growth.held == 0
    assert growth.per_call < per_call
    for before, after in (growth.agent, growth.call):
        assert 0 < after <= before * 1.1


def test_calls_leave_nothing_behind() -> None:
    check_growth(place_calls(10_000), 100)


@pytest.mark.long
def test_a_million_calls_leave_nothing_behind() -> None:
    check_growth(place_calls(1_000_000), 4)


@pytest.mark.skipif(find_compiler() is None, reason="no C compiler for the sender that writes one message at a time")
def test_keeps_up_with_one_write_per_message(tmp_path: Path) -> None:
    program = build_sender(tmp_path)
    stream = tmp_path / "stream"
    messages = replicate(("hotline22-across.all",), 3)
    stream.write_bytes(b"".join(messages))
    bare, ours = measure(program, stream, 0, receive_bare), measure(program, stream, 0, receive_ours)
    assert bare.seconds / ours.seconds >= 0.3
    stream.write_bytes(b"".join(messages[:5_000]))
    stock, ours = measure(program, stream, 5_000, receive_stock), measure(program, stream, 5_000, receive_ours)
    assert ours.cpu < stock.cpu
