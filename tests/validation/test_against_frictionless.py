"""On files whose labels are the field names, our verdict is frictionless' own, fault by fault."""

import csv
from pathlib import Path
from typing import Any

import pytest
from frictionless import Dialect, Error, Resource, Schema
from frictionless.formats import CsvControl
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.validation import validate
from opendata.validation.wording import SENTENCES

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "maximum": 50}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["甲", "乙"], "required": True}},
        {"name": "day", "type": "date"},
        {"name": "price", "type": "number", "constraints": {"minimum": 0}},
        {"name": "open", "type": "boolean"},
        {"name": "at", "type": "datetime"},
    ],
    "primaryKey": ["id"],
    "missingValues": ["", "-"],
}
NAMES = [field["name"] for field in SCHEMA["fields"]]
CELLS = [
    ["1", "2", "3", "51", "x", "1.0", "1_0", "１", "", "-", "+5", " 7"],
    ["甲", "乙", "丙", "", "甲 "],
    ["2018-01-02", "2018-1-2", "2018/01/02", "x", "", "2018-02-30"],
    ["1", "-1", "1e3", "1,000", "NaN", "", "x", "1.50"],
    ["true", "false", "是", "1", "", "yes"],
    ["2018-01-02T03:04:05", "2018-01-02 03:04:05", "2018-01-02", "", "2018-01-02T03:04:05+08:00"],
]
full = st.tuples(*(st.sampled_from(values) for values in CELLS)).map(list)
ragged = st.lists(st.sampled_from(["1", "甲", "", "x"]), max_size=8)
rows = st.lists(st.one_of(full, full, full, ragged), min_size=1, max_size=12)


def frictionless_verdict(folder: Path) -> list[tuple[object, ...]]:
    # Told the dialect, because it takes small tables for something else now and then.
    plain = CsvControl(delimiter=",", quote_char='"', double_quote=True, skip_initial_space=False)
    resource = Resource(
        path="a.csv",
        basepath=str(folder),
        schema=Schema.from_descriptor(SCHEMA),
        dialect=Dialect(controls=[plain], header_rows=[1]),
        encoding="utf-8",
    )
    report = resource.validate()
    found = report.flatten(["rowNumber", "fieldName", "fieldNumber", "type"])
    blank = {place[0] for place in found if place[3] == "blank-row"}
    return sorted(
        (
            (row, None if kind == "primary-key" else name or None, number, kind)
            for row, name, number, kind in found
            if not (row in blank and kind == "primary-key")
        ),
        key=str,
    )


@settings(max_examples=150, deadline=None)
@given(table=rows)
def test_same_faults(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("differential")
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_MINIMAL).writerows([NAMES, *table])
    report = validate(path, SCHEMA, schemas=folder)
    ours = sorted(
        (
            (one.row, None if one.code == "primary-key" else one.field, one.column, one.code)
            for one in report.findings
        ),
        key=str,
    )
    theirs = frictionless_verdict(folder)
    assert ours == theirs
    assert report.valid is (not theirs)
    assert report.rows == len(table)


def error_types(root: type) -> set[str]:
    return {kind.type for kind in root.__subclasses__()} | {  # type: ignore[attr-defined]
        name for kind in root.__subclasses__() for name in error_types(kind)
    }


def test_every_error_of_frictionless_has_a_sentence_in_both_languages() -> None:
    assert error_types(Error) - SENTENCES.keys() == set()
    assert all(zh and en and zh != en for zh, en in SENTENCES.values())
