"""Where rows too many to be sorted at once are cut, so that each part can be sorted alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from opendata.publishing.formats.order import order_of
from opendata.tables.typed_file import TypedFile

#: Keys looked at for each cut: the more, the more alike are the parts.
_SAMPLES = 64
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Cuts in sorted rows: right before the keys ``before``, and right after the keys ``after``.

    ``single`` says of each part, in their order, whether all of its rows have one key.
    """

    before: pa.RecordBatch
    after: pa.RecordBatch
    single: tuple[bool, ...]

    def divide(self, keys: pa.RecordBatch) -> tuple[Places, Places]:
        """The order of rows that have these *keys*, and the place in that order at which each part ends."""
        first, rows = self.before.num_rows, keys.num_rows
        # Equal keys keep their order: what stands in front of the rows is before all that have its key.
        order = order_of(pa.concat_batches([self.before, keys, self.after])).to_numpy() - first
        cuts = np.flatnonzero((order < 0) | (order >= rows))
        ends = np.append(cuts - np.arange(len(cuts)), rows)
        return order[(order >= 0) & (order < rows)], ends


def find_cuts(file: TypedFile, keys: Sequence[str], parts: int) -> Cuts:
    """Cuts that make about *parts* parts of one size; a key that would fill several gets one of its own."""
    sample = _sample(file, keys, parts * _SAMPLES)
    size = max(sample.num_rows // parts, 1)
    marks = sample.take(order_of(sample).take(pa.array(range(size, sample.num_rows, size), pa.int64())))
    before, after, single = [], [], []
    for _, run in groupby(enumerate(marks.to_pylist()), lambda pair: pair[1]):
        alike = [place for place, _ in run]
        if len(alike) > 1:
            before.append(alike[0])
            single.append(False)
        after.append(alike[0])
        single.append(len(alike) > 1)
    return Cuts(_taken(marks, before), _taken(marks, after), (*single, False))


def _sample(file: TypedFile, keys: Sequence[str], wanted: int) -> pa.RecordBatch:
    """Every so manieth of the keys."""

    def picked() -> Iterator[pa.RecordBatch]:
        step, start = max(file.rows // wanted, 1), 0
        for batch in file.batches(keys):
            yield _taken(batch, range(start, batch.num_rows, step))
            start = (start - batch.num_rows) % step

    return pa.concat_batches([*picked()])


def _taken(rows: pa.RecordBatch, places: Sequence[int]) -> pa.RecordBatch:
    return rows.take(pa.array(places, pa.int64()))
