"""What each fault is called in both languages: every error type frictionless has, and what was expected."""

import re
from collections.abc import Mapping
from typing import Any

from catalog.records import Text
from opendata.validation.examples import example

#: Error types in frictionless 5 with a sentence in Chinese and in English; {row}, {field}, {value} may stand inside.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "blank-row": ("第 {row} 行整行为空。", "Row {row} is blank."),
    "missing-cell": ("第 {row} 行缺少“{field}”单元格。", "Row {row} lacks the cell of {field}."),
    "extra-cell": ("第 {row} 行多出一个单元格：{value}", "Row {row} has a cell too many: {value}"),
    "type-error": (
        "第 {row} 行“{field}”的值 {value} 类型不对。",
        "Row {row}: {value} is of the wrong type for {field}.",
    ),
    "constraint-error": (
        "第 {row} 行“{field}”的值 {value} 不合约束。",
        "Row {row}: {value} breaks a rule of {field}.",
    ),
    "unique-error": (
        "第 {row} 行“{field}”的值 {value} 与第 {other} 行重复。",
        "Row {row}: {value} in {field} repeats row {other}.",
    ),
    "primary-key": (
        "第 {row} 行的主键与第 {other} 行重复：{value}",
        "Row {row} repeats the primary key of row {other}: {value}",
    ),
    "foreign-key": ("第 {row} 行引用的值不存在。", "Row {row} refers to something that does not exist."),
    "duplicate-row": ("第 {row} 行与另一行完全相同。", "Row {row} repeats another row."),
    "row-constraint": ("第 {row} 行不满足行约束。", "Row {row} breaks a rule of the row."),
    "row-error": ("第 {row} 行有误。", "Row {row} is wrong."),
    "cell-error": ("第 {row} 行“{field}”的单元格有误。", "Row {row}: the cell of {field} is wrong."),
    "ascii-value": (
        "第 {row} 行“{field}”含有非 ASCII 字符。",
        "Row {row}: {field} holds characters beyond ASCII.",
    ),
    "forbidden-value": ("第 {row} 行“{field}”的值被禁止。", "Row {row}: the value of {field} is forbidden."),
    "sequential-value": (
        "第 {row} 行“{field}”的值不连续。",
        "Row {row}: the value of {field} breaks the sequence.",
    ),
    "truncated-value": (
        "第 {row} 行“{field}”的值可能被截断。",
        "Row {row}: the value of {field} may be cut off.",
    ),
    "deviated-cell": ("第 {row} 行“{field}”的长度异常。", "Row {row}: the length of {field} is out of line."),
    "deviated-value": ("“{field}”的值偏离其余各行。", "A value of {field} is far from the others."),
    "required-value": ("“{field}”缺少必须出现的值。", "A value that {field} must hold is missing."),
    "header-error": ("表头有误。", "The header is wrong."),
    "blank-header": ("表头整行为空。", "The header is blank."),
    "unmatched-header": ("表头中没有模式里的任何字段。", "No field of the schema is in the header."),
    "label-error": ("列名有误。", "A label is wrong."),
    "blank-label": ("有一列没有列名。", "A column has no label."),
    "duplicate-label": ("列名重复。", "A label occurs twice."),
    "extra-label": ("有模式之外的列。", "There is a column beyond the schema."),
    "missing-label": ("缺少“{field}”列。", "The column {field} is missing."),
    "incorrect-label": ("列名与字段不符。", "A label does not match its field."),
    "table-error": ("表格有误。", "The table is wrong."),
    "field-count": ("列数不符。", "The number of columns differs."),
    "row-count": ("行数不符。", "The number of rows differs."),
    "table-dimensions": ("表格的行列数不符。", "The table's dimensions differ."),
    "file-error": ("文件有误。", "The file is wrong."),
    "byte-count": ("文件大小不符。", "The file's size differs."),
    "hash-count": ("文件校验值不符。", "The file's checksum differs."),
    "data-error": ("数据有误。", "The data are wrong."),
    "source-error": ("数据源内容不一致。", "The source is inconsistent."),
    "scheme-error": ("无法取得数据源。", "The source cannot be loaded."),
    "format-error": ("数据源无法解析。", "The source cannot be parsed."),
    "encoding-error": ("数据源无法解码。", "The source cannot be decoded."),
    "compression-error": ("数据源无法解压。", "The source cannot be unpacked."),
    "metadata-error": ("元数据有误。", "The metadata are wrong."),
    "catalog-error": ("目录描述有误。", "The catalogue's description is wrong."),
    "dataset-error": ("数据集描述有误。", "The dataset's description is wrong."),
    "package-error": ("数据包描述有误。", "The package's description is wrong."),
    "resource-error": ("资源描述有误。", "The resource's description is wrong."),
    "schema-error": ("模式有误。", "The schema is wrong."),
    "field-error": ("字段定义有误。", "A field's definition is wrong."),
    "dialect-error": ("方言描述有误。", "The dialect is wrong."),
    "control-error": ("读取参数有误。", "A reading option is wrong."),
    "detector-error": ("探测参数有误。", "A detection option is wrong."),
    "checklist-error": ("检查清单有误。", "The checklist is wrong."),
    "check-error": ("检查项有误。", "A check is wrong."),
    "inquiry-error": ("校验任务有误。", "The inquiry is wrong."),
    "inquiry-task-error": ("校验任务项有误。", "A task of the inquiry is wrong."),
    "pipeline-error": ("处理流程有误。", "The pipeline is wrong."),
    "step-error": ("处理步骤有误。", "A step is wrong."),
    "report-error": ("报告有误。", "The report is wrong."),
    "report-task-error": ("报告项有误。", "A task of the report is wrong."),
    "stats-error": ("统计信息有误。", "The statistics are wrong."),
}

