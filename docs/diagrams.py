"""Draws docs/states.md from the tables of the core, so that the picture cannot differ from the code.

Law: nothing about states is written here; run `python docs/diagrams.py` after changing a table (a test compares).
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from gateway.core import agents, calls, visits

PAGE = Path(__file__).parent / "states.md"
INTRODUCTION = """# States

Generated from the tables in `gateway/core` by `python docs/diagrams.py`; do not edit by hand.
"""
AGENTS = """## State of an agent

The first row that holds wins (`PRECEDENCE` in `gateway/core/agents.py`).
"""
VISITS = """## Phases of a visit

One stay of a call in one queue (`TRANSITIONS` in `gateway/core/visits.py`). An input without an arrow
is counted as unexpected.
"""
CALLS = """## Phases of a call

What the caller experiences (`TRANSITIONS` in `gateway/core/calls.py`). An input without an arrow
leaves the phase as it is.
"""
Phase = TypeVar("Phase", bound=StrEnum)
Happened = TypeVar("Happened", bound=StrEnum)


def draw_page() -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        AGENTS,
        draw_precedence(),
        VISITS,
        draw_transitions(visits.TRANSITIONS),
        CALLS,
        draw_transitions(calls.TRANSITIONS),
    ]
    return "\n".join(parts)


def draw_precedence() -> str:
    """A table and the same as a chain of questions."""
    rows = ["| | state | when |", "|---|---|---|"]
    rows += [f"| {rank} | {state} | {when} |" for rank, (state, when, _) in enumerate(agents.PRECEDENCE, 1)]
    chain = ["", "```mermaid", "flowchart TD"]
    last = len(agents.PRECEDENCE)
    for rank, (state, when, _) in enumerate(agents.PRECEDENCE, 1):
        if rank == last:
            chain.append(f"    q{rank}([{state}])")
        else:
            chain += [f'    q{rank}{{"{when}?"}} -- yes --> s{rank}([{state}])', f"    q{rank} -- no --> q{rank + 1}"]
    return "\n".join([*rows, *chain, "```", ""])


def draw_transitions(table: Mapping[Phase, Mapping[Happened, Phase]]) -> str:
    """A state diagram; the first phase is where it begins, a phase without a way out is an end."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for phase, ways in table.items():
        for following in dict.fromkeys(ways.values()):
            inputs = ", ".join(happened for happened, target in ways.items() if target is following)
            lines.append(f"    {phase} --> {following}: {inputs}")
        if not ways:
            lines.append(f"    {phase} --> [*]")
    return "\n".join([*lines, "```", ""])


if __name__ == "__main__":
    PAGE.write_text(draw_page(), "utf-8")
