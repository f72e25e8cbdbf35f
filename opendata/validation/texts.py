"""One column of a batch as the bytes it consists of: what can be told of all its texts in a few passes."""

from collections.abc import Collection
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_ZERO = ord("0")
_TEN = 10
#: Where fewer bytes than this share are looked for, each is looked up; else all are summed.
_FEW = 16


class Texts:
    """The texts of *array*, which has no nulls."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array
        _, offsets, values = array.buffers()
        self._offsets = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4)
        begin, end = (int(self._offsets[0]), int(self._offsets[-1])) if len(array) else (0, 0)
        self.values: Bytes = np.frombuffer(values or b"", np.uint8, end - begin, begin)
        self.lengths = np.diff(self._offsets)
        self.shortest = int(self.lengths.min(initial=2**31 - 1))
        self.longest = int(self.lengths.max(initial=0))

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def offsets(self) -> npt.NDArray[np.int32]:
        """Where each text begins in :attr:`values`, and where the last one ends."""
        offsets: npt.NDArray[np.int32] = self._offsets - self._offsets[0]
        return offsets

    @property
    def starts(self) -> npt.NDArray[np.int32]:
        """Where each text begins in :attr:`values`."""
        return self.offsets[:-1]

    @cached_property
    def digits(self) -> Flags:
        """Which bytes are ASCII digits."""
        found: Flags = self.values - np.uint8(_ZERO) < _TEN
        return found

    def count(self, marked: Flags) -> Counts:
        """How many of the *marked* bytes each text has."""
        total = int(np.count_nonzero(marked))
        if not total:
            return np.zeros(len(self), dtype=np.int64)
        if total * _FEW < len(marked):
            rows = np.searchsorted(self.starts, np.flatnonzero(marked), "right") - 1
            return np.bincount(rows, minlength=len(self)).astype(np.int64)
        sums = np.zeros(len(marked) + 1, dtype=np.int64)
        np.cumsum(marked, out=sums[1:])
        found: Counts = np.diff(sums[self.offsets])
        return found

    def first(self, byte: str) -> Flags:
        """Which texts begin with the character *byte*."""
        found = np.zeros(len(self), dtype=np.bool_)
        given = self.lengths > 0
        found[given] = self.values[self.starts[given]] == ord(byte)
        return found

    def among(self, known: Collection[str]) -> Flags | None:
        """Which texts are among *known*; None if none is."""
        lengths = sorted({len(text.encode()) for text in known})
        if not lengths or self.shortest > lengths[-1] or self.longest < lengths[0]:
            return None
        candidates: Flags = np.isin(self.lengths, lengths) if len(lengths) > 1 else self.lengths == lengths[0]
        if not candidates.any():
            return None
        if lengths != [0]:
            chosen = self.array if candidates.all() else self.array.filter(pa.array(candidates))
            found = pc.is_in(chosen, value_set=pa.array(sorted(known), pa.string()))
            candidates = candidates.copy()
            candidates[candidates] = found.to_numpy(zero_copy_only=False)
        return candidates if candidates.any() else None

    def some(self, chosen: Flags) -> "Texts":
        """The *chosen* ones."""
        return self if chosen.all() else Texts(self.array.filter(pa.array(chosen)))
