"""The Parquet file of a typed table in the making."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from opendata.tables.decimals import retyped_rows, roomy

#: Rows of one row group, and of one batch when it is read: bounds what is held in memory.
GROUP_ROWS = 65_536
#: The file's own property that says how many digits each decimal column has.
_DIGITS = b"opendata:digits"


class TypedSink:
    """Writes rows to the file *path*.

    The file is read once or twice and then deleted: nothing is packed that costs more time than it saves.
    Only whole numbers are, for most of their eight bytes are zeros. Statistics are kept for what has an
    order that readers ask for. Decimals have room for more digits, since later rows may need it; how many
    they do have is said at the end.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        self._kept = _kept(schema)
        wholes = [field.name for field in schema if pa.types.is_integer(field.type)]
        self._writer = pq.ParquetWriter(
            path,
            self._kept,
            compression={name: "lz4" if name in wholes else "none" for name in schema.names},
            use_dictionary=False,
            write_statistics=[field.name for field in schema if is_ordered(field.type)],
        )

    def takes(self, schema: pa.Schema) -> bool:
        """Whether rows of *schema* may follow those that were written."""
        return bool(_kept(schema).equals(self._kept, check_metadata=True))

    def write(self, rows: pa.Table) -> None:
        """Add *rows*, whose decimals have as many digits as those before, or more."""
        self.schema = rows.schema
        kept = [retyped_rows(batch, self._kept) for batch in rows.to_batches()]
        self._writer.write_table(pa.Table.from_batches(kept, schema=self._kept), row_group_size=GROUP_ROWS)

    def close(self) -> None:
        """Write what comes last."""
        digits = {
            field.name: field.type.precision for field in self.schema if pa.types.is_decimal128(field.type)
        }
        self._writer.add_key_value_metadata({_DIGITS: json.dumps(digits).encode()})
        self._writer.close()


def _kept(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_type(roomy(field.type)) for field in schema])


def written_schema(parquet: pq.ParquetFile) -> pa.Schema:
    """The schema of what was written to the open file *parquet*."""
    said = json.loads((parquet.metadata.metadata or {}).get(_DIGITS, b"{}"))
    fields = [
        field.with_type(pa.decimal128(said[field.name], field.type.scale)) if field.name in said else field
        for field in parquet.schema_arrow
    ]
    return pa.schema(fields)


def is_ordered(type_: pa.DataType) -> bool:
    """Whether the file says of each group of such values which is the smallest and which the largest."""
    return not (pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_boolean(type_))
