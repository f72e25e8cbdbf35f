"""The named checks of our schemas: check digits, division codes, dates in order, places, enough rows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.cell_checks import CellRule, cell_rules
from opendata.validation.conditions import RequiredWhen
from opendata.validation.division_days import DivisionOn
from opendata.validation.known import Known
from opendata.validation.places import inside_region
from opendata.validation.privacy import mask
from opendata.validation.reference import JudgedRow
from opendata.validation.row_rules import Rule, row_fault
from opendata.validation.schema import Schema
from opendata.validation.totals import Total

RowCheck = Callable[[JudgedRow], Iterator[Finding]]


def _cell_check(field: Mapping[str, Any], label: str, number: int, rule: CellRule) -> RowCheck:
    """A check of one column's cells."""
    name = field["name"]

    def check(row: JudgedRow) -> Iterator[Finding]:
        value = row.values.get(name)
        expected = None if value is None else rule.wrong(str(value))
        if expected:
            shown = mask(str(value))[:200]
            zh = f"第 {row.number} 行“{label}”的值 {shown[:60]} 不是{rule.zh}。"
            en = f"Row {row.number}: {shown[:60]} in {label} is no {rule.en}."
            yield Finding(
                rule.code,
                Text(zh, en),
                row=row.number,
                column=number,
                field=name,
                value=shown,
                expected=expected[:200],
            )

    return check


def _date_order(first: str, second: str, titles: Mapping[str, str], number: int | None) -> RowCheck:
    def check(row: JudgedRow) -> Iterator[Finding]:
        start, end = row.values.get(first), row.values.get(second)
        if not out_of_order(start, end):
            return
        zh = f"第 {row.number} 行“{titles[second]}”{end} 早于“{titles[first]}”{start}。"
        en = f"Row {row.number}: {second} {end} is before {first} {start}."
        yield Finding(
            "date-order",
            Text(zh, en),
            row=row.number,
            column=number,
            field=second,
            value=str(end),
            expected=f">= {start}",
        )

    return check


def out_of_order(start: Any, end: Any) -> bool:  # noqa: ANN401 - two dates, two moments or two years
    """Whether *end* is surely before *start*; None, a missing value, never is."""
    return start is not None and end is not None and _zoned(start) == _zoned(end) and bool(start > end)


def _zoned(value: object) -> bool:
    """Whether a moment names its zone; one that does cannot be compared with one that does not."""
    return getattr(value, "tzinfo", None) is not None


def _unique_key(key: Sequence[str], number: int | None) -> RowCheck:
    """A unique key (Table Schema ``uniqueKeys``); rows in which a part is missing are not compared."""
    seen: dict[tuple[Any, ...], int] = {}

    def check(row: JudgedRow) -> Iterator[Finding]:
        values = tuple(row.values.get(name) for name in key)
        if None in values:
            return
        other = seen.setdefault(values, row.number)
        if other != row.number:
            shown = mask(", ".join(map(str, values)))[:200]
            zh = f"第 {row.number} 行的 {'、'.join(key)} 与第 {other} 行重复：{shown[:60]}"
            en = f"Row {row.number} repeats {', '.join(key)} of row {other}: {shown[:60]}"
            yield Finding(
                "unique-error",
                Text(zh, en),
                row=row.number,
                column=number,
                field=key[0],
                value=shown,
                expected="不重复 unique",
            )

    return check


def _titles(schema: Schema) -> dict[str, str]:
    return {field["name"]: str(field.get("title") or field["name"]) for field in schema.fields}


def row_rules(
    schema: Schema, known: Known, foreign: Sequence[Rule], present: Collection[str]
) -> Iterator[Rule]:
    """The rules of *schema* over the cells of one row.

    :param foreign: the foreign keys, whose references were looked up once for the table.
    :param present: the fields that have a column.
    """
    titles = _titles(schema)
    for check in schema.checks:
        match check:
            case {"type": "inside-region"}:
                yield inside_region(check, present)
            case {"type": "required-when", "field": field, "when": when}:
                yield RequiredWhen(field, when, titles)
            case {"type": "total", "field": field, "of": of}:
                tolerance = Decimal(str(check.get("tolerance", 0)))
                yield Total(field, of, tolerance, check.get("missing") == "zero", titles)
            case {"type": "division-on", "field": field, "on": on} if known.divisions is not None:
                yield DivisionOn(
                    field, on if on in titles else date.fromisoformat(on), known.divisions, titles
                )
    yield from foreign


def row_checks(
    table: Table, columns: Columns, schema: Schema, known: Known, foreign: Sequence[Rule] = ()
) -> Sequence[RowCheck]:
    """The checks of *schema* that the columns present allow, each to be given every row in order.

    :param foreign: the foreign keys, whose references were looked up once for the table.
    """
    names = {field["name"]: index for index, field in enumerate(schema.fields)}
    titles = _titles(schema)

    def number(name: str) -> int | None:
        column = columns.column_of(names[name])
        return None if column is None else table.physical_column(column + 1)

    checks: list[RowCheck] = []
    for field in schema.fields:
        at = number(field["name"])
        if at is not None:
            checks += [
                _cell_check(field, titles[field["name"]], at, rule) for rule in cell_rules(field, known)
            ]
    for check in schema.checks:
        match check:
            case {"type": "date-order", "fields": [first, second]}:
                checks.append(_date_order(first, second, titles, number(second)))
    present = {name for name in names if number(name) is not None}
    for rule in row_rules(schema, known, foreign, present):
        if present.issuperset(rule.fields):
            checks.append(partial(row_fault, rule, number=number(rule.at)))
    checks += [_unique_key(key, number(key[0])) for key in schema.descriptor.get("uniqueKeys", [])]
    return checks


def row_count_findings(schema: Schema, rows: int, previous_rows: int | None) -> Iterator[Finding]:
    """Too few rows: none, fewer than the schema asks for, or (a warning) fewer than half of last time's."""
    if not rows:
        yield Finding(
            "no-rows",
            Text("只有表头，没有数据行。", "There is a header but no row of data."),
            expected=">= 1",
        )
        return
    for check in schema.checks:
        if check["type"] == "minimum-rows" and rows < check["rows"]:
            least = check["rows"]
            text = Text(
                f"只有 {rows} 行，至少应有 {least} 行。",
                f"There are {rows} rows, at least {least} are expected.",
            )
            yield Finding("minimum-rows", text, value=str(rows), expected=f">= {least}")
    if previous_rows and rows * 2 < previous_rows:
        text = Text(f"行数由 {previous_rows} 降至 {rows}。", f"The rows fell from {previous_rows} to {rows}.")
        yield Finding(
            "minimum-rows",
            text,
            severity="warning",
            value=str(rows),
            expected=f">= {(previous_rows + 1) // 2}",
        )
