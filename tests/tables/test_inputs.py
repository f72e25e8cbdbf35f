"""What agencies send beside CSV and workbooks: pages named .xls, XML sheets, Parquet, packed files, odd JSON."""

import gzip
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opendata.tables import Table, read
from tests.tables.documents import zipped

CSV = "名称,代码\n济南市历下区,001\n".encode()
ROWS = [["济南市历下区", "001"]]


def table_of(tmp_path: Path, name: str, content: bytes) -> Table:
    kept = tmp_path / "0a1b2c"
    kept.write_bytes(content)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    table = read(kept, name=name, scratch=scratch)
    assert table.findings == ()
    copies = [] if table.text == kept else [table.text]
    assert list(scratch.iterdir()) == copies, "only the table is left in the scratch folder"
    return table


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gb2312>
<style>td {{mso-number-format:"\\@"}} <table></style><script>if (a < b) document.write("<table><tr><td>x")</script></head>
<body><!-- <table><tr><td>no</td></tr></table> --><table border=1>
<tr><td colspan="3"><b>二〇一八年统计表</b></td></tr>
<tr><th rowspan=2>代码<th colspan=2>人口</tr><tr><th>男<th>女</tr>
<tr><td rowspan="2" style="mso-number-format:'\\@'">001<td>1&nbsp;200</td><td>&lt;5&amp;</td></tr>
<tr><td>3<td>第一行<br>第二<table><tr><td>内</td></tr></table></td></tr>
</table><table><tr><td>另一张</td></tr></table></body></html>"""


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-16"])
def test_a_page_that_calls_itself_a_workbook(tmp_path: Path, codec: str) -> None:
    table = table_of(tmp_path, "统计.xls", PAGE.encode(codec))
    assert (table.format, table.header_row, table.labels) == ("html", 3, ("代码", "男", "女"))
    assert list(table.records()) == [["001", "1 200", "<5&"], ["001", "3", "第一行\n第二内"]]
    assert [note.en for note in table.notes] == [
        "1 row(s) above the header were set aside: 二〇一八年统计表",
        "Only sheet table 1 is read; not read: table 2",
        "The header has two rows; they were joined into one",
        "The name ends in .xls, the content is HTML and was read as such",
    ]


SHEET_XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="空"><Table/></Worksheet><Worksheet ss:Name="数据"><Table>
<Row><Cell><Data ss:Type="String">代码</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">日期</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">001</Data></Cell><Cell><Data ss:Type="Number">12.0</Data></Cell>
<Cell><Data ss:Type="DateTime">2018-01-02T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>"""


def test_a_spreadsheet_in_xml(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a.xls", SHEET_XML.encode())
    assert (table.format, table.sheet, table.labels) == ("xml", "数据", ("代码", "", "日期"))
    assert list(table.records()) == [[], [], ["001", "12", "2018-01-02"]]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("coded", [True, False])
def test_parquet_whose_texts_are_none(tmp_path: Path, kind: pa.DataType, coded: bool) -> None:
    wide = pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()
    made = pa.table({"a": pa.array([b"x", b"\xe5\x8e\x00\xb8"], wide).view(kind), "n": [1, 2]})
    pq.write_table(made, tmp_path / "a.parquet", use_dictionary=coded)
    (finding,) = read(tmp_path / "a.parquet", scratch=tmp_path).findings
    assert finding.code == "malformed-file"


def test_parquet_of_every_type(tmp_path: Path) -> None:
    moment = datetime(2018, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a moment without a zone
    rows: list[dict[str, object]] = [
        {
            "码": "001",
            "数": 12345678901234567,
            "小数": Decimal("1.10"),
            "浮": 12.0,
            "日": date(2018, 1, 2),
            "时刻": moment,
            "区": datetime(2018, 1, 2, tzinfo=UTC),
            "时": time(6, 30),
            "否": False,
            "表": [1, 2],
            "字": b"abc",
            "类": "许可",
        },
        dict.fromkeys(["码", "数", "小数", "浮", "日", "时刻", "区", "时", "否", "表", "字", "类"]),
    ]
    made = pa.Table.from_pylist(rows)
    made = made.set_column(11, "类", made.column("类").dictionary_encode())
    pq.write_table(made, tmp_path / "a.parquet")
    table = table_of(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert (table.format, table.header_row, table.labels) == ("parquet", 0, tuple(rows[0]))
    assert list(table.records()) == [
        [
            *("001", "12345678901234567", "1.10", "12", "2018-01-02", "2018-01-02 03:04:05"),
            *("2018-01-02 00:00:00+00:00", "06:30:00", "false", "[1,2]", "abc", "许可"),
        ],
        [],
    ]


@pytest.mark.parametrize(
    ("name", "content", "inner"),
    [
        ("a.zip", zipped({"数据.csv": CSV, "__MACOSX/._数据.csv": b"x", ".DS_Store": b"x"}), "数据.csv"),
        ("a.csv.gz", gzip.compress(CSV, mtime=0), "a.csv"),
        ("a.zip", zipped({"../../etc/数据.csv": CSV}), "数据.csv"),
    ],
    ids=["zip", "gzip", "zip that climbs"],
)
def test_one_packed_file(tmp_path: Path, name: str, content: bytes, inner: str) -> None:
    table = table_of(tmp_path, name, content)
    assert (table.format, list(table.records())) == ("csv", ROWS)
    assert [note.en for note in table.notes] == [f"What was read is {inner} inside the archive"]


@pytest.mark.parametrize(
    ("content", "labels", "rows"),
    [
        ('{"甲": [1, "001"], "乙": [null, 2.50]}', ("甲", "乙"), [["1", ""], ["001", "2.50"]]),
        ('{"甲": {"0": 1, "1": 2}, "乙": {"0": 3, "1": 4}}', ("甲", "乙"), [["1", "3"], ["2", "4"]]),
        ('{"columns": ["甲", "乙"], "index": [0], "data": [[1, 2]]}', ("甲", "乙"), [["1", "2"]]),
        ('[{"甲": "\\ud83d\\ude00"}]', ("甲",), [["😀"]]),
    ],
)
def test_json_by_columns(
    tmp_path: Path, content: str, labels: tuple[str, ...], rows: list[list[str]]
) -> None:
    table = table_of(tmp_path, "a.json", content.encode())
    assert (table.labels, list(table.records())) == (labels, rows)
