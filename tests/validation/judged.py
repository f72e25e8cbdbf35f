"""Small tables judged twice, by columns and row by row, which must agree; and a helper to write them."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from opendata.tables import read
from opendata.validation import Report, validate_table
from opendata.validation.known import Known
from opendata.validation.schema import make_schema

Row = Sequence[str | None]


def judged(descriptor: dict[str, Any], rows: Sequence[Row], known: Known | None = None) -> Report:
    """The report on *rows* under *descriptor*, in the order of its fields; asserted to be the same both ways."""
    schema = make_schema({"name": "s", **descriptor}, "s", "named")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([field["name"] for field in schema.fields])
            writer.writerows([[text or "" for text in row] for row in rows])
        table = read(path, scratch=Path(folder))
        swept = validate_table(table, schema, known=known)
        slow = validate_table(table, schema, known=known, every_row=True)
    assert swept.findings == slow.findings
    assert (swept.counts, swept.valid, swept.notes) == (slow.counts, slow.valid, slow.notes)
    return swept


def rows_of(report: Report, code: str) -> list[int]:
    """The rows told of by *code*, the first row of data being 0."""
    return [finding.row - 2 for finding in report.findings if finding.code == code and finding.row]
