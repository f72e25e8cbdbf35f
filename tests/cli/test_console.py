"""Tables on a terminal of 80 cells: what is too wide for one is told row by row, and nothing is cut."""

import io

import pytest
from rich.console import Console

from opendata.cli import console

WIDE = ("山东省公共数据开放审核办法", "https://data.example.cn/a/very/long/address/of/a/source.xlsx")


def shown(monkeypatch: pytest.MonkeyPatch, columns: list[str], rows: list[list[object]]) -> list[str]:
    told = io.StringIO()
    monkeypatch.setattr(console, "out", Console(width=80, file=told, highlight=False, soft_wrap=True))
    console.show_table("表", columns, rows)
    return told.getvalue().splitlines()


def test_a_table_that_80_cells_cannot_hold_is_told_row_by_row_in_whole_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: list[list[object]] = [[f"code-{n}", *WIDE, *WIDE, None, *WIDE] for n in range(2)]
    lines = shown(monkeypatch, ["编码", "a", "b", "c", "d", "空", "f", "g"], rows)
    told = [*zip("abcd", WIDE * 2, strict=True), *zip("fg", WIDE, strict=True)]
    assert lines == [
        "表",
        *(line for n in range(2) for line in [f"code-{n}", *(f"  {a}  {b}" for a, b in told)]),
    ]


def test_a_table_that_fits_stays_one_with_its_first_column_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, ["编码", "名称", "地址"], [["bus-stops-308102-0002", *WIDE]])
    assert any("bus-stops-308102-0002" in line for line in lines)
    assert max(len(line) for line in lines) <= 80
    assert shown(monkeypatch, ["编码", "名称"], [])[0] == "表"
