"""Cells as a sheet's XML has them, not yet understood: place, type, style and raw value, in arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Places = npt.NDArray[np.int64]
#: The cell types of ECMA-376 (ST_CellType) by number; a cell without a type holds a number.
TYPES = ("n", "s", "inlineStr", "str", "b", "e", "d")
TYPE_NUMBERS = {name: number for number, name in enumerate(TYPES)}


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells in order of rows; ``rows`` and ``columns`` count from 1, ``types`` index :data:`TYPES`.

    ``texts`` are the raw values with nothing escaped; a cell without a value is not among them.
    """

    rows: Places
    columns: Places
    types: Places
    styles: Places
    texts: pa.LargeStringArray


@dataclass(frozen=True, slots=True)
class Extent:
    """Which rows and columns cells with a value lie in, from 1; all 0 where there is none."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0

    def __or__(self, other: "Extent") -> "Extent":
        if not self.bottom or not other.bottom:
            return self if self.bottom else other
        return Extent(
            min(self.left, other.left),
            max(self.right, other.right),
            min(self.top, other.top),
            max(self.bottom, other.bottom),
        )


def extent_of(rows: Places, columns: Places) -> Extent:
    """The extent of cells at *rows* and *columns*, in order of rows."""
    if not len(rows):
        return Extent()
    return Extent(int(columns.min()), int(columns.max()), int(rows[0]), int(rows[-1]))
