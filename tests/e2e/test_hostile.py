"""Callers whose data attacks AMI on a real PBX: they forge nothing, and each one's own call still counts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.facts import CallArrived, CallEnded, Fact, MarkerSeen, Unexpected, VisitEnded, VisitSettled
from lab.conversations import sign_in
from lab.hostile import MARK, OTHER_CALL, place_hostile
from lab.hotline_mix import hotline_numbers
from lab.plan import SHORT_ABANDON_SECONDS
from lab.play import Player
from lab.record import Recorder
from lab.scripts import answer, never
from lab.site import Site
from tests.e2e.compare import of
from tests.e2e.inside import Inside
from tests.e2e.settings import free_port, write_settings
from tests.truth.wire import read_record

pytestmark = pytest.mark.asterisk
PATHS = ("/v1/queues", "/v1/agents", "/v1/seats", "/v1/lines", "/v1/calls", "/readyz", "/metrics")
SETTLE_SECONDS = 15.0
SHORT_US = round(SHORT_ABANDON_SECONDS * 1_000_000)
STAY_SECONDS = 2.5


@dataclass
class Attack:
    """What was sent and what the gateway made of it. `bystander`: a call that talked all the time."""

    name: str
    codes: dict[str, int]
    facts: list[Fact]
    bystander: str
    bystander_states: tuple[str, str]
    shown: str
    left: int
    line: str
    forged_on_wire: int
    faults: int


def attack(folder: Path, version: str, plain: bool) -> Attack:
    folder.mkdir()
    with Site(version, plain=plain) as site:
        settings = write_settings(folder, {"main": site.account("reader")}, free_port())
        with Inside(settings) as inside, Recorder(site.ami, folder / "wire.ami"):
            inside.wait_live()
            prepare(site, plain)
            found = play(site, inside, "12333" if plain else "12345")
        data = b"".join(read for _, read in read_record(folder / "wire.ami"))
    found.name, found.forged_on_wire = folder.name, count_forged(data)
    return found


def prepare(site: Site, plain: bool) -> None:
    """Somebody serves the queue the attackers dial, but his phone is not picked up."""
    site.farm.set_script("any", "8007", never())
    site.farm.set_script("any", "8001", never())
    if not plain:
        player = Player(site)
        numbers = hotline_numbers()
        for seat, agent in ((8001, 1001), (8008, 1013)):
            player.play_group(sign_in(numbers, seat, agent))
        player.close()


def play(site: Site, inside: Inside, dialled: str) -> Attack:
    """A call that talks, the attackers beside it, then the end of all."""
    call = site.farm.place_call("19004" if dialled == "12345" else "12320", {"any": answer(0.3)})
    call.wait_agent()
    arrived = inside.wait_fact(CallArrived, lambda fact: fact.caller == call.placed.caller)
    inside.wait("the bystander talks", lambda: phase_of(inside, arrived.call) == "talking")
    before = phase_of(inside, arrived.call)
    codes = place_hostile(site.place, dialled, STAY_SECONDS)
    after = phase_of(inside, arrived.call)
    call.hang_up()
    call.wait_settled()
    http = inside.http
    inside.wait("every call over", lambda: not inside.feed().state.calls and inside.feed().status.live, SETTLE_SECONDS)
    shown = "".join(http.ask(path)[1].decode() for path in PATHS)
    http.close()
    feed = inside.feed()
    left, faults = len(feed.state.calls) + len(feed.state.visits), feed.counters["faults"]
    return Attack("", codes, inside.facts, arrived.call, (before, after), shown, left, dialled, 0, faults)


def phase_of(inside: Inside, call: str) -> str:
    found = inside.feed().state.calls.get(call)
    return found.phase.value if found else "gone"


def count_forged(data: bytes) -> int:
    """Messages on the wire that begin like an event and lack its channel: what a naive reader would believe."""
    hangups = [block for block in data.split(b"\r\n\r\n") if block.startswith(b"Event: Hangup\r\nPrivilege: call,all")]
    return sum(b"\r\nChannel: " not in block for block in hangups)


@pytest.fixture(scope="module")
def attacks(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Attack]:
    folder = tmp_path_factory.mktemp("hostile")
    newest, oldest = versions
    wanted = {"hotline22": (newest, False), "plain22": (newest, True), "plain16": (oldest, True)}
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda name: attack(folder / name, *wanted[name]), wanted)
        return dict(zip(wanted, found, strict=True))


@pytest.fixture(params=["hotline22", "plain22", "plain16"])
def attacked(request: pytest.FixtureRequest, attacks: dict[str, Attack]) -> Attack:
    return attacks[request.param]


def test_percent_encoded_line_breaks_in_from_reach_the_wire(attacked: Attack) -> None:
    """Asterisk does print them raw: without that the other tests here show nothing."""
    assert attacked.forged_on_wire > 0
    assert set(attacked.codes.values()) == {200}


def test_nothing_forged_is_believed(attacked: Attack) -> None:
    """No identity in any fact comes from what a caller wrote; the bystander's call went on."""
    for fact in attacked.facts:
        if isinstance(fact, Unexpected):
            continue
        named = {name: str(value) for name, value in fact._asdict().items() if name in IDENTITIES}
        assert not any(MARK in value or OTHER_CALL in value for value in named.values()), fact
    assert attacked.bystander_states == ("talking", "talking")
    assert MARK not in attacked.shown
    assert OTHER_CALL not in attacked.shown


