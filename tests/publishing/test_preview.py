"""The profile of a table, whole, worked out by hand; and against plain Python on any table."""

import json
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.publishing.preview import LONGEST_TEXT, ROWS, profile


def test_a_profile_says_what_is_in_the_columns():
    table = pa.table(
        {
            "city": ["济南", "青岛", "济南", None, "德州"],
            "n": [3, 1, 2**60, None, 1],
            "price": pa.array([Decimal("1.50"), None, Decimal("-2.00"), None, None]),
            "day": [date(2018, 1, 1), date(2017, 1, 1), None, None, None],
            "opens": [time(8, 30), None, None, None, None],
            "seen": pa.array([datetime.fromisoformat("2018-01-01T08:00"), None, None, None, None]),
            "open": [True, True, False, None, None],
            "none": pa.array([None] * 5, pa.string()),
        }
    )
    types = ["string", "integer", "number", "date", "time", "datetime", "boolean", "string"]
    schema = {"fields": [{"name": n, "type": t} for n, t in zip(table.column_names, types, strict=True)]}

    result = profile(table, schema)

    assert result["rows"] == 5
    assert result["columns"] == [
        {"name": "city", "type": "string", "nulls": 1, "distinct": 3, "shortest": 2, "longest": 2,
         "top": top(("济南", 2), ("德州", 1), ("青岛", 1))},
        {"name": "n", "type": "integer", "nulls": 1, "distinct": 3, "min": 1, "max": str(2**60),
         "top": top((1, 2), (3, 1), (str(2**60), 1))},
        {"name": "price", "type": "number", "nulls": 3, "distinct": 2, "min": -2.0, "max": 1.5,
         "top": top((-2.0, 1), (1.5, 1))},
        {"name": "day", "type": "date", "nulls": 3, "distinct": 2, "min": "2017-01-01", "max": "2018-01-01",
         "top": top(("2017-01-01", 1), ("2018-01-01", 1))},
        {"name": "opens", "type": "time", "nulls": 4, "distinct": 1, "min": "08:30:00", "max": "08:30:00",
         "top": top(("08:30:00", 1))},
        {"name": "seen", "type": "datetime", "nulls": 4, "distinct": 1, "min": "2018-01-01T08:00:00",
         "max": "2018-01-01T08:00:00", "top": top(("2018-01-01T08:00:00", 1))},
        {"name": "open", "type": "boolean", "nulls": 2, "distinct": 2, "top": top((True, 2), (False, 1))},
        {"name": "none", "type": "string", "nulls": 5, "distinct": 0, "shortest": None, "longest": None, "top": []},
    ]  # fmt: skip
    assert result["preview"][0] == {
        "city": "济南", "n": "3", "price": 1.5, "day": "2018-01-01", "opens": "08:30:00",
        "seen": "2018-01-01T08:00:00", "open": True, "none": None,
    }  # fmt: skip
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def top(*pairs) -> list[dict]:
    return [{"value": value, "count": count} for value, count in pairs]


def test_a_preview_is_short():
    table = pa.table({"text": ["长" * 1_000] * 100})
    result = profile(table, {"fields": [{"name": "text", "type": "string"}]})
    assert result["preview"] == [{"text": "长" * LONGEST_TEXT}] * ROWS
    assert result["columns"][0]["top"] == [{"value": "长" * LONGEST_TEXT, "count": 100}]


@given(st.lists(st.none() | st.sampled_from("甲乙丙丁ab") | st.text(max_size=3), max_size=40))
@settings(deadline=None, max_examples=60)
def test_counts_agree_with_counting(values):
    schema = {"fields": [{"name": "a", "type": "string"}]}
    (column,) = profile(pa.table({"a": pa.array(values, pa.string())}), schema)["columns"]
    given_ = Counter(value for value in values if value is not None)
    assert (column["nulls"], column["distinct"]) == (values.count(None), len(given_))
    expected = sorted(given_.items(), key=lambda pair: (-pair[1], pair[0].encode()))[:5]
    assert [(item["value"], item["count"]) for item in column["top"]] == expected
