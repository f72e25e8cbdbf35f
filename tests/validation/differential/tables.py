"""Tables drawn near their schemas: right but for a few cells, rows or labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.validation.corpus.types import POOL
from tests.validation.differential.layouts import Layout, Row, found_out, layouts
from tests.validation.differential.schemas import Column, schemas

_FAULTS = (
    "trap",
    "trap",
    "column",
    "column",
    "odd",
    "missing",
    "missing",
    "repeat",
    "far",
    "short",
    "long",
    "blank",
    "empty",
    "spaced",
)
_HEADERS = ("order", "absent", "extra", "wrong", "blank", "twice", "title", "alias", "padded", "wide", "case")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A schema and a file. ``labels`` are those of the file's columns; ``tells``: the layout is declared."""

    schema: Mapping[str, Any]
    layout: Layout
    labels: Sequence[str]
    data: bytes
    tells: bool

    @property
    def records(self) -> list[Row]:
        """All records of the file."""
        return self.layout.read(self.data)

    @property
    def declared(self) -> dict[str, Any]:
        """The dialect that the schema declares."""
        return self.layout.declared if self.tells else {}

    @property
    def rows(self) -> list[tuple[int, Row]]:
        """The rows of the table with their physical numbers."""
        return self.layout.kept(self.records)


def _cells(draw: st.DrawFn, columns: Sequence[Column], count: int) -> list[list[int]]:
    """For each column the places of its values."""
    found: list[list[int]] = []
    for column in columns:
        if column.like is not None and column.like < len(found) and found[column.like]:
            values: list[int] = draw(
                st.lists(st.sampled_from(found[column.like]), min_size=count, max_size=count)
            )
        elif column.distinct:
            start = draw(st.integers(0, 4))
            values = list(range(start, start + count))
        else:
            values = draw(st.lists(st.integers(2, 8), min_size=count, max_size=count))
        found.append(values)
    return found


def _missing(schema: Mapping[str, Any], column: Column) -> list[str]:
    stated = column.field.get("missingValues", schema.get("missingValues", [""]))
    return [one["value"] if isinstance(one, dict) else one for one in stated] or ["-"]


def _trap_all(draw: st.DrawFn, column: Column, at: int, rows: list[Row]) -> None:
    """Put a trap into every row of a column, each another one."""
    traps = column.kind.traps or POOL
    start = draw(st.integers(0, len(traps) - 1))
    for offset, row in enumerate(rows):
        if at < len(row):
            row[at] = traps[(start + offset) % len(traps)]


def _break(draw: st.DrawFn, schema: Mapping[str, Any], columns: Sequence[Column], rows: list[Row]) -> None:
    """Put one fault, or something near a fault, into *rows*."""
    row = draw(st.sampled_from(rows))
    at = draw(st.integers(0, len(columns) - 1))
    column = columns[at]
    fault = draw(st.sampled_from(_FAULTS))
    if fault == "column":
        _trap_all(draw, column, at, rows)
    if at >= len(row):
        return
    if fault == "trap":
        row[at] = draw(st.sampled_from(column.kind.traps or POOL))
    elif fault == "odd":
        row[at] = draw(st.sampled_from(POOL))
    elif fault == "missing":
        row[at] = draw(st.sampled_from(_missing(schema, column)))
    elif fault == "repeat":
        other = draw(st.sampled_from(rows))
        row[at] = other[at] if at < len(other) else row[at]
    elif fault == "far":
        row[at] = column.kind.written(draw(st.integers(30, 90)))
    elif fault == "short":
        del row[at:]
    elif fault == "long":
        row += draw(st.sampled_from([[""], ["x"], ["x", ""]]))
    elif fault == "blank":
        row[:] = draw(st.sampled_from([[], [""] * len(columns), [""] * (len(columns) + 1)]))
    elif fault == "empty":
        row[:] = [draw(st.sampled_from(_missing(schema, one))) for one in columns]
    elif fault == "spaced":
        row[at] = draw(st.sampled_from([" {}", "{} ", "{}\u3000", "\t{}", "{}\n"])).format(row[at])


def _header(draw: st.DrawFn, columns: Sequence[Column], rows: list[Row]) -> list[str]:
    """The labels of the file, wrong or otherwise arranged now and then; *rows* follow them."""
    names = [str(column.field["name"]) for column in columns]
    if draw(st.integers(0, 2)):
        return names
    labels, at = list(names), draw(st.integers(0, len(names) - 1))
    fault = draw(st.sampled_from(_HEADERS))
    if fault == "order" and all(len(row) >= len(names) for row in rows):
        order = draw(st.permutations(range(len(names))))
        labels = [names[one] for one in order]
        for row in rows:
            row[:] = [*(row[one] for one in order), *row[len(names) :]]
    elif fault == "absent" and len(names) > 1:
        del labels[at]
        for row in rows:
            del row[at : at + 1]
    elif fault in ("extra", "twice"):
        labels.insert(at, "多余" if fault == "extra" else names[-1])
        for row in rows:
            row.insert(at, "x")
    elif fault in ("title", "alias"):
        columns[at].field[fault + ("es" if fault == "alias" else "")] = (
            "标题" if fault == "title" else ["别名", "又名"]
        )
        labels[at] = {"title": "标题", "alias": "又名"}[fault]
    else:
        labels[at] = {"wrong": "另一列", "padded": f" {names[at]} ", "case": names[at].swapcase()}.get(
            fault, ""
        )
        if fault == "wide":
            labels[at] = names[at].translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    return labels if any(label.strip() for label in labels) else names


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A schema with a table near it."""
    schema, columns = draw(schemas())
    count = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 8, 10, 12, 12, 12, 0]))
    cells = _cells(draw, columns, count)
    rows = [
        [column.kind.written(cells[at][row]) for at, column in enumerate(columns)] for row in range(count)
    ]
    if rows:
        for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 6, 12]))):
            _break(draw, schema, columns, rows)
    for row in rows:
        for at, column in enumerate(columns):
            if at < len(row) and not column.takes(row[at]):
                row[at] = column.kind.written(3)
    layout = draw(layouts(len(columns), count))
    labels = (
        _header(draw, columns, rows) if layout.header else [str(column.field["name"]) for column in columns]
    )
    data = layout.written(layout.records(labels, rows))
    return Drawn(schema, layout, labels, data, draw(st.booleans()) or not found_out(layout, data))
