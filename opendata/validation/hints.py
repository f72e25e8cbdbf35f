"""How each fault is mended: what to do in the file, by the code of the fault and the type of its field."""

from collections.abc import Mapping
from typing import Any

from catalog.records import Text
from opendata.validation.examples import example

_TYPES: Mapping[str, Text] = {
    "integer": Text(
        "只写阿拉伯数字：去掉单位、千分位逗号、空格和小数点；没有数值时留空。",
        "Write digits alone: no unit, thousands separator, space or decimal point; leave the cell empty where there is no value.",
    ),
    "number": Text(
        "只写数字和一个小数点：去掉单位、千分位逗号和百分号；没有数值时留空。",
        "Write digits and one decimal point: no unit, thousands separator or percent sign; leave the cell empty where there is no value.",
    ),
    "boolean": Text(
        "只用模式列出的“是/否”写法；不清楚时留空。",
        "Use only the words for yes and no that the schema lists; leave the cell empty if unknown.",
    ),
    "year": Text("写四位年份，不带“年”字。", "Write a year of four digits and nothing else."),
}
_CODES: Mapping[str, Text] = {
    "type-error": Text("改成该列要求的写法。", "Write the value as this column asks."),
    "constraint-error": Text(
        "对照“应为”一栏改正；若数据无误，请联系模式维护者放宽规则。",
        "Correct it to what was expected; if the data are right, ask for the rule of the schema to be relaxed.",
    ),
    "blank-row": Text("删除该空行。", "Delete the blank row."),
    "missing-cell": Text(
        "补齐该行的单元格；CSV 中空值也要保留分隔符。",
        "Complete the row; in CSV an empty cell keeps its delimiter.",
    ),
    "extra-cell": Text(
        "删除多出的单元格；若内容含分隔符，用双引号括起来。",
        "Remove the cell that is too many; quote a text that holds the delimiter.",
    ),
    "unique-error": Text(
        "核对两行：删除重复的一行，或改正其中写错的编号。",
        "Compare the two rows: delete the repeated one, or correct the number that is wrong.",
    ),
    "primary-key": Text(
        "主键每行必填且不同：删除重复行，或补上、改正编号。",
        "Every row needs a key of its own: delete the repeated row, or fill in or correct the key.",
    ),
    "foreign-key": Text(
        "先在被引用的数据集或词表中登记该值，或改正这里的写法。",
        "Register the value in the dataset or vocabulary it refers to, or correct it here.",
    ),
    "blank-label": Text("给该列起名，或删除整列。", "Name the column, or delete it."),
    "duplicate-label": Text(
        "列名不能重复：改名或删除一列。", "No two columns share a label: rename or delete one."
    ),
    "extra-label": Text(
        "删除该列，或先在资源清单的信息项和模式中登记它。",
        "Delete the column, or register it in the inventory and the schema first.",
    ),
    "missing-label": Text(
        "补上这一列，列名用模式中的名称、标题或别名。",
        "Add the column under the name, title or an alias that the schema gives.",
    ),
    "empty-file": Text(
        "重新导出，确认文件里有表头和数据。", "Export again and see that header and rows are in the file."
    ),
    "no-rows": Text(
        "确认导出条件，至少要有一行数据。", "Check what was exported: at least one row is needed."
    ),
    "encoding-error": Text(
        "另存为 UTF-8（Excel 中选“CSV UTF-8”）后重新提交；不要把两种编码的文件拼在一起。",
        "Save as UTF-8 (in Excel: CSV UTF-8) and hand it in again; never join files of two encodings.",
    ),
    "malformed-file": Text(
        "文件不完整或已损坏：从来源系统重新导出，不要只改扩展名。",
        "The file is incomplete or damaged: export it again; renaming it does not change its format.",
    ),
    "too-large": Text("拆成几份，或改用 CSV 提交。", "Split the file, or hand it in as CSV."),
    "unsupported-format": Text("改用 CSV 或 XLSX 提交。", "Hand it in as CSV or XLSX."),
    "check-digit": Text(
        "对照证照原件核对代码；末位是校验位，抄错一位就通不过。",
        "Compare the code with the certificate; the last character is a check character, so one wrong character fails.",
    ),
    "division-code": Text(
        "用现行的六位区划代码；撤并的区划用合并后的代码。",
        "Use the six-digit code in force; for a merged division, that of its successor.",
    ),
    "date-order": Text("核对两个日期，看是否填反。", "Check the two dates: they may be swapped."),
    "inside-region": Text(
        "核对经纬度是否填反，坐标系是否与说明一致。",
        "Check whether longitude and latitude are swapped, and the coordinate system.",
    ),
    "minimum-rows": Text("确认导出的是全量数据。", "See that the whole table was exported."),
    "personal-information": Text(
        "删除该列，或在模式中声明脱敏规则（如 drop、keep、hash）；依法可公开的，在模式 public 中写明理由。",
        "Remove the column, or declare in the schema how it is masked (drop, keep, hash, …); where the law makes it public, give the reason under public.",
    ),
    "small-cells": Text(
        "把人数少的组合并，或去掉一个可识别的列。",
        "Merge groups of few persons, or drop one identifying column.",
    ),
    "total": Text(
        "核对合计与各分项：改正写错的数，或补上漏列的行。",
        "Compare the total with its parts: correct the number that is wrong, or add the row that is missing.",
    ),
    "change": Text(
        "确认导出的是全量数据，编号没有改过；变化属实的，请在报送时说明。",
        "See that the whole table was exported and no key was changed; if the change is real, say so when handing it in.",
    ),
    "vocabulary": Text(
        "改用词表中的词或代码；词表缺词的，先在词表中登记。",
        "Use a term or code of the vocabulary; a term that it lacks has to be registered there first.",
    ),
    "required-when": Text("补上该条件下必填的值。", "Fill in the value that this condition asks for."),
    "bad-schema": Text("改正模式文件后再校验。", "Correct the schema, then validate again."),
}
_GENERAL = Text("对照“应为”一栏改正后重新提交。", "Correct it to what was expected and hand it in again.")


