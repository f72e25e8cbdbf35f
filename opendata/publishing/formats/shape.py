"""What is known of a table before its first row is written: how far its values reach.

A column is spelled in one way from its first row to its last, so a format must know beforehand whether a number
beyond what it counts exactly will come. The typed file's own statistics say so; only what they leave out is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from opendata.tables.typed_file import TypedFile
from opendata.tables.typed_sink import is_ordered

#: A Table Schema as parsed JSON.
Schema = Mapping[str, Any]
#: Smallest and largest value of a column; None if it has none.
Span = tuple[Any, Any] | None
#: The largest whole number up to which a double, and with it JavaScript and Excel's readers, counts exactly.
LARGEST_DOUBLE = 2**53 - 1
#: Excel keeps this many digits of a number and makes the rest zeros.
EXCEL_DIGITS = 15
#: Excel believes in a 29 February 1900; from the next day on all programs count alike.
FIRST_DAY = date(1900, 3, 1)
#: Bytes of a cell in memory, on the average of many tables.
_CELL = 16


@dataclass(frozen=True)
class Shape:
    """A table's schema, and the file that holds its rows."""

    schema: Schema
    file: TypedFile

    @property
    def types(self) -> Mapping[str, pa.DataType]:
        """The Arrow type of each column."""
        return {field.name: field.type for field in self.file.schema}

    @cached_property
    def size(self) -> int:
        """About how many bytes the rows take in memory."""
        with pq.ParquetFile(self.file.path) as parquet:
            meta = parquet.metadata
            packed: int = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        # Texts that repeat stand once in the file and as often in memory as there are rows.
        return max(packed, self.file.rows * len(self.types) * _CELL)

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """How far the values of each column reach; texts and booleans are left out."""
        ordered = {name for name, type_ in self.types.items() if is_ordered(type_)}
        with pq.ParquetFile(self.file.path) as parquet:
            found = {name: _span(parquet.metadata, name) for name in ordered if name in parquet.schema.names}
        return {name: self._read_span(name) if span == () else span for name, span in found.items()}

    def _read_span(self, name: str) -> Span:
        parts = [pc.min_max(batch.column(0)).as_py() for batch in self.file.batches([name])]
        known = [part for part in parts if part["min"] is not None]
        return (min(part["min"] for part in known), max(part["max"] for part in known)) if known else None

    def beyond(self, limit: int) -> list[str]:
        """The whole-number columns that hold a number further from zero than *limit*."""
        wholes = [name for name, type_ in self.types.items() if pa.types.is_integer(type_)]
        return [name for name in wholes if _reach(self.spans[name]) > limit]

    def decimals(self, *, long: bool) -> list[str]:
        """The decimal columns with a value of more than the 15 digits that a double keeps, or the others."""
        found = [name for name, type_ in self.types.items() if pa.types.is_decimal128(type_)]
        return [name for name in found if self._is_long(name) == long]

    def _is_long(self, name: str) -> bool:
        return bool(_reach(self.spans[name]) * 10 ** self.types[name].scale >= 10**EXCEL_DIGITS)

    @cached_property
    def unbounded(self) -> list[str]:
        """The floating-point columns that hold NaN or an infinity."""
        floats = [name for name, type_ in self.types.items() if pa.types.is_floating(type_)]
        return [
            name
            for name in floats
            if not all(
                pc.all(pc.is_finite(batch.column(0))).as_py() is not False
                for batch in self.file.batches([name])
            )
        ]

    @cached_property
    def awkward(self) -> list[str]:
        """Columns of days and hours that a spreadsheet can't hold: too early, with an offset or part of a second."""
        return [name for name, type_ in self.types.items() if self._is_awkward(name, type_)]

    def _is_awkward(self, name: str, type_: pa.DataType) -> bool:
        if pa.types.is_time(type_):
            return True
        if pa.types.is_date(type_):
            span = self.spans[name]
            return span is not None and span[0] < FIRST_DAY
        if not pa.types.is_timestamp(type_):
            return False
        span = self.spans[name]
        early = (
            span is not None
            and type_.tz is None
            and span[0] < datetime.combine(FIRST_DAY, datetime.min.time())
        )
        return type_.tz is not None or early or self._has_parts_of_seconds(name)

    def _has_parts_of_seconds(self, name: str) -> bool:
        parts = (
            pc.any(pc.not_equal(pc.subsecond(batch.column(0)), 0)).as_py()
            for batch in self.file.batches([name])
        )
        return any(parts)


def _span(meta: pq.FileMetaData, name: str) -> Any:  # noqa: ANN401 - a Span, or () where the statistics are silent
    column = meta.schema.names.index(name)
    parts = [meta.row_group(group).column(column).statistics for group in range(meta.num_row_groups)]
    if any(part is None or not part.has_null_count for part in parts):
        return ()
    known = [part for part in parts if part.has_min_max]
    silent = [part for part in parts if not part.has_min_max and part.num_values]
    if silent:
        return ()
    return (min(part.min for part in known), max(part.max for part in known)) if known else None


def _reach(span: Span) -> Any:  # noqa: ANN401 - an int or a Decimal, as the column's values are
    return 0 if span is None else max(abs(span[0]), abs(span[1]))
