"""The difference of two releases, against the plainest way to tell it: dicts of rows."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from opendata.publishing.diff import columns, diff_rows
from opendata.publishing.diff.rows import CHANGE, FIELDS

Row = dict[str, Any]
CELLS = {
    "text": st.none() | st.sampled_from(["", "济南", "😀", "01", " "]),
    "whole": st.none() | st.integers(-3, 3) | st.just(2**62 + 1),
    "share": st.none() | st.sampled_from([Decimal("0.10"), Decimal("-2.50"), Decimal("99999999.99")]),
    "flag": st.none() | st.booleans(),
    "ratio": st.none() | st.sampled_from([0.0, 1.5, float("nan"), float("inf")]),
}
TYPES = {
    "id": pa.int64(), "text": pa.string(), "whole": pa.int64(), "share": pa.decimal128(10, 2), "flag": pa.bool_(),
    "ratio": pa.float64(),
}  # fmt: skip
NEW = st.fixed_dictionaries(CELLS)


def write(rows: list[Row], path: Path, names: list[str]) -> Path:
    schema = pa.schema([(name, TYPES[name]) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, row_group_size=3)
    return path


def told(row: Row, names: list[str]) -> tuple[str, ...]:
    """A row as something that can be counted; NaN is like NaN."""
    return tuple(repr(row[name]) for name in names)


@st.composite
def releases(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[str], list[str]]:
    old = [{"id": number, **draw(NEW)} for number in range(draw(st.integers(0, 12)))]
    new = [dict(row) for row in old if draw(st.integers(0, 4))]
    for row in new:
        if not draw(st.integers(0, 3)):
            name = draw(st.sampled_from([*CELLS]))
            row[name] = draw(CELLS[name])
    new += [{"id": 100 + number, **draw(NEW)} for number in range(draw(st.integers(0, 3)))]
    names = ["id", *CELLS]
    dropped = draw(st.sampled_from([None, *CELLS]))
    return old, draw(st.permutations(new)), names, [name for name in names if name != dropped]


@pytest.mark.parametrize("small", [columns.SMALL, 0])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(releases())
def test_rows_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int,
    given_: tuple[list[Row], list[Row], list[str], list[str]],
) -> None:  # fmt: skip
    monkeypatch.setattr(columns, "SMALL", small)
    monkeypatch.setattr(columns, "PIECE", 4)
    old, new, names, kept = given_
    found = diff_rows(write(old, tmp_path / "old", names), write(new, tmp_path / "new", kept), ["id"])
    before, after = ({row["id"]: row for row in rows} for rows in (old, new))
    differing = {
        key: {name for name in kept if told(before[key], [name]) != told(after[key], [name])}
        for key in before.keys() & after.keys()
    }
    changed = {key: fields for key, fields in differing.items() if fields}
    assert (found.added, found.removed) == (
        len(after.keys() - before.keys()),
        len(before.keys() - after.keys()),
    )
    assert (found.changed, found.unchanged) == (len(changed), len(differing) - len(changed))
    assert found.fields == Counter(name for fields in changed.values() for name in fields)
    lines = found.rows.to_dicts()
    states = {kind: {int(row["id"]) for row in lines if row[CHANGE] == kind} for kind in ("before", "after")}
    assert states == {"before": {*changed}, "after": {*changed}}
    assert all(set(row[FIELDS]) == changed[int(row["id"])] for row in lines if row[FIELDS] is not None)
    assert {int(row["id"]) for row in lines if row[CHANGE] == "added"} == after.keys() - before.keys()
    assert all(
        row["text"] == after[int(row["id"])].get("text")
        for row in lines
        if row[CHANGE] == "added" and "text" in kept
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(*(st.lists(st.sampled_from(["甲", "乙", "丙", None]), max_size=9) for _ in range(2)), st.booleans())
def test_whole_rows_each_as_often_as_it_stands_there(
    tmp_path: Path, old: list[str | None], new: list[str | None], keyed: bool
) -> None:
    paths = [
        write([{"text": text} for text in rows], tmp_path / name, ["text"])
        for name, rows in (("old", old), ("new", new))
    ]
    found = diff_rows(*paths, ["text"] if keyed else [])
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    assert (found.added, found.removed, found.changed) == (come.total(), gone.total(), 0)
    assert Counter(found.rows.filter(pl.col(CHANGE) == "added")["text"]) == come
    assert Counter(found.rows.filter(pl.col(CHANGE) == "removed")["text"]) == gone
    assert found.unchanged == (Counter(new) & Counter(old)).total()


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (pa.array([1, 2]), pa.array([Decimal("1.0"), Decimal("2.5")]), 1),
        (pa.array([1, 2]), pa.array(["1", "2"]), 0),
        (pa.array([Decimal("1.10")]), pa.array([Decimal("1.1")]), 0),
        (pa.array([1]), pa.array([1.0]), 0),
        (pa.array([True]), pa.array(["true"]), 0),
        (pa.array([10**60], pa.decimal256(61, 0)), pa.array([10**60 + 1], pa.decimal256(61, 0)), 1),
        (pa.array([10**60], pa.decimal256(61, 0)), pa.array([10**60], pa.decimal256(61, 0)), 0),
    ],
)
def test_values_of_two_types_are_compared_as_what_they_say(
    tmp_path: Path, before: pa.Array, after: pa.Array, changed: int
) -> None:
    for name, values in (("old", before), ("new", after)):
        pq.write_table(pa.table({"id": pa.array(range(len(values))), "value": values}), tmp_path / name)
    assert diff_rows(tmp_path / "old", tmp_path / "new", ["id"]).changed == changed


def test_a_key_that_tells_nothing_apart_is_no_key(tmp_path: Path) -> None:
    paths = [
        write([{"id": 1, "whole": number} for number in rows], tmp_path / name, ["id", "whole"])
        for name, rows in (("old", (1, 2)), ("new", (3, 4)))
    ]
    found = diff_rows(*paths, ["id"])
    assert (found.key, found.added, found.removed) == ((), 2, 2)
    assert diff_rows(*paths, ["nowhere"]).key == ()
