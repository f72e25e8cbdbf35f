"""JSON for programs: one array of records, or one record per line.

A null is ``null``, an empty text ``""``. Dates and times are ISO 8601 text. A whole-number column that holds a number
beyond 2^53 - 1 is written as text throughout, because most JSON readers would round it (RFC 8259, section 6);
so is a decimal column with more than 15 significant digits.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.shape import LARGEST_DOUBLE, Shape
from opendata.publishing.formats.values import clocks_as_text, floats_as_text

#: As a file, not as a table: frictionless counts no bytes of a JSON table (5.21) and would call each one damaged.
_FILE: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}


class Json(Format):
    """An array of objects whose names are the field names."""

    name = "json"
    title = Text("JSON（记录数组）", "JSON (array of records)")
    media_type = "application/json"
    extension = ".json"
    resource: Mapping[str, Any] = _FILE
    heavy = True

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin the array."""
        return _Records(shape, Items(out, b"[", b"]"))


class JsonLines(Format):
    """One object per line, for streams and for command lines."""

    name = "jsonl"
    title = Text("JSON Lines（逐行记录）", "JSON Lines (one record per line)")
    media_type = "application/x-ndjson"
    extension = ".jsonl"
    resource: Mapping[str, Any] = _FILE

    def open(self, shape: Shape, out: Out) -> Writer:
        """There is no beginning but the first record."""
        return _Records(shape, _Lines(out))


class Items:
    """Lines of JSON as the items of an array between *head* and *tail*."""

    def __init__(self, out: Out, head: bytes, tail: bytes) -> None:
        self._out, self._before, self._tail = out, head, tail

    def write(self, lines: memoryview) -> None:
        """Add the items of *lines*, each of which ends with a line feed, which JSON has nowhere within."""
        if lines:
            self._out.write(self._before)
            self._out.write(bytes(lines[:-1]).replace(b"\n", b",\n"))
            self._before = b",\n"

    def close(self) -> None:
        """End the array."""
        begun = self._before == b",\n"
        self._out.write((b"" if begun else self._before) + self._tail + b"\n")


@dataclass(frozen=True)
class _Lines:
    out: Out

    def write(self, lines: memoryview) -> None:
        self.out.write(lines)

    def close(self) -> None:
        """Nothing comes last."""


@dataclass(frozen=True)
class _Records(Writer):
    shape: Shape
    place: Items | _Lines

    def write(self, rows: Rows) -> None:
        """Add one record per row."""
        self.place.write(lines_of(json_ready(rows.clocked, self.shape)))

    def close(self) -> None:
        """End the array, if it is one."""
        self.place.close()


def lines_of(frame: pl.DataFrame) -> memoryview:
    """One JSON object per row, each with a line feed after it."""
    text = io.BytesIO()
    frame.write_ndjson(text)
    return text.getbuffer()


def json_ready(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Only dates, texts, booleans, and numbers that every JSON reader reads exactly."""
    exact = [*shape.decimals(long=True), *shape.beyond(LARGEST_DOUBLE)]
    frame = frame.with_columns(
        pl.col(shape.decimals(long=False)).cast(pl.Float64), pl.col(exact).cast(pl.String)
    )
    return clocks_as_text(floats_as_text(frame, shape.unbounded))
