"""A typed table comes back from its file as it was: types, nulls, order, and the fields' metadata."""

from contextlib import closing
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from opendata.tables.typed_file import open_typed, write_typed
from opendata.tables.typed_sink import TypedSink

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


def _amounts(digits: int, scale: int, *texts: str) -> pa.Table:
    array = pa.array([Decimal(text) for text in texts], pa.decimal128(digits, scale))
    return pa.table([array], schema=pa.schema([pa.field("n", array.type, metadata={"type": "number"})]))


def test_a_column_may_come_to_need_more_digits(tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    first, later = _amounts(3, 2, "1.25"), _amounts(9, 2, "-1234567.05")
    with closing(TypedSink(path, first.schema)) as sink:
        sink.write(first)
        assert sink.takes(later.schema)
        sink.write(later)
        assert not sink.takes(_amounts(9, 3, "1.255").schema)
        assert not sink.takes(_amounts(19, 2, "1.25").schema)
    found = open_typed(path).table()
    assert found.schema.equals(later.schema, check_metadata=True)
    assert found["n"].to_pylist() == [Decimal("1.25"), Decimal("-1234567.05")]


def test_a_file_of_another_hand_says_no_digits(tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    pq.write_table(_amounts(5, 2, "1.25"), path)
    assert open_typed(path).table().equals(_amounts(5, 2, "1.25"), check_metadata=True)
