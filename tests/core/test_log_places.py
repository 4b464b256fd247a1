"""Which file is read next: one row per thing that rotation, operators and restarts do."""

import pytest

from gateway.core.log_places import (
    COPY_MIN,
    Absence,
    FileSeen,
    GapCause,
    Held,
    Plan,
    Position,
    Sibling,
    Step,
    decide,
    find_again,
    find_closed,
    find_next,
    find_start,
    hash_head,
    order,
)
from gateway.core.site import SECOND


def seen(inode: int, size: int, at: int = 0) -> FileSeen:
    return FileSeen(1, inode, size, at, at)


ROWS = [
    # open file, what has the name, older files -> step, why
    (None, Absence.MISSING, False, Step.WAIT, "missing"),
    (None, Absence.MISSING, True, Step.START, "not open"),
    (None, Absence.DENIED, True, Step.WAIT, "denied"),
    (None, Absence.FAILED, True, Step.WAIT, "failed"),
    (None, seen(1, 0), False, Step.START, "not open"),
    (Held(seen(1, 50), 20), seen(1, 50), False, Step.READ, "grown"),
    (Held(seen(1, 50), 50), seen(1, 50), False, Step.REST, "current"),
    (Held(seen(1, 40), 50), seen(1, 40), False, Step.REWIND, "truncated"),
    (Held(seen(1, 0), 50), Absence.MISSING, False, Step.REWIND, "truncated"),
    (Held(seen(1, 90), 50, is_same=False), seen(1, 90), False, Step.REWIND, "replaced"),
    (Held(seen(1, 50), 50, is_same=False), seen(1, 50), False, Step.REWIND, "replaced"),
    # renamed, Asterisk still writes to it: no name, or a new file that logrotate's `create` made
    (Held(seen(1, 50), 50), Absence.MISSING, False, Step.REST, "missing"),
    (Held(seen(1, 50), 50), Absence.DENIED, False, Step.REST, "denied"),
    (Held(seen(1, 50), 50), seen(2, 0), False, Step.REST, "renamed"),
    (Held(seen(1, 60), 50), seen(2, 0), False, Step.READ, "grown"),
    (Held(seen(1, 60), 50), Absence.MISSING, False, Step.READ, "grown"),
    # the new one has bytes: the old one to its end, then on
    (Held(seen(1, 60), 50), seen(2, 9), False, Step.READ, "grown"),
    (Held(seen(1, 50), 50), seen(2, 9), False, Step.MOVE, "rotated"),
    (Held(FileSeen(1, 2, 50, 0, 0), 50), FileSeen(7, 2, 9, 0, 0), False, Step.MOVE, "rotated"),
    # history
    (Held(seen(1, 60), 50, is_last=False), seen(2, 9), False, Step.READ, "history"),
    (Held(seen(1, 50), 50, is_last=False), seen(2, 9), False, Step.MOVE, "history"),
    (Held(seen(1, 50), 50, is_last=False), Absence.MISSING, False, Step.MOVE, "history"),
]


@pytest.mark.parametrize(("held", "named", "has_older", "step", "why"), ROWS)
def test_what_is_done_next(held: Held | None, named: FileSeen | Absence, has_older: bool, step: Step, why: str) -> None:
    assert decide(held, named, has_older) == (step, why)


def content(start: int, size: int = 2000) -> bytes:
    """The beginning of a log whose first record is of second `start`."""
    return b"".join(b"%d|%d.1|q|NONE|ABANDON|1|1|%d\n" % (start + n, start, n) for n in range(size))[:1024][:size]


def sibling(name: str, start: int, inode: int, size: int = 2000, at: int = 0, is_packed: bool = False) -> Sibling:
    return Sibling(name, seen(inode, size, at), content(start, size), is_packed, name == "queue_log")


def position(file: Sibling, offset: int, head_bytes: int = 1024) -> Position:
    head = file.head[:head_bytes]
    return Position(*file.seen.key, offset, len(head), hash_head(head), file.seen.modified_at)


T = 1_795_459_000
OLD = sibling("queue_log.2.gz", T, 12, at=T * SECOND, is_packed=True)
MIDDLE = sibling("queue_log.1", T + 100, 11, at=(T + 100) * SECOND)
CURRENT = sibling("queue_log", T + 200, 10, at=(T + 200) * SECOND)
ALL = [CURRENT, MIDDLE, OLD]


def test_history_is_ordered_by_content_and_each_content_is_read_once() -> None:
    packing = sibling("queue_log.1.gz", T + 100, 15, is_packed=True)
    half_packed = packing._replace(name="queue_log.1.gz.tmp", head=packing.head[:100])
    copy = MIDDLE._replace(name="queue_log.1.orig", seen=seen(16, 2000))
    linked = MIDDLE._replace(name="queue_log.hard")
    empty = Sibling("queue_log.3", seen(17, 0), b"")
    found = order([CURRENT, packing, half_packed, copy, MIDDLE, linked, OLD, empty])
    assert [file.name for file in found] == ["queue_log.2.gz", "queue_log.1", "queue_log"]


