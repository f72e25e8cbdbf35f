"""The data dictionary: one line per field, for people who have no reader of Table Schema."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import polars as pl

from opendata.publishing.formats.csv import neutralised
from opendata.publishing.formats.workbook import Workbook

COLUMNS = (
    "序号 no", "字段名 name", "标题 title", "英文标题 title_en", "类型 type", "计量单位 unit", "必填 required",
    "唯一 unique", "约束 constraints", "脱敏 mask", "说明 description",
)  # fmt: skip
SHEET = "数据字典"
_TOLD_ELSEWHERE = ("required", "unique")


def lines(schema: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The dictionary's lines, one per field, in the schema's order."""
    key = schema.get("primaryKey") or []
    keys = [key] if isinstance(key, str) else key
    return [_line(number, one, keys) for number, one in enumerate(schema["fields"], 1)]


def _line(number: int, one: Mapping[str, Any], keys: list[str]) -> tuple[str, ...]:
    rules = one.get("constraints") or {}
    is_key = one["name"] in keys
    told = "；".join(
        f"{name}: {_said(value)}" for name, value in rules.items() if name not in _TOLD_ELSEWHERE
    )
    return (
        str(number),
        one["name"],
        str(one.get("title", "")),
        str(one.get("title_en", "")),
        str(one.get("type", "string")),
        str(one.get("unit", "")),
        "是 yes" if rules.get("required") or is_key else "",
        "是 yes" if rules.get("unique") or keys == [one["name"]] else "",
        told,
        str((one.get("mask") or {}).get("method", "")) if isinstance(one.get("mask"), Mapping) else "",
        str(one.get("description", "")),
    )


def _said(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def as_csv(schema: Mapping[str, Any]) -> bytes:
    """The dictionary as CSV that Excel opens right; what it would run as a formula stays text."""
    frame = _frame(schema)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(frame.select(neutralised(pl.all())).iter_rows())
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(schema: Mapping[str, Any]) -> bytes:
    """The dictionary as a workbook of one sheet."""
    out = io.BytesIO()
    book = Workbook(out)
    book.begin(SHEET, COLUMNS)
    book.add(_frame(schema))
    book.close()
    return out.getvalue()


def _frame(schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(lines(schema), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
