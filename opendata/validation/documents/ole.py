"""The directory and the streams of an OLE compound file ([MS-CFB]): what DOC, PPT, XLS and WPS lie in.

Only what tells such files apart and finds macros and locks is read, and every chain of sectors is
followed no further than the file has sectors, so that no loop in it holds the reader.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed
from opendata.tables.sniff import OLE

_HEADER, _ENTRY = 512, 128
_LAST = 0xFFFFFFFA
_STORAGE, _STREAM, _ROOT = 1, 2, 5
#: Directory entries that are read; a document has some dozens.
_MOST_ENTRIES = 20_000


def _broken() -> UnreadableFile:
    return malformed("OLE（DOC、PPT、WPS）", "目录已损坏或被截断", "its directory is damaged or cut")


@dataclass(frozen=True, slots=True)
class Entry:
    """One storage or stream: its ``name``, where its chain begins, its size."""

    name: str
    is_stream: bool
    start: int
    size: int


class OleFile:
    """The compound file that *source* holds, of *size* bytes.

    :raises UnreadableFile: its header or directory is damaged.
    """

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        header = source.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(OLE):
            raise _broken()
        shift, mini_shift = struct.unpack_from("<HH", header, 0x1E)
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - the only two sizes there are
            raise _broken()
        self._sector, self._mini = 1 << shift, 1 << mini_shift
        self._most = size // self._sector + 1
        self._fat = self._table(header)
        first, _, self._cutoff = struct.unpack_from("<III", header, 0x30)
        self.entries = tuple(self._directory(first))

    def _read(self, sector: int) -> bytes:
        self._source.seek((sector + 1) * self._sector)
        return self._source.read(self._sector)

    def _table(self, header: bytes) -> "array[int]":
        """The chain of every sector (FAT), gathered from the sectors that hold it."""
        places = list(struct.unpack_from("<109I", header, 0x4C))
        following = struct.unpack_from("<I", header, 0x44)[0]
        per_sector = self._sector // 4
        for _ in range(self._most):
            if following >= _LAST:
                break
            block = self._read(following)
            if len(block) < self._sector:
                raise _broken()
            numbers = struct.unpack(f"<{per_sector}I", block)
            places.extend(numbers[:-1])
            following = numbers[-1]
        table = array("I")
        for place in places[: self._most]:
            if place < _LAST:
                block = self._read(place)
                table.frombytes(block[: len(block) // 4 * 4])
        return table

    def _chain(self, start: int) -> Iterator[int]:
        for _ in range(self._most):
            if start >= _LAST:
                return
            if start >= len(self._fat):
                raise _broken()
            yield start
            start = self._fat[start]
        raise _broken()

    def _directory(self, first: int) -> Iterator[Entry]:
        count = 0
        for sector in self._chain(first):
            block = self._read(sector)
            for at in range(0, len(block) - _ENTRY + 1, _ENTRY):
                kind, length = block[at + 66], struct.unpack_from("<H", block, at + 64)[0]
                count += 1
                if count > _MOST_ENTRIES:
                    return
                if kind in {_STORAGE, _STREAM, _ROOT} and 2 <= length <= 64:  # noqa: PLR2004 - [MS-CFB] 2.6.1
                    name = block[at : at + length - 2].decode("utf-16-le", "replace")
                    start, size = struct.unpack_from("<II", block, at + 116)
                    yield Entry(name, kind == _STREAM, start, size)

    @property
    def names(self) -> frozenset[str]:
        """The names of all storages and streams."""
        return frozenset(entry.name for entry in self.entries)

    def beginning(self, name: str, length: int) -> bytes:
        """The first *length* bytes, at most 64, of the stream *name*; none if it is not there.

        :raises UnreadableFile: its chain leaves the file.
        """
        entry = next((one for one in self.entries if one.name == name and one.is_stream), None)
        if entry is None:
            return b""
        if entry.size >= self._cutoff:
            first = next(self._chain(entry.start), None)
            return b"" if first is None else self._read(first)[:length]
        return self._small(entry)[:length]

    def _small(self, entry: Entry) -> bytes:
        """The first 64 bytes of a stream that is too small for sectors of its own: it lies in the root's."""
        place = entry.start * self._mini
        sectors = self._chain(self.entries[0].start)
        sector = next(islice(sectors, place // self._sector, None), None)
        if sector is None:
            return b""
        inside = place % self._sector
        return self._read(sector)[inside : inside + min(self._mini, entry.size)]


def ole_entries(path: Path) -> frozenset[str]:
    """The names in the directory of the compound file *path*; none if it is damaged."""
    try:
        with path.open("rb") as source:
            return OleFile(source, path.stat().st_size).names
    except UnreadableFile:
        return frozenset()
