"""XLSX and XLS through calamine: what a person sees in the sheet, as text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from catalog.records import Text
from opendata.tables.archive import inspect_workbook
from opendata.tables.faults import empty, malformed
from opendata.tables.grid import Grid, Row, checked_width, clean_label, filled, split, title_notes

Merge = tuple[tuple[int, int], tuple[int, int]]
_DAY = 86_400


def cell_text(value: object) -> str:
    """One cell as text: codes as they stand, whole numbers without a point, dates in ISO 8601.

    A moment is written with a space (RFC 3339 allows it), because that is the form both ISO readers
    and the usual ``%Y-%m-%d %H:%M:%S`` accept; a moment at midnight is a date, as Excel has no other.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            day = value.time() == time()
            return value.date().isoformat() if day else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = value.days * _DAY + value.seconds
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


def _choose(book: CalamineWorkbook, wanted: str | None) -> tuple[CalamineSheet, tuple[Text, ...]]:
    """The wanted sheet, else the first visible one that holds anything; the others are noted."""
    visible = [
        data.name
        for data in book.sheets_metadata
        if data.typ == SheetTypeEnum.WorkSheet and data.visible == SheetVisibleEnum.Visible
    ]
    sheets = [book.get_sheet_by_name(name) for name in ([wanted] if wanted else visible)]
    used = [sheet for sheet in sheets if sheet.height]
    if not used:
        raise empty()
    others = "、".join(sheet.name for sheet in used[1:])
    if not others:
        return used[0], ()
    return used[0], (
        Text(
            f"只读取工作表“{used[0].name}”；未读：{others}",
            f"Only sheet {used[0].name} is read; not read: {others}",
        ),
    )


def _texts(sheet: CalamineSheet, merges: Sequence[Merge]) -> Iterator[Row]:
    """The rows as text, trailing blanks dropped; a cell merged downwards repeats its value."""
    left = sheet.start[1] if sheet.start else 0
    starts = {top: [] for (top, _), _ in merges}  # type: dict[int, list[Merge]]
    for merge in merges:
        starts[merge[0][0]].append(merge)
    running: dict[int, tuple[int, str]] = {}
    blanks = 0
    for number, values in enumerate(sheet.iter_rows()):
        cells = [cell_text(value) for value in values]
        for column, (last, text) in list(running.items()):
            if number > last:
                del running[column]
            elif column < len(cells):
                cells[column] = cells[column] or text
        for (_, first), (last, _) in starts.get(number, ()):
            column = first - left
            if last > number and 0 <= column < len(cells):
                running[column] = (last, cells[column])
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            blanks += 1
            continue
        # Blank rows are real between rows, and only formatting below the last one.
        yield from ([] for _ in range(blanks))
        blanks = 0
        yield cells


def _below(labels: Sequence[str], sub: Row, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Labels of a header of two rows: under a group its parts, named with the group when not unique."""
    width = max(len(labels), len(sub))
    upper = [*labels, *[""] * (width - len(labels))]
    lower = [clean_label(cell) for cell in [*sub, *[""] * (width - len(sub))]]
    for first, last in spans:
        upper[first : last + 1] = [upper[first]] * (last - first + 1)
    merged = [below if below and below != above else above for above, below in zip(upper, lower, strict=True)]
    return tuple(
        f"{above} {below}" if merged.count(label) > 1 and below and above != below else label
        for label, above, below in zip(merged, upper, lower, strict=True)
    )


def _group_spans(merges: Sequence[Merge], row: int, left: int) -> list[tuple[int, int]]:
    """The column ranges that are merged sideways, and only sideways, in the physical *row* (from 0)."""
    return [(a - left, b - left) for (top, a), (bottom, b) in merges if top == bottom == row and b > a]


def _grid(sheet: CalamineSheet, form: str, notes: tuple[Text, ...]) -> Grid:
    merges = sheet.merged_cell_ranges or []
    left = sheet.start[1] if sheet.start else 0
    checked_width(sheet.total_width)
    titles, labels, rows = split(_texts(sheet, merges))
    header_row = len(titles) + 1
    spans = _group_spans(merges, header_row - 1, left)
    if spans and len(labels) > 1:
        labels = _below(labels, next(rows, []), spans)
        header_row += 1
        notes += (Text("表头有两行，已合并为一行列名", "The header has two rows; they were joined into one"),)
    width = len(labels)
    full = (row if not filled(row) else [*row, *[""] * (width - len(row))] for row in rows)
    notes = title_notes(titles) + notes
    return Grid(labels, header_row, full, form, sheet.name, left + 1, notes)


def read_workbook(path: Path, form: str, sheet: str | None = None) -> Grid:
    """The sheet (*sheet*, or the first visible one with content) as labels and rows.

    :raises UnreadableFile: broken, a bomb, too wide, empty, or without the wanted sheet.
    """
    if form == "xlsx":
        inspect_workbook(path)
    try:
        book = CalamineWorkbook.from_path(path)
        chosen, notes = _choose(book, sheet)
    except CalamineError as error:
        shown = str(error)[:120]
        raise malformed(form.upper(), f"无法打开（{shown}）", f"it cannot be opened ({shown})") from error
    return _grid(chosen, form, notes)
