"""The profile of a table, whole, worked out by hand; against plain Python on any table; and near the truth on big ones."""

import json
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opendata.publishing.formats.base import Rows
from opendata.publishing.formats.shape import Shape
from opendata.publishing.profile import ROWS, Profile
from opendata.publishing.profile.distinct import Distinct
from opendata.publishing.profile.frequent import Frequent
from opendata.publishing.profile.histogram import Histogram
from opendata.publishing.profile.plain import LONGEST_TEXT
from tests.publishing.tables import typed_file


def profiled(table: pa.Table, schema, folder, rows: int = 2) -> dict:
    profile = Profile(Shape(schema, typed_file(table, folder)))
    for batch in table.to_batches(max_chunksize=rows):
        profile.add(Rows(batch))
    return profile.result()


def test_a_profile_says_what_is_in_the_columns(tmp_path):
    table = pa.table(
        {
            "city": ["济南", "青岛", "济南", None, "德州市"],
            "n": [3, 1, 2**60, None, 1],
            "price": pa.array([Decimal("1.50"), None, Decimal("-2.50"), None, None]),
            "day": [date(2018, 1, 1), date(2017, 12, 31), None, None, None],
            "opens": [time(8, 30), None, None, None, None],
            "seen": pa.array([datetime.fromisoformat("2018-01-01T08:00"), None, None, None, None]),
            "open": [True, True, False, None, None],
            "none": pa.array([None] * 5, pa.string()),
            "id": ["a", "b", "c", None, "d"],
        }
    )
    types = ["string", "integer", "number", "date", "time", "datetime", "boolean", "string", "string"]
    schema = {
        "primaryKey": ["id"],
        "fields": [{"name": n, "type": t} for n, t in zip(table.column_names, types, strict=True)],
    }

    result = profiled(table, schema, tmp_path)

    assert result["rows"] == 5
    histograms = {
        column["name"]: column.pop("histogram") for column in result["columns"] if "histogram" in column
    }
    assert result["columns"] == [
        {"name": "city", "type": "string", "nulls": 1, "distinct": 3, "shortest": 2, "longest": 3, "average": 2.2,
         "top": top(("济南", 2), ("德州市", 1), ("青岛", 1))},
        {"name": "n", "type": "integer", "nulls": 1, "distinct": 3, "min": 1, "max": str(2**60),
         "top": top((1, 2), (3, 1), (str(2**60), 1))},
        {"name": "price", "type": "number", "nulls": 3, "distinct": 2, "min": -2.5, "max": 1.5,
         "top": top((-2.5, 1), (1.5, 1))},
        {"name": "day", "type": "date", "nulls": 3, "distinct": 2, "min": "2017-12-31", "max": "2018-01-01",
         "top": top(("2017-12-31", 1), ("2018-01-01", 1))},
        {"name": "opens", "type": "time", "nulls": 4, "distinct": 1, "min": "08:30:00", "max": "08:30:00",
         "top": top(("08:30:00", 1))},
        {"name": "seen", "type": "datetime", "nulls": 4, "distinct": 1, "min": "2018-01-01T08:00:00",
         "max": "2018-01-01T08:00:00", "top": top(("2018-01-01T08:00:00", 1))},
        {"name": "open", "type": "boolean", "nulls": 2, "distinct": 2, "top": top((True, 2), (False, 1))},
        {"name": "none", "type": "string", "nulls": 5, "distinct": 0, "top": []},
        {"name": "id", "type": "string", "nulls": 1, "distinct": 4, "shortest": 1, "longest": 1, "average": 1.0, "top": []},
    ]  # fmt: skip
    assert [*histograms] == ["n", "price", "day"]
    assert histograms["day"] == {"edges": ["2017-12-31", "2018-01-01", "2018-01-02"], "counts": [1, 1]}
    assert histograms["price"]["edges"][:2] == [-2.5, -2.3]
    assert histograms["price"]["counts"] == [1, *[0] * 18, 1]
    assert result["preview"][0] == {
        "city": "济南", "n": "3", "price": 1.5, "day": "2018-01-01", "opens": "08:30:00",
        "seen": "2018-01-01T08:00:00", "open": True, "none": None, "id": "a",
    }  # fmt: skip
    assert len(result["preview"]) == 5
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def top(*pairs) -> list[dict]:
    return [{"value": value, "count": count} for value, count in pairs]


