"""Values that occur twice where they may not: found by hash in the first pass, proved by value in the second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from opendata.validation.batches import Batch, Numbers
from opendata.validation.readings import ColumnJudge, Judged

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Repeats:
    """The rows whose key stood in a row before, and of each of them that row (the last, or the first such)."""

    rows: Numbers
    earlier: Numbers


@dataclass(slots=True)
class Key:
    """Columns whose values together are to be unique.

    ``primary``: values of which only some are missing count too, and its fault is ``primary-key``;
    otherwise a row in which a part is missing is not compared, and the fault is ``unique-error``.
    ``first``: a repeat is told of the first row with the same values, else of the last before.
    """

    judges: Sequence[ColumnJudge]
    primary: bool
    first: bool
    _hashes: list[Hashes] = field(default_factory=list)
    _rows: list[Numbers] = field(default_factory=list)
    _wanted: Numbers = field(default_factory=lambda: np.array([], dtype=np.int64))
    _found: list[pl.DataFrame] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of its fault."""
        return "primary-key" if self.primary else "unique-error"

    def _compared(self, batch: Batch, judged: Mapping[int, Judged]) -> pl.DataFrame:
        """The rows that are compared, with their number."""
        columns = [judge.keys(batch, judged[judge.index]) for judge in self.judges]
        frame = pl.DataFrame({f"k{at}": column for at, column in enumerate(columns)})
        frame = frame.with_columns(row=pl.Series(batch.rows))
        gaps = [pl.col(f"k{at}").is_null() for at in range(len(columns))]
        left_out = pl.all_horizontal(gaps) if self.primary else pl.any_horizontal(gaps)
        return frame.filter(~left_out)

    def see(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """First pass: remember a hash of every key."""
        frame = self._compared(batch, judged)
        self._rows.append(frame["row"].to_numpy())
        self._hashes.append(frame.drop("row").hash_rows().to_numpy())

    def suspect(self) -> bool:
        """Between the passes: whether any two keys have one hash, so that a second pass is needed."""
        if not self._hashes:
            return False
        hashes, rows = np.concatenate(self._hashes), np.concatenate(self._rows)
        self._hashes, self._rows = [], []
        twice = pl.Series(hashes).is_duplicated().to_numpy()
        self._wanted = rows[twice]
        return bool(len(self._wanted))

    def prove(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """Second pass: keep the keys of the suspects."""
        frame = self._compared(batch, judged)
        self._found.append(frame.filter(pl.Series(np.isin(frame["row"].to_numpy(), self._wanted))))

    def repeats(self) -> Repeats:
        """Afterwards: the rows that do repeat."""
        none = np.array([], dtype=np.int64)
        if not self._found:
            return Repeats(none, none)
        frame = pl.concat(self._found).sort("row")
        self._found = []
        names = [name for name in frame.columns if name != "row"]
        row = pl.col("row")
        earlier = row.first() if self.first else row.shift(1)
        frame = frame.with_columns(earlier=earlier.over(names))
        frame = frame.filter(row.is_not_null() & pl.col("earlier").is_not_null() & (pl.col("earlier") < row))
        return Repeats(frame["row"].to_numpy(), frame["earlier"].to_numpy())
