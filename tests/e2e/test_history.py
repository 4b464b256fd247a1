"""The past of a real PBX over HTTP: what the farm placed is what lists and tables say; who was not answered is
unreached until somebody talks with him."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from lab import conversations, scenarios
from lab.farm import Call
from lab.plain_mix import plain_numbers
from lab.play import Player
from lab.scripts import answer
from lab.site import Site
from tests.e2e.http import Http
from tests.e2e.process import Process, wait_until
from tests.e2e.settings import free_port, write_settings

pytestmark = pytest.mark.asterisk
WRITTEN_SECONDS = 10


@dataclass
class Town:
    """The farm's calls and the gateway that saw them. `placed`: (Uniqueid, queue, outcome), in order."""

    site: Site
    http: Http
    player: Player
    placed: list[tuple[str, str, str]] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)

    def play(self, group: Any) -> None:
        """One call of the farm, with what must come of it."""
        self.player.play_group(group)
        done = json.loads(self.site.placed.read_text(encoding="utf-8").splitlines()[-1])
        self.placed += [(done["pbx_uniqueid"], visit["queue"], visit["outcome"]) for visit in done["expect"]["visits"]]
        self.callers.append(done["caller"])

    def unreached(self) -> dict[str, str]:
        """Uniqueid of the first lost call -> state."""
        path = "/v1/unreached?" + "&".join(f"state={state}" for state in ("open", "reached", "called_again"))
        return {one["calls"][0]: one["state"] for one in self.http.items(path)}

    def wait(self, what: str, test: Callable[[], bool]) -> None:
        wait_until(what, test, WRITTEN_SECONDS)


@pytest.fixture(scope="module")
def town(plain_pbx: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two callers give up, one is answered; the ledger has it all."""
    folder, port, n = tmp_path_factory.mktemp("history"), free_port(), plain_numbers()
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    settings = write_settings(
        folder, {"main": plain_pbx.account("reader")}, port, f'queue_log = "{plain_pbx.queue_log}"'
    )
    settings.write_text(settings.read_text() + f'\n[privacy]\nkey_file = "{key}"\n')
    with Process(settings, port) as process:
        process.wait_live()
        found = Town(plain_pbx, process.http, Player(plain_pbx))
        try:
            found.play(scenarios.gives_up(n, n.single, 6.0, "abandoned"))
            found.play(scenarios.gives_up(n, n.last, 1.5, "short_abandoned"))
            found.play(conversations.answered(n, n.main, 0.5, 1.0))
            found.wait("feed and log agree", lambda: len(found.http.items("/v1/visits?source=both")) == 3)
            yield found
        finally:
            found.player.close()
            found.http.close()


def test_lists_and_tables_say_what_the_farm_placed(town: Town) -> None:
    visits = town.http.items("/v1/visits")
    assert [(visit["call"], visit["queue"].lower(), visit["outcome"]) for visit in visits] == town.placed
    assert {(visit["precision"], visit["source"]) for visit in visits} == {("us", "both")}
    status, sheet = town.http.ask("/v1/visits?format=csv")
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))
    assert status == 200
    assert [(row["call"], row["queue"].lower(), row["outcome"]) for row in rows] == town.placed
    assert [float(row["wait_seconds"]) for row in rows] == [visit["wait_seconds"] for visit in visits]
    assert visits[0]["wait_seconds"] == pytest.approx(6, abs=1)
    calls = {call["id"]: call for call in town.http.items("/v1/calls?from=2020-01-01")}
    for (callid, _, outcome), caller in zip(town.placed, town.callers, strict=True):
        call = calls[callid]
        assert (call["direction"], call["outcomes"]) == ("inbound", [outcome])
        assert call["caller"] == f"{caller[:3]}****{caller[-4:]}"
        assert (call["answered_at"] is None) == (outcome != "answered")


def test_explain_has_both_witnesses_of_a_real_call(town: Town) -> None:
    for visit in town.http.items("/v1/visits"):
        said = town.http.get(f"/v1/visits/{visit['id']}/explain")["item"]
        assert said["feed"]["outcome"] == visit["outcome"]
        assert said["log"]["outcome"] in {visit["outcome"], "abandoned"}
        findings = {found["field"]: found for found in said["findings"]}
        assert findings["wait_seconds"]["taken_from"] == "feed"
        assert "feed and log" in findings["source"]["why"]


def test_who_was_not_answered_is_unreached_until_somebody_talks_with_him(town: Town) -> None:
    first, second = town.placed[0][0], town.placed[1][0]
    assert town.unreached() == {first: "open", second: "open"}
    again = town.site.farm.place_call(plain_numbers().main[0], {"any": answer(0.5)}, caller=town.callers[0])
    talk(again)
    town.wait("he called again and was answered", lambda: town.unreached()[first] == "called_again")
    assert town.unreached()[second] == "open", "the other one is still to be called back"
    number = town.callers[1]
    back = town.site.farm.place_call(f"9{number}", {number: answer(0.5), "any": answer(0.5)}, source="8002")
    talk(back)
    town.wait("he was called back and picked up", lambda: town.unreached()[second] == "reached")
    assert town.http.items("/v1/unreached") == []
    (rate,) = [town.http.get("/v1/unreached/rate")]
    assert (rate["numerator"], rate["denominator"], rate["called_again"]) == (1, 1, 1)


def talk(call: Call) -> None:
    call.wait_agent()
    call.hang_up()
    call.wait_settled()
