"""Frictionless as the judge of shape and cells: the only module that hands it rows.

It is given the table's rows under the schema's fields in the file's order, so its own guessing
(encoding, delimiter, header) never takes part. A faster engine may replace this module as long as
it yields the same rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frictionless
from frictionless.resources import TableResource

from catalog.records import Finding
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.comparable import guarded
from opendata.validation.privacy import mask
from opendata.validation.schema import Schema
from opendata.validation.wording import expected_constraint, expected_type, sentence

_OTHER_ROW = re.compile(r"row at position (\d+)")
_SHOWN = 200
_CELL_FAULTS = {"type-error", "constraint-error"}


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One row: its physical number, its cells as text, its typed values by field name, its faults.

    A value is None where the cell is missing, empty or not of its type.
    """

    number: int
    cells: Sequence[str]
    values: Mapping[str, Any]
    findings: tuple[Finding, ...]

    def is_faulty(self, *names: str) -> bool:
        """Whether a fault was found in one of the fields *names*: their values prove nothing more."""
        return any(finding.field in names for finding in self.findings if finding.code in _CELL_FAULTS)


def arranged_schema(columns: Columns, schema: Schema) -> dict[str, Any]:
    """The schema with its fields in the file's order; unclaimed columns are fields of any type."""
    taken = {field["name"] for field in schema.fields}
    fields: list[Mapping[str, Any]] = []
    for column, index in enumerate(columns.fields):
        if index is None:
            name = f"unclaimed {column}"
            while name in taken:
                name += "'"
            fields.append({"name": name, "type": "any"})
        else:
            fields.append(schema.fields[index])
    present = {field["name"] for field in fields}
    arranged = {"fields": fields, "missingValues": schema.descriptor.get("missingValues", [""])}
    if "$schema" in schema.descriptor:
        # Exclusive bounds, and missing values with labels, are of the second edition.
        arranged["$schema"] = schema.descriptor["$schema"]
    if schema.primary_key and present.issuperset(schema.primary_key):
        arranged["primaryKey"] = list(schema.primary_key)
    return arranged


class _Translator:
    """Turns frictionless' errors into findings with physical places and our sentences."""

    def __init__(self, table: Table, schema: Schema, numbers: Sequence[int] | None) -> None:
        self._table = table
        self._numbers = numbers
        self._fields = {field["name"]: field for field in schema.fields}
        self._key = schema.primary_key

    def row(self, number: int) -> int:
        """The physical number of the row that frictionless, which counts the header as row 1, calls *number*."""
        index = number - 1 if self._numbers is None else self._numbers[number - 2]
        return self._table.physical_row(index)

    def findings(self, row: frictionless.Row) -> Iterator[Finding]:
        """The findings of one row."""
        errors = row.errors
        blank = any(error.type == "blank-row" for error in errors)
        for error in errors:
            # A blank row has no key either; saying so again would count it twice.
            if not (blank and error.type == "primary-key"):
                yield self._finding(error, row)

    def _value(self, error: Any, row: frictionless.Row) -> str | None:  # noqa: ANN401 - untyped library
        if error.type == "primary-key":
            return ", ".join(str(row[name]) for name in self._key)
        return getattr(error, "cell", None)

    def _finding(self, error: Any, row: frictionless.Row) -> Finding:  # noqa: ANN401 - untyped library
        name = getattr(error, "field_name", None) or None
        position = getattr(error, "field_number", None)
        field = self._fields.get(name or "", {})
        value = self._value(error, row)
        shown = None if value is None else mask(value)[:_SHOWN]
        other = _OTHER_ROW.search(error.note)
        number = self.row(row.row_number)
        label = self._table.labels[position - 1] if position and position <= len(self._table.labels) else name
        if error.type == "primary-key":
            name, label = self._key[0], "、".join(self._key)
        expected = {
            "type-error": expected_type(field),
            "constraint-error": expected_constraint(field, error.note),
            "primary-key": f"主键不重复、不为空 unique and given: {', '.join(self._key)}",
            "unique-error": "不重复 unique",
        }.get(error.type)
        return Finding(
            error.type,
            sentence(
                error.type,
                row=number,
                field=label,
                value=(shown or "")[:60] or "（空 empty）",
                other=self.row(int(other[1])) if other else "—",
            ),
            row=number,
            column=self._table.physical_column(position) if position else None,
            field=name if name in self._fields else None,
            value=shown,
            expected=expected,
        )


def judge(
    table: Table, columns: Columns, schema: Schema, some: Mapping[int, Sequence[str]] | None = None
) -> Iterator[JudgedRow]:
    """Every row of *table* with its faults under *schema*; header faults are not judged here.

    :param some: these rows alone, by their data row number from 1, in order. A key's repeat is then
        judged rightly if the row that it repeats is among them.
    """
    arranged = arranged_schema(columns, schema)
    names = [field["name"] for field in arranged["fields"]]
    translator = _Translator(table, schema, None if some is None else list(some))
    records = table.records() if some is None else iter(some.values())

    def rows() -> Iterator[Sequence[str]]:
        yield names
        yield from records

    parsed = guarded(frictionless.Schema.from_descriptor(arranged))
    # Said outright, or frictionless looks for a likelier header among the first hundred rows.
    dialect = frictionless.Dialect(header_rows=[1])
    judged = 0
    with TableResource(data=rows, format="inline", schema=parsed, dialect=dialect) as resource:
        for row in resource.row_stream:
            # Reading any value makes frictionless read them all; errors are complete only then.
            findings = () if row.valid else tuple(translator.findings(row))
            judged += 1
            yield JudgedRow(translator.row(row.row_number), row.cells, row, findings)
    assert judged == (table.rows if some is None else len(some)), "a row was not judged"
