"""Bytes -> whole messages, in wire order, linear in the bytes received. Knows where a message ends, nothing of its meaning.

A message ends at an empty line (manager.c:7560). Messages are split at `\\r\\n\\r\\nEvent: `, not at every empty line: an
empty line forged inside a caller's number then stays inside its own message unless a forged `Event:` follows it, and
that case leaves a message that lacks its tail, which `ami.py` finds.
"""

END = b"\r\n\r\n"
SPLIT = b"\r\n\r\nEvent: "
LIMIT = 8 * 1024 * 1024
"""Largest message kept. A QueueStatus of 20,000 members is many messages, not one; nothing we ask for comes near."""


class Framer:
    """Collects bytes of one connection and gives back the complete ones as a list of pieces.

    A piece is a message without its leading `Event: ` and without its final empty line; the first piece of a batch
    may begin with anything (`Response: ...`, the rest of a forged break), the others began with `Event: `.
    """

    def __init__(self) -> None:
        self.overflows = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._greeted = False
        self.banner: bytes | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Take any split of the stream; return the pieces completed by it (possibly none)."""
        whole = self._join(data)
        if whole is None:
            return []
        if not self._greeted:
            whole = self._strip_banner(whole)
        end = whole.rfind(END)
        if end < 0:
            self._keep(whole)
            return []
        self._keep(whole[end + 4 :])
        pieces = whole[:end].split(SPLIT)
        pieces[0] = pieces[0].lstrip(b"\r\n")
        if pieces[0].startswith(b"Event: "):
            pieces[0] = pieces[0][7:]
        elif not pieces[0]:
            del pieces[0]
        else:
            pieces[0] = b"\r\n" + pieces[0]
        return pieces

    def _join(self, data: bytes) -> bytes | None:
        """The bytes held so far plus these, or None while no message can be complete (keeps long ones linear)."""
        if not self._parts:
            return data
        edge = self._parts[-1][-3:] + data[:3]
        if END not in data and END not in edge and self._greeted:
            self._parts.append(data)
            self._size += len(data)
            if self._size > LIMIT:
                self.overflows += 1
                self._parts, self._size = [], 0
            return None
        self._parts.append(data)
        whole = b"".join(self._parts)
        self._parts, self._size = [], 0
        return whole

    def _keep(self, rest: bytes) -> None:
        self._parts, self._size = ([rest], len(rest)) if rest else ([], 0)

    def _strip_banner(self, whole: bytes) -> bytes:
        """`Asterisk Call Manager/11.0.0` is one line with no empty line after it (manager.c:7445)."""
        line, found, rest = whole.partition(b"\r\n")
        if not found:
            return whole
        self._greeted = True
        if line.startswith(b"Asterisk Call Manager"):
            self.banner = line
            return rest
        return whole
