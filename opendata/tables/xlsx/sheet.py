"""One worksheet: where its cells lie, its merged cells, and its rows as frames of text."""

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

import numpy as np
import polars as pl

from catalog.cell_names import ranges
from catalog.records import Text
from opendata.tables.faults import malformed, too_large
from opendata.tables.limits import MAX_COLUMNS, MAX_MERGES
from opendata.tables.merges import Merge
from opendata.tables.package import local, sound, strict_parser
from opendata.tables.repeated import refuse_vast
from opendata.tables.xlsx.book import Book, SheetPart
from opendata.tables.xlsx.cells import Cells, Extent, extent_of
from opendata.tables.xlsx.elements import cells_of
from opendata.tables.xlsx.meaning import Meaning
from opendata.tables.xlsx.remarks import remarks
from opendata.tables.xlsx.scan import is_utf8
from opendata.tables.xlsx.spans import cuts, find_cells, is_plain, require_order, span_cells, span_extent

_OPENING = re.compile(rb"<sheetData(?: [^<>]*)?>")
_CLOSING = b"</sheetData>"
_UNNUMBERED = re.compile(rb'<row(?![^<>]* r=")[ />]|<c(?![^<>]* r=")[ />]')
_VALUE = re.compile(rb"<(?:[A-Za-z0-9]+:)?[vt](?: [^<>]*)?>[^<]")
#: Cells of one frame.
_FRAME = 4_000_000


def holds_anything(book: Book, place: SheetPart) -> bool:
    """Whether a sheet has any value, as far as a glance tells."""
    return _VALUE.search(book.package.read(place.part)) is not None


