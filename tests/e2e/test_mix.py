"""The mixed farm run, call for call: on our dialplans with Asterisk 22 and 16, and on a plain queues.conf.

The truth is what the farm placed, joined with queue_log and the wire by `tests.truth`; the gateway is compared with it.
"""

from collections import Counter, defaultdict

import pytest

from gateway.core.facts import CallArrived, MarkerSeen, Unexpected, VisitJoined, VisitSettled
from gateway.core.visits import NO_STATUS
from gateway.core.words import VisitOutcome
from tests.e2e.compare import UNTOLD, call_lives, differ, ended_by_visit, of, settled_by_key, wait_errors
from tests.e2e.figures import describe
from tests.e2e.mixes import Mix
from tests.truth.queue_log import OUTCOMES

pytestmark = pytest.mark.asterisk
MILLISECOND = 1_000


def test_the_run_can_be_a_truth(mix: Mix) -> None:
    assert mix.truth.disagreements() == []
    assert len(mix.truth.calls) >= 48


def test_every_visit_is_what_the_farm_placed(mix: Mix) -> None:
    assert list(differ(mix.truth, mix.facts, told=mix.is_told)) == []


def test_outcome_counts_are_those_placed_and_logged(mix: Mix) -> None:
    """Every figure is read from /metrics; what the plain feed cannot tell apart is told by the log, call for call."""
    settled = settled_by_key(mix.facts)
    counted: Counter[tuple[str, str]] = Counter()
    for visit in mix.truth.visits:
        fact = settled.pop(visit.key, None)
        told = fact.outcome.value if fact else "refused"
        if fact is not None and fact.outcome is VisitOutcome.UNKNOWN and visit.log and visit.log.verb:
            (told,) = OUTCOMES[visit.log.verb]
        counted[visit.expected.queue, told] += 1
    assert counted == mix.truth.outcomes()
    assert settled == {}
    metered: Counter[tuple[str, ...]] = Counter()
    for labels, count in mix.labelled("hotline_visits_total", "queue", "outcome"):
        metered[labels] += int(count)
    assert +metered == Counter((fact.queue, fact.outcome.value) for fact in of(mix.facts, VisitSettled))


def test_nothing_was_unexpected(mix: Mix) -> None:
    assert of(mix.facts, Unexpected) == []
    assert sum(n for _, n in mix.labelled("hotline_unexpected_total", "kind")) == 0


def test_every_visit_is_said_once(mix: Mix) -> None:
    settled = Counter(fact.visit for fact in of(mix.facts, VisitSettled))
    joined = Counter(fact.visit for fact in of(mix.facts, VisitJoined))
    assert set(settled.values()) == set(joined.values()) == {1}
    refused = {fact.visit for fact in of(mix.facts, VisitSettled) if fact.outcome is VisitOutcome.REFUSED}
    assert settled.keys() == joined.keys() | refused


def test_every_call_arrives_once_and_ends_once(mix: Mix) -> None:
    lives = call_lives(mix.facts)
    assert {call: life for call, life in lives.items() if life != ["arrived", "ended"]} == {}
    assert {call.uniqueid for call in mix.truth.calls if call.direction != "feature"} <= lives.keys()
    assert mix.calls == []
    assert [queue["waiting"] for queue in mix.queues] == [0] * len(mix.queues)


def test_calls_have_their_line_and_direction(mix: Mix) -> None:
    arrived = {fact.call: fact for fact in of(mix.facts, CallArrived)}
    lines = {str(line["did"]) for line in mix.lines}
    for call in mix.truth.calls:
        if call.direction == "feature":
            continue
        fact = arrived[call.uniqueid]
        assert fact.direction.value == call.direction, call
        assert fact.did == call.dialled, call
        if call.direction == "inbound" and call.scenario != "direct":
            assert fact.line == (call.dialled if call.dialled in lines else "unknown"), call


def test_waits_are_exact_to_the_millisecond(mix: Mix, capsys: pytest.CaptureFixture[str]) -> None:
    errors = wait_errors(mix.truth, mix.facts)
    assert len(errors) >= 40
    assert {str(visit): error for visit, error in errors if error is None or abs(error) > MILLISECOND} == {}
    answered = [visit for visit, _ in errors if visit.expected.outcome == "answered"]
    pickups = [(v.expected.picked_up_at, v.wire.picked_up_at) for v in answered if v.wire]
    seen = [farm - wire for farm, wire in pickups if farm is not None and wire is not None]
    held = [(v.wire.hold_seconds or 0) * 1_000_000 - (v.wire.latency_us or 0) for v in answered if v.wire]
    with capsys.disabled():
        print(f"\n{mix.name}: {len(errors)} visits, {len(answered)} answered")
        print(describe("gateway's wait - wire's", [error for _, error in errors if error is not None]))
        print(describe("farm's own pick-up - wire's", seen))
        print(describe("Asterisk's whole-second HoldTime - wire's", held))


