"""XML Spreadsheet 2003: Excel's text format before XLSX, usually named .xls or .xml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import too_large
from opendata.tables.grid import Grid
from opendata.tables.limits import MAX_DOCUMENT
from opendata.tables.merges import Merge, filled_rows
from opendata.tables.package import local, plain_attributes, sound, strict_parser
from opendata.tables.repeated import refuse_vast
from opendata.tables.sheets import choose, sheet_grid
from opendata.tables.texts import cell_text

_FORM = "XML"


@dataclass(slots=True)
class _Sheet:
    """A worksheet as it was read: cells by row and column, from 0."""

    name: str
    visible: bool = True
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    columns: int = 0


class _Reader:
    """Takes the elements of the document."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._row = self._column = -1
        self._kind = ""
        self._text: list[str] | None = None
        self._across = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element; rows and cells without an index follow the one before.

        :raises UnreadableFile: a cell lies beyond what a sheet may span.
        """
        name, given = local(tag), plain_attributes(attributes)
        if name == "Worksheet":
            self.sheets.append(_Sheet(given.get("Name", "")))
            self._row = -1
        elif name == "Row":
            self._row = int(given["Index"]) - 1 if "Index" in given else self._row + 1
            self._column, self._across = -1, 0
        elif name == "Cell":
            self._cell(given)
        elif name == "Data":
            self._kind, self._text = given.get("Type", "String"), []
        elif name == "Visible":
            self._text = []

    def _cell(self, given: Mapping[str, str]) -> None:
        following = self._column + 1 + self._across
        self._column = int(given["Index"]) - 1 if "Index" in given else following
        self._across = int(given.get("MergeAcross", "0"))
        down = int(given.get("MergeDown", "0"))
        refuse_vast(self._row + 1, self._column + 1, _FORM)
        if (self._across or down) and self.sheets:
            corner = self._row + down, self._column + self._across
            self.sheets[-1].merges.append(((self._row, self._column), corner))

    def data(self, text: str) -> None:
        """Take text of the element that is open."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element: a cell's value is whole, or a sheet's visibility known."""
        name = local(tag)
        if name == "Data" and self._text is not None and self.sheets:
            text = _meaning(self._kind, "".join(self._text))
            if text:
                sheet = self.sheets[-1]
                sheet.rows.setdefault(self._row, {})[self._column] = text
                sheet.columns = max(sheet.columns, self._column + 1)
            self._text = None
        elif name == "Visible" and self._text is not None and self.sheets:
            self.sheets[-1].visible = "".join(self._text).strip() == "SheetVisible"
            self._text = None


def _meaning(kind: str, text: str) -> str:
    match kind:
        case "Number":
            number = float(text)
            if number - number != 0:
                raise ValueError(f"the number {text[:40]} overflows")
            return cell_text(number)
        case "DateTime":
            return text.removesuffix(".000").replace("T", " ").removesuffix(" 00:00:00")
        case "Boolean":
            return "true" if text == "1" else "false"
    return text


def _rows(sheet: _Sheet, bottom: int) -> Iterator[list[str]]:
    for number in range(bottom + 1):
        cells = sheet.rows.get(number, {})
        yield [cells.get(column, "") for column in range(sheet.columns)]


def read_sheet_xml(path: Path, wanted: str | None = None, dialect: Dialect = FOUND_OUT) -> Grid:
    """The sheet (*wanted*, or the first visible one with content) as labels and rows.

    :raises UnreadableFile: broken, with a document type, too large, empty, or without the wanted sheet.
    """
    size = path.stat().st_size
    if size > MAX_DOCUMENT:
        limit = MAX_DOCUMENT // 2**20
        raise too_large(
            f"文档有 {size // 2**20} MB", f"the document has {size // 2**20} MB", f"<= {limit} MB"
        )
    reader = _Reader()
    parser: expat.XMLParserType = strict_parser(_FORM)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    with sound("Workbook", _FORM):
        parser.Parse(path.read_bytes(), True)
    used = [
        sheet
        for sheet in reader.sheets
        if sheet.rows and (sheet.name == wanted or (wanted is None and sheet.visible))
    ]
    known = [sheet.name for sheet in reader.sheets]
    hidden = [sheet.name for sheet in reader.sheets if not sheet.visible]
    notes = choose([sheet.name for sheet in used], wanted, known, _FORM, hidden)
    chosen = used[0]
    bottom = max(chosen.rows)
    refuse_vast(bottom + 1, chosen.columns, _FORM)
    rows = filled_rows(_rows(chosen, bottom), chosen.merges, 0)
    return sheet_grid(rows, chosen.merges, 0, "xml", chosen.name, notes, dialect)
