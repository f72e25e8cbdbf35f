"""The sentences about validation reports; part of the catalogue of strings."""

from catalog.records import Text

REPORT_STRINGS: dict[str, Text] = {
    "report.title": Text("第 {n} 版校验报告", "Report on release {n}"),
    "report.valid": Text("合格", "Valid"),
    "report.invalid": Text("不合格", "Invalid"),
    "report.file": Text("文件", "File"),
    "report.sha": Text("文件 SHA-256", "SHA-256 of the file"),
    "report.at": Text("校验时间", "Validated"),
    "report.schema": Text("标准模式", "Schema"),
    "report.header": Text("表头在第 {row} 行", "header in row {row}"),
    "report.note": Text("说明", "Note"),
    "report.findings": Text("问题（{n}）", "Findings ({n})"),
    "report.none": Text("没有发现问题。", "Nothing was found."),
    "report.counts": Text("每种问题的数量", "How many findings of each kind"),
    "report.kind": Text("问题", "Finding"),
    "report.count": Text("数量", "Count"),
    "report.columns": Text("所在列", "Columns"),
    "report.hint": Text("怎么改", "How to mend it"),
    "report.more": Text("另有 {n} 处，未列出", "{n} more are counted but not listed"),
    "report.beside": Text("第 {row} 行的相邻单元格", "Cells of row {row} beside the fault"),
    "report.empty": Text("空", "empty"),
    "report.lacking": Text("缺", "missing"),
    "report.masked": Text("脱敏的列", "Columns masked before publication"),
    "report.fetch": Text("下载报告", "Download the report"),
}