def test_talks_are_exact_to_the_millisecond(mix: Mix) -> None:
    """From AgentConnect to the first BridgeLeave of the two, where caller or agent ended it."""
    settled, ended = settled_by_key(mix.facts), ended_by_visit(mix.facts)
    wrong = {}
    for visit in mix.truth.visits:
        if visit.expected.ended_by in ("caller", "agent") and visit.wire and visit.wire.connected_at:
            talk = ended[settled[visit.key].visit].talk_us
            true = (visit.wire.parted_at or 0) - visit.wire.connected_at
            if talk is None or abs(talk - true) > MILLISECOND:
                wrong[str(visit)] = (talk, true)
    assert wrong == {}


def test_the_farm_saw_the_same_pick_ups(mix: Mix) -> None:
    """The phone's own clock beside the wire's. The farm's AMI stamps a message when it formats it (asterisk-facts 1.5),
    so on a busy machine either may be the late one; a quarter of a second would be another call's pick-up."""
    late = {
        str(visit): visit.wire.picked_up_at - visit.expected.picked_up_at
        for visit in mix.truth.visits
        if visit.wire and visit.wire.picked_up_at and visit.expected.picked_up_at
    }
    assert {name: error for name, error in late.items() if not abs(error) < 250_000} == {}


def test_metrics_have_the_latencies_of_the_wire(mix: Mix) -> None:
    """Histogram by queue: as many as the farm had answered, and their sum to the millisecond of each."""
    true: dict[str, list[int]] = {}
    for visit in mix.truth.visits:
        if visit.expected.outcome == "answered" and visit.wire and visit.wire.latency_us is not None:
            true.setdefault(visit.expected.queue, []).append(visit.wire.latency_us)
    counts, sums = (add_up(mix, f"hotline_answer_latency_seconds_{part}", "queue") for part in ("count", "sum"))
    assert {queue: int(count) for queue, count in counts.items() if count} == {q: len(v) for q, v in true.items()}
    for queue, latencies in true.items():
        assert abs(sums[queue] * 1_000_000 - sum(latencies)) <= MILLISECOND * len(latencies), queue


def test_metrics_count_the_calls_that_were_placed(mix: Mix) -> None:
    placed = Counter(call.direction for call in mix.truth.calls)
    counted = add_up(mix, "hotline_calls_total", "direction")
    assert (counted["inbound"], counted["outbound"]) == (placed["inbound"], placed["outbound"])
    assert counted["internal"] >= placed["internal"]  # agents' consultations and feature codes are calls too


def add_up(mix: Mix, name: str, label: str) -> dict[str, float]:
    """The samples of a metric by one label, the others summed up."""
    found: dict[str, float] = defaultdict(float)
    for (value,), sample in mix.labelled(name, label):
        found[value] += sample
    return found


def test_surveys_are_heard(mix: Mix) -> None:
    given = {call.uniqueid: call.survey for call in mix.truth.calls if call.survey}
    heard = {fact.call: dict(fact.data).get("Score") for fact in of(mix.facts, MarkerSeen) if fact.marker == "survey"}
    assert given
    assert {call: score for call, score in heard.items() if score} == (given if mix.is_told else {})


def test_the_feed_was_live_and_clean(mix: Mix) -> None:
    assert mix.status.live
    assert mix.status.version is not None
    assert mix.status.version.startswith(mix.version + ".")
    assert mix.labelled("hotline_feed_connected", "pbx") == [(("main",), 1.0)]


def test_plain_names_the_figures_that_are_null(mix: Mix) -> None:
    """Without markers and without read=dialplan nothing is guessed, and readyz says which figures suffer."""
    unknown = [fact for fact in of(mix.facts, VisitSettled) if fact.outcome is VisitOutcome.UNKNOWN]
    named = " ".join(str(item.get("why")) for item in mix.dependencies)
    if mix.is_told:
        assert unknown == []
        assert "QUEUESTATUS" not in named
        return
    untold = sum(1 for visit in mix.truth.visits if visit.expected.outcome in UNTOLD)
    assert len(unknown) == untold > 0
    assert {fact.reason for fact in unknown} == {NO_STATUS}
    assert of(mix.facts, MarkerSeen) == []
    assert mix.readiness["status"] == "degraded"
    for figure in ("timeout", "left_empty", "withdrawn", "refused"):
        assert figure in named, f"readyz does not say that {figure} is unknown: {named}"
