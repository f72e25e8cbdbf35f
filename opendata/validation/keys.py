"""Values that occur twice where they may not: found by hash in the first pass, proved by value in the next."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from opendata.validation.batches import Batch
from opendata.validation.hash_index import Hashes, HashIndex, Numbers, Repeats
from opendata.validation.readings import ColumnJudge, Disagreement, Judged

#: Hashes whose values are compared in one pass over the table: bounds what is held in memory.
AT_ONCE = 1 << 19
_PENDING = 1 << 18


class Key:
    """Columns whose values together are to be unique.

    :param primary: values of which only some are missing count too, and its fault is ``primary-key``;
        otherwise a row in which a part is missing is not compared, and the fault is ``unique-error``.
    :param first: a repeat is told of the first row with the same values, else of the last before.
    :param folder: for what does not fit into memory.
    """

    def __init__(self, judges: Sequence[ColumnJudge], folder: Path, *, primary: bool, first: bool) -> None:
        self.judges, self.primary, self._first = judges, primary, first
        self._index = HashIndex(folder)
        self._left: Iterator[Hashes] = iter(())
        self._asked: Hashes = np.zeros(0, np.uint64)
        self._values: list[pl.DataFrame] = []

    @property
    def code(self) -> str:
        """The code of its fault."""
        return "primary-key" if self.primary else "unique-error"

    def close(self) -> None:
        """Give back what lies on the disk."""
        self._index.close()

    def _compared(self, batch: Batch, judged: Mapping[int, Judged]) -> tuple[pl.DataFrame, Hashes, Numbers]:
        """The values and hashes of the rows that are compared, and the row numbers."""
        columns = [judge.keys(batch, judged[judge.index]) for judge in self.judges]
        frame = pl.DataFrame([column.alias(f"k{at}") for at, column in enumerate(columns)])
        hashes, rows = frame.hash_rows().to_numpy(), batch.rows
        gaps = [judged[judge.index] for judge in self.judges]
        if all(one.missing is None and one.type_errors is None for one in gaps):
            return frame, hashes, rows
        nulls = [one.null for one in gaps]
        left_out = np.logical_and.reduce(nulls) if self.primary else np.logical_or.reduce(nulls)
        return frame.filter(pl.Series(~left_out)), hashes[~left_out], rows[~left_out]

    def see(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """First pass: remember a hash of every key.

        :raises StorageFull: no room for them.
        """
        _, hashes, rows = self._compared(batch, judged)
        self._index.add(hashes, rows)

    def begin(self) -> bool:
        """Between the passes: whether any two keys have one hash, so that values have to be compared."""
        self._left = self._portions()
        return self.ask()

    def _portions(self) -> Iterator[Hashes]:
        for hashes in self._index.repeated():
            for at in range(0, len(hashes), AT_ONCE):
                yield hashes[at : at + AT_ONCE]

    def ask(self) -> bool:
        """Before each further pass: choose the hashes that it compares; False when none is left."""
        portion = next(self._left, None)
        while portion is not None:
            self._asked = np.union1d(self._asked, portion)
            if len(self._asked) >= AT_ONCE:
                break
            portion = next(self._left, None)
        return bool(len(self._asked))

    def asked_rows(self) -> Iterator[Numbers]:
        """The rows that have a hash that the next pass compares; part by part."""
        return self._index.rows_of(self._asked)

    def compare(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """In such a pass: keep the distinct values of the chosen hashes."""
        frame, hashes, _ = self._compared(batch, judged)
        at = np.minimum(np.searchsorted(self._asked, hashes), len(self._asked) - 1)
        asked = self._asked[at] == hashes
        if asked.any():
            found = frame.with_columns(hash=pl.Series(hashes)).filter(pl.Series(asked))
            self._values.append(found.unique())
            if sum(one.height for one in self._values[1:]) > _PENDING:
                self._values = [pl.concat(self._values).unique()]

    def prove(self) -> None:
        """After such a pass.

        :raises Disagreement: two values have one hash.
        """
        distinct = pl.concat(self._values).unique().height if self._values else 0
        if distinct != len(self._asked):
            raise Disagreement("two keys have one hash")
        self._values, self._asked = [], np.zeros(0, np.uint64)

    def repeats(self, kept: int) -> Repeats:
        """Afterwards: the rows that do repeat, the first *kept* of them."""
        return self._index.repeats(kept, first=self._first)
