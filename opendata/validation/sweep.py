"""All rows judged column by column; the first of each fault are worded, and the verdict on them proved, by the judge.

The sweep knows, exactly, how many faults of each code every row has. The first rows of each code are
then read again by frictionless' readers, whose findings are the ones reported; if the two ever disagree
on one of these rows, the whole table goes to the judge.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import frictionless
import numpy as np

from catalog.records import Finding
from opendata.tables import Table
from opendata.tables.columns import Columns
from opendata.validation.batches import Batch, Mark, Numbers, batches, batches_ahead
from opendata.validation.checks import row_checks
from opendata.validation.column_checks import column_checks
from opendata.validation.comparable import guarded
from opendata.validation.keys import Key
from opendata.validation.known import Known
from opendata.validation.privacy import PrivacyWatch
from opendata.validation.readings import (
    ColumnJudge,
    Disagreement,
    Judged,
    column_judges,
)
from opendata.validation.reference import arranged_schema
from opendata.validation.row_rules import Rule
from opendata.validation.schema import Schema
from opendata.validation.some_rows import judge_some
from opendata.validation.tally import KEPT_PER_CODE
from opendata.validation.texts import Counts, Flags
from opendata.validation.watches import Watches

#: Is given a batch of rows, and the verdicts on its columns.
See = Callable[[Batch, Mapping[int, Judged]], None]


@dataclass(slots=True)
class _Faults:
    """How many faults of each code there are, and the first rows that have any of it, with how many."""

    totals: Counter[str] = field(default_factory=Counter)
    columns: Counter[tuple[str, int]] = field(default_factory=Counter)
    first: dict[str, dict[int, int]] = field(default_factory=dict)
    cells: dict[int, Sequence[str]] = field(default_factory=dict)

    def note(self, code: str, batch: Batch, counts: Counts | Flags) -> None:
        """Take the faults of *code* in the rows of *batch*."""
        total = int(counts.sum())
        if not total:
            return
        self.totals[code] += total
        chosen = self.first.setdefault(code, {})
        for position in np.flatnonzero(counts)[: KEPT_PER_CODE - len(chosen)].tolist():
            row = int(batch.rows[position])
            chosen[row] = chosen.get(row, 0) + int(counts[position])
            self.cells[row] = batch.cells(position)

    def note_column(self, code: str, index: int, count: int) -> None:
        """Take *count* faults of *code* in the column with *index*, from 0."""
        self.columns[code, index] += count

    def note_ragged(self, lengths: Counts, width: int) -> None:
        """Take, column by column, the cells that rows of these *lengths* lack or have beyond *width*."""
        longer = len(lengths) - np.cumsum(np.bincount(lengths, minlength=width))
        for index in range(width):
            self.note_column("missing-cell", index, len(lengths) - int(longer[index]))
        for index in range(width, len(longer)):
            self.note_column("extra-cell", index, int(longer[index]))


class Sweep:
    """One table's sweep.

    :param scratch: a folder for keys that do not fit into memory; default: the system's.
    :raises NotVectorised: the schema has something that only the judge can decide.
    """

    def __init__(
        self,
        table: Table,
        columns: Columns,
        schema: Schema,
        known: Known,
        foreign: Sequence[Rule] = (),
        scratch: Path | None = None,
    ) -> None:
        scratch = scratch or Path(tempfile.gettempdir())
        self._table, self._columns, self._schema = table, columns, schema
        self._known, self._foreign = known, foreign
        arranged = arranged_schema(columns, schema)
        self._judges = column_judges(arranged, guarded(frictionless.Schema.from_descriptor(arranged)))
        named = dict(zip((one["name"] for one in arranged["fields"]), self._judges, strict=True))
        present = {one["name"]: named[one["name"]] for one in schema.fields if one["name"] in named}
        self._checks = column_checks(schema, present, known, foreign)
        self.watches = Watches(table, columns, schema, known, present)
        self._primary = [named[name] for name in arranged.get("primaryKey", ())]
        self._keys = list(self._make_keys(schema, present, scratch))
        self._faults = _Faults()
        self._marks: list[Mark] = []
        self.paths = {table.labels[one.index]: one.path for one in self._judges}

    def _make_keys(self, schema: Schema, present: Mapping[str, ColumnJudge], scratch: Path) -> Iterable[Key]:
        for one in schema.fields:
            if one.get("constraints", {}).get("unique") and one["name"] in present:
                yield Key([present[one["name"]]], scratch, primary=False, first=False)
        if self._primary:
            yield Key(self._primary, scratch, primary=True, first=False)
        for names in schema.descriptor.get("uniqueKeys", []):
            if present.keys() >= set(names):
                yield Key([present[name] for name in names], scratch, primary=False, first=True)

    def run(self, watch: PrivacyWatch, see: See | None = None) -> tuple[Counter[str], list[Finding]]:
        """How many faults of each code the rows have, and the findings of the first rows of each code.

        :param watch: is shown every cell.
        :param see: is given every batch, once.
        :raises NotVectorised: a value, or a disagreement, that only the judge can decide.
        """
        with ExitStack() as closing:
            for key in self._keys:
                closing.callback(key.close)
            self._first_pass(watch, see)
            self._repeats()
        return self._faults.totals, list(self._worded())

    @property
    def column_counts(self) -> dict[tuple[str, int], int]:
        """Afterwards: how many faults of each code each physical column has."""
        physical = self._table.physical_column
        return {(code, physical(index + 1)): count for (code, index), count in self._faults.columns.items()}

    @property
    def rows(self) -> dict[int, Sequence[str]]:
        """Afterwards: the cells of the rows that were looked at again, by physical number."""
        return {self._table.physical_row(number): cells for number, cells in self._faults.cells.items()}

    def _first_pass(self, watch: PrivacyWatch, see: See | None) -> None:
        with batches_ahead(self._table) as coming:
            swept = self._judge_all(coming, watch, see)
        if swept != self._table.rows:
            raise Disagreement("rows were told apart differently")

    def _judge_all(self, coming: Iterable[Batch], watch: PrivacyWatch, see: See | None) -> int:
        """Judge the batches that are *coming*; how many rows they had."""
        swept = 0
        for batch in coming:
            swept += len(batch)
            self._marks.append(batch.mark)
            judged = {one.index: one.judge(batch) for one in self._judges}
            if see is not None:
                see(batch, judged)
            self._note_rows(batch, judged)
            broken: dict[str, Counts] = {}
            for code, index, check in self._checks:
                flags = check(batch, judged)
                self._faults.note_column(code, index, int(flags.sum()))
                broken[code] = broken.get(code, 0) + flags.astype(np.int64)
            # Once per code: the first rows of two checks are not the first rows of both.
            for code, counts in broken.items():
                self._faults.note(code, batch, counts)
            for key in self._keys:
                key.see(batch, judged)
            self.watches.see(batch, judged)
            numbers = self._table.physical_rows(batch.rows)
            for one in self._judges:
                watch.see_column(one.index, numbers, judged[one.index].texts, judged[one.index].harmless)
        return swept

    @staticmethod
    def _live(batch: Batch, judged: Mapping[int, Judged]) -> Flags:
        """The rows that are not blank."""
        missing = [one.missing for one in judged.values() if one.missing is not None]
        if len(missing) < len(judged):
            return np.ones(len(batch), dtype=np.bool_)
        live: Flags = ~np.logical_and.reduce(missing)
        return live

    def _note_rows(self, batch: Batch, judged: Mapping[int, Judged]) -> None:
        """The faults of shape and cells, and keys that are missing whole."""
        if batch.is_rectangular and all(one.is_clean for one in judged.values()):
            return
        live = self._live(batch, judged)
        self._faults.note("blank-row", batch, ~live)
        for code, counts in (
            ("type-error", {index: one.type_errors for index, one in judged.items()}),
            ("constraint-error", {index: one.constraint_errors for index, one in judged.items()}),
        ):
            given = {index: count * live for index, count in counts.items() if count is not None}
            for index, count in given.items():
                self._faults.note_column(code, index, int(count.sum()))
            if given:
                self._faults.note(code, batch, np.sum(list(given.values()), axis=0))
        if self._primary:
            keyless = np.logical_and.reduce([judged[one.index].null for one in self._primary])
            self._faults.note("primary-key", batch, keyless & live)
        if not batch.is_rectangular:
            lengths = batch.lengths
            excess = (lengths - len(self._judges)) * live
            self._faults.note("missing-cell", batch, np.maximum(-excess, 0))
            self._faults.note("extra-cell", batch, np.maximum(excess, 0))
            self._faults.note_ragged(lengths[live], len(self._judges))

    def _repeats(self) -> None:
        """The rows that repeat a key, proved by value; and the rows that they repeat, for the judge to see."""
        suspects = [key for key in self._keys if key.begin()]
        if not suspects:
            return
        self._prove(suspects)
        wanted: set[int] = set()
        counted: dict[str, Counter[int]] = {}
        found = [(key, key.repeats(KEPT_PER_CODE)) for key in suspects]
        for key, repeats in found:
            self._faults.totals[key.code] += repeats.total
            if not key.primary:
                self._faults.note_column(key.code, key.judges[0].index, repeats.total)
            counted.setdefault(key.code, Counter()).update(repeats.rows.tolist())
        for code, counts in counted.items():
            counts.update(self._faults.first.get(code, {}))
            self._faults.first[code] = dict(sorted(counts.items())[:KEPT_PER_CODE])
            wanted.update(self._faults.first[code])
        for key, repeats in found:
            shown = np.isin(repeats.rows, list(self._faults.first[key.code]))
            wanted.update(repeats.earlier[shown].tolist())
        self._fetch(wanted - self._faults.cells.keys())

    def _prove(self, suspects: Sequence[Key]) -> None:
        """Compare the values of all keys with one hash, as many in one pass as memory allows."""
        asked = list(suspects)
        while asked:
            needed = {one.index: one for key in asked for one in key.judges}
            with self._holding(rows for key in asked for rows in key.asked_rows()) as held:
                for batch in held:
                    judged = {index: one.judge(batch) for index, one in needed.items()}
                    for key in asked:
                        key.compare(batch, judged)
            for key in asked:
                key.prove()
            asked = [key for key in asked if key.ask()]

    @contextmanager
    def _holding(self, rows: Iterable[Numbers]) -> Iterator[Iterator[Batch]]:
        """The batches in which *rows* lie."""
        first = np.array([row for row, _ in self._marks], dtype=np.int64)
        held = np.zeros(len(first), dtype=np.bool_)
        for some in rows:
            held[np.searchsorted(first, some, "right") - 1] = True
        if held.all():
            with batches_ahead(self._table) as coming:
                yield coming
        else:
            places = np.flatnonzero(held).tolist()
            yield (next(batches(self._table, self._marks[place])) for place in places)

    def _fetch(self, wanted: set[int]) -> None:
        """The cells of the rows *wanted*, read from the batches in which they lie."""
        numbers = np.array(sorted(wanted), dtype=np.int64)
        with self._holding([numbers]) as held:
            for batch in held:
                here = np.searchsorted(numbers, [batch.mark[0], batch.mark[0] + len(batch)])
                for row in numbers[here[0] : here[1]].tolist():
                    self._faults.cells[row] = batch.cells(row - batch.mark[0])

    def _worded(self) -> Iterable[Finding]:
        """The judge's findings on the first rows of each code.

        A row that is here for one code may be beyond the first of another; what is said of that other
        then comes after all that is kept of it, so that nobody reads it.
        """
        faults = self._faults
        some = dict(sorted(faults.cells.items()))
        if not some:
            return
        checks = row_checks(self._table, self._columns, self._schema, self._known, self._foreign)
        judged = judge_some(self._table, self._columns, self._schema, some)
        for number, row in zip(some, judged, strict=True):
            findings = [*row.findings, *(finding for check in checks for finding in check(row))]
            codes = Counter(finding.code for finding in findings)
            for code in codes.keys() | {code for code, first in faults.first.items() if number in first}:
                first = faults.first.get(code, {})
                if len(first) >= KEPT_PER_CODE and number not in first:
                    continue
                if first.get(number, 0) != codes[code]:
                    raise Disagreement(f"the judge disagrees on {code} in row {number}")
            yield from findings
