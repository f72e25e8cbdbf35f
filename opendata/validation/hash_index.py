"""Which hashes occur twice among millions, in bounded memory: beyond a limit they lie in a file without a name.

The file is unlinked before the first byte is written: whoever is killed leaves nothing behind.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from catalog.disk import room_in

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
#: Hashes held in memory, with their rows, 16 bytes each.
HELD = 1 << 21
#: Parts of equal size, by their hashes, in which what was written is read again, one at a time.
PARTS = 64
_EDGES: Hashes = (np.arange(1, PARTS, dtype=np.uint64)) << np.uint64(58)
_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many rows have a key that stood in a row before; the first of them, in order, and of each of
    them that row (the last, or the first such)."""

    total: int
    rows: Numbers
    earlier: Numbers


@dataclass(frozen=True, slots=True)
class _Run:
    """What was written at once: sorted hashes from byte *at* on, their rows behind; where each part ends."""

    at: int
    ends: Numbers


def _twice(hashes: Hashes) -> Hashes:
    """Those that occur more than once, each once, in order."""
    ordered = np.sort(hashes)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _among(hashes: Hashes, asked: Hashes) -> npt.NDArray[np.bool_]:
    """Which of *hashes* are among those *asked*, which are some, and in order."""
    found: npt.NDArray[np.bool_] = asked[np.minimum(np.searchsorted(asked, hashes), len(asked) - 1)] == hashes
    return found


class HashIndex:
    """Takes hashes with ascending row numbers; tells which hashes repeat.

    :param folder: for the file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: list[Hashes] = []
        self._rows: list[Numbers] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._runs: list[_Run] = []
        self._closing = ExitStack()

    def add(self, hashes: Hashes, rows: Numbers) -> None:
        """Take one batch.

        :raises StorageFull: no room for the file.
        """
        self._hashes.append(hashes)
        self._rows.append(rows)
        self._held += len(hashes)
        if self._held >= HELD:
            self._write()

    def close(self) -> None:
        """Give the file back."""
        self._closing.close()

    def _taken(self) -> tuple[Hashes, Numbers]:
        hashes = np.concatenate([np.zeros(0, np.uint64), *self._hashes])
        rows = np.concatenate([np.zeros(0, np.int64), *self._rows])
        return hashes, rows

    def _write(self) -> None:
        hashes, rows = self._taken()
        self._hashes, self._rows, self._held = [], [], 0
        order = np.argsort(hashes, kind="stable")
        hashes, rows = hashes[order], rows[order]
        with room_in(self._folder):
            if self._file is None:
                made = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by close()
                self._file = self._closing.enter_context(made)
            at = self._file.tell()
            self._file.write(hashes.data)
            self._file.write(rows.data)
            self._file.flush()
        ends = np.append(np.searchsorted(hashes, _EDGES), len(hashes))
        self._runs.append(_Run(at, ends))

    def _read(self, run: _Run, part: int) -> tuple[Hashes, Numbers]:
        assert self._file is not None, "there are runs, so there is a file"
        begin = int(run.ends[part - 1]) if part else 0
        count = int(run.ends[part]) - begin
        total = int(run.ends[-1])
        at = run.at + begin * _WIDTH
        hashes = os.pread(self._file.fileno(), count * _WIDTH, at)
        rows = os.pread(self._file.fileno(), count * _WIDTH, at + total * _WIDTH)
        return np.frombuffer(hashes, np.uint64), np.frombuffer(rows, np.int64)

    def _parts(self) -> Iterator[tuple[Hashes, Numbers]]:
        """Everything, all rows of a hash in the same part and in order."""
        if not self._runs:
            yield self._taken()
            return
        if self._held:
            self._write()
        for part in range(PARTS):
            read = [self._read(run, part) for run in self._runs]
            yield np.concatenate([one for one, _ in read]), np.concatenate([one for _, one in read])

    def repeated(self) -> Iterator[Hashes]:
        """The hashes that occur more than once, each once, part by part; parts without any are left out."""
        for hashes, _ in self._parts():
            twice = _twice(hashes)
            if len(twice):
                yield twice

    def rows_of(self, asked: Hashes) -> Iterator[Numbers]:
        """The rows that have one of the hashes *asked*, which are in order; part by part."""
        for hashes, rows in self._parts():
            yield rows[_among(hashes, asked)]

    def repeats(self, kept: int, *, first: bool) -> Repeats:
        """The rows that repeat a hash; *first*: what they repeat is its first row, else the last before.

        :param kept: how many of the rows are given.
        """
        total, rows, earlier = 0, np.zeros(0, np.int64), np.zeros(0, np.int64)
        for all_hashes, all_rows in self._parts():
            twice = _twice(all_hashes)
            if not len(twice):
                continue
            chosen = _among(all_hashes, twice)
            hashes, unsorted = all_hashes[chosen], all_rows[chosen]
            order = np.argsort(hashes, kind="stable")
            ordered, numbers = hashes[order], unsorted[order]
            same = np.append(False, ordered[1:] == ordered[:-1])
            at = np.flatnonzero(same)
            total += len(at)
            leaders = np.maximum.accumulate(np.where(same, 0, np.arange(len(same))))
            rows = np.concatenate([rows, numbers[at]])
            earlier = np.concatenate([earlier, numbers[leaders[at] if first else at - 1]])
            least = np.argsort(rows, kind="stable")[:kept]
            rows, earlier = rows[least], earlier[least]
        return Repeats(total, rows, earlier)
