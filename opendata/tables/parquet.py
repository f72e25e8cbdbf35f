"""Parquet: typed columns as text, in batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from opendata.tables.documents import value_text
from opendata.tables.faults import empty, malformed, too_large
from opendata.tables.frames import FrameRows
from opendata.tables.grid import Grid, checked_width, clean_label
from opendata.tables.limits import MAX_PLAIN
from opendata.tables.repeated import refuse_swelling
from opendata.tables.texts import cell_text

_ROWS = 16_384
_DIRECT = (
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_string,
)


def _nested_text(value: object) -> str:
    return value_text(_plain(value))


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
    return cell_text(value)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _texts(column: pa.Array) -> pa.Array:
    """One column of a batch as text; null stays null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        size = len(column) and pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py()
        refuse_swelling(size or 0)
        column.dictionary.validate(full=True)  # else whatever bytes would pass for text
        column = column.dictionary_decode()
        kind = column.type
    elif _is_text(kind):
        column.validate(full=True)
    if pa.types.is_large_string(kind) or any(is_kind(kind) for is_kind in _DIRECT):
        return column.cast(pa.large_string())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.large_string())
    write = _nested_text if pa.types.is_nested(kind) else cell_text
    coded = column.dictionary_encode() if pa.types.is_floating(kind) or pa.types.is_temporal(kind) else None
    if coded is None:
        return pa.array([_written(value, write) for value in column.to_pylist()], pa.large_string())
    texts = pa.array([_written(value, write) for value in coded.dictionary.to_pylist()], pa.large_string())
    return texts.take(coded.indices)


def _written(value: object, write: Any) -> str | None:  # noqa: ANN401 - a function of one value
    if isinstance(value, bytes):
        return value.decode()
    return None if value is None else write(value)


def _frames(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    number = 0
    try:
        with pq.ParquetFile(path, read_dictionary=columns) as file:
            for batch in file.iter_batches(_ROWS, use_threads=False):
                texts = [
                    pl.Series(str(at), pl.from_arrow(_texts(one))) for at, one in enumerate(batch.columns)
                ]
                yield pl.DataFrame(texts).with_columns(pl.all().cast(pl.String).replace("", None))
                number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _broken(error, number) from error


def _broken(error: Exception, after: int = 0) -> Exception:
    shown = str(error).replace("\n", " ")[:120]
    return malformed(
        "Parquet", f"第 {after} 行之后无法读取（{shown}）", f"it cannot be read after row {after} ({shown})"
    )


def read_parquet(path: Path) -> Grid:
    """The columns of *path* as labels and rows; the row of a record is its number.

    Numbers, days and moments are written as :func:`cell_text` writes them, nested values as JSON.

    :raises UnreadableFile: broken, without columns, too large.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            groups = range(metadata.num_row_groups)
            size = sum(metadata.row_group(number).total_byte_size for number in groups)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _broken(error) from error
    if size > MAX_PLAIN:
        raise too_large(
            f"解压后有 {size // 2**20} MB", f"it unpacks to {size // 2**20} MB", f"<= {MAX_PLAIN // 2**20} MB"
        )
    checked_width(len(schema.names))
    labels = tuple(clean_label(name) for name in schema.names)
    if not any(labels):
        raise empty()
    texts = [field.name for field in schema if _is_text(field.type)]
    rows = FrameRows([], _frames(path, texts), len(labels), keep_blank=True)
    return Grid(labels, 0, rows, "parquet")
