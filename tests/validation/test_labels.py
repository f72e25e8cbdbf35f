"""A table without a header: its first row is somebody, and must show nowhere."""

import json
from pathlib import Path

import pytest

from opendata.tables import read
from opendata.validation import validate_table
from opendata.validation.registry import derive_schema, infer_schema
from tests.validation.test_privacy import PERSON

MOBILE = "13812345678"


@pytest.mark.parametrize("inferred", [True, False])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people.csv", f"张三丰,{PERSON},{MOBILE}\n李四光,{PERSON},{MOBILE}\n"),
        ("people.json", json.dumps([{"张三丰": 1, PERSON: 2, MOBILE: 3}])),
    ],
)
def test_the_first_of_a_list_without_a_header_is_blocked_and_shown_nowhere(
    tmp_path: Path, name, text, inferred
):
    (tmp_path / name).write_text(text, "utf-8")
    table = read(tmp_path / name, scratch=tmp_path)
    schema = infer_schema(table) if inferred else derive_schema([{"label": "姓名"}])
    report = validate_table(table, schema)
    assert not report.valid
    assert report.counts == {"personal-information": 2}
    assert [(one.column, one.row) for one in report.findings] == [
        (2, report.header_row or None),
        (3, report.header_row or None),
    ]
    told = json.dumps([report.to_dict(), dict(schema.descriptor)], ensure_ascii=False, default=str)
    assert not [one for one in ("张三丰", "李四光", PERSON, MOBILE) if one in told]


@pytest.mark.parametrize("label", [f"联系电话（如 {MOBILE}）", "办公邮箱（例：li@163.com）", "370102", "鲁A"])
def test_a_label_that_shows_by_example_is_a_label(tmp_path: Path, label):
    (tmp_path / "offices.csv").write_text(f"{label},名称\n一,二\n", "utf-8")
    table = read(tmp_path / "offices.csv", scratch=tmp_path)
    assert validate_table(table, infer_schema(table)).valid
