"""The journal of a live run, replayed: byte-identical facts twice, and the same facts as were said live (law 2)."""

import subprocess
import sys

import pytest

from gateway.canonical import spell_fact
from gateway.core.feed import Feed
from gateway.replay import replay
from tests.e2e.mixes import Mix
from tests.e2e.settings import ROOT

pytestmark = pytest.mark.asterisk


def test_replay_gives_the_facts_of_the_live_run(mix: Mix) -> None:
    notes: list[str] = []
    live = [spell_fact(fact) for fact in mix.facts]
    assert len(live) > 500
    assert [spell_fact(fact) for fact in replay([mix.journal], Feed, notes.append)] == live
    assert notes == []


def test_the_command_prints_the_same_bytes_twice(mix: Mix) -> None:
    command = [sys.executable, "-m", "gateway", "replay", "--json", str(mix.journal)]
    first, second = (subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.stdout.splitlines() == [spell_fact(fact) for fact in mix.facts]
    assert first.stderr == b""
