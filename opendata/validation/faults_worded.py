"""Frictionless' errors as findings: physical places, and sentences in both languages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from catalog.records import Finding
from opendata.tables import Table
from opendata.validation.privacy import mask
from opendata.validation.schema import Schema
from opendata.validation.wording import expected_constraint, expected_type, sentence

_OTHER_ROW = re.compile(r"row at position (\d+)")
_SHOWN = 200


class Fault(NamedTuple):
    """What a finding is made of, by the names that frictionless' own errors have."""

    type: str
    note: str = ""
    cell: str | None = None
    field_name: str = ""
    field_number: int | None = None


class Translator:
    """Words the faults of rows of *table* under *schema*.

    :param numbers: the data row numbers of the rows that frictionless, which counts the header as row 1, calls
        2, 3, …; default: 1, 2, ….
    """

    def __init__(self, table: Table, schema: Schema, numbers: Sequence[int] | None = None) -> None:
        self._table = table
        self._numbers = numbers
        self._fields = {field["name"]: field for field in schema.fields}
        self._key = schema.primary_key

    def findings(self, errors: Sequence[Any], values: Mapping[str, Any], index: int) -> Iterator[Finding]:
        """The findings of one row.

        :param errors: its faults, frictionless' own or each a :class:`Fault`.
        :param values: its values by field name.
        :param index: its data row number.
        """
        number = self._table.physical_row(index)
        blank = any(error.type == "blank-row" for error in errors)
        for error in errors:
            # A blank row has no key either; saying so again would count it twice.
            if not (blank and error.type == "primary-key"):
                yield self._finding(error, values, number)

    def _value(self, error: Any, values: Mapping[str, Any]) -> str | None:  # noqa: ANN401 - untyped library
        if error.type == "primary-key":
            return ", ".join(str(values[name]) for name in self._key)
        return getattr(error, "cell", None)

    def _other(self, note: str) -> int | str:
        """The physical number of the row that *note* says is repeated."""
        found = _OTHER_ROW.search(note)
        if not found:
            return "—"
        index = int(found[1]) - 1
        return self._table.physical_row(index if self._numbers is None else self._numbers[index - 1])

    def _expected(self, error: Any, field: Mapping[str, Any]) -> str | None:  # noqa: ANN401 - untyped library
        match error.type:
            case "type-error":
                return expected_type(field)
            case "constraint-error":
                return expected_constraint(field, error.note)
            case "primary-key":
                return f"主键不重复、不为空 unique and given: {', '.join(self._key)}"
            case "unique-error":
                return "不重复 unique"
        return None

    def _finding(self, error: Any, values: Mapping[str, Any], number: int) -> Finding:  # noqa: ANN401 - untyped library
        name = getattr(error, "field_name", None) or None
        position = getattr(error, "field_number", None)
        field = self._fields.get(name or "", {})
        value = self._value(error, values)
        shown = None if value is None else mask(value)[:_SHOWN]
        label = self._table.labels[position - 1] if position and position <= len(self._table.labels) else name
        if error.type == "primary-key":
            name, label = self._key[0], "、".join(self._key)
        said = sentence(
            error.type,
            row=number,
            field=label,
            value=(shown or "")[:60] or "（空 empty）",
            other=self._other(error.note),
        )
        return Finding(
            error.type,
            said,
            row=number,
            column=self._table.physical_column(position) if position else None,
            field=name if name in self._fields else None,
            value=shown,
            expected=self._expected(error, field),
        )
