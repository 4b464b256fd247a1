"""Bytes in any split -> whole lines, each with the offsets where it begins and ends. Knows nothing of records.

A line is whole with its line feed. What a file ends with is held until the rest comes, or until the file is over; a
line longer than any record is not collected: its beginning comes out once, not whole, when its end is found.
"""

from typing import NamedTuple

LINE_MAX = 64 * 1024
"""Far more than a record (8191 bytes) with the run of NULs that a power cut may leave before it."""


class Line(NamedTuple):
    """`text` without its line feed; `start` and `end` are offsets in the file, `end` behind the line feed."""

    start: int
    end: int
    text: bytes
    is_whole: bool


class LineSplitter:
    """Splits the bytes of one file, from `offset` on."""

    def __init__(self, offset: int = 0) -> None:
        self.start = offset
        """Where the line begins that is not whole yet: what stands before it need not be read again."""
        self._end = offset
        self._parts: list[bytes] = []
        self._kept = 0

    def feed(self, data: bytes) -> list[Line]:
        """Take the next bytes of the file; the lines that end in them."""
        *whole, rest = data.split(b"\n")
        lines = [self._close(text) for text in whole]
        if rest:
            self._keep(rest)
        return lines

    def finish(self) -> Line | None:
        """The file is over: the line that never got its end, or None."""
        if self._end == self.start:
            return None
        return self._take(is_whole=False)

    def _close(self, text: bytes) -> Line:
        if self._end == self.start and len(text) <= LINE_MAX:
            self._end = end = self.start + len(text) + 1
            line, self.start = Line(self.start, end, text, True), end
            return line
        self._keep(text)
        is_whole = self._end - self.start == self._kept
        self._end += 1
        return self._take(is_whole)

    def _keep(self, text: bytes) -> None:
        kept = text[: LINE_MAX - self._kept]
        if kept:
            self._parts.append(kept)
            self._kept += len(kept)
        self._end += len(text)

    def _take(self, is_whole: bool) -> Line:
        line = Line(self.start, self._end, b"".join(self._parts), is_whole)
        self.start, self._parts, self._kept = self._end, [], 0
        return line
