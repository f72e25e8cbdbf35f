"""What the judges of one table need from outside it, looked up once."""

from dataclasses import dataclass

from catalog.records import Finding
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.foreign_keys import ForeignKey, foreign_keys
from opendata.validation.known import Known
from opendata.validation.schema import Schema


@dataclass(frozen=True, slots=True)
class Outside:
    """``foreign``: the foreign keys with what they refer to; ``findings``: references that lead nowhere."""

    known: Known
    foreign: tuple[ForeignKey, ...]
    findings: tuple[Finding, ...]


def look_up(table: Table, columns: Columns, schema: Schema, known: Known) -> Outside:
    """Look up what *schema* refers to.

    :raises InvalidInput: a vocabulary is unknown, or a reference has too many keys.
    """
    titles = {field["name"]: str(field.get("title") or field["name"]) for field in schema.fields}
    foreign, unresolved = foreign_keys(table, columns, schema.descriptor, known, titles)
    findings = tuple(
        Finding(
            "foreign-key",
            one.message,
            severity=one.severity,
            expected=f"{one.place} 的现行版本 the current release of {one.place}",
        )
        for one in unresolved
    )
    return Outside(known, tuple(foreign), findings)
