"""The difference of two releases as JSON and as CSV, written piece by piece."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from opendata.publishing.diff.files import FileDiff
from opendata.publishing.diff.rows import CHANGE, FIELDS, RowDiff
from opendata.publishing.formats.csv import neutralised

_PIECE = 5_000
_MEMBER = (pl.String, pl.String, pl.Int64, pl.Int64)


def as_json(head: Mapping[str, Any], diff: RowDiff) -> Iterator[str]:
    """One object: what *head* says, then ``key``, ``counts``, ``fields``, ``columns`` and ``rows``.

    A row is a list: the change (``added``, ``removed``, ``before``, ``after``), the names of the columns that differ,
    then the cells in the order of ``columns``, as text.
    """
    told = {**head, "key": diff.key, "counts": counts(diff), "fields": diff.fields, "columns": columns(diff)}
    yield json.dumps(told, ensure_ascii=False)[:-1] + ', "rows": ['
    mark = ""
    for piece in diff.rows.iter_slices(_PIECE):
        lines = (
            json.dumps([row[0], row[1] or [], *row[2:]], ensure_ascii=False) for row in piece.iter_rows()
        )
        yield mark + ",\n".join(lines)
        mark = ",\n"
    yield "]}\n"


def as_csv(diff: RowDiff) -> Iterator[str]:
    """The rows for a spreadsheet: ``_change``, ``_fields``, then the columns; a changed row takes two lines."""
    names = ["_change", "_fields", *columns(diff)]
    yield "\ufeff" + _lines([names])
    for piece in diff.rows.with_columns(neutralised(pl.col(columns(diff)))).iter_slices(_PIECE):
        yield _lines([[row[0], "；".join(row[1] or []), *row[2:]] for row in piece.iter_rows()])


def members_as_csv(diff: FileDiff) -> Iterator[str]:
    """The members of an archive that differ, for a spreadsheet; the file itself is the first line."""
    lines = [("changed", diff.after.name, diff.before.size, diff.after.size)] if not diff.same else []
    told = [*lines, *((one.change, one.name, one.size_before, one.size_after) for one in diff.members)]
    names = ("_change", "name", "bytes_before", "bytes_after")
    frame = pl.DataFrame(told, dict(zip(names, _MEMBER, strict=True)), orient="row")
    yield "\ufeff" + _lines([names])
    yield _lines(frame.with_columns(neutralised(pl.col("name"))).rows())


def counts(diff: RowDiff) -> dict[str, int]:
    """How many rows were added, removed, changed, and stayed."""
    return {name: getattr(diff, name) for name in ("added", "removed", "changed", "unchanged")}


def columns(diff: RowDiff) -> list[str]:
    """The columns of both releases."""
    return [name for name in diff.rows.columns if name not in (CHANGE, FIELDS)]


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
