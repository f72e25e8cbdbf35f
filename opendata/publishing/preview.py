"""The first rows and a small profile of every column, computed once at publication for pages and API."""

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import polars.selectors as cs
import pyarrow as pa

from opendata.publishing.formats.base import Schema
from opendata.publishing.formats.json import json_ready
from opendata.publishing.formats.values import frame_of, split_decimals

ROWS = 20
TOP = 5
#: A long text is cut here; the file has it whole.
LONGEST_TEXT = 200


def profile(table: pa.Table, schema: Schema) -> dict[str, Any]:
    """What a reader wants to know before downloading, as JSON-ready values.

    ``columns`` has, per field: type, nulls, distinct (null not counted), min and max where values have an order other
    than the alphabet's, shortest and longest where they are texts, and the ``top`` most frequent values with their
    counts, the smaller value first among equals. ``preview`` has the first :data:`ROWS` rows as records.
    """
    given = frame_of(table)
    frame = given.with_columns(pl.col(split_decimals(given)[0]).cast(pl.Float64))
    types = {field["name"]: field.get("type", "string") for field in schema["fields"]}
    first = json_ready(frame.head(ROWS)).with_columns(cs.string().str.head(LONGEST_TEXT))
    return {
        "rows": frame.height,
        "columns": [_column(column, types[column.name]) for column in frame],
        "preview": first.to_dicts(),
    }


def _column(column: pl.Series, type_: str) -> dict[str, Any]:
    values = column.drop_nulls()
    return {
        "name": column.name,
        "type": type_,
        "nulls": column.null_count(),
        "distinct": values.n_unique(),
        **_range(values),
        "top": _top(values),
    }


def _range(values: pl.Series) -> dict[str, Any]:
    if values.dtype == pl.String:
        lengths = values.str.len_chars()
        return {"shortest": lengths.min(), "longest": lengths.max()}
    if values.dtype == pl.Boolean:
        return {}
    return {"min": _plain(values.min()), "max": _plain(values.max())}


def _top(values: pl.Series) -> list[dict[str, Any]]:
    counts = values.alias("value").value_counts(name="count").sort("count", "value", descending=[True, False])
    return [{"value": _plain(value), "count": count} for value, count in counts.head(TOP).iter_rows()]


def _plain(value: object) -> str | int | float | bool | None:
    """*value* as JSON has it; whatever JSON would round or doesn't know is text."""
    match value:
        case None | bool():
            return value
        case str():
            return value[:LONGEST_TEXT]
        case int():
            return value if abs(value) < 2**53 else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            raise TypeError(f"no JSON for {value!r}")
