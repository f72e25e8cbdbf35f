"""What a workbook would unpack to, measured before anything reads it."""

import re
import zipfile
import zlib
from pathlib import Path

from opendata.tables.faults import malformed, too_large, unsupported
from opendata.tables.limits import MAX_RATIO, MAX_RECTANGLE, MAX_UNPACKED, SMALL_PART

_CHUNK = 1 << 20
_OVERLAP = 256
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(?=\d)')
_ROW = re.compile(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="[A-Z]{0,3}(\d{1,7})"')


def _refuse_size(unpacked: int) -> Exception:
    return too_large(
        f"解压后至少 {unpacked // 2**20} MB，至多 {MAX_UNPACKED // 2**20} MB",
        f"it unpacks to {unpacked // 2**20} MB or more, at most {MAX_UNPACKED // 2**20} MB are read",
        f"<= {MAX_UNPACKED // 2**20} MB",
        value=f"{unpacked // 2**20} MB",
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _span(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    """The last row and column that a part's cells name; reading it also proves its size and checksum."""
    columns: set[bytes] = set()
    last_row = 0
    tail = b""
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            text = tail + chunk
            columns.update(_CELL.findall(text))
            last_row = max(last_row, max(map(int, _ROW.findall(text)), default=0))
            tail = text[-_OVERLAP:]
    return last_row, max(map(_column_number, columns), default=0)


def _inspect(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if not any(part.filename.startswith("xl/") for part in parts):
        raise unsupported("ZIP")
    declared = sum(part.file_size for part in parts)
    if declared > MAX_UNPACKED:
        raise _refuse_size(declared)
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise _refuse_size(part.file_size)
    for part in parts:
        rows, columns = _span(archive, part)
        if part.filename.startswith("xl/worksheets/") and rows * columns > MAX_RECTANGLE:
            raise too_large(
                f"工作表跨越 {rows} 行 × {columns} 列",
                f"a sheet spans {rows} rows × {columns} columns",
                f"<= {MAX_RECTANGLE} cells",
                value=f"{rows} × {columns}",
            )


def inspect_workbook(path: Path) -> None:
    """Prove that *path* is a whole zip archive and that reading it will not exhaust the machine.

    A part's declared size is a claim; ``zipfile`` stops there and then compares the checksum, so a
    lie about the size ends as a broken archive. A sheet of two far-apart cells is small on disk and
    in XML and still makes readers allocate the rectangle between them.

    :raises UnreadableFile: ``too-large`` or ``malformed-file``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _inspect(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise malformed("XLSX", "压缩包不完整或已加密", "the archive is cut, damaged or encrypted") from error
