"""XLSX for offices: the data on the first sheets, the data dictionary on the last.

Excel counts exactly to 15 digits and knows no date before March 1900 that other programs agree on. A column that holds
anything beyond is written as text throughout, as are times of day and moments with fractions of a second or an
offset. A null is an empty cell, and so is an empty text: a spreadsheet can't tell them apart.

The sheets are written row by row into a zip archive that is never held: a workbook of any size takes the memory of
one batch.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
import polars.selectors as cs

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.shape import EXCEL_DIGITS, Schema, Shape
from opendata.publishing.formats.values import floats_as_text, moments_as_text
from opendata.publishing.formats.workbook import Workbook

SHEET = "数据"
DICTIONARY = "数据字典"
#: Below the header; a sheet has 2^20 rows.
ROWS_PER_SHEET = 1_048_575
COLUMNS = 16_384
LONGEST_TEXT = 32_767


class Xlsx(Format):
    """An Excel workbook."""

    name = "xlsx"
    title = Text("Excel 工作簿", "Excel workbook")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = ".xlsx"
    resource: Mapping[str, Any] = {"profile": "tabular-data-resource", "dialect": {"excel": {"sheet": SHEET}}}
    heavy = True

    def applies(self, schema: Schema) -> bool:
        """Where a sheet has that many columns."""
        return 0 < len(schema["fields"]) <= COLUMNS

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin the first sheet of data."""
        return _Sheets(shape, Workbook(out))


class _Sheets(Writer):
    """As many data sheets as the rows need, then the dictionary."""

    def __init__(self, shape: Shape, book: Workbook) -> None:
        self._shape, self._book = shape, book
        self._sheets = self._rows = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        self._rows = 0
        self._book.begin(SHEET if self._sheets == 1 else f"{SHEET}{self._sheets}", [*self._shape.types])

    def write(self, rows: Rows) -> Text | None:
        """Add the rows, on another sheet when one is full."""
        if reason := _too_long(rows.frame):
            return reason
        rest = excel_ready(rows.frame, self._shape)
        while rest.height:
            if self._rows == ROWS_PER_SHEET:
                self._begin()
            fitting = rest.head(ROWS_PER_SHEET - self._rows)
            self._book.add(fitting)
            self._rows += fitting.height
            rest = rest.slice(fitting.height)
        return None

    def close(self) -> None:
        """Add the dictionary and what holds the sheets together."""
        dictionary = _dictionary(self._shape.schema)
        self._book.begin(DICTIONARY, dictionary.columns)
        self._book.add(dictionary)
        self._book.close()


def _too_long(frame: pl.DataFrame) -> Text | None:
    """Why a text is longer than a cell may be, if one is."""
    for column in frame.select(cs.string()):
        # Excel counts UTF-16 units; no text has more of them than twice its characters
        suspects = column.filter(column.str.len_chars() > LONGEST_TEXT // 2)
        if any(len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT for text in suspects):
            return Text(
                f"字段 {column.name} 中有超过 {LONGEST_TEXT} 个字符的内容，Excel 单元格放不下",
                f"field {column.name} holds more than the {LONGEST_TEXT} characters of a cell",
            )
    return None


def excel_ready(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Only what a cell holds exactly; every column that has more is text."""
    frame = floats_as_text(frame, shape.unbounded)
    exact = [*shape.decimals(long=True), *shape.beyond(10**EXCEL_DIGITS - 1)]
    texts = moments_as_text(frame.select(shape.awkward))
    return frame.with_columns(pl.col(exact).cast(pl.String), *texts)


def _dictionary(schema: Schema) -> pl.DataFrame:
    rows = [
        {
            "字段名": field["name"],
            "标题": field.get("title", ""),
            "英文标题": field.get("title_en", ""),
            "类型": field.get("type", "string"),
            "单位": field.get("unit", ""),
            "必填": "是" if field.get("constraints", {}).get("required") else "否",
            "说明": field.get("description", ""),
        }
        for field in schema["fields"]
    ]
    return pl.DataFrame(rows)
