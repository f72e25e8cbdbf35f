"""What a cell means, the same by every reader: our XLSX reader on bytes and by elements, calamine, XLS, ODS."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook

from opendata.tables import Table, read
from opendata.tables.texts import cell_text
from opendata.tables.xlsx.elements import cells_of
from tests.tables.documents import ods

SHEET = "xl/worksheets/sheet1.xml"
#: Values that Excel and calamine understand alike.
VALUES: list[object] = [
    *(1, 0, -5, 1.5, 0.1 + 0.2, 1e15, 123456789012345678, 1e20, 1e-7, -0.0001, 0.00012345, 5e-324, 100.0),
    *(True, False, "001", 'a&b<c>"', " x ", "行\n二", "a_x0041_b", "x\ty", "\u00a0", "𠮷", "", "=1+1"),
    *(date(2018, 1, 2), datetime(2018, 1, 2, 3, 4, 5), datetime(2018, 1, 2, 3, 4, 5, 678000)),  # noqa: DTZ001
    *(time(6, 30), time(0), time(23, 59, 59, 500000), timedelta(hours=30, minutes=5)),
    *(date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(9999, 12, 31)),
]
#: A number under a format, and what it means.
FORMATTED = [
    ("000000", 123, "000123"),
    ("0000;-0000", 7, "0007"),
    ("000000", 1.5, "1.5"),
    ("00", -5, "-5"),
    ("0.00%", 0.15, "0.15"),
    ('yyyy"年"m"月"d"日"', 43102, "2018-01-02"),
    ("[h]:mm:ss", 1.25, "30:00:00"),
    ("mm:ss", 0.25, "06:00:00"),
    ("@", 7, "7"),
    ("[$-804]yyyy-mm-dd", 43102.5, "2018-01-02 12:00:00"),
    ('0"days"', 2018, "2018"),
    ("[Red]0.0", 2.5, "2.5"),
    ("h:mm AM/PM", 0.75, "18:00:00"),
    ("yyyy-mm-dd", 3e6, "3000000"),
    ("yyyy-mm-dd", -5, "-5"),
]


def edited(content: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook *content* with its sheet's XML changed."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            part = source.read(member)
            target.writestr(member, change(part.decode()).encode() if member.filename == SHEET else part)
    return out.getvalue()


def spaced(xml: str) -> str:
    return re.sub("(<row|<c |<v>)", "\n  \\1", xml)


def prefixed(xml: str) -> str:
    xml = re.sub("<(/?)([a-zA-Z])", r"<\1x:\2", xml)
    return xml.replace("xmlns=", "xmlns:x=")


def unnumbered(xml: str) -> str:
    return re.sub(r' r="[A-Z]*[0-9]+"', "", xml)


def commented(xml: str) -> str:
    return xml.replace("<row", "<!-- <row r='9'> --><row")


def windows(xml: str) -> str:
    return xml.replace("</row>", "</row>\r\n")


WAYS: list[Callable[[str], str]] = [str, spaced, prefixed, unnumbered, commented, windows]


def read_bytes(tmp_path: Path, name: str, content: bytes) -> Table:
    path = tmp_path / name
    path.write_bytes(content)
    table = read(path, scratch=tmp_path)
    assert table.findings == ()
    return table


def book(rows: list[list[object]], *, from_1904: bool = False, inline: bool = False) -> bytes:
    made = openpyxl.Workbook(write_only=inline)
    if from_1904:
        made.epoch = CALENDAR_MAC_1904
    sheet = made.create_sheet("数据") if inline else made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def formatted() -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["值", "格式"])
    for code, value, _ in FORMATTED:
        made.active.append([value, code])
        made.active.cell(made.active.max_row, 1).number_format = code
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("inline", [True, False], ids=["inline", "shared"])
def test_every_cell_is_what_calamine_makes_of_it(
    tmp_path: Path, way: Callable[[str], str], inline: bool
) -> None:
    content = edited(book([["值", "序"], *([value, "k"] for value in VALUES)], inline=inline), way)
    rows = list(read_bytes(tmp_path, "a.xlsx", content).records())
    theirs = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows == [[cell_text(cell) for cell in row] for row in theirs[1:]]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_number_means_what_its_format_says(tmp_path: Path, way: Callable[[str], str]) -> None:
    table = read_bytes(tmp_path, "a.xlsx", edited(formatted(), way))
    assert list(table.records()) == [[text, code] for code, _, text in FORMATTED]


def test_days_counted_from_1904_and_errors_in_cells(tmp_path: Path) -> None:
    content = book([["日", "误"], [date(2018, 1, 2), "#N/A"], [date(1904, 1, 1), "#DIV/0!"]], from_1904=True)
    assert list(read_bytes(tmp_path, "a.xlsx", content).records()) == [
        ["2018-01-02", "#N/A"],
        ["00:00:00", "#DIV/0!"],
    ]


def test_rich_text_escapes_and_the_built_in_days_of_east_asia(tmp_path: Path) -> None:
    def change(xml: str) -> str:
        rich = "<is><r><t>济</t></r><r><t>南</t></r><rPh sb='0' eb='1'><t>じ</t></rPh></is>"
        xml = xml.replace("<is><t>rich</t></is>", rich).replace("escaped", "a_x000D_b_x005F_x0041_&#10;")
        return xml.replace('<c r="C2" t="n"><v>', '<c r="C2" s="1" t="n"><v>')

    content = edited(book([["甲", "乙", "丙"], ["rich", "escaped", 43102]], inline=True), change)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            part = source.read(member).decode()
            if member.filename == "xl/styles.xml":
                part = re.sub(
                    "<cellXfs.*</cellXfs>", '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/></cellXfs>', part
                )
            target.writestr(member, part)
    table = read_bytes(tmp_path, "a.xlsx", out.getvalue())
    assert list(table.records()) == [["济南", "a\rb_x0041_\n", "2018-01-02"]]


def test_many_spans_blank_rows_and_gaps_keep_their_places(tmp_path: Path) -> None:
    """More than one span of bytes, with blank rows across them, cells beyond the header, merged cells."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append([None, "码", "文"])
    wanted: list[list[str]] = []
    for number in range(2, 60_000):
        if number % 1000 == 3:
            wanted.append([])
            continue
        cells = [f"{number:06}", "文" * 20]
        sheet.cell(number, 2, cells[0])
        sheet.cell(number, 3, cells[1])
        if number % 1000 == 5:
            sheet.cell(number, 4, "多")
            cells.append("多")
        wanted.append(cells)
    sheet.merge_cells("C40002:C45000")
    out = BytesIO()
    made.save(out)
    top = wanted[40_000][1]
    for row in range(40_001, 44_999):
        wanted[row] = [*(wanted[row][:1] or [""]), top, *wanted[row][2:]]
    table = read_bytes(tmp_path, "a.xlsx", out.getvalue())
    assert (table.labels, table.first_column, table.rows) == (("码", "文"), 2, len(wanted))
    assert list(table.records()) == wanted


