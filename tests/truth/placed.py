"""The farm's record of the calls it placed: what must have come about, and what its own phones saw."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Expected:
    """One stay that must have come about. `consult`: an agent's consultation entered the queue, not the caller."""

    queue: str
    outcome: str
    ended_by: str | None
    agent: str | None
    seat: str | None
    picked_up_at: int | None
    consult: bool


@dataclass(frozen=True)
class PlacedCall:
    """One call. Times in epoch microseconds on the farm's side of the wire."""

    seq: int
    scenario: str
    caller: str
    dialled: str
    source: str
    direction: str
    uniqueid: str
    placed_at: int
    ended_at: int | None
    survey: str | None
    visits: tuple[Expected, ...]


def read_placed(path: Path) -> list[PlacedCall]:
    """The record, in the order the calls were placed."""
    calls = [read_call(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(calls, key=lambda call: call.seq)


def read_call(line: dict[str, Any]) -> PlacedCall:
    expect = line["expect"]
    return PlacedCall(
        line["seq"], line["scenario"], line["caller"], line["dialled"], line["source"], expect["direction"],
        line["pbx_uniqueid"], line["placed_at"], line["own"]["ended_at"], expect["survey"],
        tuple(read_visit(visit) for visit in expect["visits"]),
    )  # fmt: skip


def read_visit(visit: dict[str, Any]) -> Expected:
    return Expected(
        visit["queue"], visit["outcome"], visit["ended_by"], visit["agent"], visit["seat"], visit["picked_up_at"],
        visit["joined_as"] == "consult",
    )  # fmt: skip
