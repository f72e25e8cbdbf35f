"""An Office Open XML workbook (ECMA-376), written front to back: sheets of typed cells and nothing that can run."""

from collections.abc import Sequence

import polars as pl

from opendata.publishing.formats.archive import Archive
from opendata.publishing.formats.base import Out
from opendata.publishing.formats.cells import cell
from opendata.publishing.formats.markup import escaped_text
from opendata.publishing.formats.values import bytes_of

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Columns are this many characters wide: dates and codes of 18 digits are seen whole.
_WIDTH = 20
#: Order matters: cells name a style by its place here (:mod:`opendata.publishing.formats.cells`).
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>\
<cellXfs count="5"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>\
<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_HEADER = 4


class Workbook:
    """A workbook on its way into *out*: begin a sheet, add rows, begin the next, close."""

    def __init__(self, out: Out) -> None:
        self._archive = Archive(out)
        self._names: list[str] = []
        self._row = 0

    def begin(self, name: str, columns: Sequence[str]) -> None:
        """Begin a sheet with a bold header that stays in sight."""
        self._end()
        self._names.append(name)
        self._archive.begin(f"xl/worksheets/sheet{len(self._names)}.xml")
        self._archive.write(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="{len(columns)}" width="{_WIDTH}" '
            'customWidth="1"/></cols><sheetData>'.encode()
        )
        self._row = 1
        self._lines(
            pl.DataFrame([pl.Series(str(at), [name]) for at, name in enumerate(columns)]), style=_HEADER
        )

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows below: texts, numbers, booleans, dates and naive moments of whole seconds."""
        self._lines(rows)

    def _lines(self, rows: pl.DataFrame, style: int | None = None) -> None:
        number = pl.int_range(self._row, self._row + rows.height, dtype=pl.Int64).cast(pl.String)
        numbered = rows.select(
            number.alias("0"),
            *(pl.col(name).alias(str(at)) for at, name in enumerate(rows.columns, 1)),
        )
        cells = [cell(str(at + 1), letters(at), rows.dtypes[at], style) for at in range(rows.width)]
        # Some readers take a row to end with its last cell.
        cells[-1] = pl.coalesce(cells[-1], pl.format(f'<c r="{letters(rows.width - 1)}{{}}"/>', "0"))
        cells = [one.fill_null("") for one in cells]
        line = pl.concat_str(pl.lit('<row r="'), pl.col("0"), pl.lit('">'), *cells, pl.lit("</row>"))
        self._archive.write(bytes_of(numbered.select(line).to_series()))
        self._row += rows.height

    def _end(self) -> None:
        if self._names:
            self._archive.write(b"</sheetData></worksheet>")
            self._archive.end()

    def close(self) -> None:
        """End the last sheet and name all of them."""
        self._end()
        for path, text in self._parts().items():
            self._archive.begin(path)
            self._archive.write(text.encode())
            self._archive.end()
        self._archive.close()

    def _parts(self) -> dict[str, str]:
        numbers = range(1, len(self._names) + 1)
        overrides = "".join(
            _override(f"xl/worksheets/sheet{at}.xml", f"{_TYPES}.worksheet+xml") for at in numbers
        )
        overrides += _override("xl/workbook.xml", f"{_TYPES}.sheet.main+xml")
        overrides += _override("xl/styles.xml", f"{_TYPES}.styles+xml")
        sheets = "".join(
            f'<sheet name="{escaped_text(name)}" sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(self._names, 1)
        )
        relations = "".join(_relation(at, "worksheet", f"worksheets/sheet{at}.xml") for at in numbers)
        relations += _relation(len(self._names) + 1, "styles", "styles.xml")
        return {
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f"{_relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        }


def _override(path: str, type_: str) -> str:
    return f'<Override PartName="/{path}" ContentType="{type_}"/>'


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'


def letters(column: int) -> str:
    """The name of the column that is *column* columns from the first: ``A`` … ``Z``, ``AA`` …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
