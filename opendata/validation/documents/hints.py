"""How each fault of a document, image, archive or geographic file is mended."""

from collections.abc import Iterable, Mapping

from catalog.records import Finding, Text
from opendata.validation.hints import hint

_HINTS: Mapping[str, Text] = {
    "empty-file": Text(
        "重新导出或扫描，确认文件能打开且有内容。",
        "Export or scan it again; see that it opens and holds something.",
    ),
    "unsupported-format": Text(
        "改用列出的格式提交；文字材料建议用 PDF 或 DOCX，压缩包用 ZIP。",
        "Hand it in as one of the formats that are listed; for texts PDF or DOCX, for archives ZIP.",
    ),
    "kind-mismatch": Text(
        "按文件的实际内容改正资源类型，或换成正确的文件。",
        "Register it as what it is, or hand in the right file.",
    ),
    "extension-mismatch": Text(
        "用产生它的软件另存为应有的格式；若内容无误，只需改正扩展名。",
        "Save it in the format its name promises; if the content is right, correct the extension.",
    ),
    "table-as-document": Text(
        "把资源类型改为“数据表”，按表格提交和校验；不要转成文档或打包来绕过。",
        "Register it as a table, to be validated as one; do not print or pack it instead.",
    ),
}


def hints_for(findings: Iterable[Finding]) -> dict[str, dict[str, Text]]:
    """By code, how the faults of *findings* are mended."""
    codes = dict.fromkeys(finding.code for finding in findings)
    return {code: {"": _HINTS.get(code) or hint(code)} for code in codes}
