"""Headers of several rows, written by openpyxl; what a sheet hides, and formulas that nobody computed."""

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from opendata.tables import Table, read

Rows = Sequence[Sequence[object]]


def sheet(
    folder: Path,
    rows: Rows,
    merges: Sequence[str] = (),
    change: Callable[[Workbook, Worksheet], None] | None = None,
) -> Table:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    for merge in merges:
        page.merge_cells(merge)
    if change:
        change(book, page)
    path = folder / "a.xlsx"
    book.save(path)
    return read(path, scratch=folder)


def shown(table: Table) -> tuple[tuple[str, ...], int, list[list[str]]]:
    return table.labels, table.header_row, list(table.records())


YEARS = [
    ["区县", "2017年", None, "2018年", None],
    [None, "男", "女", "男", "女"],
    ["历下区", 1, 2, 3, 4],
]


@pytest.mark.parametrize("titles", [0, 1, 2])
def test_years_over_quarters_over_sexes(tmp_path: Path, titles: int) -> None:
    top = titles + 1
    rows = [
        *([["人口统计"], ["单位：人"]][:titles]),
        ["区县", "2017年", None, None, None, "2018年", None, None, None],
        [None, "上半年", None, "下半年", None, "上半年", None, "下半年", None],
        [None, *["男", "女"] * 4],
        ["历下区", *range(8)],
    ]
    merges = [f"A{top}:A{top + 2}", f"B{top}:E{top}", f"F{top}:I{top}"]
    merges += [f"{one[0]}{top + 1}:{one[1]}{top + 1}" for one in ("BC", "DE", "FG", "HI")]
    table = sheet(tmp_path, rows, [*(["A1:I1"] if titles else []), *merges])
    labels = [
        f"{year}年 {half} {sex}" for year in (2017, 2018) for half in ("上半年", "下半年") for sex in "男女"
    ]
    assert shown(table) == (("区县", *labels), titles + 3, [["历下区", *map(str, range(8))]])
    assert table.notes[-1].zh == "表头有 3 行，已合并为一行列名"
    assert len(table.notes) == 1 + bool(titles)


def test_two_rows_are_joined_and_named_by_their_group_only_where_they_must(tmp_path: Path) -> None:
    table = sheet(tmp_path, YEARS, ["A1:A2", "B1:C1", "D1:E1"])
    assert table.labels == ("区县", "2017年 男", "2017年 女", "2018年 男", "2018年 女")
    months = sheet(tmp_path, [["区县", "月份", None], [None, 1, 2], ["历下区", 5, 6]], ["A1:A2", "B1:C1"])
    assert shown(months) == (("区县", "1", "2"), 2, [["历下区", "5", "6"]])


def test_a_row_of_data_below_a_merged_label_stays_data(tmp_path: Path) -> None:
    rows = [["名称", "地址", None, "电话"], ["甲", "历下区", "泉城路", "1"], ["乙", "市中区", "经七路", "2"]]
    table = sheet(tmp_path, rows, ["B1:C1"])
    assert shown(table) == (("名称", "地址", "", "电话"), 1, [list(map(str, row)) for row in rows[1:]])
    numbers = sheet(tmp_path, [["2017年", None, "2018年", None], [1, 2, 3, 4]], ["A1:B1", "C1:D1"])
    assert shown(numbers) == (("2017年", "", "2018年"), 1, [["1", "2", "3", "4"]])
    assert not table.notes
    assert not numbers.notes


groups = st.lists(st.integers(1, 3), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(groups=groups, titles=st.integers(0, 2), right=st.booleans())
def test_every_grouped_header_is_one_row_of_labels(
    tmp_path_factory: pytest.TempPathFactory, groups: list[int], titles: int, right: bool
) -> None:
    """Groups of any width beside columns that are merged downwards; the names of parts occur in every group."""
    top = titles + 1
    upper: list[str | None] = ["编号", "名称"]
    lower: list[str | None] = [None, None]
    labels, merges = ["编号", "名称"], [f"A{top}:A{top + 1}", f"B{top}:B{top + 1}"]
    for number, width in enumerate(groups):
        first = len(upper) + 1
        upper += [f"组{number}", *[None] * (width - 1)]
        letters = [openpyxl.utils.get_column_letter(column) for column in range(first, first + width)]
        if width == 1:
            lower.append(None)
            merges.append(f"{letters[0]}{top}:{letters[0]}{top + 1}")
            labels.append(f"组{number}")
            continue
        lower += [f"部{part}" for part in range(width)]
        merges.append(f"{letters[0]}{top}:{letters[-1]}{top}")
        alone = [sum(other > part for other in groups if other > 1) == 1 for part in range(width)]
        labels += [f"部{part}" if alone[part] else f"组{number} 部{part}" for part in range(width)]
    if right:
        upper.append("备注")
        lower.append(None)
        labels.append("备注")
    data = [f"值{column}" for column in range(len(upper))]
    table = sheet(
        tmp_path_factory.mktemp("heading"),
        [*([["表名"], ["单位"]][:titles]), upper, lower, data, data],
        merges,
    )
    assert shown(table) == (tuple(labels), titles + 2, [data, data])


def hide(book: Workbook, page: Worksheet) -> None:
    page.column_dimensions["C"].hidden = True
    page.column_dimensions["K"].hidden = True
    page.row_dimensions[3].hidden = True
    inner = book.create_sheet("内部")
    inner["A1"] = "勿发"
    inner.sheet_state = "veryHidden"


def test_what_is_hidden_is_read_and_told_of(tmp_path: Path) -> None:
    rows = [["名称", "地址", "内部意见"], ["甲", "x", "不宜公开"], ["乙", "y", "z"]]
    table = sheet(tmp_path, rows, change=hide)
    assert list(table.records()) == rows[1:]
    assert [note.zh.partition("，")[0] for note in table.notes] == [
        "隐藏的工作表未读：内部",
        "有 1 列在表中被隐藏（C）",
        "有 1 行在表中被隐藏或筛选掉",
    ]


def test_a_formula_that_nobody_computed_is_told_of(tmp_path: Path) -> None:
    table = sheet(tmp_path, [["名称", "数量"], ["甲", 1], ["乙", "=B2+1"], ["丙", "=SUM(B2:B3)"]])
    assert [row[1] for row in table.records()] == ["1", "", ""]
    (note,) = table.notes
    assert note.zh.startswith("有 2 个公式没有计算结果（首个在 B3）")
