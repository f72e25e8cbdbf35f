"""A validated table kept as Parquet: what validation leaves behind and publication reads, batch by batch."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from opendata.tables.decimals import retyped_rows
from opendata.tables.typed_sink import GROUP_ROWS, TypedSink, written_schema


@dataclass(frozen=True, slots=True)
class TypedFile:
    """One typed column per field of the schema, in its order; rows in the order of the source.

    ``path`` is the Parquet file. Types are those of :func:`opendata.tables.typed.typed`; field metadata
    carries ``type``, the Table Schema type.
    """

    path: Path
    rows: int
    schema: pa.Schema

    @property
    def column_names(self) -> list[str]:
        """The fields' names."""
        names: list[str] = self.schema.names
        return names

    def batches(
        self, columns: Sequence[str] | None = None, rows: int = GROUP_ROWS
    ) -> Iterator[pa.RecordBatch]:
        """The rows, at most *rows* at a time; at least one batch, if it is empty.

        :param columns: only these, in this order.
        """
        wanted = pa.schema([self.schema.field(name) for name in columns or self.schema.names])
        # Neither mapped nor read ahead: either would hold as much of the file as there is. In one thread: each
        # thread that decodes keeps tens of megabytes for itself.
        with pq.ParquetFile(self.path, pre_buffer=False) as parquet:
            for batch in parquet.iter_batches(rows, columns=list(wanted.names), use_threads=False):
                yield retyped_rows(batch.select(wanted.names), wanted)
        if not self.rows:
            yield pa.RecordBatch.from_pylist([], schema=wanted)

    def table(self) -> pa.Table:
        """All of it in memory: for small tables and tests."""
        return pa.Table.from_batches(self.batches(), schema=self.schema)


def open_typed(path: Path) -> TypedFile:
    """The typed file at *path*, which :func:`write_typed` or validation wrote."""
    with pq.ParquetFile(path) as parquet:
        return TypedFile(path, parquet.metadata.num_rows, written_schema(parquet))


def write_typed(table: pa.Table, path: Path) -> TypedFile:
    """Keep *table* at *path*."""
    sink = TypedSink(path, table.schema)
    with closing(sink):
        sink.write(table)
    return TypedFile(path, table.num_rows, table.schema)