IDENTITIES = frozenset({"call", "visit", "queue", "line", "agent", "seat", "offer", "outcome"})


def test_every_attackers_own_call_counts(attacked: Attack) -> None:
    """All of them arrived, all of them ended, each once."""
    arrived = Counter(fact.call for fact in of(attacked.facts, CallArrived))
    ended = Counter(fact.call for fact in of(attacked.facts, CallEnded))
    feature_codes = {fact.call for fact in of(attacked.facts, CallArrived) if fact.did.startswith("*")}
    attackers = arrived.keys() - feature_codes - {attacked.bystander}
    assert len(attackers) == len(attacked.codes)
    assert arrived == ended
    assert set(arrived.values()) == {1}
    assert attacked.left == 0


def test_every_attackers_visit_settles_once(attacked: Attack) -> None:
    settled = [fact for fact in of(attacked.facts, VisitSettled) if fact.call != attacked.bystander]
    joined = Counter(fact.call for fact in settled)
    assert set(joined.values()) == {1}
    for fact in settled:
        assert fact.wait_us is not None
        assert fact.outcome == ("short_abandoned" if fact.wait_us < SHORT_US else "abandoned"), fact
    dialled_wrongly = sum(name.endswith("_in_dialled") for name in attacked.codes)
    assert len(settled) >= len(attacked.codes) - dialled_wrongly


def test_what_was_damaged_is_counted(attacked: Attack) -> None:
    """On the plain PBX whole forged events reach the gateway; ours lets only single line breaks through."""
    kinds = Counter(fact.kind for fact in of(attacked.facts, Unexpected))
    assert kinds["damaged_message"] == attacked.faults > 0
    marked = sum(fact.marker == "arrival" for fact in of(attacked.facts, MarkerSeen))
    assert marked == (0 if attacked.name.startswith("plain") else len(attacked.codes) + 1)


def test_every_attackers_visit_counts_on_his_line(attacked: Attack) -> None:
    """Whoever dialled a right number counts on that line, to the microsecond, however his own name is spelt."""
    visits = [fact for fact in of(attacked.facts, VisitSettled) if fact.call != attacked.bystander]
    dialled_wrongly = sum(name.endswith("_in_dialled") for name in attacked.codes)
    counted = Counter((fact.line, fact.precision) for fact in visits)
    assert counted[attacked.line, "us"] >= len(attacked.codes) - dialled_wrongly, counted


def test_the_bystanders_talk_is_whole(attacked: Attack) -> None:
    (end,) = [fact for fact in of(attacked.facts, VisitEnded) if fact.call == attacked.bystander]
    assert end.ended_by == "caller"
    assert end.talk_us is not None
    assert end.talk_us > STAY_SECONDS * 1_000_000
