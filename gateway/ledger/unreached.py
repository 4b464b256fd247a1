"""Unreached callers in the ledger: whose calls to look at, and what people did about them.

Law: no decision here: who is unreached is `core/unreached.py`'s to say, from all calls of his number. A list is walked
along the index of unanswered calls, a batch at a time, each batch in a look of its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.callbacks import Found, Held, Seek
from gateway.core.history import Cursor
from gateway.core.ids import derive_id
from gateway.core.unreached import Attempt, CallbackState, Claim, Note, Result, Stop, Try, Unreached, find_unreached
from gateway.core.words import Direction
from gateway.ledger.history import load_stays
from gateway.ledger.reader import Reader
from gateway.ledger.rows import make_upsert
from gateway.ledger.tables import callbacks, calls

BATCH = 500
"""Lost calls looked at in one look."""
CALLS_MAX = 1_000
"""Calls of one number that are looked at, the latest: whoever calls oftener in `HORIZON_US` is a machine."""
HORIZON_US = 30 * 86_400_000_000
"""How long before the first lost call of a batch his earlier ones are looked for."""
_TRY = tuple(
    calls.c[name]
    for name in (
        "id", "pbx", "callid", "listed_at", "direction", "line", "answered_at", "ended_at", "is_test", "asked_back",
        "confidential", "caller_sealed", "caller_key", "caller_hash",
    )
)  # fmt: skip
_NOTE = tuple(callbacks.c[name] for name in (*(n for n in Note._fields if n != "attempts"), "attempts"))


@dataclass(frozen=True, slots=True)
class UnreachedBook:
    """Reads and notes. All raise HistoryAwayError. `due_us`: how soon one is to be called back."""

    reader: Reader
    due_us: int

    async def batch(self, seek: Seek, now: int) -> Found:
        """The next batch of a period; it may be empty and not the last."""
        async with self.reader.look() as connection:
            rows = (await connection.execute(make_search(seek))).mappings().all()
            batch = rows[:BATCH]
            hashes = {bytes(row["caller_hash"]) for row in batch}
            since = batch[0]["listed_at"] - HORIZON_US if batch else 0
            stories = await _load_stories(connection, hashes, since)
            notes = await _load_notes(connection, [call.id for story in stories.values() for call in story])
        asked = {row["id"]: index for index, row in enumerate(batch)}
        found = [
            one
            for story in stories.values()
            for one in find_unreached(story, _notes_of(story, notes), seek.due_us, now)
            if one.id in asked and (one.is_open or not seek.only_open)
        ]
        found.sort(key=lambda one: asked[one.id])
        last = batch[-1] if len(rows) > BATCH else None
        return Found(tuple(found), Cursor(last["listed_at"], last["id"]) if last is not None else None)

    async def find(self, call: str, now: int) -> Unreached | None:
        """The unreached caller who lost this call (a row's id), also by a later one than his first."""
        async with self.reader.look() as connection:
            return await _find(connection, call, self.due_us, now)

    async def claim(self, call: str, by: str, until: int, now: int) -> Unreached | Held | None:
        """Take him to be called back until then. Held: not his to take; None: there is none of that id."""
        async with self.reader.change() as connection:
            one = await _find(connection, call, self.due_us, now, is_locked=True)
            if one is None:
                return None
            if not one.is_open or (one.claim is not None and one.claim.by != by):
                return Held(one.claim, one)
            taken = one._replace(state=CallbackState.CLAIMED, claim=Claim(by, now, until))
            return await _save(connection, taken, now)

    async def attempt(self, call: str, by: str, result: Result, note: str | None, now: int) -> Unreached | Held | None:
        """Note how an attempt went; who notes it holds him no longer. Held and None as for `claim`."""
        async with self.reader.change() as connection:
            one = await _find(connection, call, self.due_us, now, is_locked=True)
            if one is None:
                return None
            if not one.is_open or (one.claim is not None and one.claim.by != by):
                return Held(one.claim, one)
            tried = Attempt(now, by, result, note, one.lost[-1].id)
            await _save(connection, one._replace(attempts=(*one.attempts, tried), claim=None), now)
            return await _find(connection, call, self.due_us, now)

    async def count_nameless(self, since: int, until: int) -> int:
        """Unanswered calls of the period whose number is not known: withheld, or not kept. They cannot be told apart
        or called back, so they stand in no list."""
        asked = select(func.count()).select_from(calls).where(*_unanswered(since, until), calls.c.caller_hash.is_(None))
        async with self.reader.look() as connection:
            return int((await connection.execute(asked)).scalar_one())


# -- questions -----------------------------------------------------------------------------------------------------


def make_search(seek: Seek) -> Select[Any]:
    """The calls of the period that nobody answered, with one more than a batch."""
    asked = select(calls.c.id, calls.c.listed_at, calls.c.caller_hash).where(
        *_unanswered(seek.since, seek.until), calls.c.caller_hash.is_not(None)
    )
    if seek.after is not None:
        asked = asked.where(tuple_(calls.c.listed_at, calls.c.id) > tuple_(*seek.after))
    if seek.only_open:
        asked = asked.where(_was_not_answered_since())
    return asked.order_by(calls.c.listed_at, calls.c.id).limit(BATCH + 1)


def _unanswered(since: int, until: int) -> Iterable[ColumnElement[bool]]:
    from_outside = or_(calls.c.direction == Direction.INBOUND, calls.c.direction.is_(None))
    place = calls.c.listed_at
    return (calls.c.answered_at.is_(None), from_outside, ~calls.c.is_test, place >= since, place < until)


def _was_not_answered_since() -> ColumnElement[bool]:
    """By the calls alone; what is not clear from them is left to the core.

    One value and no NOT EXISTS: PostgreSQL would make a join of that, over every call there ever was.
    """
    later = calls.alias("later")
    talked = select(later.c.answered_at).where(
        later.c.caller_hash == calls.c.caller_hash, later.c.answered_at >= calls.c.ended_at, ~later.c.is_test,
        or_(later.c.direction != Direction.INTERNAL, later.c.direction.is_(None)),
    )  # fmt: skip
    return talked.limit(1).scalar_subquery().is_(None)


async def _load_stories(connection: AsyncConnection, hashes: Collection[bytes], since: int) -> dict[bytes, list[Try]]:
    """The calls of each number, the latest `CALLS_MAX` since then."""
    if not hashes:
        return {}
    nth = func.row_number().over(partition_by=calls.c.caller_hash, order_by=(calls.c.listed_at.desc(), calls.c.id))
    latest = (
        select(*_TRY, nth.label("nth")).where(calls.c.caller_hash.in_(sorted(hashes)), calls.c.listed_at >= since)
    ).subquery()
    rows = (await connection.execute(select(latest).where(latest.c.nth <= CALLS_MAX))).mappings().all()
    stays = await load_stays(connection, [row["callid"] for row in rows])
    stories: dict[bytes, list[Try]] = {}
    for row in rows:
        stops = tuple(Stop(stay.queue, stay.line, stay.left_at, stay.outcome) for stay in stays.get(row["id"], ()))
        stories.setdefault(bytes(row["caller_hash"]), []).append(_read_try(row, stops))
    return stories


def _read_try(row: RowMapping, stops: tuple[Stop, ...]) -> Try:
    direction = Direction(row["direction"]) if row["direction"] else None
    return Try(
        row["id"], row["pbx"], row["callid"], row["listed_at"], direction, row["line"], row["answered_at"],
        row["ended_at"], bool(row["is_test"]), bool(row["asked_back"]), bool(row["confidential"]), stops,
        row["caller_sealed"], row["caller_key"],
    )  # fmt: skip


async def _load_notes(
    connection: AsyncConnection, firsts: Iterable[str], *, is_locked: bool = False
) -> dict[str, list[Note]]:
    """What people noted, by the first lost call as it was then."""
    found: dict[str, list[Note]] = {}
    wanted = sorted(set(firsts))
    for start in range(0, len(wanted), BATCH):
        asked = select(*_NOTE).where(callbacks.c.first_call.in_(wanted[start : start + BATCH]))
        if is_locked:
            asked = asked.with_for_update()
        for row in (await connection.execute(asked)).mappings():
            note = _read_note(row)
            found.setdefault(note.first_call, []).append(note)
    return found


def _read_note(row: RowMapping) -> Note:
    said = [Attempt(**item | {"result": Result(item["result"])}) for item in row["attempts"] or ()]
    return Note(**dict(row) | {"attempts": tuple(said)})


def _notes_of(story: Iterable[Try], notes: Mapping[str, list[Note]]) -> list[Note]:
    return [note for call in story for note in notes.get(call.id, ())]


async def _find(
    connection: AsyncConnection, call: str, due_us: int, now: int, *, is_locked: bool = False
) -> Unreached | None:
    asked = select(calls.c.caller_hash, calls.c.listed_at).where(calls.c.id == call)
    row = (await connection.execute(asked)).mappings().one_or_none()
    if row is None or row["caller_hash"] is None:
        return None
    number = bytes(row["caller_hash"])
    if is_locked and connection.dialect.name == "postgresql":
        # Rows of notes that are not there yet cannot be locked; two who claim at once would both find none.
        key = int.from_bytes(number[:8], "big", signed=True)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))
    story = (await _load_stories(connection, [number], row["listed_at"] - HORIZON_US)).get(number, [])
    notes = _notes_of(story, await _load_notes(connection, [one.id for one in story]))
    found = find_unreached(story, notes, due_us, now)
    return next((one for one in found if any(lost.id == call for lost in one.lost)), None)


async def _save(connection: AsyncConnection, one: Unreached, now: int) -> Unreached:
    """Write what people did, beside how he stands."""
    identity = one.note or derive_id("callback", one.id)
    noted = [attempt for attempt in one.attempts if attempt.by is not None]
    claim = one.claim
    values = {
        "id": identity, "first_call": one.id, "last_call": one.lost[-1].id, "lost_calls": len(one.lost),
        "queue": one.queues[-1] if one.queues else None, "line": one.lines[-1] if one.lines else None,
        "was_asked_for": one.asked_back, "opened_at": one.opened_at, "due_at": one.due_at, "state": str(one.state),
        "claimed_by": claim.by if claim else None, "claimed_at": claim.at if claim else None,
        "claimed_until": claim.until if claim else None,
        "attempts": [attempt._asdict() for attempt in noted],
        "closed_at": one.closed_at, "closing_call": one.closing_call, "written_at": now,
    }  # fmt: skip
    await connection.execute(make_upsert(callbacks, tuple(values), connection.dialect.name), [values])
    await connection.execute(
        update(callbacks).where(callbacks.c.id == identity).values(revision=callbacks.c.revision + 1)
    )
    return one._replace(note=identity)
