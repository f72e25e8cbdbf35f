"""What is wrong with the header: labels blank, twice, unknown, or missing."""

from collections.abc import Iterator

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.schema import Schema


def _title(schema: Schema, index: int) -> str:
    field = schema.fields[index]
    return f"{field.get('title') or field['name']} ({field['name']})"


def header_findings(table: Table, columns: Columns, schema: Schema) -> Iterator[Finding]:
    """Every fault of the header; rows and columns as the source counts them."""
    row = table.header_row or None
    known = "、".join(str(field.get("title") or field["name"]) for field in schema.fields)[:200]
    for index in columns.blank:
        number = table.physical_column(index + 1)
        yield Finding(
            "blank-label",
            Text(f"第 {number} 列没有列名。", f"Column {number} has no label."),
            row=row,
            column=number,
            expected=known,
        )
    for code, found, zh, en in (
        ("duplicate-label", columns.twice, "与前面的列重复", "repeats an earlier column"),
        ("extra-label", columns.extra, "不在模式中", "is not in the schema"),
    ):
        for index in found:
            number, label = table.physical_column(index + 1), table.labels[index][:200]
            yield Finding(
                code,
                Text(f"第 {number} 列“{label}”{zh}。", f"Column {number} ({label}) {en}."),
                row=row,
                column=number,
                value=label,
                expected=known,
            )
    for index in columns.absent:
        field = schema.fields[index]
        if field.get("constraints", {}).get("required") or field["name"] in schema.primary_key:
            title = _title(schema, index)
            yield Finding(
                "missing-label",
                Text(f"缺少必需的列“{title}”。", f"The required column {title} is missing."),
                row=row,
                field=field["name"],
                expected=title,
            )
