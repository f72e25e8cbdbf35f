"""The order of schemas, and what each origin makes of what it is given."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import InvalidInput, NotFound
from opendata.tables import read
from opendata.validation import derive_schema, infer_schema, resolve_schema, validate, validate_table
from opendata.validation.schema import make_schema

ITEMS: list[dict[str, Any]] = [
    {"label": "许可证编号", "name": "licence_no", "type": "字符型C", "length": "20", "key": True},
    {"label": "数量", "type": "I", "length": 4, "required": True},
    {"label": "金额", "type": "货币型"},
    {"label": "日期", "type": "日期型D"},
    {"label": "时刻", "type": "日期时间型"},
    {"label": "有无", "type": "L"},
    {"label": "附注", "type": "C(200)"},
]


def types(descriptor: Any) -> list[tuple[str, str]]:
    return [(field["name"], field["type"]) for field in descriptor["fields"]]


def test_derived_from_the_inventory() -> None:
    schema = derive_schema(ITEMS)
    assert types(schema.descriptor) == [
        ("licence_no", "string"),
        ("数量", "integer"),
        ("金额", "number"),
        ("日期", "date"),
        ("时刻", "datetime"),
        ("有无", "boolean"),
        ("附注", "string"),
    ]
    assert schema.fields[0]["constraints"] == {"required": True, "maxLength": 20}
    assert "maxLength" not in schema.fields[1]["constraints"]
    assert (schema.primary_key, schema.origin) == (("licence_no",), "derived")


def test_an_unknown_data_type_is_refused() -> None:
    with pytest.raises(InvalidInput, match="未知的数据类型 Q"):
        derive_schema([{"label": "甲", "type": "Q"}])


def test_inferred_over_all_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    early = "1,001,1.5,2018-01-02,2018-01-02 03:04:05,true,123456789012345678,,1\n"
    path.write_text("a,b,c,d,e,f,g,h,i\n" + early * 300 + ",02,2,,,,1,,晚\n", encoding="utf-8")
    table = read(path, scratch=tmp_path)
    schema = infer_schema(table)
    assert [kind for _, kind in types(schema.descriptor)] == [
        *("integer", "string", "number", "date", "datetime", "boolean", "string", "string", "string")
    ]
    report = validate_table(table, schema)
    assert (report.valid, report.schema["origin"]) == (True, "inferred")


def test_inferring_leaves_header_faults_to_the_judge(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,,a\n1,2,3\n", encoding="utf-8")
    table = read(path, scratch=tmp_path)
    assert validate_table(table, infer_schema(table)).counts == {"blank-label": 1, "duplicate-label": 1}
    empty = tmp_path / "b.csv"
    empty.touch()
    table = read(empty, scratch=tmp_path)
    assert validate_table(table, infer_schema(table)).counts == {"empty-file": 1}


def test_the_order(tmp_path: Path) -> None:
    (tmp_path / "lines.json").write_text(
        json.dumps({"name": "lines", "fields": [{"name": "a"}]}), encoding="utf-8"
    )
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    table = read(path, scratch=tmp_path)
    origins = [
        resolve_schema(name, items, table, tmp_path).origin
        for name, items in (("lines", ITEMS), (None, ITEMS), (None, []))
    ]
    assert origins == ["named", "derived", "inferred"]
    with pytest.raises(NotFound, match=r"现有：lines"):
        resolve_schema("absent", ITEMS, table, tmp_path)
    with pytest.raises(NotFound):
        validate(path, "../lines", schemas=tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": [{"name": "a", "type": "wholly"}]},
        {"fields": [{"name": "a", "check": "luck"}]},
        {"fields": [{"name": "a"}], "public": {"b": "x"}},
        {"fields": [{"name": "a"}], "checks": [{"type": "date-order", "fields": ["a", "a"]}]},
        {
            "fields": [{"name": "a"}],
            "checks": [{"type": "inside-region", "lon": "a", "lat": "a", "region": "moon"}],
        },
        {"fields": [{"name": "a"}], "checks": [{"type": "no-such-check"}]},
        {"fields": [{"name": "a"}], "uniqueKeys": [["b"]]},
        {"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "(?i)x"}}]},
        {"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "([a"}}]},
    ],
)
def test_an_unsound_schema_judges_nobody(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="模式 x 有误") as raised:
        make_schema(wrong, "x", "named")
    assert [finding.code for finding in raised.value.findings] == ["bad-schema"]


def test_the_hash_is_of_the_meaning_not_the_layout() -> None:
    one = make_schema({"fields": [{"name": "a", "type": "string"}]}, "x", "named")
    two = make_schema({"fields": [{"type": "string", "name": "a"}]}, "x", "named")
    assert one.sha256 == two.sha256
