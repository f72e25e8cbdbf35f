"""What may change from the last release to this one: rows, the share of empty cells, keys that are gone.

The last release is its published table: nothing else has to be kept of it, and nothing can drift.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from catalog.records import Finding, Text
from opendata.tables.typed_file import TypedFile
from opendata.validation.foreign_key_faults import kind
from opendata.validation.foreign_keys import key_column, key_text

LIMITS = ("loss", "growth", "nulls", "keys")


def last_nulls(last: TypedFile, name: str) -> int:
    """How many rows of the last release have no value in column *name*."""
    return sum(batch.column(0).null_count for batch in last.batches([name]))


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.2f}%"


class Change:
    """Compares one table with the last release.

    :param check: the schema's check: ``loss`` (share of rows that may go), ``growth`` (share that may
        come), ``nulls`` (by how much a column's share of empty cells may rise), ``keys`` (share of the
        last release's primary keys that may vanish); ``severity``, default ``error``.
    :param key: the primary key's fields, if all are published as they came, else none.
    :param columns: the fields that have a column, with their type, and are not dropped.
    """

    def __init__(
        self,
        check: Mapping[str, Any],
        last: TypedFile,
        key: Sequence[str],
        columns: Mapping[str, str],
        titles: Mapping[str, str],
    ) -> None:
        self._check, self._last, self._titles = check, last, titles
        self._severity: Literal["error", "warning"] = check.get("severity", "error")
        both = set(last.column_names) & columns.keys()
        self._columns = [name for name in columns if name in both] if "nulls" in check else []
        types = {
            name: (last.schema.field(name).metadata or {}).get(b"type", b"string").decode() for name in both
        }
        alike = all(name in both and kind(types[name]) == kind(columns[name]) for name in key)
        self.fields = list(key) if key and alike and "keys" in check else []
        self._rows = 0
        self._nulls: Counter[str] = Counter()
        self._left: pl.DataFrame | None = None
        self._known = 0

    @property
    def watched(self) -> Sequence[str]:
        """The fields whose empty cells are counted."""
        return self._columns

    def count(self, rows: int, nulls: Mapping[str, int]) -> None:
        """Take a number of rows, and how many of them are empty in each column."""
        self._rows += rows
        self._nulls.update(nulls)

    def take(self, frame: pl.DataFrame) -> None:
        """Take rows: one column of keys per field of the primary key."""
        if self._left is None:
            self._left = pl.concat(
                [
                    pl.DataFrame(
                        [key_column(pl.Series(name, batch.column(name)), key_text) for name in self.fields]
                    )
                    for batch in self._last.batches(self.fields)
                ]
            ).unique()
            self._known = self._left.height
        self._left = self._left.join(frame.select(self.fields), on=self.fields, how="anti", nulls_equal=True)

    def findings(self) -> Iterator[Finding]:
        """What changed more than it may."""
        before = self._last.rows
        if before:
            yield from self._of_rows(before)
        if before and self._rows:
            for name in self._columns:
                yield from self._of_nulls(name, before)
        if self._known and self._left is not None:
            yield from self._of_keys(self._left.height)

    def _told(self, zh: str, en: str, value: str, limit: object, name: str | None = None) -> Finding:
        return Finding(
            "change",
            Text(zh, en),
            severity=self._severity,
            field=name,
            value=value,
            expected=f"变化不超过 {limit} a change of at most {limit}",
        )

    def _limit(self, name: str) -> Fraction | None:
        return Fraction(str(self._check[name])) if name in self._check else None

    def _of_rows(self, before: int) -> Iterator[Finding]:
        change = Fraction(self._rows - before, before)
        for name, moved in (("loss", -change), ("growth", change)):
            limit = self._limit(name)
            if limit is not None and moved > limit:
                zh = f"行数由上一版本的 {before} 变为 {self._rows}，变化 {_percent(change)}。"
                en = (
                    f"The rows went from {before} in the last release to {self._rows}, by {_percent(change)}."
                )
                yield self._told(zh, en, _percent(change), _percent(limit))

    def _of_nulls(self, name: str, before: int) -> Iterator[Finding]:
        then, now = Fraction(last_nulls(self._last, name), before), Fraction(self._nulls[name], self._rows)
        limit = self._limit("nulls") or Fraction(0)
        if now - then > limit:
            zh = f"“{self._titles[name]}”列的空值比例由 {_percent(then)} 升至 {_percent(now)}。"
            en = f"The share of empty cells in {name} rose from {_percent(then)} to {_percent(now)}."
            yield self._told(zh, en, _percent(now), _percent(limit), name)

    def _of_keys(self, gone: int) -> Iterator[Finding]:
        limit = self._limit("keys") or Fraction(0)
        share = Fraction(gone, self._known)
        if share > limit:
            zh = f"上一版本的 {self._known} 个主键中有 {gone} 个不见了（{_percent(share)}）。"
            en = f"{gone} of the last release's {self._known} keys are gone ({_percent(share)})."
            yield self._told(zh, en, f"{gone}", _percent(limit), self.fields[0])
