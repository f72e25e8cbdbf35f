"""One column of a batch as the bytes it consists of: what can be told of all its texts in a few passes."""

from collections.abc import Collection
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

_ZERO = ord("0")
_TEN = 10
#: Bytes that are compared at once.
WORD = 8
#: By length, the bits of a word that a text of that length fills.
FILLED = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], dtype=np.uint64)
#: Words and texts that are sooner compared one by one than searched in a table.
_SHORT, _COMPARED = 2 * WORD, 12
#: The first texts, what is among them is looked for first: nearly always it is all there is.
_SAMPLE = 16
#: Where fewer bytes than this share are looked for, each is looked up; else all are summed.
_FEW = 16


@lru_cache(maxsize=32)
def tiled(low: bytes, high: bytes, rows: int) -> tuple[Bytes, Bytes]:
    """For *rows* texts on end: the least byte of each place, and how far it may go."""
    least, most = np.frombuffer(low, np.uint8), np.frombuffer(high, np.uint8)
    return np.tile(least, rows), np.tile(most - least, rows)


def row_words(rows: Bytes, at: int) -> Words:
    """The eight bytes of each of *rows* from the byte *at* on, the first one lowest; zeros behind its end."""
    count, width = rows.shape
    room = rows.ravel()
    if at + WORD > width:
        room = np.append(room, np.zeros(at + WORD, np.uint8))
    begun: Words = np.ndarray((count,), "<u8", room.data, at, (width,))
    found: Words = begun & FILLED[min(max(width - at, 0), WORD)]
    return found


def words_at(values: Bytes, places: npt.NDArray[np.int32]) -> Words:
    """The eight bytes of *values* from each of *places* on, the first one lowest; zeros behind the end."""
    last = len(values) - WORD
    if last >= 0 and (not len(places) or int(places.max()) <= last):
        whole: Words = np.ndarray((last + 1,), "<u8", values.data, 0, (1,))
        return whole[places]
    padded = np.zeros(len(values) + WORD, dtype=np.uint8)
    padded[: len(values)] = values
    return words_at(padded, np.minimum(places, np.int32(len(values))))


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
        self._words: dict[int, Words] = {}

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

    @cached_property
    def low(self) -> int:
        """The least byte; 255 if there is none."""
        return int(self.values.min(initial=255))

    @cached_property
    def high(self) -> int:
        """The greatest byte; 0 if there is none."""
        return int(self.values.max(initial=0))

    @property
    def width(self) -> int:
        """How many bytes every text has; 0 if they differ, or there is none."""
        return self.longest if self.shortest == self.longest else 0

    def words(self, at: int = 0) -> Words:
        """Of each text the eight bytes from its byte *at* on, the first one lowest; zeros behind its end."""
        if at not in self._words:
            self._words[at] = self._cut(at)
        return self._words[at]

    def _cut(self, at: int) -> Words:
        if self.width:
            return row_words(self.values.reshape(-1, self.width), at)
        begun = words_at(self.values, self.starts + np.int32(at))
        return begun & FILLED[np.clip(self.lengths - np.int32(at), 0, WORD)]

    def among(self, known: Collection[str]) -> Flags | None:
        """Which texts are among *known*; None if none is."""
        possible = [
            one for one in (text.encode() for text in known) if self.shortest <= len(one) <= self.longest
        ]
        if not possible or not len(self):
            return None
        if possible == [b""]:
            empty: Flags = self.lengths == 0
            return empty
        if max(map(len, possible)) > _SHORT or len(possible) > _COMPARED:
            return self._looked_up(known, possible)
        found = np.zeros(len(self), dtype=np.bool_)
        first = {one.encode() for one in self.array[:_SAMPLE].to_pylist()}
        for one in sorted(possible, key=lambda one: one not in first):
            found |= self._equal(one)
            if found.all():
                break
        return found if found.any() else None

    def _equal(self, text: bytes) -> Flags:
        """Which texts are *text*."""
        found: Flags = np.ones(len(self), dtype=np.bool_) if self.width else self.lengths == len(text)
        for at in range(0, len(text), WORD):
            found &= self.words(at) == np.uint64(int.from_bytes(text[at : at + WORD], "little"))
        return found

    def _looked_up(self, known: Collection[str], possible: Collection[bytes]) -> Flags | None:
        lengths = np.zeros(self.longest + 1, dtype=np.bool_)
        lengths[[len(one) for one in possible]] = True
        candidates: Flags = lengths[self.lengths]
        if not candidates.any():
            return None
        chosen = self.array if candidates.all() else self.array.filter(pa.array(candidates))
        found = pc.is_in(chosen, value_set=pa.array(sorted(known), pa.string()))
        candidates[candidates] = found.to_numpy(zero_copy_only=False)
        return candidates if candidates.any() else None

    def some(self, chosen: Flags) -> "Texts":
        """The *chosen* ones."""
        return self if chosen.all() else Texts(self.array.filter(pa.array(chosen)))
