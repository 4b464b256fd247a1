"""Whole lines with their offsets, whatever the split; what is not whole is held, and bounded."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.log_lines import LINE_MAX, Line, LineSplitter

STREAMS = st.lists(st.sampled_from([b"\n", b"a", b"|", b"\0", b"\r\n", b"1795457122|NONE|", b"\xff"]), max_size=60)


def split(data: bytes, cuts: list[int], offset: int = 0) -> tuple[list[Line], LineSplitter]:
    splitter = LineSplitter(offset)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    lines = [line for a, b in pairwise(places) for line in splitter.feed(data[a:b])]
    return lines, splitter


@given(STREAMS.map(b"".join), st.lists(st.integers(0, 10_000), max_size=20), st.integers(0, 1 << 40))
def test_any_split_gives_the_same_lines(data: bytes, cuts: list[int], offset: int) -> None:
    lines, splitter = split(data, cuts, offset)
    *texts, rest = data.split(b"\n")
    assert [line.text for line in lines] == texts
    assert all(line.is_whole for line in lines)
    ends = [offset + sum(len(text) + 1 for text in texts[: n + 1]) for n in range(len(texts))]
    assert [line.end for line in lines] == ends
    assert [line.start for line in lines] == [offset, *ends][: len(lines)]
    assert splitter.start == offset + len(data) - len(rest)
    last = splitter.finish()
    assert last == (Line(splitter.start - len(rest), splitter.start, rest, False) if rest else None)


@given(STREAMS.map(b"".join), st.integers(0, 10_000))
def test_a_file_read_again_from_where_it_was_whole_loses_nothing(data: bytes, cut: int) -> None:
    """What a restart does: the position kept is that of the last whole line."""
    cut %= len(data) + 1
    before = LineSplitter()
    first = before.feed(data[:cut])
    second = LineSplitter(before.start).feed(data[before.start :])
    assert first + second == split(data, [])[0]


def test_a_line_without_end_is_bounded_and_said_once() -> None:
    splitter = LineSplitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 65_536) == []
    assert sum(map(len, splitter._parts)) == LINE_MAX
    size = 100 * 65_536
    (line, after) = splitter.feed(b"y\nafter\n")
    assert (line.start, line.end, line.is_whole) == (0, size + 2, False)
    assert line.text == b"x" * LINE_MAX
    assert after == Line(size + 2, size + 8, b"after", True)


def test_a_line_of_just_the_bound_is_whole() -> None:
    assert LineSplitter().feed(b"x" * LINE_MAX + b"\n")[0].is_whole
    assert not LineSplitter().feed(b"x" * (LINE_MAX + 1) + b"\n")[0].is_whole
