"""What the core asks of the PBX: snapshots and Pings. Values only; `gateway.asterisk` writes them to the wire."""

from typing import NamedTuple


class Request(NamedTuple):
    """One AMI action; `headers` in order, without Action and ActionID."""

    action: str
    action_id: str
    headers: tuple[tuple[str, str], ...] = ()


def read_reply(frame: bytes) -> dict[str, str]:
    """A `Response:` frame as headers, first of a kind wins (manager.c:1628). Bad bytes are replaced."""
    fields: dict[str, str] = {}
    for line in frame.split(b"\r\n"):
        key, found, value = line.partition(b": ")
        if found:
            fields.setdefault(key.decode("ascii", "replace"), value.decode("utf-8", "replace"))
    return fields
