"""Which file of a log comes next, and where in it: decisions from what was seen of the files (law 8).

Asterisk renames the log and opens a new one, or somebody else renames it and tells Asterisk later, who until then
writes to the old one (asterisk-facts 3.1). So a file is over when another one of its name has bytes, not when it is
renamed. A file is known again by its first bytes - records have a time and a Uniqueid - because names shift, packing
makes a new inode, and inodes are used again. In doubt a file is read once more: records are stored once by their keys
(law 5). All times are µs of the host's clock.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from gateway.core.site import SECOND

HEAD_MAX = 1024
"""First bytes of a file by which it is known again."""
COPY_MIN = 256
"""Less than this may begin two files alike: a reload writes the same record twice in one second."""
_TIME = re.compile(rb"^(\d{9,11})\|", re.MULTILINE)


class FileSeen(NamedTuple):
    """What stat says of a file."""

    device: int
    inode: int
    size: int
    modified_at: int
    changed_at: int

    @property
    def key(self) -> tuple[int, int]:
        return self.device, self.inode


class Sibling(NamedTuple):
    """A file of the log's family: the current one, or an older one. `head` as it is when unpacked."""

    name: str
    seen: FileSeen
    head: bytes
    is_packed: bool = False
    is_current: bool = False

    @property
    def first_at(self) -> int:
        """Time of its first record; of its last change where it has none."""
        found = _TIME.search(self.head)
        return int(found[1]) * SECOND if found else self.seen.modified_at


class Position(NamedTuple):
    """How far a log was read: what is stored. `offset` in the unpacked file, `modified_at` of the file at that time."""

    device: int
    inode: int
    offset: int
    head_bytes: int
    head_hash: str
    modified_at: int

    @property
    def key(self) -> tuple[int, int]:
        return self.device, self.inode

    def continues(self, last: "Position | None") -> bool:
        """Whether what begins here goes on where `last` ended: the same file (which may have grown), the same place."""
        return last is not None and (self.key, self.offset) == (last.key, last.offset)

    def knows(self, sibling: Sibling) -> bool:
        """Whether the file is the one read, wherever it is now."""
        if not self.head_bytes:
            return self.key == sibling.seen.key
        head = sibling.head[: self.head_bytes]
        return len(head) == self.head_bytes and hash_head(head) == self.head_hash


class GapCause(StrEnum):
    """Why records may be missing that the PBX wrote. The last three are of a database table: it could not be reached,
    so perhaps not by the PBX either; ids that never came; its clock went back and rows have no id to tell them by."""

    TRUNCATED = "truncated"
    REPLACED = "replaced"
    CLOSED = "closed"
    POSITION_LOST = "position_lost"
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    AWAY = "away"
    SKIPPED = "skipped"
    CLOCK = "clock"


class Gap(NamedTuple):
    """Between `since` and `until` records may be missing. `name`: the file it is about, or the table."""

    cause: GapCause
    since: int | None
    until: int | None
    name: str


class Absence(StrEnum):
    """Why there is no file of the log's name."""

    MISSING = "missing"
    DENIED = "denied"
    FAILED = "failed"


class Step(StrEnum):
    """What the tail does next."""

    WAIT = "wait"
    START = "start"
    READ = "read"
    REST = "rest"
    REWIND = "rewind"
    MOVE = "move"


class Held(NamedTuple):
    """The open file: `is_same` while it begins as it did, `is_last` when no other waits to be read after it."""

    seen: FileSeen
    offset: int
    is_same: bool = True
    is_last: bool = True


class Decision(NamedTuple):
    """A step and its reason."""

    step: Step
    why: str


def decide(held: Held | None, named: FileSeen | Absence, has_older: bool = False) -> Decision:
    """What to do, given the open file and, seen **before** it, what has the log's name.

    That order matters: once the new file has bytes nothing more comes to the old one: its size, seen after, is final.
    """
    if held is None:
        if isinstance(named, Absence) and not (named is Absence.MISSING and has_older):
            return Decision(Step.WAIT, named.value)
        return Decision(Step.START, "not open")
    if held.seen.size < held.offset:
        return Decision(Step.REWIND, GapCause.TRUNCATED.value)
    if not held.is_same:
        return Decision(Step.REWIND, GapCause.REPLACED.value)
    if held.seen.size > held.offset:
        return Decision(Step.READ, "grown" if held.is_last else "history")
    if not held.is_last:
        return Decision(Step.MOVE, "history")
    return _decide_at_end(held, named)


def _decide_at_end(held: Held, named: FileSeen | Absence) -> Decision:
    if isinstance(named, Absence):
        return Decision(Step.REST, named.value)
    if named.key == held.seen.key:
        return Decision(Step.REST, "current")
    if not named.size:
        return Decision(Step.REST, "renamed")
    return Decision(Step.MOVE, "rotated")


def hash_head(head: bytes) -> str:
    """The fingerprint of a file's first bytes; they are caller data and are not stored themselves."""
    return sha256(head).hexdigest()