def test_xls_as_old_programs_write_it(tmp_path: Path) -> None:
    made = xlwt.Workbook(encoding="utf-8")
    made.add_sheet("空")
    sheet = made.add_sheet("数据")
    day, moment = xlwt.XFStyle(), xlwt.XFStyle()
    day.num_format_str, moment.num_format_str = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
    sheet.write_merge(0, 0, 0, 5, "二〇一八年统计表")
    for column, label in enumerate(["代码", "名称", "人口", "面积", "日期", "时刻", "有无"]):
        sheet.write(1, column, label)
    plain = ["001", "济南市\n历下区", 123456789, 1.5]
    for row in range(2, 302):
        for column, value in enumerate(plain):
            sheet.write(row, column, value)
        sheet.write(row, 4, date(2018, 1, 2), day)
        sheet.write(row, 5, datetime(2018, 1, 2, 3, 4, 5), moment)  # noqa: DTZ001 - Excel knows no zones
        sheet.write(row, 6, True)
    made.add_sheet("说明").write(0, 0, "只是说明")
    made.save(str(tmp_path / "a.xls"))
    table = read(tmp_path / "a.xls", scratch=tmp_path)
    assert (table.findings, table.format, table.sheet, table.header_row) == ((), "xls", "数据", 2)
    row = ["001", "济南市\n历下区", "123456789", "1.5", "2018-01-02", "2018-01-02 03:04:05", "true"]
    assert list(table.records()) == [row] * 300
    assert [note.zh for note in table.notes] == [
        "表头之上有 1 行标题，已略过：二〇一八年统计表",
        "只读取工作表“数据”；未读：说明",
    ]


def test_ods_as_an_office_writes_it(tmp_path: Path) -> None:
    cells = (
        '<table:table-row><table:table-cell table:number-columns-spanned="7" office:value-type="string">'
        "<text:p>统计表</text:p></table:table-cell></table:table-row>"
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{label}</text:p></table:table-cell>'
            for label in ["代码", "名称", "人口", "率", "日期", "时刻", "有无"]
        )
        + '</table:table-row><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell office:value-type="float" office:value="123"><text:p>000123</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        "<text:p>济<text:s text:c='2'/>南</text:p><text:p>历下</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="1234567"><text:p>1,234,567</text:p></table:table-cell>'
        '<table:table-cell office:value-type="percentage" office:value="0.125"><text:p>12.5%</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2018-01-02"><text:p>1月2日</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2018-01-02T03:04:05"><text:p/></table:table-cell>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>是</text:p></table:table-cell>'
        '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="3" office:value-type="string">'
        '<text:p>同</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    (tmp_path / "a.ods").write_bytes(ods(cells, more='<table:table table:name="说明"/>'))
    table = read(tmp_path / "a.ods", scratch=tmp_path)
    assert (table.findings, table.format, table.sheet, table.header_row) == ((), "ods", "数据", 2)
    assert table.labels == ("代码", "名称", "人口", "率", "日期", "时刻", "有无")
    row = ["000123", "济  南\n历下", "1234567", "0.125", "2018-01-02", "2018-01-02 03:04:05", "true"]
    assert list(table.records()) == [row, row, [], ["同", "同", "同", "", "", "", ""]]


def test_the_parser_of_elements_gives_away_whole_rows() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>2</v></c></row>' for n in range(1, 120_001)
    )
    batches = list(cells_of(b"<sheetData>", rows.encode(), b"</sheetData>"))
    assert len(batches) > 1
    assert sum(len(batch.rows) for batch in batches) == 240_000
    assert all(later.rows[0] > earlier.rows[-1] for earlier, later in pairwise(batches))