def _number(field: Mapping[str, Any]) -> Text | None:
    """How a number is written under a schema that lets it be more than digits and a point."""
    group, point = field.get("groupChar"), field.get("decimalChar", ".")
    bare = field.get("bareNumber", True)
    # Only a number may group its thousands or choose its point.
    if bare and (field["type"] == "integer" or (not group and point == ".")):
        return None
    zh = f"千分位可用“{group}”" if group else "不用千分位"
    en = f"“{group}” may group the thousands" if group else "no thousands separator"
    if field["type"] == "integer":
        return Text(
            "写整数，可带单位；没有数值时留空。",
            "Write a whole number, with its unit if you like; leave the cell empty where there is no value.",
        )
    return Text(
        f"写阿拉伯数字，小数点用“{point}”，{zh}，{'不带' if bare else '可带'}单位和百分号；没有数值时留空。",
        f"Write digits with “{point}” before the decimals; {en}; a unit or percent sign "
        f"{'is not' if bare else 'is'} allowed; leave the cell empty where there is no value.",
    )


def _type_hint(field: Mapping[str, Any]) -> Text | None:
    kind, form = str(field.get("type", "string")), str(field.get("format", "default"))
    special = _number(field) if kind in {"integer", "number"} else None
    if special or kind in _TYPES:
        return special or _TYPES[kind]
    shown = example(field)
    if shown is None:
        return None
    zh, en = f"写成 {shown} 的样子。", f"Write it like {shown}."
    if kind == "date" and form in {"default", "any"}:
        zh += "在 Excel 中把该列设为日期格式后重新保存。"
        en += " In Excel, format the column as a date and save again."
    return Text(zh, en)


def hint(code: str, field: Mapping[str, Any] | None = None) -> Text:
    """What to do about a fault of *code*.

    :param field: the descriptor of the field in which it was found, if it was found in one.
    """
    special = _type_hint(field) if code == "type-error" and field is not None else None
    return special or _CODES.get(code, _GENERAL)
