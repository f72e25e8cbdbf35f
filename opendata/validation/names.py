"""What each kind of fault is called in a heading: a few words in both languages."""

from collections.abc import Mapping

from catalog.records import Text

_NAMES: Mapping[str, Text] = {
    "empty-file": Text("空文件", "Empty file"),
    "no-rows": Text("没有数据行", "No rows"),
    "encoding-error": Text("编码错误", "Wrong encoding"),
    "malformed-file": Text("文件损坏", "Damaged file"),
    "too-large": Text("文件过大", "Too large"),
    "unsupported-format": Text("格式不支持", "Unsupported format"),
    "blank-label": Text("列名为空", "Blank label"),
    "duplicate-label": Text("列名重复", "Label repeated"),
    "extra-label": Text("模式之外的列", "Column beyond the schema"),
    "missing-label": Text("缺少列", "Column missing"),
    "incorrect-label": Text("列名不符", "Wrong label"),
    "blank-row": Text("空行", "Blank row"),
    "missing-cell": Text("缺少单元格", "Cell missing"),
    "extra-cell": Text("多余单元格", "Cell too many"),
    "type-error": Text("类型错误", "Wrong type"),
    "constraint-error": Text("不合约束", "Constraint broken"),
    "unique-error": Text("值重复", "Value repeated"),
    "primary-key": Text("主键重复或缺失", "Key repeated or missing"),
    "foreign-key": Text("引用不存在", "Reference to nothing"),
    "check-digit": Text("校验位错误", "Wrong check digit"),
    "division-code": Text("区划代码无效", "No such division"),
    "vocabulary": Text("不在词表中", "Not in the vocabulary"),
    "date-order": Text("日期颠倒", "Dates out of order"),
    "inside-region": Text("坐标越界", "Outside the region"),
    "minimum-rows": Text("行数不足", "Too few rows"),
    "personal-information": Text("含个人信息", "Personal information"),
    "small-cells": Text("分组过小", "Groups too small"),
    "total": Text("合计不符", "Total does not add up"),
    "change": Text("与上一版差异过大", "Too much has changed"),
    "required-when": Text("按条件应填未填", "Missing where a condition asks for it"),
    "bad-schema": Text("模式有误", "Faulty schema"),
    "promised-table": Text("应报数据表", "A table was promised"),
    "inventory-format": Text("与清单格式不符", "Not the format of the inventory"),
    "kind-mismatch": Text("资源类型不符", "Not of its declared kind"),
    "extension-mismatch": Text("扩展名不符", "Wrong extension"),
    "table-as-document": Text("表格冒充文档", "A table passed off as a document"),
    "encrypted": Text("设有密码", "Encrypted"),
    "active-content": Text("含可执行内容", "Active content"),
    "foreign-reference": Text("引用外部内容", "Fetches from elsewhere"),
    "external-entity": Text("含外部实体", "Document type or entity"),
    "unsafe-member": Text("成员不安全", "Unsafe member"),
    "executable-member": Text("含程序", "A program among the members"),
    "nested-archive": Text("嵌套过深", "Archives nested too deeply"),
    "unknown-member": Text("成员无法识别", "Member of no known kind"),
    "tables-inside": Text("内含表格", "Tables inside"),
    "attached-file": Text("内嵌文件", "Attached file"),
    "partly-scanned": Text("未能全部检查", "Only partly searched"),
    "missing-part": Text("缺少组成文件", "Part missing"),
    "counts-differ": Text("记录数不一致", "Numbers of records differ"),
    "unknown-crs": Text("坐标系未知", "Unknown coordinate system"),
    "outside-range": Text("坐标超出范围", "Coordinates off the Earth"),
    "photo-location": Text("含拍摄地点", "Place of a photograph"),
    "camera-identity": Text("含设备信息", "Identity of a camera"),
}


def name_of(code: str) -> Text:
    """The heading for faults of *code*; the code itself where it has none."""
    return _NAMES.get(code, Text(code, code))
