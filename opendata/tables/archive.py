"""What a workbook would unpack to, measured before anything reads it."""

import zipfile
import zlib
from pathlib import Path

from catalog.workbooks import measure
from opendata.tables.faults import malformed, too_large, unsupported
from opendata.tables.limits import MAX_RATIO, MAX_RECTANGLE, MAX_UNPACKED, SMALL_PART

_KINDS = (("xl/workbook.bin", "XLSB"), ("content.xml", "ODS"), ("word/document.xml", "DOCX"))
#: What zip raises where an archive is damaged, cut, encrypted or of an unknown method.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def _refuse_size(unpacked: int) -> Exception:
    return too_large(
        f"解压后至少 {unpacked // 2**20} MB，至多 {MAX_UNPACKED // 2**20} MB",
        f"it unpacks to {unpacked // 2**20} MB or more, at most {MAX_UNPACKED // 2**20} MB are read",
        f"<= {MAX_UNPACKED // 2**20} MB",
        value=f"{unpacked // 2**20} MB",
    )


def _kind(parts: list[zipfile.ZipInfo]) -> str | None:
    """What the archive is, if it is surely no XLSX workbook."""
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" in names:
        return None
    found = next((kind for name, kind in _KINDS if name in names), "ZIP")
    return None if found == "ZIP" and any(name.startswith("xl/") for name in names) else found


def _inspect(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    kind = _kind(parts)
    if kind:
        raise unsupported(kind)
    declared = sum(part.file_size for part in parts)
    if declared > MAX_UNPACKED:
        raise _refuse_size(declared)
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise _refuse_size(part.file_size)
    for extent in measure(archive):
        if extent.rows * extent.columns > MAX_RECTANGLE:
            raise too_large(
                f"工作表跨越 {extent.rows} 行 × {extent.columns} 列",
                f"a sheet spans {extent.rows} rows × {extent.columns} columns",
                f"<= {MAX_RECTANGLE} cells",
                value=f"{extent.rows} × {extent.columns}",
            )


def inspect_workbook(path: Path) -> None:
    """Prove that *path* is a sound XLSX workbook and that reading it will not exhaust the machine.

    A part's declared size is a claim; ``zipfile`` stops there and then compares the checksum, so a
    lie about the size ends as a broken archive. What the sheets span is for :func:`catalog.workbooks.measure`.

    :raises UnreadableFile: ``too-large``, ``malformed-file`` or ``unsupported-format``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _inspect(archive)
    except _BROKEN as error:
        raise malformed("XLSX", "压缩包不完整或已加密", "the archive is cut, damaged or encrypted") from error
    except ValueError as error:
        shown = str(error)[:120]
        raise malformed("XLSX", f"内容有误（{shown}）", f"its parts are unsound ({shown})") from error
