"""From a file of any kind to labels and rows: unpacked if it is packed, told apart, given to its reader."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.encoding import Encoding, decide
from catalog.errors import UnreadableFile
from catalog.records import Text
from opendata.tables.delimited import read_delimited
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.documents import read_document
from opendata.tables.faults import malformed, unsupported
from opendata.tables.grid import Grid
from opendata.tables.markup import read_page
from opendata.tables.ods import read_ods
from opendata.tables.parquet import read_parquet
from opendata.tables.sheet_xml import read_sheet_xml
from opendata.tables.sniff import container, text_kind
from opendata.tables.workbook import read_workbook
from opendata.tables.zipped import unpacked

_DOCUMENTS = frozenset({".json", ".geojson", ".jsonl", ".ndjson"})
_PACKED = frozenset({"zip", "gzip"})
#: The suffixes under which each format is expected; another is noted.
_SUFFIXES: Mapping[str, frozenset[str]] = {
    "csv": frozenset({".csv", ".txt"}),
    "tsv": frozenset({".tsv", ".txt", ".csv"}),
    "xlsx": frozenset({".xlsx", ".xlsm"}),
    "xls": frozenset({".xls"}),
    "ods": frozenset({".ods"}),
    "html": frozenset({".html", ".htm"}),
    "xml": frozenset({".xml"}),
    "json": frozenset({".json"}),
    "jsonl": frozenset({".jsonl", ".ndjson", ".json"}),
    "geojson": frozenset({".geojson", ".json"}),
    "parquet": frozenset({".parquet"}),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's labels and rows, still streaming, and its encoding, if it is text."""

    grid: Grid
    encoding: str | None


def _head(path: Path, encoding: Encoding) -> str:
    with path.open("rb") as source:
        source.seek(encoding.skip)
        return source.read(4096).decode(encoding.codec, "ignore")


def _text(path: Path, suffix: str, dialect: Dialect) -> Opened:
    """The grid of a text file."""
    with path.open("rb") as source:
        encoding = decide(source)
    if text_kind(_head(path, encoding), suffix) == "json":
        try:
            return Opened(read_document(path, encoding), encoding.name)
        except UnreadableFile:
            # A CSV whose first label begins with a bracket is still a CSV.
            if suffix in _DOCUMENTS or suffix not in {".csv", ".tsv", ".txt"}:
                raise
    grid = read_delimited(path, encoding, dialect)
    if suffix in {".xlsx", ".xls", ".ods"} and len(grid.labels) < 2:  # noqa: PLR2004 - text in one column is no sheet
        raise malformed("XLSX", "没有工作簿的文件头", "it lacks the signature of a workbook")
    return Opened(grid, encoding.name)


def _page(path: Path, sheet: str | None, dialect: Dialect) -> Opened:
    with path.open("rb") as source:
        encoding = decide(source)
    return Opened(read_page(path, encoding, sheet, dialect), encoding.name)


def _opened(path: Path, form: str | None, suffix: str, sheet: str | None, dialect: Dialect) -> Opened:
    sheet = sheet or dialect.sheet
    match form:
        case None:
            return _text(path, suffix, dialect)
        case "html":
            return _page(path, sheet, dialect)
        case "xmlss":
            return Opened(read_sheet_xml(path, sheet, dialect), None)
        case "ods":
            return Opened(read_ods(path, sheet, dialect), None)
        case "parquet":
            return Opened(read_parquet(path), None)
    return Opened(read_workbook(path, form, sheet, dialect), None)


def disguise(suffix: str, form: str) -> tuple[Text, ...]:
    """A note when the name says one format and the content is another."""
    if not suffix or suffix in _SUFFIXES[form]:
        return ()
    return (
        Text(
            f"文件扩展名是 {suffix}，内容是 {form.upper()}，按内容读取",
            f"The name ends in {suffix}, the content is {form.upper()} and was read as such",
        ),
    )


def _noted(opened: Opened, notes: tuple[Text, ...], suffix: str) -> Opened:
    grid = opened.grid
    return replace(opened, grid=replace(grid, notes=notes + grid.notes + disguise(suffix, grid.format)))


@contextmanager
def open_form(
    path: Path, name: str, scratch: Path, sheet: str | None = None, dialect: Dialect = FOUND_OUT
) -> Iterator[Opened]:
    """The grid of the file *path*, whose own name is *name*; its rows stream as long as the block lasts.

    :param scratch: an existing folder for what is packed.
    :raises UnreadableFile: the content is no table, or broken.
    """
    suffix = Path(name).suffix.lower()
    form = container(path, suffix)
    if form not in _PACKED:
        yield _noted(_opened(path, form, suffix, sheet, dialect), (), suffix)
        return
    with unpacked(path, name, form, scratch) as inner:
        suffix = Path(inner.name).suffix.lower()
        kind = container(inner.path, suffix)
        if kind in _PACKED:
            raise unsupported(f"{form} in {kind}")
        yield _noted(_opened(inner.path, kind, suffix, sheet, dialect), inner.notes, suffix)
