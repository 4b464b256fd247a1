"""How an input stands in a journal file, written and read.

A segment is `MAGIC`, then records: CRC, a header of 24 bytes (mark, kind, length of the PBX name, length, wall, mono),
the name, the payload; little-endian. The CRC covers all of it but itself. A segment may end in a torn record, because a
process may die anywhere; anything else that does not fit is damage, named by file and offset, and the rest of that
segment is not read: what follows damage may be a payload, and callers write payloads.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.inputs import Input, Kind

MAGIC = b"HOTLINE-JOURNAL 1\n"
SUFFIX = ".journal"
MAX_PAYLOAD = 64 * 1024**2
_MARK = 0x4C48
_HEADER = struct.Struct("<HBBIqq")
_CRC = struct.Struct("<I")
_HEAD_SIZE = _CRC.size + _HEADER.size
_BLOCK = 1024**2
_KINDS = {int(kind): kind for kind in Kind}


class Damage(NamedTuple):
    """A place in a file where reading stopped. `torn`: only the last record is incomplete, as after a kill."""

    path: Path
    offset: int
    what: str
    torn: bool

    def __str__(self) -> str:
        return f"{self.path}: offset {self.offset}: {self.what}"


def encode(item: Input) -> list[bytes]:
    """The blocks of one record, to be written together; the payload is not copied."""
    name = item.pbx.encode()
    data = item.data
    head = _HEADER.pack(_MARK, item.kind, len(name), len(data), item.wall, item.mono) + name
    return [_CRC.pack(zlib.crc32(data, zlib.crc32(head))) + head, data]


def segments_of(folder: Path) -> list[Path]:
    """The segments of a journal folder, oldest first."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.name.removesuffix(SUFFIX).isdigit())


def read_segment(path: Path, begin: int = 0) -> Iterator[Input | Damage]:
    """The inputs of one segment in order, from the record at offset `begin` on; a `Damage` is the last thing said.

    Raises `OSError`.
    """
    with path.open("rb", buffering=_BLOCK) as file:
        if file.read(len(MAGIC)) != MAGIC:
            size = path.stat().st_size
            yield Damage(path, 0, "not a journal", torn=size < len(MAGIC))
            return
        offset = max(begin, len(MAGIC))
        file.seek(offset)
        while head := file.read(_HEAD_SIZE):
            if len(head) < _HEAD_SIZE:
                yield Damage(path, offset, "the last record is torn", torn=True)
                return
            (crc,) = _CRC.unpack_from(head)
            mark, kind, name_length, length, wall, mono = _HEADER.unpack_from(head, _CRC.size)
            if mark != _MARK or kind not in _KINDS or length > MAX_PAYLOAD:
                yield Damage(path, offset, "not a record", torn=False)
                return
            body = file.read(name_length + length)
            if len(body) < name_length + length:
                yield Damage(path, offset, "the last record is torn", torn=True)
                return
            if zlib.crc32(body, zlib.crc32(head[_CRC.size :])) != crc:
                yield Damage(path, offset, "the checksum is wrong", torn=not file.read(1))
                return
            yield Input(_KINDS[kind], body[:name_length].decode(errors="replace"), wall, mono, body[name_length:])
            offset += _HEAD_SIZE + len(body)
