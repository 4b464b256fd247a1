"""`./do bench`: the table of docs/performance.md, measured now. `--long` with a million calls; `--write` into the docs.

Exit 1 when a target is missed.
"""

import argparse
import asyncio
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.ledger.address import Address
from gateway.ledger.migrate import upgrade
from tests.bench.importing import Speed, measure_import
from tests.bench.memory import place_calls
from tests.bench.populations import ask_ours, ask_stock, compare_crowds, read_ours
from tests.bench.ratios import compare
from tests.bench.streams import replicate
from tests.bench.wire import (
    Passage,
    build_sender,
    find_compiler,
    learn_shapes,
    measure,
    receive_at_once,
    receive_bare,
    receive_ours,
    receive_stock,
)
from tests.ledger.cluster import NoPostgresError, open_server
from tests.ledger.conftest import sqlite

DOCS = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
ROUNDS = 3
FULL = (("hotline22-across.all", "hotline22-changes.all"), ("plain22-everyday.all", "plain22-across.all"))
MASKED = (("hotline22-across.mask", "hotline22-changes.mask"), ("plain22-everyday.mask", "plain22-across.mask"))
PACE = 5_000
MEMBERS = 20_000


class Row(NamedTuple):
    """One line of the table; `kept` is None where there is no target, or it was not measured."""

    what: str
    measured: str
    target: str
    kept: bool | None

    def __str__(self) -> str:
        mark = {True: "yes", False: "**no**", None: "-"}[self.kept]
        return f"| {self.what} | {self.measured} | {self.target} | {mark} |"


