"""One column watched over all rows: what its values look like, counted, in memory that does not grow with them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from opendata.tables.columns import fold
from opendata.validation.candidates import CODES, MARKERS, TYPES, Candidate

#: Distinct values remembered; with more the column is no closed list.
DISTINCT = 1_000
#: A form that this share of the values does not have, after so many values, is no longer looked for.
_HOPELESS, _ENOUGH = 0.1, 2_000


class _Hope:
    """How many values have a form, and the first that does not."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.misfits = 0
        self.row = 0
        self.example = ""


class Observed:
    """What is learnt of one column, batch by batch.

    :param watched: whether repeats are looked for, which takes eight bytes a row.
    """

    def __init__(self, label: str, *, watched: bool) -> None:
        folded = fold(label).lower()
        self.hopes = [
            _Hope(one)
            for one in (*CODES, *TYPES)
            if not one.hinted or any(word in folded for word in one.hinted)
        ]
        self.filled = 0
        self.empty = 0
        self.markers: Counter[str] = Counter()
        self.distinct: set[str] | None = set()
        self._hashes: list[npt.NDArray[np.uint64]] | None = [] if watched else None

    def see(self, texts: pl.Series, rows: npt.NDArray[np.int64]) -> None:
        """Look at the cells of physical *rows*; null where a row has no such cell."""
        given = (texts.fill_null("") != "").to_numpy()
        self.empty += int(len(texts) - given.sum())
        if not given.all():
            texts, rows = texts.filter(pl.Series(given)), rows[given]
        self._see_repeats(texts)
        marked = texts.is_in(list(MARKERS))
        if marked.any():
            self.markers.update(texts.filter(marked).to_list())
            texts, rows = texts.filter(~marked), rows[(~marked).to_numpy()]
        self.filled += len(texts)
        if len(texts):
            self._see_forms(texts, rows)
            self._see_distinct(texts)

    def _see_forms(self, texts: pl.Series, rows: npt.NDArray[np.int64]) -> None:
        frame = pl.DataFrame({"t": texts})
        asked = frame.select(
            one.candidate.accepts(pl.col("t")).fill_null(value=False).alias(str(at))
            for at, one in enumerate(self.hopes)
        )
        for at, one in enumerate(self.hopes):
            wrong = ~asked[str(at)]
            misfits = int(wrong.sum())
            if misfits and not one.misfits:
                first = int(wrong.arg_true()[0])
                one.row, one.example = int(rows[first]), texts[first]
            one.misfits += misfits
        if self.filled >= _ENOUGH:
            self.hopes = [one for one in self.hopes if one.misfits <= _HOPELESS * self.filled]

    def _see_distinct(self, texts: pl.Series) -> None:
        if self.distinct is not None:
            # A batch with very many values is not worth turning into Python's texts.
            unique = texts.unique()
            self.distinct = None if len(unique) > DISTINCT else self.distinct | set(unique.to_list())
            if self.distinct is not None and len(self.distinct) > DISTINCT:
                self.distinct = None

    def _see_repeats(self, texts: pl.Series) -> None:
        if self._hashes is None:
            return
        hashes = texts.hash().to_numpy()
        if self.empty or len(np.unique(hashes)) < len(hashes):
            self._hashes = None
        else:
            self._hashes.append(hashes)

    def is_unique(self) -> bool:
        """Whether every row has a text and no two the same. Two texts of one hash count as the same."""
        if self._hashes is None or not self.filled:
            return False
        hashes = np.concatenate(self._hashes)
        return len(np.unique(hashes)) == len(hashes)

    def fitting(self) -> Sequence[Candidate]:
        """The forms that all values have, in order."""
        return [one.candidate for one in self.hopes if not one.misfits] if self.filled else []

    def nearly(self) -> Sequence[_Hope]:
        """The forms that most values have, the nearest first."""
        near = [one for one in self.hopes if one.misfits and one.misfits <= _HOPELESS * self.filled]
        return sorted(near, key=lambda one: one.misfits)
