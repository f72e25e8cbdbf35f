"""What sheets of every format have in common: which of them is read, and how its header is found."""

from collections.abc import Iterator, Sequence

from catalog.records import Text
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import empty, malformed
from opendata.tables.grid import Grid, Row, clean_label, filled, split, title_notes
from opendata.tables.merges import Merge, group_spans


def choose(used: Sequence[str], wanted: str | None, known: Sequence[str], form: str) -> tuple[Text, ...]:
    """The note that only the first of the sheets *used*, which have content, is read, if there are others.

    :raises UnreadableFile: no sheet has content, or none is called as *wanted*.
    """
    if wanted is not None and wanted not in known:
        shown = "、".join(known)[:200]
        raise malformed(
            form, f"没有工作表“{wanted}”，现有：{shown}", f"there is no sheet {wanted}; known: {shown}"
        )
    if not used:
        raise empty()
    if not used[1:]:
        return ()
    chosen, others = used[0], "、".join(used[1:])
    return (
        Text(f"只读取工作表“{chosen}”；未读：{others}", f"Only sheet {chosen} is read; not read: {others}"),
    )


def _below(labels: Sequence[str], sub: Row, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Labels of a header of two rows: under a group its parts, named with the group when not unique."""
    width = max(len(labels), len(sub))
    upper = [*labels, *[""] * (width - len(labels))]
    lower = [clean_label(cell) for cell in [*sub, *[""] * (width - len(sub))]]
    for first, last in spans:
        upper[first : last + 1] = [upper[first]] * (last - first + 1)
    merged = [below if below and below != above else above for above, below in zip(upper, lower, strict=True)]
    return tuple(
        f"{above} {below}" if merged.count(label) > 1 and below and above != below else label
        for label, above, below in zip(merged, upper, lower, strict=True)
    )


def _completed(rows: Iterator[Row], width: int) -> Iterator[Row]:
    return (row if not filled(row) else [*row, *[""] * (width - len(row))] for row in rows)


def sheet_grid(
    rows: Iterator[Row],
    merges: Sequence[Merge],
    left: int,
    form: str,
    sheet: str | None,
    notes: tuple[Text, ...],
    dialect: Dialect = FOUND_OUT,
) -> Grid:
    """A sheet whose *rows*, from row 1 on, begin in column *left* (from 0).

    Titles above the header are set aside and noted; a header of two rows, the upper one with cells that are
    merged sideways, becomes one, which is noted too.

    :raises UnreadableFile: all rows looked at are blank.
    """
    found = split(rows, dialect)
    labels, header_row, below = found.labels, found.header_row, found.rows
    declared = dialect.places_header
    spans = [] if declared else group_spans(merges, header_row - 1, left)
    if spans and len(labels) > 1:
        labels = _below(labels, next(below, []), spans)
        header_row += 1
        notes += (Text("表头有两行，已合并为一行列名", "The header has two rows; they were joined into one"),)
    return Grid(
        labels,
        header_row,
        _completed(below, len(labels)),
        form,
        sheet,
        left + 1,
        title_notes(found.titles) + notes,
        found.dropped,
    )
