"""The audit log: who did what, as a chain in which every row vouches for all before it.

Law: pure. A row's hash is SHA-256 over the hash of the row before and its own `body`, the canonical text of all it
says. One chain per gateway, numbered from 1 without a hole. What the chain alone cannot show - rows cut off at its end,
a chain made anew from some row on - shows against an anchor: a number and hash that were kept elsewhere.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, NamedTuple

FORMAT: Final = 1
ORIGIN: Final = bytes(32)
"""The hash before the first row."""
SEAL: Final = b"hotline-gateway audit 1\n"
TEXT_MAX: Final = {"actor": 100, "role": 20, "address": 60, "action": 60, "object": 200, "result": 60, "reason": 500}
DETAILS_MAX: Final = 200
TRIMMED: Final = "audit.trimmed"
"""Action of a row that says that older ones were removed as their time was over. `details`: number and hash (hex) of
the last that went."""


class Deed(NamedTuple):
    """What somebody did, or was refused. `object`: to what; `details`: the things in it, ids only."""

    actor: str
    action: str
    result: str = "done"
    object: str | None = None
    reason: str | None = None
    role: str | None = None
    address: str | None = None
    details: tuple[str, ...] = ()


class NotAuditedError(Exception):
    """A deed that must be audited cannot be, so it must not be done; the text says why and what to do."""


class AuditRow(NamedTuple):
    """One row of the log. `at`: UTC µs."""

    gateway: str
    number: int
    at: int
    actor: str
    role: str | None
    address: str | None
    action: str
    object: str | None
    result: str
    reason: str | None
    body: str
    previous_hash: bytes
    hash: bytes


class Asked(NamedTuple):
    """Which rows somebody wants: newest first, those before `before` (time µs, gateway, number)."""

    since: int | None = None
    until: int | None = None
    actors: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    before: tuple[int, str, int] | None = None


class Anchor(NamedTuple):
    """What was once the head of a chain, as somebody kept it. `where`: who did, for people."""

    number: int
    hash: bytes
    where: str


HEAD_OF_NOTHING: Final = (0, ORIGIN)


def filter_text(text: str, limit: int) -> str:
    """Text of people or strangers as it may be kept and shown: no line breaks, no control, direction or private
    characters, no lone surrogates, no blanks at its ends or in a row, at most `limit` characters."""
    kept = "".join(mark if mark.isprintable() else " " for mark in text[: limit * 4])
    return " ".join(kept.split())[:limit].strip()


def make_row(gateway: str, before: tuple[int, bytes], at: int, deed: Deed) -> AuditRow:
    """The next row of a chain whose head is `before` (number and hash)."""
    number, previous = before[0] + 1, before[1]
    said = {name: _filter(name, getattr(deed, name)) for name in TEXT_MAX}
    details = [filter_text(one, TEXT_MAX["object"]) for one in deed.details[:DETAILS_MAX]]
    body = _spell({"format": FORMAT, "gateway": gateway, "number": number, "at": at, "details": details, **said})
    return AuditRow(
        gateway, number, at, **_fill(said), body=body, previous_hash=previous, hash=hash_row(previous, body)
    )


def _fill(said: Mapping[str, str | None]) -> dict[str, Any]:
    """What must not be null is empty at least."""
    return {name: (text or "") if name in {"actor", "action", "result"} else text for name, text in said.items()}


def _filter(name: str, text: str | None) -> str | None:
    return None if text is None else filter_text(text, TEXT_MAX[name])


def _spell(said: Mapping[str, Any]) -> str:
    """One spelling for one content, printable in every log."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_row(previous: bytes, body: str) -> bytes:
    """What a row vouches with."""
    return sha256(SEAL + previous + body.encode("utf-8", "surrogatepass")).digest()


def read_details(body: str) -> Sequence[str]:
    """The things a deed was done to; none where the body cannot be read."""
    said = _read(body)
    return [str(one) for one in said.get("details") or ()] if said else ()


# --- what is wrong with a chain ---------------------------------------------------------------------------------------


