"""JSON: one array of records, for programs.

A null is ``null``, an empty text ``""``. Dates and times are ISO 8601 text. A whole-number column that holds a number
beyond 2^53 - 1 is written as text throughout, because most JSON readers would round it (RFC 8259, section 6);
so is a decimal column with more than 15 significant digits.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from catalog.records import Text
from opendata.publishing.formats.base import Format, Schema
from opendata.publishing.formats.values import (
    LARGEST_DOUBLE,
    beyond,
    floats_as_text,
    frame_of,
    moments_as_text,
    split_decimals,
    unbounded,
)


class Json(Format):
    """An array of objects whose names are the field names."""

    name = "json"
    title = Text("JSON（记录数组）", "JSON (array of records)")
    media_type = "application/json"
    extension = ".json"
    #: As a file, not as a table: frictionless counts no bytes of a JSON table (5.21) and would call each one damaged.
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}

    def write(self, table: pa.Table, schema: Schema, path: Path) -> None:  # noqa: ARG002 - the columns' types say enough
        """Write the records in the table's order."""
        with path.open("wb") as file:
            json_ready(frame_of(table)).write_json(file)


def json_ready(frame: pl.DataFrame) -> pl.DataFrame:
    """Only texts, booleans, and numbers that every JSON reader reads exactly."""
    short, long = split_decimals(frame)
    frame = frame.with_columns(
        pl.col(short).cast(pl.Float64), pl.col([*long, *beyond(frame, LARGEST_DOUBLE)]).cast(pl.String)
    )
    return moments_as_text(floats_as_text(frame, unbounded(frame)))
