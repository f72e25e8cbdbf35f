"""The named checks of our schemas: check digits, division codes, dates in order, places, enough rows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from catalog.codes import (
    is_division_code,
    is_organisation_code,
    is_uscc,
    organisation_check_digit,
    uscc_check_digit,
)
from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.privacy import mask
from opendata.validation.reference import JudgedRow
from opendata.validation.regions import REGIONS, Box
from opendata.validation.schema import Schema

RowCheck = Callable[[JudgedRow], Iterator[Finding]]


def _should_end(code: str, digit: Callable[[str], str], length: int) -> str:
    try:
        return f"末位 {digit(code[: length - 1])} as last character" if len(code) == length else ""
    except ValueError:
        return ""


def _uscc(code: str) -> str | None:
    if is_uscc(code):
        return None
    return _should_end(code, uscc_check_digit, 18) or "18 位统一社会信用代码 an 18-character code of GB 32100"


def _organisation(code: str) -> str | None:
    if is_organisation_code(code):
        return None
    plain = code.replace("-", "")
    return (
        _should_end(plain, organisation_check_digit, 9) or "9 位组织机构代码 a 9-character code of GB 11714"
    )


def _division(divisions: Collection[str] | None) -> Callable[[str], str | None]:
    def check(code: str) -> str | None:
        if not is_division_code(code):
            return "6 位区划代码 six digits of GB/T 2260"
        known = divisions is None or code in divisions
        return None if known else "GB/T 2260 中的区划 a division on the list"

    return check


def wrong_code(check: str, divisions: Collection[str] | None) -> Callable[[str], str | None]:
    """The rule behind a cell check: given a code, what was expected instead, or None if it is right."""
    return {"uscc": _uscc, "org-code": _organisation, "division-code": _division(divisions)}[check]


def cell_check_code(check: str) -> str:
    """The code of the finding that the cell check *check* gives."""
    return "division-code" if check == "division-code" else "check-digit"


def _cell_check(
    field: Mapping[str, Any], label: str, number: int, wrong: Callable[[str], str | None]
) -> RowCheck:
    """A check of one column's cells; *wrong* gives what was expected, or None if the cell is right."""
    name, kind = field["name"], field["check"]
    code = cell_check_code(kind)
    what = {
        "uscc": ("统一社会信用代码", "unified social credit code"),
        "org-code": ("组织机构代码", "organisation code"),
        "division-code": ("区划代码", "division code"),
    }[kind]

    def check(row: JudgedRow) -> Iterator[Finding]:
        value = row.values.get(name)
        expected = None if value is None else wrong(str(value))
        if expected:
            shown = mask(str(value))[:200]
            zh = f"第 {row.number} 行“{label}”的值 {shown[:60]} 不是有效的{what[0]}。"
            en = f"Row {row.number}: {shown[:60]} in {label} is no valid {what[1]}."
            yield Finding(
                code, Text(zh, en), row=row.number, column=number, field=name, value=shown, expected=expected
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


def is_inside(box: Box, east: Any, north: Any) -> bool:  # noqa: ANN401 - numbers of any kind
    """Whether the place lies in *box*; one that is not a number lies nowhere."""
    lon, lat = Decimal(east), Decimal(north)
    return not (lon.is_nan() or lat.is_nan()) and box.holds(lon, lat)


def _inside(lon: str, lat: str, region: str, number: int | None) -> RowCheck:
    box = REGIONS[region]

    def check(row: JudgedRow) -> Iterator[Finding]:
        east, north = row.values.get(lon), row.values.get(lat)
        if east is None or north is None or row.is_faulty(lon, lat) or is_inside(box, east, north):
            return
        zh = f"第 {row.number} 行的坐标 {east}, {north} 不在 {region} 范围内。"
        en = f"Row {row.number}: the place {east}, {north} is outside {region}."
        yield Finding(
            "inside-region",
            Text(zh, en),
            row=row.number,
            column=number,
            field=lon,
            value=f"{east}, {north}",
            expected=str(box),
        )

    return check


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


def row_checks(
    table: Table, columns: Columns, schema: Schema, divisions: Collection[str] | None
) -> Sequence[RowCheck]:
    """The checks of *schema* that the columns present allow, each to be given every row in order."""
    names = {field["name"]: index for index, field in enumerate(schema.fields)}
    titles = {field["name"]: str(field.get("title") or field["name"]) for field in schema.fields}

    def number(name: str) -> int | None:
        column = columns.column_of(names[name])
        return None if column is None else table.physical_column(column + 1)

    checks: list[RowCheck] = []
    for field in schema.fields:
        at = number(field["name"])
        if at is not None and "check" in field:
            wrong = wrong_code(field["check"], divisions)
            checks.append(_cell_check(field, titles[field["name"]], at, wrong))
    for check in schema.checks:
        match check:
            case {"type": "date-order", "fields": [first, second]}:
                checks.append(_date_order(first, second, titles, number(second)))
            case {"type": "inside-region", "lon": lon, "lat": lat, "region": region}:
                checks.append(_inside(lon, lat, region, number(lon)))
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
