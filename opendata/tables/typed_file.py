"""A validated table kept as Parquet: what validation leaves behind and publication reads, batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

#: Rows of one row group, and of one batch when it is read: bounds what is held in memory.
GROUP_ROWS = 65_536


def open_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of the file *path*, which is read once or twice and then deleted: nothing is packed that costs
    more time than it saves. Only whole numbers are, for most of their eight bytes are zeros.

    Statistics are kept for what has an order that readers ask for; texts and truth values have none.
    """
    wholes = [field.name for field in schema if pa.types.is_integer(field.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression={name: "lz4" if name in wholes else "none" for name in schema.names},
        use_dictionary=False,
        write_statistics=[field.name for field in schema if is_ordered(field.type)],
    )


def is_ordered(type_: pa.DataType) -> bool:
    """Whether the file says of each group of such values which is the smallest and which the largest."""
    return not (pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_boolean(type_))


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

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, at most :data:`GROUP_ROWS` at a time; at least one batch, if it is empty.

        :param columns: only these, in this order.
        """
        wanted = pa.schema([self.schema.field(name) for name in columns or self.schema.names])
        # Neither mapped nor read ahead: either would hold as much of the file as there is.
        with pq.ParquetFile(self.path, pre_buffer=False) as parquet:
            for batch in parquet.iter_batches(GROUP_ROWS, columns=list(wanted.names)):
                yield batch.select(wanted.names).cast(wanted)
        if not self.rows:
            yield pa.RecordBatch.from_pylist([], schema=wanted)

    def table(self) -> pa.Table:
        """All of it in memory: for small tables and tests."""
        return pa.Table.from_batches(self.batches(), schema=self.schema)


def open_typed(path: Path) -> TypedFile:
    """The typed file at *path*, which :func:`write_typed` or validation wrote."""
    with pq.ParquetFile(path) as parquet:
        return TypedFile(path, parquet.metadata.num_rows, parquet.schema_arrow.remove_metadata())


def write_typed(table: pa.Table, path: Path) -> TypedFile:
    """Keep *table* at *path*."""
    with open_writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=GROUP_ROWS)
    return TypedFile(path, table.num_rows, table.schema)
