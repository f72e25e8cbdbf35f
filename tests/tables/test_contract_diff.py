"""What a change of a schema breaks, case by case; and a property: what breaks no publisher refuses no file."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from catalog.errors import InvalidInput
from opendata.tables.contract_diff import compare_contracts
from opendata.validation import validate
from opendata.validation.schema import make_schema

Change = tuple[str, str | None, bool, bool]


def schema(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"fields": list(fields), **more}


def field(name: str = "a", type: str = "string", **more: Any) -> dict[str, Any]:  # noqa: A002 - Table Schema's word
    return {"name": name, "type": type, **more}


def ruled(type: str = "string", **constraints: Any) -> dict[str, Any]:  # noqa: A002 - Table Schema's word
    return schema(field(type=type, constraints=constraints))


A, B = field(), field("b")
#: Before, after, and every change: its code, its field, whether it breaks publishers, whether consumers.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[Change]]] = {
    "nothing": (schema(A, B), schema(A, B), []),
    "order and words": (schema(A, field("b", description="x")), schema(field("b", title_en="B"), A), []),
    "field gone": (schema(A, B), schema(A), [("field-removed", "b", True, True)]),
    "field new": (schema(A), schema(A, B), [("field-added", "b", False, False)]),
    "required field new": (
        schema(A),
        schema(A, field("b", constraints={"required": True})),
        [("field-added", "b", True, False)],
    ),
    "key field new": (
        schema(A),
        schema(A, B, primaryKey="b"),
        [("field-added", "b", True, False), ("primary-key-changed", None, True, False)],
    ),
    "field renamed, its old name kept as an alias": (
        schema(A, B),
        schema(A, field("c", aliases=["b"])),
        [("field-renamed", "c", False, True)],
    ),
    "title changed": (
        schema(field(title="甲")),
        schema(field(title="乙")),
        [("label-removed", "a", True, False)],
    ),
    "title changed, the old one kept as an alias": (
        schema(field(title="甲")),
        schema(field(title="乙", aliases=["甲"])),
        [],
    ),
    "integer to number": (
        schema(field(type="integer")),
        schema(field(type="number")),
        [("type-changed", "a", False, True)],
    ),
    "number to integer": (
        schema(field(type="number")),
        schema(field(type="integer")),
        [("type-changed", "a", True, True)],
    ),
    "date to text": (schema(field(type="date")), schema(A), [("type-changed", "a", False, True)]),
    "text to e-mail": (schema(A), schema(field(format="email")), [("format-changed", "a", True, False)]),
    "e-mail to text": (schema(field(format="email")), schema(A), [("format-changed", "a", False, True)]),
    "date to any date": (
        schema(field(type="date")),
        schema(field(type="date", format="any")),
        [("format-changed", "a", False, False)],
    ),
    "required": (ruled(), ruled(required=True), [("constraint-tightened", "a", True, False)]),
    "no longer required": (ruled(required=True), ruled(), [("constraint-loosened", "a", False, True)]),
    "required: false said outright": (ruled(), ruled(required=False), []),
    "unique": (ruled(), ruled(unique=True), [("constraint-tightened", "a", True, False)]),
    "minimum raised": (
        ruled("integer", minimum=9),
        ruled("integer", minimum=10),
        [("constraint-tightened", "a", True, False)],
    ),
    "minimum lowered": (
        ruled("integer", minimum=10),
        ruled("integer", minimum=9),
        [("constraint-loosened", "a", False, True)],
    ),
    "maximum of dates raised": (
        ruled("date", maximum="2018-12-31"),
        ruled("date", maximum="2019-12-31"),
        [("constraint-loosened", "a", False, True)],
    ),
    "longer texts": (
        ruled(maxLength=20),
        ruled(maxLength=40),
        [("constraint-loosened", "a", False, True)],
    ),
    "enum changed": (
        ruled(enum=["x", "y"]),
        ruled(enum=["y", "z"]),
        [("constraint-changed", "a", True, True)],
    ),
    "enum in another order": (ruled(enum=["x", "y"]), ruled(enum=["y", "x"]), []),
    "enum grown": (ruled(enum=["x"]), ruled(enum=["x", "y"]), [("constraint-loosened", "a", False, True)]),
    "pattern changed": (ruled(pattern="x+"), ruled(pattern="x*"), [("constraint-changed", "a", True, True)]),
    "key narrowed": (
        schema(A, B, primaryKey=["a", "b"]),
        schema(A, B, primaryKey="a"),
        [("primary-key-changed", None, True, False)],
    ),
    "key widened": (
        schema(A, B, primaryKey=["a"]),
        schema(A, B, primaryKey=["b", "a"]),
        [("primary-key-changed", None, False, True)],
    ),
    "key said as a text": (schema(A, primaryKey="a"), schema(A, primaryKey=["a"]), []),
    "unique key": (
        schema(A, B),
        schema(A, B, uniqueKeys=[["a", "b"]]),
        [("unique-key-added", None, True, False)],
    ),
    "check gone": (
        schema(A, checks=[{"type": "minimum-rows", "rows": 2}]),
        schema(A),
        [("check-removed", None, False, True)],
    ),
    "code check": (schema(A), schema(field(check="uscc")), [("check-changed", "a", True, False)]),
    "missing value": (
        schema(A),
        schema(A, missingValues=["", "—"]),
        [("missing-value-added", None, True, False)],
    ),
    "missing value where one is needed": (
        schema(A, primaryKey="a"),
        schema(A, primaryKey="a", missingValues=["", "—"]),
        [("missing-value-added", None, True, False)],
    ),
    "missing value gone": (
        schema(A, missingValues=["", "—"]),
        schema(A),
        [("missing-value-removed", None, True, True)],
    ),
    "more words for yes": (
        schema(field(type="boolean", trueValues=["是"])),
        schema(field(type="boolean", trueValues=["是", "有"])),
        [("reading-changed", "a", False, False)],
    ),
    "masked": (
        schema(A),
        schema(field(mask={"rule": "keep", "first": 1})),
        [("mask-changed", "a", False, True)],
    ),
    "another unit": (
        schema(field(unit="万元")),
        schema(field(unit="元")),
        [("unit-changed", "a", False, True)],
    ),
    "no longer public": (
        schema(A, public={"a": "依法公开"}),
        schema(A),
        [("public-removed", "a", True, False)],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_a_change_breaks_what_it_says(
    before: dict[str, Any], after: dict[str, Any], expected: list[Change]
) -> None:
    found = compare_contracts(before, after)
    assert [(one.code, one.field, one.publishers, one.consumers) for one in found.changes] == expected
    assert found.breaks_publishers is any(publishers for _, _, publishers, _ in expected)
    assert found.breaks_consumers is any(consumers for *_, consumers in expected)
    assert all(one.text.zh and one.text.en for one in found.changes)


def test_what_breaks_stands_first() -> None:
    found = compare_contracts(schema(A), schema(B, field("c"), field("a", type="integer")))
    assert [one.breaking for one in found.changes] == [True, False, False]


FIELD = {
    "type": st.sampled_from(["string", "string", "any", "integer", "number", "date", "year"]),
    "constraints": st.sampled_from([{}, {}, {"required": True}, {"unique": True}, {"enum": ["1", "2018"]}, {"enum": ["1"]},
                                    {"maxLength": 2}, {"pattern": "[0-9]+"}]),
    "title": st.sampled_from(["甲", "v"]),
    "aliases": st.sampled_from([[], ["甲"], ["乙"]]),
}  # fmt: skip
TABLE = {
    "missingValues": st.sampled_from([[""], ["", "-"]]),
    "primaryKey": st.sampled_from([[], ["k"], ["v"], ["k", "v"]]),
    "uniqueKeys": st.sampled_from([[], [["k", "v"]]]),
}


@st.composite
def changed(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A schema, and the same with one thing changed."""
    fields = {key: draw(values) for key, values in FIELD.items()}
    before = {key: draw(values) for key, values in TABLE.items()}
    after, others = dict(before), dict(fields)
    chosen = draw(st.sampled_from([*FIELD, *TABLE]))
    if chosen in FIELD:
        others[chosen] = draw(FIELD[chosen])
    else:
        after[chosen] = draw(TABLE[chosen])
    key = {"name": "k", "type": "string"}
    return (
        before | {"fields": [key, {"name": "v", **fields}]},
        after | {"fields": [key, {"name": "v", **others}]},
    )


TEXTS = st.sampled_from(["1", "2018", "2018-01-02", "-", "", "x", "1.5"])


@given(
    changed(), st.sampled_from(["v", "甲", "乙"]), st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=2)
)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_change_that_breaks_no_publisher_refuses_no_file(
    tmp_path_factory: pytest.TempPathFactory,
    schemas: tuple[dict[str, Any], dict[str, Any]],
    label: str,
    rows: list[tuple[str, str]],
) -> None:
    before, after = schemas
    try:
        for descriptor in schemas:
            make_schema(descriptor, "x", "named")
    except InvalidInput:
        reject()  # a constraint that the type does not know
    assume(before != after and not compare_contracts(before, after).breaks_publishers)
    text = StringIO()
    csv.writer(text).writerows([["k", label], *rows])
    path = tmp_path_factory.getbasetemp() / "changed.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    if validate(path, before, schemas=Path()).valid:
        report = validate(path, after, schemas=Path())
        assert report.valid, report.findings
