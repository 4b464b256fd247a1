"""What the PBX itself says is going on now, asked over the lab's own session, beside what the gateway shows.

Law: no ghost and nothing missing - the sets must be equal, not alike.
"""

from dataclasses import dataclass

from lab.ami import Ami
from tests.e2e.http import Http

OTHERS = frozenset({"AppQueue", "AppDial", "AppDial2", "(Outgoing Line)"})
"""Application of a channel that somebody dialled: no call of its own."""


@dataclass(frozen=True)
class View:
    """Calls by Uniqueid; callers who wait: (queue, Uniqueid); agents in a queue call: (agent, his caller)."""

    calls: frozenset[str]
    waiting: frozenset[tuple[str, str]]
    talking: frozenset[tuple[str, str]]


def ask_pbx(ami: Ami) -> View:
    """The PBX's view by CoreShowChannels and QueueStatus."""
    channels = ami.items("CoreShowChannels")
    members = ami.items("QueueStatus")
    agents = {m["StateInterface"]: m["Name"] for m in members if m["Event"] == "QueueMember"}
    callers = {c["BridgeId"]: c["Uniqueid"] for c in channels if c["Application"] == "Queue" and c["BridgeId"]}
    legs = [c for c in channels if c["Application"] == "AppQueue" and c["BridgeId"] in callers]
    return View(
        frozenset(c["Uniqueid"] for c in channels if c["Application"] not in OTHERS),
        frozenset((m["Queue"].lower(), m["Uniqueid"]) for m in members if m["Event"] == "QueueEntry"),
        frozenset((agents[c["Channel"].rpartition("-")[0]], callers[c["BridgeId"]]) for c in legs),
    )


def ask_gateway(http: Http, pbx: str = "main") -> View:
    """The gateway's view over HTTP."""
    queues = http.items(f"/v1/queues?pbx={pbx}")
    agents = http.items(f"/v1/agents?pbx={pbx}")
    return View(
        frozenset(call["id"] for call in http.items(f"/v1/calls?pbx={pbx}")),
        frozenset((queue["name"].lower(), caller["call"]) for queue in queues for caller in queue["callers"]),
        frozenset((agent["number"], agent["call"]) for agent in agents if agent["state"] in ("talking", "held")),
    )
