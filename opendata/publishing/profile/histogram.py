"""How a column's values spread between its smallest and its largest, in classes of one width."""

import math
from datetime import MAXYEAR, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

import numpy as np
import polars as pl

from opendata.publishing.formats.shape import Span
from opendata.publishing.profile.plain import Plain, plain

CLASSES = 20
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_LONG = 2**62
#: Dividing by less overflows.
_NARROWEST = 1e-300
#: Of an edge between numbers that are not whole.
_DIGITS = 12


class Histogram:
    """Classes of *width* units from *low* on, *spread* in all; a class has its lower edge and not its upper one."""

    def __init__(self, low: Any, spread: Any, width: Any, classes: int, unit: Any) -> None:  # noqa: ANN401 - numbers, or moments and their unit
        self._low, self._spread, self._width, self._unit = low, spread, width, unit
        self._counts = np.zeros(classes, dtype=np.int64)

    @classmethod
    def between(cls, span: Span) -> Self | None:
        """For the values of *span*; None where they cannot be spread: one value, or none, or of another kind."""
        low, high = span or (0, 0)
        if isinstance(low, float | Decimal):
            low, high = float(low), float(high)
            spread = high - low
            wide = spread > _NARROWEST and math.isfinite(spread)
            return cls(low, spread, spread / CLASSES, CLASSES, 1) if wide else None
        unit = {int: 1, date: _DAY, datetime: _TICK}.get(type(low))
        steps = (high - low) // unit if unit else 0  # type: ignore[operator]  # a moment's difference by its unit
        if not 0 < steps < _LONG:
            return None
        width = steps // CLASSES + 1
        return cls(low, steps, width, steps // width + 1, unit)

    def add(self, values: pl.Series) -> None:
        """Show it values without nulls."""
        if isinstance(self._unit, timedelta):
            ticks = (values - self._low).dt.total_microseconds() // (self._unit // _TICK)
            places = ticks // self._width
        elif isinstance(self._low, float):
            shares = (values.cast(pl.Float64) - self._low) / self._spread
            places = (shares * len(self._counts)).floor().cast(pl.Int64, strict=False)
        else:
            places = (values.cast(pl.Int64) - self._low) // self._width
        last = len(self._counts) - 1
        self._counts += np.bincount(places.drop_nulls().clip(0, last).to_numpy(), minlength=last + 1)

    def result(self) -> dict[str, list[Plain]]:
        """``edges``, one more than ``counts``."""
        starts = [self._low + at * self._width * self._unit for at in range(len(self._counts))]
        edges = [*starts, self._end()]
        if isinstance(self._low, float):
            edges = [float(f"{edge:.{_DIGITS}g}") for edge in edges]
        return {"edges": [plain(edge) for edge in edges], "counts": [int(count) for count in self._counts]}

    def _end(self) -> Any:  # noqa: ANN401 - of the values' kind
        """Above the largest value by one unit; the calendar's last day has nothing above it."""
        high = self._low + self._spread * self._unit
        if isinstance(high, float) or (isinstance(high, date) and high.year == MAXYEAR):
            return high
        return high + self._unit
