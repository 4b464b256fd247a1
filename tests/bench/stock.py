"""panoramisk 1.4 as it comes, with 20 callbacks that do our state work: the measure of every ratio.

Law: nothing of panoramisk is changed, and its callbacks call the same builders and the same LiveState as ours, so that
a ratio compares receive paths and not state machines.
"""

import asyncio
from functools import partial
from typing import Any

from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from gateway.core.ami import SPECS
from gateway.core.events import MarkerSet
from gateway.core.follow_agents import see_member
from gateway.core.site import Site
from gateway.core.state import APPLY, LiveState

PATTERNS = (
    "Newchannel", "Hangup", "HangupRequest", "SoftHangupRequest", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave",
    "Hold", "Unhold", "BlindTransfer", "AttendedTransfer", "LocalBridge", "QueueCaller*", "Agent*", "QueueMember*",
    "DeviceStateChange", "VarSet", "UserEvent", "Reload",
)  # fmt: skip
"""Twenty registrations cover every live event the core acts on."""


def _value(message: Any, key: str) -> str:
    text: str = message.get(key, "")
    return text


class Wire:
    """What panoramisk's protocol needs of a transport when nothing is written."""

    def close(self) -> None:
        return


class Stock:
    """A panoramisk Manager fed in process, its events applied to a LiveState."""

    def __init__(self, site: Site, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.state = LiveState("stock", site)
        self.hits = 0
        self.manager = Manager(loop=loop)
        self._specs = {name.decode(): spec for name, spec in SPECS.items()}
        for pattern in PATTERNS:
            self.manager.register_event(pattern, self._see)
        self.protocol = AMIProtocol()
        self.protocol.connection_made(Wire())
        self.protocol.factory = self.manager
        self.protocol.encoding = "utf8"

    def received(self, data: bytes) -> None:
        """Bytes as the loop would hand them over."""
        self.protocol.data_received(data)

    def ask(self, headers: dict[str, str]) -> Any:
        """Send a list action; its messages collect in it. Needs a running loop, as panoramisk's actions do."""
        action = Action(headers, as_list=True)
        self.protocol.send(action, as_list=True)
        return action

    def apply_list(self, action: Any) -> None:
        """Our state work on the list an action has brought."""
        for message in action.future.result():
            spec = self._specs.get(message.event)
            if spec is not None and message.event == "QueueMember":
                see_member(self.state, spec.read(0, partial(_value, message)).event)

    def _see(self, manager: Any, message: Any) -> None:  # noqa: ARG002 - panoramisk's callback
        self.hits += 1
        event = self._read(message)
        follow = APPLY.get(type(event))
        if follow is not None:
            follow(self.state, event)

    def _read(self, message: Any) -> Any:
        stamp = message.get("Timestamp", "")
        at = int(stamp.replace(".", "")) if stamp else 0
        if message.event == "UserEvent":
            return self._read_marker(at, message) if message.get("UserEvent") == "Hotline" else None
        spec = self._specs.get(message.event)
        return spec.read(at, partial(_value, message)) if spec is not None else None

    def _read_marker(self, at: int, message: Any) -> MarkerSet:
        pairs = list(message.items())
        own = pairs[[key.lower() for key, _ in pairs].index("userevent") + 1 :]
        data = tuple(pair for pair in own if pair[0] != "Marker")
        return MarkerSet(at, message.get("Uniqueid", ""), message.get("Marker", ""), data)
