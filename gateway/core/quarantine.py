"""What is held back after a message that is not believed, until a reply nobody could forge (law 7).

A Ping with an unguessable ActionID goes out at the first fault; Asterisk writes its reply only after the whole broken
message, so by then everything forged has arrived and can be told from what follows.
"""

HELD_MAX = 4 * 1024 * 1024
WINDOW = 8192
"""More than the longest channel message with all the hostile text that can be mended."""
_END = b"\r\n\r\n"


class Quarantine:
    """Holds the stream from the first fault on. `fence_id` empty: nobody answers, what is held is judged at once."""

    def __init__(self, fence_id: str, began_at: int) -> None:
        self.fence_id = fence_id
        self.began_at = began_at
        self._parts: list[bytes] = []
        self._size = 0
        self._mark = b"Response: Success\r\nActionID: " + fence_id.encode() + b"\r\n"

    def hold(self, data: bytes, place: int, end: int) -> int | None:
        """Keep the messages of `data[place:end]` up to the fence; where it ends when it was among them, else None."""
        if not self.fence_id:
            return self._hold_window(data, place, end)
        fence = data.find(self._mark, place, end)
        stop = fence if fence >= 0 else end
        self._parts.append(data[place:stop])
        self._size += stop - place
        return data.find(_END, fence, end) + 4 if fence >= 0 else None

    def _hold_window(self, data: bytes, place: int, end: int) -> int | None:
        """Without a fence a fixed length of the stream is held, so that any split of it is judged alike."""
        wanted = place + WINDOW - self._size
        stop = data.find(_END, max(place, wanted - 4), end) + 4 if wanted <= end else end
        self._parts.append(data[place:stop])
        self._size += stop - place
        return stop if wanted <= end else None

    @property
    def held(self) -> bytes:
        return b"".join(self._parts)

    @property
    def is_full(self) -> bool:
        """Too much was held: somebody floods; only a new connection helps."""
        return self._size > HELD_MAX
