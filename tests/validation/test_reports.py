"""What a report becomes: frictionless' document, a page, a list, a marked copy; each told against the findings."""

import csv
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from rich.console import Console

from catalog.cell_names import column_letters
from catalog.records import Finding
from opendata.cli.report_view import show_report
from opendata.tables import Table, read
from opendata.tables.columns import match_columns
from opendata.validation import Report, validate, validate_table
from opendata.validation.context import address, excerpts
from opendata.validation.reports import marked_workbook
from opendata.validation.reports.faults_csv import faults_csv, harmless
from opendata.validation.reports.marked_workbook import findings_workbook, write_marked
from opendata.validation.reports.page import groups, report_page
from opendata.validation.schema import make_schema
from tests.validation.test_findings import CASES, PERSON, SCHEMA

BROWSER = os.environ.get("TEST_BROWSER", "")
#: Titles above the header, every kind of fault, a formula, a code with leading zeros, a person, a ragged row.
FAULTY = (
    "全市机构名单,,,,,\n"
    "编号,名称,信用代码,区划,起,止\n"
    "1,甲,—,370102,2018-01-02,2018-01-01\n"
    "1,=1+1,短,370199,2018/1/2,2018-01-03\n"
    f"x,张某 {PERSON},,000102,2018-01-01,\n"
    "\n"
    "5,乙\n"
    "6,丙,,370102,2018-01-01,2018-01-02,多\n"
    "007,<b>丁</b>,,370102,2018-02-30,\n"
)


def judged(folder: Path, content: str, name: str = "名单.csv", **options: Any) -> tuple[Table, Report]:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    table = read(path, scratch=folder)
    schema = make_schema(SCHEMA, "sample", "named")
    return table, validate_table(table, schema, divisions={"370102"}, **options)


@pytest.mark.parametrize("content", [*(case[1] for case in CASES), FAULTY, ""])
def test_frictionless_reads_our_report_and_flattens_it_to_our_findings(tmp_path: Path, content: str) -> None:
    table, report = judged(tmp_path, content)
    document = json.loads(json.dumps(report.to_dict()))
    theirs = frictionless.Report.from_descriptor(document)
    assert theirs.valid is report.valid
    assert theirs.task.stats["rows"] == table.rows
    assert theirs.flatten(["code", "rowNumber", "address", "messageEn"]) == [
        [one.code, None if one.code.endswith("-label") else one.row, report.told(one).address, one.message.en]
        for one in report.findings
        if one.severity == "error"
    ]
    for code, row, column, field, cell in theirs.flatten(
        ["type", "rowNumber", "fieldNumber", "fieldName", "cell"]
    ):
        if code in {
            "type-error",
            "constraint-error",
            "missing-cell",
            "extra-cell",
            "unique-error",
            "cell-error",
        }:
            assert [row, column, field or None, cell] in [
                [one.row, one.column, one.field, one.value or ""] for one in report.findings
            ]
    assert theirs.to_summary()
    assert frictionless.Report.from_descriptor(theirs.to_descriptor()).flatten() == theirs.flatten()
    assert Report.from_dict(document) == report
    stored = {**report.summary(), "findings": [one.to_dict() for one in report.findings]}
    assert Report.from_dict(json.loads(json.dumps(stored))) == report


def test_a_report_from_before_there_were_columns_still_shows(tmp_path: Path) -> None:
    _, report = judged(tmp_path, FAULTY)
    values = report.summary() | {"findings": [one.to_dict() for one in report.findings]}
    for key in ("file", "first_column", "columns", "excerpts", "hints", "paths"):
        del values[key]
    old = Report.from_dict(values)
    assert [old.told(one).address for one in old.findings if one.column] == [
        report.told(one).address for one in report.findings if one.column
    ]
    assert "type-error" in report_page([old])
    assert faults_csv([old]).count(b"\r\n") == len(report.findings) + 1
    assert not frictionless.Report.from_descriptor(old.to_dict()).valid


