"""Parquet, laid out for questions: zstd, small row groups, sorted by the fields that people filter by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.records import Text
from opendata.publishing.formats.base import Format, Schema

#: Small enough that a filter on a sorted field skips most of the file.
ROW_GROUP = 20_000


class Parquet(Format):
    """Columns with their types; nulls, empty texts, big numbers and decimals as they are."""

    name = "parquet"
    title = Text("Parquet（数据分析）", "Parquet (for analysis)")
    media_type = "application/vnd.apache.parquet"
    extension = ".parquet"
    #: A file: few Data Package readers read Parquet, which carries its own schema.
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file"}

    def write(self, table: pa.Table, schema: Schema, path: Path) -> None:
        """Write the rows sorted by the schema's ``sort`` fields; equal rows keep their order, nulls come last."""
        keys = [(name, "ascending") for name in schema.get("sort", ()) if name in table.column_names]
        if keys:
            table = table.sort_by(keys)
        pq.write_table(
            table,
            path,
            compression="zstd",
            row_group_size=ROW_GROUP,
            write_page_index=True,
            sorting_columns=pq.SortingColumn.from_ordering(table.schema, keys) if keys else None,
        )
