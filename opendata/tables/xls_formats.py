"""With how many digits an old workbook shows a whole number: 123 under the format 000000 is the code 000123.

Source: [MS-XLS], Excel Binary File Format: the records BOF, BOUNDSHEET, FORMAT, XF, NUMBER, RK, MULRK and FORMULA.
"""

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from opendata.tables.faults import malformed
from opendata.tables.xls_limits import COLUMNS, ROWS
from opendata.tables.xlsx.formats import custom_format

_BOF, _END, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_EIGHT = 0x0600
#: By row and column from 0: the least digits of a whole number there; 0: as many as it has.
Zeros = npt.NDArray[np.uint8]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from *at* to the end of the part that begins there, with what is nested in it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _END)
        if not depth:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _text(record: bytes, at: int, *, eight: bool, wide: bool) -> str:
    """The text at *at*; *wide*: its length takes two bytes in the newer edition."""
    if not eight:
        return record[at + 1 : at + 1 + record[at]].decode("gb18030", "replace")
    count = struct.unpack_from("<H" if wide else "<B", record, at)[0]
    at += 2 if wide else 1
    if record[at] & 1:
        return record[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
    return record[at + 1 : at + 1 + count].decode("latin-1")


def _globals(stream: bytes, sheet: str) -> tuple[int | None, npt.NDArray[np.uint8]]:
    """Where *sheet* begins, and the digits of each style."""
    begin, eight = None, True
    formats: dict[int, int] = {}
    styles: list[int] = []
    for kind, record in _records(stream, 0):
        if kind == _BOF:
            eight = struct.unpack_from("<H", record)[0] == _EIGHT
        elif kind == _SHEET and _text(record, 6, eight=eight, wide=False) == sheet:
            begin = int(struct.unpack_from("<I", record)[0])
        elif kind == _FORMAT:
            number = struct.unpack_from("<H", record)[0]
            formats[number] = custom_format(_text(record, 2, eight=eight, wide=True)).zeros
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<2xH", record)[0])
    return begin, np.array([formats.get(number, 0) for number in styles], np.uint8)


def _numbers(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    """Row, column and style of each number of the sheet that begins at *begin*."""
    for kind, record in _records(stream, begin):
        if kind in (_NUMBER, _SHORT_NUMBER, _FORMULA):
            yield struct.unpack_from("<HHH", record)
        elif kind == _SHORT_NUMBERS:
            row, first = struct.unpack_from("<HH", record)
            for offset in range((len(record) - 6) // 6):
                yield row, first + offset, struct.unpack_from("<H", record, 4 + 6 * offset)[0]


def leading_zeros(stream: bytes, sheet: str) -> Zeros | None:
    """The digits of the numbers of *sheet* in the workbook of the records *stream*; None if none is shown with zeros.

    :raises UnreadableFile: the workbook is broken.
    """
    try:
        begin, digits = _globals(stream, sheet)
        if begin is None or not (digits > 1).any():
            return None
        zeros = np.zeros((ROWS, COLUMNS), np.uint8)
        for row, column, style in _numbers(stream, begin):
            zeros[row, column] = digits[style]
    except (struct.error, IndexError) as error:
        raise malformed("XLS", "内部结构有误", "its inner structure is unsound") from error
    return zeros
