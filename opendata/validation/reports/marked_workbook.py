"""An XLSX copy of the table with the faulty cells marked, and a sheet that lists the findings.

A cell keeps the place it has in the source, so that ``C17`` in the report is ``C17`` in the copy. Every
cell is text: codes keep their leading zeros, long numbers their digits. Rows are written one after the
other and forgotten, so that memory does not grow with the table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from catalog.disk import room_in
from catalog.errors import InvalidInput
from catalog.records import Finding
from opendata.tables import Table
from opendata.validation.context import address, place_of
from opendata.validation.report import Report
from opendata.validation.reports.findings_sheet import add_findings

#: What an XLSX sheet holds; what is beyond is left out, and the copy says so.
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
DATA = "数据 data"
_LONGEST_TEXT, _LONGEST_NOTE = 32_767, 1_200
_COLUMN_WIDTH = 16

#: The findings by physical row and column.
Marks = Mapping[int, Mapping[int, Sequence[Finding]]]
#: A physical row: its number, and its cells by physical column.
Row = tuple[int, Mapping[int, str]]


def write_marked(table: Table, report: Report, path: Path) -> None:
    """Write the copy of *table*, marked by *report*, to *path*, which must not exist.

    :raises StorageFull: no space is left.
    """

    def fill(workbook: Workbook) -> None:
        cut = False
        if table.labels:
            cut = _Copy(workbook, table, report).write()
        # A document's records have no row for a header; in the copy they stand one row lower.
        add_findings(
            workbook, [report], DATA if table.labels else None, 0 if table.header_row else 1, cut=cut
        )

    _write(path, fill)


def findings_workbook(reports: Sequence[Report]) -> bytes:
    """A workbook with the list of the findings of *reports* alone, without any copy."""
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    add_findings(workbook, reports, None, 0, cut=False)
    workbook.close()
    return made.getvalue()


def _write(path: Path, fill: Callable[[Workbook], None]) -> None:
    with room_in(path.parent):
        workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        try:
            fill(workbook)
            workbook.close()
        except XlsxWriterException as error:
            # The library wraps what the operating system said.
            if error.args and isinstance(error.args[0], OSError):
                raise error.args[0] from error
            raise InvalidInput(
                f"无法写成工作簿：{error}。", f"cannot be written as a workbook: {error}."
            ) from error


def marks_of(report: Report) -> Marks:
    """Where the cells of the copy are marked.

    A fault of a row that names no cell marks the row's first; a column that is missing marks none.
    """
    found: dict[int, dict[int, list[Finding]]] = {}
    for finding in report.findings:
        column = place_of(finding, report.fields)
        if finding.row is None or (column is None and finding.row == report.header_row):
            continue
        found.setdefault(finding.row, {}).setdefault(column or report.first_column, []).append(finding)
    return found


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of the copy's cells."""

    head: Format
    text: Format
    error: Format
    warning: Format
    aside: Format

    @classmethod
    def of(cls, workbook: Workbook) -> "_Looks":
        """The looks of *workbook*, which keeps each format once."""
        text = {"num_format": "@"}
        return cls(
            head=workbook.add_format({**text, "bold": True, "bg_color": "#E6ECEB", "bottom": 1}),
            text=workbook.add_format(text),
            error=workbook.add_format({**text, "bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1}),
            warning=workbook.add_format(
                {**text, "bg_color": "#FFEB9C", "font_color": "#7F6000", "border": 1}
            ),
            aside=workbook.add_format({"italic": True, "font_color": "#666666"}),
        )


class _Copy:
    """The sheet of data."""

    def __init__(self, workbook: Workbook, table: Table, report: Report) -> None:
        self._table, self._report = table, report
        self._sheet: Worksheet = workbook.add_worksheet(DATA)
        self._looks = _Looks.of(workbook)
        self._marks = marks_of(report)
        self._offset = 0 if table.header_row else 1

    def write(self) -> bool:
        """Write all rows; whether some had no room."""
        table, sheet = self._table, self._sheet
        last = min(table.first_column + len(table.labels) - 1, SHEET_COLUMNS)
        sheet.set_column(0, last - 1, _COLUMN_WIDTH)
        sheet.freeze_panes(table.header_row + self._offset, 0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{address(SHEET_ROWS, SHEET_COLUMNS)}"})
        sheet.set_comments_author("校验 validation")
        self._titles()
        for number, cells in self._rows():
            if number + self._offset > SHEET_ROWS:
                return True
            self._row(number, cells)
        return False

    def _titles(self) -> None:
        """Above the header, where the source had titles, what the reader noted of them."""
        for row, note in zip(range(self._table.header_row - 1), self._table.notes, strict=False):
            self._sheet.write_string(row, 0, str(note)[:_LONGEST_TEXT], self._looks.aside)

    def _rows(self) -> Iterator[Row]:
        first = self._table.first_column
        yield self._table.header_row, dict(enumerate(self._table.labels, first))
        for index, cells in enumerate(self._table.records(), 1):
            yield self._table.physical_row(index), dict(enumerate(cells, first))

    def _row(self, number: int, cells: Mapping[int, str]) -> None:
        row = number + self._offset - 1
        marks = self._marks.get(number, {})
        plain = self._looks.head if number == self._table.header_row else self._looks.text
        write = self._sheet.write_string
        for column, text in cells.items():
            if column in marks or column > SHEET_COLUMNS:
                continue
            if text:
                write(row, column - 1, text[:_LONGEST_TEXT], plain)
        for column, findings in sorted(marks.items()):
            if column <= SHEET_COLUMNS:
                self._mark(row, column - 1, cells.get(column, ""), findings)

    def _mark(self, row: int, column: int, text: str, findings: Sequence[Finding]) -> None:
        severe = any(finding.severity == "error" for finding in findings)
        look = self._looks.error if severe else self._looks.warning
        if text:
            self._sheet.write_string(row, column, text[:_LONGEST_TEXT], look)
        else:
            self._sheet.write_blank(row, column, None, look)
        self._sheet.write_comment(row, column, self._note(findings), {"x_scale": 2.4, "y_scale": 1.8})

    def _note(self, findings: Sequence[Finding]) -> str:
        lines = []
        for finding in findings:
            hint = self._report.told(finding).hint
            lines += [
                finding.message.zh,
                finding.message.en,
                *([f"→ {hint.zh}", f"→ {hint.en}"] if hint else []),
            ]
        return "\n".join(lines)[:_LONGEST_NOTE]