def test_a_preview_is_short(tmp_path):
    table = pa.table({"text": ["长" * 1_000] * 100})
    result = profiled(table, {"fields": [{"name": "text", "type": "string"}]}, tmp_path, rows=15)
    assert result["preview"] == [{"text": "长" * LONGEST_TEXT}] * ROWS
    assert result["columns"][0]["top"] == [{"value": "长" * LONGEST_TEXT, "count": 100}]


@given(st.lists(st.none() | st.sampled_from("甲乙丙丁ab") | st.text(max_size=3), max_size=40))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_agree_with_counting(tmp_path, values):
    schema = {"fields": [{"name": "a", "type": "string"}]}
    (column,) = profiled(pa.table({"a": pa.array(values, pa.string())}), schema, tmp_path, rows=7)["columns"]
    given_ = Counter(value for value in values if value is not None)
    assert (column["nulls"], column["distinct"]) == (values.count(None), len(given_))
    expected = sorted(given_.items(), key=lambda pair: (-pair[1], pair[0].encode()))[:5]
    assert [(item["value"], item["count"]) for item in column["top"]] == expected


def test_many_different_values_are_counted_closely_in_little_room():
    counted = Distinct(10_000)
    for start in range(0, 500_000, 50_000):
        counted.add(pl.int_range(start, start + 60_000, eager=True).cast(pl.String))
    assert not counted.exact
    assert counted.count() == pytest.approx(510_000, rel=0.04)  # four standard errors
    few = Distinct(10_000)
    few.add(pl.Series(range(10_000)))
    few.add(pl.Series(range(5_000)))
    assert (few.exact, few.count()) == (True, 10_000)


@given(batches=st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=60), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
@example(batches=[[19] * 4 + [16] * 3 + [0] * 2 + [27, 22]])
def test_frequent_values_are_never_overstated_and_none_is_lost(batches):
    frequent = Frequent(4)
    for batch in batches:
        frequent.add(pl.Series("value", batch).value_counts(name="count"))
    truth = Counter(value for batch in batches for value in batch)
    found = dict(frequent.top(31))
    assert all(truth[value] - frequent.missed <= count <= truth[value] for value, count in found.items())
    assert {value for value, count in truth.items() if count > 2 * frequent.missed} <= {*found}
    assert frequent.missed <= sum(truth.values()) / 5 + len(batches)


SPREADS = [
    st.integers(-(2**40), 2**40),
    st.integers(-3, 3),
    st.dates(),
    st.datetimes(),
    st.floats(-1e6, 1e6),
    st.decimals(places=2, min_value=-1000, max_value=1000),
]


@pytest.mark.parametrize("kind", SPREADS)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_every_value_falls_into_its_class(kind, data):
    values = data.draw(st.lists(kind, min_size=2, max_size=30))
    histogram = Histogram.between((min(values), max(values)))
    if histogram is None:
        assert max(values) - min(values) in (0, timedelta(0)) or isinstance(values[0], float)
        return
    histogram.add(pl.Series(values))
    result = histogram.result()
    assert sum(result["counts"]) == len(values)
    assert len(result["edges"]) == len(result["counts"]) + 1
    if isinstance(values[0], int):
        pairs = [*zip(result["edges"], result["edges"][1:], result["counts"], strict=False)]
        assert all(sum(low <= value < high for value in values) == count for low, high, count in pairs)


def test_points_are_counted_where_they_lie(tmp_path):
    table = pa.table(
        {
            "lon": [117.0, 117.0, 117.006, None, 122.0],
            "lat": [36.5, 36.5, 36.501, 36.0, 38.0],
            "crs": ["WGS84", "CGCS2000", "GCJ-02", "WGS84", "nowhere"],
        }
    )
    fields = [
        {"name": "lon", "type": "number"},
        {"name": "lat", "type": "number"},
        {"name": "crs", "type": "string"},
    ]
    extent = profiled(table, {"fields": fields}, tmp_path)["extent"]
    assert extent["bounds"] == pytest.approx([117.0, 36.5, 117.0, 36.5], abs=2e-3)
    assert sum(count for *_, count in extent["points"]) == 3
    assert "extent" not in profiled(table.drop_columns("lat"), {"fields": fields[::2]}, tmp_path)
