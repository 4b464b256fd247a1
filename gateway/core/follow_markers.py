"""What our own dialplan marks by UserEvent `Hotline` (dialplans/README.md). Without markers all of this stays null."""

from gateway.core import events as ev
from gateway.core.calls import Call
from gateway.core.facts import MarkerSeen
from gateway.core.follow_refusals import see_status
from gateway.core.follow_wrap_up import finish_by_agent
from gateway.core.live import LiveData

MARKERS = frozenset({
    "arrival", "human_key", "join", "exit", "survey", "escalation", "callback", "emergency", "test", "hangup",
    "sign_in", "sign_in_refused", "sign_out", "pause", "unpause", "wrapup_finish",
})  # fmt: skip


def see_marker(state: LiveData, event: ev.MarkerSet) -> None:
    """A marker: evidence for its call, then a fact of its own."""
    if event.marker not in MARKERS:
        state.wonder("unknown_marker", event.at, event.marker)
        return
    data = dict(event.data)
    call = state.calls.get(event.uniqueid)
    if call is not None:
        _mark_call(state, call, event, data)
    if event.marker == "wrapup_finish":
        agent = state.agents.get(data.get("Agent", ""))
        if agent is not None:
            finish_by_agent(state, agent, event.at)
    line = call.line if call else state.site.line_of(data.get("Line", ""))
    state.say(MarkerSeen(state.pbx, event.at, event.marker, call.id if call else None, line, event.data))


def _mark_call(state: LiveData, call: Call, event: ev.MarkerSet, data: dict[str, str]) -> None:
    call.marked = True
    if event.marker == "arrival":
        line = state.site.line_of(data.get("Line", ""))
        if call.line in ("unknown", line) or call.did == "":
            call.line = line
    elif event.marker == "join":
        state.joining[call.id] = (data.get("Queue", "unknown"), event.at)
    elif event.marker == "exit":
        see_status(state, call, data.get("Status", ""), data.get("Queue"), event.at)


def see_queue_status(state: LiveData, event: ev.QueueStatusSet) -> None:
    """VarSet QUEUESTATUS; set when Queue() returns, in the same thread right after Leave (asterisk-facts 2.4)."""
    call = state.calls.get(event.uniqueid)
    if call is not None and event.value:
        see_status(state, call, event.value, None, event.at)
