"""What files of every kind become: one table of text, and nothing of them lost or guessed."""

import csv
import json
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.tables import Table, read


def table_of(tmp_path: Path, name: str, content: bytes) -> Table:
    # As the platform keeps them: named by a hash, the name told beside it.
    kept = tmp_path / "0a1b2c"
    kept.write_bytes(content)
    return read(kept, name=name, scratch=tmp_path)


def seen(table: Table) -> dict[str, object]:
    facts = {"format": table.format, "encoding": table.encoding, "header_row": table.header_row}
    return facts | {"labels": table.labels, "rows": list(table.records()), "findings": table.findings}


MOMENT = datetime(2018, 1, 2, 3, 4, 5)  # noqa: DTZ001 - Excel knows no zones
TEXT = '名称,代码,说明\n济南市历下区,001,\n青岛市,0370200,"两行\n一格, 有逗号"\n'
ROWS = [["济南市历下区", "001", ""], ["青岛市", "0370200", "两行\n一格, 有逗号"]]


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_gives_the_same_table(tmp_path: Path, codec: str, encoding: str) -> None:
    assert seen(table_of(tmp_path, "a.csv", TEXT.encode(codec))) == {
        "format": "csv",
        "encoding": encoding,
        "header_row": 1,
        "labels": ("名称", "代码", "说明"),
        "rows": ROWS,
        "findings": (),
    }


def test_big5_is_told_from_gbk(tmp_path: Path) -> None:
    content = "機構名稱,地址\n醫療機構,臺北市信義區\n".encode("big5")
    assert seen(table_of(tmp_path, "a.csv", content))["rows"] == [["醫療機構", "臺北市信義區"]]


def test_the_famous_two_characters_are_gbk(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a.csv", "联通\n移动\n".encode("gbk"))
    assert (table.encoding, table.labels, list(table.records())) == ("gb18030", ("联通",), [["移动"]])


@pytest.mark.parametrize(
    ("name", "content", "form", "header_row", "labels", "rows"),
    [
        ("a.tsv", "甲\t乙\n1,2\t3\n", "tsv", 1, ("甲", "乙"), [["1,2", "3"]]),
        ("a.csv", "甲;乙\n1,2;3\n4;5\n", "csv", 1, ("甲", "乙"), [["1,2", "3"], ["4", "5"]]),
        ("a.csv", "甲|乙\n1|2\n", "csv", 1, ("甲", "乙"), [["1", "2"]]),
        ("a.csv", "甲,乙\r1,2\r", "csv", 1, ("甲", "乙"), [["1", "2"]]),
        ("a.csv", "某市名录,,\n\n甲,乙,丙\n1,,3\n", "csv", 3, ("甲", "乙", "丙"), [["1", "", "3"]]),
        ("a.csv", "甲,乙\n1\n\n1,2,3\n", "csv", 1, ("甲", "乙"), [["1"], [], ["1", "2", "3"]]),
        ("a.csv", "[甲],乙\n1,2\n", "csv", 1, ("[甲]", "乙"), [["1", "2"]]),
        ("a.xls", "甲\t乙\n1\t2\n", "tsv", 1, ("甲", "乙"), [["1", "2"]]),
        (
            "a",
            '[{"甲": 1.10, "乙": null}, {"丙": true}]',
            "json",
            0,
            ("甲", "乙", "丙"),
            [["1.10", "", ""], ["", "", "true"]],
        ),
        ("a.json", '[["甲"], [12345678901234567890]]', "json", 1, ("甲",), [["12345678901234567890"]]),
        (
            "a.json",
            '{"code": 0, "data": {"list": [{"甲": {"x": [1.0]}}]}}',
            "json",
            0,
            ("甲",),
            [['{"x":[1.0]}']],
        ),
        ("a.jsonl", '{"甲": "1"}\n\n{"甲": "2"}\n', "jsonl", 0, ("甲",), [["1"], [""], ["2"]]),
    ],
)
def test_forms(
    tmp_path: Path,
    name: str,
    content: str,
    form: str,
    header_row: int,
    labels: tuple[str, ...],
    rows: list[list[str]],
) -> None:
    assert seen(table_of(tmp_path, name, content.encode())) == {
        "format": form,
        "encoding": "utf-8",
        "header_row": header_row,
        "labels": labels,
        "rows": rows,
        "findings": (),
    }


def test_geojson_points_become_columns_and_other_shapes_stay_text(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[117.0, 36.5], [117.1, 36.6]]}
    point = {"type": "Point", "coordinates": [117.10, 36.5]}
    features = [
        {"type": "Feature", "properties": {"名称": name}, "geometry": shape}
        for name, shape in (("站", point), ("线", line), ("无", None))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    table = table_of(tmp_path, "a.geojson", content.encode())
    assert table.labels == ("名称", "lon", "lat", "geometry")
    assert list(table.records()) == [
        ["站", "117.1", "36.5", ""],
        ["线", "", "", '{"type":"LineString","coordinates":[[117.0,36.5],[117.1,36.6]]}'],
        ["无", "", "", ""],
    ]


def workbook(*rows: list[object], merges: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.create_sheet("说明").append(["只是说明"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_as_offices_make_them(tmp_path: Path) -> None:
    content = workbook(
        ["二〇一八年统计表"],
        ["填报单位：某局", None, None, "单位：人"],
        ["代码", "人口", None, "日期", "时刻", "时间", "有无"],
        [None, "男", "女"],
        ["001", 12, 1.5, date(2018, 1, 2), MOMENT, time(6, 30), True],
        [None, 3, 4],
        [],
        ["002"],
        merges=("A1:G1", "B3:C3", "A3:A4", "D3:D4", "A5:A6"),
    )
    table = table_of(tmp_path, "a.xlsx", content)
    assert seen(table) == {
        "format": "xlsx",
        "encoding": None,
        "header_row": 4,
        "labels": ("代码", "男", "女", "日期", "时刻", "时间", "有无"),
        "rows": [
            ["001", "12", "1.5", "2018-01-02", "2018-01-02 03:04:05", "06:30:00", "true"],
            ["001", "3", "4", "", "", "", ""],
            [],
            ["002", "", "", "", "", "", ""],
        ],
        "findings": (),
    }
    assert (table.sheet, table.physical_row(4)) == ("数据", 8)
    assert [note.zh for note in table.notes] == [
        "表头之上有 2 行标题，已略过：二〇一八年统计表 / 填报单位：某局单位：人",
        "只读取工作表“数据”；未读：说明",
        "表头有两行，已合并为一行列名",
    ]


cells = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6),
    delimiter=st.sampled_from(",\t;|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, codec: str
) -> None:
    header = ["统一社会信用代码", "单位名称", "登记日期"]
    written = StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    content = written.getvalue()
    # Everyday text, as GB18030 is only believed when most of it is.
    padding = [["行政许可", "山东省济南市", "公共数据"]] * 20
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(padding)
    table = table_of(tmp_path_factory.mktemp("read"), "a.csv", written.getvalue().encode(codec))
    assert table.findings == (), content
    assert [list(table.labels), *table.records()] == [header, *rows, *padding]
