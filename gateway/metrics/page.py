"""The page `/metrics`.

Law: writing it never holds the loop for long: live state is copied in one go (milliseconds at 200 queues and 1,000
agents), the text is written in slices with the loop free between them. One page serves everybody who asks within a
second, so scrapers cannot load the gateway.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final

SLICE_SECONDS: Final = 0.002


class Page:
    """Writes the pieces together, at most once in `keep_seconds`."""

    def __init__(self, take: Callable[[], None], write: Callable[[], Iterable[str]], keep_seconds: float) -> None:
        """`take` copies the moment, `write` gives the text in small pieces."""
        self._take, self._write, self._keep_seconds = take, write, keep_seconds
        self._lock = asyncio.Lock()
        self._text = b""
        self._made_at = float("-inf")

    async def read(self) -> bytes:
        """The page, not older than `keep_seconds` when the request came."""
        async with self._lock:
            began = time.monotonic()
            if began - self._made_at >= self._keep_seconds:
                self._take()
                self._text = await self._write_slowly()
                self._made_at = began
            return self._text

    async def _write_slowly(self) -> bytes:
        pieces: list[str] = []
        begun = time.monotonic()
        for piece in self._write():
            pieces.append(piece)
            if time.monotonic() - begun >= SLICE_SECONDS:
                await asyncio.sleep(0)
                begun = time.monotonic()
        return "".join(pieces).encode()
