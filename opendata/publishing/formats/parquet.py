"""Parquet, laid out for questions: zstd, small row groups, sorted by the fields that people filter by."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.shape import Schema, Shape
from opendata.publishing.formats.sorted_rows import sorted_rows

#: Small enough that a filter on a sorted field skips most of the file.
ROW_GROUP = 20_000


class Parquet(Format):
    """Columns with their types; nulls, empty texts, big numbers and decimals as they are.

    Rows are sorted by the schema's ``sort`` fields; equal rows keep their order, nulls come last.
    """

    name = "parquet"
    title = Text("Parquet（数据分析）", "Parquet (for analysis)")
    media_type = "application/vnd.apache.parquet"
    extension = ".parquet"
    #: A file: few Data Package readers read Parquet, which carries its own schema.
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file"}

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin the file; a table to be sorted is read from the typed file, in that order."""
        keys = sort_keys(shape.schema, shape.file.column_names)
        target = _Target(shape.file.schema, keys, out)
        return _Sorted(target, sorted_rows(shape.file, keys)) if keys else _Straight(target)


def sort_keys(schema: Schema, columns: list[str]) -> list[str]:
    """The columns by which the file is sorted."""
    return [name for name in schema.get("sort", ()) if name in columns]


class _Target:
    """The Parquet file, written in row groups of one size whatever comes at once."""

    def __init__(self, schema: pa.Schema, keys: list[str], out: Out) -> None:
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._order = [(name, "ascending") for name in keys]
        self._out = out
        self._file: pq.ParquetWriter | None = None
        self.schema = schema

    def add(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROW_GROUP:
            self._write(self._rows - self._rows % ROW_GROUP)

    def _write(self, rows: int) -> None:
        waiting = pa.Table.from_batches(self._waiting, schema=self.schema)
        self._begun(waiting).write_table(waiting.slice(0, rows), row_group_size=ROW_GROUP)
        rest = waiting.slice(rows)
        self._waiting, self._rows = rest.to_batches(), rest.num_rows

    def _begun(self, first: pa.Table) -> pq.ParquetWriter:
        if self._file is None:
            repeated = [name for name in first.column_names if _repeats(first[name].slice(0, ROW_GROUP))]
            self._file = pq.ParquetWriter(
                cast("Any", self._out),
                self.schema,
                compression="zstd",
                use_dictionary=repeated or False,
                write_page_index=True,
                sorting_columns=pq.SortingColumn.from_ordering(self.schema, self._order)
                if self._order
                else None,
            )
        return self._file

    def close(self) -> None:
        if self._rows:
            self._write(self._rows)
        self._begun(self.schema.empty_table()).close()


def _repeats(column: pa.ChunkedArray) -> bool:
    """Whether a dictionary of the column's values would be shorter than the column."""
    return bool(pc.count_distinct(column).as_py() * 2 <= len(column))


class _Straight(Writer):
    """Rows as they come."""

    def __init__(self, target: _Target) -> None:
        self._target = target

    def write(self, rows: Rows) -> None:
        self._target.add(rows.batch)

    def close(self) -> None:
        self._target.close()


class _Sorted(Writer):
    """Rows in an order of their own, which only the whole file tells."""

    alone = True

    def __init__(self, target: _Target, rows: Iterator[pa.RecordBatch]) -> None:
        self._target, self._rows = target, rows

    def write(self, rows: Rows) -> None:
        """They are in the typed file already."""

    def steps(self) -> Generator[None, None, None]:
        """A run put aside, or a batch written, with each."""
        for batch in self._rows:
            self._target.add(batch)
            yield

    def close(self) -> None:
        self._target.close()
