"""Rows that are kept as frames of text columns, so that they can be written without a look at each cell."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import IO

import polars as pl

from opendata.tables.grid import Row
from opendata.tables.repeated import refuse_swelling


def frame_rows(frame: pl.DataFrame) -> list[list[str]]:
    """The rows of *frame* as cells; null is blank."""
    return [list(row) for row in frame.fill_null("").rows()]


def trimmed(cells: list[str]) -> list[str]:
    """*cells* without the blank ones at the end."""
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def csv_line(*rows: Row) -> bytes:
    """*rows* as CSV: UTF-8, commas, CRLF."""
    text = StringIO(newline="")
    # CRLF, so that the writer quotes a lone CR inside a cell as well as a lone LF.
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


class FrameRows:
    """The rows below a header of *width* cells: some *first* ones, then those of *frames*.

    A filled row is completed to *width* cells, or longer if it is; a blank one has none; blank rows at
    the end are dropped unless *keep_blank*. It can be iterated, or written, once.
    """

    def __init__(
        self, first: Iterable[Row], frames: Iterable[pl.DataFrame], width: int, *, keep_blank: bool = False
    ) -> None:
        self._first, self._frames, self._width = first, frames, width
        self._keep_blank = keep_blank
        self._blanks = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._first:
            yield from self._one(list(row))
        for frame in self._weighed():
            for row in frame_rows(frame):
                yield from self._one(row)

    def _weighed(self) -> Iterator[pl.DataFrame]:
        """The frames, as long as their texts are not more than a file may stand for."""
        size = 0
        for frame in self._frames:
            size += sum(frame.select(pl.all().str.len_bytes().sum()).row(0))
            refuse_swelling(size)
            yield frame

    def _one(self, row: list[str]) -> Iterator[Row]:
        cells = trimmed(row)
        if not cells and self._keep_blank:
            yield cells
            return
        if not cells:
            self._blanks += 1
            return
        yield from ([] for _ in range(self._blanks))
        self._blanks = 0
        yield [*cells, *[""] * (self._width - len(cells))]

    def write(self, out: IO[bytes]) -> int:
        """Write all rows to *out* as CSV (UTF-8, commas, CRLF); how many."""
        count = self._write_rows(out, (row for first in self._first for row in self._one(list(first))))
        for frame in self._weighed():
            if self._is_rectangle(frame):
                count += self._write_blanks(out)
                out.write(_rectangle(frame[:, : self._width], self._width))
                count += frame.height
            else:
                count += self._write_rows(out, (row for one in frame_rows(frame) for row in self._one(one)))
        return count

    def _write_rows(self, out: IO[bytes], rows: Iterable[Row]) -> int:
        made = list(rows)
        out.write(csv_line(*made))
        return len(made)

    def _write_blanks(self, out: IO[bytes]) -> int:
        count, self._blanks = self._blanks, 0
        out.write(b"\r\n" * count)
        return count

    def _is_rectangle(self, frame: pl.DataFrame) -> bool:
        """Whether no row is blank and none has cells beyond the header."""
        if self._width < 2 or not frame.height:  # noqa: PLR2004 - a lone empty cell must be told from a blank row
            return False
        filled_cell = [pl.col(name).str.contains(r"\S").fill_null(value=False) for name in frame.columns]
        beyond = pl.any_horizontal([*filled_cell[self._width :], pl.lit(value=False)]).any()
        blank = pl.any_horizontal(filled_cell[: self._width]).not_().any()
        asked = frame.select(beyond=beyond, blank=blank).row(0)
        return not any(asked)


def _rectangle(frame: pl.DataFrame, width: int) -> bytes:
    lacking = [pl.lit(None, pl.String).alias(f"+{number}") for number in range(width - frame.width)]
    text = BytesIO()
    frame.with_columns(lacking).write_csv(
        text, include_header=False, line_terminator="\r\n", quote_style="necessary"
    )
    return text.getvalue()
