"""A scripted agent day on Asterisk 22 and 16, seen over HTTP: every state, its `since`, and how soon it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.e2e.agent_day import Part, State
from tests.e2e.agent_day_run import Day, DayRun, shown_agents, shown_seats
from tests.e2e.figures import describe, percentile
from tests.e2e.process import Sample

pytestmark = pytest.mark.asterisk
SINCE_US = 1_000
TARGET_US = 200_000
TIMER_SLACK_US = 20_000
SLOW_BOX = 5
NO_DATE = datetime.fromisoformat("1970-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def days(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, DayRun]]:
    folder = tmp_path_factory.mktemp("days")
    runs = {version: DayRun(folder, version) for version in versions}
    yield runs
    for run in runs.values():
        run.join()


@pytest.fixture(params=["22", "16"])
def day(request: pytest.FixtureRequest, days: dict[str, DayRun]) -> Day:
    return days[request.param].take()


@dataclass(frozen=True)
class Shown:
    """One state of an agent as HTTP showed it first."""

    at: int
    state: str
    detail: str | None
    since: int | None
    seat: str | None
    exact: bool


def read_time(text: object) -> int | None:
    """RFC 3339 to epoch microseconds, exactly."""
    if text is None:
        return None
    passed = datetime.fromisoformat(str(text)) - NO_DATE
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def follow(samples: list[Sample], agent: str, begin: int, end: int) -> list[Shown]:
    """The states an agent was shown in between two times, each once."""
    found: list[Shown] = []
    last: tuple[object, ...] | None = None
    for sample in samples:
        shown = shown_agents(sample.body).get(agent)
        if shown is None or shown == last:
            continue
        last, is_new = shown, last is not None
        if is_new and begin <= sample.at <= end:
            state, detail, since, seat, exact = shown
            told = str(detail) if detail is not None else None
            found.append(Shown(sample.at, str(state), told, read_time(since), str(seat) if seat else None, bool(exact)))
    return found


def pair(day: Day, part: Part) -> list[tuple[State, int, Shown | None]]:
    """Each expected state of a part with the wire's time of it and the first answer that showed it."""
    messages = [m for m in day.messages if m.get("Timestamp") and part.began_at <= m.at <= part.ended_at]
    shown = follow(day.agents, part.agent, part.began_at, part.ended_at)
    pairs: list[tuple[State, int, Shown | None]] = []
    for state in part.states:
        match = next((s for s in shown if (s.state, s.detail) == (state.state, state.detail)), None)
        if match is not None:
            shown = shown[shown.index(match) + 1 :]
        pairs.append((state, state.since(messages), match))
    return pairs


def test_every_state_is_shown_with_the_right_since(day: Day) -> None:
    """Only a state that the wire says was over sooner than HTTP promises to show it may be missing."""
    wrong = []
    for part in day.parts:
        pairs = pair(day, part)
        ends = [at for _, at, _ in pairs[1:]] + [part.ended_at]
        for (state, at, shown), end in zip(pairs, ends, strict=True):
            name = f"{part.name}: {state.state} {state.detail or ''}"
            if shown is None and state.brief and end - at < TARGET_US:
                continue
            if shown is None:
                wrong.append(f"{name}: not shown")
            elif shown.since is None or abs(shown.since - at) > SINCE_US or not shown.exact:
                wrong.append(f"{name}: since {shown.since} exact {shown.exact}, on the wire {at}")
    assert wrong == []


def test_every_state_came_however_brief(day: Day) -> None:
    """In the record of the run, where nothing is missed: also those that were over before HTTP was asked."""
    brief = 0
    for part in day.parts:
        said = [fact for fact in day.changes if fact.agent == part.agent]
        for state, at, _ in pair(day, part):
            same = [fact.at for fact in said if (fact.state, fact.detail) == (state.state, state.detail)]
            assert any(abs(since - at) <= SINCE_US for since in same), f"{part.name}: {state.state} at {at}: {same}"
            brief += state.brief
    assert brief >= 3


def test_no_other_state_is_shown(day: Day) -> None:
    """No flicker: what is shown in each part is what was scripted, in that order, and nothing else."""
    for part in day.parts:
        shown = deduplicate([(s.state, s.detail) for s in follow(day.agents, part.agent, part.began_at, part.ended_at)])
        brief = [(state.state, state.detail) for state in part.states if state.brief]
        assert [s for s in shown if s not in brief] == [
            (state.state, state.detail) for state in part.states if not state.brief
        ], part.name


def deduplicate(states: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """The same state shown again (another seat, a sharper since) is no change of it."""
    return [state for place, state in enumerate(states) if place == 0 or state != states[place - 1]]


def test_states_are_seen_over_http_in_time(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    """From the message's Timestamp to the client holding an answer that shows it: the poll's own pause included."""
    delays = [shown.at - at for part in day.parts for _, at, shown in pair(day, part) if shown is not None]
    with capsys.disabled():
        print(f"\nAsterisk {day.version}: wire -> GET /v1/agents, {day.asked} requests")
        print(describe("visible", delays))
    assert len(delays) >= 50
    assert min(delays) > -TIMER_SLACK_US
    assert percentile(delays, 0.5) <= TARGET_US
    assert percentile(delays, 0.99) <= SLOW_BOX * TARGET_US


def test_another_agent_sits_at_the_same_seat(day: Day) -> None:
    """The seat is empty in between, and the one who sits there is the one who signed in last."""
    agents = [shown_seats(sample.body)["01"][0] for sample in day.seats]
    who = [agent for place, agent in enumerate(agents) if place == 0 or agent != agents[place - 1]]
    assert who == [None, "1001", None, "1002", None]


def test_an_agent_is_shown_at_his_seat(day: Day) -> None:
    for part in day.parts:
        for shown in follow(day.agents, part.agent, part.began_at, part.ended_at):
            assert shown.seat == (None if shown.state == "offline" else "01"), (part.name, shown)
