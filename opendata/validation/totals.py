"""Totals: a cell that must be the sum of others in its row, and a row that must be the sum of the rows it covers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

import numpy as np
import polars as pl

from catalog.records import Finding, Text
from opendata.validation.row_rules import Columns, Fault, Flags, Values
from opendata.validation.when import holds

#: Numbers so written are exact as decimals with twelve places.
PLAIN = r"^-?[0-9]{1,15}(?:\.[0-9]{1,12})?$"
EXACT = pl.Decimal(38, 12)
#: Groups of rows that are summed before the rest is given up.
MOST_GROUPS = 2_000_000


#: Python would round sums to 28 digits, and refuse exponents beyond a million.
_ADDING = Context(prec=2000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
#: Characters of a number in a sentence.
_SHOWN = 60


def _differ(total: Decimal, expected: Decimal, tolerance: Decimal) -> bool:
    return _ADDING.compare(_ADDING.abs(_ADDING.subtract(total, expected)), tolerance) == 1


def _shown(number: Decimal) -> str:
    text = str(number)
    return text if len(text) <= _SHOWN else f"≈{number:.20E}"


def exact(value: object) -> Decimal | None:
    """*value* as a finite decimal, else None."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Total:
    """``{"type": "total", "field": "all", "of": ["a", "b"], "tolerance": 0.1, "missing": "zero"}``.

    A row is judged where the total and every part have a value; with ``missing`` ``zero`` an empty part
    counts as nothing, if another part is given.
    """

    at: str
    of: Sequence[str]
    tolerance: Decimal
    zero: bool
    titles: Mapping[str, str]
    code: str = "total"
    trusts_faulty: bool = False

    @property
    def fields(self) -> Sequence[str]:
        """The total and its parts."""
        return self.at, *self.of

    def fault(self, values: Values) -> Fault | None:
        """The total differs from the sum by more than the tolerance."""
        total, parts = exact(values[self.at]), [exact(values[name]) for name in self.of]
        given = [part for part in parts if part is not None]
        if total is None or not given or (len(given) < len(parts) and not self.zero):
            return None
        expected = Decimal(0)
        for part in given:
            expected = _ADDING.add(expected, part)
        if not _differ(total, expected, self.tolerance):
            return None
        names = "、".join(self.titles[name] for name in self.of)
        return Fault(
            f"“{self.titles[self.at]}”{_shown(total)} 不等于“{names}”之和 {_shown(expected)}。",
            f"{self.at} {_shown(total)} is not the sum {_shown(expected)} of {', '.join(self.of)}.",
            _shown(total),
            _about(expected, self.tolerance),
        )

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """Exact by columns where every number is plainly written."""
        frame = pl.DataFrame([columns.normal(name) for name in self.fields])
        plain = columns.plain(*self.fields)
        fits = frame.select(pl.all_horizontal(pl.all().str.contains(PLAIN)))[:, 0].fill_null(value=False)
        plain = plain & fits.to_numpy()
        numbers = frame.with_columns(pl.all().cast(EXACT, strict=False))
        difference = pl.col(self.at)
        for name in self.of:
            difference = difference - pl.col(name)
        wide, narrow = pl.lit(self.tolerance).cast(EXACT), pl.lit(-self.tolerance).cast(EXACT)
        wrong = numbers.select((difference > wide) | (difference < narrow))[:, 0]
        broken: Flags = plain & wrong.fill_null(value=False).to_numpy()
        if not self.zero:
            return broken, columns.given(*self.fields) & ~plain
        some = np.logical_or.reduce([columns.given(name) for name in self.of])
        return broken, columns.given(self.at) & some & ~plain


def _about(expected: Decimal, tolerance: Decimal) -> str:
    return f"{_shown(expected)}±{tolerance}" if tolerance else _shown(expected)


