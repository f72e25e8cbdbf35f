"""Read any file strictly into one :class:`~opendata.tables.table.Table`."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from catalog.disk import is_full
from catalog.errors import InvalidInput, NotFound, StorageFull, UnreadableFile
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import empty
from opendata.tables.forms import disguise, open_form
from opendata.tables.frames import FrameRows, csv_line
from opendata.tables.grid import Grid
from opendata.tables.lying import fingerprint, new_file, read_lying
from opendata.tables.sniff import container
from opendata.tables.table import Table


def _write(grid: Grid, target: Path) -> int:
    """Write header and rows to *target*; how many rows."""
    count = 0
    if isinstance(grid.rows, FrameRows):
        with target.open("wb") as binary:
            binary.write(csv_line(grid.labels))
            return grid.rows.write(binary)
    with target.open("w", encoding="utf-8", newline="") as out:
        # CRLF, so that the writer quotes a lone CR inside a cell as well as a lone LF.
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(grid.labels)
        for row in grid.rows:
            writer.writerow(row)
            count += 1
    return count


@contextmanager
def _room(scratch: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise InvalidInput(
                f"无法读取该文件（{error.strerror}）。", f"The file cannot be read ({error.strerror})."
            ) from error
        raise StorageFull(
            f"临时文件夹 {scratch} 空间不足，无法整理该文件。",
            f"No space left in {scratch} to normalise the file.",
        ) from error


def _normalised(path: Path, shown: str, scratch: Path, sheet: str | None, dialect: Dialect) -> Table:
    target = new_file(scratch)
    with open_form(path, shown, scratch, sheet, dialect) as opened:
        grid = opened.grid
        rows = _write(grid, target)
    return Table(
        text=target,
        name=shown,
        labels=grid.labels,
        header_row=grid.header_row,
        rows=rows,
        format=grid.format,
        sha256=fingerprint(path),
        size=path.stat().st_size,
        encoding=opened.encoding,
        sheet=grid.sheet,
        first_column=grid.first_column,
        gaps=tuple(number - grid.header_row - 1 - place for place, number in enumerate(grid.dropped)),
        notes=grid.notes,
        start=len(csv_line(grid.labels)),
    )


def read(
    path: Path,
    *,
    name: str | None = None,
    scratch: Path,
    sheet: str | None = None,
    dialect: Dialect = FOUND_OUT,
) -> Table:
    """Read *path* (any format of docs/inputs.md) into one table of text.

    :param name: the file's own name, when *path* is named by its hash; its suffix is a hint only.
    :param scratch: an existing folder for a copy of the text, where one is needed; the caller removes it.
    :param sheet: the worksheet to read; default: the first visible one with content.
    :param dialect: what is declared of the file's layout; the rest is found out.
    :returns: a table; when the file cannot be read, one without rows whose findings say why.
    :raises NotFound: there is no such file, or it is a folder, a pipe or a device.
    :raises InvalidInput: the file may not be, or cannot be, read.
    :raises StorageFull: *scratch* has no room.
    """
    if not path.is_file():
        raise NotFound(f"找不到文件 {path.name}。", f"There is no file {path.name}.")
    shown = name or path.name
    suffix = Path(shown).suffix.lower()
    with _room(scratch):
        try:
            if not path.stat().st_size:
                raise empty()
            lying = None if container(path, suffix) else read_lying(path, suffix, scratch, dialect)
            if lying:
                return replace(lying, name=shown, notes=lying.notes + disguise(suffix, lying.format))
            return _normalised(path, shown, scratch, sheet, dialect)
        except UnreadableFile as error:
            form = suffix.removeprefix(".") or "unknown"
            digest, size = fingerprint(path), path.stat().st_size
            return Table(path, shown, (), 0, 0, form, digest, size, findings=error.findings, start=size)
