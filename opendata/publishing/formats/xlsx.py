"""XLSX for offices: the data on the first sheet, the data dictionary on the last.

Excel counts exactly to 15 digits and knows no date before March 1900 that other programs agree on. A column that holds
anything beyond is written as text throughout, as are times of day and moments with fractions of a second or an
offset. A null is an empty cell, and so is an empty text: a spreadsheet can't tell them apart.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import polars as pl
import polars.selectors as cs
import pyarrow as pa
from rustpy_xlsxwriter import Format as CellFormat
from rustpy_xlsxwriter import write_worksheets

from catalog.records import Text
from opendata.publishing.formats.base import Format, Schema
from opendata.publishing.formats.values import (
    EXCEL_DIGITS,
    beyond,
    floats_as_text,
    frame_of,
    moments_as_text,
    split_decimals,
    unbounded,
)

SHEET = "数据"
DICTIONARY = "数据字典"
ROWS_PER_SHEET = 1_048_575
COLUMNS = 16_384
LONGEST_TEXT = 32_767
#: Excel believes in a 29 February 1900; from the next day on all programs count alike.
FIRST_DAY = date(1900, 3, 1)
_MOMENT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*<")
_PIECE = 1 << 20


class Xlsx(Format):
    """An Excel workbook."""

    name = "xlsx"
    title = Text("Excel 工作簿", "Excel workbook")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = ".xlsx"
    resource: Mapping[str, Any] = {"profile": "tabular-data-resource", "dialect": {"excel": {"sheet": SHEET}}}

    def applies(self, schema: Schema) -> bool:
        """Where a sheet has that many columns."""
        return 0 < len(schema["fields"]) <= COLUMNS

    def obstacle(self, table: pa.Table) -> Text | None:
        """A text longer than a cell may hold."""
        for column in frame_of(table).select(cs.string()):
            # Excel counts UTF-16 units; no text has more of them than twice its characters
            suspects = column.filter(column.str.len_chars() > LONGEST_TEXT // 2)
            if any(len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT for text in suspects):
                return Text(
                    f"字段 {column.name} 中有超过 {LONGEST_TEXT} 个字符的内容，Excel 单元格放不下",
                    f"field {column.name} holds more than the {LONGEST_TEXT} characters of a cell",
                )
        return None

    def write(self, table: pa.Table, schema: Schema, path: Path) -> None:
        """Write as many data sheets as the rows need, then the dictionary."""
        frame = excel_ready(frame_of(table))
        sheets = [*_data_sheets(frame), (DICTIONARY, _dictionary(schema).to_arrow())]
        draft = path.with_name(f"{path.name}.draft")
        try:
            with _no_panic():
                write_worksheets(
                    sheets,
                    str(draft),
                    freeze_panes={"general": {"row": 1, "col": 0}},
                    bold_headers=True,
                    column_formats={name: _cell_formats(frame) for name, _ in sheets[:-1]},
                )
            _settle(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def excel_ready(frame: pl.DataFrame) -> pl.DataFrame:
    """Only what a cell holds exactly; every column that has more is text."""
    short, long = split_decimals(frame)
    frame = floats_as_text(frame, unbounded(frame))
    frame = frame.with_columns(
        pl.col(short).cast(pl.Float64), pl.col([*long, *beyond(frame, 10**EXCEL_DIGITS - 1)]).cast(pl.String)
    )
    awkward = [column.name for column in frame if _is_awkward(column)]
    return frame.with_columns(moments_as_text(frame.select(awkward)))


def _is_awkward(column: pl.Series) -> bool:
    kind = column.dtype
    if kind == pl.Date:
        return bool((column < FIRST_DAY).any())
    if isinstance(kind, pl.Datetime):
        whole = kind.time_zone is None and (column.dt.nanosecond() == 0).all()
        return not whole or bool((column < datetime.combine(FIRST_DAY, datetime.min.time())).any())
    return kind == pl.Time


def _data_sheets(frame: pl.DataFrame) -> Iterator[tuple[str, pa.Table]]:
    for number, start in enumerate(range(0, max(frame.height, 1), ROWS_PER_SHEET), 1):
        yield SHEET if number == 1 else f"{SHEET}{number}", frame.slice(start, ROWS_PER_SHEET).to_arrow()


def _cell_formats(frame: pl.DataFrame) -> dict[str, CellFormat]:
    shown = {pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm:ss", pl.String: "@"}
    kinds = {column.name: column.dtype.base_type() for column in frame}
    return {name: CellFormat().set_num_format(shown[kind]) for name, kind in kinds.items() if kind in shown}


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


@contextmanager
def _no_panic() -> Iterator[None]:
    """The writer's own temporary files are not guarded: on a full disk it panics, past every ``except Exception``."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise OSError(str(error)) from error
        raise


def _settle(draft: Path, path: Path) -> None:
    """Rewrite the workbook without the hour of its making, and its whole numbers without ``.0``.

    The writer stores every number as a double and notes when it ran. In the XML a cell's number is the only thing
    that can end in ``.0</v>``: a ``<`` in a text is escaped.
    """
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            part.compress_type = zipfile.ZIP_DEFLATED
            with source.open(part) as old, target.open(part, "w", force_zip64=True) as new:
                for piece in _pieces(old):
                    new.write(_MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z<", piece.replace(b".0</v>", b"</v>")))


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end with a tag's end, so that no number or moment is cut in two."""
    rest = b""
    while chunk := part.read(_PIECE):
        head, end, tail = (rest + chunk).rpartition(b">")
        yield head + end
        rest = tail
    yield rest
