"""What a log tail hands over and how it fares: values only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gateway.core.log_places import Absence, Gap, Position


class Chunk(NamedTuple):
    """What one turn read: `data` stands from `before` to `after` in one file.

    It may end within a line; whether the next one goes on there says `before.continues(last.after)`.

    `gaps` come before the data. `is_quiet`: nothing came for a whole poll, so what was written is all here.
    """

    before: Position
    after: Position
    data: bytes
    gaps: tuple[Gap, ...] = ()
    is_quiet: bool = False


class TailState(StrEnum):
    """How the tail fares."""

    STOPPED = "stopped"
    MISSING = "missing"
    DENIED = "denied"
    FAILED = "failed"
    HISTORY = "history"
    FOLLOWING = "following"
    LINGERING = "lingering"


REMEDY: dict[TailState, str] = {
    TailState.MISSING: "there is no such file yet: check the path, queue_log=yes and queue_log_to_file in logger.conf",
    TailState.DENIED: "the gateway may not read it: give its user the file's group (Debian: adm or asterisk)",
    TailState.FAILED: "the system cannot read it: see the error; it is tried again",
    TailState.LINGERING: "renamed, and Asterisk has written nothing elsewhere yet: it is read on",
}
ABSENT = {
    Absence.MISSING.value: TailState.MISSING,
    Absence.DENIED.value: TailState.DENIED,
    Absence.FAILED.value: TailState.FAILED,
}


@dataclass(slots=True)
class TailStatus:
    """For readyz and figures. `since` in µs; `unread_bytes` of the open file, `waiting_files` to be read after it."""

    state: TailState = TailState.STOPPED
    since: int | None = None
    error: str | None = None
    name: str | None = None
    unread_bytes: int = 0
    waiting_files: int = 0
    read_bytes: int = 0
