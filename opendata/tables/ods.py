"""ODS: the sheet of an OpenDocument workbook, its values rather than how they are shown, codes as shown.

Cells and rows may be repeated by a number; a table is measured before any of it is repeated.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from xml.parsers import expat

from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import protected
from opendata.tables.grid import Grid
from opendata.tables.limits import MAX_SHEET_ROWS
from opendata.tables.merges import Merge, filled_rows
from opendata.tables.package import Package, local, open_package, plain_attributes, sound, strict_parser
from opendata.tables.repeated import refuse_swelling, refuse_vast
from opendata.tables.sheets import choose, sheet_grid
from opendata.tables.texts import cell_text

_PART = "content.xml"
_CHUNK = 1 << 20
_TIME = re.compile(r"-?PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
#: A whole number shown with zeros before it is a code.
_CODE = re.compile(r"0\d+")
_CELLS = frozenset({"table-cell", "covered-table-cell"})


@dataclass(slots=True)
class _Cell:
    """A cell while it is read: its own attributes and the lines that it shows."""

    attributes: Mapping[str, str]
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """What the cell means, as :func:`cell_text` would write it."""
        shown = "\n".join(self.lines)
        given = self.attributes
        match given.get("value-type"):
            case "float" | "percentage" | "currency":
                return _number_text(given.get("value", ""), shown)
            case "date":
                moment = given.get("date-value", "").replace("T", " ")
                return moment.removesuffix(" 00:00:00")
            case "time":
                found = _TIME.fullmatch(given.get("time-value", ""))
                return f"{int(found[1]):02d}:{found[2]}:{found[3]}" if found else shown
            case "boolean":
                return given.get("boolean-value", shown)
            case "string":
                return given.get("string-value", shown)
        return shown


def _number_text(value: str, shown: str) -> str:
    number = float(value)
    if _CODE.fullmatch(shown) and float(shown) == number:
        return shown
    if number in {float("inf"), float("-inf")} or number != number:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"the number {value[:40]} overflows")
    return cell_text(number)


@dataclass(slots=True)
class _Measured:
    """A table as it was seen: ``rows`` and ``columns`` reach to the last cell with a text, ``size`` is that of all."""

    name: str
    style: str
    rows: int = 0
    columns: int = 0
    left: int = MAX_SHEET_ROWS
    size: int = 0
    merges: list[Merge] = field(default_factory=list)


#: Repeated rows: how often, and the cells, each with how often it is repeated.
_Rows = tuple[int, list[tuple[int, str]]]


class _Reader:
    """Takes the elements of ``content.xml``; gives away the rows of one table, or measures all."""

    def __init__(self, wanted: int | None = None) -> None:
        self.tables: list[_Measured] = []
        self.hidden: set[str] = set()
        self.rows: list[_Rows] = []
        self._wanted = wanted
        self._style = ""
        self._depth = self._repeat = self._row = self._column = self._notes = 0
        self._cells: list[tuple[int, str]] = []
        self._cell: _Cell | None = None
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element; of a table that lies in a cell nothing counts."""
        name, given = local(tag), plain_attributes(attributes)
        if name == "style":
            self._style = given.get("name", "")
        elif name == "table-properties" and given.get("display") == "false":
            self.hidden.add(self._style)
        elif name == "table":
            self._begin_table(given)
        elif self._depth != 1:
            return
        elif name == "table-row":
            self._repeat = int(given.get("number-rows-repeated", "1"))
            self._cells, self._column = [], 0
        elif name in _CELLS:
            # Beneath a merged cell nothing is shown.
            self._cell = _Cell(given if name == "table-cell" else {})
        elif name == "annotation":
            self._notes += 1
        elif self._cell:
            self._inside(name, given)

    def _begin_table(self, given: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.tables.append(_Measured(given.get("name", ""), given.get("style-name", "")))
            self._row = 0

    def _inside(self, name: str, given: Mapping[str, str]) -> None:
        if name == "p":
            self._text = []
        elif name == "s":
            self._text.append(" " * min(int(given.get("c", "1")), 1000))
        elif name == "tab":
            self._text.append("\t")
        elif name == "line-break":
            self._text.append("\n")

    def data(self, text: str) -> None:
        """Take text; comments at a cell are no part of it."""
        if self._cell and not self._notes:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element: of a cell, whose text is then whole, of a row or of a table."""
        name = local(tag)
        if name == "table":
            self._depth -= 1
        elif self._depth != 1:
            return
        elif name == "annotation":
            self._notes -= 1
            self._text = []
        elif name == "p" and self._cell and not self._notes:
            self._cell.lines.append("".join(self._text))
        elif name in _CELLS and self._cell:
            self._end_cell(self._cell)
        elif name == "table-row":
            self._end_row()

    def _end_cell(self, cell: _Cell) -> None:
        repeat = int(cell.attributes.get("number-columns-repeated", "1"))
        down = int(cell.attributes.get("number-rows-spanned", "1"))
        across = int(cell.attributes.get("number-columns-spanned", "1"))
        if down > 1 or across > 1:
            corner = self._row + down - 1, self._column + across - 1
            self.tables[-1].merges.append(((self._row, self._column), corner))
        self._cells.append((repeat, cell.text()))
        self._column += repeat
        self._cell = None

    def _end_row(self) -> None:
        while self._cells and not self._cells[-1][1].strip():
            self._cells.pop()
        table = self.tables[-1]
        if self._cells:
            table.rows = self._row + self._repeat
            table.columns = max(table.columns, sum(count for count, _ in self._cells))
            table.size += self._repeat * sum(count * len(text.encode()) for count, text in self._cells)
            blank = 0
            for count, text in self._cells:
                if text.strip():
                    break
                blank += count
            table.left = min(table.left, blank)
        if len(self.tables) - 1 == self._wanted:
            self.rows.append((self._repeat, self._cells))
        self._row += self._repeat


def _parse(content: bytes, reader: _Reader) -> Iterator[None]:
    """Feed *content* to *reader*, with a pause after every piece."""
    parser: expat.XMLParserType = strict_parser("ODS")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    for at in range(0, len(content), _CHUNK):
        with sound(_PART, "ODS"):
            parser.Parse(content[at : at + _CHUNK], False)
        yield
    with sound(_PART, "ODS"):
        parser.Parse(b"", True)
    yield


def _rows(content: bytes, number: int, table: _Measured) -> Iterator[list[str]]:
    """The rows of the table, the *number*-th, from its first column with a text to its last."""
    reader = _Reader(number)
    left = 0
    for _ in _parse(content, reader):
        for repeat, cells in reader.rows:
            for _ in range(min(repeat, table.rows - left)):
                row = list(chain.from_iterable([text] * count for count, text in cells))
                yield [*row, *[""] * (table.columns - len(row))][table.left :]
            left = min(left + repeat, table.rows)
        reader.rows = []


def _require_open(package: Package) -> None:
    """Refuse a workbook that is encrypted part by part."""
    name = "META-INF/manifest.xml"

    def start(tag: str, _: Mapping[str, str]) -> None:
        if local(tag) == "encryption-data":
            raise protected()

    if package.has(name):
        package.elements(name, start)


def read_ods(path: Path, wanted: str | None = None, dialect: Dialect = FOUND_OUT) -> Grid:
    """The sheet (*wanted*, or the first visible one with content) as labels and rows.

    :raises UnreadableFile: broken, protected, a bomb, too wide, empty, or without the wanted sheet.
    """
    with open_package(path, "ODS") as package:
        _require_open(package)
        content = package.read(_PART)
    reader = _Reader()
    for _ in _parse(content, reader):
        pass
    tables = reader.tables
    used = [
        number
        for number, table in enumerate(tables)
        if table.rows and (table.name == wanted or (wanted is None and table.style not in reader.hidden))
    ]
    names = [table.name for table in tables]
    hidden = [table.name for table in tables if table.style in reader.hidden]
    notes = choose([names[number] for number in used], wanted, names, "ODS", hidden)
    chosen = tables[used[0]]
    refuse_vast(chosen.rows, chosen.columns, "ODS")
    refuse_swelling(chosen.size)
    rows = filled_rows(_rows(content, used[0], chosen), chosen.merges, chosen.left)
    return sheet_grid(rows, chosen.merges, chosen.left, "ods", chosen.name, notes, dialect)
