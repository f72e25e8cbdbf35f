"""Narrow decimals whose digits are said to be more or fewer, without a look at their values."""

import pyarrow as pa

#: The widest decimals of Arrow; Parquet readers without 256 bits still take the 38.
NARROW, WIDE = 38, 76
#: What eight bytes hold.
_SHORT = 18


def with_digits(values: pa.Array, precision: int) -> pa.Array:
    """Narrow decimals *values* said to have *precision* digits, which all of them keep."""
    type_ = pa.decimal128(precision, values.type.scale)
    return pa.Array.from_buffers(type_, len(values), values.buffers(), values.null_count, values.offset)


def roomy(type_: pa.DataType) -> pa.DataType:
    """*type_*, a narrow decimal with as many digits as the bytes hold in which it is kept."""
    if not pa.types.is_decimal128(type_):
        return type_
    return pa.decimal128(_SHORT if type_.precision <= _SHORT else NARROW, type_.scale)


def retyped(values: pa.Array, type_: pa.DataType) -> pa.Array:
    """*values* as *type_*, which holds every one of them."""
    narrow = pa.types.is_decimal128(values.type) and pa.types.is_decimal128(type_)
    if narrow and values.type.scale == type_.scale:
        return with_digits(values, type_.precision)
    return values if values.type == type_ else values.cast(type_)


def retyped_rows(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The columns of *rows*, in order, as *schema* has them, which holds every value."""
    arrays = [retyped(column, type_) for column, type_ in zip(rows.columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
