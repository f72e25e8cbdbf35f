"""Foreign keys against frictionless' own verdict; small cells and changes against plain counting."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidInput
from opendata.tables import read, typed
from opendata.tables.typed_file import TypedFile, write_typed
from opendata.validation import foreign_keys, small_cells
from opendata.validation.known import Known
from opendata.validation.small_cells import SmallCells
from tests.validation.judged import judged, rows_of

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TYPES = ["string", "integer", "number", "date", "year", "boolean"]
TEXTS = ["1", "1.0", "01", "2", "2018", "2018-01-02", "2018-1-2", "true", "x", ""]


def published(folder: Path, fields: Sequence[dict[str, Any]], rows: Sequence[Sequence[str]]) -> TypedFile:
    """A release of *rows*, typed as publication types it."""
    path = folder / "published.csv"
    lines = [",".join(field["name"] for field in fields), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return write_typed(typed(read(path, scratch=folder), {"fields": fields}), folder / "published.parquet")


def theirs(descriptor: dict[str, Any], rows: Sequence[Sequence[str]], other: dict[str, Any]) -> list[int]:
    """The rows that frictionless tells of, *other* being a further resource of the package."""
    names = [field["name"] for field in descriptor["fields"]]
    main = {"name": "main", "data": [names, *map(list, rows)], "schema": descriptor}
    package = frictionless.Package.from_descriptor({"name": "p", "resources": [main, other]})
    report = package.get_resource("main").validate()
    return sorted(row - 2 for row, type_ in report.flatten(["rowNumber", "type"]) if type_ == "foreign-key")


def own_cells(type_: str, draw: Any) -> str:
    """A text that frictionless reads as *type_*, or none: a published table has no others."""
    texts = {
        "string": TEXTS[:-1],
        "integer": ["1", "01", "2", "2018"],
        "number": ["1", "1.0", "2", "2018"],
        "date": ["2018-01-02", "2018-1-3"],
        "year": ["2018", "1999"],
        "boolean": ["true"],
    }[type_]
    return str(draw(st.sampled_from([*texts, ""])))


@SETTINGS
@given(st.data())
def test_a_reference_to_a_dataset_is_judged_as_frictionless_judges_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    here = [data.draw(st.sampled_from(TYPES)) for _ in range(2)]
    # Python, and so frictionless, takes true for the number 1; to us a truth value equals none.
    there = [one if one == "boolean" else data.draw(st.sampled_from([one, *TYPES[:-1]])) for one in here]
    width = data.draw(st.integers(1, 2))
    rows = data.draw(st.lists(st.tuples(*[st.sampled_from(TEXTS)] * 2), min_size=1, max_size=6))
    other = [tuple(own_cells(one, data.draw) for one in there) for _ in range(data.draw(st.integers(1, 5)))]
    other = [row for row in other if any(row)] or [("", "")]
    fields = [{"name": name, "type": type_} for name, type_ in zip("ab", here, strict=True)]
    target = [{"name": name, "type": type_} for name, type_ in zip("xy", there, strict=True)]
    key = {"fields": list("ab"[:width]), "reference": {"resource": "other", "fields": list("xy"[:width])}}
    descriptor = {"fields": fields, "foreignKeys": [key]}
    released = published(tmp_path, target, other)
    known = Known(dataset=lambda slug: released if slug == "other" else None)
    found = rows_of(judged(descriptor, rows, known), "foreign-key")
    resource = {"name": "other", "data": [["x", "y"], *map(list, other)], "schema": {"fields": target}}
    assert found == [row for row in theirs(descriptor, rows, resource) if any(rows[row])]


@SETTINGS
@given(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS)), min_size=1, max_size=8),
    st.sampled_from(TYPES),
)
def test_a_table_may_refer_to_itself(rows: list[tuple[str, str]], type_: str) -> None:
    descriptor = {
        "fields": [{"name": "id", "type": type_}, {"name": "parent", "type": type_}],
        "foreignKeys": [{"fields": "parent", "reference": {"resource": "", "fields": "id"}}],
    }
    other = {"name": "other", "data": [["x"], ["1"]]}
    assert rows_of(judged(descriptor, rows), "foreign-key") == [
        row for row in theirs(descriptor, rows, other) if any(rows[row])
    ]


def test_what_is_no_number_is_never_found() -> None:
    descriptor = {
        "fields": [{"name": "id", "type": "number"}],
        "foreignKeys": [{"fields": "id", "reference": {"resource": "", "fields": "id"}}],
    }
    rows = [("NaN",), ("1",), ("nan",)]
    other = {"name": "other", "data": [["x"], ["1"]]}
    assert rows_of(judged(descriptor, rows), "foreign-key") == theirs(descriptor, rows, other) == [0, 2]


def test_a_vocabulary_is_referred_to_by_code_or_label() -> None:
    def key(fields: str) -> dict[str, Any]:
        reference = {"resource": "vocabulary:openness", "fields": [fields]}
        return {
            "fields": [{"name": "a", "type": "string"}],
            "foreignKeys": [{"fields": ["a"], "reference": reference}],
        }

    assert rows_of(judged(key("code"), [("closed",), ("不予开放",)]), "foreign-key") == [1]
    assert rows_of(judged(key("zh"), [("closed",), ("不予开放",)]), "foreign-key") == [0]


def test_a_reference_that_leads_nowhere_is_told_of() -> None:
    reference = {"resource": "other", "fields": ["x"]}
    descriptor = {
        "fields": [{"name": "a", "type": "string"}],
        "foreignKeys": [{"fields": ["a"], "reference": reference}],
    }
    unpublished = judged(descriptor, [("1",)], Known(dataset=lambda _: None))
    assert [(one.code, one.severity, one.row) for one in unpublished.findings] == [
        ("foreign-key", "error", None)
    ]
    out_of_reach = judged(descriptor, [("1",)])
    assert [(one.code, one.severity) for one in out_of_reach.findings] == [("foreign-key", "warning")]
    assert out_of_reach.valid


def test_too_many_keys_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_keys, "MOST_BYTES", 100)
    released = published(
        tmp_path, [{"name": "x", "type": "string"}], [(f"key number {n}",) for n in range(50)]
    )
    reference = {"resource": "other", "fields": ["x"]}
    descriptor = {
        "fields": [{"name": "a", "type": "string"}],
        "foreignKeys": [{"fields": ["a"], "reference": reference}],
    }
    with pytest.raises(InvalidInput, match="too many"):
        judged(descriptor, [("1",)], Known(dataset=lambda _: released))


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["1990-01-02", "1990-12-31", "1991-01-01", ""]), st.sampled_from(["男", "女"])),
    min_size=1,
    max_size=20,
)


@SETTINGS
@given(PEOPLE, st.integers(2, 4))
def test_small_cells_are_counted_on_what_is_published(rows: list[tuple[str, str]], k: int) -> None:
    born = {"name": "born", "type": "date", "mask": {"rule": "date", "to": "year"}}
    report = judged(
        {
            "fields": [born, {"name": "sex", "type": "string"}],
            "quasiIdentifiers": {"fields": ["born", "sex"], "k": k, "severity": "warning"},
        },
        rows,
    )
    small = [count for count in Counter((day[:4], sex) for day, sex in rows).values() if count < k]
    told = [one for one in report.findings if one.code == "small-cells"]
    assert [one.value for one in told] == ([f"{len(small)} 组 groups, {sum(small)} 行 rows"] if small else [])
    assert report.valid
    assert (
        report.notes[-1].en
        == f"{sum(bool(day) for day, _ in rows)} values of born are masked before publishing."
    )


@SETTINGS
@given(st.lists(st.integers(0, 30), max_size=120), st.integers(1, 30))
def test_groups_beyond_memory_are_counted_alike(numbers: list[int], held: int) -> None:
    rule = {"fields": ["a"], "k": 3}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(small_cells, "HELD", held)
        watch = SmallCells(rule, {"a": "a"})
        for start in range(0, len(numbers), 7):
            watch.take(one_column(numbers[start : start + 7]))
        few = [count for count in Counter(numbers).values() if count < 3]
        assert watch.small() == (len(few), sum(few))


def one_column(numbers: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({"a": list(map(str, numbers))}, schema={"a": pl.String})


KEYED = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["1", ""])), min_size=1, max_size=8)


@SETTINGS
@given(KEYED, KEYED, st.sampled_from([0, 0.25, 0.5]))
def test_what_may_change_since_the_last_release(
    tmp_path: Path, before: list[tuple[str, str]], after: list[tuple[str, str]], limit: float
) -> None:
    before, after = list(dict(before).items()), list(dict(after).items())
    fields = [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}]
    check = {
        "type": "change",
        **dict.fromkeys(["loss", "growth", "nulls", "keys"], limit),
        "severity": "warning",
    }
    last = published(tmp_path, fields, before)
    report = judged({"fields": fields, "primaryKey": "id", "checks": [check]}, after, Known(last=last))
    most = Decimal(str(limit))
    moved = Decimal(len(after) - len(before))
    gone = {key for key, _ in before} - {key for key, _ in after}
    empty = [Decimal(sum(not cell for _, cell in rows)) / len(rows) for rows in (before, after)]
    expected = (abs(moved) > most * len(before)) + (len(gone) > most * len(before))
    risen = sum(not cell for _, cell in after) * len(before) - sum(not cell for _, cell in before) * len(
        after
    )
    expected += risen > most * len(before) * len(after)
    told = [one for one in report.findings if one.code == "change"]
    assert len(told) == expected, empty
    assert report.valid


def test_a_release_of_dates_and_numbers_keeps_its_keys(tmp_path: Path) -> None:
    fields = [{"name": "day", "type": "date"}, {"name": "n", "type": "number"}]
    last = published(tmp_path, fields, [("2018-01-02", "1.50"), ("2018-01-03", "2")])
    assert last.table().to_pylist()[0] == {"day": date(2018, 1, 2), "n": Decimal("1.50")}
    check = {"type": "change", "keys": 0}
    descriptor = {"fields": fields, "primaryKey": ["day", "n"], "checks": [check]}
    assert judged(descriptor, [("2018-01-02", "1.5"), ("2018-1-3", "2.0")], Known(last=last)).findings == ()
    gone = judged(descriptor, [("2018-01-02", "1.5")], Known(last=last))
    assert [(one.code, one.severity, one.value) for one in gone.findings] == [("change", "error", "1")]
    assert isinstance(last.schema, pa.Schema)
