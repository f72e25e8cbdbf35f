"""Cells of a sheet as the text of their XML elements, a column at a time."""

from datetime import date

import polars as pl

from opendata.publishing.formats.markup import escaped

#: Styles of :data:`opendata.publishing.formats.workbook._STYLES`.
_TEXT, _DATE, _MOMENT = 1, 2, 3
#: Excel counts days from here (and a day too many before March 1900).
_EPOCH = date(1899, 12, 30)
_SECONDS_OF_DAY = 86_400
#: Characters that XML forbids, and texts that look like this very spelling, are written ``_xHHHH_`` (ECMA-376, 22.9.2.19).
_ALIKE = r"_(x[0-9A-Fa-f]{4}_)"
_CONTROLS = [*(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"), "\ufffe", "\uffff"]
_SPELLED = {character: f"_x{ord(character):04X}_" for character in _CONTROLS}


def cell(column: str, letters: str, kind: pl.DataType, style: int | None = None) -> pl.Expr:
    """The element of each value of *column*; null for a null. Column ``0`` has the row's number as text.

    :param letters: the name of the sheet's column.
    :param style: a style other than the type's own.
    """
    value, written, own = _written(pl.col(column), kind)
    shown = own if style is None else style
    marked = f' s="{shown}"' if shown else ""
    head, tail = (
        ('<is><t xml:space="preserve">', "</t></is></c>") if written == "inlineStr" else ("<v>", "</v></c>")
    )
    typed = f' t="{written}"' if written else ""
    return pl.concat_str(
        pl.lit(f'<c r="{letters}'), pl.col("0"), pl.lit(f'"{marked}{typed}>{head}'), value, pl.lit(tail)
    )


def _written(value: pl.Expr, kind: pl.DataType) -> tuple[pl.Expr, str, int]:
    """The text of the values, what the cell's type is called, and its style."""
    if kind == pl.String:
        return _text(value), "inlineStr", _TEXT
    if kind == pl.Boolean:
        return value.cast(pl.Int8).cast(pl.String), "b", 0
    if kind == pl.Date:
        return _days(value).cast(pl.String), "", _DATE
    if isinstance(kind, pl.Datetime):
        seconds = (
            value.dt.hour().cast(pl.Int64) * 3600 + value.dt.minute().cast(pl.Int64) * 60 + value.dt.second()
        )
        return (_days(value.dt.date()) + seconds / _SECONDS_OF_DAY).cast(pl.String), "", _MOMENT
    if kind.is_float():
        return value.cast(pl.String).str.replace(r"\.0$", ""), "", 0
    return value.cast(pl.String), "", 0


def _days(value: pl.Expr) -> pl.Expr:
    return (value - pl.lit(_EPOCH)).dt.total_days()


def _text(value: pl.Expr) -> pl.Expr:
    told_apart = value.str.replace_all(_ALIKE, "_x005F_$1")
    shown = escaped(told_apart.str.replace_many(_SPELLED))
    # An empty text is an empty cell, as a null is.
    return pl.when(value != "").then(shown)
