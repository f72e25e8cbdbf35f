"""Which days a table speaks of (时间范围): from the earliest to the latest value of the fields that its schema names."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendata.tables.typed_file import TypedFile

#: The schema's property: the field, or the fields, that tell of which day a row speaks.
PROPERTY = "period"
_TEXT = re.compile(r"(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both of them included."""

    first: date
    last: date


def period_fields(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that *schema* names as its period, those among its fields."""
    named = schema.get(PROPERTY, ())
    wanted = (named,) if isinstance(named, str) else tuple(named)
    known = {field["name"] for field in schema["fields"]}
    return tuple(name for name in wanted if name in known)


def period_of(table: TypedFile, schema: Mapping[str, Any]) -> Period | None:
    """The period of *table*; None if its schema names no field for it, or no value is a day, month or year.

    A month counts from its first day to its last, a year likewise; texts such as ``2018-06`` and ``201806`` are read.
    """
    names = [name for name in period_fields(schema) if name in table.column_names]
    if not names:
        return None
    found = [end for batch in table.batches(names) for column in batch.columns for end in _ends(column)]
    if not found:
        return None
    return Period(min(one.first for one in found), max(one.last for one in found))


def _ends(column: pa.Array) -> Iterator[Period]:
    """The periods of the smallest and of the largest value of a column."""
    bounds = pc.min_max(column).as_py()
    for value in bounds.values():
        period = _read(value)
        if period is not None:
            yield period


def _read(value: object) -> Period | None:
    match value:
        case datetime():
            return Period(value.date(), value.date())
        case date():
            return Period(value, value)
        case int() | str():
            return _spelt(str(value))
    return None


def _spelt(text: str) -> Period | None:
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Period(first, first)
    last_month = month or 12
    return Period(first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1]))
