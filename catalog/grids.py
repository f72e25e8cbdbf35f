"""Spreadsheets as grids of text: the bytes of a CSV or XLSX file in, rows of strings out.

What is read here was made by somebody else, so nothing is believed: text is decoded strictly, and a
workbook is unpacked once against limits before its reader sees it.
"""

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from catalog.encoding import decide
from catalog.errors import NotFound, UnreadableFile
from catalog.records import Finding, Text
from catalog.workbooks import measure

MAX_BYTES = 64 * 2**20
#: What a workbook may unpack to; the largest real registries are a hundredth of it.
MAX_UNPACKED = 256 * 2**20
MAX_COLUMNS = 500
MAX_CELLS = 5_000_000
#: What one cell of a spreadsheet can hold.
MAX_CELL = 32_767
#: A cell of text so long is no cell but a quotation mark that was never closed.
_MAX_FIELD = 131_072
#: What zip, XML and workbook readers raise where a file is damaged, cut, encrypted or of an unknown method.
_BROKEN = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
#: How files begin that are no sheets, whatever their name says.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": Text("旧版 XLS 或加密的工作簿", "an old XLS or an encrypted workbook"),
    b"%PDF": Text("PDF 文件", "a PDF file"),
    b"\x89PNG": Text("图片", "a picture"),
    b"\xff\xd8\xff": Text("图片", "a picture"),
    b"Rar!": Text("压缩包", "an archive"),
    b"7z\xbc\xaf": Text("压缩包", "an archive"),
    b"\x1f\x8b": Text("压缩包", "an archive"),
}


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name (a CSV file's own name) and its cells; row 1 of the sheet is ``rows[0]``."""

    name: str
    rows: list[list[str]]


def read_grids(path: Path) -> list[Grid]:
    """Every visible sheet of the CSV or XLSX file at *path*.

    :raises NotFound: there is no such file.
    :raises UnreadableFile: the file cannot be used; its one finding says where and why.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except FileNotFoundError as error:
        raise NotFound(f"文件不存在：{path.name}", f"no such file: {path.name}") from error
    except OSError as error:
        raise _refusal(
            path, "malformed-file", f"无法读取（{error.strerror}）", f"cannot be read ({error.strerror})"
        ) from error
    if content is None:
        raise _too_large(path, f"文件超过 {MAX_BYTES >> 20} MB", f"the file is over {MAX_BYTES >> 20} MB")
    if not content.strip():
        raise _refusal(path, "empty-file", "文件为空", "the file is empty")
    if content.startswith(b"PK\x03\x04"):
        return _read_workbook(path, content)
    for signature, kind in _OTHERS.items():
        if content.startswith(signature):
            raise _refusal(
                path,
                "unsupported-format",
                f"是 {kind.zh}，请另存为 XLSX 或 CSV",
                f"is {kind.en}; save it as XLSX or CSV",
            )
    return [Grid(path.name, _read_csv(path, content))]


def _read_csv(path: Path, content: bytes) -> list[list[str]]:
    try:
        encoding = decide(io.BytesIO(content))
    except UnreadableFile as error:
        (found,) = error.findings
        raise _refusal(path, found.code, found.message.zh, found.message.en, byte=found.byte) from error
    text = content[encoding.skip :].decode(encoding.codec)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)
            if len(row) > MAX_COLUMNS:
                raise _too_wide(path, len(row), len(rows))
            # The reader's own limit belongs to the whole process, and readers of data raise it.
            if max(map(len, row), default=0) > _MAX_FIELD:
                raise _too_long(path, len(rows))
    except csv.Error as error:
        number = len(rows) + 1
        if "limit" in str(error):
            raise _too_long(path, number) from error
        raise _refusal(
            path,
            "malformed-file",
            f"第 {number} 行无法读取：{error}",
            f"row {number} cannot be read: {error}",
            row=number,
        ) from error
    return rows


def _read_workbook(path: Path, content: bytes) -> list[Grid]:
    try:
        _guard(path, content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [
            sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
        ]
        return [Grid(name, _read_sheet(workbook.get_sheet_by_name(name))) for name in names]
    except _BROKEN as error:
        raise _refusal(
            path, "malformed-file", f"不是完好的 XLSX 文件（{error}）", f"is not a sound XLSX file ({error})"
        ) from error


def _guard(path: Path, content: bytes) -> None:
    """Refuse a workbook that would exhaust the machine, before its reader sees it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        total = sum(member.file_size for member in archive.infolist())
        if total > MAX_UNPACKED:
            raise _too_large(
                path,
                f"解压后达 {total >> 20} MB，上限 {MAX_UNPACKED >> 20} MB",
                f"unpacks to {total >> 20} MB; the limit is {MAX_UNPACKED >> 20} MB",
            )
        for extent in measure(archive):
            if extent.columns > MAX_COLUMNS:
                raise _too_wide(path, extent.columns, None)
            if extent.rows * extent.columns > MAX_CELLS:
                raise _too_large(
                    path,
                    f"工作表达 {extent.rows} 行 × {extent.columns} 列，上限 {MAX_CELLS} 格",
                    f"a sheet spans {extent.rows} rows × {extent.columns} columns; the limit is {MAX_CELLS} cells",
                )


def _read_sheet(sheet: CalamineSheet) -> list[list[str]]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    # A merged cell says its value once; every cell that it covers means it.
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _refusal(
    path: Path, code: str, zh: str, en: str, *, row: int | None = None, byte: int | None = None
) -> UnreadableFile:
    zh, en = f"{path.name} {zh}", f"{path.name}: {en}"
    return UnreadableFile(zh, en, [Finding(code, Text(zh, en), sheet=path.name, row=row, byte=byte)])


def _too_large(path: Path, zh: str, en: str) -> UnreadableFile:
    return _refusal(path, "too-large", zh, en)


def _too_wide(path: Path, width: int, row: int | None) -> UnreadableFile:
    return _refusal(
        path,
        "too-large",
        f"有 {width} 列，上限 {MAX_COLUMNS} 列",
        f"has {width} columns; the limit is {MAX_COLUMNS}",
        row=row,
    )


def _too_long(path: Path, row: int) -> UnreadableFile:
    return _refusal(
        path,
        "too-large",
        f"第 {row} 行有一个单元格超过 {_MAX_FIELD} 个字符",
        f"a cell of row {row} is longer than {_MAX_FIELD} characters",
        row=row,
    )
