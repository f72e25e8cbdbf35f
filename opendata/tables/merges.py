"""Cells merged downwards: each row that one covers repeats its value."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from opendata.tables.grid import Row
from opendata.tables.limits import MAX_SPAN
from opendata.tables.repeated import refuse_swelling

#: Top row and left column, bottom row and right column, all from 0.
Merge = tuple[tuple[int, int], tuple[int, int]]


def group_spans(merges: Sequence[Merge], row: int, left: int) -> list[tuple[int, int]]:
    """The column ranges that are merged sideways, and only sideways, in the physical *row* (from 0)."""
    return [(a - left, b - left) for (top, a), (bottom, b) in merges if top == bottom == row and b > a]


def _downwards(merges: Sequence[Merge], left: int) -> dict[int, list[tuple[int, int]]]:
    """By their top row: column and last row of the merges that go down."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (top, column), (bottom, _) in merges:
        if bottom > top and column >= left:
            found[top].append((column - left, bottom))
    return found


def filled_rows(rows: Iterable[list[str]], merges: Sequence[Merge], left: int) -> Iterator[Row]:
    """*rows*, which begin in column *left*, with merged cells filled; blank rows at the end dropped.

    Blank rows are real between rows, and only formatting below the last one; trailing blank cells go too.
    """
    starts = _downwards(merges, left)
    running: dict[int, tuple[int, str]] = {}
    blanks = size = 0
    for number, cells in enumerate(rows):
        for column, (last, text) in list(running.items()):
            if number > last:
                del running[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
                size += len(text)
        for column, last in starts.get(number, ()):
            if column < len(cells):
                running[column] = (last, cells[column])
        refuse_swelling(size)
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            blanks += 1
            continue
        yield from ([] for _ in range(blanks))
        blanks = 0
        yield cells


def filled_frames(
    frames: Iterable[pl.DataFrame], merges: Sequence[Merge], left: int
) -> Iterator[pl.DataFrame]:
    """*frames* of consecutive rows from row 0 on, with merged cells filled as in :func:`filled_rows`."""
    by_column: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for top, found in _downwards(merges, left).items():
        for column, last in found:
            by_column[column].append((top, last))
    runs = {column: deque(sorted(found)) for column, found in by_column.items()}
    values: dict[int, str | None] = {}
    top = 0
    for frame in frames:
        made = {
            column: _filled(frame[:, column], runs[column], top, values, column)
            for column in runs
            if column < frame.width
        }
        yield frame.with_columns(made.values()) if made else frame
        top += frame.height


def _filled(
    column: pl.Series, runs: deque[tuple[int, int]], top: int, values: dict[int, str | None], number: int
) -> pl.Series:
    """One column of a frame filled; runs that end within it are used up, *values* keeps the open one's value."""
    texts = column.to_list()
    size = 0
    while runs and runs[0][0] < top + len(texts):
        first, last = runs[0]
        if first >= top:
            values[number] = texts[first - top]
        value = values.get(number) or ""
        covered = range(max(first + 1 - top, 0), min(last + 1 - top, len(texts)))
        # Areas may overlap, in as many ways as there are: each filling has its price.
        size += (len(value) + 16) * len(covered)
        refuse_swelling(size, MAX_SPAN)
        for place in covered if value else ():
            texts[place] = texts[place] or value
        if last >= top + len(texts):
            break
        runs.popleft()
    return pl.Series(column.name, texts, dtype=pl.String)
