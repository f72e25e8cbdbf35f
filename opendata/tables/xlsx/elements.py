"""Cells by way of an XML parser, element by element: for whatever is not written plainly."""

from collections.abc import Iterable, Iterator, Mapping
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from catalog.cell_names import cell_place, row_number
from opendata.tables.faults import malformed
from opendata.tables.package import local, sound, strict_parser
from opendata.tables.xlsx.cells import TYPE_NUMBERS, Cells

#: Cells gathered before they are given away.
_BATCH = 100_000
_CHUNK = 1 << 20


class _Gatherer:
    """Takes a sheet's elements; ``batch`` has what was gathered of whole rows."""

    def __init__(self) -> None:
        self._row = self._column = self._type = self._style = 0
        self._text: list[str] = []
        self._open = False
        self._reading = 0
        self._inside = False
        self.cells: list[tuple[int, int, int, int, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element; outside ``sheetData`` nothing counts.

        :raises UnreadableFile: a cell's place or type is none.
        """
        name = local(tag)
        if name == "sheetData":
            self._inside = True
        elif not self._inside:
            return
        elif name == "row":
            self._row = row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "c":
            self._begin(attributes)
        elif name == "rPh":
            self._reading += 1
        elif name in {"v", "t"}:
            self._open = not self._reading

    def _begin(self, attributes: Mapping[str, str]) -> None:
        if "r" in attributes:
            self._column, self._row = cell_place(attributes["r"])
        else:
            self._column += 1
        kind = attributes.get("t", "n")
        if kind not in TYPE_NUMBERS:
            raise malformed(
                "XLSX",
                f"未知的单元格类型 {kind[:20]}",
                f"a cell type {kind[:20]} is unknown",
                row=self._row,
                column=self._column,
            )
        self._type, self._style, self._text = TYPE_NUMBERS[kind], int(attributes.get("s", "0")), []

    def data(self, text: str) -> None:
        """Take text of a value; the readings of Japanese characters are no part of it."""
        if self._open:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element: a cell that ends is kept, if it holds anything."""
        name = local(tag)
        if name in {"v", "t"}:
            self._open = False
        elif name == "rPh":
            self._reading -= 1
        elif name == "sheetData":
            self._inside = False
        elif name == "c" and self._inside and self._text:
            self.cells.append((self._row, self._column, self._type, self._style, "".join(self._text)))

    def take(self, *, last: bool) -> Iterator[Cells]:
        """Give away the cells of whole rows, once they are many or these are the *last*."""
        if not self.cells or (len(self.cells) < _BATCH and not last):
            return
        kept = [] if last else [cell for cell in self.cells if cell[0] == self._row]
        given = self.cells[: len(self.cells) - len(kept)]
        self.cells = kept
        if given:
            rows, columns, types, styles, texts = zip(*given, strict=True)
            whole = [np.array(one, np.int64) for one in (rows, columns, types, styles)]
            yield Cells(whole[0], whole[1], whole[2], whole[3], pa.array(texts, pa.large_string()))


def _chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield from (part[at : at + _CHUNK] for at in range(0, len(part), _CHUNK))


def cells_of(*parts: bytes) -> Iterator[Cells]:
    """The cells with a value in XML that is handed over in *parts*.

    :raises UnreadableFile: it is not well formed, or has a cell that cannot be.
    """
    gatherer = _Gatherer()
    parser: expat.XMLParserType = strict_parser("XLSX")
    parser.StartElementHandler = gatherer.start
    parser.EndElementHandler = gatherer.end
    parser.CharacterDataHandler = gatherer.data
    for chunk in _chunks(parts):
        with sound("sheet.xml", "XLSX"):
            parser.Parse(chunk, False)
        yield from gatherer.take(last=False)
    with sound("sheet.xml", "XLSX"):
        parser.Parse(b"", True)
    yield from gatherer.take(last=True)
