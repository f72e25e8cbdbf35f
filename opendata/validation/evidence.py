"""From the tally of one table to what its report shows: counts per column, cells among their neighbours, hints."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.context import Excerpts, excerpts, veiled
from opendata.validation.hints import hint
from opendata.validation.report import ColumnReport
from opendata.validation.schema import Schema
from opendata.validation.tally import Tally

#: Characters of a value that stand in a sentence.
_IN_SENTENCE = 60
#: Codes whose findings may speak of several columns at once.
_OF_KEYS = frozenset({"primary-key", "unique-error", "foreign-key"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parts of a report that explain its findings; the findings themselves, personal columns hidden."""

    findings: tuple[Finding, ...]
    columns: tuple[ColumnReport, ...]
    excerpts: Excerpts
    hints: Mapping[str, Mapping[str, Text]]


def evidence(
    table: Table, columns: Columns | None, schema: Schema, tally: Tally, paths: Mapping[str, str]
) -> Evidence:
    """What the report on *table* shows beside the verdict.

    :param columns: None where the file could not be read.
    """
    told = tuple(_columns(table, columns, schema, tally, paths)) if columns else ()
    hidden = {column.number for column in told if column.personal}
    findings = tuple(_hidden(finding, hidden) for finding in tally.findings())
    fields = {column.field: column.number for column in told if column.field}
    place = table.first_column, fields
    labelled = [finding for finding in findings if finding.column is not None]
    around = {
        **excerpts(labelled, {table.header_row: table.labels} if table.header_row else {}, *place, set()),
        **excerpts(findings, tally.rows, *place, hidden),
    }
    return Evidence(findings, told, around, _hints(findings, schema))


def _columns(
    table: Table, columns: Columns, schema: Schema, tally: Tally, paths: Mapping[str, str]
) -> Iterator[ColumnReport]:
    counts = tally.column_counts()
    personal = {
        finding.column
        for finding in tally.findings()
        if finding.code == "personal-information" and finding.severity == "error"
    }
    for index, (label, claimed) in enumerate(zip(table.labels, columns.fields, strict=True)):
        number = table.physical_column(index + 1)
        field: Mapping[str, Any] = {} if claimed is None else schema.fields[claimed]
        rule = field.get("mask")
        yield ColumnReport(
            number=number,
            label=label,
            field=field.get("name"),
            type=None if claimed is None else str(field.get("type", "string")),
            path=paths.get(label),
            masked=str(rule.get("rule")) if isinstance(rule, Mapping) else None,
            personal=rule is not None or number in personal,
            counts=counts.get(number, {}),
        )


def _hidden(finding: Finding, hidden: set[int]) -> Finding:
    """*finding* without what its cell says, if its column tells on persons.

    A key of several columns names none of them: its value is hidden where any column of the table is.
    """
    of_key = finding.column is None and finding.code in _OF_KEYS and bool(hidden)
    told = finding.column not in hidden and not of_key
    if told or not finding.value or finding.code == "personal-information":
        return finding
    said, veil = finding.value[:_IN_SENTENCE], veiled(finding.value)
    message = Text(finding.message.zh.replace(said, veil), finding.message.en.replace(said, veil))
    return replace(finding, value=veil, message=message)


def _hints(findings: Iterable[Finding], schema: Schema) -> dict[str, dict[str, Text]]:
    """The hints of all codes found, told once: of a field only where it is not the code's own."""
    fields = {field["name"]: field for field in schema.fields}
    found: dict[str, dict[str, Text]] = {}
    for finding in findings:
        known = found.setdefault(finding.code, {"": hint(finding.code)})
        special = hint(finding.code, fields.get(finding.field or ""))
        if special != known[""]:
            known[finding.field or ""] = special
    return found