class Sheet:
    """A worksheet ready to be read; ``extent`` says where its values lie, ``merges`` which cells are merged.

    :raises UnreadableFile: it is unsound, or spans more than a reader may make room for.
    """

    def __init__(self, book: Book, place: SheetPart) -> None:
        self.name = place.name
        self._book = book
        self._part = book.package.read(place.part)
        self._low, self._high = self._body()
        self.merges: list[Merge] = []
        # A bit for each column: however often a hostile file names them, they are at most as many.
        self._hidden = 0
        self._read_outside()
        self.extent = Extent()
        self._spans = list(self._cut())
        refuse_vast(self.extent.bottom, self.extent.right, "XLSX")

    def _body(self) -> tuple[int, int]:
        """Where the rows begin and end, if that is plain to see; else the whole part."""
        opening, closing = _OPENING.search(self._part), self._part.rfind(_CLOSING)
        if opening is None or closing < opening.end() or not is_utf8(self._part):
            return 0, len(self._part)
        # What is inside of a comment is nothing; between the rows the spans will tell.
        commented = self._part.find(b"<!", 0, opening.start()) >= 0
        return (0, len(self._part)) if commented else (opening.end(), closing)

    @property
    def _is_plain(self) -> bool:
        return self._low > 0

    def _read_outside(self) -> None:
        """Prove what is around the rows, and take the merged cells from it."""
        parser: expat.XMLParserType = strict_parser("XLSX")
        opened: list[int] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            name = local(tag)
            if name == "sheetData":
                opened.append(parser.CurrentByteIndex)
            elif name == "mergeCell":
                self._merge(attributes.get("ref", ""))
            elif name == "col" and attributes.get("hidden") in {"1", "true"}:
                first, last = (min(max(int(attributes[at]), 0), MAX_COLUMNS) for at in ("min", "max"))
                self._hidden |= (1 << last + 1) - (1 << first) if first <= last else 0

        parser.StartElementHandler = start
        with sound(self.name, "XLSX"):
            if self._is_plain:
                parser.Parse(self._part[: self._low], False)
                parser.Parse(self._part[self._high :], True)
            else:
                parser.Parse(self._part, True)
        seen = len(opened)
        if seen > 1 or (
            self._is_plain and (seen != 1 or not self._part.startswith(b"<sheetData", opened[0]))
        ):
            raise malformed("XLSX", "工作表的数据不在应在之处", "the sheet's data are not where they belong")

    def _merge(self, reference: str) -> None:
        (top, left), (bottom, right) = ranges(reference)
        self.merges.append(((top - 1, left - 1), (bottom - 1, right - 1)))
        if len(self.merges) > MAX_MERGES:
            raise too_large(
                f"合并单元格超过 {MAX_MERGES} 处",
                f"more than {MAX_MERGES} cells are merged",
                f"<= {MAX_MERGES}",
            )

    def remarks(self) -> tuple[Text, ...]:
        """What is hidden in the sheet, and formulas without a value."""
        inside = range(self.extent.left, self.extent.right + 1)
        hidden = [column for column in inside if self._hidden >> column & 1]
        return tuple(remarks(self._part, hidden))

    def _cut(self) -> Iterator[tuple[int, int, bool]]:
        """The spans, each with whether it is written plainly, measured on the way; one span if rows lack numbers."""
        spans = []
        for low, high in cuts(self._part, self._low, self._high) if self._is_plain else ():
            found = find_cells(self._part, low, high)
            plain = is_plain(self._part, low, high, found)
            spans.append((low, high, plain))
            if plain:
                self.extent |= span_extent(self._part, low, high, found)
        if all(plain for _, _, plain in spans) and self._is_plain:
            return iter(spans)
        body = self._low, self._high
        if not self._is_plain or self._part.find(b"<!", *body) >= 0 or _UNNUMBERED.search(self._part, *body):
            self.extent = Extent()
            self._low, self._high = 0, len(self._part)
            spans = [(self._low, self._high, False)]
        for low, high, plain in spans:
            if not plain:
                for cells in self._slow(low, high):
                    self.extent |= extent_of(cells.rows, cells.columns)
        return iter(spans)

    def _slow(self, low: int, high: int) -> Iterator[Cells]:
        if self._is_plain:
            return cells_of(b"<sheetData>", self._part[low:high], _CLOSING)
        return cells_of(self._part)

    def _plain(self, low: int, high: int) -> Iterator[Cells]:
        yield span_cells(self._part, low, high, find_cells(self._part, low, high))

    def _cells(self) -> Iterator[Cells]:
        last = 0
        for low, high, plain in self._spans:
            for cells in self._plain(low, high) if plain else self._slow(low, high):
                if len(cells.rows):
                    require_order(cells.rows, last)
                    last = int(cells.rows[-1])
                    yield cells

    def frames(self) -> Iterator[pl.DataFrame]:
        """All rows from the first to the last with a value, those columns that have any; null is blank."""
        meaning = Meaning(self._book.strings, self._book.formats, from_1904=self._book.from_1904)
        following = 1
        for cells in self._cells():
            texts = meaning.texts(cells)
            texts = texts.set(texts == "", None)
            for frame in self._frames_of(cells, texts, following):
                yield frame
                following += frame.height

    def _frames_of(self, cells: Cells, texts: pl.Series, top: int) -> Iterator[pl.DataFrame]:
        width = self.extent.right - self.extent.left + 1
        step = max(1, _FRAME // width)
        bottom = int(cells.rows[-1])
        for first in range(top, bottom + 1, step):
            last = min(first + step - 1, bottom)
            low, high = np.searchsorted(cells.rows, [first, last + 1]).tolist()
            yield self._frame(cells, texts, slice(low, high), range(first, last + 1))

    def _frame(self, cells: Cells, texts: pl.Series, chosen: slice, rows: range) -> pl.DataFrame:
        columns = cells.columns[chosen] - self.extent.left
        order = np.argsort(columns, kind="stable")
        width = self.extent.right - self.extent.left + 1
        edges = np.searchsorted(columns[order], np.arange(width + 1)).tolist()
        offsets = cells.rows[chosen] - rows.start
        own = texts[chosen]
        blank = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        made = []
        for column in range(width):
            mine = order[edges[column] : edges[column + 1]]
            if not len(mine):
                made.append(blank.alias(str(column)))
                continue
            if len(mine) == len(rows) and (offsets[mine] == np.arange(len(rows))).all():
                made.append(own.gather(mine).alias(str(column)))
                continue
            places = np.full(len(rows), -1, np.int64)
            places[offsets[mine]] = mine
            indices = pl.Series(places).set(pl.Series(places < 0), None)
            made.append(own.gather(indices).alias(str(column)))
        return pl.DataFrame(made)