def order(siblings: Iterable[Sibling]) -> list[Sibling]:
    """By the time of their first records, the current one last; each content once, empty ones not at all."""
    kept: list[Sibling] = []
    for sibling in sorted(siblings, key=lambda s: (not s.is_current, s.is_packed, s.name)):
        if sibling.head and not any(_is_copy(sibling, other) for other in kept):
            kept.append(sibling)
    return sorted(kept, key=lambda s: (s.is_current, s.first_at, s.seen.modified_at, s.name))


def _is_copy(sibling: Sibling, other: Sibling) -> bool:
    """Whether both are one file, or one a copy of the other; a packed one may be half packed."""
    if sibling.seen.key == other.seen.key:
        return _begin_alike(sibling, other)  # while names change, an inode may be listed as two files
    if sibling.is_packed:
        return other.head.startswith(sibling.head)
    return not other.is_packed and (sibling.head, sibling.seen.size) == (other.head, other.seen.size)


class Plan(NamedTuple):
    """Files to read, the first from `offset` on, the others whole; `cause` when something may be missing before."""

    files: tuple[Sibling, ...]
    offset: int = 0
    cause: GapCause | None = None


def find_start(position: Position | None, siblings: Iterable[Sibling]) -> Plan:
    """Where a restart reads on: in the file it was in, wherever that is now, then all that is newer."""
    siblings = list(siblings)
    files = order(siblings)
    if position is None:
        return Plan(tuple(files))
    found = _find_known(position, files)
    newer = [file for file in files if file.is_current or file.seen.modified_at > position.modified_at]
    if found is None:
        is_there = any(sibling.seen.key == position.key for sibling in siblings)
        if is_there and not position.head_bytes:
            return Plan(tuple(newer))  # nothing was in it, and nothing is
        return Plan(tuple(newer), 0, GapCause.REPLACED if is_there else GapCause.POSITION_LOST)
    place = files.index(found)
    rest = [file for file in files if file is not found and (files.index(file) > place or file in newer)]
    if not found.is_packed and found.seen.size < position.offset:
        return Plan((found, *rest), 0, GapCause.TRUNCATED)
    return Plan((found, *rest), position.offset)


def _find_known(position: Position, files: Sequence[Sibling]) -> Sibling | None:
    """The file of a position: best by its inode, else unpacked and long enough, else packed."""
    known = [file for file in files if position.knows(file)]
    return min(
        known,
        key=lambda file: (file.seen.key != position.key, file.is_packed, file.seen.size < position.offset),
        default=None,
    )


def find_next(held: Sibling, offset: int, known: Sequence[Sibling], siblings: Sequence[Sibling]) -> Plan:
    """What to read after a file that is over: all that was not there when it was opened (`known`), in order.

    `held` as it was last seen. A new file that begins as the held one, which is gone, is its copy and is read on from
    where the held one was read to. Nothing new: an empty plan.
    """
    present = {sibling.seen.key for sibling in siblings}
    fresh = [sibling for sibling in order(siblings) if not _is_known(sibling, [*known, held], present)]
    current = next((sibling for sibling in siblings if sibling.is_current and sibling.head), None)
    if current is None or current.seen.key == held.seen.key:
        return Plan(tuple(fresh))
    is_heir = held.seen.key not in present and len(held.head) >= COPY_MIN and _begin_alike(held, current)
    if is_heir:
        fits = current.seen.size >= offset
        return Plan((current,), offset if fits else 0, None if fits else GapCause.TRUNCATED)
    return Plan((*(sibling for sibling in fresh if not sibling.is_current), current))


def _is_known(sibling: Sibling, known: Iterable[Sibling], present: set[tuple[int, int]]) -> bool:
    for other in known:
        if not other.head or not _begin_alike(sibling, other):
            continue
        if sibling.seen.key == other.seen.key or sibling.is_packed:
            return True
        if other.seen.key not in present and len(other.head) >= COPY_MIN:
            return True
    return False


def _begin_alike(one: Sibling, other: Sibling) -> bool:
    """A file grows, so one head may be the beginning of the other."""
    return one.head.startswith(other.head) or other.head.startswith(one.head)


def find_again(wanted: Sibling, siblings: Iterable[Sibling]) -> Sibling | None:
    """A file that was renamed or packed since it was seen, or None: it is gone."""
    # It can have grown, never shrunk: an empty file with its inode is another one.
    alike = [sibling for sibling in siblings if sibling.head.startswith(wanted.head)]
    same = [s for s in alike if s.seen.key == wanted.seen.key or (s.is_packed and wanted.head)]
    return min(same, key=lambda sibling: sibling.seen.key != wanted.seen.key, default=None)


def find_closed(old: Sibling, new: Sibling) -> Gap:
    """The time within which the log was closed while it was rotated: what was written meanwhile is lost.

    From the last change of the old inode (its renaming, or the last write) to the first record of the new file, or the
    last one seen of it where the two clocks differ. The tail cannot know more: that the PBX counted a record as written
    shows only in what is missing (asterisk-facts 3.5).
    """
    before, first, last = old.seen.modified_at, new.first_at + SECOND, new.seen.modified_at
    until = first if before <= first <= last else last
    since = old.seen.changed_at if before <= old.seen.changed_at <= until else before
    return Gap(GapCause.CLOSED, min(since, until), until, old.name)
