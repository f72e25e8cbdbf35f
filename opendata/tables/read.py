"""Read any file strictly into one :class:`~opendata.tables.table.Table`."""

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.disk import is_full
from catalog.encoding import Encoding, decide
from catalog.errors import NotFound, StorageFull, UnreadableFile
from catalog.records import Text
from opendata.tables.delimited import read_delimited
from opendata.tables.documents import read_document
from opendata.tables.faults import empty, malformed
from opendata.tables.grid import Grid
from opendata.tables.sniff import container, text_kind
from opendata.tables.table import Table
from opendata.tables.workbook import read_workbook


def _fingerprint(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _head(path: Path, encoding: Encoding) -> str:
    with path.open("rb") as source:
        source.seek(encoding.skip)
        return source.read(4096).decode(encoding.codec, "ignore")


def _grid(path: Path, suffix: str, sheet: str | None) -> tuple[Grid, str | None]:
    """The reader's answer and the encoding, which workbooks have none of."""
    form = container(path)
    if form:
        return read_workbook(path, form, sheet), None
    with path.open("rb") as source:
        encoding = decide(source)
    kind = text_kind(_head(path, encoding), suffix)
    if kind == "json":
        try:
            return read_document(path, encoding), encoding.name
        except UnreadableFile:
            # A CSV whose first label begins with a bracket is still a CSV.
            if suffix in {".json", ".geojson", ".jsonl", ".ndjson"} or suffix not in {".csv", ".tsv", ".txt"}:
                raise
    grid = read_delimited(path, encoding)
    if suffix in {".xlsx", ".xls"} and len(grid.labels) < 2:  # noqa: PLR2004 - text in one column is no sheet
        raise malformed("XLSX", "没有工作簿的文件头", "it lacks the signature of a workbook")
    return grid, encoding.name


def _write(grid: Grid, target: Path) -> int:
    """Write header and rows to *target*; how many rows."""
    count = 0
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
            raise
        raise StorageFull(
            f"临时文件夹 {scratch} 空间不足，无法整理该文件。",
            f"No space left in {scratch} to normalise the file.",
        ) from error


def _disguise(suffix: str, form: str) -> tuple[Text, ...]:
    """A note when the name says one format and the content is another."""
    kin = {
        "csv": {".csv", ".txt"},
        "tsv": {".tsv", ".txt", ".csv"},
        "xlsx": {".xlsx", ".xlsm"},
        "xls": {".xls"},
    }
    kin |= {"json": {".json"}, "jsonl": {".jsonl", ".ndjson", ".json"}, "geojson": {".geojson", ".json"}}
    if not suffix or suffix in kin[form]:
        return ()
    return (
        Text(
            f"文件扩展名是 {suffix}，内容是 {form.upper()}，按内容读取",
            f"The name ends in {suffix}, the content is {form.upper()} and was read as such",
        ),
    )


def read(path: Path, *, name: str | None = None, scratch: Path, sheet: str | None = None) -> Table:
    """Read *path* (CSV, TSV, XLSX, XLS, JSON, JSON Lines, GeoJSON) into one table of text.

    :param name: the file's own name, when *path* is named by its hash; its suffix is a hint only.
    :param scratch: an existing folder for the normalised CSV; the caller removes it.
    :param sheet: the worksheet to read; default: the first visible one with content.
    :returns: a table; when the file cannot be read, one without rows whose findings say why.
    :raises NotFound: there is no such file.
    :raises StorageFull: *scratch* has no room.
    """
    if not path.is_file():
        raise NotFound(f"找不到文件 {path.name}。", f"There is no file {path.name}.")
    shown = name or path.name
    suffix = Path(shown).suffix.lower()
    digest, size = _fingerprint(path), path.stat().st_size
    with _room(scratch):
        with tempfile.NamedTemporaryFile(dir=scratch, prefix="table-", suffix=".csv", delete=False) as made:
            target = Path(made.name)
        try:
            if not size:
                raise empty()
            grid, encoding = _grid(path, suffix, sheet)
            rows = _write(grid, target)
        except UnreadableFile as error:
            target.write_bytes(b"")
            form = suffix.removeprefix(".") or "unknown"
            return Table(target, shown, (), 0, 0, form, digest, size, findings=error.findings)
    return Table(
        csv=target,
        name=shown,
        labels=grid.labels,
        header_row=grid.header_row,
        rows=rows,
        format=grid.format,
        sha256=digest,
        size=size,
        encoding=encoding,
        sheet=grid.sheet,
        first_column=grid.first_column,
        notes=grid.notes + _disguise(suffix, grid.format),
    )
