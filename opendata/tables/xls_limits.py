"""Whether an old workbook spans what one can span: its fast reader takes room for whatever the records claim.

A damaged byte may claim four thousand million rows, and a process that asks for so much memory is ended. So the
records are looked at before, sheet by sheet as that reader does. Source: [MS-XLS].
"""

import struct
from collections.abc import Iterator

from opendata.tables.faults import malformed, too_large
from opendata.tables.limits import MAX_RECTANGLE

_END, _SHEET, _STRINGS, _PASSWORD, _DIMENSIONS = 0x000A, 0x0085, 0x00FC, 0x002F, 0x0200
#: Records of one cell, and of several beside each other: row and first column come first, the last column at the end.
_CELLS = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x0207, 0x027E, 0x00D6, 0x00FD})
_SPANS = frozenset({0x00BD, 0x00BE})
#: The most rows and columns of a sheet.
ROWS, COLUMNS = 65_536, 256
#: With eight bytes, rows take four each.
_WIDE = 12


class _Unsound(ValueError):
    """The records claim what cannot be."""


def _until_end(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _END:
            return
        at += 4 + length


def _extent(kind: int, record: bytes) -> tuple[int, int]:
    """How many rows and columns the sheet has at least, by *record*."""
    if kind == _DIMENSIONS:
        form = "<IIHH" if len(record) >= _WIDE else "<HHHH"
        top, rows, left, columns = struct.unpack_from(form, record)
        if top > rows or left > columns:
            raise _Unsound(kind)
    else:
        row, column = struct.unpack_from("<HH", record)
        rows, columns = row + 1, column + 1
        if kind in _SPANS:
            columns = struct.unpack_from("<H", record, len(record) - 2)[0] + 1
    if rows > ROWS or columns > COLUMNS:
        raise _Unsound(kind)
    return rows, columns


def _sheets(stream: bytes) -> Iterator[int]:
    """Where the sheets begin; none if they are encrypted."""
    found = []
    for kind, record in _until_end(stream, 0):
        if kind == _PASSWORD:
            return
        if kind == _SHEET:
            found.append(struct.unpack_from("<I", record)[0])
        elif kind == _STRINGS and struct.unpack_from("<4xI", record)[0] > len(stream):
            raise _Unsound(kind)
    yield from found


def _span(stream: bytes) -> int:
    """The cells that all sheets together span."""
    spanned = passed = 0
    for begin in _sheets(stream):
        rows = columns = 0
        for kind, record in _until_end(stream, begin):
            passed += 4 + len(record)
            if kind in _CELLS or kind in _SPANS or kind == _DIMENSIONS:
                extent = _extent(kind, record)
                rows, columns = max(rows, extent[0]), max(columns, extent[1])
        # Sheets that share their records are none that a program wrote.
        if passed > len(stream):
            raise _Unsound(begin)
        spanned += rows * columns
    return spanned


def require_sound(stream: bytes) -> None:
    """Refuse the workbook of these records if it claims what cannot be.

    :raises UnreadableFile: ``malformed-file``, or ``too-large``.
    """
    try:
        spanned = _span(stream)
    except (struct.error, _Unsound) as error:
        raise malformed("XLS", "内部结构有误", "its inner structure is unsound") from error
    if spanned > MAX_RECTANGLE:
        raise too_large(
            f"各工作表合计 {spanned} 个单元格，至多 {MAX_RECTANGLE} 个",
            f"its sheets span {spanned} cells, at most {MAX_RECTANGLE} are read",
            f"<= {MAX_RECTANGLE}",
        )
