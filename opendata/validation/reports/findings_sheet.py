"""The sheet of a workbook that lists findings, each leading to the cell it speaks of."""

from collections.abc import Iterator, Sequence

from xlsxwriter.workbook import Workbook

from opendata.validation.names import name_of
from opendata.validation.report import Report
from opendata.validation.reports.rows import HEADINGS, finding_rows, hidden_counts

SHEET = "问题 findings"
_WIDTHS = (18, 10, 7, 7, 10, 16, 20, 24, 14, 46, 46, 24, 28, 44, 44)
_ADDRESS, _ROW, _COLUMN = (
    HEADINGS.index("位置 address"),
    HEADINGS.index("行 row"),
    HEADINGS.index("列 column"),
)


def add_findings(
    workbook: Workbook, reports: Sequence[Report], data: str | None, offset: int, *, cut: bool
) -> None:
    """Add the sheet to *workbook*.

    :param data: the name of the sheet to whose cells the addresses lead; None: they lead nowhere.
    :param offset: by how many rows a row of the report stands lower in that sheet.
    :param cut: whether rows of the source had no room in that sheet.
    """
    sheet = workbook.add_worksheet(SHEET)
    strong, wrap = (
        workbook.add_format({"bold": True}),
        workbook.add_format({"text_wrap": True, "valign": "top"}),
    )
    link = workbook.add_format({"font_color": "#0D5C68", "underline": 1, "valign": "top"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for line in _summary(reports, cut=cut):
        sheet.write_string(row, 0, line, strong if not row else None)
        row += 1
    sheet.freeze_panes(row + 2, 0)
    sheet.write_row(row + 1, 0, HEADINGS, strong)
    for at, cells in enumerate(finding_rows(reports), row + 2):
        for column, text in enumerate(cells):
            if column == _ADDRESS and text and data and cells[_ROW]:
                target = f"internal:'{data}'!{_target(cells, offset)}"
                sheet.write_url(at, column, target, link, string=text)
            elif column in (_ROW, _COLUMN) and text:
                sheet.write_number(at, column, int(text), wrap)
            elif text:
                sheet.write_string(at, column, text, wrap)


def _target(cells: Sequence[str], offset: int) -> str:
    letters = cells[_ADDRESS].rstrip("0123456789") or "A"
    return f"{letters}{int(cells[_ROW]) + offset}"


def _summary(reports: Sequence[Report], *, cut: bool) -> Iterator[str]:
    for report in reports:
        verdict = "合格 valid" if report.valid else "不合格 invalid"
        yield f"{report.file}：{verdict}，{report.rows} 行 rows"
        for code, count in report.counts.items():
            more = hidden_counts(report).get(code, 0)
            name = name_of(code)
            rest = f"（列出前 {count - more} 处 the first {count - more} are listed）" if more else ""
            yield f"{name.zh} {name.en} ({code})：{count}{rest}"
    if cut:
        yield "数据行超过工作表上限，其余未写入。Some rows had no room in the sheet and were left out."
