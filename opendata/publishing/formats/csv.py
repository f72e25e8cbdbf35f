"""CSV as Excel opens it right and as programs read it exactly.

UTF-8 with a byte-order mark, one header row of field names, lines end in LF, a field is quoted where it must be.
A null is nothing; an empty text is ``""``, also in the one-column file, where a null is ``""`` too because many
readers skip an empty line.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import polars.selectors as cs

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.shape import Shape
from opendata.publishing.formats.values import floats_as_text

#: A text that a spreadsheet would run as a formula: it begins, after blanks, with ``=`` or ``@`` (also full-width),
#: or with a sign and then holds more than a number, a telephone number or a range could. Any ``'`` in front
#: count as ours, so that taking one away again is exact.
FORMULA = r"^'*[\s\x00]*(?:[=@＝＠]|[+\-＋－][\s\S]*[^0-9０-９ .,()/%+\-])"
#: What a reader may take away again: one ``'`` in front of anything that looks like a formula.
NEUTRALISED = r"^'(?P<text>'*[\s\x00]*(?:[=@＝＠]|[+\-＋－][\s\S]*[^0-9０-９ .,()/%+\-]))"


class Csv(Format):
    """Comma-separated values."""

    name = "csv"
    title = Text("CSV（Excel 可直接打开）", "CSV (opens in Excel)")
    media_type = "text/csv"
    extension = ".csv"
    resource: Mapping[str, Any] = {
        "profile": "tabular-data-resource",
        "encoding": "utf-8-sig",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
    }

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin with the mark and the header."""
        header = pl.DataFrame(schema=dict.fromkeys(shape.types, pl.String))
        out.write(header.write_csv(include_bom=True).encode())
        return _CsvWriter(out)


@dataclass(frozen=True)
class _CsvWriter(Writer):
    out: Out

    def write(self, rows: Rows) -> None:
        """Write texts that look like formulas with ``'`` in front, so that a spreadsheet shows and doesn't run them."""
        texts = rows.frame.select(cs.string()).columns
        frame = rows.clocked.with_columns(neutralised(pl.col(texts)))
        frame = floats_as_text(frame, frame.select(cs.float()).columns)
        text = io.BytesIO()
        frame.write_csv(text, include_header=False, null_value='""' if frame.width == 1 else None)
        self.out.write(text.getbuffer())

    def close(self) -> None:
        """Nothing comes last."""


def neutralised(texts: pl.Expr) -> pl.Expr:
    """*texts*, with ``'`` before those that match :data:`FORMULA`."""
    return pl.when(texts.str.contains(FORMULA)).then(pl.lit("'") + texts).otherwise(texts).name.keep()
