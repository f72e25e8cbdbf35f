"""A zip archive that is written front to back, one member after the other, each packed while it is written."""

import struct
import zlib
from dataclasses import dataclass
from typing import Any

from isal import isal_zlib

from opendata.publishing.formats.base import Out

_LEVEL = 2
_RAW = -zlib.MAX_WBITS
#: Sizes and checksum follow the bytes (bit 3), names are UTF-8 (bit 11).
_FLAGS, _DEFLATE = 1 << 3 | 1 << 11, 8
#: What it takes to read a member: 2.0, or 4.5 where numbers of 64 bits are needed.
_PLAIN, _ZIP64 = 20, 45
#: 1 January 1980: no file says when it was made.
_TIME, _DAY = 0, 1 << 5 | 1
_BIG = 0xFFFFFFFF


@dataclass
class _Member:
    name: bytes
    offset: int
    checksum: int = 0
    size: int = 0
    packed: int = 0


class Archive:
    """Members on their way into *out*.

    Numbers of 64 bits (APPNOTE 4.3.9.2, 4.3.14, 4.5.3) are written only where 32 do not hold them: Excel calls an
    archive damaged that has them without need.
    """

    def __init__(self, out: Out) -> None:
        self._out = out
        self._offset = 0
        self._members: list[_Member] = []
        self._stream: Any = None

    def begin(self, name: str) -> None:
        """Begin a member."""
        self._members.append(_Member(name.encode(), self._offset))
        self._stream = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW)
        path = self._members[-1].name
        head = struct.pack(
            "<4sHHHHHLLLHH", b"PK\3\4", _PLAIN, _FLAGS, _DEFLATE, _TIME, _DAY, 0, 0, 0, len(path), 0
        )
        self._put(head + path)

    def write(self, data: Any) -> None:  # noqa: ANN401 - anything that has bytes
        """Add bytes to the member."""
        member = self._members[-1]
        member.checksum = isal_zlib.crc32(data, member.checksum)
        member.size += len(data)
        self._pack(self._stream.compress(data))

    def end(self) -> None:
        """End the member."""
        self._pack(self._stream.flush())
        member = self._members[-1]
        sizes = "<4sLLL" if max(member.packed, member.size) < _BIG else "<4sLQQ"
        self._put(struct.pack(sizes, b"PK\7\x08", member.checksum, member.packed, member.size))

    def close(self) -> None:
        """Write the directory."""
        start = self._offset
        for member in self._members:
            self._put(_entry(member))
        end, size, count = self._offset, self._offset - start, len(self._members)
        if end >= _BIG:
            self._put(
                struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, _ZIP64, _ZIP64, 0, 0, count, count, size, start)
            )
            self._put(struct.pack("<4sLQL", b"PK\6\7", 0, end, 1))
        self._put(struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, size, min(start, _BIG), 0))

    def _pack(self, data: bytes) -> None:
        self._members[-1].packed += len(data)
        self._put(data)

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._offset += len(data)


def _entry(member: _Member) -> bytes:
    numbers = (member.size, member.packed, member.offset)
    wide = [number for number in numbers if number >= _BIG]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size, packed, offset = (min(number, _BIG) for number in numbers)
    version = _ZIP64 if wide else _PLAIN
    head = (b"PK\1\2", version, version, _FLAGS, _DEFLATE, _TIME, _DAY, member.checksum, packed, size)
    tail = (len(member.name), len(extra), 0, 0, 0, 0, offset)
    return struct.pack("<4sHHHHHHLLL", *head) + struct.pack("<HHHHHLL", *tail) + member.name + extra
