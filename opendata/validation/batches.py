"""The normalised CSV in batches of columns: every row with its number, ragged rows completed with nulls."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice, zip_longest

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from opendata.tables import Table

Numbers = npt.NDArray[np.int64]
#: Enough rows that the cost per batch vanishes, few enough that many columns of text stay small.
BLOCK = 8 << 20
#: Ragged rows caught ahead of a batch; with more, the file is read row by row.
RAGGED = 20_000
#: Rows in a batch that is read row by row.
ROWS = 20_000


def column_name(index: int) -> str:
    """The name of column *index*, from 0, in a batch."""
    return f"c{index}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in order: ``frame`` has their cells (null: the row ends before), ``rows`` their data row
    numbers from 1, ``ragged`` the cells, as they are, of those that are shorter or longer than the header.

    A row without any cell looks like a row of empty cells.
    """

    frame: pl.DataFrame
    rows: Numbers
    ragged: dict[int, list[str]]

    def cells(self, position: int) -> list[str]:
        """The cells of the row at *position* in this batch, as they are."""
        whole = self.ragged.get(int(self.rows[position]))
        return list(self.frame.row(position)) if whole is None else whole


class _Ragged:
    """Catches the rows that are no rectangle's while the parser passes them."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        # The parser counts the header as row 1.
        self._texts[row.number - 1] = row.text
        # Where most rows are ragged, the parser would pass the whole file before it gives a batch.
        return "skip" if len(self._texts) < RAGGED else "error"

    def numbers(self) -> Numbers:
        """The numbers of the rows caught, in order."""
        return np.fromiter(sorted(self._texts), np.int64, len(self._texts))

    def take(self, last: int) -> dict[int, list[str]]:
        """Give away the rows up to number *last*, in order, as cells."""
        taken = sorted(number for number in self._texts if number <= last)
        text = "\r\n".join([self._texts.pop(number) for number in taken])
        return dict(zip(taken, csv.reader(StringIO(text, newline="")), strict=True)) if taken else {}


def _names(table: Table) -> list[str]:
    return [column_name(index) for index in range(len(table.labels))]


def _frames(table: Table, catch: Callable[[arrow_csv.InvalidRow], str]) -> Iterator[pl.DataFrame]:
    names = _names(table)
    opened = arrow_csv.open_csv(
        table.csv,
        # With threads the parser does not know the numbers of ragged rows.
        read_options=arrow_csv.ReadOptions(
            column_names=names, skip_rows_after_names=1, block_size=BLOCK, use_threads=False
        ),
        parse_options=arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=catch
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    yield from (pl.DataFrame(pl.from_arrow(batch)) for batch in opened)


def _free(start: int, count: int, taken: Numbers) -> Numbers:
    """The first *count* numbers from *start* on that are not *taken*."""
    numbers = np.arange(start, start + count + len(taken), dtype=np.int64)
    return numbers[~np.isin(numbers, taken)][:count] if len(taken) else numbers


def _completed(ragged: dict[int, list[str]], names: list[str]) -> pl.DataFrame:
    """Ragged rows as columns: what is beyond the header is cut, what is lacking is null."""
    columns = list(islice(zip_longest(*ragged.values()), len(names)))
    lacking = [None] * len(ragged)
    columns += [tuple(lacking)] * (len(names) - len(columns))
    return pl.DataFrame(
        [pl.Series(name, column, dtype=pl.String) for name, column in zip(names, columns, strict=True)]
    )


def _merged(frame: pl.DataFrame, rows: Numbers, ragged: dict[int, list[str]]) -> Batch:
    if not ragged:
        return Batch(frame, rows, {})
    numbers = np.concatenate([rows, np.fromiter(ragged, np.int64, len(ragged))])
    sorting = np.argsort(numbers, kind="stable")
    whole = pl.concat([frame, _completed(ragged, frame.columns)])
    return Batch(whole[sorting], numbers[sorting], ragged)


def _by_rows(table: Table, start: int) -> Iterator[Batch]:
    """The rows from number *start* on, read one by one."""
    names = _names(table)
    records = islice(table.records(), start - 1, None)
    while chunk := list(islice(records, ROWS)):
        numbers = np.arange(start, start + len(chunk), dtype=np.int64)
        rows = dict(zip(numbers.tolist(), chunk, strict=True))
        ragged = {number: cells for number, cells in rows.items() if len(cells) != len(names)}
        yield Batch(_completed(rows, names), numbers, ragged)
        start += len(chunk)


def batches(table: Table) -> Iterator[Batch]:
    """All rows of *table* in order."""
    catch = _Ragged()
    following = 1
    try:
        for frame in _frames(table, catch):
            rows = _free(following, len(frame), catch.numbers())
            last = int(rows[-1]) if len(rows) else following - 1
            following = last + 1
            yield _merged(frame, rows, catch.take(last))
        left = catch.take(table.rows)
        if left:
            yield _merged(_completed({}, _names(table)), np.array([], dtype=np.int64), left)
    except pa.ArrowInvalid:
        # A row larger than a block, or too many ragged ones.
        yield from _by_rows(table, following)
