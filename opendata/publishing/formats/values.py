"""How typed values are spelled where a file format has no type of its own for them.

Dates, times and moments are ISO 8601, as the Table Schema standard (v1) reads them by default; a moment without an
offset stays without one. Numbers that are none are ``NaN``, ``INF`` and ``-INF``, as that standard spells them.
"""

import polars as pl
import polars.selectors as cs
import pyarrow as pa

#: The largest whole number up to which a double, and with it JavaScript and Excel's readers, counts exactly.
LARGEST_DOUBLE = 2**53 - 1
#: Excel keeps this many digits of a number and makes the rest zeros.
EXCEL_DIGITS = 15


def frame_of(table: pa.Table) -> pl.DataFrame:
    """The same columns for polars, without copying; decimals of more digits than it has (38) as text."""
    wide = {field.name for field in table.schema if pa.types.is_decimal256(field.type)}
    for index, name in enumerate(table.column_names):
        if name in wide:
            table = table.set_column(index, name, table[name].cast(pa.string()))
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def moments_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates, times and moments as ISO 8601 text, fractions of a second only where there are any."""
    return frame.with_columns(
        cs.date().dt.to_string("%Y-%m-%d"),
        cs.time().dt.to_string("%H:%M:%S%.f"),
        cs.datetime(time_zone=None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f"),
        cs.datetime(time_zone="*").dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z"),
    )


def floats_as_text(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The shortest text that reads back as the same number; whole numbers without ``.0``."""
    return frame.with_columns(pl.col(columns).map_batches(_float_text, return_dtype=pl.String))


def _float_text(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String).str.replace(r"\.0$", "")
    return text.replace({"inf": "INF", "-inf": "-INF"})


def unbounded(frame: pl.DataFrame) -> list[str]:
    """The floating-point columns that hold NaN or an infinity."""
    floats = frame.select(cs.float())
    return [column.name for column in floats if not column.is_finite().all()]


def beyond(frame: pl.DataFrame, limit: int) -> list[str]:
    """The whole-number columns that hold a number further from zero than *limit*."""
    wholes = frame.select(cs.integer())
    return [column.name for column in wholes if not column.is_between(-limit, limit).all()]


def split_decimals(frame: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The decimal columns: those whose every value fits the 15 digits that a double keeps, and the others."""
    short: list[str] = []
    long: list[str] = []
    for column in frame.select(cs.decimal()):
        digits = column.cast(pl.String).str.replace_all(r"^-?0*\.?0*|\.", "").str.len_chars().max()
        (long if isinstance(digits, int) and digits > EXCEL_DIGITS else short).append(column.name)
    return short, long
