"""Some rows of a table, read again: by frictionless' own readers of cells, without its objects for rows and errors.

What frictionless makes of a row (:class:`frictionless.Row`) and of keys (``TableResource``) is done here in
its order, so that the same faults come in the same order; each of its errors costs as much as ten rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import frictionless

from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.comparable import CellReader, guarded
from opendata.validation.faults_worded import Fault, Translator
from opendata.validation.reference import JudgedRow, arranged_schema
from opendata.validation.schema import Schema

#: By field name: its place from 0, and what reads its cells.
_Readers = Mapping[str, tuple[int, CellReader]]
_NO_KEY = 'cells composing the primary keys are all "None"'


class _Row:
    """The values of one row, read when they are asked for, and the faults found so far."""

    def __init__(self, cells: Sequence[str], readers: _Readers) -> None:
        self._cells, self._readers = cells, readers
        self._blank, self._whole = 0, False
        self.values: dict[str, Any] = {}
        self._faults: list[Fault] = []

    def value(self, name: str) -> Any:  # noqa: ANN401 - a value of any type
        """The value of the field *name*."""
        if name not in self.values:
            at, read = self._readers[name]
            self._read(name, at, read, self._cells[at] if at < len(self._cells) else None)
        return self.values[name]

    def _read(self, name: str, at: int, read: CellReader, cell: str | None) -> None:
        value, found = read(cell)
        notes = dict(found or {})
        wrong = notes.pop("type", None)
        self._blank += value is None and not wrong
        place = str(cell), name, at + 1
        if wrong:
            self._faults.append(Fault("type-error", wrong, *place))
        self._faults += [Fault("constraint-error", note, *place) for note in notes.values()]
        self.values[name] = value

    def faults(self) -> list[Fault]:
        """All faults of its cells and its shape."""
        if not self._whole:
            self._whole = True
            self._complete()
        return self._faults

    def _complete(self) -> None:
        width = len(self._readers)
        for (name, (at, read)), cell in zip_longest(self._readers.items(), self._cells[:width]):
            if name not in self.values:
                self._read(name, at, read, cell)
        beyond = enumerate(self._cells[width:], width + 1)
        self._faults += [Fault("extra-cell", "", cell, "", number) for number, cell in beyond]
        lacking = list(self._readers.items())[len(self._cells) :]
        self._faults += [Fault("missing-cell", "", "", name, at + 1) for name, (at, _) in lacking]
        if self._blank == width:
            self._faults = [Fault("blank-row")]


class _Keys:
    """The keys of the rows so far, and which row had each last."""

    def __init__(self, arranged: Mapping[str, Any], readers: _Readers) -> None:
        self._readers = readers
        self._primary = tuple(arranged.get("primaryKey", ()))
        self._unique = [one["name"] for one in arranged["fields"] if one.get("constraints", {}).get("unique")]
        self._seen: dict[tuple[str, ...], dict[Any, int]] = {}

    def see(self, row: _Row, number: int) -> None:
        """Add to *row*, the *number* of which counts the header as row 1, the faults of its keys."""
        for name in self._unique:
            value = row.value(name)
            note = None if value is None else self._repeated((name,), value, number)
            if note:
                fault = Fault("unique-error", note, str(value), name, self._readers[name][0] + 1)
                row.faults().append(fault)
        if self._primary:
            values = tuple(row.value(name) for name in self._primary)
            empty = all(value is None for value in values)
            note = _NO_KEY if empty else self._repeated(("", *self._primary), values, number)
            if note:
                row.faults().append(Fault("primary-key", note))

    def _repeated(self, key: tuple[str, ...], value: Any, number: int) -> str | None:  # noqa: ANN401 - of any type
        seen = self._seen.setdefault(key, {})
        before = seen.get(value)
        seen[value] = number
        return f"the same as in the row at position {before}" if before else None


def judge_some(
    table: Table, columns: Columns, schema: Schema, some: Mapping[int, Sequence[str]]
) -> Iterator[JudgedRow]:
    """The faults of *some* rows of *table* under *schema*, as :func:`~opendata.validation.reference.judge` has them.

    :param some: their cells by data row number from 1, in order. A key's repeat is judged rightly if the
        row that it repeats is among them.
    """
    arranged = arranged_schema(columns, schema)
    parsed = guarded(frictionless.Schema.from_descriptor(arranged))
    readers = {field.name: (at, field.create_cell_reader()) for at, field in enumerate(parsed.fields)}
    translator = Translator(table, schema, list(some))
    keys = _Keys(arranged, readers)
    for number, (index, cells) in enumerate(some.items(), 2):
        row = _Row(cells, readers)
        keys.see(row, number)
        findings = tuple(translator.findings(row.faults(), row.values, index))
        yield JudgedRow(table.physical_row(index), cells, row.values, findings)
