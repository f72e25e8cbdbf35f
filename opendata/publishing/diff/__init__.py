"""What changed between two releases of one dataset: its schema, its rows, its cells."""

from opendata.publishing.diff.rows import RowDiff, diff_rows

__all__ = ["RowDiff", "diff_rows"]
