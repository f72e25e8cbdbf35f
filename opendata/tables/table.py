"""The one normalised table that every file becomes."""

import csv
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.records import Finding, Text
from opendata.tables.limits import MAX_CELL


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as text, and what was learnt while reading it.

    ``text`` is UTF-8; from byte ``start`` on it holds the rows, divided by ``delimiter``: the file itself
    where its bytes are fit for it, else a normalised copy. Ragged and blank rows are as they were
    found, so that a judge can name them. ``quoted``: quotation marks occur, and every one of them
    opens or closes a cell or is one of two inside. ``labels`` is the header.
    ``header_row`` is the physical row of the header (of its last row, where it has several), or 0
    for documents that have none (JSON records); ``first_column`` the physical column of the first
    label. ``format`` is one of ``csv tsv xlsx xls json jsonl geojson`` or, for what cannot be read,
    what it seems to be. ``findings`` are the faults of the file as a file; when one of them is an
    error the table has no rows and :attr:`readable` is false.
    """

    text: Path
    name: str
    labels: tuple[str, ...]
    header_row: int
    rows: int
    format: str
    sha256: str
    size: int
    encoding: str | None = None
    sheet: str | None = None
    first_column: int = 1
    #: For each row below the header that is no row of the table (a comment): how many that are come before it.
    gaps: tuple[int, ...] = ()
    notes: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    start: int = 0
    delimiter: str = ","
    quoted: bool = True

    @property
    def readable(self) -> bool:
        """Whether the rows could be read at all."""
        return not any(finding.severity == "error" for finding in self.findings)

    def physical_row(self, index: int) -> int:
        """The row in the source of data row *index*, which counts from 1.

        A row is a record: a cell that holds line breaks does not move the rows below it, as in a
        spreadsheet.
        """
        return self.header_row + index + bisect_left(self.gaps, index)

    def physical_rows(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """:meth:`physical_row` of many rows at once."""
        plain = indices + self.header_row
        return plain + np.searchsorted(self.gaps, indices) if self.gaps else plain

    def physical_column(self, index: int) -> int:
        """The column in the source of column *index*, which counts from 1."""
        return self.first_column + index - 1

    def records(self) -> Iterator[list[str]]:
        """Every data row as its cells' text, ragged rows as they are."""
        csv.field_size_limit(2 * MAX_CELL)
        with self.text.open("rb") as source:
            source.seek(self.start)
            with TextIOWrapper(source, encoding="utf-8", newline="") as lines:
                yield from csv.reader(lines, delimiter=self.delimiter)
