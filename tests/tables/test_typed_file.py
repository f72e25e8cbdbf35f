"""A typed table comes back from its file as it was: types, nulls, order, and the fields' metadata."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from opendata.tables.typed_file import open_typed, write_typed

COLUMNS = {
    "text": pa.array(["", None, "济南😀"]),
    "whole": pa.array([2**62, None, -1], pa.int64()),
    "exact": pa.array([Decimal("1.50"), None, Decimal("-0.01")], pa.decimal128(9, 2)),
    "wide": pa.array([Decimal(10) ** 50, None, Decimal(0)], pa.decimal256(60, 0)),
    "flag": pa.array([True, None, False]),
    "day": pa.array([date(2020, 2, 29), None, date(1, 1, 1)], pa.date32()),
    "moment": pa.array([63_713_433_600_000_001, None, -62_135_596_800_000_000], pa.timestamp("us")),
    "hour": pa.array([time(23, 59, 59), None, time()], pa.time64("us")),
    "year": pa.array([2016, None, -1], pa.int32()),
}


def _table(rows: int = 3) -> pa.Table:
    fields = [pa.field(name, array.type, metadata={"type": name}) for name, array in COLUMNS.items()]
    return pa.Table.from_arrays(list(COLUMNS.values()), schema=pa.schema(fields)).slice(0, rows)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    write_typed(_table(), path)
    opened = open_typed(path)
    assert opened.rows == 3
    assert opened.table().equals(_table(), check_metadata=True)


def test_some_columns_in_another_order(tmp_path: Path) -> None:
    opened = write_typed(_table(), tmp_path / "typed.parquet")
    (batch,) = opened.batches(["year", "text"])
    assert batch.to_pydict() == {"year": [2016, None, -1], "text": ["", None, "济南😀"]}


def test_no_rows_are_one_empty_batch(tmp_path: Path) -> None:
    write_typed(_table(0), tmp_path / "typed.parquet")
    opened = open_typed(tmp_path / "typed.parquet")
    assert [batch.num_rows for batch in opened.batches()] == [0]
    assert opened.table().schema.equals(_table().schema, check_metadata=True)
