"""What a spreadsheet may look like and still be read, and how everything else is refused."""

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import grids
from catalog.errors import NotFound, UnreadableFile
from catalog.grids import read_grids
from catalog.records import Finding
from catalog.sheets import Column, choose, parse_day, read_rows
from catalog.vocabularies import UPDATE_CYCLE

COLUMNS = (
    Column("code", "编码", "Code", ("代码",), needed=True),
    Column("name", "名称", "Name", needed=True),
    Column("cycle", "更新周期", "Update cycle"),
    Column("start", "生效日期", "Valid from"),
)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(folder: Path, rows: list[list[object]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名录"
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    path = folder / "sheet.xlsx"
    book.save(path)
    return path


def rows_of(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Finding]]:
    findings: list[Finding] = []
    grid = choose(read_grids(path), COLUMNS) or read_grids(path)[0]
    return [(row.number, row.cells) for row in read_rows(grid, COLUMNS, findings)], findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_csv_may_be_unicode_or_gb18030_with_titles_above_the_header(tmp_path: Path, encoding: str) -> None:
    text = "某某省单位名录,,,\r\n填报日期：2018年1月,,,\r\n序号,代码*,名称（必填）,Update Cycle\r\n1,A1,𠮷林局,每日\r\n,,,\r\n2,A2,乙局,\r\n"
    found = rows_of(write(tmp_path, "a.csv", text.encode(encoding)))
    assert found == (
        [
            (4, {"code": "A1", "name": "𠮷林局", "cycle": "每日"}),
            (6, {"code": "A2", "name": "乙局", "cycle": ""}),
        ],
        [],
    )


def test_a_workbook_may_have_merged_cells_dates_and_numbers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [["单位名录"], ["编码", "名称", "生效日期"], [370102, "甲局", date(2018, 1, 2)], [1.5, None, None]],
        ("A1:C1", "B3:B4"),
    )
    assert rows_of(path) == (
        [
            (3, {"code": "370102", "name": "甲局", "start": "2018-01-02"}),
            (4, {"code": "1.5", "name": "甲局", "start": ""}),
        ],
        [],
    )


def test_a_header_over_two_merged_rows_is_read_once(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [["编码", "基本信息", None], [None, "名称", "更新周期"], ["A1", "甲局", "每日"]],
        ("A1:A2", "B1:C1"),
    )
    assert rows_of(path) == ([(3, {"code": "A1", "name": "甲局", "cycle": "每日"})], [])


def test_headers_that_are_missing_unknown_or_twice_are_findings(tmp_path: Path) -> None:
    _, missing = rows_of(write(tmp_path, "a.csv", "编码,更新周期\nA,每日\n".encode()))
    _, other = rows_of(write(tmp_path, "b.csv", "编码,名称,代码,电话\nA,B,C,D\n".encode()))
    assert [(f.code, f.row, f.column, f.value, f.expected) for f in (*missing, *other)] == [
        ("missing-header", 1, None, None, "名称"),
        ("duplicate-label", 1, 3, "代码", "编码"),
        ("unknown-header", 1, 4, "电话", None),
    ]


def test_a_fault_names_sheet_row_column_field_value_and_what_was_expected(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "编码,名称,更新周期,生效日期\nＡ１,,有时,2018-02-30\n".encode())
    findings: list[Finding] = []
    (row,) = read_rows(read_grids(path)[0], COLUMNS, findings)
    assert row.code("code", lambda code: code == "A1", "A1") == "A1"
    assert (row.text("name", required=True), row.day("start")) == ("", None)
    assert row.term("cycle", UPDATE_CYCLE) == ""
    assert [(f.code, f.sheet, f.row, f.column, f.field, f.value, f.expected) for f in findings] == [
        ("missing-value", "a.csv", 2, 2, "名称", "", None),
        ("bad-date", "a.csv", 2, 4, "生效日期", "2018-02-30", "YYYY-MM-DD"),
        ("unknown-value", "a.csv", 2, 3, "更新周期", "有时", UPDATE_CYCLE.labels()),
    ]
    assert findings[0].message.zh == "a.csv 第 2 行“名称”：不能为空"
    assert findings[0].message.en == "a.csv, row 2, Name: must not be empty"


@given(st.dates())
def test_a_day_is_read_in_every_spelling(day: date) -> None:
    spellings = (
        day.isoformat(),
        f"{day.year:04}/{day.month}/{day.day}",
        f"{day.year:04}.{day.month}.{day.day}",
        f"{day.year:04}{day.month:02}{day.day:02}",
        f"{day.year:04}年{day.month}月{day.day}日",
        day.isoformat().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    )
    assert {parse_day(spelling) for spelling in spellings} == {day}