class TotalRows:
    """``{"type": "total-row", "values": ["value"], "by": ["period"], "when": {"field": "region", "equals": "全省"}}``.

    In each group of rows that agree in ``by``, the rows for which ``when`` holds are totals of all the
    others that say anything. A group without a total, without parts, or with a value missing is not judged.
    """

    def __init__(
        self, check: Mapping[str, Any], titles: Mapping[str, str], numbers: Mapping[str, int | None]
    ) -> None:
        self._values: Sequence[str] = check["values"]
        self._by: Sequence[str] = check.get("by", [])
        self._when = check["when"]
        self._tolerance = Decimal(str(check.get("tolerance", 0)))
        self._zero = check.get("missing") == "zero"
        self._titles, self._numbers = titles, numbers
        #: Per group and value: the sum of the parts, None once one is missing.
        self._sums: dict[tuple[object, ...], list[Decimal | None]] = {}
        self._totals: list[tuple[int, tuple[object, ...], list[Decimal | None]]] = []
        self._full = False

    @property
    def fields(self) -> Sequence[str]:
        """The fields it reads."""
        return list(dict.fromkeys([*self._values, *self._by, self._when["field"]]))

    def take(self, frame: pl.DataFrame) -> None:
        """Take rows: the fields' keys, and ``row``."""
        if self._full:
            return
        key = frame[self._when["field"]]
        told = {text: holds(self._when, text) for text in key.unique().to_list()}
        is_total = pl.Series([told[text] for text in key.to_list()], dtype=pl.Boolean)
        for row in frame.filter(is_total).iter_rows(named=True):
            values = [_decimal(row[name]) for name in self._values]
            self._totals.append((row["row"], tuple(row[name] for name in self._by), values))
        # A row that says nothing in any of these fields, as a blank one, is no part of anything.
        silent = pl.all_horizontal([pl.col(name).is_null() for name in self.fields])
        self._add(frame.filter(~is_total).filter(~silent))
        self._full = len(self._sums) > MOST_GROUPS or len(self._totals) > MOST_GROUPS

    def _add(self, parts: pl.DataFrame) -> None:
        if not parts.height:
            return
        plain = parts.select(
            pl.all_horizontal(
                [pl.col(name).str.contains(PLAIN).fill_null(value=False) for name in self._values]
            )
        )[:, 0]
        sums = [pl.col(name).cast(EXACT).sum().alias(f"sum {at}") for at, name in enumerate(self._values)]
        easy = parts.filter(plain).with_columns(pl.lit(0).alias("all"))
        for row in easy.group_by(list(self._by) or ["all"]).agg(sums).iter_rows(named=True):
            values = [row[f"sum {at}"] for at in range(len(self._values))]
            self._put(tuple(row[name] for name in self._by), values)
        for row in parts.filter(~plain).iter_rows(named=True):
            self._put(tuple(row[name] for name in self._by), [_decimal(row[name]) for name in self._values])

    def _put(self, group: tuple[object, ...], values: Sequence[Decimal | None]) -> None:
        known = self._sums.setdefault(group, [Decimal(0)] * len(values))
        for at, value in enumerate(values):
            before = known[at]
            if value is None and not self._zero:
                known[at] = None
            elif before is not None and value is not None:
                known[at] = _ADDING.add(before, value)

    def findings(self) -> Iterator[Finding]:
        """The total rows that differ from the sum of their parts, in order."""
        if self._full:
            yield Finding(
                "total",
                Text(
                    f"分组超过 {MOST_GROUPS} 个，合计行未核对。",
                    f"More than {MOST_GROUPS} groups: the rows of totals were not checked.",
                ),
                severity="warning",
            )
            return
        for number, group, totals in self._totals:
            for at, (name, total) in enumerate(zip(self._values, totals, strict=True)):
                expected = self._sums.get(group, [None] * len(totals))[at]
                if total is None or expected is None or not _differ(total, expected, self._tolerance):
                    continue
                zh = f"第 {number} 行合计“{self._titles[name]}”{_shown(total)} 不等于各行之和 {_shown(expected)}。"
                en = f"Row {number}: the total {name} {_shown(total)} is not the sum {_shown(expected)} of its rows."
                yield Finding(
                    "total",
                    Text(zh, en),
                    row=number,
                    column=self._numbers[name],
                    field=name,
                    value=_shown(total),
                    expected=_about(expected, self._tolerance),
                )


def _decimal(text: str | None) -> Decimal | None:
    """The finite number of a key, which is None for a missing value or NaN, written out or not."""
    if text is None:
        return None
    number = Decimal(text)
    return number if number.is_finite() else None
