"""One table of the corpus: its bytes, its schema, how it is laid out, and whether a difference is meant."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """``differs`` names the difference in docs/validation.md that this case shows; where frictionless raises,
    ``found`` are the faults that we find.
    """

    name: str
    schema: Mapping[str, Any]
    data: bytes
    encoding: str = "utf-8"
    dialect: Mapping[str, Any] = field(default_factory=dict)
    differs: str | None = None
    found: Sequence[tuple[int, str | None, str]] | None = None


def written(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV text, quoted where they must be."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def one_column(name: str, described: Mapping[str, Any], texts: Iterable[str], **more: Any) -> Case:
    """A table with the field ``f`` as *described*, and a number for each row so that no row is blank."""
    fields = [{"name": "n", "type": "integer"}, {"name": "f", **described}]
    rows = [["n", "f"], *([str(number), text] for number, text in enumerate(texts))]
    return Case(name, {"fields": fields, **more}, written(rows).encode())
