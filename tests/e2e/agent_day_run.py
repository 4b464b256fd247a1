"""The agents' day as it was played: what happened on the wire, what HTTP showed, what the journal holds."""

import threading
from dataclasses import dataclass
from pathlib import Path

from gateway.core.facts import AgentChanged
from gateway.core.feed import Feed
from gateway.replay import replay
from lab.play import Player
from lab.record import Recorder
from lab.site import Site
from tests.e2e.agent_day import Part, State, whole_day
from tests.e2e.process import Poller, Process, Sample, now_us, wait_until
from tests.e2e.settings import free_port, write_settings
from tests.truth.wire import Message, read_wire

QUIET_SECONDS = 12.0


@dataclass
class Day:
    """The day as it was. `changes`: what the journal says of the agents, with every state however brief."""

    version: str
    parts: list[Part]
    messages: list[Message]
    changes: list[AgentChanged]
    agents: list[Sample]
    seats: list[Sample]
    asked: int


class DayRun:
    """Plays the day on a site of `version`, in a thread of its own."""

    def __init__(self, folder: Path, version: str) -> None:
        self.version, self.folder = version, folder / f"day{version}"
        self.fault: BaseException | None = None
        self.day: Day
        self._thread = threading.Thread(target=self._run, name=f"day{version}")
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def take(self) -> Day:
        """The finished day; whatever went wrong is raised here."""
        self.join()
        if self.fault is not None:
            raise self.fault
        return self.day

    def _run(self) -> None:
        try:
            self._play()
        except BaseException as error:  # noqa: BLE001 - raised where the day is asked for
            self.fault = error

    def _play(self) -> None:
        self.folder.mkdir()
        port = free_port()
        wire = self.folder / "wire.ami"
        parts = whole_day()
        with Site(self.version) as site:
            settings = write_settings(self.folder, {"main": site.account("reader")}, port)
            with Process(settings, port) as gateway, Recorder(site.ami, wire):
                gateway.wait_live()
                with (
                    Poller(port, "/v1/agents", 0.005, shown_agents) as agents,
                    Poller(port, "/v1/seats?pbx=main", 0.02, shown_seats) as seats,
                ):
                    wait_until("the first answers", lambda: agents.samples and seats.samples, QUIET_SECONDS)
                    play_parts(site, parts, agents)
                    wait_until("the seat empty", lambda: is_empty(seats.samples[-1]), QUIET_SECONDS)
            for poller in (agents, seats):
                if poller.fault is not None:
                    raise poller.fault
        changes = read_changes(self.folder / "state/journal")
        self.day = Day(self.version, parts, read_wire(wire), changes, agents.samples, seats.samples, agents.asked)


def read_changes(journal: Path) -> list[AgentChanged]:
    """What the core said of agents: replayed, since the process that ran that day shows HTTP only."""
    return [fact for fact in replay([journal], Feed, print) if isinstance(fact, AgentChanged)]


def is_empty(sample: Sample) -> bool:
    return shown_seats(sample.body)["01"][0] is None


def play_parts(site: Site, parts: list[Part], agents: Poller) -> None:
    """One part after the other: the next begins when HTTP shows the last state of the one before."""
    player = Player(site)
    try:
        for part in parts:
            part.began_at = now_us()
            part.play(player)
            last = part.states[-1]
            wait_until(f"{part.name}: {last.state}", lambda p=part, w=last: is_shown(agents, p, w), QUIET_SECONDS)
            part.ended_at = now_us()
    finally:
        player.close()


def is_shown(agents: Poller, part: Part, wanted: State) -> bool:
    """Whether the last answer has the agent in the wanted state; gives up when the poller did."""
    if agents.fault is not None:
        raise agents.fault
    shown = shown_agents(agents.samples[-1].body).get(part.agent)
    return shown is not None and shown[:2] == (wanted.state, wanted.detail) and agents.samples[-1].at > part.began_at


def shown_agents(body: dict[str, list[dict[str, str | None]]]) -> dict[str, tuple[object, ...]]:
    """State, detail, since and seat by agent."""
    return {
        str(item["number"]): (item["state"], item["detail"], item["since"], item["seat"], item["since_exact"])
        for item in body["items"]
    }


def shown_seats(body: dict[str, list[dict[str, str | None]]]) -> dict[str, tuple[object, ...]]:
    """Agent and state by seat."""
    return {str(item["id"]): (item["agent"], item["state"]) for item in body["items"]}
