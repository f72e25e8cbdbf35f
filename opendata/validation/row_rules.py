"""A rule over the cells of one row: its exact form for a row, its columns' form for a batch.

The columns' form may leave rows open; those are then decided by the exact form, each distinct
combination of texts once. So the two never differ, and :mod:`~opendata.validation.sweep` may count by
columns what the exact form words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from catalog.records import Finding, Text
from opendata.validation.batches import Batch
from opendata.validation.personal import mask
from opendata.validation.readings import ColumnJudge, Judged
from opendata.validation.reference import JudgedRow

Flags = npt.NDArray[np.bool_]
Judges = Mapping[str, ColumnJudge]
Values = Mapping[str, Any]
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: a sentence to follow 第 N 行 or ``Row N:``, what was found, what was expected."""

    zh: str
    en: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A batch as a rule sees it."""

    batch: Batch
    judged: Mapping[int, Judged]
    judges: Judges

    def null(self, name: str) -> Flags:
        """The rows without a value in field *name*."""
        return self.judged[self.judges[name].index].null

    def given(self, *names: str) -> Flags:
        """The rows with a value in every one of the fields."""
        found: Flags = ~np.logical_or.reduce([self.null(name) for name in names])
        return found

    def faulty(self, *names: str) -> Flags:
        """The rows in which one of the fields has a fault of its own."""
        found: Flags = np.logical_or.reduce([self.judged[self.judges[name].index].faulty for name in names])
        return found

    def plain(self, *names: str) -> Flags:
        """The rows in which every one of the fields has a value written in its plain form."""
        found: Flags = np.logical_and.reduce([self.judged[self.judges[name].index].plain for name in names])
        return found

    def texts(self, name: str) -> pl.Series:
        """The field's cells as they are."""
        return self.batch.series(self.judges[name].index).alias(name)

    def normal(self, name: str) -> pl.Series:
        """The field's cells, equal where the plain values are."""
        return self.judges[name].normal(self.batch).alias(name)

    def keys(self, name: str) -> pl.Series:
        """The field's values as texts that are equal where the values are; null where there is none.

        :raises NotVectorised: a value has no such text.
        """
        judge = self.judges[name]
        return judge.keys(self.batch, self.judged[judge.index]).alias(name)


class Rule(Protocol):
    """One rule.

    ``fields`` are those it reads, ``at`` the one it tells of. ``trusts_faulty``: it also judges rows in
    which one of its fields has a fault of its own; else such a row is told of once.
    """

    @property
    def code(self) -> str:
        """The code of its finding."""

    @property
    def fields(self) -> Sequence[str]:
        """The fields it reads."""

    @property
    def at(self) -> str:
        """The field it tells of."""

    @property
    def trusts_faulty(self) -> bool:
        """Whether it judges rows with a fault in its fields."""

    def fault(self, values: Values) -> Fault | None:
        """What is wrong with a row of these values, None for no value."""

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """The rows that surely break the rule, and those that the exact form has to decide."""


def row_fault(rule: Rule, row: JudgedRow, number: int | None) -> Iterator[Finding]:
    """The finding of *rule* on one row, if it breaks it."""
    if not rule.trusts_faulty and row.is_faulty(*rule.fields):
        return
    fault = rule.fault({name: row.values.get(name) for name in rule.fields})
    if fault:
        yield Finding(
            rule.code,
            Text(f"第 {row.number} 行{fault.zh}", f"Row {row.number}: {fault.en}"),
            row=row.number,
            column=number,
            field=rule.at,
            value=mask(fault.value)[:_SHOWN],
            expected=fault.expected[:_SHOWN],
        )


def broken_rows(rule: Rule, columns: Columns) -> Flags:
    """The rows of a batch that break *rule*."""
    broken, unsure = rule.told(columns)
    if not rule.trusts_faulty:
        sound = ~columns.faulty(*rule.fields)
        broken, unsure = broken & sound, unsure & sound
    if unsure.any():
        broken = broken.copy()
        broken[unsure] = _decided(rule, columns, unsure)
    return broken


def _decided(rule: Rule, columns: Columns, unsure: Flags) -> Flags:
    """The verdict of the exact form on the rows *unsure*."""
    chosen = pl.Series(unsure)
    frame = pl.DataFrame(
        [columns.texts(name).set(pl.Series(columns.null(name)), None).filter(chosen) for name in rule.fields]
    )
    names = list(rule.fields)
    distinct = frame.unique()
    verdicts = [
        rule.fault(
            {
                name: None if text is None else columns.judges[name].value(text)
                for name, text in zip(names, row, strict=True)
            }
        )
        is not None
        for row in distinct.iter_rows()
    ]
    if not any(verdicts):
        return np.zeros(frame.height, dtype=np.bool_)
    bad = distinct.filter(pl.Series(verdicts))
    numbered = frame.with_row_index("row number")
    found = numbered.join(bad, on=names, how="semi", nulls_equal=True)["row number"]
    flags = np.zeros(frame.height, dtype=np.bool_)
    flags[found.to_numpy()] = True
    return flags
