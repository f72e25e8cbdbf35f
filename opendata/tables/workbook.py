"""Workbooks: XLSX by its own grammar, XLS through calamine; what a person sees in the sheet, as text."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import malformed, protected
from opendata.tables.frames import FrameRows, frame_rows, trimmed
from opendata.tables.grid import Grid, Row, checked_width
from opendata.tables.merges import filled_frames, filled_rows
from opendata.tables.sheets import choose, sheet_grid
from opendata.tables.texts import cell_text
from opendata.tables.xls_container import workbook_stream
from opendata.tables.xls_formats import Zeros, leading_zeros
from opendata.tables.xls_limits import require_sound
from opendata.tables.xlsx import Book, open_book
from opendata.tables.xlsx.sheet import Sheet, holds_anything

#: Rows of the first frame, which are looked at one by one.
_HEAD = 64


def _chosen(book: Book, wanted: str | None) -> tuple[Sheet | None, list[str]]:
    """The first sheet that may be read and holds anything, and the names of all such sheets."""
    chosen, names = None, []
    for place in book.sheets:
        if place.name == wanted or (wanted is None and place.visible):
            sheet = Sheet(book, place) if chosen is None else None
            if sheet and sheet.extent.bottom:
                chosen = sheet
            elif sheet or not holds_anything(book, place):
                continue
            names.append(place.name)
    return chosen, names


def _halved(frames: Iterable[pl.DataFrame]) -> tuple[list[Row], Iterator[pl.DataFrame]]:
    """The first rows one by one, and the rest in frames."""
    source = iter(frames)
    first = next(source)
    head: list[Row] = [trimmed(row) for row in frame_rows(first[:_HEAD])]
    return head, chain([first[_HEAD:]] if first.height > _HEAD else [], source)


def read_xlsx(path: Path, wanted: str | None = None, dialect: Dialect = FOUND_OUT) -> Grid:
    """The sheet (*wanted*, or the first visible one with content) as labels and rows.

    :raises UnreadableFile: broken, a bomb, too wide, empty, or without the wanted sheet.
    """
    with open_book(path) as book:
        chosen, used = _chosen(book, wanted)
        hidden = [place.name for place in book.sheets if not place.visible]
        notes = choose(used, wanted, [place.name for place in book.sheets], "XLSX", hidden)
        assert chosen, "a sheet that is used is chosen"
        notes += chosen.remarks()
        left = chosen.extent.left - 1
        head, rest = _halved(filled_frames(chosen.frames(), chosen.merges, left))
        if dialect.places_header or dialect.drops_rows:
            rows = iter(FrameRows(head, rest, 0))
            return sheet_grid(rows, chosen.merges, left, "xlsx", chosen.name, notes, dialect)
        grid = sheet_grid(iter(head), chosen.merges, left, "xlsx", chosen.name, notes)
        return replace(grid, rows=FrameRows(grid.rows, rest, len(grid.labels)))


@contextmanager
def _told() -> Iterator[None]:
    """Say what calamine raises as a broken file."""
    try:
        yield
    except PasswordError as error:
        raise protected() from error
    except CalamineError as error:
        shown = str(error)[:120]
        raise malformed("XLS", f"无法读取（{shown}）", f"it cannot be read ({shown})") from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise malformed("XLS", "内部结构有误", "its inner structure is unsound") from error


def read_xls(path: Path, wanted: str | None = None, dialect: Dialect = FOUND_OUT) -> Grid:
    """As :func:`read_xlsx`, for the older format.

    :raises UnreadableFile: broken, protected, empty, or without the wanted sheet.
    """
    stream = workbook_stream(path.read_bytes())
    require_sound(stream)
    with _told():
        return _xls_grid(stream, CalamineWorkbook.from_path(path), wanted, dialect)


def _xls_rows(sheet: CalamineSheet, zeros: Zeros | None, left: int) -> Iterator[list[str]]:
    with _told():
        for number, row in enumerate(sheet.iter_rows()):
            cells = [cell_text(value) for value in row]
            if zeros is not None:
                for at in np.flatnonzero(zeros[number, left : left + len(cells)]).tolist():
                    if isinstance(row[at], int | float) and cells[at].isdigit():
                        cells[at] = cells[at].zfill(int(zeros[number, left + at]))
            yield cells


def _xls_grid(stream: bytes, book: CalamineWorkbook, wanted: str | None, dialect: Dialect) -> Grid:
    visible = [data.name for data in book.sheets_metadata if data.visible == SheetVisibleEnum.Visible]
    names = visible if wanted is None else [name for name in book.sheet_names if name == wanted]
    used = [sheet for name in names if (sheet := book.get_sheet_by_name(name)).height]
    hidden = [name for name in book.sheet_names if name not in visible]
    notes = choose([sheet.name for sheet in used], wanted, book.sheet_names, "XLS", hidden)
    chosen = used[0]
    checked_width(chosen.total_width)
    left = chosen.start[1] if chosen.start else 0
    merges = chosen.merged_cell_ranges or []
    return sheet_grid(
        filled_rows(_xls_rows(chosen, leading_zeros(stream, chosen.name), left), merges, left),
        merges,
        left,
        "xls",
        chosen.name,
        notes,
        dialect,
    )


def read_workbook(path: Path, form: str, sheet: str | None = None, dialect: Dialect = FOUND_OUT) -> Grid:
    """The sheet of an ``xlsx`` or ``xls`` file as labels and rows.

    :raises UnreadableFile: broken, a bomb, too wide, empty, or without the wanted sheet.
    """
    return (read_xlsx if form == "xlsx" else read_xls)(path, sheet, dialect)
