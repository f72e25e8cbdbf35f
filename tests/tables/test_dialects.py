"""A declared layout means what it means to frictionless; what is not declared is found out and noted."""

import json
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pytest

from catalog.errors import InvalidInput
from opendata.tables import Table, read
from opendata.tables.dialect import FOUND_OUT, make_dialect
from opendata.validation import validate

FILES: list[tuple[str, dict[str, Any], str]] = [
    ("semicolon", {"delimiter": ";"}, "a;b\n1,5;2\n3;4\n"),
    ("bar", {"csv": {"delimiter": "|"}}, "a|b\n1;1|2\n"),
    ("single quotes", {"delimiter": ",", "quoteChar": "'"}, "a,b\n'1,1','it''s'\n'x','\"'\n"),
    ("escape", {"delimiter": ",", "escapeChar": "\\", "doubleQuote": False}, 'a,b\n"x\\"y",2\n1\\,1,3\n'),
    ("escape and doubled", {"delimiter": ",", "escapeChar": "\\"}, 'a,b\n"x""y",2\n'),
    ("space", {"delimiter": ",", "skipInitialSpace": True}, 'a, b\n1, "x, y"\n'),
    ("line ends", {"delimiter": ",", "lineTerminator": "\n"}, "a,b\n1,2\n"),
    ("third row", {"delimiter": ",", "headerRows": [3]}, "title\n\na,b\n1,2\n"),
    ("two rows", {"delimiter": ",", "headerRows": [1, 2]}, "a,b,b\nx,y,b\n1,2,3\n"),
    ("two rows joined", {"delimiter": ",", "headerRows": [2, 4], "headerJoin": "-"}, "t\na,b\n#\nc,b\n1,2\n"),
    ("comments", {"delimiter": ",", "commentChar": "#", "headerRows": [2]}, "#x,y\na,b\n1,2\n# no,no\n3,4\n"),
    (
        "comment rows",
        {"delimiter": ",", "commentRows": [2, 4], "headerRows": [1]},
        "a,b\nx,x\n1,2\ny,y\n3,4\n",
    ),
    ("blank rows", {"delimiter": ",", "skipBlankRows": True, "headerRows": [1]}, "a,b\n\n1,2\n,\n3,4\n"),
]


def read_text(tmp_path: Path, text: str, dialect: dict[str, Any] | None = None, name: str = "a.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read(path, scratch=tmp_path, dialect=make_dialect(dialect))


@pytest.mark.parametrize(("dialect", "text"), [file[1:] for file in FILES], ids=[file[0] for file in FILES])
def test_a_declared_dialect_is_frictionless_own(tmp_path: Path, dialect: dict[str, Any], text: str) -> None:
    table = read_text(tmp_path, text, dialect)
    parsed = frictionless.Dialect.from_descriptor(json.loads(json.dumps(dialect)))
    resource = frictionless.Resource(path="a.csv", basepath=str(tmp_path), dialect=parsed, encoding="utf-8")
    with resource as opened:
        rows = list(opened.row_stream)
        labels = tuple(opened.header.labels)
    assert table.findings == ()
    assert table.labels == labels
    assert list(table.records()) == [row.cells for row in rows]
    physical = [table.physical_row(number) for number in range(1, table.rows + 1)]
    assert physical == [row.row_number for row in rows]


def test_a_file_without_a_header_is_named_by_its_schema(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n# no\nx,4\n", encoding="utf-8")
    schema = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}],
        "dialect": {"header": False, "commentChar": "#"},
    }
    report = validate(tmp_path / "a.csv", schema, schemas=tmp_path)
    assert (report.rows, report.header_row) == (2, 0)
    assert [(found.code, found.row, found.column) for found in report.findings] == [("type-error", 3, 1)]


def test_findings_count_the_rows_that_a_dialect_sets_aside(tmp_path: Path) -> None:
    lines = ["# made by hand", "a,b", *(f"{n},1" if n % 3 else "# note" for n in range(3000)), "x,1"]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    schema = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b"}],
        "dialect": {"commentChar": "#", "skipBlankRows": True},
    }
    report = validate(tmp_path / "a.csv", schema, schemas=tmp_path)
    assert (report.rows, report.header_row) == (2001, 2)
    assert [(found.code, found.row, found.value) for found in report.findings] == [("type-error", 3003, "x")]


def test_a_dialect_places_the_header_of_a_workbook_and_names_its_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["not this"])
    sheet = book.create_sheet("数据")
    for row in (["甲", "甲"], ["一", "二"], ["#", "x"], [1, 2]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    declared = {"sheetName": "数据", "headerRows": [1, 2], "headerJoin": "/", "commentChar": "#"}
    table = read(tmp_path / "a.xlsx", scratch=tmp_path, dialect=make_dialect(declared))
    assert (table.labels, table.header_row, list(table.records())) == (("甲/一", "甲/二"), 2, [["1", "2"]])
    assert table.physical_row(1) == 4


def test_single_quotation_marks_are_found_and_noted(tmp_path: Path) -> None:
    table = read_text(tmp_path, "'甲';'乙'\n'1';'2;3'\n")
    assert (table.labels, list(table.records())) == (("甲", "乙"), [["1", "2;3"]])
    assert [note.en for note in table.notes] == [
        "Cells are wrapped in single quotation marks, which were taken off"
    ]
    assert read_text(tmp_path, "甲,乙\n'1','2'\n").notes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"delimiter": ";;"},
        {"delimeter": ";"},
        {"headerRows": [2, 1]},
        {"headerRows": [0]},
        {"commentRows": "1"},
        {"header": "no"},
        {"csv": {"escapeChar": 1}},
    ],
)
def test_a_dialect_that_is_not_sound_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_dialect(wrong)
    assert caught.value.findings[0].code == "bad-schema"


def test_without_quotation_marks_they_are_text(tmp_path: Path) -> None:
    table = read_text(tmp_path, 'a,b\n"1,2\n', {"quoteChar": ""})
    assert list(table.records()) == [['"1', "2"]]


def test_nothing_declared_is_nothing_known() -> None:
    assert make_dialect({}) is make_dialect(None) is FOUND_OUT