def test_every_fault_of_a_row_lies_among_its_neighbours_and_has_a_hint(tmp_path: Path) -> None:
    table, report = judged(tmp_path, FAULTY)
    rows = {table.physical_row(at): cells for at, cells in enumerate(table.records(), 1)}
    told = [report.told(one) for one in report.findings if one.column and one.row in rows]
    assert len(told) == 13
    for one in told:
        assert one.hint is not None
        assert [cell.column for cell in one.context if cell.faulty] == [
            column_letters(one.finding.column or 0)
        ]
        for cell in one.context:
            at = openpyxl.utils.column_index_from_string(cell.column) - table.first_column
            original = rows[one.finding.row or 0][at : at + 1]
            assert cell.text in ([*original, f"{original[0][:1]}***"] if original else [None])
    named = next(one for one in told if one.finding.code == "type-error" and one.finding.field == "start")
    assert named.address == "E4"
    assert named.hint.en.startswith("Write it like 2018-06-30") if named.hint else False


def test_a_column_that_tells_on_persons_is_hidden_in_all_that_is_shown(tmp_path: Path) -> None:
    _, report = judged(tmp_path, FAULTY)
    everything = json.dumps(report.to_dict(), ensure_ascii=False) + report_page([report])
    everything += faults_csv([report]).decode("utf-8-sig")
    assert "张***" in everything
    for text in (PERSON, "=1+1", "<b>丁", "&lt;b&gt;丁"):
        assert text not in everything
    assert [column.label for column in report.columns if column.personal] == ["名称"]


def test_a_key_that_tells_on_persons_is_hidden_though_it_names_no_column(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"号码,名称\n{PERSON},甲\n{PERSON},乙\n", encoding="utf-8")
    mask = {"rule": "keep", "first": 3, "last": 2}
    fields = [
        {"name": "no", "title": "号码", "type": "string", "mask": mask},
        {"name": "名称", "type": "string"},
    ]
    schema = make_schema({"fields": fields, "primaryKey": ["no"]}, "people", "named")
    report = validate_table(read(path, scratch=tmp_path), schema)
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["primary-key"]
    assert PERSON not in json.dumps(report.to_dict())


def test_faults_are_counted_by_column_over_all_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n},{'x' if n % 2 else '2018-01-01'}\n" for n in range(1000))
    _, report = judged(tmp_path, "编号,起\n" + rows)
    assert [dict(column.counts) for column in report.columns] == [{}, {"type-error": 500}]
    assert len(report.findings) == 200
    assert "另有 300 处未列出" in report_page([report])
    assert "另有 495 处未列出" in report_page([report], limit=5)


def test_a_warning_is_told_from_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n13805310000,x\n", encoding="utf-8")
    descriptor = {
        "fields": [{"name": "note", "title": "甲", "type": "string"}, {"name": "乙", "type": "integer"}],
        "public": {"note": "公开"},
    }
    report = validate(path, descriptor, schemas=tmp_path)
    assert [(group.code, group.mild) for group in groups(report)] == [
        ("personal-information", True),
        ("type-error", False),
    ]
    assert report.findings[0].message.zh.startswith("“甲”列含有手机号码 1 处")
    page = report_page([report]).partition("<h1>")[2]
    assert page.count("提醒") == 2
    with StringIO() as shown:
        show_report(report, Console(file=shown, width=200))
        lines = [line for line in shown.getvalue().splitlines() if "提醒 warning" in line]
    assert [line.split()[0] for line in lines] == ["含个人信息", "A2"]


def test_the_list_of_faults_runs_no_formula(tmp_path: Path) -> None:
    _, report = judged(tmp_path, "编号,名称,起\n1,甲,=cmd|' /C calc'!A0\n2,乙,-5\n3,丙,@x\n")
    data = faults_csv([report])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["值 value"] for row in rows] == ["'=cmd|' /C calc'!A0", "-5", "'@x"]
    assert [row["位置 address"] for row in rows] == ["C2", "C3", "C4"]


@given(st.text(max_size=6))
def test_no_text_begins_as_a_formula(text: str) -> None:
    shown = harmless(text)
    assert shown in (text, f"'{text}")
    assert not shown.lstrip().startswith(("=", "@", "＝", "＠"))


@given(st.integers(1, 16_384))
def test_a_column_is_called_what_a_spreadsheet_calls_it(column: int) -> None:
    assert column_letters(column) == openpyxl.utils.get_column_letter(column)
    assert address(17, column) == f"{openpyxl.utils.get_column_letter(column)}17"


