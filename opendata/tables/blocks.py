"""The text of a table in blocks of whole records, cut where a record ends and nowhere else."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from opendata.tables.limits import MAX_CELL

#: Enough rows that the cost per block vanishes, few enough that a block and its columns stay in the cache.
BLOCK = 4 << 20
#: A record longer than this is none that we read: its longest cells would not be.
LONGEST = 8 * MAX_CELL
QUOTE, LINE_FEED = ord('"'), ord("\n")


class EndlessRecord(Exception):
    """No record ends within :data:`LONGEST` bytes: a quotation mark that is never closed."""


def _last_end(room: bytearray, filled: int, quoted: bool) -> int:
    """Where the last whole record in *room* ends; 0 if none does."""
    at = room.rfind(b"\n", 0, filled)
    if not quoted or at < 0:
        return at + 1
    marks = np.flatnonzero(np.frombuffer(room, np.uint8, filled) == QUOTE)
    while at >= 0:
        before = int(np.searchsorted(marks, at))
        if before % 2 == 0:
            return at + 1
        at = room.rfind(b"\n", 0, int(marks[before - 1]))
    return 0


def blocks(path: Path, start: int, *, quoted: bool, size: int = 0) -> Generator[memoryview]:
    """The bytes of *path* from *start* on, about *size* at a time; each block is gone when the next is taken.

    :param quoted: whether there are quotation marks, between which a line feed ends no record.
    :raises EndlessRecord: see there.
    """
    room, held = bytearray(size or BLOCK), 0
    with path.open("rb", buffering=0) as source:
        source.seek(start)
        while True:
            if held == len(room):
                if held > LONGEST:
                    raise EndlessRecord
                room = room + bytearray(len(room))
            got = source.readinto(memoryview(room)[held:])
            if not got:
                break
            filled = held + got
            end = _last_end(room, filled, quoted)
            if end:
                yield memoryview(room)[:end]
                room[: filled - end] = room[end:filled]
            held = filled - end
    if held:
        yield memoryview(room)[:held]


def record_ends(block: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """The places of the line feeds of *block*, which begins a record, that end one."""
    lines = np.flatnonzero(block == LINE_FEED)
    marks = np.flatnonzero(block == QUOTE)
    return lines[np.searchsorted(marks, lines) % 2 == 0] if len(marks) else lines
