"""Frictionless as the judge of shape and cells: the only module that hands it rows.

It is given the table's rows under the schema's fields in the file's order, so its own guessing
(encoding, delimiter, header) never takes part. A faster engine may replace this module as long as
it yields the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frictionless
from frictionless.resources import TableResource

from catalog.records import Finding
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.comparable import guarded
from opendata.validation.faults_worded import Translator
from opendata.validation.schema import Schema

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


def judge(table: Table, columns: Columns, schema: Schema) -> Iterator[JudgedRow]:
    """Every row of *table* with its faults under *schema*; header faults are not judged here."""
    arranged = arranged_schema(columns, schema)
    names = [field["name"] for field in arranged["fields"]]
    translator = Translator(table, schema)

    def rows() -> Iterator[Sequence[str]]:
        yield names
        yield from table.records()

    parsed = guarded(frictionless.Schema.from_descriptor(arranged))
    # Said outright, or frictionless looks for a likelier header among the first hundred rows.
    dialect = frictionless.Dialect(header_rows=[1])
    judged = 0
    with TableResource(data=rows, format="inline", schema=parsed, dialect=dialect) as resource:
        for row in resource.row_stream:
            # Reading any value makes frictionless read them all; errors are complete only then.
            findings = () if row.valid else tuple(translator.findings(row.errors, row, row.row_number - 1))
            judged += 1
            yield JudgedRow(table.physical_row(row.row_number - 1), row.cells, row, findings)
    assert judged == table.rows, "a row was not judged"
