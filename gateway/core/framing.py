"""Bytes -> whole messages, in wire order, linear in the bytes received. Knows where one ends, nothing of its meaning.

A message ends at an empty line (manager.c:7560). `Framer` only holds back what is not complete; where one message ends
and the next begins inside the complete part is found by `decoding.py` while it checks them, in one pass.
"""

END = b"\r\n\r\n"
LIMIT = 8 * 1024 * 1024
"""Largest message kept. A QueueStatus of 20,000 members is many messages, not one; nothing we ask for comes near."""


class Framer:
    """Collects the bytes of one connection and gives back the part that is complete."""

    def __init__(self) -> None:
        self.overflows = 0
        self.banner: bytes | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._edge = b""
        self._greeted = False

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """Take any split of the stream; return bytes and where their complete messages end (0: none is complete).

        What lies behind that end is the beginning of a message; it is kept here and comes again.
        """
        if self._parts:
            edge, self._edge = self._edge + data[:3], (self._edge + data)[-3:]
            self._parts.append(data)
            self._size += len(data)
            if self._greeted and END not in data and END not in edge:
                self._bound()
                return b"", 0
            data = b"".join(self._parts)
        if not self._greeted:
            data = self._strip_banner(data)
        end = data.rfind(END) + 4 if self._greeted else 3
        if end == 3:
            self._keep(data)
            return b"", 0
        self._keep(data[end:])
        return data, end

    def _keep(self, rest: bytes) -> None:
        self._parts, self._size, self._edge = ([rest] if rest else []), len(rest), rest[-3:]
        self._bound()

    def _bound(self) -> None:
        """Give up a message that never ends; what comes of it later is no message and is found to be none."""
        if self._size > LIMIT:
            self.overflows += 1
            self._parts, self._size, self._edge = [], 0, b""

    def _strip_banner(self, data: bytes) -> bytes:
        """`Asterisk Call Manager/11.0.0` is one line with no empty line after it (manager.c:7445)."""
        line, found, rest = data.partition(b"\r\n")
        if not found:
            return data
        self._greeted = True
        if line.startswith(b"Asterisk Call Manager"):
            self.banner = line
            return rest
        return data