def measure_ratios() -> Iterator[Row]:
    for traces, target in (*((full, 20.0) for full in FULL), *((masked, 5.0) for masked in MASKED)):
        rounds = [compare(replicate(traces, 14)) for _ in range(ROUNDS)]
        middle = sorted(rounds, key=lambda ratio: ratio.value)[ROUNDS // 2]
        assert middle.facts == middle.stock_facts > 0
        yield Row(
            f"bytes to applied state and facts, `{traces[0]}` and {len(traces) - 1} more, {middle.events} events",
            f"{middle.value:.1f} x ({middle.ours_us:.2f} against {middle.stock_us:.1f} us per event)",
            f">= {target:.0f} x stock", middle.value >= target,
        )  # fmt: skip


def measure_flatness() -> Iterator[Row]:
    for what, few, many in (
        ("9 to 1,000 agents, per event", (1, 1), (112, 1)),
        ("2 to 224 queues, 1,000 agents, per event", (112, 1), (112, 112)),
    ):
        costs = [compare_crowds(few, many, 112) for _ in range(ROUNDS)]
        before, after = sorted(costs, key=lambda cost: cost[1] / cost[0])[ROUNDS // 2]
        change = after / before - 1
        yield Row(what, f"{change:+.1%} ({before:.2f} to {after:.2f} us)", "+-10 %", abs(change) <= 0.10)


def measure_wire(folder: Path) -> Iterator[Row]:
    if find_compiler() is None:
        yield Row("a sender that writes one message at a time", "not measured: no C compiler here", "", None)
        return
    program = build_sender(folder)
    stream = folder / "stream"
    stream.write_bytes(b"".join(replicate(FULL[0], 14)))
    learn_shapes(stream)
    bare, ours = _best(program, stream, 0, receive_bare), _best(program, stream, 0, receive_ours)
    share = (ours.messages / ours.seconds) / (bare.messages / bare.seconds)
    yield Row(
        "one write per message, as fast as it goes", f"{share:.0%} ({ours.messages / ours.seconds:,.0f} events/s)",
        ">= 95 % of a bare recv loop", share >= 0.95,
    )  # fmt: skip
    stream.write_bytes(b"".join(replicate(FULL[0], 14)[: PACE * 5]))
    bare, stock = _best(program, stream, PACE, receive_bare), _best(program, stream, PACE, receive_stock)
    yield Row(
        f"CPU at {PACE:,} events/s of a bare recv loop", f"{bare.cpu / stock.cpu:.2f} of stock "
        f"({bare.cpu / bare.seconds:.1%} of a core), p99 {bare.p99_us:.0f} us", "", None,
    )  # fmt: skip
    for what, receive in (("", receive_ours), (", `gather_ms = 0`", receive_at_once)):
        ours = _best(program, stream, PACE, receive)
        yield from _compare_pace(what, ours, stock)


def _compare_pace(what: str, ours: Passage, stock: Passage) -> Iterator[Row]:
    share = ours.cpu / stock.cpu
    yield Row(
        f"CPU at {PACE:,} events/s{what}", f"{share:.2f} of stock ({ours.cpu / ours.seconds:.1%} of a core)",
        "<= 1/4 of stock", share <= 0.25,
    )  # fmt: skip
    yield Row(
        f"write to applied state at {PACE:,} events/s{what}, p50 / p99",
        f"{ours.p50_us:.0f} / {ours.p99_us:.0f} us (stock {stock.p50_us:.0f} / {stock.p99_us:.0f})",
        "p99 not worse than stock's", ours.p99_us <= stock.p99_us,
    )  # fmt: skip


def _best(program: Path, stream: Path, rate: int, receive: Callable[[int], list[tuple[int, int]]]) -> Passage:
    """The least disturbed of the rounds."""
    return min((measure(program, stream, rate, receive) for _ in range(ROUNDS)), key=lambda passage: passage.cpu)


def measure_list() -> Iterator[Row]:
    async def run() -> list[tuple[float, float, float, float]]:
        return [
            (read_ours(MEMBERS), ask_stock(MEMBERS, False), ask_ours(MEMBERS), ask_stock(MEMBERS, True))
            for _ in range(ROUNDS)
        ]  # fmt: skip

    spent = asyncio.run(run())
    read = statistics.median(stock / ours for ours, stock, _, _ in spent)
    applied = statistics.median(stock / ours for _, _, ours, stock in spent)
    yield Row(
        f"QueueStatus of {MEMBERS:,} members, bytes to checked items, none kept",
        f"{read:.1f} x ({min(spent)[0] * 1e3:.0f} ms)", ">= 5 x stock's list", read >= 5,
    )  # fmt: skip
    yield Row(
        "the same with 20,000 new members put into the state by both",
        f"{applied:.1f} x ({min(one[2] for one in spent) * 1e3:.0f} ms)", "", None,
    )  # fmt: skip


def measure_memory(calls: int) -> Iterator[Row]:
    growth = place_calls(calls)
    yield Row(
        f"memory after {calls:,} calls", f"{growth.per_call:+.2f} bytes per call, {growth.held} things held", "flat",
        growth.per_call < 20 and growth.held == 0,
    )  # fmt: skip
    for what, (before, after) in (("an idle agent", growth.agent), ("a live call", growth.call)):
        kept = after <= before * 1.02
        yield Row(f"memory of {what} before and after them", f"{before:,.0f} / {after:,.0f} bytes", "flat", kept)


async def measure_address(bare: Address, address: Address, folder: Path, visits: int) -> Speed:
    for each in (bare, address):
        await upgrade(each)
    return await measure_import(bare, address, folder, visits)


def measure_imports(folder: Path, visits: int) -> Iterator[Row]:
    """Both databases; the one that is compared with is made anew, like the one imported into."""
    yield from show_import(
        "SQLite", visits,
        asyncio.run(measure_address(sqlite(folder / "bare"), sqlite(folder / "ledger"), folder, visits)),
    )  # fmt: skip
    try:
        with open_server(quick=False) as server:
            bare, address = Address(server.create()), Address(server.create())
            speed = asyncio.run(measure_address(bare, address, folder, visits))
        yield from show_import("PostgreSQL", visits, speed)
    except NoPostgresError as error:
        yield Row("`hotline import` into PostgreSQL", f"not measured: {error}", "", None)


def show_import(name: str, visits: int, speed: Speed) -> Iterator[Row]:
    what = f"`hotline import` of {visits:,} visits into {name}"
    yield Row(f"{what}, to executemany of visits alone", str(speed), ">= 1/2", speed.ratio >= 0.5)
    yield Row(f"{what}, to executemany of all its rows", f"{speed.ratio_of_rows:.2f}", "", None)


def write_docs(rows: list[Row]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCS.write_text(f"{head}{BEGIN}\n{show(rows)}\n{END}{tail}", encoding="utf-8")


def show(rows: list[Row]) -> str:
    machine = f"Python {platform.python_version()}, {platform.machine()}; medians or best of {ROUNDS} rounds of a run."
    return "\n".join(["| what | measured | target | kept |", "|---|---|---|---|", *map(str, rows), "", machine])


def main() -> int:
    parser = argparse.ArgumentParser(prog="./do bench", description=__doc__)
    parser.add_argument("--long", action="store_true", help="a million calls, a million visits to import")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            *measure_ratios(), *measure_flatness(), *measure_wire(Path(folder)), *measure_list(),
            *measure_memory(1_000_000 if given.long else 50_000),
            *measure_imports(Path(folder), 1_000_000 if given.long else 100_000),
        ]  # fmt: skip
    print(show(rows))
    if given.write:
        write_docs(rows)
    return int(any(row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
