"""A whole table in numbers, and its first rows."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import polars.selectors as cs

from opendata.publishing.formats.base import Rows
from opendata.publishing.formats.json import json_ready
from opendata.publishing.formats.shape import Schema, Shape
from opendata.publishing.profile.column import Column, Room
from opendata.publishing.profile.extent import Extent
from opendata.publishing.profile.plain import LONGEST_TEXT

ROWS = 20
#: Cells that are counted at once: what a column costs each time is spread over more of its values.
CELLS = 1 << 20


class Profile:
    """A table on its way by."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._rows = 0
        self._waiting: list[pl.DataFrame] = []
        self._room = self._most = max(CELLS // max(len(shape.types), 1), 1)
        self._first: list[dict[str, Any]] = []
        types = {field["name"]: field.get("type", "string") for field in shape.schema["fields"]}
        room, unique = Room.of_each(len(shape.types)), frozenset(_unique(shape.schema))
        self._columns = {
            name: Column(name, types[name], shape.spans.get(name), room, unique=name in unique)
            for name in shape.types
        }
        self._extent = Extent.of(shape.schema, shape.spans)

    def add(self, rows: Rows) -> None:
        """Show it some rows."""
        frame = rows.frame
        self._rows += frame.height
        if missing := ROWS - len(self._first):
            shown = json_ready(frame.head(missing), self._shape).with_columns(cs.date().cast(pl.String))
            self._first += shown.with_columns(cs.string().str.head(LONGEST_TEXT)).to_dicts()
        self._waiting.append(frame)
        self._room -= frame.height
        if self._room <= 0:
            self._count()

    def _count(self) -> None:
        """Count the rows that wait."""
        waiting, self._waiting, self._room = self._waiting, [], self._most
        if not waiting:
            return
        frame = pl.concat(waiting)
        for column in frame:
            self._columns[column.name].add(column)
        if self._extent:
            self._extent.add(frame)

    def result(self) -> dict[str, Any]:
        """As JSON-ready values.

        ``columns`` has, per field: type, nulls, distinct (null not counted), min and max where values have an order
        other than the alphabet's, shortest, longest and average length where they are texts, the ``top`` most
        frequent values with their counts, and a ``histogram`` of numbers and days. ``preview`` has the first
        :data:`ROWS` rows as records; ``extent`` where the points of a table of points lie.
        """
        self._count()
        told: dict[str, Any] = {
            "rows": self._rows,
            "columns": [column.result() for column in self._columns.values()],
            "preview": self._first,
        }
        extent = self._extent.result() if self._extent else None
        return told | ({"extent": extent} if extent else {})


def _unique(schema: Schema) -> Iterator[str]:
    """The fields in which no value comes twice, if the table is valid."""
    key = schema.get("primaryKey", ())
    names = [key] if isinstance(key, str) else [*key]
    if len(names) == 1:
        yield names[0]
    for field in schema["fields"]:
        if field.get("constraints", {}).get("unique"):
            yield field["name"]
