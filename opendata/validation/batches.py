"""The normalised CSV in batches of columns: every row with its number, ragged rows completed with nulls."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from opendata.tables import Table

Numbers = npt.NDArray[np.int64]
#: Enough rows that the cost per batch vanishes, few enough that many columns of text stay small.
BLOCK = 8 << 20


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
        self.caught: dict[int, list[str]] = {}

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        # The parser counts the header as row 1.
        self.caught[row.number - 1] = next(csv.reader(StringIO(row.text, newline="")), [])
        return "skip"


def _open(table: Table, catch: Callable[[arrow_csv.InvalidRow], str]) -> Iterator[pa.RecordBatch]:
    names = [column_name(index) for index in range(len(table.labels))]
    return iter(
        arrow_csv.open_csv(
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
    )


def _numbers(start: int, count: int, taken: dict[int, list[str]]) -> Numbers:
    """The first *count* numbers from *start* on that no ragged row has taken."""
    if not taken:
        return np.arange(start, start + count, dtype=np.int64)
    skipped = np.fromiter(sorted(taken), np.int64, len(taken))
    free = np.arange(start, start + count + len(skipped), dtype=np.int64)
    return free[~np.isin(free, skipped)][:count]


def _completed(cells: list[str], width: int) -> list[str | None]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _merged(frame: pl.DataFrame, rows: Numbers, ragged: dict[int, list[str]]) -> Batch:
    if not ragged:
        return Batch(frame, rows, {})
    order = sorted(ragged)
    completed = [_completed(ragged[number], frame.width) for number in order]
    added = pl.DataFrame(completed, schema=frame.schema, orient="row")
    numbers = np.concatenate([rows, np.array(order, dtype=np.int64)])
    sorting = np.argsort(numbers, kind="stable")
    return Batch(pl.concat([frame, added])[sorting], numbers[sorting], ragged)


def batches(table: Table) -> Iterator[Batch]:
    """All rows of *table* in order.

    :raises pyarrow.ArrowInvalid: a row is larger than a batch may be.
    """
    catch = _Ragged()
    following = 1
    empty = pl.DataFrame(schema=[(column_name(index), pl.String) for index in range(len(table.labels))])
    for batch in _open(table, catch):
        frame = pl.DataFrame(pl.from_arrow(batch))
        rows = _numbers(following, len(frame), catch.caught)
        last = int(rows[-1]) if len(rows) else following - 1
        ragged = {number: cells for number, cells in catch.caught.items() if number <= last}
        for number in ragged:
            del catch.caught[number]
        following = last + 1
        yield _merged(frame, rows, ragged)
    if catch.caught:
        yield _merged(empty, np.array([], dtype=np.int64), catch.caught)
