"""What goes to the PBX: actions as bytes, checked, and the panoramisk `Action` that waits for exactly one response.

Law: nothing is written that Asterisk could read as a second action or a second header, and nothing waits that was not
written. The limits are Asterisk's own (main/manager.c of 22.10.1, lines 298 and 7336).
"""

import re
from collections.abc import Iterable, Mapping

from panoramisk.actions import Action as PanoramiskAction
from panoramisk.message import Message

MAX_LINE = 1024
MAX_HEADERS = 128
MAX_ACTION_ID = 100
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_BREAK = re.compile(r"[\r\n\x00]")

Value = str | int | float | bool
Headers = Mapping[str, Value | list[str] | tuple[str, ...]]


class ActionRefused(ValueError):  # noqa: N818 - past tense: what happened to the action
    """An action cannot be sent as it is; the message names the header and what is wrong with it, never its value."""


def encode(headers: Iterable[tuple[str, str]]) -> bytes:
    """The wire form of an action, UTF-8. Raises `ActionRefused`.

    A CR, LF or NUL in a value would end the header and let the rest of the value be read as headers or as another
    action (performance.md 3, defect 7); a longer line or more headers are refused by Asterisk as a whole.
    """
    lines = [_line(name, value) for name, value in headers]
    if len(lines) > MAX_HEADERS:
        raise ActionRefused(f"{len(lines)} headers; Asterisk takes {MAX_HEADERS}")
    return b"".join(lines) + b"\r\n"


def _line(name: str, value: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise ActionRefused(f"header name {name[:40]!r} is not a name")
    if _BREAK.search(value):
        raise ActionRefused(f"header {name} holds a line break or NUL")
    if name.lower() == "actionid" and not _is_plain_id(value):
        raise ActionRefused("an ActionID is 1 to 100 characters without blanks at its ends")
    try:
        line = f"{name}: {value}\r\n".encode()
    except UnicodeEncodeError as error:
        raise ActionRefused(f"header {name} holds a character that UTF-8 cannot spell") from error
    if len(line) > MAX_LINE - 1:
        raise ActionRefused(f"header {name} makes a line of {len(line)} bytes; Asterisk takes {MAX_LINE - 1}")
    return line


def _is_plain_id(value: str) -> bool:
    # Asterisk drops leading blanks and keeps trailing ones (1.1), so such an id would never match its response.
    return 0 < len(value) <= MAX_ACTION_ID and value == value.strip()


class Action(PanoramiskAction):  # type: ignore[misc]  # panoramisk is not typed
    """An action whose future resolves with its one `Response:`, whatever that says (defects 2, 4, 5, 6 and 23).

    List items and `OriginateResponse` are events and belong to the core, so no action has to wait for them: an
    Originate is answered by "successfully queued", with `Async` or without, and an error is an answer like any other.
    """

    def __init__(self, headers: Headers) -> None:
        super().__init__(dict(headers), as_list=False)
        if not self.get("Action"):
            raise ActionRefused("an action needs a header Action")

    def encode(self) -> bytes:
        """The bytes to send; Action and ActionID first. Raises `ActionRefused`."""
        first = [("Action", self["Action"]), ("ActionID", self["ActionID"])]
        rest = sorted((str(name), value) for name, value in self.items() if name.lower() not in {"action", "actionid"})
        return encode(_flatten([*first, *rest]))

    def add_message(self, message: Message) -> bool:
        """Take the response; says whether the action is finished, which is always so."""
        self.responses.append(message)
        if not self.future.done():
            self.future.set_result(message)
        return True


def _flatten(headers: Iterable[tuple[str, object]]) -> Iterable[tuple[str, str]]:
    for name, value in headers:
        if value is None:
            raise ActionRefused(f"header {name} has no value")
        if isinstance(value, list | tuple):
            yield from ((name, str(item)) for item in value)
        else:
            yield name, str(value)


def read_response(frame: bytes) -> Message:
    """A response frame (without its blank line) as panoramisk's Message, parsed by us (defects 3, 9, 18, 19 and 27).

    Bytes are framed before they are decoded, so no character is lost; the first of two equal headers wins, but
    `Output`, `ChanVariable` and `Variable` are lists, always; an empty value is kept; nothing is percent-decoded.
    """
    headers: dict[str, str | list[str]] = {}
    for line in frame.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        if name.lower() in _REPEATED:
            known = headers.setdefault(name, [])
            if isinstance(known, list):
                known.append(value.removeprefix(" "))
        else:
            headers.setdefault(name, value.removeprefix(" "))
    output = headers.get("Output", [])
    return Message(headers, "\n".join(output) if isinstance(output, list) else "")


_REPEATED = frozenset({"output", "chanvariable", "variable"})