def xlsx_with(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def lying(content: bytes) -> bytes:
    """The archive, with a directory that declares its first member to hold 10 bytes."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", 10) + content[at + 4 :]


SHEET = "xl/worksheets/sheet1.xml"


def book_with(
    sheet: bytes, target: str = "worksheets/sheet1.xml", part: str = SHEET, book: str = "xl/workbook.xml"
) -> bytes:
    """A workbook whose one sheet is these bytes."""
    spaces = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="%s" Target="%s"/></Relationships>'
    return xlsx_with(
        {
            "xl/workbook.xml": b'<workbook %s><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            % spaces,
            "xl/_rels/workbook.xml.rels": link % (kind + b"worksheet", target.encode()),
            "_rels/.rels": link % (kind + b"officeDocument", book.encode()),
            part: b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (spaces, sheet),
        }
    )


def cell(place: str, row: str = "1") -> bytes:
    return f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'.encode()


BAD_FILES = {
    "nothing": (b"", "empty-file", None, None),
    "white space": (b"  \r\n \r\n", "empty-file", None, None),
    "damaged UTF-8": ("编码,名称\nA,甲乙".encode() + b"\xff\n", "encoding-error", None, 22),
    "damaged UTF-8 with BOM": (b"\xef\xbb\xbfcode\xb1\xe0\n", "encoding-error", None, 7),
    "binary": (b"code,name\n\x00\x01\n", "encoding-error", None, 10),
    "open quote": ('编码,名称\nA,"甲\n'.encode(), "malformed-file", 2, None),
    "cell of 1 MB": (b"code,name\nA," + b"x" * 2**20 + b"\n", "too-large", 2, None),
    "20,000 columns": (b",".join([b"a"] * 20_000), "too-large", 1, None),
    "old XLS": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unsupported-format", None, None),
    "cut XLSX": (xlsx_with({SHEET: b"x" * 5000})[:60], "malformed-file", None, None),
    "not a workbook": (xlsx_with({"a.txt": b"x"}), "malformed-file", None, None),
    "bomb": (xlsx_with({SHEET: bytes(300 * 2**20)}), "too-large", None, None),
    "bomb that lies": (lying(book_with(bytes(5 * 2**20))), "malformed-file", None, None),
    "cell at the far end": (book_with(cell("A1") + cell("AA1048576")), "too-large", None, None),
    "wide XLSX": (book_with(cell("XFD1")), "too-large", None, None),
    "wide XLSX without places": (book_with(b"<row>" + b"<c/>" * 501 + b"</row>"), "too-large", None, None),
    "row of eight digits": (book_with(cell("A1") + cell("A10000001")), "malformed-file", None, None),
    "cell in small letters": (book_with(cell("zz9999999")), "malformed-file", None, None),
    "entities": (
        xlsx_with({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "malformed-file",
        None,
        None,
    ),
    "sheet that hides in a picture": (
        book_with(cell("XFD1048576"), "media/a.png", "xl/media/a.png"),
        "malformed-file",
        None,
        None,
    ),
    "workbook that hides": (
        book_with(cell("A1"), book="docs/workbook.xml"),
        "malformed-file",
        None,
        None,
    ),
    "OpenDocument in disguise": (
        xlsx_with({"xl/workbook.xml": b"<a/>", "content.xml": b"<a/>"}),
        "malformed-file",
        None,
        None,
    ),
    "binary workbook": (xlsx_with({"xl/workbook.bin": b"x"}), "malformed-file", None, None),
}


def test_the_smallest_workbook_is_read(tmp_path: Path) -> None:
    """So that the broken ones below are refused for what is wrong with them."""
    path = write(tmp_path, "a.xlsx", book_with(cell("B2", "2")))
    assert [(grid.name, grid.rows) for grid in read_grids(path)] == [("a", [["", ""], ["", "1"]])]


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_used_is_refused_with_one_finding(tmp_path: Path, case: str) -> None:
    content, code, row, byte = BAD_FILES[case]
    path = write(tmp_path, "sheet.dat", content)
    with pytest.raises(UnreadableFile) as refused:
        read_grids(path)
    (finding,) = refused.value.findings
    assert (finding.code, finding.sheet, finding.row, finding.byte) == (code, "sheet.dat", row, byte)
    assert "sheet.dat" in finding.message.zh
    assert "sheet.dat" in finding.message.en


def test_a_file_over_the_size_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MAX_BYTES", 5)
    with pytest.raises(UnreadableFile) as refused:
        read_grids(write(tmp_path, "a.csv", b"123456"))
    assert [finding.code for finding in refused.value.findings] == ["too-large"]


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_grids(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile):
        read_grids(tmp_path)


@given(
    place=st.integers(0, 400),
    cut=st.integers(0, 30),
    put=st.sampled_from([b"", b"<", b'"', b"9999999", b"-1", b"&#0;"]),
)
def test_a_damaged_sheet_is_read_or_refused_but_never_ends_the_program(
    tmp_path_factory: pytest.TempPathFactory, place: int, cut: int, put: bytes
) -> None:
    sheet = cell("A1") + cell("C2", "2") + cell("B30", "30")
    at = place % len(sheet)
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(book_with(sheet[:at] + put + sheet[at + cut :]))
    assert outcome(path) in ("read", "malformed-file", "too-large")


def outcome(path: Path) -> str:
    try:
        read_grids(path)
    except UnreadableFile as refused:
        return refused.findings[0].code
    return "read"
