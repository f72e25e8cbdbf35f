"""A report's findings as rows of text: the columns that the list of faults has as CSV and in a workbook."""

from collections.abc import Iterable, Iterator

from catalog.records import Finding
from opendata.validation.names import name_of
from opendata.validation.report import Report

#: The columns, with zh and en in one label each, in order.
HEADINGS = (
    "文件 file",
    "工作表 sheet",
    "行 row",
    "列 column",
    "位置 address",
    "字段 field",
    "代码 code",
    "类别 kind",
    "级别 severity",
    "问题",
    "problem",
    "值 value",
    "应为 expected",
    "怎么改",
    "how to mend",
)
_SEVERITIES = {"error": "错误 error", "warning": "提醒 warning"}


def finding_rows(reports: Iterable[Report]) -> Iterator[tuple[str, ...]]:
    """A row of :data:`HEADINGS` per kept finding of *reports*."""
    for report in reports:
        for finding in report.findings:
            yield _row(report, finding)


def _row(report: Report, finding: Finding) -> tuple[str, ...]:
    told = report.told(finding)
    kind = name_of(finding.code)
    sheet = finding.sheet or report.sheet
    values = (
        report.file,
        sheet,
        finding.row,
        finding.column,
        told.address,
        finding.field,
        finding.code,
        f"{kind.zh} {kind.en}" if kind.zh != kind.en else kind.zh,
        _SEVERITIES[finding.severity],
        finding.message.zh,
        finding.message.en,
        finding.value,
        finding.expected,
        told.hint.zh if told.hint else None,
        told.hint.en if told.hint else None,
    )
    return tuple("" if value is None else str(value) for value in values)


def hidden_counts(report: Report) -> dict[str, int]:
    """How many findings of each code were counted but are not among those kept."""
    kept: dict[str, int] = {}
    for finding in report.findings:
        kept[finding.code] = kept.get(finding.code, 0) + 1
    more = {code: count - kept.get(code, 0) for code, count in report.counts.items()}
    return {code: count for code, count in more.items() if count > 0}
