"""What the judges of one table need from outside it, looked up once."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.foreign_keys import ForeignKey, foreign_keys
from opendata.validation.known import Known
from opendata.validation.schema import Schema


@dataclass(frozen=True, slots=True)
class Outside:
    """``foreign``: the foreign keys with what they refer to; ``findings``: references that lead nowhere;
    ``notes``: what could not be looked up, so that a valid file does not seem to be more than it is.
    """

    known: Known
    foreign: tuple[ForeignKey, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...]


def _out_of_reach(schema: Schema, known: Known) -> Iterator[Text]:
    kinds = {check["type"] for check in schema.checks}
    coded = any(field.get("check") == "division-code" for field in schema.fields)
    if known.divisions is None and (coded or "division-on" in kinds):
        yield Text(
            "区划代码只核对了写法：此处读不到区划名录。",
            "Of division codes the form alone was checked: the list of divisions is out of reach here.",
        )
    if known.last is None and "change" in kinds:
        yield Text(
            "未与上一版比较：没有上一版，或此处读不到。",
            "Nothing was compared with a last release: there is none, or it is out of reach here.",
        )


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
    return Outside(known, tuple(foreign), findings, tuple(_out_of_reach(schema, known)))
