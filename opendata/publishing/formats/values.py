"""How typed values are spelled where a file format has no type of its own for them.

Dates, times and moments are ISO 8601, as the Table Schema standard (v1) reads them by default; a moment without an
offset stays without one. Numbers that are none are ``NaN``, ``INF`` and ``-INF``, as that standard spells them.
"""

from collections.abc import Collection

import polars as pl
import polars.selectors as cs
import pyarrow as pa


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
    return clocks_as_text(frame.with_columns(cs.date().cast(pl.String)))


def clocks_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The same, but leaving dates: every writer spells them so by itself."""
    return frame.with_columns(
        cs.time().dt.to_string("%H:%M:%S%.f"),
        cs.datetime(time_zone=None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f"),
        cs.datetime(time_zone="*").dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z"),
    )


def floats_as_text(frame: pl.DataFrame, columns: Collection[str]) -> pl.DataFrame:
    """The shortest text that reads back as the same number; whole numbers without ``.0``."""
    return frame.with_columns(pl.col(columns).map_batches(_float_text, return_dtype=pl.String))


def _float_text(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String).str.replace(r"\.0$", "")
    return text.replace({"inf": "INF", "-inf": "-INF"})


def spelled(frame: pl.DataFrame) -> pl.DataFrame:
    """Every value as text, numbers and booleans too, for formats that are nothing but text."""
    frame = floats_as_text(moments_as_text(frame), frame.select(cs.float()).columns)
    return frame.with_columns((cs.numeric() | cs.boolean()).cast(pl.String))


def bytes_of(texts: pl.Series) -> memoryview:
    """The texts one after the other as UTF-8, without going through Python's strings; nulls are nothing."""
    arrow = texts.fill_null("").rechunk().to_arrow().cast(pa.large_string())
    _, offsets, data = arrow.buffers()
    if data is None or not len(arrow):
        return memoryview(b"")
    ends = memoryview(offsets).cast("q")
    return memoryview(data)[ends[arrow.offset] : ends[arrow.offset + len(arrow)]]
