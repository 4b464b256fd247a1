"""What is held back after a message that is not believed, until a reply nobody could forge (law 7).

A Ping with an unguessable ActionID goes out at the first fault; Asterisk writes its reply only after the whole broken
message, so by then everything forged has arrived and can be told from what follows.
"""

HELD_MAX = 4 * 1024 * 1024


class Quarantine:
    """Holds pieces of the stream from the first fault on."""

    def __init__(self, fence_id: str, began_at: int) -> None:
        self.fence_id = fence_id
        self.began_at = began_at
        self.pieces: list[bytes] = []
        self._size = 0
        self._mark = b"Response: Success\r\nActionID: " + fence_id.encode() + b"\r\n"

    def hold(self, pieces: list[bytes]) -> list[bytes] | None:
        """Keep pieces up to and with the fence; what came behind it when it was among them, else None."""
        for place, piece in enumerate(pieces):
            self.pieces.append(piece)
            self._size += len(piece)
            if self.fence_id and self._mark in piece:
                return pieces[place + 1 :]
        return None

    @property
    def is_full(self) -> bool:
        """Too much was held: somebody floods; only a new connection helps."""
        return self._size > HELD_MAX
