"""What only the whole table can tell: rows of totals, small cells, changes since the last release, what is masked.

Each is shown every row once, by columns or one by one, and speaks at the end.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import polars as pl

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.tables.cells import missing_values
from opendata.tables.columns import Columns as Matched
from opendata.tables.masking import Masking, is_masked
from opendata.validation.batches import Batch
from opendata.validation.change import Change
from opendata.validation.foreign_keys import key_text
from opendata.validation.known import Known
from opendata.validation.readings import ColumnJudge, Judged
from opendata.validation.reference import JudgedRow
from opendata.validation.row_rules import Columns
from opendata.validation.schema import Schema
from opendata.validation.small_cells import SmallCells
from opendata.validation.totals import TotalRows

#: Rows that are gathered before they are shown together.
_ROWS = 10_000
#: Stands for the real key where only equality counts.
_NO_SECRET = "0" * 64


class _Taker(Protocol):
    @property
    def fields(self) -> Sequence[str]:
        """The fields it reads."""

    def take(self, frame: pl.DataFrame) -> None:
        """Take rows: one column of keys per field."""

    def findings(self) -> Iterator[Finding]:
        """What it found."""


class Watches:
    """All watches of one table; empty where its schema asks for none."""

    def __init__(
        self,
        table: Table,
        matched: Matched,
        schema: Schema,
        known: Known,
        judges: Mapping[str, ColumnJudge] | None = None,
    ) -> None:
        self._table, self._judges = table, judges or {}
        self._places = {
            schema.fields[index]["name"]: column
            for column, index in enumerate(matched.fields)
            if index is not None
        }
        self._masking = Masking(schema.descriptor, _NO_SECRET)
        self._missing = {one["name"]: missing_values(schema.descriptor, one) for one in schema.fields}
        self._titles = titles = {one["name"]: str(one.get("title") or one["name"]) for one in schema.fields}
        self._takers: list[_Taker] = [*self._totals(schema, titles), *self._cells(schema, titles)]
        self._changes = list(self._compared(schema, known, titles))
        self._takers += [one for one in self._changes if one.fields]
        self._masked = [name for name in self._masking.fields if name in self._places]
        self._waiting: list[JudgedRow] = []

    def _totals(self, schema: Schema, titles: Mapping[str, str]) -> Iterator[TotalRows]:
        numbers = {name: self._table.physical_column(at + 1) for name, at in self._places.items()}
        for check in schema.checks:
            if check["type"] == "total-row":
                watch = TotalRows(check, titles, numbers)
                if self._places.keys() >= set(watch.fields):
                    yield watch

    def _cells(self, schema: Schema, titles: Mapping[str, str]) -> Iterator[SmallCells]:
        rule = schema.descriptor.get("quasiIdentifiers")
        if rule and self._places.keys() >= set(rule["fields"]):
            yield SmallCells(rule, titles)

    def _compared(self, schema: Schema, known: Known, titles: Mapping[str, str]) -> Iterator[Change]:
        if known.last is None:
            return
        masked = {one["name"]: one["mask"]["rule"] for one in schema.fields if is_masked(one)}
        key = () if masked.keys() & set(schema.primary_key) else schema.primary_key
        columns = {
            one["name"]: str(one.get("type", "string"))
            for one in schema.fields
            if one["name"] in self._places and masked.get(one["name"]) != "drop"
        }
        for check in schema.checks:
            if check["type"] == "change":
                yield Change(check, known.last, key, columns, titles)

    def see(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """Look at a batch of rows."""
        if not (self._takers or self._changes or self._masked):
            return
        columns = Columns(batch, judged, self._judges)
        raw = {name: columns.texts(name) for name in self._judges}
        keys: dict[str, pl.Series] = {}
        for taker in self._takers:
            for name in taker.fields:
                if name not in keys and not (isinstance(taker, SmallCells) and name in self._masking.fields):
                    keys[name] = columns.keys(name)
        nulls = {
            name: int(columns.null(name).sum())
            for name in {name for one in self._changes for name in one.watched}
        }
        numbers = pl.Series("row", self._table.physical_rows(batch.rows))
        self._show(raw, keys, numbers, nulls)

    def see_row(self, row: JudgedRow) -> None:
        """Look at one row."""
        if self._takers or self._changes or self._masked:
            self._waiting.append(row)
            if len(self._waiting) >= _ROWS:
                self._flush()

    def _flush(self) -> None:
        rows, self._waiting = self._waiting, []
        raw = {
            name: pl.Series(
                name, [row.cells[at] if at < len(row.cells) else None for row in rows], dtype=pl.String
            )
            for name, at in self._places.items()
        }
        keys = {
            name: pl.Series(name, [key_text(row.values.get(name)) for row in rows], dtype=pl.String)
            for name in self._places
        }
        nulls = {name: column.null_count() for name, column in keys.items()}
        self._show(raw, keys, pl.Series("row", [row.number for row in rows]), nulls)

    def _show(
        self,
        raw: Mapping[str, pl.Series],
        keys: Mapping[str, pl.Series],
        numbers: pl.Series,
        nulls: Mapping[str, int],
    ) -> None:
        masked: Mapping[str, pl.Series] = {}
        masks = set(self._masked)
        blurs = any(isinstance(one, SmallCells) and masks & set(one.fields) for one in self._takers)
        if self._masked and not blurs:
            self._masking.count(pl.DataFrame(list(raw.values())))
        elif self._masked:
            masked = {one.name: one for one in self._masking.apply(pl.DataFrame(list(raw.values())))}
        for change in self._changes:
            change.count(len(numbers), {name: nulls[name] for name in change.watched})
        for taker in self._takers:
            blurred = masked if isinstance(taker, SmallCells) else {}
            shown = [
                blurred[name] if name in self._masking.fields and name in blurred else keys[name]
                for name in taker.fields
            ]
            taker.take(pl.DataFrame([*shown, numbers]))

    def findings(self) -> Iterator[Finding]:
        """Afterwards: what the watches found."""
        if self._waiting:
            self._flush()
        for one in (*self._takers, *(one for one in self._changes if not one.fields)):
            yield from one.findings()

    def notes(self) -> tuple[Text, ...]:
        """Afterwards: how many values of which columns are masked before anything is published."""
        counts: Counter[str] = self._masking.counts
        return tuple(
            Text(
                f"“{self._titles[name]}”列发布前脱敏 {counts[name]} 个值。",
                f"{counts[name]} values of {name} are masked before publishing.",
            )
            for name in self._masked
        )
