"""A guard against a few bytes that stand for very many cells."""

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed, too_large
from opendata.tables.grid import checked_width
from opendata.tables.limits import MAX_RECTANGLE, MAX_REPEATED, MAX_SHEET_ROWS


def refuse_swelling(size: int, most: int = MAX_REPEATED) -> None:
    """Refuse cells that a file's repetitions make more than *most* bytes in all.

    :raises UnreadableFile: ``too-large``.
    """
    if size > most:
        limit = most // 2**20
        raise too_large(
            f"重复的单元格展开后超过 {limit} MB",
            f"repeated cells amount to more than {limit} MB",
            f"<= {limit} MB",
        )


def refuse_vast(rows: int, columns: int, form: str) -> None:
    """Refuse a sheet that spans more rows and columns than a reader may make room for.

    :raises UnreadableFile: ``too-large``, or ``malformed-file`` for a row that no sheet has.
    """
    if rows > MAX_SHEET_ROWS:
        raise _no_such_row(rows, form)
    if rows * columns > MAX_RECTANGLE:
        raise too_large(
            f"工作表跨越 {rows} 行 × {columns} 列",
            f"a sheet spans {rows} rows × {columns} columns",
            f"<= {MAX_RECTANGLE} cells",
            value=f"{rows} × {columns}",
        )
    checked_width(columns)


def _no_such_row(row: int, form: str) -> UnreadableFile:
    return malformed(form, f"第 {row} 行不可能存在", f"there can be no row {row}", row=row)
