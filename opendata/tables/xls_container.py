"""The stream of records in an old workbook: a compound file, in which streams lie as chains of sectors.

Source: [MS-CFB], Compound File Binary File Format. Every chain is followed for at most as many sectors as the file has.
"""

import struct
from collections.abc import Iterator
from itertools import islice

from opendata.tables.faults import malformed

_FREE = 0xFFFFFFFA
_HEADER, _ENTRY, _MINI = 512, 128, 64
_STREAM, _ROOT = 2, 5
_NAMES = ("Workbook", "Book")


class _Container:
    """A compound file."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, fats, self._first = struct.unpack_from("<30xH12xII", content)
        self._cutoff, mini, _, difat, _ = struct.unpack_from("<56x5I", content)
        self._size = 1 << shift
        self._most = len(content) // self._size + 1
        tables = list(islice(self._tables(difat), fats))
        self._next = self._numbers(b"".join(map(self._sector, tables)))
        self._mini_next = self._numbers(self._chained(mini))

    @staticmethod
    def _numbers(content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._content[at : at + self._size]

    def _tables(self, difat: int) -> Iterator[int]:
        """The sectors of the table that says which sector follows which."""
        yield from struct.unpack_from("<76x109I", self._content)
        for _ in range(self._most):
            if difat >= _FREE:
                return
            *numbers, difat = self._numbers(self._sector(difat))
            yield from numbers

    def _chain(self, first: int, following: tuple[int, ...]) -> Iterator[int]:
        for _ in range(len(following)):
            if first >= _FREE:
                return
            yield first
            first = following[first]

    def _chained(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._chain(first, self._next)))

    def stream(self) -> bytes:
        """The workbook's records.

        :raises LookupError: there are none.
        """
        entries = self._chained(self._first)
        roots = b""
        for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<64xHB", entries, at)
            name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<116xII", entries, at)
            if kind == _ROOT:
                roots = self._chained(first)
            elif kind == _STREAM and name in _NAMES:
                if size >= self._cutoff:
                    return self._chained(first)[:size]
                small = self._chain(first, self._mini_next)
                return b"".join(roots[one * _MINI : (one + 1) * _MINI] for one in small)[:size]
        raise LookupError(_NAMES)


def workbook_stream(content: bytes) -> bytes:
    """The records of the workbook in the compound file *content*.

    :raises UnreadableFile: it is none, or broken.
    """
    try:
        return _Container(content).stream()
    except (struct.error, LookupError, ValueError) as error:
        raise malformed("XLS", "内部结构有误", "its inner structure is unsound") from error
