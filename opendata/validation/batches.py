"""The rows of a table in batches of columns: every row with its number, ragged rows completed."""

import csv
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from io import StringIO
from itertools import islice, zip_longest

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from opendata.tables import Table, cores
from opendata.tables import blocks as table_blocks
from opendata.tables.ahead import ahead
from opendata.tables.blocks import blocks
from opendata.tables.parse import column_name, parsed

Numbers = npt.NDArray[np.int64]
#: Where a batch begins: the data row number, and the byte in the table's text.
Mark = tuple[int, int]
#: Bytes of text in a batch, about; 0: as many as :mod:`opendata.tables.blocks` likes.
BLOCK = 0
#: Rows of another width than the batch's that are completed one by one; with more, another width is tried.
RAGGED = 4_000
#: What the parser would take for a byte order mark and drop.


class Batch:
    """Some rows in order: one column of texts per label, and the row numbers.

    :param columns: as many as there are labels.
    :param mark: where it begins.
    :param width: how many cells a row has that is not in *ragged*.
    :param ragged: the cells, as they are, of the rows of another width, by row number.
    :param beyond: the columns that rows of *width* have beyond the labels.

    A cell that a row lacks looks like an empty one.
    """

    def __init__(
        self,
        columns: Sequence[pa.Array],
        mark: Mark,
        width: int,
        ragged: dict[int, list[str]],
        beyond: Sequence[pa.Array] = (),
    ) -> None:
        self.columns, self.mark, self.width, self.ragged = columns, mark, width, ragged
        self._beyond = beyond
        self.rows: Numbers = np.arange(mark[0], mark[0] + len(columns[0]), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def series(self, index: int) -> pl.Series:
        """One column as polars sees it, named by :func:`column_name`."""
        return pl.Series(column_name(index), self.columns[index], dtype=pl.String)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All columns, each named by :func:`column_name`."""
        return pl.DataFrame([self.series(index) for index in range(len(self.columns))])

    @property
    def is_rectangular(self) -> bool:
        """Whether every row has a cell for each label and no more."""
        return not self.ragged and self.width == len(self.columns)

    @property
    def lengths(self) -> Numbers:
        """How many cells each row has."""
        found = np.full(len(self), self.width, dtype=np.int64)
        for row, cells in self.ragged.items():
            found[row - self.mark[0]] = len(cells)
        return found

    def cells(self, position: int) -> list[str]:
        """The cells of the row at *position* in this batch, as they are."""
        whole = self.ragged.get(self.mark[0] + position)
        if whole is not None:
            return whole
        found = [column[position].as_py() for column in (*self.columns, *self._beyond)][: self.width]
        return [] if found == [""] else found


class _Ragged:
    """Catches the rows of another width than the parser's, by their place among all; gives up at too many."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.widths: Counter[int] = Counter()

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self.texts[row.number - 1] = row.text
        self.widths[row.actual_columns] += 1
        return "skip" if len(self.texts) <= RAGGED else "error"


def _split(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])


def _completed(rows: Collection[list[str]], width: int) -> list[pa.Array]:
    """Rows as *width* columns: what is beyond is cut, what is lacking is empty."""
    columns = list(islice(zip_longest(*rows, fillvalue=""), width))
    columns += [("",) * len(rows)] * (width - len(columns))
    return [pa.array(column, pa.string()) for column in columns]


def _aligned(
    columns: list[pa.Array], ragged: dict[int, list[str]], width: int, labels: int, mark: Mark
) -> Batch:
    """*columns* of rows of one *width*, and between them, each at its place, the *ragged* ones."""
    count = len(columns[0])
    columns = columns + [pa.repeat("", count)] * (labels - width)
    if ragged:
        at = np.fromiter(ragged, np.int64, len(ragged))
        order = np.zeros(count + len(ragged), dtype=np.int64)
        order[at] = np.arange(count, len(order))
        order[np.delete(np.arange(len(order)), at)] = np.arange(count)
        more = _completed(ragged.values(), len(columns))
        pairs = zip(columns, more, strict=True)
        columns = [pa.concat_arrays(pair).take(pa.array(order)) for pair in pairs]
    numbered = {mark[0] + place: cells for place, cells in ragged.items()}
    return Batch(columns[:labels], mark, width, numbered, columns[labels:])


def _by_rows(block: memoryview, table: Table, mark: Mark) -> Batch:
    labels = len(table.labels)
    rows = list(csv.reader(StringIO(str(block, "utf-8"), newline=""), delimiter=table.delimiter))
    ragged = {mark[0] + place: cells for place, cells in enumerate(rows) if len(cells) != labels}
    return Batch(_completed(rows, labels), mark, labels, ragged)


def _batch(block: memoryview, table: Table, mark: Mark) -> Batch:
    width = labels = len(table.labels)
    for _ in range(0 if bytes(block[: len(BOM_UTF8)]) == BOM_UTF8 else 2):
        catch = _Ragged()
        try:
            columns = parsed(block, table, width, catch)
        except pa.ArrowInvalid:
            width = catch.widths.most_common(1)[0][0] if catch.widths else labels
        else:
            ragged = {place: _split(text, table.delimiter) for place, text in catch.texts.items()}
            return _aligned(columns, ragged, width, labels, mark)
        # Between a blank row and an empty cell in quotes only a reader of rows can tell.
        if width == 1 and table.quoted:
            break
    return _by_rows(block, table, mark)


def batches(table: Table, mark: Mark | None = None) -> Generator[Batch]:
    """The rows of *table* in order, from the beginning or from the batch that begins at *mark*."""
    row, byte = mark or (1, table.start)
    for block in blocks(table.text, byte, quoted=table.quoted, size=BLOCK):
        batch = _batch(block, table, (row, byte))
        row, byte = row + len(batch), byte + len(block)
        yield batch


def is_long(table: Table) -> bool:
    """Whether *table* has several batches, so that threads are worth their trouble, and a core is spare for one."""
    size = table.text.stat().st_size - table.start
    return size > (BLOCK or table_blocks.BLOCK) and cores.has_spare_core()


def batches_ahead(table: Table) -> AbstractContextManager[Iterator[Batch]]:
    """All rows of *table*, as :func:`batches` gives them; of a long one a batch is parsed while the last is judged."""
    return ahead(batches(table), threaded=is_long(table))
