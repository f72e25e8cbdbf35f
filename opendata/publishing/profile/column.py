"""One column in numbers."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from opendata.publishing.formats.shape import Span
from opendata.publishing.profile.distinct import Distinct
from opendata.publishing.profile.frequent import Frequent
from opendata.publishing.profile.histogram import Histogram
from opendata.publishing.profile.plain import plain

TOP = 5


@dataclass(frozen=True, slots=True)
class Room:
    """How many hashes and how many values a column may keep, so that all columns together stay small."""

    hashes: int
    values: int

    @classmethod
    def of_each(cls, columns: int) -> "Room":
        """Of each of *columns* columns: 32 MiB of hashes, and 256 K values, between them."""
        return cls(max(min(2**20, 2**21 // columns), 2**12), max(min(2**16, 2**18 // columns), 2**8))


class Column:
    """A column on its way by.

    :param unique: whether the schema says that no value comes twice; what was judged by it needs no counting.
    """

    def __init__(self, name: str, type_: str, span: Span, room: Room, *, unique: bool) -> None:
        self._name, self._type, self._span, self._unique = name, type_, span, unique
        self._rows = self._nulls = 0
        self._distinct, self._frequent = Distinct(room.hashes), Frequent(room.values)
        self._histogram = Histogram.between(span)
        self._lengths: list[int] = []
        self._characters = 0

    def add(self, column: pl.Series) -> None:
        """Show it the column in some rows."""
        values = column.drop_nulls().rename("value")
        self._rows += len(column)
        self._nulls += column.null_count()
        if not self._unique:
            counts = values.value_counts(name="count")
            self._distinct.add(counts["value"])
            self._frequent.add(counts)
        if self._histogram:
            self._histogram.add(values)
        if values.dtype == pl.String and len(values):
            self._measure(values.str.len_chars())

    def _measure(self, lengths: pl.Series) -> None:
        ends = [lengths.min(), lengths.max()]
        self._lengths = [end for end in (*self._lengths, *ends) if isinstance(end, int)]
        self._lengths = [min(self._lengths), max(self._lengths)]
        self._characters += int(lengths.sum())

    def result(self) -> dict[str, Any]:
        """As JSON-ready values; ``distinct_exact`` and ``top_short_by`` only where something is not exact."""
        filled = self._rows - self._nulls
        exact = self._unique or self._distinct.exact
        told: dict[str, Any] = {
            "name": self._name,
            "type": self._type,
            "nulls": self._nulls,
            "distinct": filled if self._unique else min(self._distinct.count(), filled),
        }
        told |= {} if exact else {"distinct_exact": False}
        told |= self._range(filled)
        told["top"] = [{"value": plain(value), "count": count} for value, count in self._frequent.top(TOP)]
        told |= {"top_short_by": self._frequent.missed} if self._frequent.missed else {}
        return told | ({"histogram": self._histogram.result()} if self._histogram else {})

    def _range(self, filled: int) -> dict[str, Any]:
        if self._lengths:
            shortest, longest = self._lengths
            return {"shortest": shortest, "longest": longest, "average": round(self._characters / filled, 1)}
        return {"min": plain(self._span[0]), "max": plain(self._span[1])} if self._span else {}