def test_an_inode_listed_twice_is_two_files_when_their_contents_differ() -> None:
    """Packed and removed between two looks: the next log has its inode."""
    packed_since = MIDDLE._replace(seen=CURRENT.seen)
    assert order([CURRENT, packed_since]) == [packed_since, CURRENT]


def test_the_current_file_is_last_though_its_clock_was_set_back() -> None:
    early = sibling("queue_log", T - 3600, 10)
    assert order([early, MIDDLE])[-1] is early


def test_a_file_without_a_record_stands_where_it_was_last_changed() -> None:
    garbage = Sibling("queue_log.9", seen(19, 5, (T + 50) * SECOND), b"garba")
    assert order([garbage, *ALL]) == [OLD, garbage, MIDDLE, CURRENT]


START_ROWS = [
    ("never read", None, ALL, Plan((OLD, MIDDLE, CURRENT))),
    ("where it was", position(CURRENT, 700), ALL, Plan((CURRENT,), 700)),
    ("rotated since", position(MIDDLE, 700), ALL, Plan((MIDDLE, CURRENT), 700)),
    ("rotated and packed since", position(sibling("queue_log", T, 1, at=T * SECOND), 700), ALL,
     Plan((OLD, MIDDLE, CURRENT), 700)),
    ("read when it was short", position(CURRENT, 40, 40), ALL, Plan((CURRENT,), 40)),
    ("cut since", position(CURRENT, 9000), ALL, Plan((CURRENT,), 0, GapCause.TRUNCATED)),
    ("deleted since", position(sibling("queue_log", T - 500, 5, at=(T - 400) * SECOND), 700), ALL,
     Plan((OLD, MIDDLE, CURRENT), 0, GapCause.POSITION_LOST)),
    ("deleted, older ones are older", position(sibling("queue_log", T + 150, 5, at=(T + 150) * SECOND), 700), ALL,
     Plan((CURRENT,), 0, GapCause.POSITION_LOST)),
    ("its inode is another file now", position(sibling("queue_log", T + 150, 10, at=(T + 150) * SECOND), 700), ALL,
     Plan((CURRENT,), 0, GapCause.REPLACED)),
    ("was empty", position(sibling("queue_log", 0, 10, 0, at=(T + 199) * SECOND), 0), ALL, Plan((CURRENT,))),
    ("is still empty", position(sibling("queue_log", 0, 10, 0, at=(T + 199) * SECOND), 0),
     [sibling("queue_log", 0, 10, 0, at=(T + 199) * SECOND), MIDDLE], Plan(())),
]  # fmt: skip


@pytest.mark.parametrize(("where", "siblings", "plan"), [row[1:] for row in START_ROWS], ids=[r[0] for r in START_ROWS])
def test_where_a_restart_reads_on(where: Position | None, siblings: list[Sibling], plan: Plan) -> None:
    assert find_start(where, siblings) == plan


def test_a_restart_prefers_the_inode_it_knew() -> None:
    """A copy has the same content; the file itself is what Asterisk writes to."""
    copy = CURRENT._replace(name="queue_log.bak", seen=seen(44, 1500), is_current=False)
    assert find_start(position(CURRENT, 700), [copy, CURRENT]).files[0] is CURRENT


def test_a_clock_set_back_does_not_hide_a_newer_file() -> None:
    """Its records look older than those read; that it was changed later shows that it is not."""
    late = sibling("queue_log.3", T - 3600, 13, at=(T + 210) * SECOND)
    plan = find_start(position(CURRENT._replace(is_current=False), 700), [CURRENT, late])
    assert set(plan.files) == {CURRENT, late}


def renamed(file: Sibling, name: str) -> Sibling:
    return file._replace(name=name, is_current=name == "queue_log")


