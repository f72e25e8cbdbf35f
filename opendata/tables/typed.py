"""The table that is published: schema types, schema order, field names, exact numbers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from catalog.errors import InvalidInput
from catalog.records import Finding, Text
from opendata.tables.blocks import blocks
from opendata.tables.cells import missing_values, value_reader
from opendata.tables.columns import match_columns
from opendata.tables.decimals import NARROW, WIDE
from opendata.tables.masking import Masking, masked_schema
from opendata.tables.parse import column_name, parsed
from opendata.tables.table import Table

_LONG_MAX = 2**63
#: Zeros that may be written where a number has fewer digits.
_LONGEST = 100


def texts(table: Table) -> pa.Table:
    """The rows of *table* as strings, one column per label, named ``c0``, ``c1``, …

    :raises InvalidInput: a row has more or fewer cells than the header.
    """
    width = len(table.labels)
    if not width:
        raise InvalidInput(
            f"{table.name} 没有表头，无法取值。", f"{table.name} has no header to take values from."
        )
    try:
        parts = [
            parsed(block, table, width) for block in blocks(table.text, table.start, quoted=table.quoted)
        ]
    except pa.ArrowInvalid as error:
        raise InvalidInput(
            f"{table.name} 各行的单元格数与表头不一致，须先校验。",
            f"{table.name} has rows that are longer or shorter than its header; validate it first.",
        ) from error
    columns = [pa.chunked_array([part[index] for part in parts], pa.string()) for index in range(width)]
    return pa.table(columns, [column_name(index) for index in range(width)])


def _whole(values: Sequence[Any]) -> pa.Array:
    biggest = max((abs(value) for value in values if value is not None), default=0)
    if biggest < _LONG_MAX:
        return pa.array(values, pa.int64())
    return _exact([None if value is None else Decimal(value) for value in values])


def _exact(values: Sequence[Decimal | None]) -> pa.Array:
    """Decimals of one precision and scale that hold every value exactly; floats only for NaN and infinity."""
    known = [value for value in values if value is not None]
    if not all(value.is_finite() for value in known):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    shapes = [(value.adjusted() + 1, -int(value.as_tuple().exponent)) for value in known]
    scale = max((scale for _, scale in shapes), default=0)
    scale = max(scale, 0)
    precision = max((digits for digits, _ in shapes), default=1)
    precision = max(precision, 1) + scale
    if precision <= NARROW:
        return pa.array(values, pa.decimal128(precision, scale))
    if precision <= WIDE:
        return pa.array(values, pa.decimal256(precision, scale))
    return pa.array([None if value is None else _written(value) for value in values], pa.string())


def _written(value: Decimal) -> str:
    """Plainly, unless an exponent would blow it up: eleven characters can stand for a thousand million digits."""
    far = max(abs(value.adjusted()), abs(int(value.as_tuple().exponent)))
    return format(value, "f") if far <= max(_LONGEST, len(value.as_tuple().digits)) else str(value)


def _moments(values: Sequence[datetime | None]) -> pa.Array:
    """Moments without a zone as they stand; with zones as UTC; a mixture only as text, nothing invented."""
    zoned = {value.tzinfo is not None for value in values if value is not None}
    if len(zoned) > 1:
        return pa.array([value and value.isoformat(sep=" ") for value in values], pa.string())
    if zoned == {True}:
        return pa.array([value and value.astimezone(UTC) for value in values], pa.timestamp("us", "UTC"))
    return pa.array(values, pa.timestamp("us"))


def _hours(values: Sequence[time | None]) -> pa.Array:
    if any(value is not None and value.tzinfo is not None for value in values):
        return pa.array([value and value.isoformat() for value in values], pa.string())
    return pa.array(values, pa.time64("us"))


def _days(values: Sequence[date | None]) -> pa.Array:
    return pa.array(values, pa.date32())


#: From the values of a column to its array, for the types that are not kept as text.
BUILDERS: dict[str, Callable[[Sequence[Any]], pa.Array]] = {
    "integer": _whole,
    "number": _exact,
    "boolean": lambda values: pa.array(values, pa.bool_()),
    "date": _days,
    "datetime": _moments,
    "time": _hours,
    "year": lambda values: pa.array(values, pa.int32()),
}
#: The types of columns without any value.
EMPTY = {
    "integer": pa.int64(),
    "number": pa.decimal128(NARROW, 0),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "time": pa.time64("us"),
    "year": pa.int32(),
}


def _refusal(field: Mapping[str, Any], row: int) -> InvalidInput:
    zh = f"第 {row} 行 {field['name']} 的值不是 {field['type']}，须先校验。"
    en = f"Row {row}: the value of {field['name']} is no {field['type']}; validate first."
    finding = Finding("type-error", Text(zh, en), row=row, field=field["name"], expected=field["type"])
    return InvalidInput(zh, en, [finding])


def _column(
    column: pa.ChunkedArray, field: Mapping[str, Any], missing: Sequence[str], table: Table
) -> pa.Array:
    """One column's texts as values of the field's type; every distinct text is read once."""
    blank = pc.is_in(column, value_set=pa.array(missing, pa.string()))
    column = pc.if_else(blank, pa.scalar(None, pa.string()), column)
    build = BUILDERS.get(field.get("type", "string"))
    if build is None:
        return column
    encoded = column.combine_chunks().dictionary_encode()
    read = value_reader(field)
    distinct = encoded.dictionary.to_pylist()
    values = [read(text) for text in distinct]
    if None in values:
        at = pc.index(column, distinct[values.index(None)]).as_py()
        raise _refusal(field, table.physical_row(at + 1))
    if not values:
        return pa.nulls(len(column), EMPTY[field["type"]])
    return build(values).take(encoded.indices)


def _by_field(
    table: Table, schema: Mapping[str, Any], mask_key: str
) -> tuple[dict[str, pa.ChunkedArray], int]:
    """The texts of each field that has a column, the masked ones masked, dropped ones gone; and how many rows."""
    cells = texts(table)
    columns = match_columns(table.labels, schema["fields"])
    named = {
        field["name"]: cells.column(column)
        for index, field in enumerate(schema["fields"])
        if (column := columns.column_of(index)) is not None
    }
    masking = Masking(schema, mask_key)
    if masking.fields:
        frame = masking.apply(pl.DataFrame({name: pl.from_arrow(column) for name, column in named.items()}))
        for name in masking.fields:
            column = named.pop(name, None)
            if column is not None and name in frame.columns:
                named[name] = pa.chunked_array([frame[name].to_arrow().cast(pa.string())])
    return named, cells.num_rows


def typed(table: Table, schema: Mapping[str, Any], mask_key: str = "") -> pa.Table:
    """The rows of *table* under the Table Schema descriptor *schema*, masked as it says.

    What comes out is described by :func:`opendata.tables.masking.masked_schema`.

    Columns come in the schema's order under the fields' names; a field without a column is all null;
    columns that no field claims are left out. Types: string; integer → int64 (decimal beyond 2⁶³);
    number → decimal with as many places as the longest value has, so that sums and texts are exact
    (float64 only if a value is NaN or infinite); boolean; date → date32; datetime → timestamp (UTC if
    the texts name a zone); time → time64; year → int32; every other type as its text. Field metadata
    carries ``type``.

    :param mask_key: the secret of columns that are masked by hash.
    :raises InvalidInput: the table breaks its schema's types or shape: it has not been validated.
    :raises SettingError: a column is masked by hash, and *mask_key* is missing or too short.
    """
    cells, rows = _by_field(table, schema, mask_key)
    arrays, described = [], []
    for field in masked_schema(schema)["fields"]:
        kind = field.get("type", "string")
        absent = pa.nulls(rows, EMPTY.get(kind, pa.string()))
        gaps = missing_values(schema, field)
        column = cells.get(field["name"])
        array = absent if column is None else _column(column, field, gaps, table)
        arrays.append(array)
        described.append(pa.field(field["name"], array.type, metadata={"type": kind}))
    return pa.Table.from_arrays(arrays, schema=pa.schema(described))
