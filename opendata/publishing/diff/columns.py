"""Two Parquet files made comparable: read piece by piece, the columns that both have each in one type."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

#: A file that unpacks to less than this is held in memory as a whole, which is fastest.
SMALL = 256 << 20
#: Rows of one piece of a larger file.
PIECE = 250_000
#: Where a row stands in its file, counted from 0.
ROW = "\0row"
#: Digits that polars keeps of a decimal, and those that a 64-bit whole number may have.
_DIGITS, _WHOLE_DIGITS = 38, 19
_INTEGERS = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32})
_FLOATS = frozenset({pl.Float32, pl.Float64})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two files, with its columns as polars reads them; ``held`` is all of it, if it is small."""

    path: Path
    rows: int
    types: dict[str, pl.DataType]
    held: pl.DataFrame | None

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows with their places (:data:`ROW`), from the first to the last."""
        if self.held is not None:
            yield self.held
            return
        start = 0
        with pq.ParquetFile(self.path) as parquet:
            for batch in parquet.iter_batches(PIECE):
                yield _frame(pa.Table.from_batches([batch])).with_row_index(ROW, offset=start)
                start += batch.num_rows

    def at(self, places: NDArray[np.intp]) -> pl.DataFrame:
        """The rows at these *places*, which ascend."""
        if self.held is not None:
            return self.held[places]
        found = [pl.DataFrame(schema={ROW: pl.get_index_type(), **self.types})]
        for piece in self.pieces():
            start = int(piece[ROW][0])
            first, last = np.searchsorted(places, (start, start + piece.height))
            found.append(piece[places[first:last] - start])
        return pl.concat(found)


def side(path: Path) -> Side:
    """Open the Parquet file at *path*."""
    with pq.ParquetFile(path) as parquet:
        schema, facts = parquet.schema_arrow, parquet.metadata
        unpacked = sum(facts.row_group(group).total_byte_size for group in range(facts.num_row_groups))
        wide = any(pa.types.is_decimal256(one.type) for one in schema)
    types = dict(_frame(schema.empty_table()).schema)
    held = None
    if unpacked < SMALL:
        # polars reads several times as fast, but knows no decimal of more than 38 digits
        held = _frame(pq.read_table(path)) if wide else pl.read_parquet(path)
        held = held.with_row_index(ROW)
    return Side(path, facts.num_rows, types, held)


def common_types(old: Side, new: Side) -> dict[str, pl.DataType]:
    """The columns that both have, in the newer's order, each with a type in which equal values of both are equal."""
    return {name: _common(old.types[name], type_) for name, type_ in new.types.items() if name in old.types}


def aligned(frame: pl.DataFrame, types: dict[str, pl.DataType]) -> pl.DataFrame:
    """The columns *types* of *frame*, in these types."""
    given = frame.schema
    as_texts = [name for name, type_ in types.items() if type_ == pl.String and given[name] != pl.String]
    told = frame.select([*types]).with_columns(as_text(frame.select(as_texts)))
    return told.with_columns(
        pl.col(name).cast(type_) for name, type_ in types.items() if told.schema[name] != type_
    )


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Every cell as the text that our CSV has for it; a null stays a null."""
    told = frame.with_columns(
        cs.date().dt.to_string("%Y-%m-%d"),
        cs.time().dt.to_string("%H:%M:%S%.f"),
        cs.datetime(time_zone=None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f"),
        cs.datetime(time_zone="*").dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z"),
        cs.float().cast(pl.String).str.replace(r"\.0$", ""),
    )
    return told.with_columns((~cs.string()).cast(pl.String))


def _frame(table: pa.Table) -> pl.DataFrame:
    """*table* for polars; decimals of more digits than it has as text."""
    for index, one in enumerate(table.schema):
        if pa.types.is_decimal256(one.type):
            table = table.set_column(index, one.name, table[one.name].cast(pa.string()))
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _common(old: pl.DataType, new: pl.DataType) -> pl.DataType:
    """The common type of two; text, as our CSV spells the values, where nothing else serves."""
    if old == new:
        return new
    both = (old, new)
    if all(type_ in _INTEGERS for type_ in both):
        return pl.Int64()
    if all(type_ in _INTEGERS or type_ in _FLOATS for type_ in both):
        return pl.Float64()
    if all(type_ in _INTEGERS or isinstance(type_, pl.Decimal) for type_ in both):
        scale, whole = max(map(_scale, both)), max(map(_whole, both))
        if scale + whole <= _DIGITS:
            return pl.Decimal(_DIGITS, scale)
    return pl.String()


def _scale(type_: pl.DataType) -> int:
    return type_.scale if isinstance(type_, pl.Decimal) else 0


def _whole(type_: pl.DataType) -> int:
    return type_.precision - type_.scale if isinstance(type_, pl.Decimal) else _WHOLE_DIGITS