NEW = sibling("queue_log", T + 300, 20)
ROTATED = renamed(CURRENT, "queue_log.1")
SHIFTED = renamed(MIDDLE, "queue_log.2")
NEXT_ROWS = [
    ("rotated", [NEW, ROTATED, SHIFTED, OLD], Plan((NEW,))),
    ("rotated and the older packed at once",
     [NEW, ROTATED, sibling("queue_log.2.gz", T + 100, 31, is_packed=True), OLD], Plan((NEW,))),
    ("rotated, and an older one was edited in place", [NEW, ROTATED, MIDDLE._replace(seen=seen(41, 2000))],
     Plan((NEW,))),
    ("rotated and packed itself", [NEW, ROTATED._replace(name="queue_log.1.gz", is_packed=True, seen=seen(32, 9))],
     Plan((NEW,))),
    ("rotated twice since the last look", [sibling("queue_log", T + 400, 21), renamed(NEW, "queue_log.1"), ROTATED],
     Plan((renamed(NEW, "queue_log.1"), sibling("queue_log", T + 400, 21)))),
    ("rotated twice, nothing in the newest", [Sibling("queue_log", seen(21, 0), b"", False, True),
     renamed(NEW, "queue_log.1"), ROTATED], Plan((renamed(NEW, "queue_log.1"),))),
    ("deleted", [NEW, MIDDLE], Plan((NEW,))),
    ("edited in place: the same content in another inode", [CURRENT._replace(seen=seen(40, 2500)), MIDDLE],
     Plan((CURRENT._replace(seen=seen(40, 2500)),), 2000)),
    ("edited in place and shorter", [CURRENT._replace(seen=seen(40, 1500)), MIDDLE],
     Plan((CURRENT._replace(seen=seen(40, 1500)),), 0, GapCause.TRUNCATED)),
    ("an older one got its name back", [renamed(MIDDLE, "queue_log"), ROTATED], Plan((renamed(MIDDLE, "queue_log"),))),
    ("nothing new after all", [ROTATED, MIDDLE, Sibling("queue_log", seen(21, 0), b"", False, True)], Plan(())),
    ("inode of an older one used again", [NEW._replace(seen=MIDDLE.seen), ROTATED],
     Plan((NEW._replace(seen=MIDDLE.seen),))),
]  # fmt: skip


@pytest.mark.parametrize(("siblings", "plan"), [row[1:] for row in NEXT_ROWS], ids=[row[0] for row in NEXT_ROWS])
def test_what_follows_a_file_that_is_over(siblings: list[Sibling], plan: Plan) -> None:
    assert find_next(CURRENT, 2000, ALL, siblings) == plan


def test_two_files_that_begin_with_one_record_are_two() -> None:
    """Two rotations in one second: both begin with the same CONFIGRELOAD."""
    line = b"1795459000|NONE|NONE|NONE|CONFIGRELOAD|\n"
    assert len(line) < COPY_MIN
    first = Sibling("queue_log", seen(1, len(line)), line, False, True)
    second = Sibling("queue_log", seen(2, 500), line + content(T, 460), False, True)
    assert find_next(first, len(line), [first], [second]) == Plan((second,))
    assert find_next(first, len(line), [first], [renamed(first, "queue_log.1"), second]) == Plan((second,))


def test_a_file_is_found_again_under_another_name_or_packed() -> None:
    packed = sibling("queue_log.1.gz", T + 100, 31, is_packed=True)
    assert find_again(MIDDLE, [CURRENT, SHIFTED]) is SHIFTED
    assert find_again(MIDDLE, [CURRENT, packed]) is packed
    assert find_again(MIDDLE, [packed, SHIFTED]) is SHIFTED
    assert find_again(MIDDLE, [CURRENT, OLD]) is None
    assert find_again(MIDDLE, [Sibling("queue_log", MIDDLE.seen, b"", False, True)]) is None


NEW = Sibling("queue_log", FileSeen(1, 2, 9, 100, 100), b"")


@pytest.mark.parametrize(
    ("old", "since"),
    [
        (FileSeen(1, 1, 0, 50, 70), 70),  # Asterisk renames the closed file
        (FileSeen(1, 1, 0, 50, 900), 50),  # packed or chmod later: the renaming is not known any more
        (FileSeen(1, 1, 0, 200, 200), 100),  # another clock: no interval is backwards
    ],
)
def test_the_time_the_log_may_have_been_closed(old: FileSeen, since: int) -> None:
    assert find_closed(Sibling("queue_log", old, b""), NEW) == (GapCause.CLOSED, since, 100, "queue_log")


@pytest.mark.parametrize(
    ("first_s", "until"),
    [
        (T + 2, 3),  # its first record, in whole seconds
        (T - 90, 900),  # another clock: what the file system says
        (T + 5_000, 900),
    ],
)
def test_a_gateway_that_comes_late_still_knows_when_the_new_file_began(first_s: int, until: int) -> None:
    begun = T * SECOND
    old = Sibling("queue_log.0", FileSeen(1, 1, 9, begun, begun + SECOND), b"")
    last = begun + 900 * SECOND
    new = Sibling("queue_log", FileSeen(1, 2, 9, last, last), b"%d|NONE|" % first_s)
    assert find_closed(old, new) == (GapCause.CLOSED, begun + SECOND, begun + until * SECOND, "queue_log.0")


def test_a_file_that_has_grown_goes_on_where_it_was() -> None:
    place = position(CURRENT, 700, 300)
    grown = position(CURRENT._replace(seen=seen(10, 9000, at=T + 1)), 700)
    assert grown.continues(place)
    assert not grown.continues(place._replace(offset=701))
    assert not grown.continues(place._replace(inode=11))
    assert not grown.continues(None)
