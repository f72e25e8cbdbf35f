"""The typed table: schema order and names, exact values, nulls, and no value that was never judged."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidInput
from opendata.tables import read, typed

KINDS = {
    "code": "string",
    "count": "integer",
    "big": "integer",
    "price": "number",
    "odd": "number",
    "open": "boolean",
    "day": "date",
    "moment": "datetime",
    "zoned": "datetime",
    "hour": "time",
    "year": "year",
    "shape": "object",
    "absent": "number",
}
CSV = """价格,code,count,big,odd,open,day,moment,zoned,hour,year,shape
1.10,001,１２,92233720368547758080,NaN,是,2018-01-02,2018-01-02 03:04:05,2018-01-02T03:04:05+08:00,06:30:00,2018,"{""a"": 1}"
—,—,—,—,—,—,—,—,—,—,—,—
-20,,5,,,否,,,,,,
"""


def schema_of(kinds: dict[str, str]) -> dict[str, object]:
    fields: list[dict[str, object]] = [{"name": name, "type": kind} for name, kind in kinds.items()]
    for field in fields:
        if field["name"] == "price":
            field["title"] = "价格"
        if field["type"] == "boolean":
            field |= {"trueValues": ["是"], "falseValues": ["否"]}
    return {"fields": fields, "missingValues": ["", "—"]}


def test_every_type(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    result = typed(read(path, scratch=tmp_path), schema_of(KINDS))
    odd = result.column("odd").to_pylist()
    assert str(odd) == "[nan, None, None]"
    assert result.drop_columns("odd").to_pydict() == {
        "code": ["001", None, None],
        "count": [12, None, 5],
        "big": [Decimal(92233720368547758080), None, None],
        "price": [Decimal("1.10"), None, Decimal(-20)],
        "open": [True, None, False],
        "day": [date(2018, 1, 2), None, None],
        "moment": [datetime(2018, 1, 2, 3, 4, 5), None, None],  # noqa: DTZ001 - the text names no zone
        "zoned": [datetime(2018, 1, 1, 19, 4, 5, tzinfo=UTC), None, None],
        "hour": [time(6, 30), None, None],
        "year": [2018, None, None],
        "shape": ['{"a": 1}', None, None],
        "absent": [None, None, None],
    }
    assert result.schema.field("price").type == pa.decimal128(4, 2)
    assert result.schema.field("price").metadata == {b"type": b"number"}
    assert result.schema.names == list(KINDS)


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda value: abs(value.adjusted()) < 60 and -int(value.as_tuple().exponent) < 60
)


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=8))
def test_numbers_are_exact(tmp_path_factory: pytest.TempPathFactory, values: list[Decimal]) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    path = folder / "a.csv"
    path.write_text("甲,n\n" + "".join(f"x,{value}\n" for value in values), encoding="utf-8")
    column = typed(read(path, scratch=folder), schema_of({"n": "number"})).column("n").to_pylist()
    assert [Decimal(value) for value in column] == values


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("n,m\n1,2\nx,3\n", "第 3 行 n 的值不是 integer"),
        ("n,m\n1\n", "单元格数与表头不一致"),
        ("", "没有表头"),
    ],
)
def test_what_was_never_judged_is_not_published(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=sentence):
        typed(read(path, scratch=tmp_path), schema_of({"n": "integer", "m": "integer"}))