class FaultKind(StrEnum):
    """CHANGED: a row does not fit its own hash, or its columns its body. MISSING: numbers are not there. STRANGE: a row
    does not follow from the one before - put in, or others were put in its place. CUT: rows at the end are gone.
    REWRITTEN: the chain hangs together, and is not the one that was kept elsewhere."""

    CHANGED = "changed"
    MISSING = "missing"
    STRANGE = "strange"
    CUT = "cut"
    REWRITTEN = "rewritten"


class Fault(NamedTuple):
    """One thing wrong, at the row of this number."""

    number: int
    kind: FaultKind
    what: str


class Verifier:
    """Reads one chain row by row, in order of number; memory does not grow with it."""

    def __init__(self, gateway: str, anchors: Iterable[Anchor] = ()) -> None:
        self.rows = 0
        self.first: int | None = None
        self.head = HEAD_OF_NOTHING
        self._gateway = gateway
        self._anchors: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._anchors.setdefault(anchor.number, []).append(anchor)
        self._began_after = HEAD_OF_NOTHING
        self._trimmed: set[tuple[int, bytes]] = {HEAD_OF_NOTHING}

    def see(self, row: AuditRow) -> Iterator[Fault]:
        """What is wrong with the next row."""
        self.rows += 1
        if self.first is None:
            self.first = row.number
            self._began_after = row.number - 1, row.previous_hash
        else:
            yield from self._follow(row)
        yield from self._look_inside(row)
        for anchor in self._anchors.pop(row.number, []):
            if anchor.hash != row.hash:
                yield Fault(row.number, FaultKind.REWRITTEN, f"is another row than the one that {anchor.where} knows")
        self.head = row.number, row.hash

    def end(self) -> Iterator[Fault]:
        """What is wrong with the chain as a whole."""
        if self.first is not None and self._began_after not in self._trimmed:
            last = self._began_after[0]
            what = f"rows 1 to {last} are not there, and no row says that they were removed as their time was over"
            yield Fault(1, FaultKind.MISSING, what) if last else Fault(1, FaultKind.STRANGE, "follows something")
        for number, anchors in sorted(self._anchors.items()):
            if number > self.head[0]:
                what = f"rows {self.head[0] + 1} to {number} at least are gone: {anchors[0].where} knows row {number}"
                yield Fault(self.head[0] + 1, FaultKind.CUT, what)

    def _follow(self, row: AuditRow) -> Iterator[Fault]:
        number, hashed = self.head
        if row.number != number + 1:
            yield Fault(number + 1, FaultKind.MISSING, f"rows {number + 1} to {row.number - 1} are not there")
        elif row.previous_hash != hashed:
            yield Fault(row.number, FaultKind.STRANGE, f"does not follow from row {number}")

    def _look_inside(self, row: AuditRow) -> Iterator[Fault]:
        if row.gateway != self._gateway:
            yield Fault(row.number, FaultKind.CHANGED, f"is of another chain, {row.gateway}")
        if hash_row(row.previous_hash, row.body) != row.hash:
            yield Fault(row.number, FaultKind.CHANGED, "its text does not fit its hash")
        said = _read(row.body)
        if said is None:
            yield Fault(row.number, FaultKind.CHANGED, "its text cannot be read")
            return
        columns = row._asdict()
        differ = [name for name in ("gateway", "number", "at", *TEXT_MAX) if _said(said, name) != columns[name]]
        if differ:
            yield Fault(row.number, FaultKind.CHANGED, f"its text says otherwise than its columns: {', '.join(differ)}")
        if row.action == TRIMMED:
            self._remember_trim(said)

    def _remember_trim(self, said: Mapping[str, Any]) -> None:
        match said.get("details"):
            case [str(number), str(hashed)] if number.isdecimal():
                try:
                    self._trimmed.add((int(number), bytes.fromhex(hashed)))
                except ValueError:
                    return


def _said(said: Mapping[str, Any], name: str) -> Any:
    text = said.get(name)
    return text or "" if name in {"actor", "action", "result"} else text


def _read(body: str) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
