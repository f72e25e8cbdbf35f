"""What a column is taken for, and a property: a file is always valid by the schema inferred from it."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.codes import identity_check_digit, uscc_check_digit
from opendata.tables import read
from opendata.validation import validate_table
from opendata.validation.infer import Inferred, infer
from opendata.validation.schema import make_schema

USCC = "91370000163047757" + uscc_check_digit("91370000163047757")
PERSON = "37010219900307421" + identity_check_digit("37010219900307421")
TYPES = {"type-error", "constraint-error", "unique-error", "primary-key", "check-digit", "division-code"}


def inferred(folder: Path, labels: list[str], rows: list[list[str]]) -> Inferred:
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([labels, *rows])
    return infer(read(path, scratch=folder))


#: A label, its values, and the field and the form that they become.
COLUMNS: list[tuple[str, list[str], dict[str, Any], str]] = [
    ("a", ["1", "-20", "0"], {"type": "integer"}, "integer"),
    ("a", ["1", "007"], {"type": "string"}, "text"),
    ("a", ["1", "2.50"], {"type": "number"}, "number"),
    ("a", ["1,234", "5"], {"type": "number", "groupChar": ","}, "number with thousands separators"),
    ("a", ["12%", "5%"], {"type": "string"}, "text"),
    ("a", ["1234567890123456"], {"type": "string"}, "text"),
    ("a", ["2018-02-28"], {"type": "date"}, "date %Y-%m-%d"),
    ("a", ["2018-02-30"], {"type": "string"}, "text"),
    ("a", ["2018/2/8", "2018/12/28"], {"type": "date", "format": "%Y/%m/%d"}, "date %Y/%m/%d"),
    ("a", ["2018.2.8"], {"type": "date", "format": "%Y.%m.%d"}, "date %Y.%m.%d"),
    ("a", ["2018年2月8日"], {"type": "date", "format": "%Y年%m月%d日"}, "date %Y年%m月%d日"),
    ("a", ["2018-02-08", "2018/2/8"], {"type": "date", "format": "any"}, "date in several forms"),
    ("登记日期", ["20180208", "20171231"], {"type": "date", "format": "%Y%m%d"}, "date %Y%m%d"),
    ("数量", ["20180208"], {"type": "integer"}, "integer"),
    ("a", ["2018-02-08 12:30:00", "2018-02-08T12:30:00"], {"type": "datetime"}, "datetime"),
    ("a", ["2018/2/8 12:30"], {"type": "datetime", "format": "%Y/%m/%d %H:%M"}, "datetime %Y/%m/%d %H:%M"),
    ("a", ["2018-02", "2019-12"], {"type": "yearmonth"}, "yearmonth"),
    ("a", ["2018-13"], {"type": "string"}, "text"),
    ("年份", ["2018"], {"type": "year"}, "year"),
    ("a", ["2018"], {"type": "integer"}, "integer"),
    ("a", ["08:30:00"], {"type": "time"}, "time %H:%M:%S"),
    ("a", ["08:30"], {"type": "time", "format": "%H:%M"}, "time %H:%M"),
    ("a", ["true", "false"], {"type": "boolean"}, "boolean"),
    ("a", ["是", "否"], {"type": "boolean", "trueValues": ["是"], "falseValues": ["否"]}, "boolean"),
    ("a", ["有", "无"], {"type": "boolean", "trueValues": ["有"], "falseValues": ["无"]}, "boolean"),
    ("a", ["有"], {"type": "string"}, "text"),
    ("a", [USCC], {"type": "string", "check": "uscc"}, "unified social credit code"),
    ("a", [USCC, USCC[:17] + "A"], {"type": "string"}, "text"),
    ("a", [PERSON], {"type": "string"}, "identity number"),
    ("a", ["13800138000"], {"type": "string"}, "mobile number"),
    ("行政区划", ["370102"], {"type": "string"}, "division code"),
    ("邮政编码", ["250001"], {"type": "string"}, "code of digits"),
    ("a", ["", ""], {"type": "string"}, "text"),
]


@pytest.mark.parametrize(("label", "values", "field", "form"), COLUMNS)
def test_a_column_is_taken_for(
    tmp_path: Path, label: str, values: list[str], field: dict[str, Any], form: str
) -> None:
    found = inferred(tmp_path, [label, "z"], [[value, "x"] for value in values])
    assert found.guesses[0].field == {"name": label, "title": label, **field}
    assert found.guesses[0].form == form


def test_why_a_narrower_type_was_refused(tmp_path: Path) -> None:
    rows = [[str(n), "x"] for n in range(1, 100)] + [["约 100", "x"]]
    guess = inferred(tmp_path, ["数量", "z"], rows).guesses[0]
    nearest = guess.refused[0]
    assert (nearest.form, nearest.share, nearest.misfits) == ("integer", 0.99, 1)
    assert (nearest.row, nearest.example) == (101, "约 100")
    assert guess.field["type"] == "string"
    assert guess.confidence == pytest.approx(0.01)


def test_every_row_counts(tmp_path: Path) -> None:
    rows = [[str(n), "2018-01-01", ""] for n in range(50_000)] + [["x", "2018-01-01", "1"]]
    found = inferred(tmp_path, ["a", "b", "c"], rows)
    assert [guess.field["type"] for guess in found.guesses] == ["string", "date", "integer"]
    assert found.guesses[0].refused[0].row == 50_002
    assert (found.guesses[1].filled, found.guesses[1].missing, found.guesses[1].distinct) == (50_001, 0, 1)
    assert (found.guesses[2].filled, found.guesses[2].missing) == (1, 50_000)


def test_what_stands_for_no_value(tmp_path: Path) -> None:
    rows = [["1", "无", "有"], ["-", "x", "无"], ["—", "y", "有"]]
    found = inferred(tmp_path, ["数量", "备注", "有无"], rows)
    assert found.missing_values == ("", "-", "—")
    assert [guess.field["type"] for guess in found.guesses] == ["integer", "string", "boolean"]
    assert [dict(guess.markers) for guess in found.guesses] == [{"-": 1, "—": 1}, {"无": 1}, {"无": 1}]
    assert [guess.required for guess in found.guesses] == [False, True, True]


def test_a_word_for_no_never_means_no_value(tmp_path: Path) -> None:
    found = inferred(tmp_path, ["数量", "有无"], [["1", "有"], ["无", "无"]])
    assert [guess.field["type"] for guess in found.guesses] == ["string", "boolean"]
    assert found.missing_values == ("",)


def test_what_could_be_asked_of_a_column(tmp_path: Path) -> None:
    rows = [[str(n), "甲" if n % 2 else "乙", str(13800138000 + n)] for n in range(1, 41)]
    found = inferred(tmp_path, ["编号", "类别", "手机"], rows)
    assert [guess.unique for guess in found.guesses] == [True, False, True]
    assert [guess.is_key for guess in found.guesses] == [True, False, False]
    assert found.guesses[1].enum == ("乙", "甲")
    descriptor = found.descriptor("x", constrained=True)
    assert descriptor["primaryKey"] == ["编号"]
    assert descriptor["fields"][1]["constraints"] == {"required": True, "enum": ["乙", "甲"]}
    assert "constraints" not in found.descriptor("x")["fields"][1]


POOL = [value for _, values, *_ in COLUMNS for value in values]
POOL += [
    *("1_000", "１２", " 5", "5 ", "+5", "-0", "00", "1e3", "NaN", "-", "—", "无", "NULL", "x", "x\n", "t", "True", "TRUE"),
    *("1", "0", "24:00", "24:00:00", "2018-01-02 24:00:00", "0000-01-01", "9999-12-31", "2018年02月30日", "1,23", "1,234,567.8"),
    *("2018/02/08", "2018-2-8", "yes", "No", "没有", "370102", "00000000", "20180230", "2018-00", "\u3000", "'", '"x"y'),
]  # fmt: skip
LABELS = ["a", "日期", "编号", "年份", "区划", "id"]


@given(st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_is_valid_by_the_schema_inferred_from_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    width = data.draw(st.integers(1, 3))
    labels = data.draw(st.lists(st.sampled_from(LABELS), min_size=width, max_size=width, unique=True))
    few = st.lists(st.sampled_from(POOL), min_size=1, max_size=3)
    kinds = [data.draw(few) for _ in labels]
    rows = data.draw(st.lists(st.tuples(*(st.sampled_from(kind) for kind in kinds)), min_size=1, max_size=25))
    folder = tmp_path_factory.getbasetemp()
    path = folder / "inferred.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([labels, *rows])
    table = read(path, scratch=folder)
    if not table.readable or list(table.labels) != labels:
        return
    found = infer(table)
    for constrained in (False, True):
        schema = make_schema(found.descriptor("x", constrained=constrained), "x", "inferred")
        report = validate_table(table, schema, divisions={"110000"})
        assert not TYPES & report.counts.keys(), (schema.descriptor, report.findings)
