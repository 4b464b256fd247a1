"""Which rows of a table are new: cursors and windows, with rows that come late, alike, and not at all."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.log_window import Cursor, Hole, Mark, Window

MINUTE = 60_000_000


def read(window: Window, marks: list[Mark], at: int) -> list[int]:
    """One read: the keys of what was new."""
    fresh = window.sift(marks)
    window.take(marks, [at] * len(marks))
    return [mark.key for mark, is_new in zip(marks, fresh, strict=True) if is_new]


def marks(*keys: int) -> list[Mark]:
    return [Mark(key, key * 7) for key in keys]


def test_new_once() -> None:
    window = Window("id")
    assert window.find_start() is None
    assert read(window, marks(1, 2, 3), 0) == [1, 2, 3]
    assert read(window, marks(2, 3, 5), MINUTE) == [5]
    assert read(window, marks(3, 4, 5), MINUTE) == [4]


def test_sifting_takes_nothing() -> None:
    window = Window("id")
    assert window.sift(marks(1)) == [True]
    assert window.sift(marks(1)) == [True]
    assert (len(window), window.top) == (0, None)


def test_alike_are_counted() -> None:
    window = Window("time")
    twice = marks(5) * 2
    assert read(window, twice, 0) == [5, 5]
    assert read(window, twice, 0) == []
    assert read(window, marks(5) * 3, 0) == [5]
    assert read(window, marks(5), 0) == []


def test_settled_from_below_only() -> None:
    """A row seen long ago behind one seen just now keeps the window open in front of it."""
    window = Window("id")
    read(window, marks(1, 2), 0)
    read(window, marks(4), 9 * MINUTE)
    read(window, marks(6), MINUTE)
    window.settle(5 * MINUTE)
    assert window.low == 2
    assert window.find_start(before=8 * MINUTE) == 6
    assert read(window, marks(2, 3, 4, 6), 10 * MINUTE) == [3]


def test_ceiling_holds_the_window_open() -> None:
    window = Window("time", depth=50)
    read(window, marks(10, 100, 200), 0)
    window.settle(MINUTE, ceiling=120)
    assert window.low == 120
    window.settle(MINUTE, ceiling=60)
    assert window.low == 60
    assert read(window, marks(100, 150, 200), MINUTE) == [150]


@pytest.mark.parametrize(
    ("keys", "holes"),
    [((1, 2, 3), []), ((1, 2, 5, 6), [Hole(3, 4, 0, 0)]), ((1, 3, 5), [Hole(2, 2, 0, 0), Hole(4, 4, 0, 0)])],
)
def test_holes(keys: tuple[int, ...], holes: list[Hole]) -> None:
    window = Window("id")
    read(window, marks(*keys), 0)
    read(window, marks(9), MINUTE)
    assert window.find_holes(MINUTE) == holes
    window.settle(MINUTE)
    assert window.find_holes(MINUTE) == []


def test_another_number_tells_of_late_and_of_deleted_rows() -> None:
    window = Window("time", depth=5)
    read(window, marks(1, 2, 3, 3, 9), 0)
    assert (window.count(1, 9), window.count(3, 100)) == (4, 3)
    window.miss(marks(1, 3, 9), None)
    assert window.count(0, 100) == 4
    assert read(window, marks(1, 3, 9), 0) == []
    assert window.count(0, 100) == 3
    window.settle(MINUTE)
    assert (window.low, window.count(0, 100), len(window)) == (9, 1, 1)
    window.settle(MINUTE, ceiling=4)
    assert (window.low, window.count(0, 100)) == (4, 1)


def test_rows_kept_in_mind_below_the_window() -> None:
    """They are not read again, nor new when the window goes back over them."""
    window = Window("time", depth=50, cursor=Cursor("time", 100, 120, (), 0))
    window.remember([*marks(60, 90), *marks(90)])
    assert window.count(0, 100) == 3
    window.settle(MINUTE, ceiling=80)
    assert (window.low, window.find_start()) == (80, 80)
    assert read(window, [*marks(90, 90), *marks(95)], 0) == [95]
    assert window.spell(0).prints == (630, 630, 665)


def test_cursor_goes_on() -> None:
    window = Window("id")
    read(window, marks(1, 2, 3), 0)
    read(window, marks(5), MINUTE)
    window.settle(MINUTE)
    cursor = window.spell(2 * MINUTE)
    assert cursor == Cursor("id", 3, 5, (21, 35), 2 * MINUTE)
    again = Window("id", cursor=cursor)
    assert (again.find_start(), len(again)) == (3, 2)
    assert not again.is_stranger(marks(3, 4, 5))
    assert read(again, marks(3, 4, 5, 6), 3 * MINUTE) == [4, 6]
    again.forget_stored()
    assert again.spell(0).prints == (21, 28, 35, 42)


def test_cursor_of_another_key_is_not_gone_on_with() -> None:
    assert Window("id", cursor=Cursor("time", 3, 5, (21,), 0)).find_start() is None


def test_another_table_with_the_same_ids() -> None:
    window = Window("id", cursor=Cursor("id", 3, 5, (21, 35), 0))
    assert window.is_stranger([Mark(3, 99), Mark(4, 98)])
    assert not window.is_stranger([Mark(6, 99)])
    assert not window.is_stranger([])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60), st.booleans())
def test_each_row_once_in_any_order_of_commits(seed: int, count: int, crashes: bool) -> None:
    """Rows become visible up to four minutes late, some alike; reads near the top, of all, and after crashes."""
    rng = random.Random(seed)
    rows = sorted((rng.randrange(1, 30), rng.randrange(3)) for _ in range(count))
    visible_at = [key * MINUTE + rng.randrange(4 * MINUTE) for key, _ in rows]
    window, got = Window("time"), Counter[Mark]()
    for step in range(140):
        now = step * MINUTE // 4
        if crashes and rng.random() < 0.2:
            window = Window("time", cursor=window.spell(now))
        start = window.find_start(now - MINUTE) if step % 3 else window.find_start()
        seen = [Mark(key, key * 10 + kind) for (key, kind), at in zip(rows, visible_at, strict=True)
                if at <= now and (start is None or key >= start)]  # fmt: skip
        fresh = window.sift(seen)
        window.take(seen, [now] * len(seen))
        got.update(mark for mark, is_new in zip(seen, fresh, strict=True) if is_new)
        window.settle(now - 5 * MINUTE)
    assert got == Counter(Mark(key, key * 10 + kind) for key, kind in rows)