def marked(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The filled cells of the copy with their notes, and the texts of all cells."""
    sheet = openpyxl.load_workbook(path)[marked_workbook.DATA]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    red = {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for cell in cells
        if cell.fill.fill_type and cell.fill.fgColor.rgb in ("FFFFC7CE", "FFFFEB9C")
    }
    assert {cell.coordinate for cell in cells if cell.comment} == red.keys()
    return red, {cell.coordinate: cell.value for cell in cells if cell.value is not None}


def test_the_copy_is_marked_at_exactly_the_faulty_cells(tmp_path: Path) -> None:
    table, report = judged(tmp_path, FAULTY)
    write_marked(table, report, tmp_path / "out.xlsx")
    marks, texts = marked(tmp_path / "out.xlsx")
    expected: dict[str, list[Finding]] = {}
    for one in report.findings:
        place = report.told(one).address
        if place and not (place.isdigit() and one.row == table.header_row):
            expected.setdefault(f"A{place}" if place.isdigit() else place, []).append(one)
    assert marks.keys() == expected.keys()
    for place, findings in expected.items():
        assert all(one.message.zh in marks[place] and one.message.en in marks[place] for one in findings)
    for at, cells in enumerate(table.records(), 1):
        for column, text in enumerate(cells, table.first_column):
            assert texts.get(address(table.physical_row(at), column) or "", "") == text
    listed = openpyxl.load_workbook(tmp_path / "out.xlsx")["问题 findings"]
    links = {
        cell.value: cell.hyperlink.location for row in listed.iter_rows() for cell in row if cell.hyperlink
    }
    assert links["E4"] == f"'{marked_workbook.DATA}'!E4"


def test_records_of_a_document_stand_below_a_header_of_their_own(tmp_path: Path) -> None:
    table, report = judged(tmp_path, json.dumps([{"编号": "1", "起": "x"}, {"编号": "2"}]), "a.json")
    write_marked(table, report, tmp_path / "out.xlsx")
    marks, texts = marked(tmp_path / "out.xlsx")
    assert (texts["A1"], texts["A2"], texts["A3"]) == ("编号", "1", "2")
    assert marks.keys() == {"B2"}


def test_a_copy_longer_than_a_sheet_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_workbook, "SHEET_ROWS", 5)
    table, report = judged(tmp_path, "编号,起\n" + "".join(f"{n},x\n" for n in range(9)))
    write_marked(table, report, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book[marked_workbook.DATA].max_row == 5
    assert "Some rows had no room" in str([cell.value for cell in book["问题 findings"]["A"]])


def test_a_file_that_cannot_be_read_has_a_list_and_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号\n".encode() + b"\xff\xff")
    table = read(path, scratch=tmp_path)
    report = validate_table(table, make_schema(SCHEMA, "sample", "named"))
    write_marked(table, report, tmp_path / "out.xlsx")
    (tmp_path / "all.xlsx").write_bytes(findings_workbook([report, report]))
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["问题 findings"]
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames == ["问题 findings"]
    assert "encoding-error" in report_page([report])


def test_only_what_lies_beside_a_fault_is_kept(tmp_path: Path) -> None:
    labels = [f"c{n}" for n in range(300)]
    found = excerpts(
        [Finding("type-error", CASE, row=2, column=150)], {2: ["长" * 100] * 300}, 1, {}, hidden={151}
    )
    assert {column: len(text) for column, text in found[2].items()} == {
        148: 40,
        149: 40,
        150: 40,
        151: 4,
        152: 40,
    }
    assert match_columns(labels, []).extra == tuple(range(300))


CASE = Finding.from_dict({"code": "x", "message": {"zh": "一", "en": "one"}}).message


@pytest.mark.skipif(
    not BROWSER, reason="set TEST_BROWSER to the path of a Chromium to look at the page in it"
)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_is_fit_to_be_shown(tmp_path: Path, width: int, scheme: Any) -> None:
    _, report = judged(tmp_path, FAULTY)
    _, good = judged(tmp_path, "编号\n1\n", "good.csv")
    path = tmp_path / "report.html"
    path.write_text(report_page([report, good]), encoding="utf-8")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=True
        ).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("b").count() == 0, "a cell's markup is text"
        assert page.locator("td.faulty").count() >= 10
        browser.close()
    assert asked == [path.as_uri()]