_TYPES: Mapping[str, tuple[str, str]] = {
    "string": ("文本", "text"),
    "integer": ("整数", "a whole number"),
    "number": ("数值", "a number"),
    "boolean": ("是否值", "yes or no"),
    "date": ("日期", "a date"),
    "datetime": ("日期时间", "a moment"),
    "time": ("时间", "a time"),
    "year": ("四位年份", "a year of four digits"),
    "yearmonth": ("年月", "a month"),
    "duration": ("时长", "a duration (ISO 8601)"),
    "geopoint": ("经度在前的坐标", "a point, longitude first"),
    "geojson": ("GeoJSON 图形", "a GeoJSON shape"),
    "object": ("JSON 对象", "a JSON object"),
    "array": ("JSON 数组", "a JSON array"),
    "list": ("列表", "a list"),
}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "email": ("电子邮箱", "an e-mail address"),
    "uri": ("完整网址", "a whole address"),
    "uuid": ("UUID", "a UUID"),
    "binary": ("Base64 编码", "Base64"),
}
_SHAPES: Mapping[str, str] = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DD hh:mm:ss",
    "time": "hh:mm:ss",
    "yearmonth": "YYYY-MM",
}
_CONSTRAINTS: Mapping[str, tuple[str, str]] = {
    "required": ("必填", "a value"),
    "unique": ("不重复", "unique"),
    "minLength": ("至少 {} 个字符", "at least {} characters"),
    "maxLength": ("至多 {} 个字符", "at most {} characters"),
    "minimum": ("不小于 {}", "at least {}"),
    "maximum": ("不大于 {}", "at most {}"),
    "exclusiveMinimum": ("大于 {}", "more than {}"),
    "exclusiveMaximum": ("小于 {}", "less than {}"),
    "pattern": ("形如 {}", "matching {}"),
    "enum": ("其中之一：{}", "one of: {}"),
}
_KEYLESS = ("第 {row} 行缺少主键“{field}”。", "Row {row} lacks its primary key {field}.")
_SAID_TWICE = 60
_CONSTRAINT = re.compile(r'constraint "(\w+)" is ')


def expected_type(field: Mapping[str, Any]) -> str:
    """What a field's type and format ask for, in both languages on one line."""
    kind, form = str(field.get("type", "string")), str(field.get("format", "default"))
    zh, en = (_TEXTS.get(form) if kind == "string" else None) or _TYPES.get(kind, (kind, kind))
    if kind == "boolean" and "trueValues" in field:
        return f"{'/'.join([*field['trueValues'], *field.get('falseValues', [])])}"
    if kind == "list":
        comma = field.get("delimiter", ",")
        return f"{zh}，以 {comma} 分隔 {en} separated by {comma}"
    if form == "default" and kind in _SHAPES:
        return f"{zh} {_SHAPES[kind]} {en} {_SHAPES[kind]}"
    shown = None if kind in {"string", "year"} and form == "default" else example(field)
    return f"{zh}，如 {shown} {en} such as {shown}" if shown else f"{zh} {en}"


def expected_constraint(field: Mapping[str, Any], note: str) -> str:
    """What the broken constraint that frictionless' *note* names asks for, in both languages."""
    found = _CONSTRAINT.search(note)
    name = found[1] if found else ""
    if name not in _CONSTRAINTS:
        return note[:200]
    value = field.get("constraints", {}).get(name)
    shown = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    zh, en = _CONSTRAINTS[name]
    # A long pattern or list said twice would be cut before its end.
    both = f"{zh} {en}" if len(shown) <= _SAID_TWICE else zh
    return both.replace("{}", shown)[:200]


def sentence(code: str, **parts: object) -> Text:
    """The sentence for the error type *code* with its place filled in."""
    filled = {"row": "?", "field": "?", "value": "", "other": "?"} | parts
    # A key that is missing repeats no row.
    zh, en = _KEYLESS if code == "primary-key" and filled["other"] == "—" else SENTENCES[code]
    return Text(zh.format(**filled), en.format(**filled))
