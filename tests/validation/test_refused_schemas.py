"""Schemas that must not judge: a pattern that may never end, a reference that leads outside, an unsound dialect."""

import json
import re
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidInput, NotFound
from opendata.tables.typed_file import open_typed
from opendata.validation import named_schema, validate
from opendata.validation.patterns import runs_away
from opendata.validation.schema import make_schema

ENDLESS = [
    *("(a+)+", "(a+)+$", "(a|a)*", "(a*)*", "(a|b|ab)*c", "(.*a){12}", ".*区.*", r"\d+\d+", r"(\d+,?)*"),
    *("(x+x+)+y", "([a-zA-Z]+)*", "(a{1,30}){1,30}", "(a{1,5}){30}", r"(.)\1", "(?:a|aa)+", "(?=(a+)+b)a*"),
    *(r"(?:0\d{2,3}-?)?\d{5,8}(?:[;](?:0\d{2,3}-?)?\d{5,8})*", "a" * 500),
]
FINE = [
    *(r"\d{6}", r"\d{4}-\d{2}", "[a-z0-9]+(-[a-z0-9]+)*", r"(\d+,)*\d+", r"1[3-9]\d{9}", "(许可|处罚)", ".*"),
    *(
        r"\s*\S+\s*",
        "[^区]*区.*",
        r"(?:\d{1,3},)*\d{3}(\.\d+)?",
        r"\d{1,3}(\.\d{1,3}){3}",
        "(a|ab)*",
        "(?i:x)+",
    ),
    *("鲁[A-Z][A-Z0-9]{5,6}", r"[^@\s]+@[^@\s]+\.[a-z]+", "", "^a$", r"(?!x)\w+", "[0-9A-HJ-NPQRTUWXY]{18}"),
]


def descriptor(**more: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "string"}], **more}


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_may_run_away_is_refused(pattern: str) -> None:
    field = {"name": "甲", "type": "string", "constraints": {"pattern": pattern}}
    with pytest.raises(InvalidInput, match="甲") as caught:
        make_schema({"fields": [field]}, "x", "named")
    assert [finding.code for finding in caught.value.findings] == ["bad-schema"]


@pytest.mark.parametrize("pattern", FINE)
def test_a_pattern_that_ends_is_taken(pattern: str) -> None:
    assert not runs_away(pattern)


ATOMS = st.sampled_from(["a", "b", "[ab]", ".", r"\d", "(?:ab|a)", "(?:a|b)", "1"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(pattern=PATTERNS, text=st.text("ab1", min_size=1, max_size=3))
def test_whatever_is_taken_comes_to_an_end(pattern: str, text: str) -> None:
    """On a long text that fails at its very end, one that runs away would outlast the universe."""
    if not runs_away(pattern):
        re.compile(f"^{pattern}$").match(text * 2000 + "!")


@pytest.mark.parametrize(
    ("outside", "where"),
    [
        ({"$ref": "#/definitions/a"}, "$ref"),
        ({"fields": [{"name": "a", "$ref": "http://127.0.0.1:1/a.json"}]}, "fields[0].$ref"),
        *(
            (
                {"foreignKeys": [{"fields": ["a"], "reference": {"resource": there, "fields": ["a"]}}]},
                "foreignKeys[0].reference.resource",
            )
            for there in (
                "http://127.0.0.1:1/a.csv",
                "../a.csv",
                "/etc/passwd",
                "C:\\a.csv",
                "x/../../a",
                "~/a",
            )
        ),
        ({"dialect": {"$schema": "x", "schema": "file:///etc/passwd"}}, "dialect.schema"),
        ({"path": "\\\\server\\share"}, "path"),
    ],
)
def test_nothing_outside_is_followed(
    monkeypatch: pytest.MonkeyPatch, outside: dict[str, Any], where: str
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(InvalidInput) as caught:
        make_schema(descriptor(**outside), "x", "named")
    assert [finding.code for finding in caught.value.findings] == ["bad-schema"]
    assert where in caught.value.findings[0].message.en


def test_names_and_profiles_are_no_references() -> None:
    named = descriptor(**{"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "name": "a"})
    assert make_schema(named, "x", "named").name == "x"


@pytest.mark.parametrize(
    "field",
    [
        {"type": "integer", "constraints": {"minimum": "x"}},
        {"type": "number", "constraints": {"maximum": "NaN"}},
        {"type": "number", "constraints": {"minimum": "sNaN"}},
        {"type": "date", "constraints": {"maximum": "2018-02-30"}},
        {"type": "date", "constraints": {"minimum": 20180101}},
        {"type": "list", "delimiter": ""},
        {"type": "string", "format": "wkt"},
    ],
    ids=str,
)
def test_values_that_nothing_can_be_compared_with(field: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="甲") as caught:
        make_schema({"fields": [{"name": "甲", **field}]}, "x", "named")
    assert [finding.code for finding in caught.value.findings] == ["bad-schema"]


def test_the_second_edition_is_judged_and_typed(tmp_path: Path) -> None:
    fields = [
        {"name": "n", "type": "integer", "constraints": {"exclusiveMinimum": 1}},
        {"name": "f", "type": "number", "missingValues": [{"value": "-", "label": "未测"}]},
    ]
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields,
        "missingValues": [{"value": ""}, {"value": "无", "label": "没有"}],
    }
    path, left = tmp_path / "a.csv", tmp_path / "a.parquet"
    path.write_text("n,f\n2,-\n无,1.5\n", encoding="utf-8")
    assert validate(path, schema, schemas=tmp_path, typed=left).valid
    assert open_typed(left).table().to_pylist() == [
        {"n": 2, "f": None},
        {"n": None, "f": Decimal("1.5")},
    ]
    path.write_text("n,f\n1,-\n", encoding="utf-8")
    assert validate(path, schema, schemas=tmp_path).counts == {"constraint-error": 1}


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "..", "a.json", "a\0b"])
def test_a_schema_is_not_named_by_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "secret.json").write_text(json.dumps(descriptor()), encoding="utf-8")
    with pytest.raises(NotFound):
        named_schema(name, tmp_path / "schemas")


@pytest.mark.parametrize("deep", [{"x": [[[]]]}, None])
def test_a_schema_nested_without_end_is_refused(deep: object) -> None:
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(InvalidInput):
        make_schema(descriptor(more=deep), "x", "named")
