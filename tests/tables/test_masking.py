"""Masked columns: what each rule makes of a value, and that no value gets past it."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidInput, SettingError
from opendata.tables import read, typed
from opendata.tables.masking import Masking, masked_schema
from opendata.validation.schema import make_schema

KEY = "0123456789abcdef"
PERSON = "11010519491231002X"


def masked(rule: dict[str, Any], *texts: str | None, **field: Any) -> list[str | None]:
    described = {"name": "a", "type": "string"} | field | {"mask": rule}
    schema = make_schema({"fields": [described], "missingValues": ["", "—"]}, "s", "named")
    frame = pl.DataFrame({"a": list(texts)}, schema={"a": pl.String})
    return Masking(schema.descriptor, KEY).apply(frame)["a"].to_list()


def hashed(text: str, scope: str = "a") -> str:
    return hmac.new(KEY.encode(), f"{scope}\0{text}".encode(), hashlib.sha256).hexdigest()


def test_each_rule() -> None:
    assert masked({"rule": "keep", "first": 1}, "张三丰", " 李四 ", "王", "—", "", None) == [
        *("张**", "李*", "*"),
        *(None, None, None),
    ]
    assert masked({"rule": "keep", "first": 3, "last": 4}, "13812345678", "1381234") == [
        "138****5678",
        "*******",
    ]
    assert masked({"rule": "hash"}, PERSON, f" {PERSON}", None) == [hashed(PERSON), hashed(PERSON), None]
    assert masked({"rule": "hash", "length": 16, "scope": "b"}, "x") == [hashed("x", "b")[:16]]
    assert masked({"rule": "date", "to": "year"}, "1990-3-7", "x", "—", type="date") == ["1990", None, None]
    assert masked({"rule": "date", "to": "month"}, "1990-03-07 01:02:03", type="datetime") == ["1990-03"]
    assert masked(
        {"rule": "bands", "edges": [0, 18, 60]}, "-1", "0", "17", "18", "1_000", "x", type="integer"
    ) == [
        *("<0", "[0,18)", "[0,18)"),
        *("[18,60)", "≥60", None),
    ]
    assert masked({"rule": "bands", "edges": [0.5]}, "0.4999999999999999999999", "NaN", type="number") == [
        "<0.5",
        None,
    ]
    assert masked({"rule": "division", "to": "city"}, "370102", "370102001", "37010", "990102") == [
        *("370100", "370100", None, None)
    ]
    assert masked({"rule": "division", "to": "province"}, "370102") == ["370000"]
    assert masked({"rule": "category", "map": {"肺炎": "呼吸系统"}, "other": "其他"}, "肺炎", "骨折") == [
        "呼吸系统",
        "其他",
    ]
    assert masked({"rule": "category", "map": {"肺炎": "呼吸系统"}}, "骨折") == [None]
    for to, found in (("birth-year", "1949"), ("region", "110100"), ("sex", "女")):
        assert masked({"rule": "identity", "to": to}, PERSON, PERSON[:-1] + "1", "张三") == [
            found,
            None,
            None,
        ]
    assert masked({"rule": "identity", "to": "birth-year"}, "370102900307421") == ["1990"]


def starred(text: str, first: int, last: int) -> str | None:
    """What ``keep`` has to make of *text*, character by character."""
    shown = list(text.strip())
    hide = range(first, len(shown) - last) if len(shown) > first + last else range(len(shown))
    return "".join("*" if at in hide else char for at, char in enumerate(shown)) or None


@given(st.lists(st.none() | st.text(max_size=8)), st.integers(0, 4), st.integers(0, 4))
def test_keep_shows_the_ends_alone(texts: list[str | None], first: int, last: int) -> None:
    rule = {"rule": "keep", "first": first, "last": last}
    assert masked(rule, *texts) == [
        None if text in {None, "", "—"} else starred(str(text), first, last) for text in texts
    ]


@given(st.lists(st.none() | st.text(min_size=1, max_size=8) | st.just(PERSON)))
def test_what_cannot_be_read_becomes_null(texts: list[str | None]) -> None:
    for rule, possible in (
        ({"rule": "identity", "to": "sex"}, {None, "女"}),
        ({"rule": "division", "to": "city"}, {None}),
        ({"rule": "category", "map": {"甲": "乙"}}, {None, "乙"}),
    ):
        assert set(masked(rule, *texts)) <= possible


@given(
    st.lists(st.tuples(st.sampled_from(["张三", "李四", "—"]), st.sampled_from(["法人", "自然人", "", None])))
)
def test_a_condition_that_cannot_be_told_masks(rows: list[tuple[str, str | None]]) -> None:
    rule = {"rule": "keep", "first": 1, "unless": {"field": "kind", "in": ["法人"]}}
    fields = [{"name": "who", "type": "string", "mask": rule}, {"name": "kind", "type": "string"}]
    masking = Masking({"fields": fields, "missingValues": ["", "—"]})
    frame = pl.DataFrame(rows, schema={"who": pl.String, "kind": pl.String}, orient="row")
    expected = [None if who == "—" else who if kind == "法人" else f"{who[0]}*" for who, kind in rows]
    assert masking.apply(frame)["who"].to_list() == expected
    assert masking.counts["who"] == sum(who != "—" and kind != "法人" for who, kind in rows)
    assert masking.apply(frame.drop("kind"))["who"].to_list() == [
        None if who == "—" else f"{who[0]}*" for who, _ in rows
    ]


def test_a_typed_table_and_its_schema_agree(tmp_path: Path) -> None:
    descriptor: dict[str, Any] = {
        "primaryKey": ["id"],
        "uniqueKeys": [["id", "no"], ["no"]],
        "sort": ["gone", "no"],
        "fields": [
            {"name": "id", "type": "string", "mask": {"rule": "hash"}, "constraints": {"unique": True, "pattern": "[0-9X]+"}},
            {"name": "gone", "type": "integer", "mask": {"rule": "drop"}},
            {"name": "no", "type": "integer", "mask": {"rule": "bands", "edges": [10]}, "constraints": {"maximum": 99}},
            {"name": "born", "title": "生日", "type": "date", "mask": {"rule": "date", "to": "year"}},
            {"name": "absent", "type": "date", "mask": {"rule": "date", "to": "year"}},
            {"name": "open", "type": "boolean"},
        ],
    }  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text(f"id,gone,no,生日,open\n{PERSON},7,5,1990-01-02,true\n1,8,,,\n", encoding="utf-8")
    table = typed(read(path, scratch=tmp_path), make_schema(descriptor, "s", "named").descriptor, KEY)
    public = masked_schema(descriptor)
    assert table.to_pylist() == [
        {"id": hashed(PERSON, "id"), "no": "<10", "born": 1990, "absent": None, "open": True},
        {"id": hashed("1", "id"), "no": None, "born": None, "absent": None, "open": None},
    ]
    assert [(one["name"], one["type"]) for one in public["fields"]] == [
        *(("id", "string"), ("no", "string"), ("born", "year"), ("absent", "year"), ("open", "boolean")),
    ]
    assert public["fields"][0]["constraints"] == {"unique": True}
    assert "constraints" not in public["fields"][1]
    assert (public["primaryKey"], public["uniqueKeys"], public["sort"]) == (["id"], [], ["no"])
    assert KEY not in str(public)
    assert table.column_names == [one["name"] for one in public["fields"]]


def test_a_hash_needs_its_key() -> None:
    fields = [{"name": "a", "type": "string", "mask": {"rule": "hash"}}]
    for key in ("", "too short"):
        with pytest.raises(SettingError, match="OPENDATA_MASK_KEY"):
            Masking({"fields": fields}, key)


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "scramble"},
        "keep",
        {"rule": "keep", "first": -1},
        {"rule": "keep", "frist": 1},
        {"rule": "hash", "length": 8},
        {"rule": "date", "to": "year"},
        {"rule": "bands", "edges": [1]},
        {"rule": "category", "map": {"a": 1}},
        {"rule": "keep", "unless": {"field": "nobody", "in": ["x"]}},
        {"rule": "keep", "unless": {"field": "a", "in": ["x"]}},
        {"rule": "identity", "to": "name"},
    ],
)
def test_a_wrong_rule_is_refused(rule: object) -> None:
    with pytest.raises(InvalidInput, match="脱敏"):
        make_schema({"fields": [{"name": "a", "type": "string", "mask": rule}]}, "s", "named")
